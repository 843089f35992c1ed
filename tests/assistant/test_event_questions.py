"""Questions about events of the calendar: the plan, and what a year ago means for one."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.outcome import Abstention, Parsed
from assistant.parsing.linked_parser import parse_linked
from semantic_layer import SemanticQuery
from semantic_layer.query import Comparison, CustomComparison, EventTime
from tests.assistant.shop_words import context


def plan(question: str) -> SemanticQuery:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Parsed), outcome
    return outcome.query


def event(name: str, year: int | None = None, phase: str | None = None) -> EventTime:
    return EventTime(event=name, year=year, phase=phase)


@pytest.mark.parametrize(
    ("question", "time"),
    [
        ("双11的付款订单数", event("double_11")),
        ("去年双11各渠道的付款金额", event("double_11", 2025)),
        ("2025年双十一预售付款金额", event("double_11", 2025, "presale")),
        ("paid orders on Black Friday 2024", event("black_friday", 2024)),
        ("国庆期间各省付款订单数", event("national_day")),
    ],
)
def test_an_event_is_the_time(question: str, time: EventTime) -> None:
    assert plan(question).time == time
    assert plan(question).compare is None


def test_a_trend_over_an_event_is_by_day() -> None:
    assert [group.column for group in plan("春节付款金额趋势").group_by] == ["metric_time__day"]


@pytest.mark.parametrize(
    ("question", "time"),
    [
        ("双11付款订单数同比", event("double_11")),
        ("今年618和去年618的付款金额对比", event("mid_year_618", 2026)),
        ("去年618和今年618的付款金额对比", event("mid_year_618", 2026)),
        ("双11付款金额和去年比", event("double_11")),
        ("双11每天的付款订单数同比", event("double_11")),
        ("今年618付款金额和去年同期比", event("mid_year_618", 2026)),
        ("paid orders during Double 11 this year vs last year", event("double_11", 2026)),
    ],
)
def test_a_year_ago_is_the_last_event(question: str, time: EventTime) -> None:
    """The lunar new year moves: the same dates of last year would be ordinary days."""
    query = plan(question)
    assert (query.time, query.compare) == (time, Comparison.event_aligned)


@pytest.mark.parametrize(
    ("question", "time", "other"),
    [
        ("双11和618的付款金额对比", event("double_11"), event("mid_year_618")),
        (
            "2025年双11和2023年双11的付款金额对比",
            event("double_11", 2025),
            event("double_11", 2023),
        ),
    ],
)
def test_other_pairs_are_window_against_window(
    question: str, time: EventTime, other: EventTime
) -> None:
    query = plan(question)
    assert (query.time, query.compare) == (time, CustomComparison(time=other))


@pytest.mark.parametrize("question", ["每年双11的付款订单数", "过去三年双11的付款订单数"])
def test_several_years_at_once_are_not_narrowed_to_one(question: str) -> None:
    assert isinstance(parse_linked(question, context()), Abstention)


def test_the_link_carries_the_event() -> None:
    [link] = [one for one in parse_linked("去年双11付款订单数", context()).links if one.value]
    value: dict[str, Any] = link.value
    assert (link.text, value) == (
        "去年双11",
        {"kind": "event", "event": "double_11", "year": 2025, "phase": None},
    )
