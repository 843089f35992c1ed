"""The days at which a series has its value: those for which every row behind the value is loaded.

A value of a year ago is known a year after the data begin, a trailing week on their seventh day. A
value that would leave out days that no file covers is not known, and unknown is not zero. Used by
`resolver` and the branches; the days that files cover come in as ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from semantic_layer.catalog import DateRange, intersect_all
from semantic_layer.model import Span
from semantic_layer.planning.series import Accumulation, Series, Shift
from semantic_layer.query import Grain
from semantic_layer.resolving.windows import (
    MONTHS,
    add_months,
    is_finer,
    period_start,
    shift_period,
)

_DAY = timedelta(days=1)


def merge(ranges: Iterable[DateRange]) -> tuple[DateRange, ...]:
    """The same days as few ranges, in order."""
    merged: list[DateRange] = []
    for days in sorted(ranges):
        if merged and days.start <= merged[-1].end:
            merged[-1] = DateRange(merged[-1].start, max(merged[-1].end, days.end))
        else:
            merged.append(days)
    return tuple(merged)


def known_days(series: Series, covered: Iterable[DateRange]) -> tuple[DateRange, ...]:
    """The days at which `series` has its value, when files cover `covered`."""
    known = merge(covered)
    if series.accumulation is not None:
        known = merge(_accumulated(series.accumulation, known))
    for shift in reversed(series.shifts):
        known = merge(_shifted(shift, known))
    return known


def whole_periods(
    known: Iterable[DateRange], asked: tuple[DateRange, ...], grain: Grain
) -> tuple[DateRange, ...]:
    """The days of `known` in periods of which every asked day is known: a part of a base is none.

    >>> year = DateRange(date(2025, 1, 1), date(2026, 1, 1))
    >>> whole_periods([DateRange(date(2025, 2, 28), date(2025, 4, 1))], (year,), Grain.month)
    (DateRange(start=datetime.date(2025, 3, 1), end=datetime.date(2025, 4, 1)),)
    """
    whole = []
    for days in known:
        first, last = period_start(days.start, grain), period_start(days.last_day, grain)
        after = shift_period(last, grain, 1)
        start, end = days.start, days.end
        if first < start and intersect_all(asked, (DateRange(first, start),)):
            start = shift_period(first, grain, 1)
        if end < after and intersect_all(asked, (DateRange(end, after),)):
            end = last
        if start < end:
            whole.append(DateRange(start, end))
    return tuple(whole)


def is_unbounded(days: DateRange) -> bool:
    """Whether the range stands for all days there are."""
    return _is_first(days.start) and _is_last(days.end)


def rows_as_of_end(
    series: Series, covered: Iterable[DateRange], window: DateRange | None, today: date
) -> DateRange | None:
    """The days whose rows make up a running value at the end of `window`.

    The end is the last day of the window that is covered and not after `today`. None where a row
    behind the value may not be loaded.
    """
    accumulation = series.accumulation
    assert accumulation is not None, "only running values have rows before their day"
    past = DateRange(date.min, today + _DAY)
    loaded = intersect_all(merge(covered), (past,))
    within = loaded if window is None else intersect_all(loaded, (window,))
    if not within:
        return None
    last = within[-1].last_day
    first = _first_row(accumulation, last, loaded[0].start)
    reached = DateRange(first, last + _DAY)
    if accumulation.window is None and accumulation.to_date is None:
        return reached
    return reached if intersect_all(loaded, (reached,)) == (reached,) else None


def _first_row(accumulation: Accumulation, last: date, loaded: date) -> date:
    if accumulation.window is not None:
        return subtract(last, accumulation.window) + _DAY
    if accumulation.to_date is None:
        return loaded
    assert isinstance(accumulation.to_date, Grain), "the resolver wants time for units of one's own"
    return period_start(last, accumulation.to_date)


def subtract(day: date, span: Span) -> date:
    """The day that long before; a month that is too short gives its last day.

    >>> subtract(date(2024, 3, 31), Span(1, Grain.month))
    datetime.date(2024, 2, 29)
    """
    if span.unit in MONTHS:
        return add_months(day, -span.count * MONTHS[Grain(span.unit)])
    return day - timedelta(days=_days_of(span))


def _days_of(span: Span) -> int:
    """Days of a span that is no month; hours reach into as many days, and units of one's own 0."""
    match span.unit:
        case Grain.week:
            return 7 * span.count
        case Grain.day:
            return span.count
        case Grain.hour:
            return -(-span.count // 24)
        case _:
            return 0


def _accumulated(accumulation: Accumulation, covered: Iterable[DateRange]) -> Iterator[DateRange]:
    for days in covered:
        start = days.start
        if accumulation.since is not None:
            start = accumulation.since if days.start <= accumulation.since else days.end
        elif not _is_first(start):
            if accumulation.window is not None and accumulation.whole_units:
                unit = Grain(accumulation.window.unit)
                first = _next_start(start, unit)
                start = shift_period(first, unit, accumulation.window.count - 1)
            elif accumulation.window is not None:
                start = _first_day_after(accumulation.window, start - _DAY)
            elif isinstance(accumulation.to_date, Grain):
                start = _next_start(start, accumulation.to_date)
        if start < days.end:
            yield DateRange(start, days.end)


def _shifted(shift: Shift, known: Iterable[DateRange]) -> Iterator[DateRange]:
    for days in known:
        start, end = days.start, days.end
        if shift.back is not None:
            start = start if _is_first(start) else _first_day_after(shift.back, start)
            end = end if _is_last(end) else _first_day_after(shift.back, end)
        elif shift.start_of is not None:
            start = start if _is_first(start) else _next_start(start, shift.start_of)
            end = end if _is_last(end) else _next_start(end, shift.start_of)
        if start < end:
            yield DateRange(start, end)


def _first_day_after(span: Span, bound: date) -> date:
    """The first day that lies `span` or more after `bound`, counted backwards from the day."""
    day = (
        add_months(bound, span.count * MONTHS[Grain(span.unit)])
        if span.unit in MONTHS
        else (bound + timedelta(days=_days_of(span)))
    )
    while subtract(day, span) < bound:  # 31 January is a month before no day of February
        day += _DAY
    return day


def _next_start(day: date, grain: Grain) -> date:
    """`day` where a unit starts, else the start of the next one."""
    if is_finer(grain, Grain.week):
        return day
    start = period_start(day, grain)
    return day if start == day else shift_period(start, grain, 1)


def _is_first(day: date) -> bool:
    return day.year <= 1


def _is_last(day: date) -> bool:
    return day.year >= date.max.year
