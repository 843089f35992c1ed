"""What holds for every text: true slices, no overlap, no error, bounded work; the result types."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.time_expressions import (
    GrainExpression,
    TimeExpression,
    WindowExpression,
    find_time_expressions,
)
from assistant.time_expressions import find as finding
from semantic_layer.query import Grain, PresetTime, RangeTime

NOW = datetime(2026, 11, 24, 10, 30)

_PIECES = st.sampled_from(
    [
        *("今", "去年", "上个", "月", "周", "3", "十五", "日", "号", "到", "-", "至", "2024", "年"),
        *("的", "前", "近", "天", "Q", "半年", "季度", "之前", "以来", "从", "每", " ", "第", "初"),
        *("March", "may", "May", "last", "the", "7", "days", "first", "of", "to", "from", "since"),
        *("before", "2020", "/", "1st", "week", "ytd", "and", "between", "in", "İ", "２", "週"),
    ]
)
_TEXTS = st.one_of(st.text(), st.lists(_PIECES).map("".join), st.lists(_PIECES).map(" ".join))
_CLOCKS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 31))


@given(text=_TEXTS, now=_CLOCKS)
def test_spans_are_true_slices_in_order_and_apart(text: str, now: datetime) -> None:
    """Any text at any time: each expression is a non-empty slice, after the one before."""
    floor = 0
    for found in find_time_expressions(text, now=now):
        assert floor <= found.start < found.end <= len(text)
        assert found.text == text[found.start : found.end]
        floor = found.end


@given(
    before=st.sampled_from(["", "请问", "各渠道 ", "，"]),
    day=st.dates(date(1990, 1, 1), date(2100, 12, 30)),
)
def test_every_day_of_the_calendar_is_found_in_any_notation(before: str, day: date) -> None:
    """A full date means its day, however it is written."""
    notations = (
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
    )
    for notation in notations:
        [found] = find_time_expressions(f"{before}{notation} ok", now=NOW)
        assert isinstance(found, WindowExpression), notation
        assert isinstance(found.window, RangeTime), notation
        assert (found.window.start, (found.window.end - found.window.start).days) == (day, 1)


@given(
    number=st.one_of(st.integers(0, 10_000), st.integers(0, 10**9)),
    pattern=st.sampled_from(
        [
            *(
                "近{}天",
                "近{}周",
                "近{}年",
                "{}天前",
                "未来{}个季度",
                "{}年{}月",
                "第{}周",
                "前{}天",
            ),
            *("last {} weeks", "next {} years", "{} days ago", "{} weeks and {} days ago"),
            *("{} weeks before March 5", "last {} quarters of 2020", "week {} of 2099", "{}-{}-{}"),
        ]
    ),
)
def test_numbers_of_any_size_raise_nothing(number: int, pattern: str) -> None:
    """Windows stay within what the calendar and the query can hold."""
    text = pattern.replace("{}", str(number))
    for found in find_time_expressions(text, now=NOW):
        assert found.text in text


@given(month=st.integers(1, 12), now=_CLOCKS)
def test_a_month_without_year_is_the_latest_that_has_begun(month: int, now: datetime) -> None:
    """The printed rule: it starts on or before now, and less than a year before."""
    [found] = find_time_expressions(f"{month}月", now=now)
    assert isinstance(found, WindowExpression)
    assert isinstance(found.window, RangeTime)
    assert found.window.start <= now.date()
    assert found.window.start.replace(year=found.window.start.year + 1) > now.date()


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "年",
        " ",
        "3月1日到",
        "March 5 to ",
        "2024-",
        "一",
        "上",
        "the last ",
        "May ",
        "2024年3月第",
    ],
)
def test_a_long_text_of_near_misses_is_answered(piece: str) -> None:
    """Five thousand characters that almost match everywhere: bounded work at each place."""
    text = (piece * 5_000)[:5_000]
    for found in find_time_expressions(text, now=NOW):
        assert found.text == text[found.start : found.end]


def test_no_pattern_has_an_unbounded_quantifier() -> None:
    """What keeps the search linear: every repetition in every pattern has an upper bound."""
    for _, rules in finding._GATED_RULES:
        for rule in rules:
            assert "*" not in rule.pattern.pattern.replace(r"\*", ""), rule.pattern.pattern
            assert "+" not in rule.pattern.pattern.replace("[+%]", ""), rule.pattern.pattern


def test_a_window_and_a_grain_are_two_types() -> None:
    """近7天 is a window of days, 按天 a grain; each carries only what it has."""
    window, grain = find_time_expressions("近7天按天", now=NOW)
    assert window == WindowExpression(
        start=0,
        end=3,
        text="近7天",
        window=PresetTime(unit=Grain.day, count=7, offset=-1),
        grain=Grain.day,
    )
    assert grain == GrainExpression(start=3, end=5, text="按天", grain=Grain.day)


def test_expressions_are_frozen_and_survive_json() -> None:
    """They travel in links and audit rows."""
    found: TimeExpression
    [found] = find_time_expressions("去年3月", now=NOW)
    assert isinstance(found, WindowExpression)
    assert WindowExpression.model_validate_json(found.model_dump_json()) == found
    with pytest.raises(ValueError, match="frozen"):
        found.start = 1  # type: ignore[misc]
