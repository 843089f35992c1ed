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
from pathlib import Path
from typing import Any, Final

import duckdb

from warehouse.engine import Column, QueryResult, crossable
from warehouse.errors import failed, out_of_memory, too_slow
from warehouse.guard import guard
from warehouse.manifest import Manifest
from warehouse.reader import Reader
from warehouse.snapshots import SnapshotStore


class Warehouse:
    """The DuckDB engine of one project. One object serves all threads."""

    dialect: Final = "duckdb"

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
            safe_sql = guard(sql, tables, max_rows=max_rows + 1, crossable=crossable(manifest))
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
        raise (too_slow() if timed_out.is_set() else failed()) from error
    except duckdb.OutOfMemoryException as error:
        raise out_of_memory() from error
    except duckdb.Error as error:
        raise failed() from error


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
