"""Compiled SQL against the same query by hand, on ten million orders: budget, a ratio ≤ 1.05."""

from __future__ import annotations

from functools import partial
from typing import Any

import duckdb

from bench.report import milliseconds, side_by_side
from semantic_layer import (
    Catalog,
    DateRange,
    SemanticQuery,
    SourceTable,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.loader import load_model

ORDERS = 10_000_000
RUNS = 9
SHORT, SHORT_RUNS = 20, 300  # a query of a few milliseconds is mostly noise
QUERIES = {
    "one month": (
        {
            "metrics": ["paid_orders", "paid_amount"],
            "time": {"kind": "range", "start": "2025-03-01", "end": "2025-04-01"},
        },
        "SELECT count(*), sum(order_amount) FROM mart.orders "
        "WHERE paid_at >= DATE '2025-03-01' AND paid_at < DATE '2025-04-01'",
    ),
    "by province": (
        {"metrics": ["paid_amount"], "group_by": ["province"]},
        "SELECT province, sum(order_amount) FROM mart.orders WHERE paid_at IS NOT NULL "
        "GROUP BY province ORDER BY 2 DESC, 1",
    ),
    "two time bases by day": (
        {"metrics": ["placed_orders", "paid_orders"], "group_by": ["metric_time__day"]},
        "SELECT day, placed, paid FROM "
        "(SELECT created_at::DATE AS day, count(*) AS placed FROM mart.orders GROUP BY 1) "
        "FULL JOIN (SELECT paid_at::DATE AS day, count(*) AS paid FROM mart.orders "
        "WHERE paid_at IS NOT NULL GROUP BY 1) USING (day) ORDER BY day",
    ),
    "distinct buyers by month": (
        {"metrics": ["paid_buyers"], "group_by": ["metric_time__month"]},
        "SELECT date_trunc('month', paid_at)::DATE, count(DISTINCT buyer_id) FROM mart.orders "
        "WHERE paid_at IS NOT NULL GROUP BY 1 ORDER BY 1",
    ),
}


def main() -> None:
    """Run each pair in turns and print the ratios."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("CREATE SCHEMA mart")
        connection.execute(
            "CREATE TABLE mart.orders AS SELECT 'o' || n AS order_key, "
            "TIMESTAMP '2024-01-01' + to_seconds(n * 6) AS created_at, "
            "CASE WHEN n % 7 > 0 THEN created_at + to_seconds(n % 5000) END AS paid_at, "
            "CAST((n * 37) % 50000 AS DECIMAL(18, 2)) / 100 AS order_amount, "
            "'b' || (n * 31) % 900000 AS buyer_id, 'p' || n % 31 AS province "
            f"FROM range({ORDERS}) AS numbers(n)"
        )
        connection.execute(
            "CREATE TABLE mart.calendar AS SELECT CAST(day AS DATE) AS day "
            "FROM range(DATE '2015-01-01', DATE '2036-01-01', INTERVAL 1 DAY) AS days(day)"
        )
        for title, (query, by_hand) in QUERIES.items():
            compiled = _compiled(connection, SemanticQuery.model_validate(query))
            side_by_side(title, *_turns(connection, compiled, by_hand), "by hand")


def _turns(connection: duckdb.DuckDBPyConnection, *queries: str) -> tuple[list[float], list[float]]:
    """Times of the two queries, which go first by turns."""
    runs = [partial(_rows, connection, sql) for sql in queries]
    is_short = max(milliseconds(run) for run in (*runs, *runs)) < SHORT
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(SHORT_RUNS if is_short else RUNS):
        for which in (0, 1) if number % 2 else (1, 0):
            times[which].append(milliseconds(runs[which]))
    return times


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Any]:
    return connection.execute(sql).fetchall()


def _compiled(connection: duckdb.DuckDBPyConnection, query: SemanticQuery) -> str:
    first, last = connection.execute(
        "SELECT min(created_at)::DATE, max(created_at)::DATE + 1 FROM mart.orders"
    ).fetchall()[0]
    tables = {}
    for name in ("orders", "calendar"):
        rows = connection.execute(f"DESCRIBE mart.{name}").fetchall()
        columns = {row[0]: row[1] for row in rows}
        tables[f"mart.{name}"] = SourceTable(
            columns, dict.fromkeys(columns, (DateRange(first, last),))
        )
    return compile_query(plan(resolve(query, load_model(), Catalog(tables), last))).sql


if __name__ == "__main__":
    main()
