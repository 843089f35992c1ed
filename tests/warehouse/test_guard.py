from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from tests.warehouse.exports import load, order, write_csv
from warehouse import UnsafeSql, Warehouse
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


@pytest.mark.parametrize("sql", BENIGN)
def test_what_an_analyst_writes_passes_and_passes_again(sql: str) -> None:
    once = guard(sql, KNOWN, max_rows=100)
    assert guard(once, KNOWN, max_rows=100) == once


@pytest.mark.parametrize("sql", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_is_refused(sql: str) -> None:
    with pytest.raises(UnsafeSql) as caught:
        guard(sql, KNOWN, max_rows=100)
    assert "\n" not in caught.value.en


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
