"""`load_source_tables`: CSV files as they are, one table a file, in the schema `source`.

For definitions that come from elsewhere and name tables of their own. Nothing is recognised or
cleaned: DuckDB infers the types, and every column counts as known for every day. All files or none
become part of a new snapshot; the mart beside them stays as it was. Imports `build`, `errors`,
`manifest` and `snapshots` of this package.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.build import open_build, publish_build
from warehouse.errors import IngestError
from warehouse.manifest import EVERY_DAY, SOURCE_SCHEMA, Manifest, TableInfo
from warehouse.snapshots import SnapshotStore

_TABLE_NAME = re.compile(r"[a-z0-9_]+")
_CREATE_SCHEMA = f"CREATE SCHEMA IF NOT EXISTS {SOURCE_SCHEMA}"


def load_source_tables(folder: Path, files: Path, *, now: datetime) -> Manifest:
    """Load each `NAME.csv` in the folder `files` as `source.NAME` into the warehouse in `folder`.

    A table of the same name is replaced; other source tables and the mart are kept.

    Raises:
        IngestError: a file cannot be a table; then none is loaded.
        WarehouseError: the warehouse itself is damaged.
    """
    paths = _checked(files)
    store = SnapshotStore(folder)
    with store.writing(), tempfile.TemporaryDirectory(dir=folder, prefix="build-") as scratch:
        current = store.current()
        build = store.new_build(current)
        with open_build(build, Path(scratch)) as connection:
            connection.execute(_CREATE_SCHEMA)
            for path in paths:
                _load(connection, path)
            sources = source_infos(connection)
        if current is None:
            return publish_build(store, build, kind="sources", tables=sources, batches=(), now=now)
        return publish_build(
            store,
            build,
            kind=current.kind,
            tables={**current.tables, **sources},
            batches=current.batches,
            now=now,
        )


def source_infos(connection: duckdb.DuckDBPyConnection) -> dict[str, TableInfo]:
    """What the manifest says of each source table of a build file."""
    found: dict[str, TableInfo] = {}
    columns = connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE schema_name = $schema AND database_name = current_database() "
        "ORDER BY table_name, column_index",
        {"schema": SOURCE_SCHEMA},
    ).fetchall()
    for table, column, kind in columns:
        qualified = f"{SOURCE_SCHEMA}.{table}"
        known = found.get(qualified) or TableInfo({}, _row_count(connection, table), {})
        found[qualified] = replace(
            known,
            columns={**known.columns, column: kind},
            coverage={**known.coverage, column: (EVERY_DAY,)},
        )
    return found


def keep_source_tables(connection: duckdb.DuckDBPyConnection, snapshot: Path) -> None:
    """Copy the source tables of a snapshot into a build file that does not start from it."""
    connection.execute(f"ATTACH {_quoted_text(str(snapshot))} AS kept (READ_ONLY)")
    names = connection.execute(
        "SELECT table_name FROM duckdb_tables() "
        "WHERE database_name = 'kept' AND schema_name = $schema",
        {"schema": SOURCE_SCHEMA},
    ).fetchall()
    if names:
        connection.execute(_CREATE_SCHEMA)
    for (name,) in names:
        connection.execute(f"CREATE TABLE {_quoted(name)} AS FROM kept.{_quoted(name)}")
    connection.execute("DETACH kept")


def _checked(files: Path) -> Sequence[Path]:
    paths = sorted(files.glob("*.csv"))
    if not paths:
        raise IngestError(
            "no_tables",
            zh=f"{files} 里没有 .csv 文件；请用 --tables 指定放表的文件夹。",
            en=f"There is no .csv file in {files}; name the folder of the tables with --tables.",
        )
    for path in paths:
        if not _TABLE_NAME.fullmatch(path.stem):
            raise IngestError(
                "table_name",
                zh=f"{path.name} 不能作为表名；文件名只能用小写字母、数字和下划线，请改名后重试。",
                en=f"{path.name} cannot name a table; rename the file with small letters, digits "
                "and underscores only.",
            )
    return paths


def _load(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    # The whole file is read for the types, so that a late row cannot refuse what an early one
    # promised; "" in quotes is an empty text, not a missing one. Left to guess the quote, DuckDB
    # reads an open one as text.
    rows = (
        f"read_csv({_quoted_text(str(path))}, header = true, delim = ',', quote = '\"', "
        "sample_size = -1, allow_quoted_nulls = false)"
    )
    try:
        connection.execute(f"CREATE OR REPLACE TABLE {_quoted(path.stem)} AS FROM {rows}")
    except duckdb.Error as error:
        # The engine's own text may quote cells; it stays in __cause__.
        raise IngestError(
            "table_unreadable",
            zh=f"{path.name} 不是完整的 CSV 表格；请检查表头、分隔符和编码（UTF-8）后重新导出。",
            en=f"{path.name} is not a complete CSV table; check its header, delimiter and encoding "
            "(UTF-8), and export it again.",
        ) from error


def _row_count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()  # noqa: S608
    assert row is not None
    return int(row[0])


def _quoted(table: str) -> str:
    return f'{SOURCE_SCHEMA}."{table}"'


def _quoted_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
