"""Conversions → a branch: two kinds of events paired by entity, each conversion counted once."""

from __future__ import annotations

from sqlglot import exp

from semantic_layer.aggregates import aggregated
from semantic_layer.branches import (
    Context,
    conditions_of,
    grouped,
    key_columns,
    minus,
    scan_of,
    select_from,
)
from semantic_layer.fields import Field
from semantic_layer.query import Grain
from semantic_layer.query_plan import Branch
from semantic_layer.scans import qualified, truncated
from semantic_layer.series import Conversions

_VALUE, _POSITION, _PERIOD = "value", "position", "period"


def conversion_branch(context: Context, conversions: Conversions, column: str) -> Branch:
    """Conversions, each at the time and with the dimensions of the last base event before it."""
    base, after = _base_events(context, conversions), _converted_events(context, conversions)
    metric = conversions.metric
    conditions: list[exp.Expr] = [
        exp.EQ(this=_of("base", "entity"), expression=_of("converted", "entity")),
        exp.LTE(this=_of("base", _PERIOD), expression=_of("converted", _PERIOD)),
    ]
    if metric.window is not None:
        since = minus(_of("converted", _PERIOD), metric.window)
        conditions.append(exp.GT(this=_of("base", _PERIOD), expression=since))
    conditions += [
        exp.EQ(this=_of("base", f"constant_{n}"), expression=_of("converted", f"constant_{n}"))
        for n in range(len(metric.constants))
    ]
    position = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_of("converted", "event")],
        order=exp.Order(expressions=[exp.Ordered(this=_of("base", _PERIOD), desc=True)]),
    )
    pairs = exp.Select().select(
        *(_of("base", group.column) for group in context.keys),
        _of("converted", _VALUE),
        exp.alias_(position, _POSITION, copy=False),
        copy=False,
    )
    pairs = pairs.from_(base.subquery("base", copy=False), copy=False)
    pairs = pairs.join(
        after.subquery("converted", copy=False), on=exp.and_(*conditions, copy=False), copy=False
    )
    value = aggregated(conversions.converted.metric, exp.column(_VALUE))
    names = [exp.column(group.column) for group in context.keys]
    select = exp.Select().select(*names, exp.alias_(value, column, copy=False), copy=False)
    select = select.from_(pairs.subquery("pairs", copy=False), copy=False)
    nearest = exp.EQ(this=exp.column(_POSITION), expression=exp.Literal.number(1))
    return Branch(
        f"{column}_events", grouped(select.where(nearest, copy=False), len(names)), (column,)
    )


def _base_events(context: Context, conversions: Conversions) -> exp.Select:
    scan, source = scan_of(context, conversions.base)
    assert scan.moment is not None
    day = truncated(scan.moment.copy(), scan.base_grain or Grain.day)
    constants = [
        exp.alias_(scan.field_sql(Field(mine)), f"constant_{n}", copy=False)
        for n, (mine, _) in enumerate(conversions.metric.constants)
    ]
    select = exp.Select().select(
        *key_columns(context, scan),
        exp.alias_(scan.field_sql(Field(conversions.metric.entity)), "entity", copy=False),
        exp.alias_(day, _PERIOD, copy=False),
        *constants,
        copy=False,
    )
    own = conversions.base.metric.filter
    return select_from(select, scan, source, conditions_of(context, scan, conversions.base, own))


def _converted_events(context: Context, conversions: Conversions) -> exp.Select:
    everything = Context(context.resolved, context.nested, None, context.suffix)
    scan, source = scan_of(everything, conversions.converted)
    assert scan.moment is not None
    metric = conversions.converted.metric
    day = truncated(scan.moment.copy(), scan.base_grain or Grain.day)
    constants = [
        exp.alias_(scan.field_sql(Field(other)), f"constant_{n}", copy=False)
        for n, (_, other) in enumerate(conversions.metric.constants)
    ]
    select = exp.Select().select(
        exp.alias_(scan.field_sql(Field(conversions.metric.entity)), "entity", copy=False),
        exp.alias_(day, _PERIOD, copy=False),
        exp.alias_(qualified(metric.expr, metric.dataset), _VALUE, copy=False),
        exp.alias_(exp.Window(this=exp.RowNumber()), "event", copy=False),
        *constants,
        copy=False,
    )
    where = [scan.condition(condition) for condition in conversions.converted.where]
    if metric.filter is not None:
        where.append(qualified(metric.filter, metric.dataset))
    return select_from(select, scan, source, where)


def _of(table: str, column: str) -> exp.Column:
    return exp.column(column, table=table)
