"""The days of the demo shop, and the seconds of its events.

A day is its position in the timeline; a moment is a whole second of shop time since 1970. What does
not happen, or not before the data end, happens at `NEVER`. Imports numpy only.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from warehouse.demo.sampling import Ints

MONTHS = 25
HOUR = 3_600
DAY = 86_400
# Far above any moment, far enough below the largest integer for delays to be added.
NEVER = 1 << 62
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Timeline:
    """The days from `start` up to, and without, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    @property
    def first(self) -> int:
        """The first day, counted from 1970."""
        return (self.start - _EPOCH).days

    @property
    def close(self) -> int:
        """The first second after the last day."""
        return self.moment(self.days)

    @property
    def weekdays(self) -> Ints:
        """Day → weekday, Monday is 0."""
        return (np.arange(self.days) + self.start.weekday()) % 7

    @property
    def months(self) -> Ints:
        """Day → month, 1 to 12."""
        return np.array([self.date_of(day).month for day in range(self.days)], np.int64)

    @property
    def years(self) -> range:
        """The calendar years that the days touch, and the one before and after."""
        return range(self.start.year - 1, self.end.year + 2)

    def date_of(self, day: int) -> date:
        """The date of a day."""
        return self.start + timedelta(days=day)

    def position(self, when: date) -> int:
        """The day of a date; outside the timeline it is negative or `days` and more."""
        return (when - self.start).days

    def moment(self, day: int) -> int:
        """The first second of a day."""
        return (self.first + day) * DAY

    def moments(self, days: Ints) -> Ints:
        """The first seconds of days."""
        return (self.first + days) * DAY

    def day_of(self, moments: Ints) -> Ints:
        """The days of moments; `NEVER` lies far beyond the last one."""
        return moments // DAY - self.first

    def seen(self, moments: Ints) -> Ints:
        """Moments as the data know them: what comes after the last day has not happened."""
        return np.where(moments < self.close, moments, NEVER)


def timeline_until(end_day: date) -> Timeline:
    """The 25 months that end with `end_day`.

    >>> timeline_until(date(2026, 10, 31))
    Timeline(start=datetime.date(2024, 10, 1), end=datetime.date(2026, 11, 1))
    """
    end = end_day + timedelta(days=1)
    year, month = divmod(end.year * 12 + end.month - 1 - MONTHS, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return Timeline(date(year, month + 1, min(end.day, last)), end)
