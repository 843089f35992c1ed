"""Tables of a DuckDB database, written into PostgreSQL with their types, days and all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import psycopg
from psycopg import sql

TYPES = {
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "HUGEINT": "numeric",
    "TINYINT": "smallint",
    "VARCHAR": "text",
}
DECLARATION = """
CREATE SCHEMA koujing;
CREATE TABLE koujing.coverage (
    table_name text NOT NULL, column_name text, first_day date, last_day date
);
"""


def tables_of(source: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of a database by qualified name."""
    found = source.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY 1"
    ).fetchall()
    return [name for (name,) in found]


def copy_tables(
    source: duckdb.DuckDBPyConnection, target: psycopg.Connection, tables: Iterable[str]
) -> None:
    """Create each table in PostgreSQL and fill it with the rows that DuckDB has."""
    for name in tables:
        schema, table = name.split(".")
        described = source.execute(f"DESCRIBE {name}").fetchall()
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(row[0]), sql.SQL(TYPES.get(row[1], row[1])))
            for row in described
        )
        place = sql.Identifier(schema, table)
        target.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        target.execute(sql.SQL("CREATE TABLE {} ({})").format(place, columns))
        rows = source.execute(f"SELECT * FROM {name}").fetchall()
        insert_rows(target, name, [row[0] for row in described], rows)
        target.execute(sql.SQL("ANALYZE {}").format(place))


def insert_rows(
    target: psycopg.Connection, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Add rows to a table of PostgreSQL."""
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(*name.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with target.cursor() as cursor, cursor.copy(copy) as writer:
        for row in rows:
            writer.write_row(row)
