from __future__ import annotations

import math
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.exports import load, order, write_csv
from warehouse import Column, ExecutionError, Warehouse


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("execution")
    load(base / "p" / "warehouse", write_csv(base / "a.csv", map(order, range(200))))
    return base / "p" / "warehouse"


def test_values_keep_their_types(folder: Path) -> None:
    result = Warehouse(folder).execute(
        "SELECT SUM(order_amount) AS amount, CAST(MIN(created_at) AS DATE) AS day, COUNT(*) AS n, "
        "AVG(quantity) AS mean FROM mart.orders"
    )
    assert result.rows == ((Decimal("25980.00"), date(2020, 2, 1), 200, 2.0),)
    assert result.columns[1] == Column("day", "DATE")
    assert not result.truncated
    assert result.snapshot.startswith("1-")


def test_what_is_no_number_is_missing(folder: Path) -> None:
    ((value,),) = Warehouse(folder).execute("SELECT 1 / 0").rows
    assert value is None
    ((value,),) = Warehouse(folder).execute("SELECT CAST('NaN' AS DOUBLE)").rows
    assert value is None or not math.isnan(value)


def test_rows_beyond_the_limit_are_cut_and_said_to_be(folder: Path) -> None:
    warehouse = Warehouse(folder)
    cut = warehouse.execute("SELECT order_id FROM mart.orders", max_rows=199)
    assert (len(cut.rows), cut.truncated) == (199, True)
    whole = warehouse.execute("SELECT order_id FROM mart.orders", max_rows=200)
    assert (len(whole.rows), whole.truncated) == (200, False)


def test_a_query_that_takes_too_long_is_stopped_and_the_next_one_runs(folder: Path) -> None:
    warehouse = Warehouse(folder)
    pairs = " ".join(f"JOIN mart.calendar AS c{i} ON c{i}.day > c{i - 1}.day" for i in range(1, 5))
    with pytest.raises(ExecutionError) as caught:
        warehouse.execute(f"SELECT COUNT(*) FROM mart.calendar AS c0 {pairs}", timeout_s=0.2)
    assert caught.value.code == "timeout"
    assert warehouse.execute("SELECT COUNT(*) FROM mart.orders").rows == ((200,),)


def test_an_engine_error_shows_no_data(folder: Path) -> None:
    with pytest.raises(ExecutionError) as caught:
        Warehouse(folder).execute("SELECT CAST(shop AS INTEGER) FROM mart.orders")
    assert caught.value.code == "query_failed"
    assert "木禾" not in caught.value.zh + caught.value.en


def test_many_threads_get_their_own_answers(folder: Path) -> None:
    warehouse = Warehouse(folder)
    wrong: list[object] = []

    def ask(limit: int) -> None:
        for _ in range(10):
            found = warehouse.execute(f"SELECT order_id FROM mart.orders LIMIT {limit}").rows
            if len(found) != limit:
                wrong.append(found)

    threads = [threading.Thread(target=ask, args=(limit,)) for limit in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_two_readers_of_one_process_share_a_snapshot(folder: Path) -> None:
    first, second = Warehouse(folder), Warehouse(folder)
    assert first.execute("SELECT 1").rows == second.execute("SELECT 1").rows
