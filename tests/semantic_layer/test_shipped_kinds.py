"""The shipped level and running values mean what they say."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.semantic_layer.test_definitions import JANUARY, ROWS, ask, create_mart, insert, value


@pytest.fixture
def mart_of_rows() -> Iterator[duckdb.DuckDBPyConnection]:
    """The mart's tables, to be filled."""
    with duckdb.connect() as connection:
        create_mart(connection)
        yield connection


def test_stock_is_that_of_the_last_day_and_reaches_its_product(
    mart_of_rows: duckdb.DuckDBPyConnection,
) -> None:
    insert(mart_of_rows, "products", {"product_id": "p", "category": "面膜"})
    insert(mart_of_rows, "skus", {"sku_id": "k1", "product_id": "p"}, {"sku_id": "k2"})
    days = (("2026-01-30", "k1", 9), ("2026-01-31", "k1", 4), ("2026-01-31", "k2", 3))
    rows = [{"day": d, "sku_id": k, "warehouse": "杭州仓", "quantity": n} for d, k, n in days]
    insert(mart_of_rows, "stock_daily", *rows)
    assert value(mart_of_rows, "stock_on_hand", time=JANUARY) == 7
    by_category = ask(mart_of_rows, metrics=["stock_on_hand"], group_by=["category"], time=JANUARY)
    assert dict(by_category) == {"面膜": 4, None: 3}


@pytest.mark.parametrize(
    ("metric", "february"),
    [("paid_amount_mtd", 50), ("paid_amount_7d", 50), ("paid_buyers_30d", 2)],
)
def test_running_values_start_anew_or_look_back(
    mart_of_rows: duckdb.DuckDBPyConnection, metric: str, february: int
) -> None:
    for key, _, _, paid, amount, _, buyer in ROWS:
        row = {"order_key": key, "paid_at": paid, "order_amount": amount, "buyer_id": buyer}
        insert(mart_of_rows, "orders", row)
    days = "DATE '2025-12-01', DATE '2026-03-01', INTERVAL 1 DAY"
    mart_of_rows.execute(f"INSERT INTO mart.calendar SELECT day::DATE FROM range({days}) AS t(day)")
    third = {"kind": "range", "start": "2026-02-03", "end": "2026-02-04"}
    assert value(mart_of_rows, metric, time=third) == february
    ((_, by_day),) = ask(mart_of_rows, metrics=[metric], group_by=["metric_time__day"], time=third)
    assert by_day == february
