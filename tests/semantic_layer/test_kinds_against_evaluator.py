"""Levels, running values, offsets over any small shop: the SQL gives the slow evaluator's rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from semantic_layer import DateRange, SemanticQuery
from semantic_layer.query import Filter, Grain
from tests import toy_shop
from tests.semantic_layer.evaluator import Row, Shop
from tests.semantic_layer.kinds_evaluator import (
    DAY,
    Asked,
    Key,
    Value,
    a_month_before,
    evaluate_last_month,
    evaluate_level,
    evaluate_running,
    first_row,
)
from tests.semantic_layer.shops import run

LOADED = toy_shop.COVERED
GRAINS = [None, Grain.day, Grain.week, Grain.month, Grain.quarter]
# Few days, so that rows meet the edges: of months, of a trailing week, of the data.
EDGES = [
    *(date(2024, 2, day) for day in (28, 29)),
    *(date(2024, 3, day) for day in (1, 5, 6, 24, 25, 29, 30, 31)),
    *(date(2024, 4, day) for day in (1, 2, 7, 29, 30)),
]
_days = st.sampled_from(EDGES)
_filter: TypeAdapter[Filter] = TypeAdapter(Filter)


_moments = st.builds(
    lambda day, minute: datetime(day.year, day.month, day.day) + timedelta(minutes=minute),
    _days,
    st.integers(0, 24 * 60 - 1),
)


def _orders() -> st.SearchStrategy[list[Row]]:
    order = st.fixed_dictionaries(
        {
            "created_at": st.just(datetime(2024, 2, 28)),
            "paid_at": st.none() | _moments,
            "order_amount": st.decimals(0, 500, places=2),
            "buyer_id": st.sampled_from(["b1", "b2", None]),
            "province": st.sampled_from(["浙江省", "广东省", None]),
            "channel": st.sampled_from(["天猫", "京东"]),
        }
    )
    return st.lists(order, min_size=2, max_size=9).map(
        lambda rows: [{"order_key": f"o{n}", **row} for n, row in enumerate(rows)]
    )


def _stock() -> st.SearchStrategy[list[Row]]:
    row = st.fixed_dictionaries(
        {
            "day": _days,
            "sku": st.sampled_from(["s1", "s2", None]),
            "warehouse": st.sampled_from(["杭州", "广州"]),
            "quantity": st.integers(0, 50),
        }
    )
    return st.lists(row, min_size=2, max_size=9)


@st.composite
def windows(draw: st.DrawFn) -> DateRange:
    one, other = sorted((draw(_days), draw(_days)))
    return DateRange(one, other + DAY)


@st.composite
def asked(draw: st.DrawFn, metrics: list[str], dimensions: dict[str, list[str]]) -> Asked:
    field = draw(st.sampled_from(sorted(dimensions)))
    inner = draw(
        st.none()
        | st.just({"kind": "is_null", "field": field})
        | st.sampled_from(dimensions[field]).map(
            lambda value: {"kind": "in", "field": field, "values": [value]}
        )
    )
    negated = {"kind": "not", "part": inner} if inner and draw(st.booleans()) else inner
    return Asked(
        metric=draw(st.sampled_from(metrics)),
        window=draw(windows()),
        grain=draw(st.sampled_from(GRAINS)),
        dimension=draw(st.none() | st.sampled_from(sorted(dimensions))),
        where=_filter.validate_python(negated) if negated else None,
    )


ORDERS = {"province": ["浙江省", "广东省"], "channel": ["天猫", "京东"]}
STOCK = {"sku": ["s1", "s2"], "warehouse": ["杭州", "广州"]}


@given(_orders(), asked(["paid_amount_7d", "paid_amount_mtd", "paid_amount_so_far"], ORDERS))
def test_running_values(orders: list[Row], question: Asked) -> None:
    last = question.window.last_day
    assume(first_row(question.metric, last, LOADED) >= LOADED.start)
    shop = Shop(orders, [], [], [], [])
    assert _answer(question, shop) == evaluate_running(question, shop, LOADED)


@given(_orders(), asked(["paid_amount_last_month"], ORDERS))
def test_offsets(orders: list[Row], question: Asked) -> None:
    assume(question.grain is not None)
    assume(a_month_before(question.window.last_day) >= LOADED.start)
    shop = Shop(orders, [], [], [], [])
    assert _answer(question, shop) == evaluate_last_month(question, shop, LOADED)


@given(_stock(), asked(["stock_on_hand"], STOCK))
def test_levels(stock: list[Row], question: Asked) -> None:
    shop = Shop([], [], [], [], [], stock)
    assert _answer(question, shop) == evaluate_level(question, shop)


def _answer(question: Asked, shop: Shop) -> dict[Key, Value]:
    group_by = [f"metric_time__{question.grain}"] if question.grain else []
    query: dict[str, Any] = {
        "metrics": [question.metric],
        "group_by": [*group_by, *([question.dimension] if question.dimension else [])],
        "where": question.where,
        "time": {"kind": "range", "start": question.window.start, "end": question.window.end},
    }
    sql = toy_shop.compiled(SemanticQuery.model_validate(query)).sql
    print(sql)  # noqa: T201 - pytest shows it when the test fails
    rows = run(sql, shop)
    assert len({row[:-1] for row in rows}) == len(rows), "a group appears once"
    return {row[:-1]: row[-1] for row in rows}
