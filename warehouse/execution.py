"""`Warehouse`: run one guarded SELECT on the current snapshot and return plain rows.

The last step of the line before presentation. Every statement goes through the guard, whoever
wrote it, and what runs is the guard's own print-out. Imports nothing outside this package but
duckdb.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import ExecutionError
from warehouse.guard import guard
from warehouse.manifest import SOURCE_SCHEMA, Manifest
from warehouse.reader import Reader
from warehouse.snapshots import SnapshotStore

# A calendar of days from 1900 to 2100 has 73,414 rows.
_MOST_CROSSED = 100_000


@dataclass(frozen=True)
class Column:
    """A result column and its SQL type."""

    name: str
    type: str


@dataclass(frozen=True)
class QueryResult:
    """Plain Python rows: Decimals stay Decimal, dates stay date; NaN and infinity become None."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    snapshot: str


class Warehouse:
    """The warehouse of one project, for reading. One object serves all threads."""

    def __init__(self, folder: Path) -> None:
        """`folder` is PROJECT/warehouse; it need not exist yet."""
        self._reader = Reader(SnapshotStore(folder))

    def manifest(self) -> Manifest | None:
        """What is loaded now, or None. Looks at CURRENT each time and opens no database."""
        return self._reader.manifest()

    def execute(self, sql: str, *, max_rows: int = 10_000, timeout_s: float = 30.0) -> QueryResult:
        """Run one SELECT over the tables of the manifest; at most `max_rows` rows come back.

        Raises:
            UnsafeSql: the guard refuses the statement.
            ExecutionError: it took longer than `timeout_s`, needed too much memory, or failed.
            WarehouseError: nothing is loaded, or the snapshot cannot be opened.
        """
        with self._reader.lease() as (manifest, cursor):
            tables = {name: table.columns for name, table in manifest.tables.items()}
            crossable = {
                name
                for name, table in manifest.tables.items()
                if name.startswith(f"{SOURCE_SCHEMA}.") and table.row_count <= _MOST_CROSSED
            }
            safe_sql = guard(sql, tables, max_rows=max_rows + 1, crossable=crossable)
            with _interrupted_after(cursor, timeout_s) as timed_out:
                description, rows = _run(cursor, safe_sql, timed_out)
        return QueryResult(
            columns=tuple(Column(str(item[0]), str(item[1])) for item in description),
            rows=tuple(tuple(map(_plain, row)) for row in rows[:max_rows]),
            truncated=len(rows) > max_rows,
            snapshot=manifest.snapshot,
        )


def _run(
    cursor: duckdb.DuckDBPyConnection, sql: str, timed_out: threading.Event
) -> tuple[list[Any], list[tuple[Any, ...]]]:
    try:
        cursor.execute(sql)
        return list(cursor.description or ()), cursor.fetchall()
    except duckdb.InterruptException as error:
        raise (_too_slow() if timed_out.is_set() else _failed()) from error
    except duckdb.OutOfMemoryException as error:
        raise ExecutionError(
            "out_of_memory",
            zh="这个查询需要的内存太多；请缩短时间范围或减少分组后再试。",
            en="This query needs too much memory; try a shorter period or fewer groups.",
        ) from error
    except duckdb.Error as error:
        raise _failed() from error


def _too_slow() -> ExecutionError:
    return ExecutionError(
        "timeout",
        zh="查询超时，已停止；请缩短时间范围或减少分组后再试。",
        en="The query took too long and was stopped; try a shorter period or fewer groups.",
    )


def _failed() -> ExecutionError:
    # The engine's text may carry data values (a failed cast quotes the cell), so it stays in
    # __cause__.
    return ExecutionError(
        "query_failed",
        zh="数据库无法执行这个查询；请换一种问法，或把问题报告给分析师。",
        en="The database could not run this query; ask differently, or report it to an analyst.",
    )


@contextmanager
def _interrupted_after(
    cursor: duckdb.DuckDBPyConnection, seconds: float
) -> Iterator[threading.Event]:
    timed_out = threading.Event()
    lock = threading.Lock()
    done = False

    def interrupt() -> None:
        with lock:
            if not done:
                timed_out.set()
                cursor.interrupt()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield timed_out
    finally:
        with lock:
            done = True
        timer.cancel()


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
