"""What is known of a small shop in which every column is loaded: definitions, words, no rows."""

from __future__ import annotations

from datetime import date
from functools import cache

from assistant.knowledge import Knowledge, knowledge_of
from semantic_layer import Catalog, DateRange, SourceTable
from semantic_layer.access.role_access import rules_for, seen_by
from semantic_layer.model import Dataset
from semantic_layer.resolving.availability import columns_of, required_columns
from tests.assistant.shop_words import MEMBERS, shipped_model

LOADED = DateRange(date(2025, 1, 1), date(2026, 11, 24))


@cache
def shop_knowledge(*, loaded: bool = True) -> Knowledge:
    """The shipped definitions as the admin sees them, over a full catalog or an empty one."""
    model = shipped_model()
    sources = {one.source: _table(one) for one in model.datasets.values()} if loaded else {}
    catalog = Catalog(sources)
    bound = seen_by(rules_for(model, "admin"), model, catalog)
    return knowledge_of(bound, catalog, MEMBERS if loaded else {})


def _table(dataset: Dataset) -> SourceTable:
    model = shipped_model()
    metrics = [one for name in model.metrics for one in model.simple_metrics_of(name)]
    expressions = [
        *(one.expr for one in dataset.entities),
        *(one.expr for one in dataset.dimensions.values()),
    ]
    columns = {*columns_of(*expressions)}
    for metric in metrics:
        if metric.dataset == dataset.name:
            columns |= {*required_columns(model, metric)}
    return SourceTable(
        columns=dict.fromkeys(columns, "VARCHAR"),
        coverage=dict.fromkeys(columns, (LOADED,)),
    )
