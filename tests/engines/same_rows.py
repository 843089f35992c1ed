"""A query in PostgreSQL's words, its rows over a small shop, and rows that two engines share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql

from semantic_layer import SemanticQuery, compile_query, plan, resolve
from tests import toy_shop
from tests.engines.copied_tables import insert_rows
from tests.semantic_layer.evaluator import Shop
from tests.semantic_layer.shops import TABLES
from warehouse.guard import guard


def in_words(query: SemanticQuery | dict[str, Any]) -> str:
    """The SQL of a query over the toy shop; it is printed, so that a failing test shows it."""
    asked = SemanticQuery.model_validate(query)
    planned = plan(resolve(asked, toy_shop.model(), toy_shop.catalog(), toy_shop.TODAY))
    text = compile_query(planned, "postgres").sql
    print(text)  # noqa: T201 - pytest shows it when the test fails
    return text


def plain(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows whose numbers are equal where they agree in twelve digits, of whichever type."""
    return [tuple(map(_plain, row)) for row in rows]


def _plain(cell: Any) -> Any:
    is_number = isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
    return float(f"{cell:.12g}") if is_number else cell


def rows_over(owner: psycopg.Connection, shop: Shop, query: SemanticQuery) -> list[tuple[Any, ...]]:
    """The rows of a guarded query over a shop that is there for this one statement only."""
    tables = {name: table.columns for name, table in toy_shop.catalog().tables.items()}
    safe_sql = guard(in_words(query), tables, max_rows=10_000, dialect="postgres")
    with owner.transaction(force_rollback=True):
        for name in TABLES:
            owner.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("mart", name)))
            rows = getattr(shop, name)
            if rows:
                columns = list(rows[0])
                values = [[row[column] for column in columns] for row in rows]
                insert_rows(owner, f"mart.{name}", columns, values)
        return owner.execute(safe_sql.encode()).fetchall()
