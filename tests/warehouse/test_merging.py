"""Several files, one table of orders."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.exports import HEADERS, column, load, order, write_csv
from warehouse import WarehouseError


def test_the_same_file_again_is_nothing_new(folder: Path, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [order(1)])
    load(folder, path)
    before = (folder / "CURRENT").read_bytes()
    report = load(folder, path, path)
    assert report.nothing_new
    assert all(file.already_loaded for file in report.files)
    assert (folder / "CURRENT").read_bytes() == before


def test_a_later_export_updates_the_orders_that_changed(folder: Path, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [order(1, 订单付款时间=""), order(2), order(3)])
    later = write_csv(tmp_path / "b.csv", [order(1), order(3), order(4)])
    load(folder, first)
    (report,) = load(folder, later).files
    assert (report.rows, report.new, report.updated, report.already_there) == (3, 1, 1, 1)
    assert len(column(folder, "paid_at")) == 4
    assert None not in column(folder, "paid_at")


def test_an_older_export_does_not_take_a_payment_back(folder: Path, tmp_path: Path) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1)]))
    (report,) = load(folder, write_csv(tmp_path / "b.csv", [order(1, 订单付款时间="")])).files
    assert [(reason.code, reason.rows) for reason in report.rejected] == [("older_state", 1)]
    assert None not in column(folder, "paid_at")


def test_a_file_without_a_column_leaves_what_is_loaded(folder: Path, tmp_path: Path) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1, 退款金额="5")]))
    headers = [header for header in HEADERS if header != "退款金额"]
    load(folder, write_csv(tmp_path / "b.csv", [order(1, 总金额="200")], headers=headers))
    assert column(folder, "refund_amount") == [Decimal(5)]
    assert column(folder, "order_amount") == [Decimal(200)]


def test_a_line_that_is_there_twice_counts_once(folder: Path, tmp_path: Path) -> None:
    (report,) = load(folder, write_csv(tmp_path / "a.csv", [order(1), order(1), order(2)])).files
    assert (report.rows, report.new) == (3, 2)
    assert [(reason.code, reason.rows) for reason in report.rejected] == [("repeated_line", 1)]


def test_order_numbers_repeat_between_shops(folder: Path, tmp_path: Path) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1), order(1, 店铺名称="乙店")]))
    assert len(column(folder, "order_key")) == 2


def test_files_without_order_numbers_load_once_and_never_beside_the_same_days(
    folder: Path, tmp_path: Path
) -> None:
    headers = ["", "总金额", "收货地址 ", "订单付款时间 ", "退款金额"]
    paid = write_csv(tmp_path / "paid.csv", [order(1), order(1)], headers=headers)
    (report,) = load(folder, paid).files
    assert report.new == 2
    assert column(folder, "created_at") == [None, None]
    before = (folder / "CURRENT").read_bytes()
    numbered = write_csv(tmp_path / "numbered.csv", [order(1, 店铺名称="")])
    with pytest.raises(WarehouseError) as caught:
        load(folder, numbered)
    assert caught.value.code == "indistinguishable_orders"
    assert "--shop" in caught.value.zh
    assert (folder / "CURRENT").read_bytes() == before
    assert load(folder, numbered, shop="乙店").version == 2


def test_platform_and_shop_name_what_the_file_does_not(folder: Path, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [order(1, 店铺名称=""), order(2)])
    load(folder, path, platform="Douyin", shop="丙店")
    assert column(folder, "channel") == ["抖音", "抖音"]
    assert column(folder, "shop") == ["丙店", "木禾旗舰店"]
    with pytest.raises(WarehouseError) as caught:
        load(folder, path, platform="jd")
    assert caught.value.code == "loaded_under_other_name"
