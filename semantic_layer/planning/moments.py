"""Levels and running values: branches that keep one moment of each period.

A level (stock) keeps the rows of the first or last moment. A running value is computed at each day
and then seen at the first or last day of a longer period, or as the average of its days.
"""

from __future__ import annotations

from sqlglot import exp

from semantic_layer.catalog import DateRange
from semantic_layer.model import Span
from semantic_layer.planning.aggregates import aggregate, aggregated
from semantic_layer.planning.branch_context import Context, days_to_show
from semantic_layer.planning.branches import branch_name
from semantic_layer.planning.conditions import date_literal
from semantic_layer.planning.query_plan import Branch
from semantic_layer.planning.scans import plus, qualified, truncated
from semantic_layer.planning.series import Series
from semantic_layer.planning.timed_scans import (
    asked_conditions,
    conditions_of,
    days_condition,
    grouped,
    key_columns,
    own_conditions,
    scan_of,
    select_from,
    shown_field,
)
from semantic_layer.query import Grain
from semantic_layer.resolving.calendars import calendar_for
from semantic_layer.resolving.windows import period_start

_VALUE, _POSITION, _PERIOD, _ASKED = "value", "position", "period", "asked"
_DAY = Span(1, Grain.day)


def level_branch(context: Context, series: Series, column: str) -> Branch:
    """A level: of each period only the rows of its first or last moment."""
    level = series.metric.semi_additive
    assert level is not None
    scan, source = scan_of(context, series)
    dataset = context.resolved.model.datasets[series.metric.dataset]
    moment = qualified(dataset.dimensions[level.dimension].expr, dataset.name)
    times = [shown_field(context, scan, field) for field in context.time_fields(series)]
    chosen = exp.Window(
        this=(exp.Min if level.choice == "min" else exp.Max)(this=moment.copy()),
        partition_by=[*times, *map(scan.key_sql, level.groupings)],
    )
    keys = key_columns(context, scan)
    asked = asked_conditions(context, scan)
    where = [days_condition(context, scan, series)]
    where += own_conditions(scan, series, series.metric.filter)
    late = [exp.alias_(one, _ASKED, copy=False) for one in asked if level.before_filters]
    where += [] if late else asked
    inner = exp.Select().select(
        *keys,
        exp.alias_(qualified(series.metric.expr, dataset.name), _VALUE, copy=False),
        exp.alias_(moment, _PERIOD, copy=False),
        exp.alias_(chosen, _POSITION, copy=False),
        *late,
        copy=False,
    )
    rows = select_from(inner, scan, source, where).subquery("levels", copy=False)
    value = exp.alias_(aggregated(series.metric, exp.column(_VALUE)), column, copy=False)
    names = [exp.column(group.column) for group in context.keys]
    select = exp.Select().select(*names, value, copy=False).from_(rows, copy=False)
    kept: list[exp.Expr] = [exp.EQ(this=exp.column(_PERIOD), expression=exp.column(_POSITION))]
    kept += [exp.column(_ASKED)] if late else []
    select = grouped(select.where(*kept, copy=False), len(names))
    return Branch(branch_name(context, series), select, (column,))


def running_branch(context: Context, series: Series, column: str) -> Branch:
    """A running value at its own grain, then its first, last or average value of each period."""
    assert series.accumulation is not None
    scan, source = scan_of(context, series)
    assert scan.moment is not None
    keys = key_columns(context, scan)
    period = exp.alias_(scan.moment.copy(), _PERIOD, copy=False)
    value = exp.alias_(aggregate(context.resolved.model, series.metric), column, copy=False)
    where = conditions_of(context, scan, series, series.metric.filter)
    how, grains = series.accumulation.period_agg, _period_grains(context, series)
    at_edges = grains and how != "average"
    if at_edges:
        where.append(_at_edges(context, series, scan.moment, grains))
    inner = select_from(exp.Select().select(*keys, period, value, copy=False), scan, source, where)
    points = grouped(inner, len(keys) + 1)
    names = [exp.column(group.column) for group in context.keys]
    if at_edges:
        select = exp.Select().select(*names, exp.column(column), copy=False)
        select = select.from_(points.subquery("points", copy=False), copy=False)
    elif how == "average":
        select = _average(context, series, points, names, column, grains)
    else:
        select = _chosen(points, names, column, how)
    return Branch(branch_name(context, series), select, (column,))


def _period_grains(context: Context, series: Series) -> tuple[Grain, ...]:
    """The units of the asked periods, where a day without rows has a value like any other.

    Empty where it has none: then the points that exist are all there is to choose from.
    """
    table = calendar_for(context.resolved.model, series)
    grains = tuple(
        field.grain
        for field in context.time_fields(series)
        if isinstance(field.grain, Grain) and field.part is None
    )
    asks_for_end = series.accumulation is not None and series.accumulation.period_agg == "end"
    says_nothing = series.metric.fill is None or not series.metric.quiet_periods
    if (says_nothing and not asks_for_end) or len(grains) != len(context.time_fields(series)):
        return ()
    if table is None or table.grain is not Grain.day:
        return ()
    is_average = series.accumulation is not None and series.accumulation.period_agg == "average"
    if is_average and days_to_show(context, series) is None:
        return ()  # of all days there is no number to divide by
    return grains


def _at_edges(
    context: Context, series: Series, moment: exp.Expr, grains: tuple[Grain, ...]
) -> exp.Expr:
    """The first or last shown day of each period, whether or not the day has rows."""
    assert series.accumulation is not None
    is_last = series.accumulation.period_agg in ("last", "end")
    beside = moment
    if is_last or context.alignment is not None:
        later = context.shown(plus(moment.copy(), _DAY) if is_last else moment.copy())
        beside = exp.cast(later, exp.DataType.Type.DATE)
    parts: list[exp.Expr] = [
        exp.EQ(this=truncated(beside.copy(), grain), expression=beside.copy()) for grain in grains
    ]
    shown = days_to_show(context, series) or ()
    edges = [
        (days.last_day if is_last else days.start)
        for number, days in enumerate(shown)
        if _ends_its_period(context, shown, number, grains, is_last=is_last)
    ]
    if edges:
        listed = [date_literal(day) for day in edges]
        parts.append(exp.In(this=moment.copy(), expressions=listed))
    return exp.paren(exp.or_(*parts, copy=False), copy=False)


def _ends_its_period(
    context: Context,
    shown: tuple[DateRange, ...],
    number: int,
    grains: tuple[Grain, ...],
    *,
    is_last: bool,
) -> bool:
    """Whether no other range holds a later (or earlier) day of the same period."""
    other = number + 1 if is_last else number - 1
    if not 0 <= other < len(shown):
        return True
    mine = shown[number].last_day if is_last else shown[number].start
    theirs = shown[other].start if is_last else shown[other].last_day
    if context.alignment is not None:
        mine, theirs = context.alignment.aligned(mine), context.alignment.aligned(theirs)
    return any(period_start(mine, grain) != period_start(theirs, grain) for grain in grains)


def _average(
    context: Context,
    series: Series,
    points: exp.Select,
    names: list[exp.Column],
    column: str,
    grains: tuple[Grain, ...],
) -> exp.Select:
    """The average over the days of a period; days without rows count where they have a value."""
    value: exp.Expr = exp.Avg(this=exp.column(column))
    if len(grains) == 1:
        number = [field.grain for field in context.fields].index(grains[0])
        total = exp.Sum(this=exp.column(column))
        shown = days_to_show(context, series) or ()
        days = [_days_shared(context, names[number], grains[0], one) for one in shown]
        count = days[0]
        for more in days[1:]:
            count = exp.Add(this=count, expression=more)
        value = exp.Div(
            this=exp.cast(total, exp.DataType.Type.DOUBLE),
            expression=exp.Max(this=exp.paren(count, copy=False)),
            typed=False,
            safe=False,
        )
    select = exp.Select().select(*names, exp.alias_(value, column, copy=False), copy=False)
    return grouped(select.from_(points.subquery("points", copy=False), copy=False), len(names))


def _days_shared(context: Context, period: exp.Column, grain: Grain, days: DateRange) -> exp.Expr:
    """How many of `days` lie in the period that starts on a day, or in its base."""
    after = context.own(plus(period.copy(), Span(1, grain)))
    after = exp.cast(after, exp.DataType.Type.DATE)
    first: exp.Expr = period.copy()
    if context.alignment is not None:
        first = exp.cast(context.own(first), exp.DataType.Type.DATE)
    end = exp.Least(this=after, expressions=[date_literal(days.end)], ignore_nulls=True)
    start = exp.Greatest(this=first, expressions=[date_literal(days.start)], ignore_nulls=True)
    shared = exp.Sub(this=end, expression=start)
    return exp.Greatest(this=shared, expressions=[exp.Literal.number(0)], ignore_nulls=True)


def _chosen(points: exp.Select, names: list[exp.Column], column: str, agg: str) -> exp.Select:
    """Of the points of each period the first or the last one."""
    rows = points.subquery("points", copy=False)
    position = exp.Window(
        this=exp.RowNumber(),
        partition_by=[name.copy() for name in names],
        order=exp.Order(
            expressions=[exp.Ordered(this=exp.column(_PERIOD), desc=agg in ("last", "end"))]
        ),
    )
    numbered = exp.Select().select(
        *names,
        exp.column(column),
        exp.alias_(position, _POSITION, copy=False),
        copy=False,
    )
    numbered = numbered.from_(rows, copy=False)
    select = exp.Select().select(*(name.copy() for name in names), exp.column(column), copy=False)
    select = select.from_(numbered.subquery("numbered", copy=False), copy=False)
    first = exp.EQ(this=exp.column(_POSITION), expression=exp.Literal.number(1))
    return select.where(first, copy=False)
