"""Weekdays, hours of the day and averages per period in the text of a question."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.linking.average_expressions import find_averages
from assistant.linking.part_expressions import find_parts
from semantic_layer.query import And, Compare, Filter, In

WEEKEND, WORKDAYS = (6, 7), (1, 2, 3, 4, 5)


def _read(condition: Filter) -> Any:
    match condition:
        case In(values=values):
            return values
        case Compare(operator="=", value=value):
            return value
        case Compare(operator=operator, value=value):
            return f"{operator}{value}"
        case And(parts=parts):
            return " ".join(str(_read(part)) for part in parts)
        case _:
            raise AssertionError(condition)


def _longest(text: str) -> tuple[str, Any] | None:
    found = [(one.start, one.end, one.condition) for one in find_parts(text)]
    if not found:
        return None
    start, end, condition = max(found, key=lambda one: one[1] - one[0])
    return text[start:end], _read(condition)


@pytest.mark.parametrize(
    ("text", "words", "meant"),
    [
        ("上月周末的订单", "周末", WEEKEND),
        ("上月周六日订单", "周六日", WEEKEND),
        ("每个工作日", "每个工作日", WORKDAYS),
        ("星期天的订单", "星期天", 7),
        ("每周五", "每周五", 5),
        ("周一到周五", "周一到周五", WORKDAYS),
        ("周五至周日", "周五至周日", (5, 6, 7)),
        ("凌晨的订单", "凌晨", "<6"),
        ("早上的订单", "早上", ">=6 <12"),
        ("中午的订单", "中午", ">=11 <13"),
        ("下午的订单", "下午", ">=12 <18"),
        ("晚上的订单", "晚上", ">=18"),
        ("20点到22点", "20点到22点", ">=20 <22"),
        ("晚上8点到10点", "晚上8点到10点", ">=20 <22"),
        ("晚8点-12点", "晚8点-12点", ">=20"),
        ("上午10点到下午2点", "上午10点到下午2点", ">=10 <14"),
        ("下午两点到五点", "下午两点到五点", ">=14 <17"),
        ("8:00-10:00", "8:00-10:00", ">=8 <10"),
        ("晚上8点以后", "晚上8点以后", ">=20"),
        ("早上9点之前", "早上9点之前", "<9"),
        ("下午3点的订单", "下午3点", 15),
        ("中午12点的订单", "中午12点", 12),
        ("凌晨12点的订单", "凌晨12点", 0),
        ("orders on weekends", "on weekends", WEEKEND),
        ("weekend orders", "weekend", WEEKEND),
        ("orders on weekdays", "on weekdays", WORKDAYS),
        ("weekday orders", "weekday", WORKDAYS),
        ("orders on Mondays", "on Mondays", 1),
        ("every Friday", "every Friday", 5),
        ("Monday to Friday", "Monday to Friday", WORKDAYS),
        ("in the morning", "in the morning", ">=6 <12"),
        ("in the evenings", "in the evenings", ">=18"),
        ("between 8pm and 10pm", "between 8pm and 10pm", ">=20 <22"),
        ("from 8 to 10pm", "from 8 to 10pm", ">=20 <22"),
        ("10am-2pm", "10am-2pm", ">=10 <14"),
        ("after 8pm", "after 8pm", ">=20"),
        ("before 9 am", "before 9 am", "<9"),
        ("at 12am", "at 12am", 0),
        ("at 12pm", "at 12pm", 12),
    ],
)
def test_a_part_of_the_time_is_read_in_whole_hours_and_days(
    text: str, words: str, meant: Any
) -> None:
    assert _longest(text) == (words, meant)


@pytest.mark.parametrize(
    "text",
    [
        "晚上10点到凌晨2点",  # crosses midnight
        "10点半",
        "截止到20点",
        "25点",
        "between 8 and 10",  # hours or numbers?
        "on Monday",  # one day, which the times of the question read
        "last weekend",
        "by weekday",
        "1点5倍",
        "周期",
    ],
)
def test_what_is_no_whole_part_is_not_read(text: str) -> None:
    assert not [one for one in find_parts(text) if (one.start, one.end) == (0, len(text))]


@given(st.integers(0, 23), st.integers(1, 24))
def test_a_range_of_hours_holds_just_these(first: int, end: int) -> None:
    found = _longest(f"{first}点到{end}点的订单")
    if first < end:
        assert found is not None
        hours = [hour for hour in range(24) if _holds(found[1], hour)]
        assert hours == list(range(first, end)) or (first, end) == (0, 24)


def _holds(meant: Any, hour: int) -> bool:
    if isinstance(meant, int):
        return hour == meant
    bounds = [(part.rstrip("0123456789"), int(part.lstrip("<>="))) for part in meant.split()]
    return all(hour >= bound if sign == ">=" else hour < bound for sign, bound in bounds)


@given(st.text(max_size=40))
def test_any_text_is_read_without_error_and_in_its_place(text: str) -> None:
    places = [(one.start, one.end) for one in find_parts(text)]
    places += [(one.start, one.end) for one in find_averages(text)]
    assert all(0 <= start < end <= len(text) for start, end in places)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("日均付款订单数", [("日均", "day")]),
        ("平均每天的订单", [("平均每天", "day")]),
        ("每月平均", [("每月平均", "month")]),
        ("周均销量", [("周均", "week")]),
        ("季均", [("季均", "quarter")]),
        ("daily average of orders", [("daily average of", "day")]),
        ("average monthly sales", [("average monthly", "month")]),
        ("orders per week on average", [("per week on average", "week")]),
        ("average paid orders per day", [("average", None)]),
        ("每天付款订单数的平均值", [("平均值", None)]),
        ("近7日均值", []),
        ("30日均线", []),
        ("8月平均配送时长", []),
        ("平均付款金额", []),
        ("average paid amount", [("average", None)]),
        ("人均消费", []),
    ],
)
def test_an_average_needs_its_period(text: str, found: list[tuple[str, str | None]]) -> None:
    longest: dict[int, tuple[str, str | None]] = {}
    for one in sorted(find_averages(text), key=lambda one: one.end - one.start):
        inside = [at for at in longest if one.start <= at < one.end]
        for at in inside:
            del longest[at]
        longest[one.start] = (text[one.start : one.end], one.per)
    assert list(longest.values()) == found
