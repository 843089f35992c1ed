"""CSV files as source tables: all or none, beside the mart, known for every day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.warehouse.exports import NOW, load, order, rows, write_csv
from warehouse import IngestError, Manifest, UnsafeSql, Warehouse, build_demo, load_source_tables


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    found = tmp_path / "tables"
    found.mkdir()
    (found / "visits.csv").write_text('id,day,who\n1,2025-01-01,"ann"\n2,2025-01-02,""\n3,,\n')
    (found / "2024.csv").write_text("n,is_new\n1.5,true\n")
    return found


def loaded(folder: Path, tables: Path) -> Manifest:
    return load_source_tables(folder, tables, now=NOW)


def test_types_are_inferred_and_only_an_unquoted_cell_is_missing(
    folder: Path, tables: Path
) -> None:
    manifest = loaded(folder, tables)
    assert dict(manifest.tables["source.visits"].columns) == {
        "id": "BIGINT",
        "day": "DATE",
        "who": "VARCHAR",
    }
    assert rows(folder, "SELECT id, day, who FROM source.visits ORDER BY id") == (
        (1, date(2025, 1, 1), "ann"),
        (2, date(2025, 1, 2), ""),
        (3, None, None),
    )
    assert rows(folder, 'SELECT n, is_new FROM source."2024"') == ((1.5, True),)


def test_a_new_project_holds_the_source_tables_and_no_mart(folder: Path, tables: Path) -> None:
    manifest = loaded(folder, tables)
    assert set(manifest.tables) == {"source.2024", "source.visits"}
    every_day = ((date.min, date.max),)
    assert set(manifest.tables["source.visits"].coverage.values()) == {every_day}
    with pytest.raises(UnsafeSql):
        Warehouse(folder).execute("SELECT order_id FROM mart.orders")


def test_the_mart_stays_as_it_was(folder: Path, tables: Path, tmp_path: Path) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1)]))
    before = Warehouse(folder).manifest()
    assert before is not None
    after = loaded(folder, tables)
    assert {name: after.tables[name] for name in before.tables} == before.tables
    assert (after.kind, after.batches) == ("ingested", before.batches)
    load(folder, write_csv(tmp_path / "b.csv", [order(2)]))
    assert rows(folder, "SELECT count(*) FROM source.visits") == ((3,),)
    assert rows(folder, "SELECT count(*) FROM mart.orders") == ((2,),)


def test_they_outlive_the_demo_shop_and_its_end(folder: Path, tables: Path, tmp_path: Path) -> None:
    loaded(folder, tables)
    warehouse = Warehouse(folder)
    assert warehouse.execute("SELECT count(*) FROM source.visits").rows == ((3,),)
    demo = build_demo(folder, end_day=date(2026, 1, 31), orders=1_000, now=NOW)
    assert (demo.kind, demo.tables["source.visits"].row_count) == ("demo", 3)
    load(folder, write_csv(tmp_path / "a.csv", [order(1)]))
    assert warehouse.execute("SELECT count(*) FROM source.visits").rows == ((3,),)
    assert warehouse.execute("SELECT count(*) FROM mart.orders").rows == ((1,),)


def test_a_later_file_of_the_same_name_replaces_the_table(folder: Path, tables: Path) -> None:
    loaded(folder, tables)
    (tables / "visits.csv").write_text("id\nx\n")
    (tables / "2024.csv").unlink()
    manifest = loaded(folder, tables)
    assert dict(manifest.tables["source.visits"].columns) == {"id": "VARCHAR"}
    assert set(manifest.tables) == {"source.2024", "source.visits"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("Visits 2.csv", "id\n1\n", "table_name"),
        ('x";drop.csv', "id\n1\n", "table_name"),
        ("broken.csv", 'a,b\n1,"open\n', "table_unreadable"),
        ("bytes.csv", b"\xff\xfe\x00\x01,\xff\n1\n", "table_unreadable"),
    ],
)
def test_one_bad_file_leaves_everything_as_it_was(
    folder: Path, tables: Path, name: str, content: str | bytes, code: str
) -> None:
    before = loaded(folder, tables)
    data = content.encode() if isinstance(content, str) else content
    (tables / name).write_bytes(data)
    (tables / "more.csv").write_text("id\n1\n")
    with pytest.raises(IngestError) as caught:
        loaded(folder, tables)
    assert caught.value.code == code
    assert name in caught.value.en
    assert Warehouse(folder).manifest() == before
    assert not list(folder.glob("build-*"))


def test_a_folder_without_tables_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(IngestError) as caught:
        loaded(folder, tmp_path / "nothing")
    assert caught.value.code == "no_tables"
    assert not folder.exists()


def test_the_manifest_survives_its_file(folder: Path, tables: Path) -> None:
    manifest = loaded(folder, tables)
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert manifest.created_at == datetime(NOW.year, NOW.month, NOW.day, NOW.hour)


def test_only_a_small_source_table_may_meet_every_row_of_another(
    folder: Path, tables: Path
) -> None:
    days = "day\n" + "\n".join(f"{n}" for n in range(100_001))
    (tables / "too_many.csv").write_text(days)
    loaded(folder, tables)
    crossed = "SELECT count(*) FROM source.visits AS v CROSS JOIN source.{} AS o"
    assert rows(folder, crossed.format('"2024"')) == ((3,),)
    with pytest.raises(UnsafeSql):
        rows(folder, crossed.format("too_many"))
