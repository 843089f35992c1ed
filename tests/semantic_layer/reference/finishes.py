"""Shares, ranks, top-N and the rest around a drawn query, where it can have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from semantic_layer import SemanticModel, SemanticQuery
from semantic_layer.model import Metric, SimpleMetric
from tests.semantic_layer.reference.conditions import fields_of


def can_run(model: SemanticModel, metrics: Sequence[str]) -> bool:
    """Whether the query can make running numbers of all metrics: rows that count once."""
    parts = [part for name in metrics for part in model.simple_metrics_of(name)]
    is_plain = all(model.metrics[name].type != "cumulative" for name in metrics)
    return is_plain and all(part.semi_additive is None for part in parts)


def finish(draw: st.DrawFn, model: SemanticModel, query: SemanticQuery) -> SemanticQuery:
    """The query with some of what can be made of its numbers."""
    metrics = [model.metrics[name] for name in query.metrics]
    columns = [group.column for group in query.group_by]
    added: dict[str, Any] = {}
    if len(columns) > 1 and query.limit is not None and draw(st.booleans()):
        names = st.lists(st.sampled_from(columns), min_size=1, max_size=len(columns) - 1)
        added["limit_within"] = tuple(dict.fromkeys(draw(names)))
    within = draw(st.lists(st.sampled_from(columns), unique=True)) if columns else []
    beyond = sorted(fields_of(query.where)) if draw(st.booleans()) else []
    has_share = query.running is None and all(map(_has_share, metrics)) and bool(columns or beyond)
    if has_share and _sometimes(draw):
        added["share_of"] = {"within": within, "beyond": beyond}
    if _sometimes(draw):
        added["ranks"] = True
    adds_up = query.running is None and all(one.additivity == "additive" for one in metrics)
    is_cut = query.limit is not None and bool(columns) and query.having is None
    if adds_up and is_cut and _sometimes(draw):
        added["others"] = True
    return SemanticQuery.model_validate({**query.model_dump(), **added})


def _has_share(metric: Metric) -> bool:
    """What adds up, and distinct counts, whose whole is a count of its own."""
    is_distinct = isinstance(metric, SimpleMetric) and metric.agg == "count_distinct"
    return metric.additivity == "additive" or is_distinct


def _sometimes(draw: st.DrawFn) -> bool:
    return draw(st.integers(0, 2)) == 1
