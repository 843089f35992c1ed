"""What a definition file may say: the raw types of the YAML, every key of it and no other.

First stop of the definitions' own line: YAML → these types → `merging` → `model`. Names are still
text here, SQL fragments are unparsed, nothing is looked up. Imports only the vocabulary of `model`,
`query` and `issues`; docs/writing-metrics.md explains each key and a test holds it to that.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from semantic_layer.issues import Text
from semantic_layer.model import (
    Additivity,
    Aggregation,
    EntityType,
    GoodDirection,
    Status,
    Unit,
)
from semantic_layer.query import Grain

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Fragment = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WordsEntry(_Entry):
    """Other words for a name, by language."""

    zh: tuple[Phrase, ...] = ()
    en: tuple[Phrase, ...] = ()


class EntityEntry(_Entry):
    """A key; `expr` is the column of the same name unless given."""

    name: str
    type: EntityType
    expr: Fragment | None = None


class CategoricalEntry(_Entry):
    """A dimension with members."""

    type: Literal["categorical"]
    name: str
    label: Text
    description: Text | None = None
    expr: Fragment | None = None
    synonyms: WordsEntry = WordsEntry()
    member_synonyms: dict[str, tuple[Phrase, ...]] = {}
    personal: bool = False


class TimeEntry(_Entry):
    """A dimension of time; `grain` is the finest that may be asked for."""

    type: Literal["time"]
    name: str
    label: Text
    description: Text | None = None
    expr: Fragment | None = None
    synonyms: WordsEntry = WordsEntry()
    grain: Grain


class ConformedEntry(_Entry):
    """The dimension of this name in dataset `conforms_to`, in a column of this dataset's own."""

    type: Literal["conformed"]
    name: str
    conforms_to: str
    expr: Fragment | None = None


DimensionEntry = Annotated[
    CategoricalEntry | TimeEntry | ConformedEntry, Field(discriminator="type")
]


class _MetricEntry(_Entry):
    name: str
    label: Text
    description: Text
    synonyms: WordsEntry = WordsEntry()
    ambiguous_terms: WordsEntry = WordsEntry()
    facets: dict[str, str] = {}
    unit: Unit
    additivity: Additivity
    good_direction: GoodDirection = "neutral"
    owner: str
    status: Status
    version: int = Field(ge=1)


class SimpleEntry(_MetricEntry):
    """One aggregate over the dataset of its file."""

    type: Literal["simple"]
    agg: Aggregation
    expr: Fragment
    filter: Fragment | None = None
    agg_time_dimension: str
    substitute_for: tuple[str, ...] = ()


class RatioEntry(_MetricEntry):
    """One metric over another, which may live in other files."""

    type: Literal["ratio"]
    numerator: str
    denominator: str


MetricEntry = Annotated[SimpleEntry | RatioEntry, Field(discriminator="type")]


class DatasetFile(_Entry):
    """A dataset with its keys, dimensions and metrics."""

    dataset: str
    source: str
    grain: str
    label: Text
    export_name: Text
    entities: tuple[EntityEntry, ...] = ()
    dimensions: tuple[DimensionEntry, ...] = ()
    metrics: tuple[MetricEntry, ...] = ()


class ExtensionFile(_Entry):
    """Further dimensions and metrics of a dataset that another folder or file defines."""

    extends: str
    dimensions: tuple[DimensionEntry, ...] = ()
    metrics: tuple[MetricEntry, ...] = ()


class FacetEntry(_Entry):
    """One side of a metric's meaning and the words for it."""

    kind: Literal["event", "quantity"]
    name: str
    label: Text
    synonyms: WordsEntry = WordsEntry()


class FacetsFile(_Entry):
    """The facets that metrics may carry."""

    facets: tuple[FacetEntry, ...]


DefinitionFile = DatasetFile | ExtensionFile | FacetsFile

FILE_KINDS: dict[str, type[DatasetFile] | type[ExtensionFile] | type[FacetsFile]] = {
    "dataset": DatasetFile,
    "extends": ExtensionFile,
    "facets": FacetsFile,
}


def entry_types() -> tuple[type[BaseModel], ...]:
    """Every raw type that has keys of its own."""
    return (
        DatasetFile,
        ExtensionFile,
        FacetsFile,
        EntityEntry,
        CategoricalEntry,
        TimeEntry,
        ConformedEntry,
        SimpleEntry,
        RatioEntry,
        FacetEntry,
        WordsEntry,
        Text,
    )


def known_keys() -> tuple[str, ...]:
    """Every key that some definition file may hold, sorted.

    >>> "member_synonyms" in known_keys()
    True
    """
    return tuple(sorted({name for entry in entry_types() for name in entry.model_fields}))
