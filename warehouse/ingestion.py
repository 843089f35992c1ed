"""`ingest`: exports in, a new snapshot out — all of them, or nothing changes.

The passes over each file are open → stage → merge; coverage and the manifest follow from what
meta says afterwards. The only module that ties the steps together; the clock is an argument.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.build import open_build, publish_build, record_coverage, table_infos
from warehouse.coverage import order_coverage
from warehouse.errors import IngestError
from warehouse.export_file import ExportFile, check_readable, open_export
from warehouse.manifest import Batch
from warehouse.merging import Merged, merge
from warehouse.pseudonyms import PseudonymKey, load_or_create_key
from warehouse.snapshots import SnapshotStore
from warehouse.source_tables import keep_source_tables, source_infos
from warehouse.sources import channel_named, source_named
from warehouse.staging import Naming, stage

KEY_FILE = "pseudonym.key"


@dataclass(frozen=True)
class Rejected:
    """Rows of a file that were left out, and why."""

    code: str
    rows: int
    zh: str
    en: str


@dataclass(frozen=True)
class FileReport:
    """What became of one file. `already_loaded`: these very bytes were loaded before."""

    file: str
    source: str
    rows: int = 0
    new: int = 0
    updated: int = 0
    already_there: int = 0
    rejected: tuple[Rejected, ...] = ()
    already_loaded: bool = False


@dataclass(frozen=True)
class IngestReport:
    """What became of all files. `version` is the new snapshot's; None: there was nothing new."""

    files: tuple[FileReport, ...]
    version: int | None
    replaced_demo: bool = False

    @property
    def nothing_new(self) -> bool:
        """True when the warehouse is as it was."""
        return self.version is None


def ingest(
    folder: Path,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    shop: str | None = None,
    platform: str | None = None,
    now: datetime,
) -> IngestReport:
    """Load order exports into the warehouse in `folder`; of one order the last file wins.

    `source` overrides recognition by columns, `platform` the channel; `shop` names the shop of
    files that do not. A demo shop in the same folder is replaced: invented orders never stand
    beside real ones.

    Raises:
        IngestError: a file cannot be loaded; then none is, and the warehouse is as it was.
        WarehouseError: the warehouse itself is damaged.
    """
    wanted = source_named(source) if source else None
    naming = Naming(channel_named(platform) if platform else None, (shop or "").strip() or None)
    if not paths:
        raise IngestError(
            "no_files",
            zh="没有给出要导入的文件；请写出至少一个导出文件。",
            en="No file was named; name at least one export.",
        )
    for path in paths:
        check_readable(path)
    store = SnapshotStore(folder)
    with store.writing(), tempfile.TemporaryDirectory(dir=folder, prefix="build-") as scratch:
        exports = [open_export(path, Path(scratch), wanted) for path in paths]
        return _load(store, exports, naming=naming, scratch=Path(scratch), now=now)


def _load(
    store: SnapshotStore,
    exports: Sequence[ExportFile],
    *,
    naming: Naming,
    scratch: Path,
    now: datetime,
) -> IngestReport:
    current = store.current()
    demo = current is not None and current.kind == "demo"
    base = None if demo else current
    batches = {batch.sha256: batch for batch in (base.batches if base else ())}
    for export in exports:
        if export.sha256 in batches:
            _refuse_renaming(export, batches[export.sha256], naming)
    if all(export.sha256 in batches for export in exports):
        return IngestReport(tuple(map(_already, exports)), version=None)
    key = load_or_create_key(store.folder.parent / KEY_FILE)
    build = store.new_build(base)
    reports = []
    with open_build(build, scratch) as connection:
        for export in exports:
            if export.sha256 in batches:
                reports.append(_already(export))
                continue
            batch, report = _load_file(
                connection, export, batch_id=len(batches) + 1, naming=naming, key=key, now=now
            )
            batches[export.sha256] = batch
            reports.append(report)
        if demo and current is not None:
            keep_source_tables(connection, store.snapshot_path(current))
        coverage = order_coverage(connection)
        record_coverage(connection, coverage)
        tables = {**table_infos(connection, coverage), **source_infos(connection)}
    manifest = publish_build(
        store, build, kind="ingested", tables=tables, batches=tuple(batches.values()), now=now
    )
    return IngestReport(tuple(reports), version=manifest.version, replaced_demo=demo)


def _load_file(
    connection: duckdb.DuckDBPyConnection,
    export: ExportFile,
    *,
    batch_id: int,
    naming: Naming,
    key: PseudonymKey,
    now: datetime,
) -> tuple[Batch, FileReport]:
    staged = stage(connection, export, batch_id=batch_id, naming=naming, key=key)
    merged = merge(connection, export, staged, batch_id=batch_id)
    batch = Batch(
        batch_id=batch_id,
        file=export.name,
        source=export.source.name,
        sha256=export.sha256,
        rows=staged.rows,
        new=merged.new,
        updated=merged.updated,
        loaded_at=now,
        shops=merged.shops,
    )
    connection.execute(
        "INSERT INTO meta.batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            batch_id, export.name, export.source.name, export.sha256, staged.rows, merged.new,
            merged.updated, now, staged.has_order_ids,
        ],
    )  # fmt: skip
    report = FileReport(
        file=export.name,
        source=export.source.name,
        rows=staged.rows,
        new=merged.new,
        updated=merged.updated,
        already_there=merged.unchanged,
        rejected=_rejected(merged, per_item=export.source.one_line_per_item),
    )
    return batch, report


def _rejected(merged: Merged, *, per_item: bool) -> tuple[Rejected, ...]:
    reasons = (
        Rejected(
            "repeated_line",
            0 if per_item else merged.repeated,
            zh="同一文件中内容相同的重复订单，只计一次",
            en="lines that repeat an order of the same file, counted once",
        ),
        Rejected(
            "older_state",
            merged.older,
            zh="已导入为已付款，而此文件中尚未付款，说明文件更旧，保留已导入的内容",
            en="loaded as paid and not yet paid in this file, which must be older; left as they "
            "were",
        ),
    )
    return tuple(reason for reason in reasons if reason.rows)


def _already(export: ExportFile) -> FileReport:
    return FileReport(file=export.name, source=export.source.name, already_loaded=True)


def _refuse_renaming(export: ExportFile, batch: Batch, naming: Naming) -> None:
    """The same bytes under another shop's name would count every order twice."""
    channels = {channel for channel, _ in batch.shops}
    shops = {shop for _, shop in batch.shops}
    if (naming.channel is None or naming.channel in channels) and (
        naming.shop is None or naming.shop in shops
    ):
        return
    loaded = ", ".join(f"{channel}/{shop}" for channel, shop in batch.shops)
    raise IngestError(
        "loaded_under_other_name",
        zh=f"{export.name} 已作为 {loaded} 导入过；同一文件不能再导入到另一家店，请检查 --shop "
        "和 --platform。",
        en=f"{export.name} is already loaded as {loaded}; the same file cannot be another "
        "shop's, check "
        "--shop and --platform.",
    )
