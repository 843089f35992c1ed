"""Which days the loaded files cover."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.warehouse.exports import HEADERS, load, order, write_csv
from warehouse import Warehouse


def test_a_month_between_two_files_stays_uncovered(folder: Path, tmp_path: Path) -> None:
    for month in (1, 2, 4):
        lines = [
            order(
                100 * month + day, 订单创建时间=f"2020-{month:02d}-{day:02d} 10:00", 订单付款时间=""
            )
            for day in (1, 28 if month == 2 else 31 if month == 1 else 30)
        ]
        load(folder, write_csv(tmp_path / f"{month}.csv", lines))
    manifest = Warehouse(folder).manifest()
    assert manifest is not None
    orders = manifest.tables["mart.orders"]
    assert orders.coverage["created_at"] == (
        (date(2020, 1, 1), date(2020, 2, 29)),
        (date(2020, 4, 1), date(2020, 5, 1)),
    )
    assert "shipping_fee" not in orders.coverage
    assert orders.row_count == 6


def test_a_day_counts_only_if_every_shop_of_the_day_has_the_column(
    folder: Path, tmp_path: Path
) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(0), order(9)]))
    headers = [header for header in HEADERS if header != "退款金额"]
    other = [order(4, 店铺名称="乙店"), order(5, 店铺名称="乙店")]
    load(folder, write_csv(tmp_path / "b.csv", other, headers=headers))
    manifest = Warehouse(folder).manifest()
    assert manifest is not None
    assert manifest.tables["mart.orders"].coverage["refund_amount"] == (
        (date(2020, 2, 1), date(2020, 2, 5)),
        (date(2020, 2, 7), date(2020, 2, 11)),
    )
