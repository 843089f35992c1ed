"""Shares, ranks, top-N, the rest and running numbers over any small shop: SQL and slow Python."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_layer import DateRange, QueryError, SemanticQuery
from semantic_layer.query import Grain, Running
from tests import toy_shop
from tests.semantic_layer.evaluator import Shop
from tests.semantic_layer.finishing_evaluator import (
    Asked,
    evaluate_finished,
    evaluate_running_query,
)
from tests.semantic_layer.shops import run
from tests.semantic_layer.test_against_evaluator import DAYS, FIRST, shops

ADDITIVE = ["paid_amount", "placed_orders", "paid_orders", "refund_amount"]
_LEAVES: list[dict[str, Any]] = [
    {"kind": "in", "field": "province", "values": ["浙江省", "海南省"]},
    {"kind": "is_null", "field": "province"},
    {"kind": "compare", "field": "channel", "operator": "=", "value": "天猫"},
    {"kind": "is_null", "field": "member_level"},
]
_window = st.tuples(st.integers(0, DAYS - 1), st.integers(1, DAYS)).map(
    lambda pair: DateRange(
        FIRST.date() + timedelta(days=min(pair)),
        FIRST.date() + timedelta(days=max(pair[1], pair[0] + 1)),
    )
)


@st.composite
def finished_queries(draw: st.DrawFn) -> SemanticQuery:
    others = draw(st.booleans())
    known = ADDITIVE if others else [*ADDITIVE, "paid_buyers"]
    metrics = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    groups = draw(
        st.lists(
            st.sampled_from(["province", "channel", "member_level", "metric_time__day"]),
            min_size=1,
            max_size=3,
            unique=True,
        )
    )
    parts = draw(st.lists(st.sampled_from(_LEAVES), max_size=2))
    fields = sorted({part["field"] for part in parts})
    some = st.lists(st.sampled_from(groups), max_size=len(groups) - 1, unique=True)
    share = {
        "within": draw(some),
        "beyond": draw(st.lists(st.sampled_from(fields), max_size=1)) if fields else [],
    }
    ranks, shared = draw(st.booleans()), draw(st.booleans())
    columns = [
        *(*metrics, *groups),
        *(f"{name}__share" for name in metrics if shared),
        *(f"{name}__rank" for name in metrics if ranks),
    ]
    limit = draw(st.integers(1, 3) if others else st.none() | st.integers(1, 4))
    order = draw(st.none() | st.sampled_from(columns))
    window = draw(_window)
    query: dict[str, Any] = {
        "metrics": metrics,
        "group_by": groups,
        "where": {"kind": "and", "parts": parts} if parts else None,
        "time": {"kind": "range", "start": window.start, "end": window.end},
        "share_of": share if shared else None,
        "ranks": ranks,
        "limit": limit,
        "limit_within": draw(some) if limit else [],
        "others": others,
        "order_by": [{"name": order, "descending": draw(st.booleans())}] if order else [],
    }
    if not others and draw(st.booleans()):
        query["having"] = {
            "kind": "compare",
            "field": draw(st.sampled_from(metrics)),
            "operator": draw(st.sampled_from([">=", "<"])),
            "value": draw(st.integers(0, 200)),
        }
    return SemanticQuery.model_validate(query)


@given(shops(), finished_queries())
def test_finished_rows_equal_the_slow_evaluator(shop: Shop, query: SemanticQuery) -> None:
    time = query.time
    assert time is not None
    assert time.kind == "range"
    sql = toy_shop.compiled(query).sql
    expected = evaluate_finished(query, shop, DateRange(time.start, time.end))
    print(sql)  # noqa: T201 - pytest shows it when the test fails
    assert _plain(run(sql, shop)) == _plain(expected)


@st.composite
def running_questions(draw: st.DrawFn) -> Asked:
    grain = draw(st.sampled_from([Grain.day, Grain.week, Grain.month]))
    order = list(Grain).index
    longer = [unit for unit in (Grain.week, Grain.month) if order(unit) >= order(grain)]
    running = draw(
        st.one_of(
            st.just(Running()),
            st.builds(
                lambda count, unit: Running(count=count, unit=unit),
                st.integers(1, 3),
                st.sampled_from([Grain.day, Grain.week, Grain.month]),
            ),
            st.sampled_from(longer).map(lambda unit: Running(to_date=unit)),
            st.integers(1, 3).map(lambda count: Running(agg="average", count=count, unit=grain)),
        )
    )
    return Asked(
        metric=draw(st.sampled_from(["paid_amount", "paid_buyers", "payment_rate"])),
        running=running,
        window=draw(_window),
        grain=grain,
        dimension=draw(st.none() | st.sampled_from(["province", "channel"])),
    )


@given(shops(), running_questions())
def test_running_numbers_equal_the_slow_evaluator(shop: Shop, asked: Asked) -> None:
    expected = evaluate_running_query(asked, shop, toy_shop.COVERED)
    query: dict[str, Any] = {
        "metrics": [asked.metric],
        "group_by": [
            f"metric_time__{asked.grain}",
            *([asked.dimension] if asked.dimension else []),
        ],
        "time": {"kind": "range", "start": asked.window.start, "end": asked.window.end},
        "running": asked.running,
    }
    sql, refused = _compiled(SemanticQuery.model_validate(query))
    print(sql)  # noqa: T201 - pytest shows it when the test fails
    if refused:
        assert refused == {"history_not_loaded"}
        assert all(value is None for value in expected.values())
        return
    rows = run(sql, shop)
    assert len({row[:-1] for row in rows}) == len(rows), "a group appears once"
    found = {row[:-1]: row[-1] for row in rows}
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        number = None if value is None else pytest.approx(float(value))
        assert (None if found[key] is None else float(found[key])) == number, key


def _compiled(query: SemanticQuery) -> tuple[str, set[str]]:
    """The SQL of a query, or the codes of the refusal."""
    try:
        return toy_shop.compiled(query).sql, set()
    except QueryError as error:
        return "", {issue.code for issue in error.issues}


def _plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [
        tuple(round(float(c), 9) if isinstance(c, int | float | Decimal) else c for c in row)
        for row in rows
    ]


def test_the_evaluator_knows_months_of_other_lengths() -> None:
    window = DateRange(date(2024, 3, 31), date(2024, 4, 1))
    asked = Asked("paid_amount", Running(count=1, unit=Grain.month), window, Grain.day)
    shop = Shop([], [], [], [], [])
    assert evaluate_running_query(asked, shop, toy_shop.COVERED) == {(date(2024, 3, 31),): 0}
