"""Chips of the metrics: the other readings of the same word, then what is near, then more."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.chips.chip import Chip, Editing
from assistant.follow_ups.plan_edits import with_metrics
from assistant.knowledge import Knowledge
from assistant.presentation.finish_wording import metric_label
from assistant.presentation.wording import field_label
from semantic_layer import Text
from semantic_layer.model import Metric

_LABEL = Text(zh="指标", en="metric")
_MOST_RELATED = 8
_MOST_METRICS = 4


def metric_chips(editing: Editing) -> Iterator[Chip]:
    """One chip a metric, and one that adds another."""
    query, model = editing.query, editing.knowledge.model
    for at, name in enumerate(query.metrics):
        others = (*query.metrics[:at], *query.metrics[at + 1 :])
        swaps = (
            (
                field_label(near, model, editing.language),
                with_metrics(query, (*query.metrics[:at], near, *query.metrics[at + 1 :])),
            )
            for near in related_metrics(name, editing.knowledge)
            if near not in query.metrics
        )
        yield Chip(
            kind="metric",
            label=editing.say(_LABEL),
            text=metric_label(model.metrics[name], query, editing.language),
            is_changed=editing.before is not None and name not in editing.before.metrics,
            alternatives=tuple(editing.offers(swaps)),
            without=editing.kept(with_metrics(query, others)) if others else None,
        )
    yield from _more(editing)


def _more(editing: Editing) -> Iterator[Chip]:
    query, model = editing.query, editing.knowledge.model
    if not 0 < len(query.metrics) < _MOST_METRICS:
        return
    added = (
        (field_label(name, model, editing.language), with_metrics(query, (*query.metrics, name)))
        for name in related_metrics(query.metrics[0], editing.knowledge)
        if name not in query.metrics
    )
    offered = tuple(editing.offers(added, "add"))
    if offered:
        yield Chip("metric", editing.say(_LABEL), "", alternatives=offered)


def related_metrics(name: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The loaded metrics nearest in meaning: a shared word, then a shared event, then the dataset.

    The order within each is that of the definitions.
    """
    metric = knowledge.model.metrics[name]
    ranked = sorted(
        (_distance(metric, other, knowledge), place, other.name)
        for place, other in enumerate(knowledge.model.metrics.values())
        if other.name != name and other.name in knowledge.available
    )
    near = tuple(found for distance, _, found in ranked if distance < _FAR)
    return near[:_MOST_RELATED]


_FAR = 4


def _distance(one: Metric, other: Metric, knowledge: Knowledge) -> int:
    if not set(one.ambiguous_terms.all()).isdisjoint(other.ambiguous_terms.all()):
        return 0
    shared = sum(other.facets.get(kind) == name for kind, name in one.facets.items())
    if shared:
        return 3 - min(shared, 2)
    return 3 if _datasets(one, knowledge) & _datasets(other, knowledge) else _FAR


def _datasets(metric: Metric, knowledge: Knowledge) -> set[str]:
    return {part.dataset for part in knowledge.model.simple_metrics_of(metric.name)}
