"""The other side of a comparison: another window, or for each period its own counterpart.

Part of `resolver`. Without periods in the group-by a window is set against a window; an unfinished
one, or one that the data cut short, against as many days. With periods the base is moved by a fixed
stretch (`alignment`). Imports `alignment`, `events`, `windows` and what they stand on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from semantic_layer.catalog import DateRange
from semantic_layer.events import (
    Event,
    anchor_of,
    event_year,
    event_year_around,
    previous_occurrence,
)
from semantic_layer.issues import Issue, QueryError
from semantic_layer.model import SemanticModel, Span
from semantic_layer.planning.series import Series
from semantic_layer.query import (
    METRIC_TIME,
    AllTime,
    AnyComparison,
    Comparison,
    CustomComparison,
    EventComparison,
    EventTime,
    Grain,
    PresetTime,
    RangeTime,
    SemanticQuery,
    TimeWindow,
    ToDateTime,
)
from semantic_layer.resolving import comparison_messages as messages
from semantic_layer.resolving.alignment import Alignment
from semantic_layer.resolving.fields import field_of, grouped_field
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.windows import (
    Window,
    add_months,
    is_finer,
    resolve_window,
    shift_period,
)

_A_YEAR_OF_WEEKS = timedelta(weeks=52)  # the same weekdays
_STEPS = {
    Grain.second: Span(1, Grain.second),
    Grain.minute: Span(1, Grain.minute),
    Grain.hour: Span(1, Grain.hour),
    Grain.day: Span(1, Grain.day),
    Grain.week: Span(7, Grain.day),
    Grain.month: Span(1, Grain.month),
    Grain.quarter: Span(3, Grain.month),
    Grain.year: Span(12, Grain.month),
}


@dataclass(frozen=True)
class Baseline:
    """What the numbers of a query are set against.

    `days` are all of its days, from the first to the last. With periods in the group-by `alignment`
    says which of them each is set against; without, `by_metric` has the days of each simple metric:
    as many as its data cover of the asked ones.
    """

    days: DateRange
    alignment: Alignment | None
    by_metric: Mapping[str, DateRange]


def comparison_columns(query: SemanticQuery, model: SemanticModel) -> tuple[str, ...]:
    """The columns that a comparison adds: each metric's base, the difference, the rate of change.

    The difference of two ratios is in percentage points and has no rate.
    """
    if query.compared_as is None:
        return ()
    columns = []
    for name in (name for name in query.metrics if name in model.metrics):
        base = f"{name}__{query.compared_as}"
        rate = () if model.metrics[name].unit == "ratio" else (f"{base}__rate",)
        columns += [base, f"{base}__delta", *rate]
    return tuple(columns)


def comparison_issues(
    query: SemanticQuery, model: SemanticModel, rows: Iterable[Series]
) -> Iterator[Issue]:
    """Why the asked comparison cannot be made; all names of the query are known to exist."""
    if query.compare is None:
        return
    if query.time is None or isinstance(query.time, AllTime):
        yield messages.needs_time()
    yield from _time_issues(query, model, rows)
    yield from _unfit_grains(query, model, rows)


def _time_issues(
    query: SemanticQuery, model: SemanticModel, rows: Iterable[Series]
) -> Iterator[Issue]:
    """Conditions on time and periods of other times, for which the base would be another one."""
    own = {one.metric.agg_time_dimension: one.metric for one in rows}
    for name in fields_of(query.where):
        field = field_of(name, model)
        if field.name in (METRIC_TIME, *own) and field.part is None:
            yield messages.filters_time(name)
    for field in (grouped_field(group, model) for group in query.group_by):
        if field.name not in (METRIC_TIME, *own) or field.grain is None:
            continue
        if not isinstance(field.grain, Grain):
            yield messages.own_unit(field.grain)
        others = [metric for time, metric in own.items() if time != field.name]
        if field.name != METRIC_TIME and others:
            yield messages.mixed_times(field.name, others)


def _unfit_grains(
    query: SemanticQuery, model: SemanticModel, rows: Iterable[Series]
) -> Iterator[Issue]:
    grains = compared_grains(query, model, rows)
    if not grains:
        return
    finest = min(grains, key=list(Grain).index)
    if query.compare == Comparison.same_weekday and is_finer(Grain.week, finest):
        fitting = (Grain.hour, Grain.day, Grain.week)
        yield messages.grain_unfit(Comparison.same_weekday, finest, fitting)
    if query.compare == Comparison.prior_period and finest not in _STEPS:
        yield messages.grain_unfit(Comparison.prior_period, finest, tuple(_STEPS))


def compared_grains(
    query: SemanticQuery, model: SemanticModel, rows: Iterable[Series]
) -> frozenset[Grain]:
    """The lengths of the periods in the group-by, each of which has a counterpart of its own."""
    own = {one.metric.agg_time_dimension for one in rows}
    fields = (grouped_field(group, model) for group in query.group_by)
    return frozenset(
        field.grain
        for field in fields
        if field.name in (METRIC_TIME, *own) and isinstance(field.grain, Grain)
    )


def baseline_of(
    query: SemanticQuery,
    model: SemanticModel,
    rows: tuple[Series, ...],
    window: Window | None,
    covered: Mapping[str, tuple[DateRange, ...]],
    counted: tuple[DateRange, ...],
    today: date,
) -> Baseline | None:
    """The other side of the comparison, if the query has one.

    `counted` are the asked days that the data of some metric cover. None also where no day of the
    window has data.

    Raises:
        QueryError: as `compared_days`; or its days would lie before all dates.
    """
    if query.compare is None or query.time is None or window is None:
        return None
    try:
        grains = compared_grains(query, model, rows)
        if grains:
            alignment = _alignment(query.compare, query.time, window, grains, model.events, today)
            _raise_where_periods_split(alignment, rows)
            base = alignment.base_days(counted)
            hull = [DateRange(base[0].start, base[-1].end)] if base else []
            return next((Baseline(days, alignment, {}) for days in hull), None)
        by_metric = {
            name: compared_days(query.compare, query.time, window, part, model.events, today)
            for name, ranges in covered.items()
            if (part := _counted_part(window.days, ranges))
        }
    except (OverflowError, ValueError):
        raise QueryError([messages.needs_time()]) from None
    if not by_metric:
        return None
    starts, ends = zip(*((days.start, days.end) for days in by_metric.values()), strict=True)
    return Baseline(DateRange(min(starts), max(ends)), None, by_metric)


def _counted_part(asked: DateRange, covered: tuple[DateRange, ...]) -> DateRange | None:
    """The window up to the last day that is loaded."""
    end = min(asked.end, covered[-1].end) if covered else asked.start
    return DateRange(asked.start, end) if end > asked.start else None


def _raise_where_periods_split(alignment: Alignment, rows: Iterable[Series]) -> None:
    """Offsets of whole periods need a base that is made of whole periods."""
    if alignment.keeps_periods:
        return
    found = [
        messages.splits_periods(one.metric, alignment.grain)
        for one in rows
        if any(not shift.keeps_rows for shift in one.shifts)
    ]
    if found:
        raise QueryError(tuple(dict.fromkeys(found)))


def compared_days(
    comparison: AnyComparison,
    time: TimeWindow,
    asked: Window,
    counted: DateRange,
    events: Mapping[str, Event],
    today: date,
) -> DateRange:
    """The days that a window is set against.

    `counted` is the part of the asked window that the data cover. When the two differ, or when the
    window reaches into today, the other window gets as many days as were counted, and no more.

    Raises:
        QueryError: an event that is needed is not named, or not in the calendar; the other side is
            everything there is.
    """
    days, is_whole = asked.days, counted == asked.days
    unit, count = _unit_of(time, days)
    match comparison:
        case Comparison.prior_period:
            whole = DateRange(shift_period(days.start, unit, -count), days.start)
            is_whole &= days.end == shift_period(days.start, unit, count)
        case Comparison.same_period_last_year:
            whole = _earlier(days, _A_YEAR_OF_WEEKS) if unit is Grain.week else _last_year(days)
            is_whole &= days.end == shift_period(days.start, unit, count)
        case Comparison.same_weekday:
            whole = _earlier(days, timedelta(days=-(-days.days // 7) * 7))
        case Comparison.event_aligned | EventComparison():
            if isinstance(time, EventTime) and _is_the_event(comparison, time):
                earlier, occurrence = previous_occurrence(time, events, today)
                whole = occurrence.phases[earlier.phase] if earlier.phase else occurrence.days
                is_whole &= not asked.unfinished
            else:
                whole = _earlier(days, _between_anchors(comparison, time, days, events, today))
        case CustomComparison(time=other):
            whole = _other_window(other, today, events)
            is_whole &= not asked.unfinished
        case _:
            assert_never(comparison)
    if is_whole:
        return whole
    return DateRange(whole.start, min(whole.end, whole.start + timedelta(days=counted.days)))


def _alignment(
    comparison: AnyComparison,
    time: TimeWindow,
    asked: Window,
    grains: frozenset[Grain],
    events: Mapping[str, Event],
    today: date,
) -> Alignment:
    finest = min(grains, key=list(Grain).index)
    match comparison:
        case Comparison.prior_period:
            return Alignment(_STEPS[finest], finest)
        case Comparison.same_period_last_year:
            by_weeks = Grain.week in grains or (
                _unit_of(time, asked.days)[0] is Grain.week and is_finer(finest, Grain.week)
            )
            step = Span(_A_YEAR_OF_WEEKS.days, Grain.day) if by_weeks else _STEPS[Grain.year]
            return Alignment(step, finest)
        case Comparison.same_weekday:
            return Alignment(Span(7, Grain.day), finest)
        case Comparison.event_aligned | EventComparison():
            between = _between_anchors(comparison, time, asked.days, events, today)
            return Alignment(Span(between.days, Grain.day), finest)
        case CustomComparison(time=window):
            other = _other_window(window, today, events)
            return Alignment(_from_start_to_start(other, asked.days, finest), finest, other)
        case _:
            assert_never(comparison)


def _from_start_to_start(other: DateRange, asked: DateRange, finest: Grain) -> Span:
    """Months where both windows begin with one and no shorter periods are asked for; else days."""
    if other.start.day == asked.start.day == 1 and not is_finer(finest, Grain.month):
        years = asked.start.year - other.start.year
        return Span(12 * years + asked.start.month - other.start.month, Grain.month)
    return Span((asked.start - other.start).days, Grain.day)


def _is_the_event(comparison: Comparison | EventComparison, time: EventTime) -> bool:
    """Whether the window is the event by which the comparison is aligned."""
    return not isinstance(comparison, EventComparison) or comparison.event == time.event


def _between_anchors(
    comparison: Comparison | EventComparison,
    time: TimeWindow,
    asked: DateRange,
    events: Mapping[str, Event],
    today: date,
) -> timedelta:
    """From the event's anchor of the year before to that of the asked days."""
    if isinstance(time, EventTime) and _is_the_event(comparison, time):
        event, year = time.event, event_year(time, events, today)
    elif isinstance(comparison, EventComparison):
        event = comparison.event
        year = event_year_around(event, asked.start + timedelta(days=asked.days // 2), events)
    else:
        raise QueryError([messages.event_needed(tuple(events)[:5])])
    return anchor_of(event, year, events) - anchor_of(event, year - 1, events)


def _other_window(time: TimeWindow, today: date, events: Mapping[str, Event]) -> DateRange:
    window = resolve_window(time, today, events)
    if window is None:
        raise QueryError([messages.window_open()])
    return window.days


def _unit_of(time: TimeWindow, asked: DateRange) -> tuple[Grain, int]:
    match time:
        case PresetTime(unit=unit, count=count):
            return unit, count
        case ToDateTime(unit=unit):
            return unit, 1
        case RangeTime() | EventTime() | AllTime():
            months = (asked.end.year - asked.start.year) * 12 + asked.end.month - asked.start.month
            if asked.start.day == asked.end.day == 1:
                return Grain.month, months
            return Grain.day, asked.days
        case _:
            assert_never(time)


def _earlier(days: DateRange, by: timedelta) -> DateRange:
    return DateRange(days.start - by, days.end - by)


def _last_year(days: DateRange) -> DateRange:
    start = add_months(days.start, -12)
    if days.end.day == 1:  # whole months stay whole, whatever February does
        return DateRange(start, add_months(days.end, -12))
    return DateRange(start, add_months(days.last_day, -12) + timedelta(days=1))
