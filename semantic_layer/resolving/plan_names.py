"""The names of a plan that a model does not define.

What can be said of a plan without data and without a clock; `resolver` says the rest. Used where
plans are written down for later: verified questions, question sets.
"""

from __future__ import annotations

from collections.abc import Iterator

from semantic_layer.model import SemanticModel
from semantic_layer.query import EventComparison, EventTime, SemanticQuery
from semantic_layer.resolving.fields import field_of, grouped_field, is_known
from semantic_layer.resolving.filters import fields_of


def unknown_names(query: SemanticQuery, model: SemanticModel) -> tuple[str, ...]:
    """Metrics, dimensions and events of `query` that `model` lacks, each once.

    >>> from semantic_layer.loader import load_model
    >>> unknown_names(SemanticQuery(metrics=("profit", "paid_orders")), load_model())
    ('profit',)
    """
    return tuple(dict.fromkeys(_unknown(query, model)))


def _unknown(query: SemanticQuery, model: SemanticModel) -> Iterator[str]:
    yield from (name for name in query.metrics if name not in model.metrics)
    for group in query.group_by:
        name = grouped_field(group, model).name
        if not is_known(name, model):
            yield name
    for text in fields_of(query.where):
        name = field_of(text, model).name
        if not is_known(name, model) and name not in model.metrics:
            yield name
    for text in fields_of(query.having):
        if text.partition("__")[0] not in model.metrics:
            yield text
    events = [one.event for one in (query.time, query.compare) if isinstance(one, _WITH_EVENT)]
    yield from (event for event in events if event not in model.events)


_WITH_EVENT = (EventTime, EventComparison)
