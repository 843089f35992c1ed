"""Periods and windows by counting days one after another; nothing here knows a formula for a month.

`Days` is an ordered list of days. A period is told by what the calendar on the wall would show: the
year and month, the ISO year and week.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby

from semantic_layer.query import (
    AnyComparison,
    Comparison,
    CustomComparison,
    DatePart,
    Grain,
    PresetTime,
    RangeTime,
    TimeWindow,
    ToDateTime,
)

Days = list[date]
DAY = timedelta(days=1)


@cache
def listed(start: date, end: date) -> Days:
    """The days from `start` up to, and without, `end`; shared, so never changed."""
    return [start + DAY * number for number in range((end - start).days)]


def day_of(moment: date) -> date:
    """The day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def period(moment: date, grain: Grain) -> date:
    """The first day, or the full hour, of the period that holds a moment."""
    if grain is Grain.hour:
        assert isinstance(moment, datetime)
        return datetime.combine(moment.date(), time(moment.hour))
    return _first_of(day_of(moment), grain)


@cache
def _first_of(day: date, grain: Grain) -> date:
    first = day
    while _on_the_wall(first - DAY, grain) == _on_the_wall(day, grain):
        first -= DAY
    return first


def part(moment: date, which: DatePart) -> int:
    """A number out of a date; Monday is 1."""
    day = day_of(moment)
    return {
        DatePart.year: day.year,
        DatePart.quarter: (day.month + 2) // 3,
        DatePart.month: day.month,
        DatePart.day: day.day,
        DatePart.dow: day.isoweekday(),
        DatePart.doy: len(listed(date(day.year, 1, 1), day)) + 1,
    }[which]


def window(asked: TimeWindow | None, today: date) -> Days | None:
    """The days that a window means on `today`; None means all that are loaded."""
    match asked:
        case RangeTime(start=start, end=end):
            return listed(start, end)
        case PresetTime(unit=unit, count=count, offset=offset):
            days = _units(unit, today, offset - count + 1, offset)
            return [day for day in days if day <= today] if offset == 0 else days
        case ToDateTime(unit=unit, offset=offset):
            so_far = [day for day in _units(unit, today, 0, 0) if day <= today]
            return _units(unit, today, offset, offset)[: len(so_far)]
        case _:
            return None


def compared(asked: TimeWindow, comparison: AnyComparison, today: date, loaded: date) -> Days:
    """The days that a window is set against, when the data end on the day `loaded`.

    As many as there are data for in the asked window, if that is cut short.
    """
    days = window(asked, today)
    assert days is not None
    counted = [day for day in days if day <= loaded]
    if isinstance(comparison, CustomComparison):
        other = window(comparison.time, today)
        assert other is not None
        return other if counted == days and days[-1] < today else other[: len(counted)]
    if comparison is Comparison.same_weekday:
        weeks = next(weeks for weeks in range(1, 1_000) if 7 * weeks >= len(days))
        return [day - 7 * weeks * DAY for day in days][: len(counted)]
    whole, base = _whole(asked, days, today), _base(asked, days, comparison)
    return base if counted == days == whole else base[: len(counted)]


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month if it is shorter."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    month += 1
    while True:
        try:
            return day.replace(year=year, month=month)
        except ValueError:
            day -= DAY


def _base(asked: TimeWindow, days: Days, comparison: AnyComparison) -> Days:
    unit = asked.unit if isinstance(asked, PresetTime | ToDateTime) else None
    first, last = days[0], days[-1]
    if comparison is Comparison.same_period_last_year:
        if unit is Grain.week:
            return [day - 364 * DAY for day in days]
        if _starts_a_month(last + DAY):
            return listed(months_later(first, -12), months_later(last + DAY, -12))
        return listed(months_later(first, -12), months_later(last, -12) + DAY)
    if isinstance(asked, RangeTime):
        if _starts_a_month(first) and _starts_a_month(last + DAY):
            return _units(Grain.month, first, -len(_heads(days, Grain.month)), -1)
        return listed(first - DAY * len(days), first)
    assert unit is not None
    count = asked.count if isinstance(asked, PresetTime) else 1
    return _units(unit, first, -count, -1)


def _whole(asked: TimeWindow, days: Days, today: date) -> Days:
    """The days of a window when all its units are over."""
    match asked:
        case PresetTime(unit=unit, count=count, offset=offset):
            return _units(unit, today, offset - count + 1, offset)
        case ToDateTime(unit=unit, offset=offset):
            return _units(unit, today, offset, offset)
        case _:
            return days


def _units(unit: Grain, day: date, first: int, last: int) -> Days:
    """All days of the units from the `first` to the `last` one after that of `day`."""
    reach = timedelta(days=(max(abs(first), abs(last)) + 2) * _LONGEST[unit])
    around = listed(day - reach, day + reach)
    numbered = [list(days) for _, days in groupby(around, lambda one: _on_the_wall(one, unit))]
    current = next(number for number, days in enumerate(numbered) if day in days)
    return [one for days in numbered[current + first : current + last + 1] for one in days]


def _heads(days: Days, unit: Grain) -> Days:
    return sorted({period(day, unit) for day in days})


def _on_the_wall(day: date, grain: Grain) -> tuple[int, ...]:
    match grain:
        case Grain.week:
            return day.isocalendar()[:2]
        case Grain.month:
            return day.year, day.month
        case Grain.quarter:
            return day.year, (day.month + 2) // 3
        case Grain.year:
            return (day.year,)
        case _:
            return (day.toordinal(),)


def _starts_a_month(day: date) -> bool:
    return day.day == 1


_LONGEST = {Grain.day: 1, Grain.week: 7, Grain.month: 31, Grain.quarter: 92, Grain.year: 366}
