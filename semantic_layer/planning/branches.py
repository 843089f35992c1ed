"""Series → branches: one SELECT for each way in which rows must be aggregated.

Series that scan the same rows at the same times share a branch; the calendar, and the values of
dimensions without a metric, are branches without measures. Branches that keep one moment of each
period stand in `moments`, pairs of events in `conversions`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from semantic_layer.model import CalendarTable
from semantic_layer.planning.aggregates import aggregate, filtered
from semantic_layer.planning.branch_context import Context
from semantic_layer.planning.conditions import within
from semantic_layer.planning.query_plan import Branch
from semantic_layer.planning.scans import Scan, qualified
from semantic_layer.planning.series import Series, simple_series
from semantic_layer.planning.tables import table_as
from semantic_layer.planning.timed_scans import (
    CALENDAR,
    conditions_of,
    grouped,
    key_columns,
    scan_of,
    select_from,
    within_any,
)
from semantic_layer.query import METRIC_TIME, And, DatePart, Filter, Grain
from semantic_layer.resolving.fields import Field, field_of
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.listed_values import (
    listed_dimensions,
    listing_calendar,
    listing_dataset,
)


def plain_branch(context: Context, series: Sequence[Series], columns: Sequence[str]) -> Branch:
    """One grouped scan for series over the same rows at their own or at shifted times."""
    first = series[0]
    scan, source = scan_of(context, first)
    keys = key_columns(context, scan)
    filters = tuple(dict.fromkeys(one.metric.filter for one in series))
    shared = filters[0] if len(filters) == 1 else None
    measures = []
    for one, column in zip(series, columns, strict=True):
        value = aggregate(context.resolved.model, one.metric)
        kept = filtered(value, one.metric) if shared is None else value
        measures.append(exp.alias_(kept, column, copy=False))
    where = conditions_of(context, scan, first, shared)
    if len(filters) > 1 and None not in filters:  # a group in which none of them has rows is none
        own = [qualified(one, first.metric.dataset) for one in filters if one is not None]
        where.append(exp.paren(exp.or_(*own, copy=False), copy=False))
    select = select_from(exp.Select().select(*keys, *measures, copy=False), scan, source, where)
    return Branch(branch_name(context, first), grouped(select, len(keys)), tuple(columns))


def calendar_branch(context: Context) -> Branch | None:
    """The periods of the covered days, whether or not anything happened in them."""
    table = _calendar_for(context)
    if table is None:
        return None
    scan = Scan(
        context.resolved.model,
        next(iter(context.resolved.model.datasets.values())),
        context.nested,
        moment=exp.column(table.column, table=CALENDAR),
        base_grain=table.grain,
    )
    keys = key_columns(context, scan)
    where = [within_any(exp.column(table.column, table=CALENDAR), context.resolved.counted)]
    where += [scan.condition(part) for part in _conditions_on_time(context)]
    select = exp.Select().select(*keys, copy=False)
    return Branch(
        "periods",
        grouped(select_from(select, scan, [table_as(table.source, CALENDAR)], where), len(keys)),
        (),
    )


def value_branch(context: Context) -> Branch:
    """The values of dimensions without any metric: each combination that occurs, once."""
    model, query = context.resolved.model, context.resolved.query
    table = listing_calendar(query, model)
    dataset = listing_dataset(query, model)
    assert dataset is not None, "the resolver wants values that one dataset reaches"
    moment = exp.column(table.column, table=CALENDAR) if table else None
    scan = Scan(
        model, dataset, context.nested, moment=moment, base_grain=table.grain if table else None
    )
    keys = key_columns(context, scan)
    where = [] if moment is None or context.days is None else [within(moment, context.days)]
    if query.where is not None:
        where.append(scan.condition(query.where))
    select = exp.Select().select(*keys, copy=False)
    if table is not None and not listed_dimensions(query, model):
        select = select_from(select, scan, [table_as(table.source, CALENDAR)], where)
    else:
        for join in scan.joins.values():
            join.set("side", "FULL")  # values of either table, with or without a partner
        sources = [table_as(dataset.source, dataset.name)]
        if table is not None:
            sources.append(exp.Join(this=table_as(table.source, CALENDAR), kind="CROSS"))
        select = select_from(select, scan, sources, where)
    return Branch("members", grouped(select, len(keys)), ())


def _calendar_for(context: Context) -> CalendarTable | None:
    """The calendar, if the group-by is time alone and some metric wants its quiet periods."""
    resolved, times = context.resolved, context.resolved.query.metric_times
    wanted = any(
        part.metric.quiet_periods for one in resolved.series for part in simple_series(one)
    )
    is_alone = bool(times) and len(times) == len(context.keys)
    if resolved.model.keeps_quiet_periods or not wanted or not is_alone or not resolved.counted:
        return None
    if any(field.part is DatePart.hour for field in context.fields):
        return None  # days do not know which hours there are
    table = resolved.model.calendar_of(_finest(context.fields))
    return table if table is not None and table.source in resolved.calendars else None


def _finest(fields: Sequence[Field]) -> Grain:
    """The grain of the calendar that can show all of these periods: a day, or less."""
    grains = [field.grain for field in fields if isinstance(field.grain, Grain)]
    return min((*grains, Grain.day), key=list(Grain).index)


def _conditions_on_time(context: Context) -> list[Filter]:
    """The parts of `where` that speak of the days of `metric_time` alone.

    Those on hours take no day away: each has all of them.
    """
    where, model = context.resolved.query.where, context.resolved.model
    parts = where.parts if isinstance(where, And) else (where,)
    found = []
    for part in (part for part in parts if part is not None):
        fields = [field_of(name, model) for name in fields_of(part)]
        has_hours = any(field.part is DatePart.hour for field in fields)
        if not has_hours and all(field.name == METRIC_TIME for field in fields):
            found.append(part)
    return found


def branch_name(context: Context, series: Series) -> str:
    """The name of a branch: which facts, by which time."""
    return f"{series.metric.dataset}_by_{series.metric.agg_time_dimension}{context.suffix}"
