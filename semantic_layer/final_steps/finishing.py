"""`Finish`: what is done with the rows of a result once every group has its numbers.

Shares and ranks see all groups that were counted; conditions on metrics, the limit and the row of
the rest come after them, so that none of these changes a share or a place. Between `planner`, which
has the numbers, and `finished_select`, which writes the steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlglot import exp

from semantic_layer.final_steps.running import asked_periods, averages_periods
from semantic_layer.final_steps.shares import share_outputs, whole_sql
from semantic_layer.planning.query_plan import OTHERS, Finish, Output, Whole
from semantic_layer.planning.quotients import quotient
from semantic_layer.query import SemanticQuery
from semantic_layer.resolver import ResolvedQuery


def finish_of(
    resolved: ResolvedQuery,
    measured: tuple[Output, ...],
    values: Mapping[str, exp.Expr],
    whole: exp.Select | None,
) -> Finish | None:
    """How the measured rows are finished; None where they are the result as they stand.

    `values` are all computed metrics, those of `having` included; `whole` selects what shares are
    parts of, where that is not the sum of the groups.
    """
    query = resolved.query
    added = (*share_outputs(query, resolved.metrics), *_ranks(resolved))
    limited = query.limit is not None and (query.limit_within or query.others)
    if not (added or limited or averages_periods(query)):
        return None
    within = set(query.share_of.within) if query.share_of else set()
    keys = tuple(group.column for group in query.group_by if group.column in within)
    shown = {output.column for output in measured}
    carried = tuple(_carried(resolved)) if query.others else ()
    return Finish(
        hidden=tuple(
            Output(name, value, "metric") for name, value in values.items() if name not in shown
        ),
        asked=asked_periods(query, resolved.window),
        whole=Whole(whole, keys) if whole is not None else None,
        added=added,
        carried=carried,
        limit_within=query.limit_within,
        rest=tuple(_rest(resolved, (*measured, *added))) if query.others else (),
    )


def _ranks(resolved: ResolvedQuery) -> Iterator[Output]:
    """The place of each number within its group: equal numbers share one, no number has none."""
    query = resolved.query
    smallest_first = {order.name for order in query.order_by if not order.descending}
    for metric in resolved.metrics if query.ranks else ():
        number = exp.column(metric.name)
        is_largest_first = metric.name not in smallest_first
        ordered = exp.Ordered(this=number, desc=is_largest_first, nulls_first=False)
        place = exp.Window(
            this=exp.Rank(),
            partition_by=[exp.column(name) for name in query.limit_within],
            order=exp.Order(expressions=[ordered]),
        )
        there = exp.Not(this=exp.Is(this=number.copy(), expression=exp.Null()))
        value = exp.Case(ifs=[exp.If(this=there, true=place)])
        yield Output(f"{metric.name}__rank", value, "rank", None, metric.name)


def _carried(resolved: ResolvedQuery) -> Iterator[Output]:
    """The wholes, which the row of the rest divides its sums by."""
    query = resolved.query
    for metric in resolved.metrics if query.share_of else ():
        name = f"{metric.name}__whole"
        yield Output(name, whole_sql(query, metric), "metric", metric.unit, metric.name)


def _rest(resolved: ResolvedQuery, columns: tuple[Output, ...]) -> Iterator[Output]:
    """The row of the rest: sums of what adds up, everything else computed from sums again."""
    query = resolved.query
    for output in columns:
        match output.role:
            case "dimension" | "time" if output.column in query.limit_within:
                value: exp.Expr = exp.column(output.column)
            case "dimension" | "time":
                value = exp.Literal.string(OTHERS)
            case "metric":
                value = exp.Sum(this=exp.column(output.column))
            case "comparison":
                value = _compared(query, output, {one.column: one for one in columns})
            case "share":
                value = _share(query, output)
            case "rank":
                value = exp.Null()
        yield replace(output, value=value)


def _compared(query: SemanticQuery, output: Output, bases: Mapping[str, Output]) -> exp.Expr:
    """The base as a sum; the difference and the rate of two sums; nothing without a base."""
    base = f"{output.metric}__{query.compared_as}"
    if isinstance(bases[base].value, exp.Null):
        return exp.Null()
    before = exp.Sum(this=exp.column(base))
    if output.column == base:
        return before
    now = exp.Sum(this=exp.column(output.metric or ""))
    delta = exp.Sub(this=now, expression=before)
    if output.column == f"{base}__delta":
        return delta
    return quotient(exp.paren(delta, copy=False), before.copy())


def _share(query: SemanticQuery, output: Output) -> exp.Expr:
    """The sum over the whole; none where the rest lies in several wholes."""
    assert query.share_of is not None, "shares were asked for"
    if not set(query.share_of.within) <= set(query.limit_within):
        return exp.Null()
    total = exp.Sum(this=exp.column(output.metric or ""))
    return quotient(total, exp.Max(this=exp.column(f"{output.metric}__whole")))
