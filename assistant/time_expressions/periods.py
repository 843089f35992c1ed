"""Calendar arithmetic on half-open periods of days, and the completion of what a text left unsaid.

Pure functions over dates, shared by the readers of both languages; knows no words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from semantic_layer.query import Grain, PresetTime, TimeWindow
from semantic_layer.resolving.windows import add_months, period_start, shift_period

EARLIEST_DAY = date(1900, 1, 1)
"""The start of a window that has none ("before 2018"): older than any shop's data."""

_LATEST_YEAR = 2100

CalendarUnit = Literal["year", "half", "quarter", "month", "third", "week", "day"]

_MONTHS: dict[CalendarUnit, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_GRAINS: dict[CalendarUnit, Grain] = {
    "year": Grain.year,
    "half": Grain.month,
    "quarter": Grain.quarter,
    "month": Grain.month,
    "third": Grain.day,
    "week": Grain.week,
    "day": Grain.day,
}
_FINEST_FIRST = tuple(Grain)
_LEAP_CYCLE = 8  # the longest wait from one 29 February to the next, in years (1896 to 1904)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` up to, and without, `end`."""

    start: date
    end: date
    grain: Grain


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the calendar as it was said; an unsaid year or month is None."""

    unit: CalendarUnit
    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A relative word that the semantic layer knows as it is, and the period that it covers now.

    An event of a year that the calendar does not know has no period.
    """

    window: TimeWindow
    grain: Grain
    period: Period | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one point to another, both included."""

    first: Point
    last: Point


Moment = Point | Named | Period | Stretch


def unit_period(today: date, unit: Grain, count: int = 1, offset: int = 0) -> Period:
    """`count` calendar units, the last of them `offset` units from the one that holds `today`."""
    last = shift_period(period_start(today, unit), unit, offset)
    return Period(shift_period(last, unit, 1 - count), shift_period(last, unit, 1), unit)


def preset(today: date, unit: Grain, count: int = 1, offset: int = 0) -> Named | Period:
    """Calendar units relative to now; those that lie ahead have no preset and become a period."""
    period = unit_period(today, unit, count, offset)
    if offset > 0:
        return period
    return Named(PresetTime(unit=unit, count=count, offset=offset), unit, period)


def nth_week(of: Period, number: int) -> Period | None:
    """The week that holds the period's `number`-th Thursday; -1 is the last one."""
    first = of.start + timedelta(days=(3 - of.start.weekday()) % 7)
    last = of.end - timedelta(days=1)
    last -= timedelta(days=(last.weekday() - 3) % 7)
    thursday = last if number == -1 else first + timedelta(weeks=number - 1)
    if not first <= thursday <= last:
        return None
    return unit_period(thursday, Grain.week)


def weekday_in_week(today: date, weekday: int, weeks: int) -> Period:
    """The day `weekday` (Monday is 0) of the week that lies `weeks` from the current one."""
    days = weekday - today.weekday() + 7 * weeks
    return unit_period(today, Grain.day, offset=days)


def weekdays_in_week(today: date, first: int, last: int, weeks: int) -> Period | None:
    """From one weekday to a later one of the same week."""
    if last < first:
        return None
    start = weekday_in_week(today, first, weeks).start
    return Period(start, start + timedelta(days=last - first + 1), Grain.day)


def weekend(today: date, weeks: int) -> Period:
    """Saturday and Sunday of the week that lies `weeks` from the current one."""
    start = weekday_in_week(today, 5, weeks).start
    return Period(start, start + timedelta(days=2), Grain.day)


def nth_weekday(of: Period, weekday: int, number: int) -> Period | None:
    """The `number`-th Monday, say, of a period; -1 is the last one."""
    first = of.start + timedelta(days=(weekday - of.start.weekday()) % 7)
    last = of.end - timedelta(days=1)
    last -= timedelta(days=(last.weekday() - weekday) % 7)
    day = last if number == -1 else first + timedelta(weeks=number - 1)
    return unit_period(day, Grain.day) if first <= day <= last else None


def resolve(moment: Moment, today: date) -> Period | None:
    """The days of a moment, or None if there are none such as the thirtieth of February."""
    match moment:
        case Named():
            return moment.period
        case Stretch():
            return between(moment.first, moment.last, today)
        case Point():
            return next(_begun(moment, today), None)
        case Period():
            return moment


def between(first: Moment, last: Moment, today: date) -> Period | None:
    """From the start of `first` to the end of `last`; what one leaves unsaid the other says."""
    if isinstance(first, Point) and isinstance(last, Point):
        return _between_points(first, last, today)
    start = resolve(first, today)
    if start and isinstance(last, Point) and last.year is None and last.month:
        years = (start.start.year, start.start.year + 1)  # the first such date that comes after
        ends = (_join(start, _period(replace(last, year=year))) for year in years)
        return next((joined for joined in ends if joined), None)
    return _join(start, resolve(last, today))


def _between_points(first: Point, last: Point, today: date) -> Period | None:
    if first.unit == "day" and first.month is None:
        if last.month is None:
            latest = resolve(first, today)
            return latest and _join(latest, _in_month_of(latest.start, last))
        first = replace(first, month=last.month)
    elif last.unit == "day" and last.month is None:
        last = replace(last, month=first.month)
    for start in _starts(first, last, today):
        ends = (last.year,) if last.year else (start.start.year, start.start.year + 1)
        for year in ends:
            joined = _join(start, _period(replace(last, year=year)))
            if joined:
                return joined
    return None


def _starts(first: Point, last: Point, today: date) -> Iterator[Period]:
    if first.year is None and last.year is None:
        yield from _begun(first, today)
        return
    years = (first.year,) if first.year else (last.year, (last.year or 0) - 1)
    for year in years:
        period = _period(replace(first, year=year))
        if period:
            yield period


def _in_month_of(day: date, point: Point) -> Period | None:
    return _period(replace(point, year=day.year, month=day.month))


def _join(first: Period | None, last: Period | None) -> Period | None:
    if first is None or last is None or last.start < first.start or last.end <= first.start:
        return None
    grain = min(first.grain, last.grain, key=_FINEST_FIRST.index)
    return Period(first.start, last.end, grain)


def _begun(point: Point, today: date) -> Iterator[Period]:
    """The point's periods, latest first; where something is unsaid only those already begun."""
    if point.year is not None:
        candidates = [point]
    elif point.month is not None:
        candidates = [replace(point, year=today.year - ago) for ago in range(_LEAP_CYCLE + 1)]
    else:
        months = [add_months(today, -ago) for ago in range(_MONTHS["year"])]
        candidates = [replace(point, year=month.year, month=month.month) for month in months]
    for candidate in candidates:
        period = _period(candidate)
        if period and (period.start <= today or candidate is point):
            yield period


def _period(point: Point) -> Period | None:
    if not EARLIEST_DAY.year <= (point.year or 0) <= _LATEST_YEAR:
        return None
    try:
        start = date(point.year or 0, point.month or 1, 1 if point.day is None else point.day)
    except ValueError:
        return None
    grain = _GRAINS[point.unit]
    if point.unit == "day":
        return Period(start, start + timedelta(days=1), grain)
    if point.unit == "week":
        return unit_period(start, Grain.week)
    if point.unit == "third":
        end = add_months(start, 1).replace(day=1) if start.day == 21 else start + timedelta(days=10)
        return Period(start, end, grain)
    return Period(start, add_months(start, _MONTHS[point.unit]), grain)
