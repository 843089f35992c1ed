"""Comparisons over any small shop: the compiled SQL gives the rows of the slow evaluator."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from semantic_layer import (
    DateRange,
    SemanticQuery,
    Text,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.events import Event, Occurrence
from semantic_layer.query import Grain
from tests import toy_shop
from tests.semantic_layer.compared_evaluator import (
    DAY,
    MONTHS,
    Meets,
    Sides,
    days_later,
    days_of,
    evaluate_compared,
    last_year,
    months_later,
    plain,
    prior_period,
)
from tests.semantic_layer.evaluator import Key, Row, Shop
from tests.semantic_layer.shops import run

LOADED = toy_shop.COVERED
GRAINS = [Grain.day, Grain.week, Grain.month, Grain.quarter, Grain.year]
SIMPLE = ["placed_orders", "paid_orders", "paid_amount", "paid_buyers", "refund_amount"]
METRICS = [*SIMPLE, "payment_rate", "average_order_value"]
RATES = {name for name in METRICS if toy_shop.model().metrics[name].unit == "ratio"}
# Few days, so that rows meet: the ends of months, a leap day, the edges of the data.
EDGES = [
    *(date(2024, 2, day) for day in (28, 29)),
    *(date(2024, 3, day) for day in (1, 2, 7, 8, 30, 31)),
    *(date(2024, 4, day) for day in (1, 29, 30)),
    *(date(2024, 5, day) for day in (1, 30, 31)),
    *(date(2024, 12, day) for day in (29, 30, 31)),
    *(date(2025, 1, day) for day in (1, 2, 5, 6, 29, 30, 31)),
    *(date(2025, 2, day) for day in (1, 9, 16, 27, 28)),
    *(date(2025, 3, day) for day in (1, 2, 7, 8)),
]
NEW_YEAR = {2024: date(2024, 2, 10), 2025: date(2025, 1, 29)}  # of the moon
_days = st.sampled_from(EDGES)
_seconds = st.sampled_from([0, 1, 43_200, 86_399])
_moments = st.builds(
    lambda day, second: datetime(day.year, day.month, day.day) + timedelta(seconds=second),
    _days,
    _seconds,
)
_money = st.decimals(0, 500, places=2)


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    orders: list[Row] = [
        {
            "order_key": f"o{n}",
            "created_at": draw(_moments),
            "paid_at": draw(st.none() | _moments),
            "order_amount": draw(_money),
            "buyer_id": draw(st.sampled_from(["b1", "b2", None])),
            "province": draw(st.sampled_from(["浙江省", None])),
            "channel": draw(st.sampled_from(["天猫", "京东"])),
        }
        for n in range(draw(st.integers(2, 10)))
    ]
    refunds: list[Row] = [
        {
            "refund_id": f"r{n}",
            "order_key": draw(st.sampled_from([order["order_key"] for order in orders])),
            "refunded_at": draw(_moments),
            "amount": draw(_money),
            "reason": None,
        }
        for n in range(draw(st.integers(0, 4)))
    ]
    return Shop(orders, [], [], [], refunds)


def _events() -> dict[str, Event]:
    year = {
        one: Occurrence(DateRange(anchor, anchor + 7 * DAY), anchor)
        for one, anchor in NEW_YEAR.items()
    }
    return {"new_year": Event("new_year", Text(zh="春节", en="New Year"), (), {}, year, "")}


def _asked(draw: st.DrawFn) -> DateRange:
    one, other = sorted((draw(_days), draw(_days)))
    beyond = draw(st.sampled_from([0, 0, 30]))  # some windows end after the data
    return DateRange(one, other + DAY + beyond * DAY)


def _custom(draw: st.DrawFn, asked: DateRange, finest: Grain) -> tuple[DateRange, Meets]:
    start = draw(_days)
    other = DateRange(start, start + DAY * draw(st.sampled_from([1, 7, 31, asked.days])))
    if other.start.day == asked.start.day == 1 and finest in MONTHS:
        months = 12 * (asked.start.year - start.year) + asked.start.month - start.month
        return other, lambda day: months_later(day, months)
    return other, days_later((asked.start - start).days)


@st.composite
def compared_periods(draw: st.DrawFn) -> tuple[SemanticQuery, Sides]:
    asked = _asked(draw)
    grains = draw(st.lists(st.sampled_from(GRAINS), min_size=1, max_size=2, unique=True))
    finest = min(grains, key=list(Grain).index)
    kind = draw(st.sampled_from(["prior_period", "same_period_last_year", "same_weekday", "event"]))
    compare: Any = kind
    other = None
    if kind == "prior_period":
        meets = prior_period(finest)
    elif kind == "same_period_last_year":
        meets = last_year(Grain.week if Grain.week in grains else finest)
    elif kind == "same_weekday" and finest not in MONTHS:
        meets = days_later(7)
    elif kind == "event" and asked.start.year == asked.last_day.year == 2025:
        compare = {"kind": "event_aligned", "event": "new_year"}
        meets = days_later((NEW_YEAR[2025] - NEW_YEAR[2024]).days)
    else:
        other, meets = _custom(draw, asked, finest)
        time = {"kind": "range", "start": other.start, "end": other.end}
        compare = {"kind": "custom", "time": time}
    groups = [f"metric_time__{grain}" for grain in grains]
    groups += draw(st.lists(st.sampled_from(["province", "channel"]), max_size=1))
    days = [day for day in days_of(asked) if day < LOADED.end]
    return _query(draw, groups, asked, compare), Sides(days, meets, finest, other)


@st.composite
def compared_windows(draw: st.DrawFn) -> tuple[SemanticQuery, Sides]:
    """A window against another one of as many days; whole months are covered in `soundness`."""
    asked = _asked(draw)
    if asked.start.day == asked.end.day == 1:
        asked = DateRange(asked.start, asked.end + DAY)
    kind = draw(st.sampled_from(["prior_period", "same_weekday", "custom"]))
    compare: Any = kind
    before = asked.days if kind == "prior_period" else -(-asked.days // 7) * 7
    if kind == "custom":
        before = draw(st.integers(1, 400))
        other = (asked.start - DAY * before, asked.end - DAY * before)
        compare = {"kind": "custom", "time": {"kind": "range", "start": other[0], "end": other[1]}}
    groups = draw(st.lists(st.sampled_from(["province", "channel"]), max_size=2, unique=True))
    days = [day for day in days_of(asked) if day < LOADED.end]
    return _query(draw, groups, asked, compare), Sides(days, days_later(before), None)


def _query(draw: st.DrawFn, groups: list[str], asked: DateRange, compare: object) -> SemanticQuery:
    where = draw(
        st.none()
        | st.sampled_from(["天猫", "京东"]).map(
            lambda value: {"kind": "in", "field": "channel", "values": [value]}
        )
    )
    return SemanticQuery.model_validate(
        {
            "metrics": draw(
                st.lists(st.sampled_from(METRICS), min_size=1, max_size=3, unique=True)
            ),
            "group_by": groups,
            "where": where,
            "time": {"kind": "range", "start": asked.start, "end": asked.end},
            "compare": compare,
        }
    )


def _answer(query: SemanticQuery, shop: Shop) -> tuple[list[Key], str]:
    model = replace(toy_shop.model(), events=_events())
    sql = compile_query(plan(resolve(query, model, toy_shop.catalog(), toy_shop.TODAY))).sql
    return run(sql, shop), sql


@given(shops(), compared_periods())
def test_each_period_against_its_counterpart(
    shop: Shop, compared: tuple[SemanticQuery, Sides]
) -> None:
    query, sides = compared
    rows, sql = _answer(query, shop)
    expected = evaluate_compared(query, shop, sides, LOADED, ratios=RATES)
    assert plain(rows) == plain(expected), sql


@given(shops(), compared_windows())
def test_a_window_against_another(shop: Shop, compared: tuple[SemanticQuery, Sides]) -> None:
    query, sides = compared
    rows, sql = _answer(query, shop)
    expected = evaluate_compared(query, shop, sides, LOADED, ratios=RATES)
    assert plain(rows) == plain(expected), sql
