"""A folder of MetricFlow definitions (semantic models, measures, metrics) → `SemanticModel`.

Names keep their meaning there: a dimension is called after its dataset's entity
("listing__country_latest"), an entity is a dimension of its own name, a measure becomes a simple
metric. MetricFlow fills no gaps unless told to, so neither do the metrics that come from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from semantic_layer.interchange.metricflow_checks import check
from semantic_layer.interchange.metricflow_entries import (
    AggregationEntry,
    ConfigurationEntry,
    ConversionParams,
    CumulativeParams,
    InputEntry,
    MeasureEntry,
    MetricEntry,
    MetricParams,
    SavedQueryEntry,
    SavedQueryParams,
    SemanticModelEntry,
)
from semantic_layer.interchange.metricflow_files import Document, entries_of, read_documents
from semantic_layer.interchange.metricflow_parts import (
    both_of,
    calendar_of,
    conformed,
    dataset_of,
    filter_of,
    fragment_of,
    governed_of,
    input_of,
    problem_of,
    span_of,
    unit_of,
)
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    Dataset,
    DerivedMetric,
    Metric,
    MetricInput,
    Percentile,
    Place,
    RatioMetric,
    SemanticModel,
    SemiAdditive,
    SimpleMetric,
)
from semantic_layer.query import Filter

# MetricFlow's names hold no double underscore, so that no metric of the author's can meet this one.
MEASURE_PREFIX = "measure__"

_Part = TypeVar("_Part")


def load_metricflow(folder: Path, shared: Path | None = None) -> SemanticModel:
    """The semantic model of a folder, and of a project configuration in `shared` if it has none.

    Raises:
        DefinitionError: with each thing that is wrong or not supported, by name and place.
    """
    documents = read_documents(folder)
    if shared is not None and not has_configuration(documents):
        documents += read_documents(shared)
    model = _Import(documents).model()
    check(model)
    return model


def has_configuration(documents: Sequence[Document]) -> bool:
    """Whether the calendar tables are among the definitions."""
    return any(True for _ in entries_of(documents, ConfigurationEntry))


def saved_queries(folder: Path) -> dict[str, SavedQueryParams]:
    """The saved queries of a folder by name."""
    documents = read_documents(folder)
    return {entry.name: entry.query_params for entry, _ in entries_of(documents, SavedQueryEntry)}


class _Import:
    """Collects datasets and measures first, then the metrics over them."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._datasets: dict[str, Dataset] = {}
        self._defaults: dict[str, str | None] = {}
        self._measures: dict[str, SimpleMetric] = {}
        self._metrics: dict[str, Metric] = {}

    def model(self) -> SemanticModel:
        models = list(entries_of(self._documents, SemanticModelEntry))
        for entry, place in models:
            self._datasets[entry.name] = dataset_of(entry, place)
            self._defaults[entry.name] = (
                entry.defaults.agg_time_dimension if entry.defaults else None
            )
        for entry, place in models:
            for measure in entry.measures:
                self._measure(entry.name, measure, place)
        metrics = list(entries_of(self._documents, MetricEntry))
        for metric, place in metrics:
            self._metrics[metric.name] = self._metric(metric, place)
        return SemanticModel(
            datasets=conformed(self._datasets),
            metrics={one.name: one for one in (*self._measures.values(), *self._metrics.values())},
            keeps_quiet_periods=True,
            calendars=tuple(
                calendar_of(spine)
                for entry, _ in entries_of(self._documents, ConfigurationEntry)
                for spine in entry.time_spines
            ),
            default_grains={
                metric.name: metric.time_granularity
                for metric, _ in metrics
                if metric.time_granularity
            },
        )

    def _measure(self, dataset: str, entry: MeasureEntry, place: Place) -> None:
        described = governed_of(MEASURE_PREFIX + entry.name, entry.label, entry.description, place)
        expr = entry.expr or entry.name
        metric = self._aggregate(described, dataset, expr, entry, place)
        self._measures[entry.name] = metric
        if entry.create_metric:
            self._metrics[entry.name] = replace(metric, name=entry.name)

    def _aggregate(
        self,
        described: dict[str, Any],
        dataset_name: str,
        expr: str,
        entry: MeasureEntry | AggregationEntry,
        place: Place,
    ) -> SimpleMetric:
        dataset = self._datasets.get(dataset_name)
        if dataset is None:
            raise problem_of(
                f"the semantic model {dataset_name!r}, which is not defined", str(place)
            )
        time = entry.agg_time_dimension or self._defaults[dataset_name]
        dated = f"{dataset.qualifier}__{time}"
        if dated not in dataset.dimensions:
            raise problem_of(
                f"the metric {described['name'].removeprefix(MEASURE_PREFIX)!r} without an "
                f"agg_time_dimension that {dataset_name!r} has",
                str(place),
            )
        level = entry.non_additive_dimension
        return SimpleMetric(
            **described,
            dataset=dataset.name,
            agg=entry.agg,
            expr=fragment_of(expr, place),
            filter=None,
            agg_time_dimension=dated,
            percentile=_percentile(entry, place),
            semi_additive=SemiAdditive(
                f"{dataset.qualifier}__{level.name}", level.window_choice, level.window_groupings
            )
            if level
            else None,
            quiet_periods=False,
        )

    def _metric(self, entry: MetricEntry, place: Place) -> Metric:
        described = governed_of(entry.name, entry.label, entry.description, place)
        parameters = entry.type_params
        where = filter_of(entry.filter, place)
        match entry.type:
            case "simple":
                return self._simple(described, parameters, where, place)
            case "ratio":
                return RatioMetric(
                    **described,
                    numerator=input_of(_given(parameters.numerator, entry, place), place),
                    denominator=input_of(_given(parameters.denominator, entry, place), place),
                    where=where,
                )
            case "derived":
                return DerivedMetric(
                    **described,
                    formula=fragment_of(_given(parameters.expr, entry, place), place),
                    inputs=tuple(input_of(one, place) for one in parameters.metrics),
                    where=where,
                )
            case "cumulative":
                return self._cumulative(described, entry, where, place)
            case "conversion":
                conversion = _given(parameters.conversion_type_params, entry, place)
                return self._conversion(described, conversion, entry, where, place)

    def _simple(
        self,
        described: dict[str, Any],
        parameters: MetricParams,
        where: Filter | None,
        place: Place,
    ) -> SimpleMetric:
        own = parameters.metric_aggregation_params
        if own is None:
            if parameters.measure is None:
                raise problem_of(
                    f"the simple metric {described['name']!r} without a measure", str(place)
                )
            used = self._used_measure(parameters.measure, place)
            return replace(used, **described, where=both_of(used.where, where))
        expr = own.expr or parameters.expr or described["name"]
        return replace(
            self._aggregate(described, own.semantic_model, expr, own, place),
            where=where,
            fill=parameters.fill_nulls_with,
            quiet_periods=parameters.join_to_timespine,
        )

    def _used_measure(self, entry: InputEntry, place: Place) -> SimpleMetric:
        """A measure with what its user adds: a filter, a fill, the quiet periods."""
        measure = self._measures.get(entry.name)
        if measure is None:
            raise problem_of(f"the measure {entry.name!r}, which is not defined", str(place))
        return replace(
            measure,
            where=filter_of(entry.filter, place),
            fill=entry.fill_nulls_with,
            quiet_periods=entry.join_to_timespine,
        )

    def _measured_input(self, entry: InputEntry, owner: str, place: Place) -> MetricInput:
        """A measure as the input of a metric; one with additions is kept under the owner's name."""
        used = self._used_measure(entry, place)
        if used == self._measures[entry.name]:
            return MetricInput(used.name)
        used = replace(used, name=f"{used.name}__of__{owner}")
        self._measures[used.name] = used
        return MetricInput(used.name)

    def _either(
        self,
        measure: InputEntry | None,
        metric: InputEntry | None,
        owner: MetricEntry,
        place: Place,
    ) -> MetricInput:
        """The input of a metric: a measure, or in the newer form a simple metric."""
        if measure is not None:
            return self._measured_input(measure, owner.name, place)
        return input_of(_given(metric, owner, place), place)

    def _cumulative(
        self, described: dict[str, Any], entry: MetricEntry, where: Filter | None, place: Place
    ) -> CumulativeMetric:
        parameters = entry.type_params
        inner = parameters.cumulative_type_params or CumulativeParams()
        window = inner.window or parameters.window
        to_date = inner.grain_to_date or parameters.grain_to_date
        return CumulativeMetric(
            **described,
            input=self._either(parameters.measure, inner.metric, entry, place),
            window=span_of(window, place) if window else None,
            to_date=unit_of(to_date) if to_date else None,
            period_agg=inner.period_agg,
            where=where,
        )

    def _conversion(
        self,
        described: dict[str, Any],
        parameters: ConversionParams,
        entry: MetricEntry,
        where: Filter | None,
        place: Place,
    ) -> ConversionMetric:
        given = parameters
        return ConversionMetric(
            **described,
            base=self._either(given.base_measure, given.base_metric, entry, place),
            conversion=self._either(
                given.conversion_measure, given.conversion_metric, entry, place
            ),
            entity=given.entity,
            window=span_of(given.window, place) if given.window else None,
            constants=tuple(
                (pair.base_property, pair.conversion_property) for pair in given.constant_properties
            ),
            calculation="rate" if given.calculation == "conversion_rate" else "conversions",
            where=where,
        )


def _percentile(entry: MeasureEntry | AggregationEntry, place: Place) -> Percentile | None:
    if entry.agg != "percentile":
        return None
    which = entry.agg_params
    if which is None or which.percentile is None:
        raise problem_of("agg percentile without agg_params.percentile", str(place))
    return Percentile(
        which.percentile,
        discrete=which.use_discrete_percentile,
        approximate=which.use_approximate_percentile,
    )


def _given(part: _Part | None, owner: MetricEntry, place: Place) -> _Part:
    """A part that a metric of its type must have."""
    if part is None:
        raise problem_of(
            f"the {owner.type} metric {owner.name!r} without all of its inputs", str(place)
        )
    return part
