"""Where the rows of a series come from: its table, or its table met by the calendar.

Rows that count at other times than their own (offsets, running windows) are joined to the calendar;
the calendar's moment is then the time of the scan. Used by the branches.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from sqlglot import exp

from semantic_layer.catalog import DateRange
from semantic_layer.model import CalendarTable, Span
from semantic_layer.planning.branch_context import (
    Context,
    days_of_rows,
    days_to_show,
    days_with_base,
    is_moved,
)
from semantic_layer.planning.conditions import date_literal, within
from semantic_layer.planning.scans import Scan, minus, plus, qualified, truncated
from semantic_layer.planning.series import Accumulation, Series, Shift
from semantic_layer.planning.tables import table_as, table_of
from semantic_layer.query import METRIC_TIME, Grain
from semantic_layer.resolving.alignment import Alignment
from semantic_layer.resolving.availability import time_dimension
from semantic_layer.resolving.calendars import calendar_for, runs_from_own_unit
from semantic_layer.resolving.fields import Field
from semantic_layer.resolving.known_days import merge
from semantic_layer.resolving.own_units import COUNTED_DAY, calendar_ago, own_unit_ago
from semantic_layer.resolving.windows import is_finer

CALENDAR = "calendar"
_UNIT_START = "unit_start"


def scan_of(context: Context, series: Series) -> tuple[Scan, list[exp.Expr]]:
    """The scan of a series and the tables that it starts from."""
    model = context.resolved.model
    dataset = model.datasets[series.metric.dataset]
    own = time_dimension(model, series.metric)
    moment = qualified(own.expr, dataset.name)
    fact = table_as(dataset.source, dataset.name)
    if not is_moved(context, series):
        grain = max(own.grain or Grain.day, Grain.day, key=list(Grain).index)
        return Scan(model, dataset, context.nested, own.name, moment, grain), [fact]
    table = calendar_for(model, series)
    assert table is not None, "the resolver wants a calendar for what moves"
    column = exp.column(table.column, table=CALENDAR)
    matched = exp.and_(
        _counts_at(context, series, moment, column, table.grain),
        *_at_period_starts(context, series, column, table.grain),
        copy=False,
    )
    scan = Scan(model, dataset, context.nested, own.name, column, table.grain)
    return scan, [_calendar_of(context, series, table), exp.Join(this=fact, on=matched)]


def key_columns(context: Context, scan: Scan) -> list[exp.Expr]:
    """The group-by columns as a scan sees them, under their names."""
    return [
        exp.alias_(shown_field(context, scan, field), group.column, copy=False)
        for field, group in zip(context.fields, context.keys, strict=True)
    ]


def shown_field(context: Context, scan: Scan, field: Field) -> exp.Expr:
    """A group-by column: rows of a base stand in the periods that they are set against."""
    alignment = context.alignment
    is_own = alignment is None or alignment.is_own(field.part)
    if is_own or scan.moment is None or field.name not in (METRIC_TIME, scan.own_time):
        return scan.field_sql(field)
    return scan.seen_at(field, context.shown(scan.moment.copy()))


def conditions_of(
    context: Context, scan: Scan, series: Series, own_filter: exp.Expr | None
) -> list[exp.Expr]:
    """All conditions on the rows of a series: its days, its own, and what was asked."""
    assert scan.moment is not None
    # A row that counts on a day has a moment: to test for one again costs a tenth of the scan.
    has_moment = exp.Not(this=_is_null(scan.moment))
    days = days_condition(context, scan, series)
    own = [
        part
        for condition in own_conditions(scan, series, own_filter)
        for part in _parts(condition)
        if part != has_moment
    ]
    return [days, *own, *asked_conditions(context, scan)]


def _parts(condition: exp.Expr) -> Iterable[exp.Expr]:
    return condition.flatten(unnest=False) if isinstance(condition, exp.And) else (condition,)


def days_condition(context: Context, scan: Scan, series: Series) -> exp.Expr:
    """The days at which the rows of a series count."""
    assert scan.moment is not None
    if context.alignment is not None:
        return _base_days(context, context.alignment, scan.moment, series)
    if is_moved(context, series):
        shown = days_to_show(context, series)
        if shown is not None:
            parts = [within_any(scan.moment, shown), *_whole_units(context, scan.moment, series)]
            return exp.and_(*parts, copy=False)
    days = days_of_rows(context, series)
    return exp.Not(this=_is_null(scan.moment)) if days is None else within(scan.moment, days)


def _base_days(
    context: Context, alignment: Alignment, moment: exp.Expr, series: Series
) -> exp.Expr:
    based = days_with_base(context, series)
    parts = [within_any(moment, alignment.base_days(based))]
    if alignment.is_within_a_day:
        parts = [
            within_any(moment, merge(context.covered(series))),
            within_any(context.shown(moment.copy()), based),
        ]
    if is_moved(context, series):
        parts += _whole_units(context, moment, series)
    return exp.and_(*parts, copy=False)


def own_conditions(scan: Scan, series: Series, own_filter: exp.Expr | None) -> list[exp.Expr]:
    """The metric's own filter, and those of the metrics around it."""
    own = [] if own_filter is None else [qualified(own_filter, series.metric.dataset)]
    return [*own, *(scan.condition(condition) for condition in series.where)]


def asked_conditions(context: Context, scan: Scan) -> list[exp.Expr]:
    """The asker's filter, if there is one."""
    asked = context.resolved.query.where
    return [] if asked is None else [scan.condition(asked)]


def within_any(moment: exp.Expr, days: tuple[DateRange, ...]) -> exp.Expr:
    """`moment` lies in one of the ranges."""
    if not days:
        return exp.false()
    parts = [within(moment, one) for one in days]
    return parts[0] if len(parts) == 1 else exp.paren(exp.or_(*parts, copy=False), copy=False)


def select_from(
    select: exp.Select, scan: Scan, source: list[exp.Expr], where: list[exp.Expr]
) -> exp.Select:
    """Add the tables, the joins that the scan has collected, and the conditions."""
    select = select.from_(source[0], copy=False)
    for join in (*source[1:], *scan.joins.values()):
        select.append("joins", join)
    return select.where(*where, copy=False) if where else select


def grouped(select: exp.Select, keys: int) -> exp.Select:
    """Group by the first `keys` columns; without any the rows are one group."""
    if not keys:
        return select
    return select.group_by(*(exp.Literal.number(n + 1) for n in range(keys)), copy=False)


def _is_null(moment: exp.Expr) -> exp.Expr:
    return exp.Is(this=moment.copy(), expression=exp.Null())


def _whole_units(context: Context, moment: exp.Expr, series: Series) -> list[exp.Expr]:
    """For a value that runs from a unit of one's own: the unit's first day is loaded, too."""
    if not runs_from_own_unit(series):
        return []
    start = exp.column(_UNIT_START, table=CALENDAR)
    loaded = [
        exp.and_(within(moment, days), within(start, days), copy=False)
        for days in merge(context.covered(series))
    ]
    return [exp.paren(exp.or_(*loaded, copy=False), copy=False)]


def _at_period_starts(
    context: Context, series: Series, column: exp.Column, grain: Grain
) -> list[exp.Expr]:
    """Of each period only its first moment counts: a value of then is no sum over the period."""
    period = _shortest_period(context, series)
    by_start = any(shift.start_of for shift in series.shifts) and series.accumulation is None
    if not (by_start or _moved_period(context, series, grain)) or not is_finer(grain, period):
        return []
    shown = context.shown(column.copy())
    return [exp.EQ(this=truncated(shown, period), expression=shown.copy())]


def _shortest_period(context: Context, series: Series) -> Grain:
    """The shortest period that is asked for; longer ones beside it only say where it lies."""
    grains = (field.grain for field in context.time_fields(series))
    asked = (one for one in grains if isinstance(one, Grain))
    return min(asked, key=list(Grain).index, default=Grain.day)


def _moved_period(context: Context, series: Series, grain: Grain) -> Grain | None:
    """The period that moves as a whole, counted before it is moved, if that is longer than `grain`.

    As in MetricFlow: one that is no longer than the unit that it moves by (a week does not fit into
    longer units), and any of a formula's. With `keeps_rows` rows move, one by one.
    """
    fields = context.time_fields(series)
    if len(series.shifts) != 1 or series.accumulation is not None:
        return None
    (shift,) = series.shifts
    period = _shortest_period(context, series)
    unit = shift.start_of or (shift.back.unit if shift.back else None)
    is_calendar = all(isinstance(field.grain, Grain) for field in fields)
    if shift.keeps_rows or not isinstance(unit, Grain) or not fields or not is_calendar:
        return None
    fits = not is_finer(unit, period) and not (period is Grain.week and shift.start_of)
    return period if is_finer(grain, period) and (fits or shift.of_formula) else None


def _counts_at(
    context: Context, series: Series, own: exp.Expr, column: exp.Expr, grain: Grain
) -> exp.Expr:
    """Whether a row of the moment `own` counts at the calendar's moment."""
    moment = truncated(own, _moved_period(context, series, grain) or grain)
    if own_unit_ago(series) is not None:
        counted = exp.column(COUNTED_DAY, table=CALENDAR)
        return exp.EQ(this=truncated(counted, grain), expression=moment)
    if series.accumulation is not None:
        at = reduce(_earlier, series.shifts, column.copy())
        return _accumulates(series.accumulation, moment, at)
    spans = [shift.back for shift in series.shifts if shift.back and shift.keeps_rows]
    if len(spans) == len(series.shifts) and _is_summed_up(context, series, grain):
        # 31 January has no day a month later, and 28 February would be a month before four days:
        # over a longer period each row counts once, on the day that its own month leads to.
        later = reduce(plus, reversed(spans), moment)
        return exp.EQ(this=column.copy(), expression=later)
    return exp.EQ(this=reduce(_earlier, series.shifts, column.copy()), expression=moment)


def _is_summed_up(context: Context, series: Series, grain: Grain) -> bool:
    """Whether each point of the result holds several of the calendar's moments."""
    grains = [field.grain for field in context.time_fields(series)]
    return all(isinstance(one, Grain) and is_finer(grain, one) for one in grains)


def _accumulates(accumulation: Accumulation, moment: exp.Expr, at: exp.Expr) -> exp.Expr:
    conditions: list[exp.Expr] = [exp.LTE(this=moment, expression=at)]
    window = accumulation.window
    if window is not None and accumulation.whole_units:
        unit = Grain(window.unit)
        first = minus(truncated(at.copy(), unit), Span(window.count - 1, unit))
        conditions.append(exp.GTE(this=moment.copy(), expression=first))
    elif window is not None:
        conditions.append(exp.GT(this=moment.copy(), expression=minus(at.copy(), window)))
    if accumulation.since is not None:
        since = date_literal(accumulation.since)
        conditions.append(exp.GTE(this=moment.copy(), expression=since))
    if accumulation.to_date is not None:
        start = (
            truncated(at.copy(), accumulation.to_date)
            if isinstance(accumulation.to_date, Grain)
            else exp.column(_UNIT_START, table=CALENDAR)
        )
        conditions.append(exp.GTE(this=moment.copy(), expression=start))
    return exp.and_(*conditions, copy=False)


def _earlier(at: exp.Expr, shift: Shift) -> exp.Expr:
    if shift.back is not None:
        return minus(at, shift.back)
    assert shift.start_of is not None, "a shift goes back or to a start"
    return truncated(at, shift.start_of)


def _calendar_of(context: Context, series: Series, table: CalendarTable) -> exp.Expr:
    """The calendar; with the first day of each unit where a value runs from a unit of one's own."""
    if (ago := own_unit_ago(series)) is not None:
        units = {field.grain for field in context.time_fields(series)}
        days = calendar_ago(table, ago, whole_units=units == {ago.unit})
        return days.subquery(CALENDAR, copy=False)
    if series.accumulation is None or not runs_from_own_unit(series):
        return table_as(table.source, CALENDAR)
    unit = str(series.accumulation.to_date)
    start = exp.Window(
        this=exp.Min(this=exp.column(table.column)), partition_by=[table.unit_expr(unit)]
    )
    days = exp.Select().select(
        exp.column(table.column), exp.alias_(start, _UNIT_START, copy=False), copy=False
    )
    return days.from_(table_of(table.source), copy=False).subquery(CALENDAR, copy=False)
