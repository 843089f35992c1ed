from __future__ import annotations

import csv
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook

from tests.warehouse.exports import HEADERS, NOW, column, load, order, rows, write_csv
from warehouse import Warehouse, WarehouseError, build_demo, ingest
from warehouse.schema import TABLES


def test_an_export_becomes_orders_with_the_marts_names_and_types(
    folder: Path, tmp_path: Path
) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1, 退款金额="9.90")]))
    expected = (
        "天猫|木禾旗舰店|1000000000000000001",
        "1000000000000000001",
        "天猫",
        "木禾旗舰店",
        "买家已付款,等待卖家发货",
        datetime(2020, 2, 2, 10),
        datetime(2020, 2, 2, 10, 5),
        Decimal("129.90"),
        Decimal("9.90"),
        None,
        2,
        "浙江省",
        "杭州市",
        None,
    )
    found = rows(
        folder,
        "SELECT order_key, order_id, channel, shop, status, created_at, paid_at, order_amount, "
        "refund_amount, shipping_fee, quantity, province, city, is_presale FROM mart.orders",
    )
    assert found == (expected,)


@pytest.mark.parametrize(
    ("encoding", "delimiter", "quoting"),
    [
        ("utf-8", ",", csv.QUOTE_MINIMAL),
        ("utf-8-sig", ",", csv.QUOTE_ALL),
        ("gb18030", ",", csv.QUOTE_ALL),
        ("gbk", "\t", csv.QUOTE_MINIMAL),
        ("utf-16", "\t", csv.QUOTE_ALL),
        ("utf-8", ";", csv.QUOTE_MINIMAL),
    ],
)
def test_encoding_delimiter_and_quotes_make_no_difference(
    folder: Path, tmp_path: Path, encoding: str, delimiter: str, quoting: int
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        [order(1, 订单编号="1000000000000000001"), order(2)],
        encoding=encoding,
        delimiter=delimiter,
        quoting=quoting,
    )
    load(folder, path)
    assert column(folder, "order_id") == ["1000000000000000001", "1000000000000000002"]
    assert column(folder, "province") == ["浙江省"] * 2


def test_headers_are_found_whatever_surrounds_them(folder: Path, tmp_path: Path) -> None:
    headers = [f"\u3000{header.strip()} \t" for header in HEADERS]
    path = tmp_path / "a.csv"
    line = order(1)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headers, [line[header.strip()] for header in HEADERS]])
    load(folder, path)
    assert column(folder, "order_amount") == [Decimal("129.90")]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,299.00元", "1299.00"),
        ("￥1299", "1299"),
        ("¥ 12.5", "12.5"),
        ("0元", "0"),
        ("１２．５", "12.5"),
        (" 7 ", "7"),
        ("--", None),
        ("", None),
        ("null", None),
        ("NULL", None),
        ("\t8.10", "8.10"),
    ],
)
def test_amounts_in_every_dress(
    folder: Path, tmp_path: Path, text: str, amount: str | None
) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1, 总金额=text)]))
    assert column(folder, "order_amount") == [None if amount is None else Decimal(amount)]


@pytest.mark.parametrize(
    "text",
    [
        "2020/2/20 23:59",
        "2020-02-20 23:59:00",
        "2020-02-20T23:59:00",
        "2020-02-20 23:59",
        "2020-02-20T15:59:00Z",
        "2020-02-20 23:59:00 +0800",
        "2020年2月20日 23:59",
        "\t2020/02/20 23:59",
    ],
)
def test_times_in_every_dress(folder: Path, tmp_path: Path, text: str) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1, 订单创建时间=text)]))
    assert column(folder, "created_at") == [datetime(2020, 2, 20, 23, 59)]


def test_a_day_alone_is_its_midnight(folder: Path, tmp_path: Path) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1, 订单创建时间="20200220")]))
    assert column(folder, "created_at") == [datetime(2020, 2, 20)]


def test_a_workbook_is_read_with_its_dates_and_text_ids(folder: Path, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["说明"])
    sheet = book.create_sheet("export")
    sheet.append(["订单编号", "总金额", "订单创建时间", "订单付款时间", "退款金额"])
    sheet.append(["1000000000000000001", 12.5, datetime(2020, 2, 20, 23, 59), 43881.5, None])
    sheet.append(["1000000000000000002", 3, "2020/2/20 23:59", None, 1])
    book.save(tmp_path / "a.xlsx")
    load(folder, tmp_path / "a.xlsx")
    assert column(folder, "created_at") == [datetime(2020, 2, 20, 23, 59)] * 2
    assert column(folder, "paid_at") == [datetime(2020, 2, 20, 12), None]
    assert column(folder, "order_amount") == [Decimal("12.50"), Decimal("3.00")]
    assert column(folder, "refund_amount") == [Decimal(0), Decimal(1)]


def test_an_empty_refund_is_nothing_refunded_and_an_absent_column_is_unknown(
    folder: Path, tmp_path: Path
) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1)]))
    assert column(folder, "refund_amount") == [Decimal(0)]
    other = tmp_path / "other" / "warehouse"
    headers = [header for header in HEADERS if header != "退款金额"]
    load(other, write_csv(tmp_path / "b.csv", [order(1)], headers=headers))
    assert column(other, "refund_amount") == [None]
    manifest = Warehouse(other).manifest()
    assert manifest is not None
    assert "refund_amount" not in manifest.tables["mart.orders"].coverage


def test_nothing_personal_reaches_the_file(folder: Path, tmp_path: Path) -> None:
    lines = [
        order(1, 买家会员名="zhangsan_1988", 收货人姓名="张三丰"),
        order(2, 买家会员名="zhangsan_1988"),
    ]
    load(folder, write_csv(tmp_path / "a.csv", lines))
    manifest = Warehouse(folder).manifest()
    assert manifest is not None
    content = (folder / manifest.file).read_bytes()
    for secret in ("zhangsan_1988", "张三丰", "13800001111", "文三路", "西湖区"):
        assert secret.encode() not in content
    with duckdb.connect(str(folder / manifest.file), read_only=True) as connection:
        tables = connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables"
        ).fetchall()
        for (table,) in tables:
            text = str(connection.execute(f"SELECT * FROM {table} LIMIT 10").fetchall())
            assert not any(secret in text for secret in ("zhangsan", "张三丰", "1380000", "文三路"))
    assert len(set(column(folder, "buyer_id"))) == 1
    key = folder.parent / "pseudonym.key"
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_jd_export_is_folded_into_orders(folder: Path, tmp_path: Path) -> None:
    headers = [
        "订单号",
        "商品ID",
        "订购数量",
        "下单时间",
        "应付金额",
        "余额支付",
        "付款确认时间",
        "订单状态",
    ]
    base = dict(
        zip(
            headers,
            [
                "77001",
                "1",
                "2",
                "2020-02-03 08:00:00",
                "90.00",
                "10.00",
                "2020-02-03 08:01:00",
                "完成",
            ],
            strict=True,
        )
    )
    path = write_csv(
        tmp_path / "jd.csv", [base, base | {"商品ID": "2", "订购数量": "3"}], headers=headers
    )
    load(folder, path)
    assert rows(folder, "SELECT channel, order_amount, quantity FROM mart.orders") == (
        ("京东", Decimal("100.00"), 5),
    )
    conflicting = write_csv(
        tmp_path / "jd2.csv", [base, base | {"应付金额": "91"}], headers=headers
    )
    with pytest.raises(WarehouseError) as caught:
        load(folder, conflicting)
    assert caught.value.code == "conflicting_order"


def test_an_own_site_table_goes_by_our_names(folder: Path, tmp_path: Path) -> None:
    headers = [
        "order_id",
        "channel",
        "created_at",
        "paid_at",
        "total_amount",
        "refund_amount",
        "province",
        "quantity",
    ]
    line = dict(
        zip(
            headers,
            ["A-1", "tmall", "2020-02-03T08:00:00", "", "99.5", "", "Zhejiang", "2.0"],
            strict=True,
        )
    )
    load(folder, write_csv(tmp_path / "own.csv", [line], headers=headers, encoding="utf-8"))
    assert rows(folder, "SELECT channel, order_amount, province, quantity FROM mart.orders") == (
        ("天猫", Decimal("99.50"), "浙江省", 2),
    )


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("上海 上海市 浦东新区 世纪大道1号", ("上海", "上海市")),
        ("上海市", ("上海", "上海市")),
        ("浙江", ("浙江省", None)),
        ("内蒙古", ("内蒙古自治区", None)),
        ("新疆", ("新疆维吾尔自治区", None)),
        ("江苏省苏州市姑苏区平江路5号", ("江苏省", "苏州市")),
        ("北京路12号", (None, None)),
        ("文三路", (None, None)),
        ("", (None, None)),
        ("海外", ("海外", None)),
        ("湖北省 恩施土家族苗族自治州 恩施市", ("湖北省", "恩施土家族苗族自治州")),
    ],
)
def test_of_an_address_only_province_and_city_are_kept(
    folder: Path, tmp_path: Path, address: str, place: tuple[str | None, str | None]
) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1, 收货地址=address)]))
    assert rows(folder, "SELECT province, city FROM mart.orders") == (place,)


def test_every_snapshot_has_all_tables_and_the_calendar(folder: Path, tmp_path: Path) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1)]))
    manifest = Warehouse(folder).manifest()
    assert manifest is not None
    assert set(manifest.tables) == {table.qualified for table in TABLES}
    assert rows(folder, "SELECT MIN(day), MAX(day), COUNT(*) FROM mart.calendar") == (
        (date(2015, 1, 1), date(2035, 12, 31), 7670),
    )
    assert json.loads((folder / "CURRENT").read_bytes())["version"] == 1


def test_real_orders_replace_the_demo_and_never_the_other_way_round(
    folder: Path, tmp_path: Path
) -> None:
    demo = build_demo(folder, end_day=date(2026, 10, 31), orders=600, now=NOW)
    assert demo.kind == "demo"
    assert demo.tables["mart.orders"].row_count == 600
    report = ingest(folder, [write_csv(tmp_path / "a.csv", [order(1)])], now=NOW)
    assert report.replaced_demo
    assert len(column(folder, "order_id")) == 1
    with pytest.raises(WarehouseError) as caught:
        build_demo(folder, end_day=date(2026, 10, 31), orders=600, now=NOW)
    assert caught.value.code == "project_in_use"
