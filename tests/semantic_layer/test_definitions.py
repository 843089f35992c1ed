"""The shipped shop model fits the mart, its numbers mean what they say, its words lead to them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from semantic_layer import (
    Catalog,
    DateRange,
    SemanticModel,
    SemanticQuery,
    SourceTable,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.loader import load_model
from semantic_layer.model import SimpleMetric
from semantic_layer.resolving.availability import columns_of
from semantic_layer.resolving.joins import reachable_dimensions
from semantic_layer.rules.terms import normalised, terms_of
from semantic_layer.validation import validate_model
from warehouse.schema import TABLES

TODAY = date(2026, 11, 24)
COVERED = DateRange(date(2020, 1, 1), TODAY)


@cache
def shipped() -> SemanticModel:
    return load_model()


@cache
def mart() -> Catalog:
    """The mart's tables, every column covered."""
    return Catalog(
        {
            table.qualified: SourceTable(table.columns, dict.fromkeys(table.columns, (COVERED,)))
            for table in TABLES
        }
    )


def create_mart(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE SCHEMA mart")
    for table in TABLES:
        columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
        connection.execute(f"CREATE TABLE {table.qualified} ({columns})")


@pytest.fixture(scope="module")
def empty_mart() -> Iterator[duckdb.DuckDBPyConnection]:
    """The mart's tables; they stay empty."""
    with duckdb.connect() as connection:
        create_mart(connection)
        yield connection


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """The mart's tables, to be filled."""
    with duckdb.connect() as connection:
        create_mart(connection)
        yield connection


def ask(database: duckdb.DuckDBPyConnection, **query: Any) -> list[tuple[Any, ...]]:
    resolved = resolve(SemanticQuery.model_validate(query), shipped(), mart(), TODAY)
    sql = compile_query(plan(resolved)).sql
    print(sql)  # noqa: T201 - a failing test shows the SQL
    return database.execute(sql).fetchall()


def value(database: duckdb.DuckDBPyConnection, metric: str, **query: Any) -> Any:
    ((only,),) = ask(database, metrics=[metric], **query)
    return only


def insert(database: duckdb.DuckDBPyConnection, table: str, *rows: Mapping[str, Any]) -> None:
    for row in rows:
        marks = ", ".join("?" for _ in row)
        statement = f"INSERT INTO mart.{table} ({', '.join(row)}) VALUES ({marks})"
        database.execute(statement, list(row.values()))


def test_the_shipped_model_fits_the_mart() -> None:
    assert validate_model(shipped(), mart()) == ()


def test_every_column_is_spelled_as_the_mart_spells_it() -> None:
    sources = {dataset.source for dataset in shipped().datasets.values()}
    assert sources <= {table.qualified for table in TABLES}
    assert len(sources) == len(shipped().datasets) >= 8


@pytest.mark.parametrize("name", sorted(load_model().metrics))
def test_a_metric_runs_alone_and_by_everything_it_reaches(
    empty_mart: duckdb.DuckDBPyConnection, name: str
) -> None:
    parts = list(shipped().simple_metrics_of(name))
    reached = set.intersection(
        *(set(reachable_dimensions(shipped(), part.dataset)) for part in parts)
    )
    ask(empty_mart, metrics=[name])
    ask(empty_mart, metrics=[name], group_by=["metric_time__month"])
    assert reached
    for dimension in sorted(reached):
        is_time = shipped().dimensions[dimension].type == "time"
        ask(empty_mart, metrics=[name], group_by=[f"{dimension}__day" if is_time else dimension])


def test_personal_columns_are_personal_dimensions_and_no_others() -> None:
    personal = {
        (shipped().datasets[dimension.dataset].source, dimension.expr.name)
        for dimension in shipped().dimensions.values()
        if dimension.personal
    }
    assert personal == {(table.qualified, column) for table in TABLES for column in table.personal}


def test_no_metric_reads_a_person_or_adds_up_what_cannot_be_added() -> None:
    tables = {table.qualified: table for table in TABLES}
    for metric in shipped().metrics.values():
        if isinstance(metric, SimpleMetric):
            table = tables[shipped().datasets[metric.dataset].source]
            read = set(columns_of(metric.expr, metric.filter))
            assert not read & table.personal, metric.name
            assert "visitors" not in read, metric.name
            assert (table.name == "stock_daily") == (metric.semi_additive is not None), metric.name


ROWS = (
    # channel, created, paid, amount, refunded, buyer: a plain order, one paid the next month and
    # refunded in part, one refunded in full, one never paid
    ("a", "天猫", "2026-01-05 10:00", "2026-01-05 10:01", 100, 0, "x"),
    ("b", "天猫", "2026-01-31 23:59", "2026-02-01 00:00", 50, 20, "x"),
    ("c", "京东", "2026-01-10 08:00", "2026-01-10 08:30", 30, 30, "y"),
    ("d", "天猫", "2026-01-20 12:00", None, 1000, None, "z"),
)


@pytest.fixture
def shop(database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    for key, channel, created, paid, amount, refund, buyer in ROWS:
        row = {"order_key": key, "channel": channel, "created_at": created, "paid_at": paid}
        money = {"order_amount": amount, "refund_amount": refund, "shipping_fee": 5}
        insert(database, "orders", row | money | {"buyer_id": buyer, "quantity": 2})
        item = {"item_key": f"{key}1", "order_key": key, "created_at": created, "paid_at": paid}
        insert(database, "order_items", item | {"quantity": 2, "item_amount": amount - 5})
    first = {"refund_id": "r1", "order_key": "b", "refunded_at": "2026-03-01", "amount": 15}
    again = {"refund_id": "r2", "order_key": "b", "refunded_at": "2026-03-09", "amount": 5}
    asked = {"refund_id": "r3", "order_key": "a", "refunded_at": None, "amount": 9}
    insert(database, "refunds", first, again, asked)
    return database


JANUARY = {"kind": "range", "start": "2026-01-01", "end": "2026-02-01"}
MARCH = {"kind": "range", "start": "2026-03-01", "end": "2026-04-01"}


@pytest.mark.parametrize(
    ("metric", "january", "ever"),
    [
        ("placed_orders", 4, 4),
        ("paid_orders", 2, 3),
        ("unpaid_orders", 1, 1),
        ("placed_amount", 1180, 1180),
        ("unpaid_amount", 1000, 1000),
        ("paid_amount", 130, 180),
        ("net_paid_amount", 100, 130),
        ("refund_amount_by_paid_time", 30, 50),
        ("refunded_orders_by_paid_time", 1, 2),
        ("placed_buyers", 3, 3),
        ("paid_buyers", 2, 2),
        ("paid_order_units", 4, 6),
        ("paid_units", 4, 6),
        ("placed_units", 8, 8),
        ("paid_order_lines", 2, 3),
        ("item_paid_amount", 120, 165),
        ("paid_shipping_fee", 10, 15),
        ("refund_rate", 30 / 130, 50 / 180),
        ("refund_order_rate", 1 / 2, 2 / 3),
        ("payment_rate", 2 / 4, 3 / 4),
        ("amount_per_buyer", 130 / 2, 180 / 2),
        ("average_order_value", 130 / 2, 180 / 3),
        ("units_per_order", 4 / 2, 6 / 3),
        ("average_unit_price", 120 / 4, 165 / 6),
    ],
)
def test_a_number_means_what_its_definition_says(
    shop: duckdb.DuckDBPyConnection, metric: str, january: float, ever: float
) -> None:
    assert float(value(shop, metric, time=JANUARY)) == pytest.approx(january)
    assert float(value(shop, metric)) == pytest.approx(ever)


@pytest.mark.parametrize(
    ("metric", "march"), [("refund_amount", 20), ("refund_count", 2), ("refunded_orders", 1)]
)
def test_refunds_count_when_they_are_completed(
    shop: duckdb.DuckDBPyConnection, metric: str, march: int
) -> None:
    assert float(value(shop, metric, time=MARCH)) == march
    assert not value(shop, metric, time=JANUARY)


def test_refunds_reach_the_channel_of_their_order(shop: duckdb.DuckDBPyConnection) -> None:
    rows = ask(shop, metrics=["refund_amount"], group_by=["channel"], time=MARCH)
    assert [(channel, float(amount)) for channel, amount in rows if amount] == [("天猫", 20.0)]


def test_ads_and_orders_meet_on_the_channel(shop: duckdb.DuckDBPyConnection) -> None:
    insert(
        shop,
        "ads_daily",
        {"day": "2026-01-03", "channel": "天猫", "spend": 10, "attributed_amount": 35},
        {"day": "2026-01-04", "channel": "京东", "spend": 0, "attributed_amount": 0},
    )
    query = {"metrics": ["ad_spend", "roi", "paid_orders"], "group_by": ["channel"]}
    rows = {channel: rest for channel, *rest in ask(shop, **query, time=JANUARY)}
    assert [None if cell is None else float(cell) for cell in rows["天猫"]] == [10, 3.5, 1]
    assert [None if cell is None else float(cell) for cell in rows["京东"]] == [0, None, 1]


def test_presale_is_a_member_and_unknown_stays_unknown(shop: duckdb.DuckDBPyConnection) -> None:
    for key, is_presale in (("a", True), ("b", False)):
        shop.execute("UPDATE mart.orders SET is_presale = ? WHERE order_key = ?", [is_presale, key])
    rows = ask(shop, metrics=["placed_orders"], group_by=["order_type"])
    assert dict(rows) == {"预售": 1, "非预售": 1, None: 2}


def test_delivery_time_is_in_days(database: duckdb.DuckDBPyConnection) -> None:
    insert(
        database,
        "shipments",
        {"shipment_id": "1", "shipped_at": "2026-01-01 00:00", "delivered_at": "2026-01-02 12:00"},
        {"shipment_id": "2", "shipped_at": "2026-01-01 00:00", "delivered_at": "2026-01-01 12:00"},
        {"shipment_id": "3", "shipped_at": "2026-01-01 00:00", "delivered_at": None},
    )
    assert value(database, "average_delivery_days") == pytest.approx(1.0)
    assert value(database, "shipped_parcels") == 3
    assert value(database, "delivered_parcels") == 2


def test_middling_reviews_are_neither_good_nor_bad(database: duckdb.DuckDBPyConnection) -> None:
    stars = (5, 4, 3, 2, 1)
    rows = [{"review_id": str(n), "reviewed_at": "2026-01-01", "rating": n} for n in stars]
    insert(database, "reviews", *rows)
    assert value(database, "positive_review_rate") == pytest.approx(0.4)
    assert value(database, "negative_review_rate") == pytest.approx(0.4)


@cache
def words() -> Mapping[str, frozenset[str]]:
    """Each term → the metrics that it may mean."""
    meant: dict[str, set[str]] = defaultdict(set)
    for metric in shipped().metrics.values():
        for term in terms_of(metric) | set(map(normalised, metric.ambiguous_terms.all())):
            meant[term].add(metric.name)
    return {term: frozenset(names) for term, names in meant.items()}


@pytest.mark.parametrize(
    ("term", "metrics"),
    [
        ("订单数", "placed_orders paid_orders"),
        ("订单量", "placed_orders paid_orders"),
        ("单量", "placed_orders paid_orders"),
        ("Orders", "placed_orders paid_orders"),
        ("order count", "placed_orders paid_orders"),
        ("销售额", "placed_amount paid_amount net_paid_amount"),
        ("sales", "placed_amount paid_amount net_paid_amount"),
        ("Revenue", "placed_amount paid_amount net_paid_amount"),
        ("实付金额", "paid_amount net_paid_amount"),
        ("买家数", "placed_buyers paid_buyers"),
        ("buyers", "placed_buyers paid_buyers"),
        ("customers", "placed_buyers paid_buyers"),
        ("成交总额", "placed_amount paid_amount"),
        ("成交量", "paid_orders paid_units"),
        ("退款占比", "refund_rate refund_order_rate"),
        ("GMV", "placed_amount"),
        ("gross merchandise value", "placed_amount"),
        ("成交金额", "paid_amount"),
        ("成交额", "paid_amount"),
        ("成交订单数", "paid_orders"),
        ("付款订单数", "paid_orders"),
        ("支付订单数", "paid_orders"),
        ("paid orders", "paid_orders"),
        ("下单量", "placed_orders"),
        ("付款率", "payment_rate"),
        ("退款率", "refund_rate"),
        ("客单价", "amount_per_buyer"),
        ("笔单价", "average_order_value"),
        ("AOV", "average_order_value"),
        ("net sales", "net_paid_amount"),
        ("买家实际支付金额", "net_paid_amount"),
        ("销量", "paid_units"),
        ("PV", "page_views"),
        ("花费", "ad_spend"),
        ("ROI", "roi"),
        ("CTR", "click_through_rate"),
        ("库存", "stock_on_hand"),
        ("本月累计支付金额", "paid_amount_mtd"),
        ("7天滚动支付金额", "paid_amount_7d"),
    ],
)
def test_a_word_of_the_trade_leads_to_its_metrics(term: str, metrics: str) -> None:
    assert words().get(normalised(term)) == frozenset(metrics.split())


@pytest.mark.parametrize(
    "term",
    [
        "访客数",
        "UV",
        "支付转化率",
        "转化率",
        "加购人数",
        "利润",
        "毛利",
        "复购率",
        "退货率",
        "DSR",
    ],
)
def test_a_word_for_what_is_not_measured_leads_nowhere(term: str) -> None:
    assert normalised(term) not in words()


def test_the_day_of_each_number_is_said_in_its_description() -> None:
    for metric in shipped().metrics.values():
        if isinstance(metric, SimpleMetric):
            assert "统计" in metric.description.zh or "记在" in metric.description.zh, metric.name


def test_every_province_goes_by_its_short_and_its_english_name() -> None:
    members = shipped().dimensions["province"].member_synonyms
    assert len(members) == 34
    for name, synonyms in members.items():
        assert any(word.isascii() for word in synonyms), name
        assert any(not word.isascii() for word in synonyms), name
    assert "Shanxi" in members["山西省"]
    assert "Shaanxi" in members["陕西省"]


@pytest.mark.parametrize("dimension", ["channel", "province", "member_level", "gender", "age_band"])
def test_members_can_be_named_in_both_languages(dimension: str) -> None:
    synonyms = shipped().dimensions[dimension].member_synonyms
    assert synonyms
    assert all(any(word.isascii() for word in words) for words in synonyms.values())


def test_a_real_export_gives_its_own_sums(
    database: duckdb.DuckDBPyConnection, shared_data: Path
) -> None:
    """Counted here from the file, row by row, and by the definitions."""
    with (shared_data / "orders/tmall_order_report.csv").open(encoding="utf-8-sig") as file:
        rows = [{key.strip(): cell for key, cell in row.items()} for row in csv.DictReader(file)]
    paid = [row for row in rows if row["订单付款时间"].strip()]
    path = shared_data / "orders/tmall_order_report.csv"
    database.execute(
        f"""INSERT INTO mart.orders (order_key, created_at, paid_at, order_amount, refund_amount)
        SELECT "订单编号", strptime("订单创建时间", '%Y/%m/%d %H:%M'),
            strptime(nullif(trim("订单付款时间"), ''), '%Y/%m/%d %H:%M'), "总金额", "退款金额"
        FROM read_csv('{path}', all_varchar = true, normalize_names = false)"""
    )

    def total(column: str, of: list[dict[str, str]]) -> Decimal:
        return sum((Decimal(row[column]) for row in of), Decimal(0))

    assert value(database, "placed_orders") == len(rows)
    assert value(database, "paid_orders") == len(paid)
    assert value(database, "placed_amount") == total("总金额", rows)
    assert value(database, "paid_amount") == total("总金额", paid)
    assert value(database, "net_paid_amount") == total("买家实际支付金额", paid)
    assert value(database, "refund_amount_by_paid_time") == total("退款金额", paid)
