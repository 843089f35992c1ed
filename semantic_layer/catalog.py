"""`Catalog`: what the semantic layer is told of the warehouse — columns and the days they cover.

The assistant fills it from the warehouse's manifest. "Loaded" is a matter of columns, not of
tables: an export without 退款金额 loads orders for whose days the refund column stays unknown, and
unknown is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class DateRange:
    """The days from `start` up to, and without, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day that belongs to the range."""
        return self.end - timedelta(days=1)

    def intersect(self, other: DateRange) -> DateRange | None:
        """The common days, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return DateRange(start, end) if start < end else None


def intersect_all(left: Iterable[DateRange], right: Iterable[DateRange]) -> tuple[DateRange, ...]:
    """The days that lie in both sets of ranges.

    >>> january = DateRange(date(2020, 1, 1), date(2020, 2, 1))
    >>> intersect_all([january], [DateRange(date(2020, 1, 31), date(2020, 3, 1))])
    (DateRange(start=datetime.date(2020, 1, 31), end=datetime.date(2020, 2, 1)),)
    """
    others = tuple(right)
    return tuple(
        sorted(common for one in left for other in others if (common := one.intersect(other)))
    )


def missing_days(asked: DateRange, known: Iterable[DateRange]) -> tuple[DateRange, ...]:
    """The days of `asked` that are in none of `known`.

    >>> february = DateRange(date(2020, 2, 1), date(2020, 3, 1))
    >>> missing_days(february, [DateRange(date(2020, 2, 1), date(2020, 2, 29))])
    (DateRange(start=datetime.date(2020, 2, 29), end=datetime.date(2020, 3, 1)),)
    """
    missing = []
    start = asked.start
    for days in intersect_all(known, (asked,)):
        if start < days.start:
            missing.append(DateRange(start, days.start))
        start = max(start, days.end)
    if start < asked.end:
        missing.append(DateRange(start, asked.end))
    return tuple(missing)


@dataclass(frozen=True)
class SourceTable:
    """A table: column → SQL type, and column → the days that loaded files cover it for."""

    columns: Mapping[str, str]
    coverage: Mapping[str, tuple[DateRange, ...]]


@dataclass(frozen=True)
class Catalog:
    """Table name as in `Dataset.source` ("mart.orders") → table."""

    tables: Mapping[str, SourceTable]

    @property
    def is_empty(self) -> bool:
        """True when nothing has been loaded yet."""
        return not any(table.coverage for table in self.tables.values())
