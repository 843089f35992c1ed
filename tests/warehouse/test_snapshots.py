from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.exports import load, order, rows, write_csv
from warehouse import Warehouse
from warehouse.manifest import Manifest, closed_range, merge_ranges, subtract_ranges
from warehouse.reader import Reader
from warehouse.snapshots import SnapshotStore

COUNT = "SELECT COUNT(*), COUNT(DISTINCT order_id) FROM mart.orders"

# Runs an ingest that kills its own process when the named step is reached.
_KILLED_INGEST = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import warehouse.ingestion, warehouse.snapshots

def die(*args, **options):
    os.kill(os.getpid(), signal.SIGKILL)

step, folder, path = sys.argv[1:]
module, name = step.split(":")
owner = {"ingest": warehouse.ingestion, "store": warehouse.snapshots.SnapshotStore}[module]
if name.startswith("after_"):
    original = getattr(owner, name.removeprefix("after_"))
    def then_die(*args, **options):
        original(*args, **options)
        die()
    setattr(owner, name.removeprefix("after_"), then_die)
else:
    setattr(owner, name, die)
warehouse.ingestion.ingest(Path(folder), [Path(path)], now=datetime(2026, 11, 24))
"""

STEPS = [
    "ingest:open_export",
    "ingest:open_build",
    "ingest:merge",
    "ingest:after_merge",
    "ingest:table_infos",
    "ingest:publish_build",
    "store:after_seal",
    "store:publish",
    "store:_prune",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project" / "warehouse"
    load(folder, write_csv(tmp_path / "first.csv", map(order, range(10))))
    return folder


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_ingest_harms_neither_readers_nor_the_next_one(
    folder: Path, tmp_path: Path, step: str
) -> None:
    second = write_csv(tmp_path / "second.csv", map(order, range(10, 30)))
    reader = Warehouse(folder)
    assert reader.execute(COUNT).rows == ((10, 10),)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED_INGEST, step, str(folder), str(second)],
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    published = step == "store:_prune"
    expected = ((30, 30),) if published else ((10, 10),)
    assert reader.execute(COUNT).rows == expected
    assert rows(folder, COUNT) == expected
    report = load(folder, second)
    assert report.nothing_new == published
    assert reader.execute(COUNT).rows == ((30, 30),)
    assert not list(folder.glob("build-*"))


def test_a_reader_keeps_its_snapshot_while_a_query_runs_and_then_moves_on(
    folder: Path, tmp_path: Path
) -> None:
    reader = Reader(SnapshotStore(folder))
    with reader.lease() as (manifest, cursor):
        load(folder, write_csv(tmp_path / "second.csv", map(order, range(10, 30))))
        with reader.lease() as (newer, newer_cursor):
            assert newer.version == manifest.version + 1
            assert newer_cursor.execute(COUNT).fetchall() == [(30, 30)]
        assert cursor.execute(COUNT).fetchall() == [(10, 10)]


def test_readers_see_whole_snapshots_during_ingests(folder: Path, tmp_path: Path) -> None:
    warehouse = Warehouse(folder)
    stop = threading.Event()
    seen: set[tuple[int, int]] = set()
    failures: list[BaseException] = []

    def read() -> None:
        while not stop.is_set():
            try:
                seen.add(warehouse.execute(COUNT).rows[0])
            except Exception as error:  # noqa: BLE001 — whatever it is, the test must name it
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for size in (20, 30, 40, 50):
            load(folder, write_csv(tmp_path / f"{size}.csv", map(order, range(size - 10, size))))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures
    assert seen <= {(size, size) for size in (10, 20, 30, 40, 50)}
    assert warehouse.execute(COUNT).rows == ((50, 50),)


def test_three_versions_stay_and_no_name_comes_back(folder: Path, tmp_path: Path) -> None:
    names = {path.name for path in folder.glob("wh-*")}
    for size in range(20, 70, 10):
        load(folder, write_csv(tmp_path / f"{size}.csv", map(order, range(size - 10, size))))
        new = {path.name for path in folder.glob("wh-*")} - names
        assert len(new) == 1
        names |= new
    assert len(list(folder.glob("wh-*"))) == 3
    versions = sorted(int(name.split("-")[1]) for name in names)
    assert versions == list(range(1, 7))
    assert all(re.fullmatch(r"wh-\d+-[0-9a-f]{12}\.duckdb", name) for name in names)
    assert all(path.stat().st_mode & 0o222 == 0 for path in folder.glob("wh-*"))


def test_two_ingests_at_once_both_arrive(folder: Path, tmp_path: Path) -> None:
    paths = [
        write_csv(tmp_path / f"{start}.csv", map(order, range(start, start + 10)))
        for start in (10, 20)
    ]
    threads = [threading.Thread(target=load, args=(folder, path)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(folder, COUNT) == ((30, 30),)


def test_leftovers_of_a_dead_writer_are_swept(folder: Path, tmp_path: Path) -> None:
    (folder / "build-9.duckdb").write_bytes(b"half")
    (folder / "build-tmp").mkdir()
    load(folder, write_csv(tmp_path / "second.csv", map(order, range(10, 12))))
    assert not list(folder.glob("build-*"))
    assert rows(folder, COUNT) == ((12, 12),)


def test_a_manifest_survives_its_file(folder: Path) -> None:
    manifest = Warehouse(folder).manifest()
    assert manifest is not None
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert manifest.batches[0].shops == (("天猫", "木禾旗舰店"),)
    assert os.listdir(folder).count("CURRENT") == 1  # noqa: PTH208 — the count of names is meant


_DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1))
_RANGES = st.lists(st.tuples(_DAYS, _DAYS).map(sorted).map(lambda pair: closed_range(*pair)))


def _days(ranges: object) -> set[int]:
    assert isinstance(ranges, list | tuple)
    return {day for start, end in ranges for day in range(start.toordinal(), end.toordinal())}


@given(_RANGES, _RANGES)
def test_ranges_are_sets_of_days(
    left: list[tuple[date, date]], right: list[tuple[date, date]]
) -> None:
    merged = merge_ranges(left)
    assert _days(merged) == _days(left)
    assert all(one[1] < two[0] for one, two in pairwise(merged))
    assert _days(subtract_ranges(left, right)) == _days(left) - _days(right)
