"""Parts of a month that is said before them: 10月中旬和下旬, 11月第二周比第一周, 2月25号比24号.

Beside `context`, which binds them before anything else. Without a month before it such a part is
the latest one that has begun, a week one of the year, and a third of a month no date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from assistant.time_expressions.numerals import read_zh_number
from assistant.time_expressions.periods import (
    Moment,
    Named,
    Period,
    Point,
    Stretch,
    nth_week,
    resolve,
    unit_period,
)
from assistant.time_expressions.spans import half_of_month
from semantic_layer.query import Grain

_THIRDS = {"上": 1, "中": 11, "下": 21}
_MONTH = re.compile("月(?![均销])")


@dataclass(frozen=True, slots=True)
class MonthPart:
    """The `number`-th part of whichever month is meant; `alone` is what it means without one."""

    unit: Literal["third", "half", "week"]
    number: int
    alone: Moment | None


@dataclass(frozen=True, slots=True)
class Located:
    """A reading and its place in the text; None for what looks like a date and is none.

    `leans` is a part of a month, which a month before it completes.
    """

    start: int
    end: int
    reading: Moment | Grain | None
    leans: MonthPart | None = None


def read_third(found: re.Match[str], _today: date) -> MonthPart:
    """下旬 alone."""
    return MonthPart("third", _THIRDS[found["third"]], None)


def read_half(found: re.Match[str], today: date) -> MonthPart:
    """下半月 alone: that of this month, or of the last one if it has not begun."""
    is_first = found["half_month"] == "上"
    has_begun = is_first or today.day > 15
    month = unit_period(today, Grain.month, offset=0 if has_begun else -1)
    return MonthPart("half", 1 if is_first else 2, half_of_month(month, first=is_first))


def read_week(found: re.Match[str], today: date) -> MonthPart:
    """第一周 alone: a week of this year."""
    number = read_zh_number(found["week"]) or 0
    return MonthPart("week", number, nth_week(unit_period(today, Grain.year), number))


def with_months(text: str, located: Sequence[Located], today: date) -> list[Located]:
    """Each part of a month and each bare day in the month of the moment before it."""
    bound: list[Located] = []
    for item in located:
        before = next((one for one in reversed(bound) if not isinstance(one.reading, Grain)), None)
        month = _month_of(text, before, today) if before else None
        bound.append(_in_month(item, month, today) if month else item)
    return bound


def _month_of(text: str, item: Located, today: date) -> Point | None:
    """The month that a moment lies in, if the text names it."""
    match item.reading:
        case Point(month=int() as number, year=year, unit=unit) if unit not in ("half", "quarter"):
            return Point("month", year, number)
        case Period() | Named() | Stretch():
            days = resolve(item.reading, today)
        case _:
            return None
    if days is None or not _MONTH.search(text, item.start, item.end):
        return None
    month = unit_period(days.start, Grain.month)
    is_week = days.grain is Grain.week
    is_inside = month.start <= days.start and days.end <= month.end
    return Point("month", month.start.year, month.start.month) if is_inside or is_week else None


def _in_month(item: Located, month: Point, today: date) -> Located:
    match item.reading:
        case _ if item.leans is not None:
            return replace(item, reading=_part_of(month, item.leans, today))
        case Point(unit="day", month=None, day=int()) as day:
            return replace(item, reading=_on(day, month))
        case Stretch(first=Point(month=None) as first, last=Point(month=None) as last):
            return replace(item, reading=Stretch(_on(first, month), _on(last, month)))
        case _:
            return item


def _on(day: Point, month: Point) -> Point:
    return replace(day, year=month.year, month=month.month)


def _part_of(month: Point, part: MonthPart, today: date) -> Moment | None:
    if part.unit == "third":
        return Point("third", month.year, month.month, part.number)
    whole = resolve(month, today)
    if whole is None:
        return None
    if part.unit == "half":
        return half_of_month(whole, first=part.number == 1)
    return nth_week(whole, part.number)
