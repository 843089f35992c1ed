"""Any metric of any kind, however it is grouped: PostgreSQL's rows are DuckDB's.

Running values, offsets, levels, conversions, percentiles, comparisons, dimensions that change: both
engines get the same plan, and the evaluators of `tests/semantic_layer` judge DuckDB's rows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from semantic_layer import QueryError, SemanticQuery
from tests import toy_shop
from tests.engines.same_rows import plain, rows_over
from tests.semantic_layer.evaluator import Row, Shop
from tests.semantic_layer.shops import run
from tests.semantic_layer.test_against_evaluator import shops

FIRST = date(2024, 2, 28)
DIMENSIONS = ["province", "channel", "member_level", "level", "device", "category", "sku"]
TIMES = [
    *(f"metric_time__{grain}" for grain in ("hour", "day", "week", "month", "quarter", "year")),
    *(f"metric_time__extract_{part}" for part in ("dow", "month", "quarter", "day", "doy")),
    *("metric_time__fiscal_month", "created_at__month"),
]

RUNNING = [
    {},
    {"count": 2, "unit": "week"},
    {"to_date": "month"},
    {"agg": "average", "count": 3, "unit": "day"},
]

_days = st.integers(0, 40).map(lambda days: FIRST + timedelta(days=days))


@st.composite
def stock(draw: st.DrawFn) -> list[Row]:
    row = st.fixed_dictionaries(
        {
            "day": _days,
            "sku": st.sampled_from(["s1", "s2", None]),
            "warehouse": st.sampled_from(["杭州", "广州"]),
            "quantity": st.integers(0, 50),
        }
    )
    return draw(st.lists(row, max_size=6))


@st.composite
def stocked_shops(draw: st.DrawFn) -> Shop:
    return replace(draw(shops()), stock_daily=draw(stock()))


@st.composite
def queries(draw: st.DrawFn) -> SemanticQuery:
    known = sorted(toy_shop.model().metrics)
    start, end = sorted((draw(_days), draw(_days)))
    times = draw(st.lists(st.sampled_from(TIMES), max_size=2, unique=True))
    groups = draw(st.lists(st.sampled_from(DIMENSIONS), max_size=1))
    query: dict[str, Any] = {
        "metrics": draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)),
        "group_by": [*times, *groups],
        "time": {"kind": "range", "start": start, "end": end + timedelta(days=1)},
        "limit": draw(st.none() | st.integers(1, 5)),
    }
    if len(times) == 1 and not groups:
        query["running"] = draw(st.none() | st.sampled_from(RUNNING))
    elif not times and draw(st.booleans()):
        query["compare"] = draw(
            st.sampled_from(["prior_period", "same_period_last_year", "same_weekday"])
        )
    return SemanticQuery.model_validate(query)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(shop=stocked_shops(), query=queries())
def test_any_kind(owner: psycopg.Connection, shop: Shop, query: SemanticQuery) -> None:
    try:
        sql = toy_shop.compiled(query).sql
    except QueryError:
        assume(False)  # what cannot be asked is refused before an engine is chosen
    assert plain(rows_over(owner, shop, query)) == plain(run(sql, shop))
