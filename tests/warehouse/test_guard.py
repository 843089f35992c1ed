from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from tests.warehouse.exports import NOW, load, order, write_csv
from warehouse import UnsafeSql, Warehouse, load_source_tables
from warehouse.guard import guard
from warehouse.schema import TABLES

KNOWN = {table.qualified: dict(table.columns) for table in TABLES}

HERE = Path(__file__).parent

# One statement a line.
BENIGN = (HERE / "benign.sql").read_text(encoding="utf-8").splitlines()
ATTACKS = [
    *(HERE / "attacks.sql").read_text(encoding="utf-8").splitlines(),
    "",
    "SELECT 1\x00",
    "SELECT 'a\x1b'",
    "SELECT " + "(" * 3000 + "1" + ")" * 3000,
    "SELECT " + "NOT " * 10_000 + "TRUE",
    "SELECT 1" + "::INT" * 3000,
    "SELECT " + "- " * 20_000 + "1",
    "SELECT '" + "x" * 60_000 + "'",
]

ATTACKS_POSTGRES = (HERE / "attacks_postgres.sql").read_text(encoding="utf-8").splitlines()

SOURCES = {
    "source.fct_bookings": {
        "ds": "TIMESTAMP",
        "guest_id": "VARCHAR",
        "value": "DOUBLE",
        "is_instant": "BOOLEAN",
    },
    "source.dim_users": {
        "user_id": "VARCHAR",
        "state": "VARCHAR",
        "valid_from": "TIMESTAMP",
        "valid_to": "TIMESTAMP",
    },
    "source.mf_time_spine": {"ds": "DATE", "alien_day": "DATE"},
}
SMALL = frozenset({"source.mf_time_spine"})
BENIGN_SOURCES = (HERE / "benign_sources.sql").read_text(encoding="utf-8").splitlines()
ATTACKS_SOURCES = (HERE / "attacks_sources.sql").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("sql", BENIGN)
def test_what_an_analyst_writes_passes_and_passes_again(sql: str) -> None:
    once = guard(sql, KNOWN, max_rows=100)
    assert guard(once, KNOWN, max_rows=100) == once


@pytest.mark.parametrize("sql", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_is_refused(sql: str) -> None:
    with pytest.raises(UnsafeSql) as caught:
        guard(sql, KNOWN, max_rows=100)
    assert "\n" not in caught.value.en


@pytest.mark.parametrize("sql", [*ATTACKS, *ATTACKS_POSTGRES])
def test_an_attack_on_postgres_is_refused(sql: str) -> None:
    with pytest.raises(UnsafeSql):
        guard(sql, KNOWN | SOURCES, max_rows=100, crossable=SMALL, dialect="postgres")


@pytest.mark.parametrize("sql", [*BENIGN, *BENIGN_SOURCES])
def test_what_the_compiler_writes_over_source_tables_passes_and_passes_again(sql: str) -> None:
    once = guard(sql, KNOWN | SOURCES, max_rows=100, crossable=SMALL)
    assert guard(once, KNOWN | SOURCES, max_rows=100, crossable=SMALL) == once


@pytest.mark.parametrize(
    "sql", [*ATTACKS, *ATTACKS_SOURCES], ids=range(len(ATTACKS) + len(ATTACKS_SOURCES))
)
def test_source_tables_open_nothing_else(sql: str) -> None:
    with pytest.raises(UnsafeSql):
        guard(sql, KNOWN | SOURCES, max_rows=100, crossable=SMALL)


@pytest.mark.parametrize("sql", BENIGN_SOURCES)
def test_source_tables_are_unknown_unless_the_manifest_has_them(sql: str) -> None:
    with pytest.raises(UnsafeSql):
        guard(sql, KNOWN, max_rows=100, crossable=SMALL)


def test_no_table_meets_every_row_of_another_unless_it_is_small() -> None:
    crossed = [sql for sql in BENIGN_SOURCES if "CROSS JOIN" in sql]
    assert crossed
    for sql in crossed:
        with pytest.raises(UnsafeSql):
            guard(sql, KNOWN | SOURCES, max_rows=100)


@pytest.fixture(scope="module")
def with_sources(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    base = tmp_path_factory.mktemp("sources")
    tables = base / "tables"
    tables.mkdir()
    for name, columns in SOURCES.items():
        values = {"TIMESTAMP": "2020-01-01 00:00:01", "DATE": "2020-01-01"}
        values |= {"VARCHAR": "x", "DOUBLE": "1.5", "BOOLEAN": "true"}
        row = ",".join(values[kind] for kind in columns.values())
        file = tables / f"{name.removeprefix('source.')}.csv"
        file.write_text(f"{','.join(columns)}\n{row}\n", encoding="utf-8")
    load(base / "p" / "warehouse", write_csv(base / "a.csv", [order(1)]))
    manifest = load_source_tables(base / "p" / "warehouse", tables, now=NOW)
    assert {name: dict(manifest.tables[name].columns) for name in SOURCES} == SOURCES
    return Warehouse(base / "p" / "warehouse")


@pytest.mark.parametrize("sql", BENIGN_SOURCES)
def test_what_the_guard_prints_over_source_tables_runs(with_sources: Warehouse, sql: str) -> None:
    assert with_sources.execute(sql).columns


def test_the_corpus_is_large_enough() -> None:
    assert len(set(ATTACKS)) >= 60


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    base = tmp_path_factory.mktemp("guarded")
    load(base / "p" / "warehouse", write_csv(base / "a.csv", [order(1), order(2)]))
    return Warehouse(base / "p" / "warehouse")


@pytest.mark.parametrize("sql", BENIGN)
def test_what_the_guard_prints_runs(warehouse: Warehouse, sql: str) -> None:
    assert warehouse.execute(sql).columns


@given(st.text())
def test_any_text_is_only_a_value(text: str) -> None:
    sql = (
        exp.select("order_id").from_("mart.orders").where(exp.column("shop").eq(text)).sql("duckdb")
    )
    try:
        safe_sql = guard(sql, KNOWN, max_rows=10)
    except UnsafeSql as error:
        refusal = error.reason
    else:
        refusal = ""
        assert guard(safe_sql, KNOWN, max_rows=10) == safe_sql
    assert refusal in {"", "control characters"}


@given(st.text(max_size=200))
def test_any_text_as_a_statement_is_refused_or_a_select(text: str) -> None:
    try:
        safe_sql = guard(text, KNOWN, max_rows=10)
    except UnsafeSql:
        return
    assert safe_sql.startswith(("SELECT", "WITH", "("))


@pytest.mark.parametrize(
    ("sql", "limit"),
    [
        ("SELECT order_id FROM mart.orders", "LIMIT 7"),
        ("SELECT order_id FROM mart.orders LIMIT 3", "LIMIT 3"),
        ("SELECT order_id FROM mart.orders LIMIT 30 OFFSET 2", "LIMIT 7 OFFSET 2"),
        ("SELECT order_id FROM mart.orders UNION ALL SELECT shop FROM mart.orders", "LIMIT 7"),
    ],
)
def test_rows_are_capped(sql: str, limit: str) -> None:
    assert guard(sql, KNOWN, max_rows=7).endswith(limit)


def test_the_connection_alone_reaches_no_file(tmp_path: Path) -> None:
    import duckdb

    from warehouse.reader import open_reader

    folder = tmp_path / "p" / "warehouse"
    load(folder, write_csv(tmp_path / "a.csv", [order(1)]))
    path = next(folder.glob("wh-*"))
    with open_reader(path) as connection:
        for sql in (
            f"SELECT * FROM read_blob('{path}')",
            "COPY (SELECT 1) TO '/tmp/koujing.csv'",
            "ATTACH ':memory:' AS m",
            "SET threads = 1",
            "INSERT INTO mart.calendar VALUES ('2040-01-01')",
            "INSTALL httpfs",
            f"COPY (SELECT 1) TO '{path}.wal'",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(sql)
