"""What shares, ranks, top-N and the rest ask of a query, checked before anything is planned.

Part of `resolver`; the rules of shares and of running numbers stand beside what they do.
"""

from __future__ import annotations

from collections.abc import Iterator

from semantic_layer.final_steps import finishing_messages as messages
from semantic_layer.final_steps.shares import adds_up, share_issues
from semantic_layer.issues import Issue, nearest
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery


def finishing_issues(query: SemanticQuery, model: SemanticModel) -> Iterator[Issue]:
    """Why the result cannot be finished as asked; names are known to exist."""
    averaged = query.average_per is not None
    wants_metric = query.share_of or query.running or averaged or query.ranks or query.others
    if wants_metric and not query.metrics:
        yield messages.metric_needed()
        return
    yield from share_issues(query, model)
    yield from _limit_issues(query)
    yield from _others_issues(query, model)


def finished_columns(query: SemanticQuery) -> tuple[str, ...]:
    """The columns of shares and ranks, by which a query may be sorted."""
    shares = (f"{name}__share" for name in query.metrics if query.share_of)
    ranks = (f"{name}__rank" for name in query.metrics if query.ranks)
    return (*shares, *ranks)


def _limit_issues(query: SemanticQuery) -> Iterator[Issue]:
    columns = tuple(group.column for group in query.group_by)
    for name in query.limit_within:
        if name not in columns:
            yield messages.limit_within_unknown(name, nearest(name, columns) or columns)
    if query.limit_within and query.limit is None and not query.ranks:
        yield messages.limit_within_needs_limit()
    if columns and set(columns) <= set(query.limit_within):
        yield messages.limit_within_everything()


def _others_issues(query: SemanticQuery, model: SemanticModel) -> Iterator[Issue]:
    if not query.others:
        return
    if query.limit is None or not query.group_by:
        yield messages.others_need_limit()
    if query.having is not None:
        yield messages.others_with_having()
    for name in query.metrics:
        metric = model.metrics[name]
        if metric.additivity != "additive" or not adds_up(query, metric, query.limit_within):
            yield messages.others_not_additive(metric)
