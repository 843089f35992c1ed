"""The dimensions of a member that the asked numbers have: 杭州 is a city, or a warehouse.

Imports `sentence` and the joins of the semantic layer. Paid amounts know no warehouse, so there
杭州 is the city and nothing is asked; parcels know both, and the reader has to choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from assistant.linking.lexicon import readings_of
from assistant.outcome import Link, LinkKind
from assistant.question_parts.sentence import Sentence
from semantic_layer import SemanticModel
from semantic_layer.resolving.joins import ways_to


def with_reachable_members(
    sentence: Sentence, model: SemanticModel, shown: Iterable[str] = ()
) -> Sentence:
    """The sentence with members of several dimensions narrowed to those that a metric has.

    `shown` are the metrics of the question that this one follows; they count if none is named.
    """
    said = {
        name
        for index, link in enumerate(sentence.links)
        if sentence.is_metric_like(index)
        for name in _metrics_of(link, model)
    }
    metrics = said or set(shown)
    if not metrics:
        return sentence
    return replace(
        sentence, links=tuple(_narrowed(link, model, metrics) for link in sentence.links)
    )


def _metrics_of(link: Link, model: SemanticModel) -> Iterator[str]:
    if link.kind is LinkKind.metric:
        yield link.name
    elif link.kind is LinkKind.ambiguous_metric:
        yield from link.value
    else:
        facet = (link.kind.value, link.name)
        yield from (one.name for one in model.metrics.values() if facet in one.facets.items())


def _narrowed(link: Link, model: SemanticModel, metrics: Iterable[str]) -> Link:
    if link.kind is not LinkKind.member or "|" not in link.name:
        return link
    readings = readings_of(link.name, link.value)
    kept = {
        dimension: value
        for dimension, value in readings.items()
        if any(_reaches(model, metric, dimension) for metric in metrics)
    }
    if not kept or kept == readings:
        return link
    value = kept if len(kept) > 1 else next(iter(kept.values()))
    return link.model_copy(update={"name": "|".join(kept), "value": value})


def _reaches(model: SemanticModel, metric: str, dimension: str) -> bool:
    return all(ways_to(model, part.dataset, dimension) for part in model.simple_metrics_of(metric))
