"""Averages per period over any small shop: SQL and slow Python."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_layer import DateRange, SemanticQuery
from semantic_layer.query import METRIC_TIME, Grain
from semantic_layer.resolving.counted_periods import periods_by_key
from semantic_layer.resolving.fields import Field
from tests import toy_shop
from tests.semantic_layer.averages_evaluator import evaluate_averages
from tests.semantic_layer.evaluator import Shop
from tests.semantic_layer.shops import run
from tests.semantic_layer.test_against_evaluator import DAYS, FIRST, ORDER_METRICS, shops

_PARTS: list[dict[str, Any]] = [
    {"kind": "in", "field": "metric_time__extract_dow", "values": [6, 7]},
    {"kind": "compare", "field": "metric_time__extract_dow", "operator": "=", "value": 4},
    {"kind": "compare", "field": "metric_time__extract_hour", "operator": ">=", "value": 12},
    {"kind": "compare", "field": "channel", "operator": "=", "value": "天猫"},
]
_NESTED = {
    "day": ["metric_time__month", "metric_time__week"],
    "week": [],
    "month": ["metric_time__year"],
}
_window = st.tuples(st.integers(0, DAYS - 1), st.integers(1, DAYS)).map(
    lambda pair: DateRange(
        FIRST.date() + timedelta(days=min(pair)),
        FIRST.date() + timedelta(days=max(pair[1], pair[0] + 1)),
    )
)


@st.composite
def averages(draw: st.DrawFn) -> SemanticQuery:
    per = draw(st.sampled_from(["day", "week", "month"]))
    times = ["metric_time__extract_dow", "metric_time__extract_hour"] + _NESTED[per]
    groups = draw(
        st.lists(st.sampled_from(["province", "channel"]), max_size=1)
        if draw(st.booleans())
        else st.lists(st.sampled_from(["province", *times]), max_size=2, unique=True)
    )
    is_compared = per == "day" and not any(name in _NESTED[per] for name in groups)
    parts = draw(st.lists(st.sampled_from(_PARTS), max_size=2, unique_by=lambda p: p["field"]))
    window = draw(_window)
    return SemanticQuery.model_validate(
        {
            "metrics": draw(
                st.lists(st.sampled_from(ORDER_METRICS), min_size=1, max_size=2, unique=True)
            ),
            "group_by": groups,
            "where": {"kind": "and", "parts": parts} if parts else None,
            "time": {"kind": "range", "start": window.start, "end": window.end},
            "average_per": per,
            "compare": draw(st.sampled_from([None, "prior_period"])) if is_compared else None,
        }
    )


@given(shops(), averages())
def test_averages_equal_the_slow_evaluator(shop: Shop, query: SemanticQuery) -> None:
    time = query.time
    assert time is not None
    assert time.kind == "range"
    window = DateRange(time.start, time.end)
    base = DateRange(window.start - timedelta(days=window.days), window.start)
    if base.end <= toy_shop.COVERED.start:
        query = query.model_copy(update={"compare": None})
    expected = evaluate_averages(
        query, shop, window, base if query.compare else None, toy_shop.COVERED
    )
    sql = toy_shop.compiled(query).sql
    print(sql)  # noqa: T201 - pytest shows it when the test fails
    keys = len(query.group_by)
    found = {row[:keys]: row[keys:] for row in run(sql, shop)}
    assert found.keys() == expected.keys()
    for key, numbers in expected.items():
        assert list(found[key]) == [
            None if number is None else pytest.approx(number) for number in numbers
        ], key


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(1, 800), st.sampled_from(Grain))
def test_days_by_period_add_up_to_the_days(first: date, count: int, grain: Grain) -> None:
    days = [first + timedelta(days=number) for number in range(count)]
    counted = periods_by_key(days, [Field(METRIC_TIME, grain)], Grain.day)
    assert sum(counted.values()) == count
