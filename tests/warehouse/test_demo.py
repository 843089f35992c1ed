"""The demo shop: its rows agree, end when they should, and tell the stories that they must."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.demo_rules import FOREIGN_KEYS, RULES
from warehouse.demo import MINIMUM_ORDERS, demo_coverage, fill_demo
from warehouse.schema import CALENDAR, TABLES, Table

END_DAY = date(2026, 10, 31)
SIZE = 3_000
FILLED = [table for table in TABLES if table is not CALENDAR]
# An open presale, a day that the start's month lacks, a leap day, two festivals.
END_DAYS = [END_DAY, date(2025, 3, 31), date(2028, 2, 29), date(2026, 6, 18), date(2026, 11, 11)]


def build(
    end_day: date = END_DAY, *, seed: int = 618, orders: int = SIZE
) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute("CREATE SCHEMA mart")
    for table in TABLES:
        columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
        connection.execute(f"CREATE TABLE {table.qualified} ({columns})")
    fill_demo(connection, end_day=end_day, seed=seed, orders=orders)
    return connection


@pytest.fixture(scope="module")
def shop() -> Iterator[duckdb.DuckDBPyConnection]:
    with build() as connection:
        yield connection


@pytest.fixture(scope="module")
def full_shop() -> Iterator[duckdb.DuckDBPyConnection]:
    """The shop in its default size, for what only many orders show."""
    with build(orders=200_000) as connection:
        yield connection


@pytest.fixture(scope="module", params=END_DAYS, ids=str)
def dated_shop(request: pytest.FixtureRequest) -> Iterator[tuple[date, duckdb.DuckDBPyConnection]]:
    with build(request.param) as connection:
        yield request.param, connection


def one(connection: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> Any:
    row = connection.execute(sql, list(parameters)).fetchone()
    assert row is not None
    return row[0]


def rows(connection: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> list[Any]:
    return connection.execute(sql, list(parameters)).fetchall()


def digest(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    return hashlib.sha256(
        repr(rows(connection, f"SELECT * FROM {table.qualified}")).encode()
    ).hexdigest()


@pytest.mark.parametrize("rule", RULES)
def test_rows_agree(shop: duckdb.DuckDBPyConnection, rule: str) -> None:
    assert rows(shop, RULES[rule]) == [], RULES[rule]


@pytest.mark.parametrize("rule", RULES)
def test_rows_agree_in_the_full_shop(full_shop: duckdb.DuckDBPyConnection, rule: str) -> None:
    assert rows(full_shop, RULES[rule]) == [], RULES[rule]


@settings(max_examples=6)
@given(end_day=st.dates(date(2018, 1, 1), date(2034, 12, 31)), seed=st.integers(0, 2**31))
def test_rows_agree_in_any_shop(end_day: date, seed: int) -> None:
    with build(end_day, seed=seed, orders=MINIMUM_ORDERS) as connection:
        broken = {rule: found for rule, sql in RULES.items() if (found := rows(connection, sql))}
    assert broken == {}


@pytest.mark.parametrize("table", FILLED, ids=lambda table: table.name)
def test_a_table_is_filled_and_its_key_unique(
    shop: duckdb.DuckDBPyConnection, table: Table
) -> None:
    key = ", ".join(table.key)
    distinct = one(shop, f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {table.qualified})")
    assert one(shop, f"SELECT count(*) FROM {table.qualified}") == distinct > 0


@pytest.mark.parametrize(("table", "column", "target"), FOREIGN_KEYS)
def test_foreign_keys_resolve(
    shop: duckdb.DuckDBPyConnection, table: str, column: str, target: str
) -> None:
    lost = f"SELECT {column} FROM mart.{table} EXCEPT SELECT {column} FROM mart.{target}"
    assert rows(shop, lost) == []


def test_the_calendar_is_left_to_who_builds_the_snapshot(shop: duckdb.DuckDBPyConnection) -> None:
    assert one(shop, "SELECT count(*) FROM mart.calendar") == 0


def test_only_late_moments_are_missing(shop: duckdb.DuckDBPyConnection) -> None:
    optional = {"orders.paid_at", "order_items.paid_at"}
    optional |= {"shipments.collected_at", "shipments.delivered_at"}
    empty = {
        f"{table.name}.{column}"
        for table in FILLED
        for column in table.columns
        if one(shop, f"SELECT count(*) - count({column}) FROM {table.qualified}")
    }
    assert empty <= optional


def test_the_same_seed_makes_the_same_rows_in_the_same_order() -> None:
    with build(orders=1_000) as first, build(orders=1_000) as second:
        for table in FILLED:
            assert digest(first, table) == digest(second, table), table.name


def test_another_seed_makes_another_shop() -> None:
    with build(orders=1_000) as first, build(orders=1_000, seed=1_111) as second:
        for table in FILLED:
            assert digest(first, table) != digest(second, table), table.name


def test_orders_are_as_many_as_asked_and_sorted(shop: duckdb.DuckDBPyConnection) -> None:
    created = [row[0] for row in rows(shop, "SELECT created_at FROM mart.orders")]
    assert len(created) == SIZE
    assert created == sorted(created)


def test_too_small_a_shop_is_refused() -> None:
    with pytest.raises(ValueError, match=f"at least {MINIMUM_ORDERS} orders"):
        build(orders=MINIMUM_ORDERS - 1)


def test_nothing_happens_outside_the_25_months(
    dated_shop: tuple[date, duckdb.DuckDBPyConnection],
) -> None:
    end_day, connection = dated_shop
    coverage = demo_coverage(end_day)
    for table in FILLED:
        for column, kind in table.columns.items():
            if kind not in ("TIMESTAMP", "DATE") or column == "listed_on":
                continue
            found = f"SELECT min({column}), max({column}) FROM {table.qualified}"
            first, last = rows(connection, found)[0]
            start, end = (
                coverage[table.qualified][column][0][0],
                coverage[table.qualified][column][-1][1],
            )
            assert end == end_day + timedelta(days=1)
            boundary = datetime.combine(end, datetime.min.time())
            assert last < (boundary if kind == "TIMESTAMP" else end), (table.name, column)
            assert (first.date() if kind == "TIMESTAMP" else first) >= start, (table.name, column)


def test_the_last_day_has_orders(dated_shop: tuple[date, duckdb.DuckDBPyConnection]) -> None:
    end_day, connection = dated_shop
    placed = "SELECT count(*) FROM mart.orders WHERE created_at::DATE > ?"
    assert one(connection, placed, end_day - timedelta(days=3)) > 0


@pytest.mark.parametrize(
    ("end_day", "start"),
    [
        (date(2026, 10, 31), date(2024, 10, 1)),
        (date(2026, 11, 24), date(2024, 10, 25)),
        (date(2025, 3, 30), date(2023, 2, 28)),
        (date(2026, 3, 30), date(2024, 2, 29)),
    ],
)
def test_coverage_is_25_months(end_day: date, start: date) -> None:
    whole = ((start, end_day + timedelta(days=1)),)
    coverage = demo_coverage(end_day)
    assert coverage["mart.orders"]["paid_at"] == whole
    assert coverage["mart.customers"]["member_level"] == whole
    assert set(coverage) == {table.qualified for table in FILLED}
    assert all(set(coverage[table.qualified]) == set(table.columns) for table in FILLED)


def test_traffic_lacks_the_three_days_that_coverage_lacks(
    dated_shop: tuple[date, duckdb.DuckDBPyConnection],
) -> None:
    end_day, connection = dated_shop
    (start, gap_start), (gap_end, end) = demo_coverage(end_day)["mart.traffic_daily"]["visitors"]
    assert (gap_end - gap_start).days == 3
    days = {start + timedelta(days=n) for n in range((end - start).days)}
    missing = {gap_start + timedelta(days=n) for n in range(3)}
    counted = {row[0] for row in rows(connection, "SELECT DISTINCT day FROM mart.traffic_daily")}
    assert counted == days - missing
    gap_orders = "SELECT count(*) FROM mart.orders WHERE created_at >= ? AND created_at < ?"
    assert one(connection, gap_orders, gap_start, gap_end) > 0


def test_all_31_provinces_order_and_the_large_ones_most(shop: duckdb.DuckDBPyConnection) -> None:
    counts = dict(rows(shop, "SELECT province, count(*) FROM mart.orders GROUP BY ALL"))
    assert len(counts) == 31
    assert {"浙江省", "北京", "内蒙古自治区", "广西壮族自治区", "新疆维吾尔自治区"} <= set(counts)
    assert min(counts["浙江省"], counts["广东省"]) > 20 * counts["西藏自治区"]


def test_channels_are_four_and_douyin_grows(shop: duckdb.DuckDBPyConnection) -> None:
    share = """SELECT avg((channel = '抖音')::INTEGER) FROM mart.orders
               WHERE created_at >= ? AND created_at < ?"""
    early = one(shop, share, date(2024, 10, 1), date(2025, 4, 1))
    late = one(shop, share, date(2026, 5, 1), date(2026, 11, 1))
    assert late > 1.4 * early
    shops = rows(shop, "SELECT channel, count(DISTINCT shop) FROM mart.orders GROUP BY ALL")
    assert sorted(shops) == sorted((name, 1) for name in ("天猫", "京东", "抖音", "线下"))


@pytest.mark.parametrize("peak", [date(2025, 6, 18), date(2025, 11, 1), date(2025, 11, 11)])
def test_festivals_peak(shop: duckdb.DuckDBPyConnection, peak: date) -> None:
    paid = """SELECT count(*) / count(DISTINCT paid_at::DATE) FROM mart.orders
              WHERE paid_at >= ? AND paid_at < ?"""
    ordinary = one(shop, paid, date(2025, 7, 1), date(2025, 9, 1))
    assert one(shop, paid, peak, peak + timedelta(days=1)) > 2.5 * ordinary


def test_spring_festival_is_quiet_and_the_weeks_before_are_not(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    daily = """SELECT count(*) / (?::DATE - ?::DATE) FROM mart.orders
               WHERE created_at >= ? AND created_at < ?"""

    def rate(first: date, end: date) -> float:
        return float(one(shop, daily, end, first, first, end))

    ordinary = rate(date(2026, 3, 10), date(2026, 5, 1))
    assert rate(date(2026, 2, 14), date(2026, 2, 23)) < 0.6 * ordinary
    assert rate(date(2026, 1, 20), date(2026, 2, 5)) > 1.15 * ordinary


def test_an_open_presale_waits_for_its_balance(shop: duckdb.DuckDBPyConnection) -> None:
    waiting = rows(
        shop,
        """SELECT DISTINCT status FROM mart.orders
           WHERE is_presale AND created_at >= '2026-10-20' AND paid_at IS NULL""",
    )
    assert waiting == [("等待买家付款",)]


def test_every_status_occurs(shop: duckdb.DuckDBPyConnection) -> None:
    assert one(shop, "SELECT count(DISTINCT status) FROM mart.orders") == 6


def test_refund_rates_differ_by_category(full_shop: duckdb.DuckDBPyConnection) -> None:
    rate = dict(
        rows(
            full_shop,
            """SELECT category, avg((refund_amount > 0)::INTEGER)
               FROM mart.orders JOIN mart.order_items USING (order_key)
               JOIN mart.products USING (product_id)
               WHERE orders.paid_at IS NOT NULL GROUP BY ALL""",
        )
    )
    assert rate["彩妆"] > 2 * rate["纸品湿巾"]


def test_regulars_make_a_heavy_tail(shop: duckdb.DuckDBPyConnection) -> None:
    counts = [
        row[0]
        for row in rows(shop, "SELECT count(*) FROM mart.orders GROUP BY buyer_id ORDER BY 1")
    ]
    assert counts[len(counts) // 2] == 1
    assert counts[-1] >= 10
    levels = rows(shop, "SELECT DISTINCT member_level FROM mart.customers")
    assert {level for (level,) in levels} <= {"普通", "银卡", "金卡", "黑卡"}


def test_a_popular_product_runs_out_for_ten_days(shop: duckdb.DuckDBPyConnection) -> None:
    empty = rows(
        shop,
        """WITH stock AS (
               SELECT product_id, day, sum(quantity) AS pieces
               FROM mart.stock_daily JOIN mart.skus USING (sku_id) GROUP BY ALL
           )
           SELECT product_id, min(day), max(day), count(*) FROM stock
           WHERE pieces = 0 GROUP BY ALL HAVING count(*) >= 10""",
    )
    assert len(empty) == 1
    product, first, last, days = empty[0]
    assert days == (last - first).days + 1
    sold = """SELECT count(*) FROM mart.order_items
              WHERE product_id = ? AND created_at >= ? AND created_at < ?"""
    open_again = last + timedelta(days=1)
    assert one(shop, sold, product, last - timedelta(days=9), open_again) == 0
    assert one(shop, sold, product, first - timedelta(days=30), first) > 0
    assert one(shop, sold, product, open_again, open_again + timedelta(days=30)) > 0
    rank = rows(shop, "SELECT product_id FROM mart.order_items GROUP BY 1 ORDER BY count(*) DESC")
    assert product in [row[0] for row in rank[:3]]


def test_a_price_rises_and_its_volume_falls(full_shop: duckdb.DuckDBPyConnection) -> None:
    prices = rows(
        full_shop,
        """SELECT product_id, list_price,
                  max(item_amount / quantity) FILTER (created_at < '2025-12-01') AS best_price,
                  count(*) FILTER (created_at BETWEEN '2025-07-01' AND '2025-09-30') AS before,
                  count(*) FILTER (created_at BETWEEN '2026-07-01' AND '2026-09-30') AS after
           FROM mart.order_items JOIN mart.skus USING (sku_id, product_id)
           JOIN mart.products USING (product_id)
           WHERE sku_id IN (SELECT min(sku_id) FROM mart.skus GROUP BY product_id)
             AND listed_on < '2024-10-01'
           GROUP BY ALL""",
    )
    # The store comes near to the list price, so a product that was never so dear has been raised.
    raised = [row for row in prices if row[2] < 0.85 * float(row[1])]
    assert len(raised) == 1
    _, _, _, before, after = raised[0]
    assert after < 0.75 * before


def test_brushing_buyers_come_at_once_are_refunded_and_never_review(
    full_shop: duckdb.DuckDBPyConnection,
) -> None:
    bursts = rows(
        full_shop,
        """SELECT count(*), count(paid_at), avg((refund_amount > 0)::INTEGER), count(r.order_key)
           FROM mart.orders LEFT JOIN (SELECT DISTINCT order_key FROM mart.reviews) r
           USING (order_key)
           GROUP BY buyer_id
           HAVING count(*) >= 20 AND max(created_at) - min(created_at) < INTERVAL 2 HOUR""",
    )
    assert len(bursts) == 6
    assert all(placed == paid and reviewed == 0 for placed, paid, _, reviewed in bursts)
    assert all(0.85 < refunded <= 1.0 for _, _, refunded, _ in bursts)


def test_some_campaigns_lose_money_during_618_and_some_earn(
    full_shop: duckdb.DuckDBPyConnection,
) -> None:
    returns = dict(
        rows(
            full_shop,
            """SELECT campaign_name, (sum(attributed_amount) / sum(spend))::DOUBLE
               FROM mart.ads_daily WHERE day BETWEEN '2026-05-20' AND '2026-06-20'
               GROUP BY ALL""",
        )
    )
    assert sum(value < 1.0 for value in returns.values()) >= 3
    assert sum(value > 1.5 for value in returns.values()) >= 3


def test_traffic_converts_like_a_shop(shop: duckdb.DuckDBPyConnection) -> None:
    visitors = one(shop, "SELECT sum(visitors) FROM mart.traffic_daily")
    lines = one(
        shop,
        """SELECT count(*) FROM mart.order_items JOIN mart.orders USING (order_key)
           WHERE channel <> '线下'""",
    )
    assert 0.02 < lines / float(visitors) < 0.08
    peak = """SELECT sum(visitors) / count(DISTINCT day) FROM mart.traffic_daily
              WHERE day BETWEEN ? AND ?"""
    ordinary = one(shop, peak, date(2026, 7, 1), date(2026, 8, 31))
    assert one(shop, peak, date(2026, 6, 18), date(2026, 6, 18)) > 1.8 * ordinary
