"""`SemanticModel`: the governed definitions, loaded and parsed.

Built by `loader` only; everything below may trust it. SQL fragments are sqlglot trees here (parsed
once, never text again), and each definition knows the file and line that it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, assert_never

from sqlglot import exp

from semantic_layer.access.access_policy import Access, AccessPolicy
from semantic_layer.datasets import Dataset as Dataset
from semantic_layer.datasets import Dimension as Dimension
from semantic_layer.datasets import DimensionType as DimensionType
from semantic_layer.datasets import Entity as Entity
from semantic_layer.datasets import EntityType as EntityType
from semantic_layer.datasets import Place as Place
from semantic_layer.datasets import Validity as Validity
from semantic_layer.datasets import Words as Words
from semantic_layer.events import Event
from semantic_layer.issues import Text
from semantic_layer.query import Filter, Grain
from semantic_layer.resolving.join_graph import JoinGraph
from semantic_layer.verified_questions import VerifiedQuestion

Aggregation = Literal[
    "sum",
    "sum_boolean",
    "count",
    "count_distinct",
    "average",
    "median",
    "percentile",
    "min",
    "max",
]
Additivity = Literal["additive", "semi_additive", "non_additive"]
Unit = Literal["count", "CNY", "ratio", "days", "score"]
GoodDirection = Literal["up", "down", "neutral"]
Status = Literal["draft", "in_review", "certified", "deprecated"]


@dataclass(frozen=True)
class _Governed:
    """What every metric carries, whatever its kind."""

    name: str
    label: Text
    description: Text
    synonyms: Words
    ambiguous_terms: Words
    facets: Mapping[str, str] = field(hash=False)
    unit: Unit
    additivity: Additivity
    good_direction: GoodDirection
    owner: str
    status: Status
    version: int
    place: Place


@dataclass(frozen=True)
class Span:
    """A stretch of time: 7 days, one month, one unit of a grain of the model's own."""

    count: int
    unit: Grain | str


@dataclass(frozen=True)
class MetricInput:
    """A metric as another one uses it: under a name, filtered, from another time.

    `offset` is the value that long ago, `to_grain` the value at the start of the unit. Each moment
    looks back; with `keeps_rows`, over periods longer than a moment, each row is moved forward
    instead, so that it counts once whatever the lengths of the months.
    """

    metric: str
    alias: str | None = None
    where: Filter | None = None
    offset: Span | None = None
    to_grain: Grain | None = None
    keeps_rows: bool = False

    @property
    def name(self) -> str:
        """The name that the formula uses."""
        return self.alias or self.metric


@dataclass(frozen=True)
class Percentile:
    """Which percentile: interpolated, a value that occurs (`discrete`), or estimated."""

    fraction: float
    discrete: bool = False
    approximate: bool = False


@dataclass(frozen=True)
class SemiAdditive:
    """A level, such as stock: summed over everything but `dimension`, of which one moment counts.

    `choice` is that moment, the first or the last one, in each period and for each of `groupings`.
    `before_filters` chooses it among all rows of the metric, so that a group and a filter to that
    group agree; otherwise it is chosen among the rows that the asker's filters leave.
    """

    dimension: str
    choice: Literal["min", "max"]
    groupings: tuple[str, ...] = ()
    before_filters: bool = False


@dataclass(frozen=True)
class SimpleMetric(_Governed):
    """One aggregate over one dataset, dated by the time dimension `agg_time_dimension`.

    `filter` is a condition on the dataset's own columns, `where` one on dimensions it reaches.
    `substitute_for` names metrics in whose place this one is offered, openly, when their data are
    not loaded: it differs from them in its time basis only. `quiet_periods` adds the periods in
    which nothing happened; `fill` is the value of a covered period without rows.
    """

    dataset: str
    agg: Aggregation
    expr: exp.Expr
    filter: exp.Expr | None
    agg_time_dimension: str
    substitute_for: tuple[str, ...] = ()
    where: Filter | None = None
    percentile: Percentile | None = None
    semi_additive: SemiAdditive | None = None
    quiet_periods: bool = True
    fill: int | None = None
    type: Literal["simple"] = "simple"


@dataclass(frozen=True)
class RatioMetric(_Governed):
    """One metric over another, each aggregated first; NULL where the denominator is 0 or NULL."""

    numerator: MetricInput
    denominator: MetricInput
    where: Filter | None = None
    type: Literal["ratio"] = "ratio"


@dataclass(frozen=True)
class DerivedMetric(_Governed):
    """A formula over other metrics, each aggregated first; its columns are the inputs' names."""

    formula: exp.Expr
    inputs: tuple[MetricInput, ...]
    where: Filter | None = None
    type: Literal["derived"] = "derived"


@dataclass(frozen=True)
class CumulativeMetric(_Governed):
    """A metric accumulated over a trailing `window`, since the start of a unit, or over all time.

    Seen at a coarser grain than that of its own time, it is the first, last or average value of the
    period.
    """

    input: MetricInput
    window: Span | None = None
    to_date: Grain | str | None = None
    period_agg: Literal["first", "last", "average"] = "first"
    where: Filter | None = None
    type: Literal["cumulative"] = "cumulative"


@dataclass(frozen=True)
class ConversionMetric(_Governed):
    """How many events of `base` were followed by one of `conversion` of the same entity.

    A conversion belongs to the last base event before it, within `window` and with equal
    `constants` (pairs of a property of the base and one of the conversion). `before_filters` pairs
    all events before the asker's days and filters, so that a group and a filter to that group
    agree; otherwise the last base event is one of those that the filters leave.
    """

    base: MetricInput
    conversion: MetricInput
    entity: str
    window: Span | None = None
    constants: tuple[tuple[str, str], ...] = ()
    calculation: Literal["rate", "conversions"] = "rate"
    before_filters: bool = False
    where: Filter | None = None
    type: Literal["conversion"] = "conversion"


Metric = SimpleMetric | RatioMetric | DerivedMetric | CumulativeMetric | ConversionMetric


def inputs_of(metric: Metric) -> tuple[MetricInput, ...]:
    """The metrics that a metric is made of; a simple one is made of none."""
    match metric:
        case SimpleMetric():
            return ()
        case RatioMetric(numerator=numerator, denominator=denominator):
            return numerator, denominator
        case DerivedMetric(inputs=inputs):
            return inputs
        case CumulativeMetric(input=one):
            return (one,)
        case ConversionMetric(base=base, conversion=conversion):
            return base, conversion
        case _:
            assert_never(metric)


@dataclass(frozen=True)
class Facet:
    """A word for one side of a metric's meaning: an event (placed, paid) or a quantity (orders)."""

    kind: str
    name: str
    label: Text
    synonyms: Words


@dataclass(frozen=True)
class CalendarTable:
    """A table with one row a unit of `grain`, and columns or expressions for units of one's own.

    A value of such a unit names one stretch of time: "2025-P03", never "P03" of every year.
    """

    source: str
    column: str
    grain: Grain
    units: Mapping[str, str | exp.Expr] = field(default_factory=dict)
    place: Place | None = None

    def unit_expr(self, unit: str) -> exp.Expr:
        """The unit that holds a row's moment, over the columns of the table."""
        value = self.units[unit]
        return exp.column(value) if isinstance(value, str) else value.copy()


SHOP_CALENDAR = CalendarTable("mart.calendar", "day", Grain.day)


@dataclass(frozen=True)
class SemanticModel:
    """All definitions by name. A dimension is at home in one dataset; others may conform to it.

    `default_grains` says of some metrics at which grain their time is seen unless one is named.
    With `keeps_quiet_periods` a period in which nothing happened is shown beside other dimensions,
    too; they are empty in it. So are base events of which none was converted. `access` binds
    the model to what one role may read of it (`role_access`).
    """

    datasets: Mapping[str, Dataset]
    metrics: Mapping[str, Metric]
    facets: tuple[Facet, ...] = ()
    calendars: tuple[CalendarTable, ...] = (SHOP_CALENDAR,)
    default_grains: Mapping[str, Grain] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    verified_questions: tuple[VerifiedQuestion, ...] = ()
    keeps_quiet_periods: bool = False
    access_policy: AccessPolicy | None = None
    access: Access | None = None
    dimensions: Mapping[str, Dimension] = field(init=False)

    def __post_init__(self) -> None:
        merged = {
            name: dimension
            for dataset in self.datasets.values()
            for name, dimension in dataset.dimensions.items()
            if dimension.conforms_to is None
        }
        object.__setattr__(self, "dimensions", merged)

    @cached_property
    def join_graph(self) -> JoinGraph:
        """The ways from each dataset to the dimensions, found once for each."""
        return JoinGraph(self.datasets)

    def simple_metrics_of(self, name: str) -> Iterator[SimpleMetric]:
        """The simple metrics that a metric is made of, itself included; depth first."""
        metric = self.metrics[name]
        if isinstance(metric, SimpleMetric):
            yield metric
        for part in inputs_of(metric):
            yield from self.simple_metrics_of(part.metric)

    def find_dimension(self, name: str) -> tuple[tuple[str, ...], Dimension] | None:
        """The dimension called `name`, and the entities that lead to it, if the name says them.

        "listing__user__home_state" is "user__home_state", reached through "listing".
        """
        words = name.split("__")
        for start in range(len(words)):
            dimension = self.dimensions.get("__".join(words[start:]))
            if dimension is not None:
                return tuple(words[:start]), dimension
        return None

    def calendar_of(self, grain: Grain) -> CalendarTable | None:
        """The calendar table of that grain."""
        return next((table for table in self.calendars if table.grain is grain), None)

    def own_unit(self, unit: str) -> CalendarTable | None:
        """The calendar table that defines a unit of the model's own."""
        return next((table for table in self.calendars if unit in table.units), None)
