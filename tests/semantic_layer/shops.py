"""A small shop of rows, loaded into the toy shop's tables, and a query run over it."""

from __future__ import annotations

from typing import Any

import duckdb

from tests import toy_shop
from tests.semantic_layer.evaluator import Shop

TABLES = ("orders", "order_items", "products", "customers", "refunds", "stock_daily")


def run(sql: str, shop: Shop) -> list[tuple[Any, ...]]:
    """The rows of a SQL text over the tables of `shop`."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA mart")
        connection.execute((toy_shop.HERE / "data.sql").read_text(encoding="utf-8"))
        for name in TABLES:
            connection.execute(f"DELETE FROM mart.{name}")
            for row in getattr(shop, name):
                marks = ", ".join("?" for _ in row)
                connection.execute(
                    f"INSERT INTO mart.{name} ({', '.join(row)}) VALUES ({marks})", [*row.values()]
                )
        return connection.execute(sql).fetchall()
