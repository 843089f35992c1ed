"""Conversions: each counted once, only after its base event, only within the window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from semantic_layer import compile_query, plan, resolve
from semantic_layer.query import SemanticQuery
from tests import toy_shop


def _orders_after(**query: object) -> int:
    ((count,),) = toy_shop.answer({"metrics": ["orders_after_visit"], **query})
    return int(count)


def test_two_visits_before_one_order_convert_once_for_the_later() -> None:
    days = {"kind": "range", "start": "2024-02-28", "end": "2024-02-29"}
    assert _orders_after(time=days) == 1
    rows = toy_shop.answer(
        {"metrics": ["orders_after_visit"], "group_by": ["device"], "time": days}
    )
    assert dict(rows) == {"电脑": 1}


def test_an_order_before_the_visit_of_the_same_day_does_not_count() -> None:
    assert _orders_after(time={"kind": "range", "start": "2024-02-29", "end": "2024-03-01"}) == 0


def test_an_order_one_day_past_the_window_does_not_count() -> None:
    assert _orders_after(time={"kind": "range", "start": "2024-03-03", "end": "2024-03-04"}) == 0


def test_an_order_within_the_window_counts_after_the_asked_days_too() -> None:
    assert _orders_after(time={"kind": "range", "start": "2024-03-01", "end": "2024-03-02"}) == 2


def test_a_visit_of_nobody_converts_to_no_order() -> None:
    where = {"kind": "is_null", "field": "device"}
    assert _orders_after(where=where) == 1
    assert _orders_after(where={"kind": "not", "part": where}) == 3


def test_the_asker_s_filter_is_one_on_visits() -> None:
    where = {"kind": "in", "field": "device", "values": ["手机"]}
    rows = toy_shop.answer({"metrics": ["visits", "orders_after_visit"], "where": where})
    assert rows == [(4, 2)]


def test_one_day_alone_gives_what_it_gives_among_others() -> None:
    query = {"metrics": ["orders_after_visit"], "group_by": ["metric_time__day"]}
    for day, count in toy_shop.answer(query)[:10]:
        after = date.fromordinal(day.toordinal() + 1)
        assert _orders_after(time={"kind": "range", "start": day, "end": after}) == count


def test_a_filter_of_the_conversion_is_one_on_orders() -> None:
    ((rate,),) = toy_shop.answer({"metrics": ["visit_conversion_rate"]})
    assert rate == pytest.approx(1 / 7), "of the orders after a visit one is on Tmall"


def test_groups_sum_to_the_total() -> None:
    rows = toy_shop.answer({"metrics": ["orders_after_visit"], "group_by": ["device"]})
    assert sum(count for _, count in rows) == _orders_after() == 4


@pytest.fixture
def shuffled() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two visits at one moment from two devices, in either order of the rows."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA mart")
        connection.execute((Path(toy_shop.HERE) / "data.sql").read_text(encoding="utf-8"))
        connection.execute("DELETE FROM mart.visits")
        yield connection


@pytest.mark.parametrize("devices", [("手机", "电脑"), ("电脑", "手机")])
def test_visits_of_one_moment_are_told_apart_the_same_way_every_time(
    shuffled: duckdb.DuckDBPyConnection, devices: tuple[str, str]
) -> None:
    for number, device in enumerate(devices):
        values = [f"x{number}", "b1", "2024-02-28 22:00:00", device]
        shuffled.execute("INSERT INTO mart.visits VALUES (?, ?, ?, ?)", values)
    query = SemanticQuery.model_validate(
        {"metrics": ["orders_after_visit"], "group_by": ["device"]}
    )
    resolved = resolve(query, toy_shop.model(), toy_shop.catalog(), toy_shop.TODAY)
    sql = compile_query(plan(resolved)).sql
    assert shuffled.execute(sql).fetchall() == [("手机", 1)]
