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

from semantic_layer.branch_context import Context, days_to_show, is_moved, runs_to_the_end
from semantic_layer.branches import calendar_branch, plain_branch, value_branch
from semantic_layer.calendars import calendar_for, runs_from_own_unit
from semantic_layer.catalog import DateRange, intersect_all
from semantic_layer.compiler import plan_select
from semantic_layer.conditions import condition_sql, within
from semantic_layer.conversions import conversion_branch
from semantic_layer.known_days import known_days, merge, rows_as_of_end
from semantic_layer.moments import level_branch, running_branch
from semantic_layer.query import METRIC_TIME, CompareMetric, Grain
from semantic_layer.query_plan import Branch, Output, QueryPlan, SortKey
from semantic_layer.quiet_periods import with_quiet_periods
from semantic_layer.resolver import ResolvedQuery
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
from semantic_layer.windows import period_start

Columns = Mapping[AnySeries, str]


def plan(resolved: ResolvedQuery) -> QueryPlan:
    """Lay out the aggregation of a resolved query."""
    query = resolved.query
    columns = _columns(resolved.series)
    asked, compared = _contexts(resolved)
    values = {name: _value(asked, term, columns) for name, term in resolved.terms.items()}
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
        branches=_uniquely_named(_branches(asked, compared, columns)),
        outputs=tuple(_outputs(compared, values, columns)),
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


def _contexts(resolved: ResolvedQuery) -> tuple[Context, Context]:
    """What was asked, and what it is compared with; the latter has a suffix to its columns."""

    def nested(compare: CompareMetric) -> exp.Select:
        return plan_select(plan(resolved.nested[compare]))

    window = resolved.window.days if resolved.window else None
    suffix = f"__{resolved.query.compare}"
    return (
        Context(resolved, nested, window, ""),
        Context(resolved, nested, resolved.comparison, suffix),
    )


def _branches(asked: Context, compared: Context, columns: Columns) -> Iterator[Branch]:
    resolved = asked.resolved
    if not resolved.series:
        yield value_branch(asked)
        return
    for group in _shared_scans(asked, resolved.series):
        yield with_quiet_periods(asked, group, _branch(asked, group, columns))
        based = [one for one in group if _has_base(compared, one)]
        if based:
            yield _branch(compared, based, columns)
    calendar = calendar_branch(asked)
    if calendar is not None:
        yield calendar


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
            return _leaf(context, series, columns)
        case Quotient(numerator=numerator, denominator=denominator):
            above = _value(context, numerator, columns)
            return _quotient(above, _value(context, denominator, columns))
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


def _quotient(above: exp.Expr, below: exp.Expr) -> exp.Expr:
    return exp.Div(
        this=exp.cast(above, exp.DataType.Type.DOUBLE),
        expression=exp.Nullif(this=below, expression=exp.Literal.number(0)),
        typed=False,
        safe=False,
    )


def _leaf(context: Context, series: AnySeries, columns: Columns) -> exp.Expr:
    if context.suffix and not _has_base(context, series):
        return exp.Null()
    column = exp.column(columns[series] + context.suffix)
    fill = simple_series(series)[-1].metric.fill
    if fill is None:
        return column
    value = exp.Literal.number(fill)
    nothing = value if context.suffix else _nothing_counted(context, series, value)
    return exp.Coalesce(this=column, expressions=[nothing]) if nothing else column


def _nothing_counted(context: Context, series: AnySeries, value: exp.Expr) -> exp.Expr | None:
    """The fill where the metric is known in the period; nothing elsewhere: unknown is not zero."""
    resolved, parts = context.resolved, simple_series(series)
    if any(runs_to_the_end(context, part) for part in parts):
        return value if all(_is_known_at_end(context, part) for part in parts) else None
    own = merge(days for part in parts for days in _known(context, part))
    within_window = own if context.days is None else merge(intersect_all(own, (context.days,)))
    if within_window == resolved.counted:
        return value
    grains = [time.grain for time in resolved.query.metric_times if isinstance(time.grain, Grain)]
    if not grains:
        return None if any(part.moves for part in parts) else value
    grain = grains[0]
    period = exp.column(f"{METRIC_TIME}__{grain}")
    known = [within(period, DateRange(period_start(days.start, grain), days.end)) for days in own]
    if not known:
        return None
    covered = exp.or_(*known, copy=False) if len(known) > 1 else known[0]
    return exp.Case(ifs=[exp.If(this=covered, true=value)])


def _known(context: Context, series: Series) -> tuple[DateRange, ...]:
    """The days at which a series has its value; of a unit of one's own nobody here knows them."""
    if runs_from_own_unit(series):
        return ()
    shown = days_to_show(context, series) if series.moves else None
    return context.covered(series) if shown is None else shown


def _is_known_at_end(context: Context, series: Series) -> bool:
    today = context.resolved.today
    return rows_as_of_end(series, context.covered(series), context.days, today) is not None


def _has_base(context: Context, series: AnySeries) -> bool:
    """Whether every day of the comparison is known; a part of a base is no base."""
    compared = context.resolved.comparison
    if compared is None:
        return False
    parts = simple_series(series)
    if any(runs_to_the_end(context, part) for part in parts):
        return all(_is_known_at_end(context, part) for part in parts)
    return all(
        merge(intersect_all(known_days(part, context.covered(part)), (compared,))) == (compared,)
        for part in parts
    )


def _outputs(
    compared: Context, values: Mapping[str, exp.Expr], columns: Columns
) -> Iterator[Output]:
    resolved = compared.resolved
    for group in resolved.query.group_by:
        column = exp.column(group.column)
        yield Output(group.column, column, "time" if group.is_time else "dimension")
    for metric in resolved.metrics:
        yield Output(metric.name, values[metric.name], "metric", metric.unit, metric.name)
    if resolved.query.compare is None:
        return
    for metric in resolved.metrics:
        base = _value(compared, resolved.terms[metric.name], columns)
        delta = exp.Sub(this=values[metric.name].copy(), expression=base.copy())
        name = metric.name + compared.suffix
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
