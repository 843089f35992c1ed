"""Windows that both languages name: the last N units, the next N units, everything."""

from __future__ import annotations

from datetime import date, timedelta

from assistant.time_expressions.periods import EARLIEST_DAY, Named, Period, preset, unit_period
from semantic_layer.query import AllTime, Grain, ToDateTime

_DAYS_IN = {Grain.day: 1, Grain.week: 7, Grain.month: 31, Grain.quarter: 92, Grain.year: 366}
_LONGEST_DAYS = 10_000  # 27 years, the most that a preset counts: more is a slip of the pen


def last_units(today: date, unit: Grain, count: int | None) -> Named | Period | None:
    """The last `count` complete units: weeks counted in days, years in months (see the package)."""
    if not is_sensible(unit, count):
        return None
    assert count is not None
    if unit is Grain.week:
        return preset(today, Grain.day, count=7 * count, offset=-1)
    if unit is Grain.year:
        return preset(today, Grain.month, count=12 * count, offset=-1)
    return preset(today, unit, count=count, offset=-1)


def units_ago(today: date, unit: Grain, count: int | None) -> Named | Period | None:
    """The one calendar unit that lies `count` units back."""
    if not is_sensible(unit, count):
        return None
    assert count is not None
    return preset(today, unit, offset=-count)


def next_units(today: date, unit: Grain, count: int | None) -> Period | None:
    """The next `count` units, which no preset can say."""
    if not is_sensible(unit, count):
        return None
    assert count is not None
    return unit_period(today, unit, count=count, offset=count)


def all_time(today: date) -> Named:
    """Everything that is loaded."""
    whole = Period(EARLIEST_DAY, unit_period(today, Grain.day).end, Grain.year)
    return Named(AllTime(), Grain.year, whole)


def to_date(today: date, unit: Grain) -> Named:
    """The unit that holds today, from its start up to today."""
    return Named(ToDateTime(unit=unit), unit, unit_period(today, unit))


def two_digit_year(number: int, today: date) -> int:
    """24 is 2024; a number beyond next year's belongs to the century before.

    >>> [two_digit_year(number, date(2026, 11, 24)) for number in (24, 27, 95)]
    [2024, 2027, 1995]
    """
    century = today.year - today.year % 100
    return century + number - (100 if number > today.year % 100 + 1 else 0)


def half_of_month(month: Period, *, first: bool) -> Period:
    """The days 1 to 15 of a month, or those from the 16th on."""
    middle = month.start + timedelta(days=15)
    start, end = (month.start, middle) if first else (middle, month.end)
    return Period(start, end, Grain.day)


def edge_of_month(month: Period, count: int | None, *, first: bool) -> Period | None:
    """The first or the last `count` days of a month, or None if it has not so many."""
    if not count or count > (month.end - month.start).days:
        return None
    days = timedelta(days=count)
    start = month.start if first else month.end - days
    return Period(start, start + days, Grain.day)


def edge_units(whole: Period, unit: Grain, count: int | None, *, first: bool) -> Period | None:
    """The first or the last `count` units of a stretch, such as the last four months of a year.

    Weeks are those that lie in it whole.
    """
    if not count or not is_sensible(unit, count):
        return None
    if first:
        edge = unit_period(whole.start + timedelta(days=6 if unit is Grain.week else 0), unit)
        return Period(edge.start, unit_period(edge.start, unit, count, count - 1).end, unit)
    edge = unit_period(whole.end - timedelta(days=7 if unit is Grain.week else 1), unit)
    return Period(unit_period(edge.start, unit, count).start, edge.end, unit)


def is_sensible(unit: Grain, count: int | None) -> bool:
    """Whether so many units stay within what a question can mean."""
    return bool(count) and (count or 0) * _DAYS_IN.get(unit, _LONGEST_DAYS + 1) <= _LONGEST_DAYS
