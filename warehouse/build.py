"""A build file from the inside: its schemas, how it is opened, how it becomes the snapshot.

Both ways to fill a warehouse — ingest and the demo shop — go through here. Imports `manifest`,
`schema`, `snapshots` of this package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.cleaning import FIRST_DAY, LAST_DAY
from warehouse.manifest import Batch, DayRange, Kind, Manifest, TableInfo
from warehouse.schema import TABLES, Table
from warehouse.snapshots import SnapshotStore

Coverage = Mapping[str, Mapping[str, tuple[DayRange, ...]]]
"""Qualified table → column → covered days."""

# Nearly every row has its own: DuckDB's search for a dictionary takes longer than zstd and finds
# none. Reading is as fast.
_UNLIKE = {"order_key", "order_id", "item_key", "refund_id", "buyer_id"}

_META = (
    "CREATE TABLE meta.batches (batch_id INTEGER, file VARCHAR, source VARCHAR, sha256 VARCHAR, "
    "row_count BIGINT, new_count BIGINT, updated_count BIGINT, loaded_at TIMESTAMP, "
    "has_order_ids BOOLEAN)",
    "CREATE TABLE meta.batch_shops (batch_id INTEGER, channel VARCHAR, shop VARCHAR, "
    "first_day DATE, last_day DATE, first_event DATE, last_event DATE, columns VARCHAR[])",
    "CREATE TABLE meta.coverage "
    "(table_name VARCHAR, column_name VARCHAR, start_day DATE, end_day DATE)",
)


@contextmanager
def open_build(path: Path, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a build file for writing; a new one gets its schemas. Closed with a checkpoint."""
    is_new = not path.exists()
    if not is_new:
        path.chmod(0o600)
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET temp_directory = $folder", {"folder": str(scratch)})
        if is_new:
            _create_schemas(connection)
        yield connection
        connection.execute("CHECKPOINT")


def _create_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in ("mart", "raw", "meta"):
        connection.execute(f"CREATE SCHEMA {schema}")
    for table in TABLES:
        columns = ", ".join(
            f"{name} {kind} {'USING COMPRESSION zstd' if name in _UNLIKE else ''}"
            for name, kind in table.columns.items()
        )
        connection.execute(f"CREATE TABLE {table.qualified} ({columns})")
    for statement in _META:
        connection.execute(statement)
    connection.execute(
        "INSERT INTO mart.calendar SELECT unnest(generate_series("
        f"DATE '{FIRST_DAY}', DATE '{LAST_DAY}', INTERVAL 1 DAY))::DATE"
    )


def record_coverage(connection: duckdb.DuckDBPyConnection, coverage: Coverage) -> None:
    """Keep the coverage in the file as well, for whoever opens it without the pointer."""
    rows = [
        (table, column, start, end)
        for table, columns in coverage.items()
        for column, ranges in columns.items()
        for start, end in ranges
    ]
    connection.execute("DELETE FROM meta.coverage")
    if rows:
        connection.executemany("INSERT INTO meta.coverage VALUES (?, ?, ?, ?)", rows)


def table_infos(connection: duckdb.DuckDBPyConnection, coverage: Coverage) -> dict[str, TableInfo]:
    """What the manifest says of each mart table."""
    return {
        table.qualified: TableInfo(
            columns=dict(table.columns),
            row_count=_row_count(connection, table),
            coverage=dict(coverage.get(table.qualified, {})),
        )
        for table in TABLES
    }


def _row_count(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table.qualified}").fetchone()  # noqa: S608
    assert row is not None
    return int(row[0])


def publish_build(
    store: SnapshotStore,
    build: Path,
    *,
    kind: Kind,
    tables: Mapping[str, TableInfo],
    batches: tuple[Batch, ...],
    now: datetime,
) -> Manifest:
    """Seal a closed build file and make it the current snapshot."""
    version = store.next_version()
    size = build.stat().st_size
    path, digest = store.seal(build, version)
    manifest = Manifest(
        version=version,
        file=path.name,
        size=size,
        sha256=digest,
        created_at=now,
        kind=kind,
        tables=tables,
        batches=batches,
    )
    store.publish(manifest)
    return manifest
