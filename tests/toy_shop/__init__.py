"""The toy shop: eight small tables with traps, its definitions, and its coverage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from semantic_layer import (
    Catalog,
    CompiledQuery,
    DateRange,
    SemanticModel,
    SemanticQuery,
    SourceTable,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.loader import load_model

HERE = Path(__file__).parent
TODAY = date(2025, 3, 10)
COVERED = DateRange(date(2024, 2, 28), date(2025, 3, 9))
TABLES = (
    *("orders", "order_items", "products", "customers", "refunds", "calendar"),
    *("stock_daily", "visits", "member_levels"),
)

Rows = list[tuple[Any, ...]]


@cache
def model() -> SemanticModel:
    """The toy shop's definitions."""
    return load_model(HERE / "models")


@cache
def connect() -> duckdb.DuckDBPyConnection:
    """A database with the toy shop's tables, for reading; one for the whole run."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA mart")
    connection.execute((HERE / "data.sql").read_text(encoding="utf-8"))
    return connection


def catalog(**covered: tuple[DateRange, ...]) -> Catalog:
    """Every column of every table covered for `COVERED`; `table__column=ranges` says otherwise."""
    return Catalog(
        {
            f"mart.{name}": SourceTable(
                columns, {c: covered.get(f"{name}__{c}", (COVERED,)) for c in columns}
            )
            for name, columns in _columns().items()
        }
    )


@cache
def _columns() -> dict[str, dict[str, str]]:
    described = {name: rows_of(f"DESCRIBE mart.{name}") for name in TABLES}
    return {name: {row[0]: row[1] for row in rows} for name, rows in described.items()}


def rows_of(sql: str) -> Rows:
    """The rows of a SQL text over the toy shop."""
    return connect().cursor().execute(sql).fetchall()


def compiled(query: SemanticQuery, known: Catalog | None = None) -> CompiledQuery:
    """Resolve, plan and compile over the toy shop on `TODAY`."""
    return compile_query(plan(resolve(query, model(), known or catalog(), TODAY)))


def answer(query: SemanticQuery | dict[str, Any], known: Catalog | None = None) -> Rows:
    """The rows of a query; the SQL is printed, so that a failing test shows it."""
    parsed = SemanticQuery.model_validate(query)
    sql = compiled(parsed, known).sql
    print(sql)  # noqa: T201 - pytest shows it when the test fails
    return rows_of(sql)


def money(text: str) -> Decimal:
    """An exact amount."""
    return Decimal(text)
