"""A folder of MetricFlow definitions (semantic models, measures, metrics) → `SemanticModel`.

Names keep their meaning there: a dimension is called after its dataset's entity
("listing__country_latest"), an entity is a dimension of its own name, a measure becomes a simple
metric. MetricFlow fills no gaps unless told to, so neither do the metrics that come from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from semantic_layer.interchange.metricflow_parts import (
    Entry,
    both_of,
    conformed,
    dimension_of,
    filter_of,
    fragment_of,
    governed_of,
    input_of,
    plain_dimension,
    problem_of,
    same_text,
    source_of,
    span_of,
    unit_of,
    validity_of,
)
from semantic_layer.model import (
    CalendarTable,
    ConversionMetric,
    CumulativeMetric,
    Dataset,
    DerivedMetric,
    Entity,
    Metric,
    MetricInput,
    Percentile,
    Place,
    RatioMetric,
    SemanticModel,
    SemiAdditive,
    SimpleMetric,
)
from semantic_layer.query import Filter, Grain


@dataclass(frozen=True)
class _Document:
    """One YAML document and where it begins."""

    kind: str
    data: Entry
    place: Place


def load_metricflow(folder: Path, shared: Path | None = None) -> SemanticModel:
    """The semantic model of a folder, and of a project configuration in `shared` if it has none.

    Raises:
        DefinitionError: a file that is no MetricFlow definition, or a feature that is not
            supported, by name and place.
    """
    documents = list(_documents(folder))
    if not any(document.kind == "project_configuration" for document in documents) and shared:
        documents += _documents(shared)
    return _Import(documents).model()


def saved_queries(folder: Path) -> dict[str, Entry]:
    """The saved queries of a folder by name."""
    return {
        document.data["name"]: document.data["query_params"]
        for document in _documents(folder)
        if document.kind == "saved_query"
    }


def _documents(folder: Path) -> Iterator[_Document]:
    for path in sorted((*folder.rglob("*.yaml"), *folder.rglob("*.yml"))):
        text = path.read_text(encoding="utf-8")
        try:
            nodes = list(yaml.compose_all(text))
            loaded = list(yaml.safe_load_all(text))
        except yaml.YAMLError as error:
            raise problem_of("yaml_broken", f"{path.name} is not valid YAML", path.name) from error
        for node, data in zip(nodes, loaded, strict=True):
            for kind, content in (data or {}).items():
                yield _Document(kind, content, Place(path.name, node.start_mark.line + 1))


class _Import:
    """Collects datasets and measures first, then the metrics over them."""

    def __init__(self, documents: Sequence[_Document]) -> None:
        self._documents = documents
        self._datasets: dict[str, Dataset] = {}
        self._measures: dict[str, SimpleMetric] = {}
        self._metrics: dict[str, Metric] = {}

    def model(self) -> SemanticModel:
        for document in self._of("semantic_model"):
            self._dataset(document)
        for document in self._of("semantic_model"):
            for measure in document.data.get("measures") or ():
                self._measure(document, measure)
        for document in self._of("metric"):
            self._metrics[document.data["name"]] = self._metric(document)
        return SemanticModel(
            datasets=conformed(self._datasets),
            metrics={**self._internal_measures(), **self._metrics},
            calendars=tuple(self._calendars()),
            default_grains={
                document.data["name"]: Grain(document.data["time_granularity"])
                for document in self._of("metric")
                if document.data.get("time_granularity")
            },
        )

    def _of(self, kind: str) -> Iterator[_Document]:
        return (document for document in self._documents if document.kind == kind)

    def _internal_measures(self) -> dict[str, Metric]:
        return {metric.name: metric for metric in self._measures.values()}

    def _calendars(self) -> Iterator[CalendarTable]:
        for document in self._of("project_configuration"):
            for spine in document.data.get("time_spines") or ():
                yield CalendarTable(
                    source=source_of(spine["node_relation"]),
                    column=spine["primary_column"]["name"],
                    grain=Grain(spine["primary_column"]["time_granularity"]),
                    units={
                        unit["name"]: unit.get("column_name") or unit["name"]
                        for unit in spine.get("custom_granularities") or ()
                    },
                )

    def _dataset(self, document: _Document) -> None:
        data, place = document.data, document.place
        entities = tuple(
            Entity(
                entry["name"],
                entry["type"].lower(),
                fragment_of(entry.get("expr") or entry["name"]),
            )
            for entry in data.get("entities") or ()
        )
        keys = [entity.name for entity in entities if entity.type in ("primary", "natural")]
        qualifier = data.get("primary_entity") or (keys[0] if keys else None)
        dimensions = {
            f"{qualifier}__{entry['name']}": dimension_of(data["name"], qualifier, entry, place)
            for entry in data.get("dimensions") or ()
        }
        for entity in entities:
            dimensions[entity.name] = plain_dimension(data["name"], entity.name, entity.expr, place)
        self._datasets[data["name"]] = Dataset(
            name=data["name"],
            source=source_of(data["node_relation"]),
            grain=f"one row per {qualifier}",
            label=same_text(data["name"]),
            export_name=same_text(data["name"]),
            entities=entities,
            dimensions=dimensions,
            place=place,
            qualifier=qualifier,
            validity=validity_of(data.get("dimensions") or ()),
        )

    def _measure(self, document: _Document, entry: Entry) -> None:
        dataset = self._datasets[document.data["name"]]
        time = entry.get("agg_time_dimension") or (document.data.get("defaults") or {}).get(
            "agg_time_dimension"
        )
        parameters = entry.get("agg_params") or {}
        level = entry.get("non_additive_dimension")
        percentile = None
        if entry["agg"].lower() == "percentile":
            percentile = Percentile(
                parameters["percentile"],
                discrete=bool(parameters.get("use_discrete_percentile")),
                approximate=bool(parameters.get("use_approximate_percentile")),
            )
        name = entry["name"]
        metric = SimpleMetric(
            **governed_of(f"measure_{name}", entry, document.place),
            dataset=dataset.name,
            agg=entry["agg"].lower(),
            expr=fragment_of(str(entry.get("expr") or name)),
            filter=None,
            agg_time_dimension=f"{dataset.qualifier}__{time}",
            percentile=percentile,
            semi_additive=SemiAdditive(
                f"{dataset.qualifier}__{level['name']}",
                level.get("window_choice", "min").lower(),
                tuple(level.get("window_groupings") or ()),
            )
            if level
            else None,
            quiet_periods=False,
        )
        self._measures[name] = metric
        if entry.get("create_metric"):
            self._metrics[name] = replace(metric, name=name)

    def _metric(self, document: _Document) -> Metric:
        data, parameters = document.data, document.data.get("type_params") or {}
        governed = governed_of(data["name"], data, document.place)
        where = filter_of(data.get("filter"), document.place)
        match data["type"].lower():
            case "simple":
                return self._simple(governed, parameters, where, document.place)
            case "ratio":
                return RatioMetric(
                    **governed,
                    numerator=input_of(parameters["numerator"], document.place),
                    denominator=input_of(parameters["denominator"], document.place),
                    where=where,
                )
            case "derived":
                return DerivedMetric(
                    **governed,
                    formula=fragment_of(str(parameters["expr"])),
                    inputs=tuple(input_of(one, document.place) for one in parameters["metrics"]),
                    where=where,
                )
            case "cumulative":
                return self._cumulative(governed, parameters, where, document.place)
            case "conversion":
                return self._conversion(
                    governed, parameters["conversion_type_params"], where, document.place
                )
            case kind:
                raise problem_of(
                    "metric_type_unknown", f"The metric type {kind!r}", str(document.place)
                )

    def _simple(
        self, governed: dict[str, Any], parameters: Entry, where: Filter | None, place: Place
    ) -> SimpleMetric:
        used = self._used_measure(parameters["measure"], place)
        return replace(used, **governed, where=both_of(used.where, where))

    def _used_measure(self, reference: str | Entry, place: Place) -> SimpleMetric:
        """A measure with what its user adds: a filter, a fill, the quiet periods."""
        entry: Entry = {"name": reference} if isinstance(reference, str) else reference
        measure = self._measures[entry["name"]]
        return replace(
            measure,
            where=filter_of(entry.get("filter"), place),
            fill=entry.get("fill_nulls_with"),
            quiet_periods=bool(entry.get("join_to_timespine")),
        )

    def _measured_input(self, reference: str | Entry, owner: str, place: Place) -> MetricInput:
        """A measure as the input of a metric; one with additions is kept under the owner's name."""
        used = self._used_measure(reference, place)
        plain = self._measures[used.name.removeprefix("measure_")]
        if used == plain:
            return MetricInput(plain.name)
        used = replace(used, name=f"{used.name}_of_{owner}")
        self._measures[used.name] = used
        return MetricInput(used.name)

    def _cumulative(
        self, governed: dict[str, Any], parameters: Entry, where: Filter | None, place: Place
    ) -> CumulativeMetric:
        accumulation = {**parameters, **(parameters.get("cumulative_type_params") or {})}
        reference = accumulation.get("measure") or accumulation.get("metric")
        assert reference is not None, "a cumulative metric names a measure or a metric"
        window, to_date = accumulation.get("window"), accumulation.get("grain_to_date")
        return CumulativeMetric(
            **governed,
            input=self._measured_input(reference, governed["name"], place),
            window=span_of(window) if window else None,
            to_date=unit_of(to_date) if to_date else None,
            period_agg=accumulation.get("period_agg", "first").lower(),
            where=where,
        )

    def _conversion(
        self, governed: dict[str, Any], parameters: Entry, where: Filter | None, place: Place
    ) -> ConversionMetric:
        window = parameters.get("window")
        base = parameters.get("base_measure") or parameters["base_metric"]
        converted = parameters.get("conversion_measure") or parameters["conversion_metric"]
        rate = parameters.get("calculation", "conversion_rate") == "conversion_rate"
        return ConversionMetric(
            **governed,
            base=self._measured_input(base, governed["name"], place),
            conversion=self._measured_input(converted, governed["name"], place),
            entity=parameters["entity"],
            window=span_of(window) if window else None,
            constants=tuple(
                (pair["base_property"], pair["conversion_property"])
                for pair in parameters.get("constant_properties") or ()
            ),
            calculation="rate" if rate else "conversions",
            where=where,
        )
