"""The PostgreSQL engine: what it holds, what it lets through, what it says when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from assistant import Assistant, Settings
from assistant.knowledge import catalog_of
from semantic_layer import SemanticQuery
from tests import toy_shop
from warehouse import Engine, ExecutionError, UnsafeSql, Warehouse, WarehouseError
from warehouse.manifest import EVERY_DAY
from warehouse.postgres import PostgresEngine

NOW = datetime(2025, 3, 10, 12)
# Rows meet rows until the clock runs out; each join compares columns of both sides.
SLOW = (
    "SELECT COUNT(*) FROM mart.calendar AS a JOIN mart.calendar AS b ON a.day <= b.day "
    "JOIN mart.calendar AS c ON b.day <= c.day JOIN mart.calendar AS d ON c.day <= d.day"
)


@contextmanager
def declared(owner: psycopg.Connection, *rows: tuple[object, ...]) -> Iterator[None]:
    """Only `rows` stand in koujing.coverage for a while."""
    before = owner.execute("SELECT * FROM koujing.coverage").fetchall()
    try:
        _declare(owner, rows)
        yield
    finally:
        _declare(owner, before)


def _declare(owner: psycopg.Connection, rows: object) -> None:
    owner.execute("DELETE FROM koujing.coverage")
    for row in rows if isinstance(rows, list | tuple) else ():
        owner.execute("INSERT INTO koujing.coverage VALUES (%s, %s, %s, %s)", row)


def test_both_are_engines(engine: PostgresEngine, tmp_path: Path) -> None:
    engines: list[Engine] = [engine, Warehouse(tmp_path)]
    assert [one.dialect for one in engines] == ["postgres", "duckdb"]
    assert engines[1].manifest() is None


def test_the_catalogue_is_the_toy_shops(engine: PostgresEngine) -> None:
    found = catalog_of(engine.manifest()).tables
    assert {name: dict(table.coverage) for name, table in found.items()} == {
        name: dict(table.coverage) for name, table in toy_shop.catalog().tables.items()
    }
    orders = found["mart.orders"].columns
    assert (orders["created_at"], orders["order_amount"]) == ("TIMESTAMP", "DECIMAL")


def test_only_declared_days_of_declared_columns_are_covered(
    owner: psycopg.Connection, engine: PostgresEngine
) -> None:
    march = date(2025, 3, 1), date(2025, 3, 9)
    with declared(
        owner,
        ("mart.refunds", "amount", *march),
        ("mart.refunds", "amount", date(2025, 2, 1), date(2025, 2, 28)),
        ("mart.refunds", "refunded_at", date(2025, 1, 1), date(2025, 1, 1)),
        ("mart.products", None, None, None),
    ):
        contents = engine.manifest()
    assert contents is not None
    assert set(contents.tables) == {"mart.refunds", "mart.products"}
    coverage = contents.tables["mart.refunds"].coverage
    assert coverage == {
        "amount": ((date(2025, 2, 1), date(2025, 3, 10)),),
        "refunded_at": ((date(2025, 1, 1), date(2025, 1, 2)),),
    }
    assert contents.tables["mart.products"].coverage["category"] == (EVERY_DAY,)


def test_a_new_declaration_is_a_new_snapshot(
    owner: psycopg.Connection, engine: PostgresEngine
) -> None:
    before = engine.manifest()
    with declared(owner, ("mart.orders", None, date(2025, 3, 1), date(2025, 3, 10))):
        within = engine.manifest()
    after = engine.manifest()
    assert before is not None
    assert within is not None
    assert before == after
    assert within.snapshot != before.snapshot


@pytest.mark.parametrize(
    "row",
    [
        ("mart.order", None, date(2025, 3, 1), date(2025, 3, 9)),
        ("mart.orders", "amount", date(2025, 3, 1), date(2025, 3, 9)),
        ("mart.orders", None, date(2025, 3, 1), None),
        ("mart.orders", None, date(2025, 3, 9), date(2025, 3, 1)),
    ],
)
def test_a_row_that_declares_nothing_is_named(
    row: tuple[object, ...], owner: psycopg.Connection, engine: PostgresEngine
) -> None:
    with declared(owner, row), pytest.raises(WarehouseError, match=r"mart\.order") as caught:
        engine.manifest()
    assert caught.value.code == "coverage_wrong"


def test_nothing_declared(owner: psycopg.Connection, engine: PostgresEngine) -> None:
    with declared(owner):
        assert engine.manifest() is None
        with pytest.raises(WarehouseError) as caught:
            engine.execute("SELECT COUNT(*) FROM mart.orders")
    assert caught.value.code == "nothing_declared"


def test_no_table_of_coverage(server: str) -> None:
    unprepared = PostgresEngine(server.replace("dbname=postgres", "dbname=template1"))
    with pytest.raises(WarehouseError) as caught:
        unprepared.manifest()
    assert caught.value.code == "nothing_declared"
    unprepared.close()


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError) as caught:
        PostgresEngine(f"host={tmp_path} password=secret").manifest()
    assert caught.value.code == "engine_unreachable"
    assert "secret" not in f"{caught.value.zh}{caught.value.en}"


def test_values_are_plain(engine: PostgresEngine) -> None:
    result = engine.execute(
        "SELECT SUM(quantity), CAST('NaN' AS DOUBLE PRECISION), CAST(1.50 AS DECIMAL(9, 2)), "
        "CAST('2024-01-02' AS DATE), TRUE, '口径' FROM mart.order_items"
    )
    ((total, *rest),) = result.rows
    assert (total, type(total)) == (12, int)
    assert rest == [None, Decimal("1.50"), date(2024, 1, 2), True, "口径"]
    kinds = [column.type for column in result.columns]
    assert kinds == ["BIGINT", "DOUBLE", "DECIMAL", "DATE", "BOOLEAN", "VARCHAR"]


def test_rows_are_capped(engine: PostgresEngine) -> None:
    result = engine.execute("SELECT day FROM mart.calendar", max_rows=3)
    assert (len(result.rows), result.truncated) == (3, True)
    assert not engine.execute("SELECT day FROM mart.calendar LIMIT 3", max_rows=3).truncated


def test_what_takes_too_long_is_stopped_and_the_engine_goes_on(engine: PostgresEngine) -> None:
    with pytest.raises(ExecutionError) as caught:
        engine.execute(SLOW, timeout_s=0.3)
    assert caught.value.code == "timeout"
    assert engine.execute("SELECT COUNT(*) FROM mart.orders").rows == ((11,),)


def test_the_guard_stands_before_the_database(engine: PostgresEngine) -> None:
    for attack in ("SELECT pg_sleep(9)", "DELETE FROM mart.orders", "SELECT * FROM pg_shadow"):
        with pytest.raises(UnsafeSql):
            engine.execute(attack)


def test_the_connection_itself_is_read_only(server: str, owner: psycopg.Connection) -> None:
    assert owner
    as_owner = PostgresEngine(server)
    with (
        as_owner._transaction(1.0) as connection,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        connection.execute("DELETE FROM mart.orders")
    as_owner.close()


def test_a_failed_query_tells_no_data(engine: PostgresEngine) -> None:
    with pytest.raises(ExecutionError) as caught:
        engine.execute("SELECT CAST(province AS INT) FROM mart.orders")
    assert caught.value.code == "query_failed"
    assert "浙江" not in f"{caught.value.zh}{caught.value.en}"


def test_a_connection_that_died_is_replaced(
    owner: psycopg.Connection, engine: PostgresEngine
) -> None:
    assert engine.manifest() is not None
    owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'")
    assert engine.manifest() is not None


def test_a_plan_over_a_database_that_has_a_part_of_the_shipped_columns(
    server: str, owner: psycopg.Connection, tmp_path: Path
) -> None:
    assert owner
    assistant = Assistant(tmp_path, Settings(engine="postgres", engine_url=SecretStr(server)))
    orders = assistant.knowledge.catalog.tables["mart.orders"]
    assert orders.coverage["created_at"] == (toy_shop.COVERED,)
    assert "浙江省" in assistant.knowledge.members["province"]
    query = SemanticQuery.model_validate(
        {
            "metrics": ["placed_orders"],
            "group_by": ["channel"],
            "order_by": [{"name": "placed_orders"}],
        }
    )
    answer = assistant.answer(query, now=NOW, language="en")
    assert answer.status == "answered", answer.summary
    assert answer.rows == (("天猫", 7), ("京东", 4))
    assert '"mart"."orders"' in (answer.sql or "")
