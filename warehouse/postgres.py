"""`PostgresEngine`: one guarded SELECT on somebody else's PostgreSQL, read-only.

The other engine beside `Warehouse`. A request is one read-only transaction: what is declared is
read in it, the guard judges the statement by that, and its print-out runs. The only module that
imports psycopg, which the extra `postgres` brings.
"""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import psycopg
from psycopg import errors

from warehouse.declared_tables import TYPES, DeclaredTables, read_declared
from warehouse.engine import Column, QueryResult, crossable
from warehouse.errors import WarehouseError, failed, out_of_memory, too_slow
from warehouse.guard import guard

_MOST_IDLE = 4
_CONNECT_S = 10
_LOOK_S = 10.0
# LOCAL: a pooler between us and the server may hand each transaction to another session. With an
# empty path a bare name is a function of pg_catalog or nothing.
_BEGIN = """
SELECT set_config('search_path', 'pg_catalog', true), set_config('statement_timeout', %s, true)
"""


class PostgresEngine:
    """A PostgreSQL database that says in `koujing.coverage` what it holds."""

    dialect: Final = "postgres"

    def __init__(self, url: str = "") -> None:
        """`url` is a libpq connection string; what it leaves out comes from PGHOST and the like.

        Nothing is opened yet.
        """
        self._url = url
        self._idle: list[psycopg.Connection] = []
        weakref.finalize(self, _close_all, self._idle)
        self._lock = threading.Lock()

    def manifest(self) -> DeclaredTables | None:
        """What is declared now, or None where that is nothing. Asks the database each time."""
        with _told(), self._transaction(_LOOK_S) as connection:
            return read_declared(connection)

    def execute(self, sql: str, *, max_rows: int = 10_000, timeout_s: float = 30.0) -> QueryResult:
        """As `Engine.execute`; numbers without decimals come back as int, moments without zone."""
        with _told(), self._transaction(timeout_s) as connection:
            declared = read_declared(connection)
            if declared is None:
                raise _nothing_declared()
            safe_sql = guard(
                sql,
                {name: table.columns for name, table in declared.tables.items()},
                max_rows=max_rows + 1,
                crossable=crossable(declared),
                dialect=self.dialect,
            )
            cursor = connection.execute(safe_sql.encode(), prepare=False)
            rows = cursor.fetchall()
            columns = tuple(
                Column(item.name, TYPES.get(item.type_code, "VARCHAR"))
                for item in cursor.description or ()
            )
        return QueryResult(
            columns=columns,
            rows=tuple(tuple(map(_plain, row)) for row in rows[:max_rows]),
            truncated=len(rows) > max_rows,
            snapshot=declared.snapshot,
        )

    def close(self) -> None:
        """Close the connections that nobody uses; a later request opens a new one."""
        with self._lock:
            _close_all(self._idle)

    @contextmanager
    def _transaction(self, timeout_s: float) -> Iterator[psycopg.Connection]:
        connection = self._begun(timeout_s)
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _begun(self, timeout_s: float) -> psycopg.Connection:
        """A connection in a transaction of its own; one that died while idle is replaced."""
        begin = (str(max(1, round(timeout_s * 1000))),)
        while (idle := self._taken()) is not None:
            try:
                idle.execute(_BEGIN, begin)
            except psycopg.OperationalError:
                idle.close()
            else:
                return idle
        connection = self._connected()
        connection.execute(_BEGIN, begin)
        return connection

    def _taken(self) -> psycopg.Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _connected(self) -> psycopg.Connection:
        try:
            connection = psycopg.connect(
                self._url,
                connect_timeout=_CONNECT_S,
                application_name="koujing",
                prepare_threshold=None,
            )
        except psycopg.Error as error:
            raise _unreachable() from error
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        return connection

    def _give_back(self, connection: psycopg.Connection) -> None:
        try:
            connection.rollback()
        except psycopg.Error:
            connection.close()
        with self._lock:
            if not connection.closed and len(self._idle) < _MOST_IDLE:
                self._idle.append(connection)
                return
        connection.close()


def _close_all(idle: list[psycopg.Connection]) -> None:
    while idle:
        idle.pop().close()


@contextmanager
def _told() -> Iterator[None]:
    """What the database says becomes a sentence of ours; its own may carry data or an address."""
    try:
        yield
    except errors.QueryCanceled as error:
        raise too_slow() from error
    except (errors.OutOfMemory, errors.DiskFull, errors.ConfigurationLimitExceeded) as error:
        raise out_of_memory() from error
    except psycopg.OperationalError as error:
        raise _unreachable() from error
    except psycopg.Error as error:
        raise failed() from error


def _unreachable() -> WarehouseError:
    return WarehouseError(
        "engine_unreachable",
        zh="连不上 PostgreSQL；请检查设置 engine_url（或 KOUJING_ENGINE_URL）、网络和账号密码。",
        en="PostgreSQL cannot be reached; check the setting engine_url (or KOUJING_ENGINE_URL), "
        "the network, and the user and password.",
    )


def _nothing_declared() -> WarehouseError:
    return WarehouseError(
        "nothing_declared",
        zh="表 koujing.coverage 是空的；请在其中登记每张表已载入的日期。",
        en="The table koujing.coverage is empty; "
        "declare in it which days of each table are loaded.",
    )


def _plain(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            if not value.is_finite():
                return None
            return int(value) if value.as_tuple().exponent == 0 else value
        case datetime():
            return value.replace(tzinfo=None)
        case _:
            return value
