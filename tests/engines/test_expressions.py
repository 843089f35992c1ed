"""One expression at a time on both engines: the same JSON comes out, value and type.

Each is a reason for a rewrite of `postgres_sql`: without it PostgreSQL stops, or says otherwise.
"""

from __future__ import annotations

import math
from datetime import datetime

import psycopg
import pytest
import sqlglot
from sqlglot import exp

from assistant.presentation.cells import cell
from semantic_layer.printing.dialects import printed
from tests import toy_shop
from warehouse.postgres import PostgresEngine

DAY = "CAST('2024-02-03' AS DATE)"
LATER = "CAST('2025-01-01 01:02:03' AS TIMESTAMP)"
EXPRESSIONS = [
    "AVG(quantity)",
    "AVG(quantity) FILTER (WHERE quantity > 1)",
    "STDDEV_SAMP(quantity)",
    f"DATE_TRUNC('hour', {DAY})",
    f"DATE_TRUNC('month', {DAY})",
    f"CAST(DATE_TRUNC('week', {DAY}) AS DATE)",
    f"EXTRACT(ISODOW FROM {DAY})",
    f"EXTRACT(HOUR FROM {DAY})",
    "EXTRACT(SECOND FROM CAST('2024-01-01 00:00:01.7' AS TIMESTAMP))",
    f"YEAR({DAY})",
    f"QUARTER({DAY})",
    "ROUND(CAST(2.5 AS DOUBLE))",
    "ROUND(CAST(-2.5 AS DOUBLE))",
    "ROUND(CAST(1.25 AS DOUBLE), 1)",
    "ROUND(SUM(quantity) / 7, 2)",
    "SUM(quantity) / 0",
    "7 / 2",
    "7 // 2",
    "-7 // 2",
    "-7 % 2",
    "NULL - NULL",
    "NULL * SUM(quantity)",
    "SUM(quantity > 1)",
    "SUM(paid_at IS NULL)",
    f"DATE_DIFF('day', {DAY}, {LATER})",
    f"DATE_DIFF('month', {DAY}, {LATER})",
    f"DATE_DIFF('quarter', {LATER}, {DAY})",
    f"DATE_DIFF('year', {DAY}, {LATER})",
    f"DATE_DIFF('hour', {DAY}, {LATER})",
    f"DATE_DIFF('minute', {LATER}, {DAY})",
    f"DATE_DIFF('second', {DAY}, {LATER})",
    f"{LATER} - INTERVAL '1' QUARTER",
    f"{DAY} + INTERVAL '1' MONTH",
    f"{DAY} - CAST('2024-01-01' AS DATE)",
    f"GREATEST({DAY}, NULL)",
    "CONCAT('a', NULL, 'b')",
    "MAX('口径' || '指标')",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression(expression: str, engine: PostgresEngine) -> None:
    text = f"SELECT {expression} AS x, COUNT(*) AS n FROM mart.order_items"
    tree = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    sql = printed(tree, "postgres")
    print(sql)  # noqa: T201 - pytest shows it when the test fails
    ((found, _),) = engine.execute(sql).rows
    ((expected, _),) = toy_shop.rows_of(text)
    if isinstance(expected, float) and not math.isfinite(expected):
        expected = None  # as `Warehouse.execute` gives it
    value, wanted = cell(found), cell(expected)
    assert value == (pytest.approx(wanted) if isinstance(wanted, float) else wanted)
    assert type(value) is type(wanted)


def test_padding_of_three_tables_has_types(engine: PostgresEngine) -> None:
    arms = (
        "SELECT 1 AS k, NULL AS a, NULL AS b",
        "SELECT 2, NULL, CAST('2024-01-01' AS DATE)",
        "SELECT 3, 1.5, NULL",
    )
    tree = sqlglot.parse_one(f"{' UNION ALL '.join(arms)} ORDER BY k", dialect="duckdb")
    assert isinstance(tree, exp.Query)
    rows = engine.execute(printed(tree, "postgres")).rows
    assert [tuple(map(cell, row)) for row in rows] == [
        (1, None, None),
        (2, None, "2024-01-01"),
        (3, 1.5, None),
    ]


def test_the_start_of_a_month_without_a_midnight(server: str, owner: psycopg.Connection) -> None:
    assert owner
    in_asuncion = PostgresEngine(f"{server} options='-c timezone=America/Asuncion'")
    text = "SELECT DATE_TRUNC('month', CAST('2017-10-05' AS DATE)) AS start"
    tree = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    assert in_asuncion.execute(printed(tree, "postgres")).rows == ((datetime(2017, 10, 1),),)
    in_asuncion.close()
