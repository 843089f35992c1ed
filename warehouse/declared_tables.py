"""`DeclaredTables`: which tables of a PostgreSQL database may be asked, and for which days.

The database says it itself, in a table that whoever loads the data keeps:

    CREATE SCHEMA koujing;
    CREATE TABLE koujing.coverage (
        table_name text NOT NULL, column_name text, first_day date, last_day date
    );

A row vouches for the days from the first to the last, both included, of one column, or of every
column where `column_name` is NULL. Without days the table is not dated: a list of products. What no
row vouches for is unknown, never empty; the smallest and largest time in a table would not tell a
day without orders from a day that was not loaded. Used by `postgres`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
from psycopg import errors

from warehouse.errors import WarehouseError
from warehouse.manifest import (
    EVERY_DAY,
    Batch,
    DayRange,
    Kind,
    TableInfo,
    closed_range,
    merge_ranges,
)

_DECLARED = "SELECT table_name, column_name, first_day, last_day FROM koujing.coverage"
# information_schema shows what this user may read and nothing else.
_COLUMNS = """
SELECT c.table_schema || '.' || c.table_name, c.column_name, t.oid, GREATEST(r.reltuples, 0)
FROM information_schema.columns AS c
JOIN pg_namespace AS n ON n.nspname = c.table_schema
JOIN pg_class AS r ON r.relname = c.table_name AND r.relnamespace = n.oid
JOIN pg_type AS t ON t.typname = c.udt_name
JOIN pg_namespace AS tn ON tn.oid = t.typnamespace AND tn.nspname = c.udt_schema
WHERE c.table_schema || '.' || c.table_name = ANY(%s)
ORDER BY 1, c.ordinal_position
"""

TYPES: Mapping[int, str] = {
    16: "BOOLEAN",
    20: "BIGINT",
    21: "SMALLINT",
    23: "INTEGER",
    700: "FLOAT",
    701: "DOUBLE",
    1082: "DATE",
    1114: "TIMESTAMP",
    1184: "TIMESTAMP",
    1700: "DECIMAL",
}
"""PostgreSQL's number of a built-in type → DuckDB's name; every other type is read as text."""

_Row = tuple[str, str | None, date | None, date | None]


@dataclass(frozen=True)
class DeclaredTables:
    """What a database declares. Numbers of rows are its own estimates, 0 where it has none."""

    snapshot: str
    tables: Mapping[str, TableInfo]
    kind: Kind = "external"
    batches: tuple[Batch, ...] = field(default=())


def read_declared(connection: psycopg.Connection[Any]) -> DeclaredTables | None:
    """What koujing.coverage declares; None where it declares nothing.

    Raises:
        WarehouseError: there is no such table, or a row of it names nothing that can be read.
    """
    try:
        declared: list[_Row] = connection.execute(_DECLARED).fetchall()
    except (errors.UndefinedTable, errors.UndefinedColumn, errors.InsufficientPrivilege) as error:
        raise _no_declaration() from error
    if not declared:
        return None
    names = sorted({row[0] for row in declared})
    described = connection.execute(_COLUMNS, (names,)).fetchall()
    columns: dict[str, dict[str, str]] = {}
    counts: dict[str, int] = {}
    for table, column, kind, count in described:
        columns.setdefault(table, {})[column] = TYPES.get(kind, "VARCHAR")
        counts[table] = int(count)
    _check(declared, columns)
    tables = {
        name: TableInfo(columns[name], counts[name], _coverage(name, columns[name], declared))
        for name in names
    }
    return DeclaredTables(_version(declared, columns), tables)


def _check(declared: Iterable[_Row], columns: Mapping[str, Mapping[str, str]]) -> None:
    for table, column, first, last in declared:
        if table not in columns:
            raise _wrong(f"{table}", "no_table")
        if column is not None and column not in columns[table]:
            raise _wrong(f"{table}.{column}", "no_column")
        if (first is None) != (last is None) or (first and last and last < first):
            raise _wrong(f"{table}", "no_days")


def _coverage(
    table: str, columns: Iterable[str], declared: Iterable[_Row]
) -> Mapping[str, tuple[DayRange, ...]]:
    rows = [row for row in declared if row[0] == table]
    return {
        column: days
        for column in columns
        if (days := merge_ranges(_days(row) for row in rows if row[1] in (None, column)))
    }


def _days(row: _Row) -> DayRange:
    _, _, first, last = row
    return EVERY_DAY if first is None or last is None else closed_range(first, last)


def _version(declared: Iterable[_Row], columns: Mapping[str, Mapping[str, str]]) -> str:
    said = repr((sorted(map(str, declared)), sorted((t, sorted(c)) for t, c in columns.items())))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _no_declaration() -> WarehouseError:
    return WarehouseError(
        "nothing_declared",
        zh="PostgreSQL 里没有可读的表 koujing.coverage；请按 docs/engines.md 建立它，"
        "登记每张表已载入的日期。",
        en="PostgreSQL has no readable table koujing.coverage; create it as docs/engines.md "
        "shows, and declare which days of each table are loaded.",
    )


_WRONG = {
    "no_table": ("这张表不存在或不可读", "that table does not exist or cannot be read"),
    "no_column": ("这一列不存在或不可读", "that column does not exist or cannot be read"),
    "no_days": (
        "first_day 和 last_day 要么都填，要么都不填，并且先后有序",
        "first_day and last_day are given both or neither, and in order",
    ),
}


def _wrong(name: str, reason: str) -> WarehouseError:
    zh, en = _WRONG[reason]
    return WarehouseError(
        "coverage_wrong",
        zh=f"koujing.coverage 里 {name!r} 那一行不可用：{zh}；请改正或删去这一行。",
        en=f"The row {name!r} of koujing.coverage cannot be used: {en}; correct or remove it.",
    )
