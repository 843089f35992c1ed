"""Conversions → a branch: two kinds of events paired by entity, each conversion counted once.

A conversion belongs to the last base event that is not after it. Windows count days; within a day
the earlier event is the base one, as far as both times are known that finely.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from semantic_layer.planning.aggregates import aggregated
from semantic_layer.planning.branch_context import Context
from semantic_layer.planning.query_plan import Branch
from semantic_layer.planning.scans import Scan, minus, qualified, truncated
from semantic_layer.planning.series import Conversions, Series
from semantic_layer.planning.timed_scans import (
    asked_conditions,
    days_condition,
    grouped,
    key_columns,
    own_conditions,
    scan_of,
    select_from,
)
from semantic_layer.query import Grain
from semantic_layer.resolving.availability import time_dimension
from semantic_layer.resolving.fields import Field
from semantic_layer.resolving.windows import is_finer

_VALUE, _POSITION, _PERIOD, _MOMENT, _ASKED = "value", "position", "period", "moment", "asked"


def conversion_branch(context: Context, conversions: Conversions, column: str) -> Branch:
    """Conversions, each at the time and with the dimensions of the last base event before it."""
    base, after = _base_events(context, conversions), _converted_events(context, conversions)
    latest = [exp.Ordered(this=_of("base", _MOMENT), desc=True)]
    # Base events of one moment: always the same one of them, whatever order the rows come in.
    latest += [exp.Ordered(this=_of("base", group.column)) for group in context.keys]
    position = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_of("converted", "event")],
        order=exp.Order(expressions=latest),
    )
    pairs = exp.Select().select(
        *(_of("base", group.column) for group in context.keys),
        _of("base", _ASKED),
        _of("converted", _VALUE),
        exp.alias_(position, _POSITION, copy=False),
        copy=False,
    )
    pairs = pairs.from_(base.subquery("base", copy=False), copy=False)
    pairs = pairs.join(after.subquery("converted", copy=False), on=_paired(conversions), copy=False)
    value = aggregated(conversions.converted.metric, exp.column(_VALUE))
    names = [exp.column(group.column) for group in context.keys]
    select = exp.Select().select(*names, exp.alias_(value, column, copy=False), copy=False)
    select = select.from_(pairs.subquery("pairs", copy=False), copy=False)
    nearest = exp.EQ(this=exp.column(_POSITION), expression=exp.Literal.number(1))
    return Branch(
        f"{column}_events",
        grouped(select.where(nearest, exp.column(_ASKED), copy=False), len(names)),
        (column,),
    )


def _paired(conversions: Conversions) -> exp.Expr:
    """Same entity and constants, the base event first, and no longer before than the window."""
    metric = conversions.metric
    conditions: list[exp.Expr] = [
        exp.EQ(this=_of("base", "entity"), expression=_of("converted", "entity")),
        exp.LTE(this=_of("base", _MOMENT), expression=_of("converted", _MOMENT)),
    ]
    if metric.window is not None:
        since = minus(_of("converted", _PERIOD), metric.window)
        conditions.append(exp.GT(this=_of("base", _PERIOD), expression=since))
    conditions += [
        exp.EQ(this=_of("base", f"constant_{n}"), expression=_of("converted", f"constant_{n}"))
        for n in range(len(metric.constants))
    ]
    return exp.and_(*conditions, copy=False)


def _base_events(context: Context, conversions: Conversions) -> exp.Select:
    base, metric = conversions.base, conversions.metric
    scan, source = scan_of(context, base)
    asked = [days_condition(context, scan, base), *asked_conditions(context, scan)]
    own = own_conditions(scan, base, base.metric.filter)
    is_asked = exp.and_(*asked, copy=False) if metric.before_filters else exp.true()
    select = exp.Select().select(
        *key_columns(context, scan),
        *_event(context, scan, conversions),
        *_constants(scan, [mine for mine, _ in metric.constants]),
        exp.alias_(is_asked, _ASKED, copy=False),
        copy=False,
    )
    return select_from(select, scan, source, own if metric.before_filters else [*asked, *own])


def _converted_events(context: Context, conversions: Conversions) -> exp.Select:
    everything = replace(context, days=None, alignment=None)
    scan, source = scan_of(everything, conversions.converted)
    metric = conversions.converted.metric
    select = exp.Select().select(
        *_event(context, scan, conversions),
        exp.alias_(qualified(metric.expr, metric.dataset), _VALUE, copy=False),
        exp.alias_(exp.Window(this=exp.RowNumber()), "event", copy=False),
        *_constants(scan, [theirs for _, theirs in conversions.metric.constants]),
        copy=False,
    )
    where = own_conditions(scan, conversions.converted, metric.filter)
    return select_from(select, scan, source, where)


def _event(context: Context, scan: Scan, conversions: Conversions) -> list[exp.Expr]:
    """Who, when, and on which day (or longer period, if the time is known no finer)."""
    assert scan.moment is not None
    sides = (conversions.base, conversions.converted)
    own = [time_dimension(context.resolved.model, one.metric).grain for one in sides]
    coarsest = max((grain or Grain.day for grain in (*own, None)), key=list(Grain).index)
    day = truncated(scan.moment.copy(), coarsest)
    is_fine = all(_is_finer_than_a_day(context, one) for one in sides)
    return [
        exp.alias_(scan.key_sql(conversions.metric.entity), "entity", copy=False),
        exp.alias_(scan.moment.copy() if is_fine else day.copy(), _MOMENT, copy=False),
        exp.alias_(day, _PERIOD, copy=False),
    ]


def _is_finer_than_a_day(context: Context, series: Series) -> bool:
    own = time_dimension(context.resolved.model, series.metric)
    return own.grain is not None and is_finer(own.grain, Grain.day)


def _constants(scan: Scan, names: list[str]) -> list[exp.Expr]:
    return [
        exp.alias_(scan.field_sql(Field(name)), f"constant_{n}", copy=False)
        for n, name in enumerate(names)
    ]


def _of(table: str, column: str) -> exp.Column:
    return exp.column(column, table=table)
