"""What a definition file may say: the raw types of the YAML, every key of it and no other.

First stop of the definitions' own line: YAML → these types → `merging` → `model`. Names are still
text here, SQL fragments are unparsed, nothing is looked up. Imports only the vocabulary of `model`,
`query` and `issues`; docs/writing-metrics.md explains each key and a test holds it to that.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from semantic_layer.datasets import Region
from semantic_layer.issues import Text
from semantic_layer.loading.policy_entries import ENTRY_TYPES as ACCESS_ENTRIES
from semantic_layer.loading.policy_entries import AccessFile
from semantic_layer.loading.verified_entries import ENTRY_TYPES as VERIFIED_ENTRIES
from semantic_layer.loading.verified_entries import VerifiedFile
from semantic_layer.model import (
    Additivity,
    Aggregation,
    EntityType,
    GoodDirection,
    Status,
    Unit,
)
from semantic_layer.query import (
    And,
    Compare,
    CompareMetric,
    Filter,
    Grain,
    In,
    IsNull,
    Not,
    Or,
)

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
    order: tuple[Phrase, ...] = ()
    region: Region | None = None
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
    partition: bool = False


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


class PercentileEntry(_Entry):
    """Which percentile `agg: percentile` takes: interpolated, or a value that occurs."""

    fraction: float = Field(ge=0, le=1)
    discrete: bool = False


class SemiAdditiveEntry(_Entry):
    """The one moment of each period at which a level counts."""

    dimension: str
    choice: Literal["first", "last", "min", "max"]
    groupings: tuple[str, ...] = ()


class SimpleEntry(_MetricEntry):
    """One aggregate over the dataset of its file."""

    type: Literal["simple"]
    agg: Aggregation
    expr: Fragment
    filter: Fragment | None = None
    where: Filter | None = None
    agg_time_dimension: str
    substitute_for: tuple[str, ...] = ()
    percentile: PercentileEntry | None = None
    semi_additive: SemiAdditiveEntry | None = None
    fill_nulls_with: int | None = None
    quiet_periods: bool = True


class _UsedMetric(_Entry):
    metric: str
    where: Filter | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, value: Any) -> Any:
        return {"metric": value} if isinstance(value, str) else value


class InputEntry(_UsedMetric):
    """A metric as a ratio or a formula uses it; a bare name will do."""

    alias: str | None = None
    offset: Fragment | None = None
    to_grain: Grain | None = None


class RowsEntry(_UsedMetric):
    """A simple metric whose rows are accumulated or paired; a bare name will do."""


class RatioEntry(_MetricEntry):
    """One metric over another, which may live in other files."""

    type: Literal["ratio"]
    numerator: InputEntry
    denominator: InputEntry
    where: Filter | None = None


class DerivedEntry(_MetricEntry):
    """A formula over other metrics, each aggregated first."""

    type: Literal["derived"]
    expr: Fragment
    inputs: tuple[InputEntry, ...] = Field(min_length=1)
    where: Filter | None = None


class CumulativeEntry(_MetricEntry):
    """A simple metric accumulated over a window, since the start of a unit, or from the start."""

    type: Literal["cumulative"]
    input: RowsEntry
    window: Fragment | None = None
    to_date: str | None = None
    period_agg: Literal["first", "last", "average"] = "last"
    where: Filter | None = None


class ConstantEntry(_Entry):
    """A property of the base event that the conversion must share."""

    base: str
    conversion: str


class ConversionEntry(_MetricEntry):
    """Events of one metric that are followed by those of another, of the same entity."""

    type: Literal["conversion"]
    base: RowsEntry
    conversion: RowsEntry
    entity: str
    window: Fragment | None = None
    constant_properties: tuple[ConstantEntry, ...] = ()
    calculation: Literal["rate", "conversions"] = "rate"
    where: Filter | None = None


MetricEntry = Annotated[
    SimpleEntry | RatioEntry | DerivedEntry | CumulativeEntry | ConversionEntry,
    Field(discriminator="type"),
]


class ValidityEntry(_Entry):
    """The columns between which a row of a slowly changing table holds."""

    start: Fragment
    end: Fragment


class DatasetFile(_Entry):
    """A dataset with its keys, dimensions and metrics."""

    dataset: str
    source: str
    grain: str
    label: Text
    export_name: Text
    entities: tuple[EntityEntry, ...] = ()
    validity: ValidityEntry | None = None
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


class CalendarFile(_Entry):
    """The table that lists every day (or hour), and units of one's own, such as fiscal months."""

    calendar: str
    column: str
    grain: Grain = Grain.day
    units: dict[str, Fragment] = {}


def _only_text(value: Any) -> Any:
    """A bare number is no day; Pydantic would count it as seconds since 1970."""
    return str(value)


Day = Annotated[date, BeforeValidator(_only_text)]


class DaysEntry(_Entry):
    """A stretch of days; `last` belongs to it, and is `first` unless given."""

    first: Day
    last: Day | None = None


class OccurrenceEntry(DaysEntry):
    """An event in one year. `anchor` is the day that years are lined up by, `first` by default."""

    anchor: Day | None = None
    status: Literal["announced", "assumed"] = "announced"
    phases: dict[str, DaysEntry] = {}


class PhaseEntry(_Entry):
    """A named part of an event; with `is_anchor` it is the anchor of each year."""

    name: str
    label: Text
    synonyms: WordsEntry = WordsEntry()
    is_anchor: bool = False


class EventEntry(_Entry):
    """A promotion or holiday; an entry for a known name may leave its label out."""

    name: str
    label: Text | None = None
    synonyms: WordsEntry = WordsEntry()
    phases: tuple[PhaseEntry, ...] = ()
    years: dict[int, OccurrenceEntry] = {}


class EventsFile(_Entry):
    """Events of the calendar, year by year."""

    events: tuple[EventEntry, ...]


DefinitionFile = (
    DatasetFile | ExtensionFile | FacetsFile | CalendarFile | EventsFile | AccessFile | VerifiedFile
)

FILE_KINDS: dict[str, type[DefinitionFile]] = {
    "dataset": DatasetFile,
    "extends": ExtensionFile,
    "facets": FacetsFile,
    "calendar": CalendarFile,
    "events": EventsFile,
    "access_policy": AccessFile,
    "verified_questions": VerifiedFile,
}


def entry_types() -> tuple[type[BaseModel], ...]:
    """Every raw type that has keys of its own."""
    files = (DatasetFile, ExtensionFile, FacetsFile, CalendarFile, EventsFile)
    parts = (EntityEntry, CategoricalEntry, TimeEntry, ConformedEntry, FacetEntry, WordsEntry, Text)
    metrics = (SimpleEntry, RatioEntry, DerivedEntry, CumulativeEntry, ConversionEntry)
    inside = (PercentileEntry, SemiAdditiveEntry, InputEntry, RowsEntry, ConstantEntry)
    filters = (Compare, CompareMetric, In, IsNull, And, Or, Not)
    events = (EventEntry, PhaseEntry, OccurrenceEntry, DaysEntry)
    own = (*files, *parts, *metrics, *inside, ValidityEntry, *filters, *events)
    return (*own, *ACCESS_ENTRIES, *VERIFIED_ENTRIES)


def known_keys() -> tuple[str, ...]:
    """Every key that some definition file may hold, sorted.

    >>> "member_synonyms" in known_keys()
    True
    """
    return tuple(sorted({name for entry in entry_types() for name in entry.model_fields}))
