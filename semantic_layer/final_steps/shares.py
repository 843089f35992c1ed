"""Shares (占比): what each number is divided by, and where that whole comes from.

The whole of an additive metric is the sum of the groups beside it, a window function over the
result. Where the groups do not make the whole (conditions lifted by `beyond`; distinct counts, of
which one thing may be in several groups), the whole is a query of its own. Between `resolver`,
which asks for that query, and `finishing`, which writes the columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.final_steps import finishing_messages as messages
from semantic_layer.issues import Issue, nearest
from semantic_layer.model import Metric, SemanticModel, SimpleMetric
from semantic_layer.planning.query_plan import Output
from semantic_layer.planning.quotients import quotient
from semantic_layer.query import And, Filter, SemanticQuery
from semantic_layer.resolving.fields import field_of
from semantic_layer.resolving.filters import fields_of

WHOLE = "whole"


def share_issues(query: SemanticQuery, model: SemanticModel) -> Iterator[Issue]:
    """Why the asked shares cannot be told; names of metrics and dimensions are known to exist."""
    if query.share_of is None:
        return
    within, beyond = query.share_of.within, query.share_of.beyond
    if not query.group_by and not beyond:
        yield messages.share_of_nothing()
    columns = tuple(group.column for group in query.group_by)
    for name in within:
        if name not in columns:
            yield messages.share_field_unknown(name, nearest(name, columns) or columns)
    lifted = tuple(dict.fromkeys(field_of(name, model).name for name in fields_of(query.where)))
    for name in beyond:
        if name not in lifted:
            yield messages.share_field_unknown(name, nearest(name, lifted) or lifted)
    if set(beyond) <= set(lifted) and _mixes(query.where, beyond, model):
        yield messages.share_condition_mixed(beyond)
    for name in query.metrics:
        if not _has_parts(query, model, model.metrics[name]):
            yield messages.share_not_additive(
                model.metrics[name], _shareable(query, model, model.metrics[name])
            )


def share_notices(query: SemanticQuery, model: SemanticModel) -> Iterator[Issue]:
    """Notice: shares of distinct counts overlap."""
    if query.share_of is None or not query.group_by:
        return
    for name in query.metrics:
        if _counts_distinct(model.metrics[name]):
            yield messages.shares_overlap(model.metrics[name])


def whole_query(query: SemanticQuery, model: SemanticModel) -> SemanticQuery | None:
    """The query for the wholes that the groups do not add up to; None where they all do."""
    if query.share_of is None:
        return None
    apart = tuple(name for name in query.metrics if _is_apart(query, model.metrics[name]))
    if not apart:
        return None
    within = set(query.share_of.within)
    return SemanticQuery(
        metrics=apart,
        group_by=tuple(group for group in query.group_by if group.column in within),
        where=without_fields(query.where, query.share_of.beyond, model),
        time=query.time,
        running=query.running,
    )


def share_outputs(query: SemanticQuery, metrics: tuple[Metric, ...]) -> Iterator[Output]:
    """The share columns, over the columns of the metrics."""
    for metric in metrics if query.share_of else ():
        part = exp.column(metric.name)
        share = quotient(part, whole_sql(query, metric))
        yield Output(f"{metric.name}__share", share, "share", "ratio", metric.name)


def whole_sql(query: SemanticQuery, metric: Metric) -> exp.Expr:
    """What the numbers of a metric are divided by, seen from any of the groups."""
    assert query.share_of is not None, "wholes are for shares"
    if _is_apart(query, metric):
        return exp.column(metric.name, table=WHOLE)
    within = [exp.column(name) for name in query.share_of.within]
    return exp.Window(this=exp.Sum(this=exp.column(metric.name)), partition_by=within)


def adds_up(query: SemanticQuery, metric: Metric, kept: tuple[str, ...]) -> bool:
    """Whether the rows of a metric add up over all columns but `kept`.

    Levels and running numbers do at one moment, not over several; so do averages, which have other
    numbers of periods at other times.
    """
    is_plain = query.running is None and query.average_per is None
    if metric.additivity == "additive" and is_plain:
        return True
    if query.average_per is not None and metric.additivity != "additive":
        return False
    times = {group.column for group in query.group_by if group.is_time}
    return metric.additivity != "non_additive" and times <= set(kept)


def without_fields(
    condition: Filter | None, names: tuple[str, ...], model: SemanticModel
) -> Filter | None:
    """A filter without its conditions on the fields `names`; None if nothing is left."""
    if condition is None or not names:
        return condition
    if isinstance(condition, And):
        kept = [without_fields(part, names, model) for part in condition.parts]
        parts = tuple(part for part in kept if part is not None)
        return And(parts=parts) if parts else None
    return None if _fields(condition, model) & set(names) else condition


def _mixes(condition: Filter | None, names: tuple[str, ...], model: SemanticModel) -> bool:
    """Whether some condition joins the fields `names` to others by "or" or "not"."""
    if condition is None:
        return False
    if isinstance(condition, And):
        return any(_mixes(part, names, model) for part in condition.parts)
    fields = _fields(condition, model)
    return bool(fields & set(names)) and not fields <= set(names)


def _fields(condition: Filter, model: SemanticModel) -> set[str]:
    return {field_of(name, model).name for name in fields_of(condition)}


def _is_apart(query: SemanticQuery, metric: Metric) -> bool:
    assert query.share_of is not None, "wholes are for shares"
    return bool(query.share_of.beyond) or _counts_distinct(metric)


def _counts_distinct(metric: Metric) -> bool:
    is_simple = isinstance(metric, SimpleMetric) and metric.agg == "count_distinct"
    return is_simple and metric.additivity == "non_additive"


def _has_parts(query: SemanticQuery, model: SemanticModel, metric: Metric) -> bool:
    """Whether a number of the metric is a part of a whole at all."""
    assert query.share_of is not None, "wholes are for shares"
    if _counts_distinct(metric):
        return query.running is None
    if not adds_up(query, metric, query.share_of.within):
        return False
    # Which moment of a level counts depends on the rows that are left: the whole may have another.
    has_level = any(one.semi_additive for one in model.simple_metrics_of(metric.name))
    return not (has_level and query.share_of.beyond)


def _shareable(query: SemanticQuery, model: SemanticModel, metric: Metric) -> tuple[Metric, ...]:
    """What can be shared instead: the metric's own parts, else others of its dataset."""
    parts = tuple(model.simple_metrics_of(metric.name))
    datasets = {part.dataset for part in parts}
    beside = (
        one
        for one in model.metrics.values()
        if isinstance(one, SimpleMetric) and one.dataset in datasets
    )
    found = [one for one in parts if one is not metric and _has_parts(query, model, one)]
    found = found or [one for one in beside if _has_parts(query, model, one)]
    return tuple({one.name: one for one in found}.values())[:3]
