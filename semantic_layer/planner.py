"""`ResolvedQuery` → `QueryPlan`: each fact is aggregated apart, then folded on the keys.

A `Branch` is one aggregation of one dataset on one time column over one window. Branches are
stacked (UNION ALL, each with its own measures) and folded by the group-by keys, so that two facts
never multiply each other, a NULL key appears once, and a day that only one of them has is kept. The
calendar is one more branch: it brings the days on which nothing happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from sqlglot import exp

from semantic_layer.availability import time_dimension
from semantic_layer.catalog import DateRange, intersect_all
from semantic_layer.conditions import condition_sql, date_literal, within
from semantic_layer.joins import Join
from semantic_layer.model import Metric, RatioMetric, SimpleMetric, Unit
from semantic_layer.query import METRIC_TIME, Grain, GroupBy
from semantic_layer.resolver import ResolvedQuery, merge
from semantic_layer.windows import period_start

Role = Literal["dimension", "time", "metric", "comparison"]


@dataclass(frozen=True)
class PlannedJoin:
    """A many-to-one LEFT JOIN."""

    source: str
    alias: str
    on: exp.Expr


@dataclass(frozen=True)
class Measure:
    """One aggregate and the column that it becomes."""

    column: str
    aggregate: exp.Expr


@dataclass(frozen=True)
class Branch:
    """One grouped scan. `keys` stand in the order of the plan's key columns."""

    name: str
    source: str
    alias: str
    joins: tuple[PlannedJoin, ...]
    where: tuple[exp.Expr, ...]
    keys: tuple[exp.Expr, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class CalendarBranch:
    """The periods of the covered days, whether or not anything happened on them."""

    source: str
    period: exp.Expr
    where: exp.Expr


@dataclass(frozen=True)
class Output:
    """A result column: `value` is written over the folded columns."""

    column: str
    value: exp.Expr
    role: Role
    unit: Unit | None = None
    metric: str | None = None


@dataclass(frozen=True)
class SortKey:
    """One column of the final order."""

    column: str
    descending: bool


@dataclass(frozen=True)
class QueryPlan:
    """What the compiler prints: branches → fold on `keys` → outputs, having, order, limit."""

    keys: tuple[str, ...]
    branches: tuple[Branch, ...]
    calendar: CalendarBranch | None
    outputs: tuple[Output, ...]
    having: exp.Expr | None
    order: tuple[SortKey, ...]
    limit: int | None


def plan(resolved: ResolvedQuery) -> QueryPlan:
    """Lay out the aggregation of a resolved query."""
    query = resolved.query
    values = {metric.name: _value(resolved, metric, "") for metric in resolved.metrics}
    having = None
    if query.having is not None:
        having = condition_sql(
            query.having,
            lambda name: _value(resolved, resolved.model.metrics[name], ""),
            temporal=lambda _: False,
        )
    return QueryPlan(
        keys=tuple(group.column for group in query.group_by),
        branches=tuple(_branches(resolved)),
        calendar=_calendar(resolved),
        outputs=tuple(_outputs(resolved, values)),
        having=having,
        order=tuple(_order(resolved)),
        limit=query.limit,
    )


def _branches(resolved: ResolvedQuery) -> Iterator[Branch]:
    scans: dict[tuple[str, str], list[SimpleMetric]] = {}
    for metric in resolved.inputs:
        scans.setdefault((metric.dataset, metric.agg_time_dimension), []).append(metric)
    for metrics in scans.values():
        window = resolved.window.days if resolved.window else None
        yield _branch(resolved, metrics, window, "")
        based = [metric for metric in metrics if _has_base(resolved, metric)]
        if based:
            yield _branch(resolved, based, resolved.comparison, _suffix(resolved))


def _branch(
    resolved: ResolvedQuery,
    metrics: Sequence[SimpleMetric],
    days: DateRange | None,
    suffix: str,
) -> Branch:
    dataset = resolved.model.datasets[metrics[0].dataset]
    moment = _qualified(time_dimension(resolved.model, metrics[0]).expr, dataset.name)
    filters = {metric.filter for metric in metrics}
    shared = next(iter(filters)) if len(filters) == 1 else None
    where = [_is_known(moment) if days is None else within(moment, days)]
    if shared is not None:
        where.append(_qualified(shared, dataset.name))
    if resolved.query.where is not None:
        where.append(
            condition_sql(
                resolved.query.where,
                lambda name: _dimension_sql(resolved, dataset.name, name),
                temporal=lambda name: resolved.model.dimensions[name].type == "time",
            )
        )
    return Branch(
        name=f"{dataset.name}_by_{metrics[0].agg_time_dimension}{suffix}",
        source=dataset.source,
        alias=dataset.name,
        joins=tuple(_joins(resolved, dataset.name)),
        where=tuple(where),
        keys=tuple(
            _key_sql(resolved, dataset.name, group, moment) for group in resolved.query.group_by
        ),
        measures=tuple(
            Measure(metric.name + suffix, _aggregate(resolved, metric, own_filter=shared is None))
            for metric in metrics
        ),
    )


def _aggregate(resolved: ResolvedQuery, metric: SimpleMetric, *, own_filter: bool) -> exp.Expr:
    value = _qualified(metric.expr, metric.dataset)
    aggregate: exp.Expr
    match metric.agg:
        case "sum":
            aggregate = exp.Sum(this=value)
        case "average":
            aggregate = exp.Avg(this=value)
        case "min":
            aggregate = exp.Min(this=value)
        case "max":
            aggregate = exp.Max(this=value)
        case "count" | "count_distinct" if _counts_rows(resolved, metric):
            aggregate = exp.Count(this=exp.Star())
        case "count":
            aggregate = exp.Count(this=value)
        case "count_distinct":
            aggregate = exp.Count(this=exp.Distinct(expressions=[value]))
        case _:
            assert_never(metric.agg)
    if own_filter and metric.filter is not None:
        kept = exp.Where(this=_qualified(metric.filter, metric.dataset))
        return exp.Filter(this=aggregate, expression=kept)
    return aggregate


def _counts_rows(resolved: ResolvedQuery, metric: SimpleMetric) -> bool:
    """One row a key, and joins are many-to-one: counting rows counts keys, and reads no column."""
    primary = resolved.model.datasets[metric.dataset].primary_entity
    return primary is not None and primary.expr == metric.expr


def _joins(resolved: ResolvedQuery, dataset: str) -> Iterator[PlannedJoin]:
    steps: dict[Join, None] = {}
    for (start, _), reached in resolved.reached.items():
        if start == dataset:
            steps |= dict.fromkeys(reached.path)
    for step in steps:
        yield PlannedJoin(
            source=resolved.model.datasets[step.right].source,
            alias=step.right,
            on=exp.EQ(
                this=_qualified(step.left_entity.expr, step.left),
                expression=_qualified(step.right_entity.expr, step.right),
            ),
        )


def _key_sql(resolved: ResolvedQuery, dataset: str, group: GroupBy, moment: exp.Expr) -> exp.Expr:
    value = (
        moment.copy()
        if group.name == METRIC_TIME
        else _dimension_sql(resolved, dataset, group.name)
    )
    return truncated(value, group.grain) if group.grain else value


def truncated(value: exp.Expr, grain: Grain) -> exp.Expr:
    """The start of the calendar unit that holds a moment: a DATE, but for hours."""
    if grain is Grain.day:
        return exp.cast(value, exp.DataType.Type.DATE)
    start = exp.TimestampTrunc(this=value, unit=exp.var(grain.value.upper()))
    return start if grain is Grain.hour else exp.cast(start, exp.DataType.Type.DATE)


def _dimension_sql(resolved: ResolvedQuery, dataset: str, name: str) -> exp.Expr:
    dimension = resolved.reached[dataset, name].dimension
    return _qualified(dimension.expr, dimension.dataset)


def _qualified(expression: exp.Expr, alias: str) -> exp.Expr:
    copied = expression.copy()
    for column in copied.find_all(exp.Column):
        column.set("table", exp.to_identifier(alias))
    return copied


def _is_known(moment: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=moment.copy(), expression=exp.Null()))


def _calendar(resolved: ResolvedQuery) -> CalendarBranch | None:
    grain = resolved.query.time_grain
    only_time = len(resolved.query.group_by) == 1 and grain is not None
    if not only_time or grain is None or grain is Grain.hour or resolved.calendar is None:
        return None
    day = exp.column("day")
    return CalendarBranch(
        source=resolved.calendar,
        period=truncated(day, grain),
        where=_any_of([within(day, days) for days in resolved.counted]),
    )


def _value(resolved: ResolvedQuery, metric: Metric, suffix: str) -> exp.Expr:
    if isinstance(metric, RatioMetric):
        numerator = _value(resolved, resolved.model.metrics[metric.numerator], suffix)
        denominator = _value(resolved, resolved.model.metrics[metric.denominator], suffix)
        return exp.Div(
            this=exp.cast(numerator, exp.DataType.Type.DOUBLE),
            expression=exp.Nullif(this=denominator, expression=exp.Literal.number(0)),
            typed=False,
            safe=False,
        )
    if suffix and not _has_base(resolved, metric):
        return exp.Null()
    column = exp.column(metric.name + suffix)
    if metric.additivity != "additive":
        return column
    return exp.Coalesce(this=column, expressions=[_nothing_counted(resolved, metric)])


def _nothing_counted(resolved: ResolvedQuery, metric: SimpleMetric) -> exp.Expr:
    """0 where the metric's data cover the period; NULL where they do not: unknown is not zero."""
    zero = exp.Literal.number(0)
    grain = resolved.query.time_grain
    own = resolved.covered[metric.name]
    if grain is None or (
        (
            resolved.window is not None
            and merge(intersect_all(own, (resolved.window.days,))) == resolved.counted
        )
        or merge(own) == resolved.counted
    ):
        return zero
    period = exp.column(f"{METRIC_TIME}__{grain}")
    known = [
        within(period, DateRange(period_start(days.start, grain), days.end)) for days in merge(own)
    ]
    return exp.Case(ifs=[exp.If(this=_any_of(known), true=zero)])


def _any_of(conditions: Sequence[exp.Expr]) -> exp.Expr:
    return exp.or_(*conditions, copy=False) if len(conditions) > 1 else conditions[0]


def _has_base(resolved: ResolvedQuery, metric: SimpleMetric) -> bool:
    """Whether every day of the comparison is loaded; a part of a base is no base."""
    if resolved.comparison is None:
        return False
    common = intersect_all(resolved.covered[metric.name], (resolved.comparison,))
    return merge(common) == (resolved.comparison,)


def _suffix(resolved: ResolvedQuery) -> str:
    return f"__{resolved.query.compare}"


def _outputs(resolved: ResolvedQuery, values: dict[str, exp.Expr]) -> Iterator[Output]:
    for group in resolved.query.group_by:
        yield Output(group.column, exp.column(group.column), "time" if group.grain else "dimension")
    for metric in resolved.metrics:
        yield Output(metric.name, values[metric.name], "metric", metric.unit, metric.name)
    if resolved.query.compare is None:
        return
    suffix = _suffix(resolved)
    for metric in resolved.metrics:
        base = _value(resolved, metric, suffix)
        delta = exp.Sub(this=values[metric.name].copy(), expression=base.copy())
        name = metric.name + suffix
        yield Output(name, base, "comparison", metric.unit, metric.name)
        yield Output(f"{name}__delta", delta, "comparison", metric.unit, metric.name)
        if metric.unit != "ratio":
            rate = exp.Div(
                this=exp.cast(exp.paren(delta.copy(), copy=False), exp.DataType.Type.DOUBLE),
                expression=exp.Nullif(this=base.copy(), expression=exp.Literal.number(0)),
                typed=False,
                safe=False,
            )
            yield Output(f"{name}__rate", rate, "comparison", "ratio", metric.name)


def _order(resolved: ResolvedQuery) -> Iterator[SortKey]:
    query = resolved.query
    chosen = [SortKey(order.name, order.descending) for order in query.order_by]
    if not chosen and query.group_by:
        time = [group.column for group in query.group_by if group.grain]
        chosen = [SortKey(column, descending=False) for column in time]
        if len(time) < len(query.group_by):
            chosen.append(SortKey(query.metrics[0], descending=True))
    yield from chosen
    named = {key.column for key in chosen}
    # The keys last, so that ties come out in the same order every time.
    yield from (
        SortKey(g.column, descending=False) for g in query.group_by if g.column not in named
    )


__all__ = ["Branch", "CalendarBranch", "Output", "QueryPlan", "date_literal", "plan"]
