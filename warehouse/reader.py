"""Read-only connections that follow CURRENT: one open snapshot, leased to each request.

A request gets a fresh cursor. When CURRENT moves, new requests open the new file and the old
connection is closed by its last running query. Imports only `errors`, `manifest` and `snapshots`
of this package.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from warehouse.errors import WarehouseError
from warehouse.manifest import Manifest
from warehouse.snapshots import SnapshotStore

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "temp_directory": "",
    "memory_limit": "2GB",
    "threads": min(4, os.cpu_count() or 1),
}


def open_reader(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a snapshot so that SQL can reach nothing but the tables in it."""
    connection = duckdb.connect(str(path), read_only=True, config=_CONFIG)
    # Connections of one process to one file share an instance, and its locked settings.
    row = connection.execute("SELECT current_setting('lock_configuration')").fetchone()
    if row and not row[0]:
        # Without this the open database file itself stays readable through read_blob and the like.
        connection.execute("SET disabled_filesystems='LocalFileSystem'")
        connection.execute("SET lock_configuration=true")
    return connection


@dataclass
class _OpenSnapshot:
    manifest: Manifest
    connection: duckdb.DuckDBPyConnection
    running: int = 0
    retired: bool = False


@dataclass
class Reader:
    """The open snapshot of one warehouse folder. Thread-safe."""

    store: SnapshotStore
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pointer: bytes | None = None
    _manifest: Manifest | None = None
    _open: _OpenSnapshot | None = None

    def manifest(self) -> Manifest | None:
        """The manifest that CURRENT holds now; parsed again only when its bytes changed."""
        with self._lock:
            return self._refresh()

    @contextmanager
    def lease(self) -> Iterator[tuple[Manifest, duckdb.DuckDBPyConnection]]:
        """A fresh cursor on the current snapshot, closed at the end.

        Raises:
            WarehouseError: nothing is loaded, or the snapshot cannot be opened.
        """
        with self._lock:
            snapshot = self._current()
            snapshot.running += 1
            cursor = snapshot.connection.cursor()
        try:
            yield snapshot.manifest, cursor
        finally:
            cursor.close()
            with self._lock:
                snapshot.running -= 1
                _close_if_done(snapshot)

    def _refresh(self) -> Manifest | None:
        content = self.store.pointer_content()
        if content != self._pointer:
            self._manifest = None if content is None else Manifest.from_json(content)
            self._pointer = content
        return self._manifest

    def _current(self) -> _OpenSnapshot:
        manifest = self._refresh()
        if manifest is None:
            raise WarehouseError(
                "nothing_loaded",
                zh="还没有数据；请先用 koujing ingest 导入订单导出文件，或用 koujing demo "
                "建立演示店铺。",
                en="There are no data yet; load an export with `koujing ingest`, or build the "
                "demo shop "
                "with `koujing demo`.",
            )
        if self._open is None or self._open.manifest != manifest:
            opened = _OpenSnapshot(manifest, self._connect(manifest))
            if self._open is not None:
                self._open.retired = True
                _close_if_done(self._open)
            self._open = opened
        return self._open

    def _connect(self, manifest: Manifest) -> duckdb.DuckDBPyConnection:
        path = self.store.snapshot_path(manifest)
        try:
            connection = open_reader(path)
        except duckdb.Error as error:
            raise _damaged(manifest) from error
        if not _row_counts_match(connection, manifest):
            connection.close()
            raise _damaged(manifest)
        return connection


def _close_if_done(snapshot: _OpenSnapshot) -> None:
    if snapshot.retired and snapshot.running == 0:
        snapshot.connection.close()


def _row_counts_match(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> bool:
    counts = " UNION ALL ".join(
        f"SELECT '{name}', count(*) FROM {_quoted(name)}"  # noqa: S608 — our own manifest's names
        for name in manifest.tables
    )
    try:
        found = dict(connection.execute(counts).fetchall()) if counts else {}
    except duckdb.Error:
        return False
    return found == {name: table.row_count for name, table in manifest.tables.items()}


def _quoted(name: str) -> str:
    return ".".join(f'"{part}"' for part in name.split("."))


def _damaged(manifest: Manifest) -> WarehouseError:
    return WarehouseError(
        "snapshot_damaged",
        zh=f"数据快照 {manifest.file} 已损坏；请从备份恢复 warehouse 文件夹，或移走后重新导入。",
        en=f"The snapshot {manifest.file} is damaged; restore the warehouse folder from a "
        "backup, or move "
        "it away and load the exports again.",
    )
