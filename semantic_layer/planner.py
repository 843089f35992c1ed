"""`ResolvedQuery` → `QueryPlan`: each fact is aggregated apart, then folded on the keys.

A branch is one aggregation of one dataset on one time column over one window. Branches are stacked
(UNION ALL, each with its own measures) and folded by the group-by keys, so that two facts never
multiply each other, a NULL key appears once, and a day that only one of them has is kept. The
calendar is one more branch: it brings the days on which nothing happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from sqlglot import exp

from semantic_layer.compiler import plan_select
from semantic_layer.final_steps.finishing import finish_of
from semantic_layer.final_steps.running import averaged, days_behind
from semantic_layer.planning.branch_context import (
    Context,
    is_moved,
)
from semantic_layer.planning.branches import calendar_branch, plain_branch, value_branch
from semantic_layer.planning.conditions import condition_sql
from semantic_layer.planning.conversions import conversion_branch
from semantic_layer.planning.fills import base_of, filled, loaded_base_days
from semantic_layer.planning.means import mean_bases, mean_branches, mean_values
from semantic_layer.planning.moments import level_branch, running_branch
from semantic_layer.planning.query_plan import Branch, ColumnUnit, Output, QueryPlan, SortKey
from semantic_layer.planning.quiet_periods import with_quiet_periods
from semantic_layer.planning.quotients import quotient
from semantic_layer.planning.series import (
    AnySeries,
    Conversions,
    Formula,
    Leaf,
    Quotient,
    Series,
    Term,
)
from semantic_layer.query import CompareMetric, Grain
from semantic_layer.resolver import ResolvedQuery
from semantic_layer.resolving.calendars import calendar_for

Columns = Mapping[AnySeries, str]


def plan(resolved: ResolvedQuery) -> QueryPlan:
    """Lay out the aggregation of a resolved query."""
    query = resolved.query
    laid_out = _of_means(resolved) if resolved.sides else _of_rows(resolved)
    values = laid_out.values
    outputs = tuple(_outputs(resolved, values, laid_out.bases))
    whole = _unordered(resolved.whole) if resolved.whole else None
    finish = finish_of(resolved, outputs, values, whole)
    having = None
    if query.having is not None:
        measured = {output.column: output.value for output in outputs} | values
        if finish is not None:
            measured = {name: exp.column(name) for name in measured}
        having = condition_sql(
            query.having,
            lambda name: measured[name].copy(),
            lambda leaf: measured[leaf.metric].copy(),
            temporal=lambda _: False,
        )
    return QueryPlan(
        keys=tuple(group.column for group in query.group_by),
        branches=_uniquely_named(laid_out.branches),
        outputs=outputs,
        having=having,
        order=tuple(_order(resolved)),
        limit=query.limit,
        access=resolved.model.access,
        finish=finish,
    )


@dataclass(frozen=True)
class _Layout:
    """The branches, and over their folded columns each metric and the base of each asked one."""

    branches: tuple[Branch, ...]
    values: dict[str, exp.Expr]
    bases: dict[str, exp.Expr]


def _of_rows(resolved: ResolvedQuery) -> _Layout:
    """Numbers that are computed from rows."""
    columns = _columns(resolved.series)
    window = days_behind(resolved.query, resolved.window)
    asked, compared = _contexts(replace(resolved, window=window))
    is_compared = resolved.query.compare is not None
    return _Layout(
        tuple(_branches(asked, compared, columns)),
        {
            name: _averaged(resolved, name, _value(asked, term, columns))
            for name, term in resolved.terms.items()
        },
        {
            metric.name: _value(compared, resolved.terms[metric.name], columns)
            for metric in resolved.metrics
            if is_compared
        },
    )


def _of_means(resolved: ResolvedQuery) -> _Layout:
    """Averages per period: means of numbers that are computed from rows."""
    return _Layout(
        tuple(mean_branches(resolved, _unordered)), mean_values(resolved), mean_bases(resolved)
    )


def _unordered(resolved: ResolvedQuery) -> exp.Select:
    return plan_select(replace(plan(resolved), order=()))


def _averaged(resolved: ResolvedQuery, name: str, value: exp.Expr) -> exp.Expr:
    metric, term = resolved.model.metrics[name], resolved.terms[name]
    return averaged(resolved.query, metric, term, value, resolved.covered, resolved.window)


def _columns(series: Sequence[AnySeries]) -> dict[AnySeries, str]:
    """A column for each series: its metric's name, numbered where a metric is used in two ways."""
    columns: dict[AnySeries, str] = {}
    used: dict[str, int] = {}
    for one in series:
        used[one.metric.name] = used.get(one.metric.name, 0) + 1
        number = used[one.metric.name]
        columns[one] = one.metric.name if number == 1 else f"{one.metric.name}_{number}"
    return columns


def _contexts(resolved: ResolvedQuery) -> tuple[Context, Context]:
    """What was asked, and what it is compared with; the latter has a suffix to its columns.

    The days of a compared window are those of each series: see `_base`.
    """

    def nested(compare: CompareMetric) -> exp.Select:
        return plan_select(plan(resolved.nested[compare]))

    window = resolved.window.days if resolved.window else None
    suffix = f"__{resolved.query.compared_as}"
    alignment = resolved.baseline.alignment if resolved.baseline else None
    return (
        Context(resolved, nested, window, ""),
        Context(resolved, nested, None, suffix, alignment),
    )


def _branches(asked: Context, compared: Context, columns: Columns) -> Iterator[Branch]:
    resolved = asked.resolved
    if not resolved.series:
        yield value_branch(asked)
        return
    for group in _shared_scans(asked, resolved.series):
        yield with_quiet_periods(asked, group, _branch(asked, group, columns))
        for base, based in _bases(compared, group):
            yield _branch(base, based, columns)
    calendar = calendar_branch(asked)
    if calendar is not None:
        yield calendar


def _bases(
    compared: Context, group: Sequence[AnySeries]
) -> Iterator[tuple[Context, list[AnySeries]]]:
    """The series of a scan that have a base, by the days of it."""
    by_days: dict[object, tuple[Context, list[AnySeries]]] = {}
    for one in group:
        base = base_of(compared, one)
        if base is not None:
            days = base.days if base.alignment is None else loaded_base_days(base, one)
            by_days.setdefault(days, (base, []))[1].append(one)
    yield from by_days.values()


def _shared_scans(context: Context, series: Sequence[AnySeries]) -> Iterator[list[AnySeries]]:
    """Series that one scan can serve, together; all others alone."""
    shared: dict[object, list[AnySeries]] = {}
    for number, one in enumerate(series):
        key: object = number
        if isinstance(one, Series) and one.metric.semi_additive is None and not _runs(context, one):
            metric = one.metric
            key = metric.dataset, metric.agg_time_dimension, one.where, one.shifts, one.accumulation
        shared.setdefault(key, []).append(one)
    yield from shared.values()


def _branch(context: Context, group: Sequence[AnySeries], columns: Columns) -> Branch:
    first, names = group[0], [columns[one] + context.suffix for one in group]
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
    table = calendar_for(context.resolved.model, series)
    grain = table.grain if table else Grain.day
    return [field.grain for field in context.time_fields(series)] != [grain]


def _value(context: Context, term: Term, columns: Columns) -> exp.Expr:
    match term:
        case Leaf(series=series):
            return filled(context, series, columns)
        case Quotient(numerator=numerator, denominator=denominator):
            above = _value(context, numerator, columns)
            return quotient(above, _value(context, denominator, columns))
        case Formula(expr=formula, terms=terms):
            values = {name: _value(context, one, columns) for name, one in terms.items()}
            return formula.transform(
                lambda node: (
                    exp.paren(values[node.name].copy(), copy=False)
                    if isinstance(node, exp.Column)
                    else node
                )
            )
        case _:
            assert_never(term)


def _outputs(
    resolved: ResolvedQuery, values: Mapping[str, exp.Expr], bases: Mapping[str, exp.Expr]
) -> Iterator[Output]:
    for group in resolved.query.group_by:
        column = exp.column(group.column)
        yield Output(group.column, column, "time" if group.is_time else "dimension")
    for metric in resolved.metrics:
        yield Output(metric.name, values[metric.name], "metric", metric.unit, metric.name)
    if resolved.query.compare is None:
        return
    for metric in resolved.metrics:
        base = bases[metric.name]
        delta = exp.Sub(this=values[metric.name].copy(), expression=base.copy())
        name = f"{metric.name}__{resolved.query.compared_as}"
        yield Output(name, base, "comparison", metric.unit, metric.name)
        unit: ColumnUnit = "points" if metric.unit == "ratio" else metric.unit
        yield Output(f"{name}__delta", delta, "comparison", unit, metric.name)
        if metric.unit != "ratio":
            rate = quotient(exp.paren(delta.copy(), copy=False), base.copy())
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


def _uniquely_named(branches: Iterable[Branch]) -> tuple[Branch, ...]:
    named: dict[str, Branch] = {}
    for branch in branches:
        name, number = branch.name, 2
        while name in named:
            name, number = f"{branch.name}_{number}", number + 1
        named[name] = Branch(name, branch.select, branch.measures)
    return tuple(named.values())
