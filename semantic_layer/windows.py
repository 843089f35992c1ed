"""Time windows of a query → absolute days. `today` is an argument; there is no clock here.

The rules, printed with every answer as absolute dates: weeks start on Monday; a month is a calendar
month; the last 7 days are the 7 complete days before today; this month is the month up to and with
today; a comparison of an unfinished window takes the same number of days of the other one.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from semantic_layer.catalog import DateRange
from semantic_layer.query import (
    AllTime,
    Comparison,
    Grain,
    PresetTime,
    RangeTime,
    TimeWindow,
    ToDateTime,
)

_MONTHS = {Grain.month: 1, Grain.quarter: 3, Grain.year: 12}


@dataclass(frozen=True)
class Window:
    """The asked days; `unfinished` when they reach into today."""

    days: DateRange
    unfinished: bool


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day.

    >>> add_months(date(2024, 3, 31), -1)
    datetime.date(2024, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period_start(day: date, grain: Grain) -> date:
    """The first day of the calendar unit that holds `day`.

    >>> period_start(date(2026, 11, 24), Grain.week)
    datetime.date(2026, 11, 23)
    """
    match grain:
        case Grain.week:
            return day - timedelta(days=day.weekday())
        case Grain.month:
            return day.replace(day=1)
        case Grain.quarter:
            return date(day.year, day.month - (day.month - 1) % 3, 1)
        case Grain.year:
            return date(day.year, 1, 1)
        case _:
            return day  # a day, or less than one


def is_finer(one: Grain, other: Grain) -> bool:
    """Whether `one` is the shorter unit; `Grain` lists them from the shortest."""
    order = list(Grain)
    return order.index(one) < order.index(other)


def shift_period(start: date, grain: Grain, count: int) -> date:
    """The start of the unit `count` units away from the one that starts on `start`."""
    if grain in _MONTHS:
        return add_months(start, count * _MONTHS[grain])
    return start + timedelta(days=count * (7 if grain is Grain.week else 1))


def resolve_window(time: TimeWindow | None, today: date) -> Window | None:
    """The days that `time` means on `today`; None means everything that is loaded.

    >>> resolve_window(PresetTime(unit=Grain.day, count=7), date(2020, 3, 2)).days
    DateRange(start=datetime.date(2020, 2, 24), end=datetime.date(2020, 3, 2))
    """
    tomorrow = today + timedelta(days=1)
    match time:
        case None | AllTime():
            return None
        case PresetTime(unit=unit, count=count, offset=offset):
            current = period_start(today, unit)
            last = shift_period(current, unit, offset)
            start = shift_period(last, unit, 1 - count)
            end = tomorrow if offset == 0 else shift_period(last, unit, 1)
            return Window(DateRange(start, end), unfinished=offset == 0)
        case RangeTime(start=start, end=end):
            return Window(DateRange(start, end), unfinished=end > today)
        case ToDateTime(unit=unit, offset=offset):
            current = period_start(today, unit)
            start = shift_period(current, unit, offset)
            end = min(start + (tomorrow - current), shift_period(start, unit, 1))
            return Window(DateRange(start, end), unfinished=offset == 0)
        case _:
            assert_never(time)


def latest_complete_period(grain: Grain, last_day: date, today: date) -> DateRange:
    """The last calendar unit that the data cover and that is over.

    >>> latest_complete_period(Grain.month, date(2020, 2, 29), date(2026, 11, 24))
    DateRange(start=datetime.date(2020, 2, 1), end=datetime.date(2020, 3, 1))
    """
    after = min(last_day + timedelta(days=1), today)
    end = period_start(after, grain)
    return DateRange(shift_period(end, grain, -1), end)


def comparison_window(
    time: TimeWindow, asked: DateRange, counted: DateRange, comparison: Comparison
) -> DateRange:
    """The days that a window is set against.

    `asked` is the window as resolved, `counted` the part of it that the data cover. When they
    differ, or when the window reaches into today, the other window gets as many days as were
    counted, and no more.
    """
    unit, count = _unit_of(time, asked)
    match comparison:
        case Comparison.prior_period:
            start = shift_period(asked.start, unit, -count)
            whole = DateRange(start, asked.start)
        case Comparison.same_period_last_year if unit is Grain.week:
            year = timedelta(weeks=52)  # the same weekdays
            whole = DateRange(asked.start - year, asked.end - year)
        case Comparison.same_period_last_year:
            whole = _a_year_earlier(asked)
        case _:
            assert_never(comparison)
    is_whole = counted == asked and asked.end == shift_period(asked.start, unit, count)
    if is_whole:
        return whole
    return DateRange(whole.start, min(whole.end, whole.start + timedelta(days=counted.days)))


def _unit_of(time: TimeWindow, asked: DateRange) -> tuple[Grain, int]:
    match time:
        case PresetTime(unit=unit, count=count):
            return unit, count
        case ToDateTime(unit=unit):
            return unit, 1
        case RangeTime() | AllTime():
            months = (asked.end.year - asked.start.year) * 12 + asked.end.month - asked.start.month
            if asked.start.day == asked.end.day == 1:
                return Grain.month, months
            return Grain.day, asked.days
        case _:
            assert_never(time)


def _a_year_earlier(days: DateRange) -> DateRange:
    start = add_months(days.start, -12)
    if days.end.day == 1:  # whole months stay whole, whatever February does
        return DateRange(start, add_months(days.end, -12))
    return DateRange(start, add_months(days.last_day, -12) + timedelta(days=1))
