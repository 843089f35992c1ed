"""The catalogue of governed metrics, as the command line and the metrics page list it."""

from __future__ import annotations

from typing import assert_never

from pydantic import BaseModel, ConfigDict

from assistant.knowledge import Knowledge
from assistant.presentation.presenting import definition_of
from semantic_layer import Language, QueryError, nearest, reachable_dimensions
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Metric,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
)
from semantic_layer.resolving.messages import unknown_metric


class CatalogueEntry(BaseModel):
    """One metric in the reader's language; `loaded` tells whether it can be answered now."""

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    description: str
    formula: str
    time_basis: str
    unit: str
    additivity: str
    good_direction: str
    owner: str
    status: str
    version: int
    synonyms: tuple[str, ...]
    dimensions: tuple[str, ...]
    place: str
    loaded: bool


def catalogue(
    knowledge: Knowledge, language: Language, name: str | None = None
) -> tuple[CatalogueEntry, ...]:
    """All metrics in the order of the definitions, or the one that goes by `name`.

    Raises:
        QueryError: there is no metric of that name; near ones are suggested.
    """
    metrics = knowledge.model.metrics
    if name is None:
        return tuple(_entry(metric, knowledge, language) for metric in metrics.values())
    called = {word: metric for metric in metrics.values() for word in _names(metric)}
    called |= metrics
    if name not in called:
        raise QueryError([unknown_metric(name, nearest(name, called))])
    return (_entry(called[name], knowledge, language),)


def _names(metric: Metric) -> tuple[str, ...]:
    return (metric.label.zh, metric.label.en, *metric.synonyms.all())


def _entry(metric: Metric, knowledge: Knowledge, language: Language) -> CatalogueEntry:
    definition = definition_of(metric, knowledge.model, language)
    return CatalogueEntry(
        **definition.model_dump(),
        formula=formula_of(metric),
        additivity=metric.additivity,
        synonyms=metric.synonyms.zh if language == "zh" else metric.synonyms.en,
        dimensions=dimensions_of(metric, knowledge.model),
        place=str(metric.place),
        loaded=metric.name in knowledge.available,
    )


def formula_of(metric: Metric) -> str:
    """The metric's calculation in one line."""
    match metric:
        case RatioMetric(numerator=numerator, denominator=denominator):
            return f"{numerator.metric} / {denominator.metric}"
        case DerivedMetric(formula=formula):
            return formula.sql(dialect="duckdb")
        case CumulativeMetric(input=used):
            return f"{used.metric}, accumulated"
        case ConversionMetric(base=base, conversion=conversion):
            return f"{conversion.metric} after {base.metric}"
        case SimpleMetric():
            text = f"{metric.agg}({metric.expr.sql(dialect='duckdb')}) of {metric.dataset}"
            if metric.filter is not None:
                text += f" where {metric.filter.sql(dialect='duckdb')}"
            return text
        case _:
            assert_never(metric)


def dimensions_of(metric: Metric, model: SemanticModel) -> tuple[str, ...]:
    """The dimensions that every part of the metric reaches."""
    parts = [
        reachable_dimensions(model, part.dataset) for part in model.simple_metrics_of(metric.name)
    ]
    return tuple(name for name in parts[0] if all(name in other for other in parts))
