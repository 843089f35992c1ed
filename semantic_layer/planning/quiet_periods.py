"""Periods in which nothing happened, beside other dimensions than time.

For models that keep them (`SemanticModel.keeps_quiet_periods`), as MetricFlow does: each branch of
a metric that wants them is joined to the calendar, and a period without rows stands once, its other
dimensions empty. Between the branches and `planner`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from semantic_layer.model import CalendarTable
from semantic_layer.planning.branch_context import Context
from semantic_layer.planning.conditions import within
from semantic_layer.planning.query_plan import Branch
from semantic_layer.planning.scans import Scan
from semantic_layer.planning.series import AnySeries, Series, simple_series
from semantic_layer.planning.tables import table_as
from semantic_layer.planning.timed_scans import CALENDAR, grouped, select_from
from semantic_layer.query import METRIC_TIME, And, Filter, Grain, GroupBy
from semantic_layer.resolving.fields import field_of
from semantic_layer.resolving.filters import fields_of

_PERIODS, _ROWS = "periods", "counted"


def with_quiet_periods(context: Context, group: Sequence[AnySeries], branch: Branch) -> Branch:
    """The branch with a row for each period in which its metrics count nothing.

    Unchanged where no metric of `group` wants that, or no time is asked for.
    """
    first = simple_series(group[0])[0]
    times = _times(context, first)
    table = _calendar(context, times)
    wanted = any(part.metric.quiet_periods for one in group for part in simple_series(one))
    if not context.resolved.model.keeps_quiet_periods or not wanted or table is None:
        return branch
    periods = _periods(context, first, times, table).subquery(_PERIODS, copy=False)
    matched = [
        exp.EQ(
            this=exp.column(time.column, table=_PERIODS),
            expression=exp.column(time.column, table=_ROWS),
        )
        for time in times
    ]
    # FULL: rows at moments that the calendar lacks stay.
    rows = exp.Join(
        this=branch.select.subquery(_ROWS, copy=False),
        side="FULL",
        on=exp.and_(*matched, copy=False),
    )
    measures = [exp.column(name, table=_ROWS) for name in branch.measures]
    keys = [_key(key, times) for key in context.keys]
    select = exp.Select().select(*keys, *measures, copy=False).from_(periods, copy=False)
    select.append("joins", rows)
    return Branch(branch.name, select, branch.measures)


def _key(key: GroupBy, times: Sequence[GroupBy]) -> exp.Expr:
    counted = exp.column(key.column, table=_ROWS)
    if key not in times:
        return counted
    either = exp.Coalesce(this=exp.column(key.column, table=_PERIODS), expressions=[counted])
    return exp.alias_(either, key.column, copy=False)


def _times(context: Context, series: Series) -> list[GroupBy]:
    shown = context.time_fields(series)
    pairs = zip(context.keys, context.fields, strict=True)
    return [key for key, field in pairs if field in shown]


def _calendar(context: Context, times: Sequence[GroupBy]) -> CalendarTable | None:
    grains = [time.grain for time in times if isinstance(time.grain, Grain)]
    finest = min((*grains, Grain.day), key=list(Grain).index)
    table = context.resolved.model.calendar_of(finest)
    known = table is not None and table.source in context.resolved.calendars
    return table if times and known else None


def _periods(
    context: Context, series: Series, times: Sequence[GroupBy], table: CalendarTable
) -> exp.Select:
    model = context.resolved.model
    own = series.metric.agg_time_dimension
    moment = exp.column(table.column, table=CALENDAR)
    dataset = model.datasets[series.metric.dataset]
    scan = Scan(model, dataset, context.nested, own, moment, table.grain)
    keys = [
        exp.alias_(scan.field_sql(field), key.column, copy=False)
        for key, field in zip(context.keys, context.fields, strict=True)
        if key in times
    ]
    where = [within(moment, context.days)] if context.days else []
    where += [scan.condition(part) for part in _on_time(context, series)]
    select = exp.Select().select(*keys, copy=False)
    source = [table_as(table.source, CALENDAR)]
    return grouped(select_from(select, scan, source, where), len(keys))


def _on_time(context: Context, series: Series) -> Iterator[Filter]:
    """The parts of the asked filter and of the metric's own that speak of time alone."""
    model, own = context.resolved.model, series.metric.agg_time_dimension
    asked = context.resolved.query.where
    for condition in (*((asked,) if asked else ()), *series.where):
        for part in _parts(condition):
            names = {field_of(name, model).name for name in fields_of(part)}
            if names <= {METRIC_TIME, own}:
                yield part


def _parts(condition: Filter) -> Iterator[Filter]:
    if isinstance(condition, And):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition
