"""`Alignment`: how far a period lies from its counterpart, and which days meet that way.

A comparison with periods in the group-by counts each row of the base in the period that it is set
against. The arithmetic is on days: which of them make up the base, and which periods have all of
it. Between `comparisons`, which finds the stretch, and the branches. Imports `catalog`,
`known_days`, `model`, `query` and `windows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from semantic_layer.catalog import DateRange, intersect_all, missing_days
from semantic_layer.model import Span
from semantic_layer.query import DatePart, Grain
from semantic_layer.resolving.known_days import merge
from semantic_layer.resolving.windows import (
    MONTHS,
    add_months,
    is_finer,
    period_start,
    shift_period,
)

_DAY = timedelta(days=1)
_OF_A_DAY = (DatePart.day, DatePart.dow, DatePart.doy)


@dataclass(frozen=True)
class Alignment:
    """What is added to a moment of the base to reach the asked moment that it is set against.

    `step` counts months, days or less, backwards if its count is negative; `grain` is that of the
    shortest asked period. Days outside of `within` belong to no base.
    """

    step: Span
    grain: Grain
    within: DateRange | None = None

    @property
    def is_exact(self) -> bool:
        """Whether a day meets one day at the most: 29 February has no counterpart a year ago.

        Periods of a month or longer take in all days of the base: 31 January counts in February.
        """
        return self.step.unit is not Grain.month or is_finer(self.grain, Grain.week)

    @property
    def is_within_a_day(self) -> bool:
        """Whether the step is shorter than a day, so that days alone do not tell the base."""
        return is_finer(Grain(self.step.unit), Grain.day)

    @property
    def keeps_periods(self) -> bool:
        """Whether the counterpart of a calendar period is one, too."""
        if self.step.unit is Grain.month:
            return self.step.count % MONTHS.get(self.grain, 1) == 0
        if self.grain is Grain.week:
            return self.step.count % 7 == 0
        return not is_finer(Grain.week, self.grain)

    def is_own(self, part: DatePart | None) -> bool:
        """Whether the base shows its own `part`: the weekday of its days, within asked months."""
        return part in _OF_A_DAY and is_finer(Grain.day, self.grain)

    def aligned(self, day: date) -> date:
        """The asked day that a day of the base is set against.

        >>> month = Alignment(Span(1, Grain.month), Grain.month)
        >>> month.aligned(date(2025, 1, 31))
        datetime.date(2025, 2, 28)
        """
        if self.step.unit is Grain.month:
            return add_months(day, self.step.count)
        return day if self.is_within_a_day else day + self.step.count * _DAY

    def base_days(self, asked: Iterable[DateRange]) -> tuple[DateRange, ...]:
        """The days of the base that are set against the asked ones."""
        found = [base for days in asked if (base := self._base_of(days))]
        if self.is_exact and self.step.unit is Grain.month:
            found = _without(found, _without_counterpart(found, self.step.count))
        return merge(found if self.within is None else intersect_all(found, (self.within,)))

    def known(
        self, asked: tuple[DateRange, ...], loaded: Iterable[DateRange]
    ) -> tuple[DateRange, ...]:
        """The asked days in periods whose whole base is loaded; a part of a base is none."""
        base = self.base_days(asked)
        if self.is_within_a_day:
            return asked if intersect_all(base, loaded) else ()
        known = merge(loaded)
        if self.within is not None:
            known = merge(intersect_all(known, (self.within,)))
        open_ended = Alignment(self.step, self.grain)
        lacking = [
            self._periods(gap)
            for days in open_ended.base_days(asked)
            for gap in missing_days(days, known)
        ]
        return merge(_without(asked, [*lacking, *self._days_without_base(asked)]))

    def _base_of(self, days: DateRange) -> DateRange | None:
        if self.is_within_a_day:
            return DateRange(days.start - _DAY, days.end)
        start, end = self._first_reaching(days.start), self._first_reaching(days.end)
        return DateRange(start, end) if start < end else None

    def _first_reaching(self, bound: date) -> date:
        """The first day of the base that is set against `bound` or a later day."""
        if self.step.unit is not Grain.month:
            return bound - self.step.count * _DAY
        day = add_months(bound, -self.step.count)
        while self.aligned(day) < bound:  # no day of February is set against 31 March
            day += _DAY
        return day

    def _periods(self, base: DateRange) -> DateRange:
        """The asked periods that days of the base are set against."""
        first = period_start(self.aligned(base.start), self.grain)
        last = period_start(self.aligned(base.last_day), self.grain)
        return DateRange(first, shift_period(last, self.grain, 1))

    def _days_without_base(self, asked: Iterable[DateRange]) -> Iterator[DateRange]:
        if self.step.unit is not Grain.month:
            return
        if self.is_exact:
            yield from _without_counterpart(asked, -self.step.count)
            return
        for days in asked:
            base = self._base_of(days)
            if base is None:
                yield days
            elif days.start < (first := period_start(self.aligned(base.start), self.grain)):
                yield DateRange(days.start, first)


def _without_counterpart(days: Iterable[DateRange], months: int) -> list[DateRange]:
    """Of each month in `days` those last days that the month so many months later lacks."""
    found = []
    for one in days:
        month = one.start.replace(day=1)
        while month < one.end:
            after, later = add_months(month, 1), add_months(month, months)
            length = (add_months(later, 1) - later).days
            if (after - month).days > length:
                found.append(DateRange(month + length * _DAY, after))
            month = after
    return found


def _without(days: Iterable[DateRange], removed: Iterable[DateRange]) -> list[DateRange]:
    gone = merge(removed)
    return [left for one in days for left in missing_days(one, gone)]
