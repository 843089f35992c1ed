"""`SemanticModel`: the governed definitions, loaded and parsed.

Built by `loader` only; everything below may trust it. SQL fragments are sqlglot trees here (parsed
once, never text again), and each definition knows the file and line that it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from semantic_layer.issues import Text
from semantic_layer.query import Grain

Aggregation = Literal["sum", "count", "count_distinct", "average", "min", "max"]
Additivity = Literal["additive", "semi_additive", "non_additive"]
Unit = Literal["count", "CNY", "ratio", "days", "score"]
GoodDirection = Literal["up", "down", "neutral"]
Status = Literal["draft", "in_review", "certified", "deprecated"]
EntityType = Literal["primary", "unique", "foreign"]
DimensionType = Literal["categorical", "time"]


@dataclass(frozen=True)
class Words:
    """Other words for a name, by language, in the order of the definition."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def all(self) -> tuple[str, ...]:
        """The words of both languages."""
        return self.zh + self.en


@dataclass(frozen=True)
class Place:
    """Where a definition stands, for error messages."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Entity:
    """A key of a dataset; a foreign one leads to the dataset where it is primary."""

    name: str
    type: EntityType
    expr: exp.Expr


@dataclass(frozen=True)
class Dimension:
    """Something to group and filter by. `personal` ones name a person and are never shown.

    `conforms_to` names the dataset in which the same dimension, with the same members, is at home;
    it is None there.
    """

    name: str
    dataset: str
    type: DimensionType
    expr: exp.Expr
    label: Text
    description: Text
    synonyms: Words
    member_synonyms: Mapping[str, tuple[str, ...]]
    grain: Grain | None
    personal: bool
    place: Place
    conforms_to: str | None = None


@dataclass(frozen=True)
class Dataset:
    """One table of the warehouse, the facts or things in it, and its keys."""

    name: str
    source: str
    grain: str
    label: Text
    export_name: Text
    entities: tuple[Entity, ...]
    dimensions: Mapping[str, Dimension]
    place: Place

    @property
    def primary_entity(self) -> Entity | None:
        """The entity that identifies a row, if the dataset has one."""
        return next((entity for entity in self.entities if entity.type == "primary"), None)


@dataclass(frozen=True)
class _Governed:
    """What every metric carries, whatever its kind."""

    name: str
    label: Text
    description: Text
    synonyms: Words
    ambiguous_terms: Words
    facets: Mapping[str, str]
    unit: Unit
    additivity: Additivity
    good_direction: GoodDirection
    owner: str
    status: Status
    version: int
    place: Place


@dataclass(frozen=True)
class SimpleMetric(_Governed):
    """One aggregate over one dataset, dated by the time dimension `agg_time_dimension`.

    `substitute_for` names metrics in whose place this one is offered, openly, when their data are
    not loaded: it differs from them in its time basis only.
    """

    dataset: str
    agg: Aggregation
    expr: exp.Expr
    filter: exp.Expr | None
    agg_time_dimension: str
    substitute_for: tuple[str, ...] = ()
    type: Literal["simple"] = "simple"


@dataclass(frozen=True)
class RatioMetric(_Governed):
    """One metric over another, each aggregated first; NULL where the denominator is 0 or NULL."""

    numerator: str
    denominator: str
    type: Literal["ratio"] = "ratio"


Metric = SimpleMetric | RatioMetric


@dataclass(frozen=True)
class Facet:
    """A word for one side of a metric's meaning: an event (placed, paid) or a quantity (orders)."""

    kind: str
    name: str
    label: Text
    synonyms: Words


@dataclass(frozen=True)
class SemanticModel:
    """All definitions by name. A dimension is at home in one dataset; others may conform to it."""

    datasets: Mapping[str, Dataset]
    metrics: Mapping[str, Metric]
    facets: tuple[Facet, ...] = ()
    dimensions: Mapping[str, Dimension] = field(init=False)

    def __post_init__(self) -> None:
        merged = {
            name: dimension
            for dataset in self.datasets.values()
            for name, dimension in dataset.dimensions.items()
            if dimension.conforms_to is None
        }
        object.__setattr__(self, "dimensions", merged)

    def simple_metrics_of(self, name: str) -> Iterator[SimpleMetric]:
        """The simple metrics that a metric is made of, itself included; depth first."""
        metric = self.metrics[name]
        if isinstance(metric, SimpleMetric):
            yield metric
            return
        yield from self.simple_metrics_of(metric.numerator)
        yield from self.simple_metrics_of(metric.denominator)
