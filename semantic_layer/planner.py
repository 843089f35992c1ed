"""`ResolvedQuery` → `QueryPlan`: each fact is aggregated apart, then folded on the keys.

A branch is one aggregation of one dataset on one time column over one window. Branches are stacked
(UNION ALL, each with its own measures) and folded by the group-by keys, so that two facts never
multiply each other, a NULL key appears once, and a day that only one of them has is kept. The
calendar is one more branch: it brings the days on which nothing happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from sqlglot import exp

from semantic_layer.branches import (
    Context,
    calendar_branch,
    is_moved,
    level_branch,
    plain_branch,
    running_branch,
    value_branch,
)
from semantic_layer.catalog import DateRange, intersect_all
from semantic_layer.compiler import plan_select
from semantic_layer.conditions import condition_sql, within
from semantic_layer.conversions import conversion_branch
from semantic_layer.query import METRIC_TIME, CompareMetric, Grain
from semantic_layer.query_plan import Branch, Output, QueryPlan, SortKey
from semantic_layer.resolver import ResolvedQuery, merge
from semantic_layer.series import (
    AnySeries,
    Conversions,
    Formula,
    Leaf,
    Quotient,
    Series,
    Term,
    simple_series,
)
from semantic_layer.windows import is_finer, period_start

Columns = Mapping[AnySeries, str]


def plan(resolved: ResolvedQuery) -> QueryPlan:
    """Lay out the aggregation of a resolved query."""
    query = resolved.query
    columns = _columns(resolved.series)
    values = {name: _value(resolved, term, columns, "") for name, term in resolved.terms.items()}
    having = None
    if query.having is not None:
        having = condition_sql(
            query.having,
            lambda name: values[name].copy(),
            lambda leaf: values[leaf.metric].copy(),
            temporal=lambda _: False,
        )
    return QueryPlan(
        keys=tuple(group.column for group in query.group_by),
        branches=_uniquely_named(_branches(resolved, columns)),
        outputs=tuple(_outputs(resolved, values, columns)),
        having=having,
        order=tuple(_order(resolved)),
        limit=query.limit,
    )


def _columns(series: Sequence[AnySeries]) -> dict[AnySeries, str]:
    """A column for each series: its metric's name, numbered where a metric is used in two ways."""
    columns: dict[AnySeries, str] = {}
    used: dict[str, int] = {}
    for one in series:
        used[one.metric.name] = used.get(one.metric.name, 0) + 1
        number = used[one.metric.name]
        columns[one] = one.metric.name if number == 1 else f"{one.metric.name}_{number}"
    return columns


def _branches(resolved: ResolvedQuery, columns: Columns) -> Iterator[Branch]:
    def nested(compare: CompareMetric) -> exp.Select:
        return plan_select(plan(resolved.nested[compare]))

    window = resolved.window.days if resolved.window else None
    context = Context(resolved, nested, window, "")
    if not resolved.series:
        yield value_branch(context)
        return
    for group in _shared_scans(context, resolved.series):
        yield _branch(context, group, columns, "")
        based = [one for one in group if _has_base(resolved, one)]
        if based:
            suffix = _suffix(resolved)
            compared = Context(resolved, nested, resolved.comparison, suffix)
            yield _branch(compared, based, columns, suffix)
    calendar = calendar_branch(context)
    if calendar is not None:
        yield calendar


def _shared_scans(context: Context, series: Sequence[AnySeries]) -> Iterator[list[AnySeries]]:
    """Series that one scan can serve, together; all others alone."""
    shared: dict[object, list[AnySeries]] = {}
    for number, one in enumerate(series):
        key: object = number
        if isinstance(one, Series) and one.metric.semi_additive is None and not _runs(context, one):
            metric = one.metric
            accumulation = one.accumulation if is_moved(context, one) else None
            key = metric.dataset, metric.agg_time_dimension, one.where, one.shifts, accumulation
        shared.setdefault(key, []).append(one)
    yield from shared.values()


def _branch(context: Context, group: Sequence[AnySeries], columns: Columns, suffix: str) -> Branch:
    first, names = group[0], [columns[one] + suffix for one in group]
    if isinstance(first, Conversions):
        return conversion_branch(context, first, names[0])
    if first.metric.semi_additive is not None:
        return level_branch(context, first, names[0])
    if _runs(context, first):
        return running_branch(context, first, names[0])
    return plain_branch(context, [one for one in group if isinstance(one, Series)], names)


def _runs(context: Context, series: Series) -> bool:
    """Whether a running value is asked for at another grain than its own."""
    if series.accumulation is None or not is_moved(context, series):
        return False
    own = series.metric.agg_time_dimension
    times = [field for field in context.fields if field.name in (METRIC_TIME, own)]
    dimension = context.resolved.model.datasets[series.metric.dataset].dimensions[own]
    own_grain = dimension.grain or Grain.day
    base = own_grain if is_finer(own_grain, Grain.day) else Grain.day
    return [field.grain for field in times] != [base]


def _value(resolved: ResolvedQuery, term: Term, columns: Columns, suffix: str) -> exp.Expr:
    match term:
        case Leaf(series=series):
            return _leaf(resolved, series, columns, suffix)
        case Quotient(numerator=numerator, denominator=denominator):
            above = _value(resolved, numerator, columns, suffix)
            below = _value(resolved, denominator, columns, suffix)
            return _quotient(above, below)
        case Formula(expr=formula, terms=terms):
            values = {name: _value(resolved, one, columns, suffix) for name, one in terms.items()}
            return formula.transform(
                lambda node: (
                    exp.paren(values[node.name].copy(), copy=False)
                    if isinstance(node, exp.Column)
                    else node
                )
            )
        case _:
            assert_never(term)


def _quotient(above: exp.Expr, below: exp.Expr) -> exp.Expr:
    return exp.Div(
        this=exp.cast(above, exp.DataType.Type.DOUBLE),
        expression=exp.Nullif(this=below, expression=exp.Literal.number(0)),
        typed=False,
        safe=False,
    )


def _leaf(resolved: ResolvedQuery, series: AnySeries, columns: Columns, suffix: str) -> exp.Expr:
    if suffix and not _has_base(resolved, series):
        return exp.Null()
    column = exp.column(columns[series] + suffix)
    fill = simple_series(series)[-1].metric.fill
    if fill is None:
        return column
    return exp.Coalesce(this=column, expressions=[_nothing_counted(resolved, series, fill)])


def _nothing_counted(resolved: ResolvedQuery, series: AnySeries, fill: int) -> exp.Expr:
    """The fill where the metric's data cover the period; NULL elsewhere: unknown is not zero."""
    value = exp.Literal.number(fill)
    grains = [time.grain for time in resolved.query.metric_times if isinstance(time.grain, Grain)]
    own = merge(
        days for part in simple_series(series) for days in resolved.covered[part.metric.name]
    )
    within_window = (
        own if resolved.window is None else merge(intersect_all(own, (resolved.window.days,)))
    )
    if within_window == resolved.counted or not grains:
        return value
    grain = grains[0]
    period = exp.column(f"{METRIC_TIME}__{grain}")
    known = [within(period, DateRange(period_start(days.start, grain), days.end)) for days in own]
    covered = exp.or_(*known, copy=False) if len(known) > 1 else known[0]
    return exp.Case(ifs=[exp.If(this=covered, true=value)])


def _has_base(resolved: ResolvedQuery, series: AnySeries) -> bool:
    """Whether every day of the comparison is loaded; a part of a base is no base."""
    if resolved.comparison is None:
        return False
    return all(
        merge(intersect_all(resolved.covered[part.metric.name], (resolved.comparison,)))
        == (resolved.comparison,)
        for part in simple_series(series)
    )


def _suffix(resolved: ResolvedQuery) -> str:
    return f"__{resolved.query.compare}"


def _outputs(
    resolved: ResolvedQuery, values: Mapping[str, exp.Expr], columns: Columns
) -> Iterator[Output]:
    for group in resolved.query.group_by:
        column = exp.column(group.column)
        yield Output(group.column, column, "time" if group.is_time else "dimension")
    for metric in resolved.metrics:
        yield Output(metric.name, values[metric.name], "metric", metric.unit, metric.name)
    if resolved.query.compare is None:
        return
    suffix = _suffix(resolved)
    for metric in resolved.metrics:
        base = _value(resolved, resolved.terms[metric.name], columns, suffix)
        delta = exp.Sub(this=values[metric.name].copy(), expression=base.copy())
        name = metric.name + suffix
        yield Output(name, base, "comparison", metric.unit, metric.name)
        yield Output(f"{name}__delta", delta, "comparison", metric.unit, metric.name)
        if metric.unit != "ratio":
            rate = _quotient(exp.paren(delta.copy(), copy=False), base.copy())
            yield Output(f"{name}__rate", rate, "comparison", "ratio", metric.name)


def _order(resolved: ResolvedQuery) -> Iterator[SortKey]:
    query = resolved.query
    chosen = [SortKey(order.name, order.descending) for order in query.order_by]
    if not chosen and query.group_by:
        time = [group.column for group in query.group_by if group.is_time]
        chosen = [SortKey(column, descending=False) for column in time]
        if len(time) < len(query.group_by) and query.metrics:
            chosen.append(SortKey(query.metrics[0], descending=True))
    yield from chosen
    named = {key.column for key in chosen}
    # The keys last, so that ties come out in the same order every time.
    keys = (group.column for group in query.group_by)
    yield from (SortKey(column, descending=False) for column in keys if column not in named)


def _uniquely_named(branches: Iterator[Branch]) -> tuple[Branch, ...]:
    named: dict[str, Branch] = {}
    for branch in branches:
        name, number = branch.name, 2
        while name in named:
            name, number = f"{branch.name}_{number}", number + 1
        named[name] = Branch(name, branch.select, branch.measures)
    return tuple(named.values())
