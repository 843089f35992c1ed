"""`Engine`: what the assistant needs of a database, in two methods and the name of its SQL.

`Warehouse` (DuckDB, snapshots of our own) and `PostgresEngine` (someone else's tables) are engines.
Near the bottom of the package; imports `manifest` only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from warehouse.manifest import SOURCE_SCHEMA, Batch, Kind, TableInfo

Dialect = Literal["duckdb", "postgres"]
"""The SQL of an engine, by sqlglot's name."""

# A calendar of days from 1900 to 2100 has 73,414 rows.
_MOST_CROSSED = 100_000


@dataclass(frozen=True)
class Column:
    """A result column and its type, by DuckDB's name whatever the engine calls it."""

    name: str
    type: str


@dataclass(frozen=True)
class QueryResult:
    """Plain Python rows: Decimals stay Decimal, dates stay date; NaN and infinity become None."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    snapshot: str


class Contents(Protocol):
    """What an engine holds now; a `Manifest` is one. `snapshot` changes whenever the rest does."""

    @property
    def snapshot(self) -> str:
        """The name to quote with a result."""

    @property
    def kind(self) -> Kind:
        """Where the tables come from."""

    @property
    def tables(self) -> Mapping[str, TableInfo]:
        """The tables that may be asked, by qualified name."""

    @property
    def batches(self) -> tuple[Batch, ...]:
        """The files that were loaded, if that is how the tables were filled."""


class Engine(Protocol):
    """A database that answers one SELECT at a time, for reading. One object serves all threads."""

    @property
    def dialect(self) -> Dialect:
        """The SQL that `execute` takes."""

    def manifest(self) -> Contents | None:
        """What can be asked now, and for which days; None where there is nothing.

        A day that nobody vouches for is not covered.

        Raises:
            WarehouseError: the engine cannot be reached, or does not say what it holds.
        """

    def execute(self, sql: str, *, max_rows: int = 10_000, timeout_s: float = 30.0) -> QueryResult:
        """Run one SELECT over the tables of the manifest; at most `max_rows` rows come back.

        Raises:
            UnsafeSql: the guard refuses the statement.
            ExecutionError: it took longer than `timeout_s`, needed too much memory, or failed.
            WarehouseError: as `manifest`, or nothing is loaded.
        """


def crossable(contents: Contents) -> frozenset[str]:
    """Tables so small that each of their rows may meet every row of another: calendars."""
    return frozenset(
        name
        for name, table in contents.tables.items()
        if name.startswith(f"{SOURCE_SCHEMA}.") and table.row_count <= _MOST_CROSSED
    )
