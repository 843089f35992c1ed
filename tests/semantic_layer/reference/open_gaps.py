"""Questions that the product answers in another way than it should, and knows of.

Each has a test in `tests/soundness` that is expected to fail; once it passes, the function here
goes and the reference takes over.
"""

from __future__ import annotations

from collections import defaultdict

from semantic_layer import SemanticQuery
from semantic_layer.model import CumulativeMetric, SimpleMetric
from semantic_layer.query import METRIC_TIME, Grain
from tests.semantic_layer.reference.conditions import fields_of
from tests.semantic_layer.reference.shop import Shop


def is_open(query: SemanticQuery, shop: Shop) -> bool:
    """Whether an answer to the query is known to differ from what it should be."""
    return _fills_unknown_parts(query, shop) or _shows_empty_groups(query, shop)


def _fills_unknown_parts(query: SemanticQuery, shop: Shop) -> bool:
    """Weekdays, or weeks beside longer periods, of which one metric knows days and another none."""
    times = [group for group in query.group_by if group.name == METRIC_TIME]
    grains = {group.grain for group in times if group.grain is not None}
    is_cut = any(group.part for group in times) or (Grain.week in grains and len(grains) > 1)
    parts = _parts(query, shop)
    known = {shop.covered[shop.model.datasets[one.dataset].source] for one in parts}
    runs = query.running or any(
        isinstance(shop.model.metrics[name], CumulativeMetric) for name in query.metrics
    )
    return is_cut and (len(known) > 1 or bool(runs))


def _shows_empty_groups(query: SemanticQuery, shop: Shop) -> bool:
    """Metrics with filters of their own share a scan, and none of them has rows in some group."""
    filters = defaultdict(set)
    for one in _parts(query, shop):
        filters[one.dataset, one.agg_time_dimension].add(one.filter)
    return bool(query.group_by) and any(
        len(found) > 1 and None not in found for found in filters.values()
    )


def _parts(query: SemanticQuery, shop: Shop) -> list[SimpleMetric]:
    names = (*query.metrics, *fields_of(query.having))
    return [part for name in names for part in shop.model.simple_metrics_of(name)]
