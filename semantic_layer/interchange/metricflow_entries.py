"""MetricFlow's YAML as raw types: every key that an entry may have, and no other.

Names are still text here and nothing is looked up. Keys that only describe (`config`, `tags`,
`exports`, …) are allowed and not kept; a key that nobody knows is an error, since it may have been
meant to change a number.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from semantic_layer.model import Aggregation
from semantic_layer.query import Grain


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, bool | int | float) else value


_Grain = Annotated[Grain, BeforeValidator(_lower)]
_Agg = Annotated[Aggregation, BeforeValidator(_lower)]
_Expr = Annotated[str, BeforeValidator(_text)]
Filters = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Described(_Entry):
    description: str | None = None
    label: str | None = None
    config: Any = None
    metadata: Any = None


class NodeRelation(_Entry):
    """A table; `alias` is its name."""

    alias: str
    schema_name: str | None = None
    database: str | None = None
    relation_name: str | None = None


class EntityEntry(_Described):
    """A key of a semantic model."""

    name: str
    type: Annotated[Literal["primary", "unique", "foreign", "natural"], BeforeValidator(_lower)]
    expr: _Expr | None = None
    role: str | None = None
    entity: str | None = None


class ValidityParams(_Entry):
    """Which end of a row's validity a time dimension is."""

    is_start: bool = False
    is_end: bool = False


class DimensionParams(_Entry):
    """The grain of a time dimension."""

    time_granularity: _Grain = Grain.day
    validity_params: ValidityParams = ValidityParams()


class DimensionEntry(_Described):
    """A dimension under its local name."""

    name: str
    type: Annotated[Literal["categorical", "time"], BeforeValidator(_lower)]
    expr: _Expr | None = None
    is_partition: bool = False
    datatype: Any = None
    type_params: DimensionParams | None = None


class PercentileParams(_Entry):
    """Which percentile."""

    percentile: float | None = None
    use_discrete_percentile: bool = False
    use_approximate_percentile: bool = False


class NonAdditiveDimension(_Entry):
    """The dimension over which a level is not summed."""

    name: str
    window_choice: Annotated[Literal["min", "max"], BeforeValidator(_lower)] = "min"
    window_groupings: tuple[str, ...] = ()


class _Aggregated(_Entry):
    agg: _Agg
    agg_params: PercentileParams | None = None
    agg_time_dimension: str | None = None
    non_additive_dimension: NonAdditiveDimension | None = None


class MeasureEntry(_Described, _Aggregated):
    """An aggregate of a semantic model."""

    name: str
    expr: _Expr | None = None
    create_metric: bool = False
    create_metric_display_name: str | None = None


class AggregationEntry(_Aggregated):
    """The newer form: a simple metric that is its own measure."""

    semantic_model: str
    expr: _Expr | None = None


class Defaults(_Entry):
    """What holds for every measure of a semantic model."""

    agg_time_dimension: str | None = None


class SemanticModelEntry(_Described):
    """A table with its keys, dimensions and measures."""

    name: str
    node_relation: NodeRelation
    defaults: Defaults | None = None
    primary_entity: str | None = None
    entities: tuple[EntityEntry, ...] = ()
    measures: tuple[MeasureEntry, ...] = ()
    dimensions: tuple[DimensionEntry, ...] = ()


class InputEntry(_Entry):
    """A measure or a metric as another metric uses it."""

    name: str
    filter: Filters = ()
    alias: str | None = None
    join_to_timespine: bool = False
    fill_nulls_with: int | None = None
    offset_window: str | None = None
    offset_to_grain: str | None = None


_Input = Annotated[InputEntry, BeforeValidator(_named)]


class ConstantProperty(_Entry):
    """A property that a conversion shares with the event before it."""

    base_property: str
    conversion_property: str


class ConversionParams(_Entry):
    """Two events and the entity that they share."""

    entity: str
    base_measure: _Input | None = None
    base_metric: _Input | None = None
    conversion_measure: _Input | None = None
    conversion_metric: _Input | None = None
    calculation: Annotated[Literal["conversion_rate", "conversions"], BeforeValidator(_lower)] = (
        "conversion_rate"
    )
    window: str | None = None
    constant_properties: tuple[ConstantProperty, ...] = ()


class CumulativeParams(_Entry):
    """Over which time a cumulative metric accumulates."""

    metric: _Input | None = None
    window: str | None = None
    grain_to_date: str | None = None
    period_agg: Annotated[Literal["first", "last", "average"], BeforeValidator(_lower)] = "first"


class MetricParams(_Entry):
    """What a metric is made of; which keys count depends on its type."""

    measure: _Input | None = None
    metric_aggregation_params: AggregationEntry | None = None
    join_to_timespine: bool = False
    fill_nulls_with: int | None = None
    numerator: _Input | None = None
    denominator: _Input | None = None
    expr: _Expr | None = None
    metrics: tuple[_Input, ...] = ()
    window: str | None = None
    grain_to_date: str | None = None
    cumulative_type_params: CumulativeParams | None = None
    conversion_type_params: ConversionParams | None = None
    input_measures: Any = None
    is_private: bool | None = None


class MetricEntry(_Described):
    """A metric of any type."""

    name: str
    type: Annotated[
        Literal["simple", "ratio", "derived", "cumulative", "conversion"],
        BeforeValidator(_lower),
    ]
    type_params: MetricParams
    filter: Filters = ()
    datatype: Any = None
    time_granularity: _Grain | None = None


class SavedQueryParams(_Entry):
    """The request that a saved query stands for."""

    metrics: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    where: Filters = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None


class SavedQueryEntry(_Described):
    """A request under a name."""

    name: str
    query_params: SavedQueryParams
    exports: Any = None
    tags: Any = None


class PrimaryColumn(_Entry):
    """The column of a calendar table that holds the moments."""

    name: str
    time_granularity: _Grain


class CustomUnit(_Entry):
    """A unit of time of the model's own, in a column of the calendar table."""

    name: str
    column_name: str | None = None


class TimeSpine(_Entry):
    """A calendar table."""

    node_relation: NodeRelation
    primary_column: PrimaryColumn
    custom_granularities: tuple[CustomUnit, ...] = ()


class ConfigurationEntry(_Entry):
    """What holds for a whole project."""

    time_spines: tuple[TimeSpine, ...] = ()
    time_spine_table_configurations: Any = None
    dsi_package_version: Any = None
    metadata: Any = None
