"""The mart in DuckDB, filled with a shop's rows for one query, which must pass the guard."""

from __future__ import annotations

from functools import cache
from typing import Any

import duckdb

from semantic_layer import Catalog, SourceTable
from tests.semantic_layer.reference.shop import Shop
from warehouse.guard import guard
from warehouse.schema import TABLES

COLUMNS = {table.qualified: dict(table.columns) for table in TABLES}
_CALENDAR = "mart.calendar"


def catalog_of(shop: Shop) -> Catalog:
    """What is loaded: every column of a table for the days that its files cover."""
    return Catalog(
        {
            source: SourceTable(
                columns,
                dict.fromkeys(columns, (shop.covered[source],)) if source in shop.covered else {},
            )
            for source, columns in COLUMNS.items()
        }
    )


def run(sql: str, shop: Shop) -> list[tuple[Any, ...]]:
    """The rows of what the guard lets through."""
    safe_sql = guard(sql, COLUMNS, max_rows=10_000)
    connection = _connection().cursor()
    for source, rows in shop.tables.items():
        connection.execute(f"DELETE FROM {source}")
        for row in rows:
            marks = ", ".join("?" for _ in row)
            connection.execute(
                f"INSERT INTO {source} ({', '.join(row)}) VALUES ({marks})", [*row.values()]
            )
    return connection.execute(safe_sql).fetchall()


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """The empty tables, and a calendar that reaches beyond the data on both sides."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA mart")
    for source, columns in COLUMNS.items():
        typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"CREATE TABLE {source} ({typed})")
    connection.execute(
        f"INSERT INTO {_CALENDAR} SELECT unnest(generate_series(DATE '2019-01-01', "
        "DATE '2022-12-31', INTERVAL 1 DAY))"
    )
    return connection
