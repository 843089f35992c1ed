"""What can be asked: the metrics of each dataset, what they split by, and for which days.

For someone who does not know the words yet. Built from the definitions and from what is loaded, as
one role may see it; the examples are checked by `suggestions`. The clock is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.defining.catalogue import dimensions_of
from assistant.knowledge import Knowledge
from assistant.nearest.suggestions import questions_of_metric
from assistant.presentation.wording import field_label
from semantic_layer import DateRange, Language
from semantic_layer.datasets import Dataset
from semantic_layer.model import Metric


@dataclass(frozen=True)
class Subject:
    """A dataset with metrics that can be asked for now; `days` is what all its times cover."""

    name: str
    label: str
    metrics: tuple[str, ...]
    days: DateRange


@dataclass(frozen=True)
class Missing:
    """A dataset of which nothing is loaded, the export that would fill it, and its metrics."""

    label: str
    export: str
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Askable:
    """A metric in the reader's language, what splits it, and questions that are answered."""

    label: str
    description: str
    dimensions: tuple[str, ...]
    questions: tuple[str, ...]


def subjects(knowledge: Knowledge, language: Language) -> tuple[Subject, ...]:
    """The datasets of which something can be asked, in the order of the definitions."""
    found = (
        (dataset, _metrics_of(dataset, knowledge, is_loaded=True), _days(dataset, knowledge))
        for dataset in knowledge.model.datasets.values()
    )
    return tuple(
        Subject(
            dataset.name,
            dataset.label.in_(language),
            tuple(metric.name for metric in metrics),
            days,
        )
        for dataset, metrics, days in found
        if metrics and days is not None
    )


def missing(knowledge: Knowledge, language: Language) -> tuple[Missing, ...]:
    """The datasets whose metrics lack data, with the export that is missing."""
    found = (
        (dataset, _metrics_of(dataset, knowledge, is_loaded=False))
        for dataset in knowledge.model.datasets.values()
    )
    return tuple(
        Missing(
            dataset.label.in_(language),
            dataset.export_name.in_(language),
            tuple(metric.label.in_(language) for metric in metrics),
        )
        for dataset, metrics in found
        if metrics
    )


def askable(metric: str, knowledge: Knowledge, now: datetime, language: Language) -> Askable:
    """One metric that is loaded, with its examples."""
    model = knowledge.model
    known = model.metrics[metric]
    return Askable(
        label=known.label.in_(language),
        description=known.description.in_(language),
        dimensions=tuple(
            field_label(name, model, language)
            for name in dimensions_of(known, model)
            if knowledge.members.get(name) or model.dimensions[name].type == "time"
        ),
        questions=questions_of_metric(metric, knowledge, now, language),
    )


def _metrics_of(dataset: Dataset, knowledge: Knowledge, *, is_loaded: bool) -> tuple[Metric, ...]:
    """The metrics at home in a dataset: that of their first part."""
    wanted = knowledge.available.__contains__ if is_loaded else knowledge.lacks_data_of
    return tuple(
        metric
        for metric in knowledge.model.metrics.values()
        if wanted(metric.name) and _home(metric, knowledge) == dataset.name
    )


def _home(metric: Metric, knowledge: Knowledge) -> str:
    return next(iter(knowledge.model.simple_metrics_of(metric.name))).dataset


def _days(dataset: Dataset, knowledge: Knowledge) -> DateRange | None:
    """From the first to the last day that any time of the dataset covers."""
    table = knowledge.catalog.tables.get(dataset.source)
    covered = [one for days in table.coverage.values() for one in days] if table else []
    if not covered:
        return None
    return DateRange(min(one.start for one in covered), max(one.end for one in covered))
