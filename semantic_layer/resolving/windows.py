"""Time windows of a query → absolute days. `today` is an argument; there is no clock here.

The rules, printed with every answer as absolute dates: weeks start on Monday; a month is a calendar
month; the last 7 days are the 7 complete days before today; this month is the month up to and with
today; the days of an event are those of the calendar of events, all of them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from semantic_layer.catalog import DateRange
from semantic_layer.events import Event, event_days
from semantic_layer.query import (
    AllTime,
    EventTime,
    Grain,
    PresetTime,
    RangeTime,
    TimeWindow,
    ToDateTime,
)

MONTHS = {Grain.month: 1, Grain.quarter: 3, Grain.year: 12}
"""How many months the units have that are no fixed number of days."""


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
    if grain in MONTHS:
        return add_months(start, count * MONTHS[grain])
    return start + timedelta(days=count * (7 if grain is Grain.week else 1))


def resolve_window(
    time: TimeWindow | None, today: date, events: Mapping[str, Event]
) -> Window | None:
    """The days that `time` means on `today`; None means everything that is loaded.

    Raises:
        QueryError: `time` names an event, a phase or a year of it that `events` does not have.

    >>> resolve_window(PresetTime(unit=Grain.day, count=7), date(2020, 3, 2), {}).days
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
        case EventTime():
            days = event_days(time, events, today)
            return Window(days, unfinished=days.end > today)
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
