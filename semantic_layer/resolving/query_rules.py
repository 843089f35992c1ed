"""The rules that a `SemanticQuery` must meet, in order: names, paths, rights, periods, data.

Each rule lists all problems that it finds, with near names; a later one may trust what an earlier
one has checked. Used by `resolver`, which raises the first list that is not empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from semantic_layer.access.refused_metrics import access_issues
from semantic_layer.catalog import Catalog
from semantic_layer.final_steps.averages import average_issues
from semantic_layer.final_steps.finishing_rules import finished_columns, finishing_issues
from semantic_layer.issues import Issue, nearest
from semantic_layer.model import Metric, SemanticModel, SimpleMetric
from semantic_layer.planning.series import AnySeries, Conversions, Series, simple_series
from semantic_layer.query import METRIC_TIME, Grain, SemanticQuery
from semantic_layer.resolving import messages
from semantic_layer.resolving.availability import (
    dimension_is_loaded,
    missing_columns,
    time_dimension,
)
from semantic_layer.resolving.calendars import calendar_for, needs_a_calendar
from semantic_layer.resolving.comparisons import comparison_columns, comparison_issues
from semantic_layer.resolving.date_parts import date_part_issues
from semantic_layer.resolving.fields import Field, field_of, grouped_field
from semantic_layer.resolving.filters import fields_of, metric_filters_of
from semantic_layer.resolving.joins import reachable_dimensions, ways_to
from semantic_layer.resolving.listed_values import listing_issues
from semantic_layer.resolving.windows import is_finer


@dataclass(frozen=True)
class Expanded:
    """A query, and the series that its metrics are made of; `rows` are those of rows."""

    query: SemanticQuery
    model: SemanticModel
    catalog: Catalog
    series: tuple[AnySeries, ...]
    rows: tuple[Series, ...]


Rule = Callable[[Expanded], Iterator[Issue]]


def _access(asked: Expanded) -> Iterator[Issue]:
    """Whether the asker's role may have the metrics."""
    yield from access_issues(asked.query, asked.model, _needs(asked))


def _listing(asked: Expanded) -> Iterator[Issue]:
    """Whether values can be listed without a metric."""
    yield from listing_issues(asked.query, asked.model, asked.catalog)


def _date_parts(asked: Expanded) -> Iterator[Issue]:
    """Whether each metric's time has the hours that are asked for."""
    yield from date_part_issues(asked.query, asked.model, asked.rows)


def _averages(asked: Expanded) -> Iterator[Issue]:
    """Whether a mean over periods makes sense beside the rest."""
    yield from average_issues(asked.query, asked.model, asked.rows)


def _comparison(asked: Expanded) -> Iterator[Issue]:
    """Whether the other side of a comparison can be told."""
    yield from comparison_issues(asked.query, asked.model, asked.rows)


def _asked_fields(query: SemanticQuery, model: SemanticModel) -> tuple[Field, ...]:
    """The group-by columns and the fields of `where`, `metric_time` left out."""
    grouped = (grouped_field(group, model) for group in query.group_by)
    filtered = (field_of(name, model) for name in fields_of(query.where))
    found = (*grouped, *filtered)
    return tuple(dict.fromkeys(field for field in found if field.name != METRIC_TIME))


def _needs(asked: Expanded) -> Iterator[tuple[SimpleMetric, Field]]:
    """Every simple metric with every dimension that it is grouped or filtered by."""
    model, fields = asked.model, _asked_fields(asked.query, asked.model)
    for one in asked.series:
        for part in simple_series(one):
            own = [field_of(name, model) for where in part.where for name in fields_of(where)]
            is_converted = isinstance(one, Conversions) and part is one.converted
            for field in (*(() if is_converted else fields), *own):
                if field.name != METRIC_TIME:
                    yield part.metric, field


def name_issues(query: SemanticQuery, model: SemanticModel) -> Iterator[Issue]:
    """Names that nothing stands for; checked before there are any series."""
    measured = (leaf.metric for leaf in metric_filters_of(query.where))
    compared = comparison_columns(query, model)
    for name in (*query.metrics, *measured):
        if name not in model.metrics:
            yield messages.unknown_metric(name, nearest(name, model.metrics))
    for name in fields_of(query.having):
        if name not in model.metrics and name not in compared:
            yield messages.unknown_metric(name, nearest(name, (*model.metrics, *compared)))
    for field in _asked_fields(query, model):
        found = model.find_dimension(field.name)
        if found is None:
            yield messages.unknown_dimension(field.name, nearest(field.name, model.dimensions))
        elif found[1].personal:
            yield messages.personal_dimension(found[1])
    for group in query.group_by:
        yield from _grain_issues(grouped_field(group, model), model)
    yield from _order_issues(query, model)
    if all(name in model.metrics for name in query.metrics):
        yield from finishing_issues(query, model)


def _order_issues(query: SemanticQuery, model: SemanticModel) -> Iterator[Issue]:
    groups = (group.column for group in query.group_by)
    finished = finished_columns(query)
    columns = {*query.metrics, *groups, *comparison_columns(query, model), *finished}
    for order in query.order_by:
        if order.name not in columns:
            yield messages.unknown_order(order.name, sorted(columns))


def _grain_issues(field: Field, model: SemanticModel) -> Iterator[Issue]:
    grained = field.grain is not None or field.part is not None
    unit = field.grain
    if unit is not None and not isinstance(unit, Grain) and model.own_unit(unit) is None:
        yield messages.unknown_unit(unit)
    if field.name == METRIC_TIME:
        if not grained:
            yield messages.grain_needed(field.name)
        return
    found = model.find_dimension(field.name)
    if found is None or (found[1].type == "time") == grained:
        return
    if found[1].type == "time":
        yield messages.grain_needed(field.name)
    else:
        yield messages.grain_on_category(found[1])


def _unreachable(asked: Expanded) -> Iterator[Issue]:
    """Dimensions that a metric reaches by no way, or by more than one."""
    model = asked.model
    for metric, field in _needs(asked):
        found = model.find_dimension(field.name)
        assert found is not None, "definitions are validated, and asked names were looked up"
        ways = ways_to(model, metric.dataset, field.name)
        if not ways:
            yield messages.unreachable_dimension(
                metric,
                found[1],
                [model.dimensions[name] for name in reachable_dimensions(model, metric.dataset)],
                _kin_that_reach(model, metric, field.name),
            )
        elif len(ways) > 1:
            yield messages.ambiguous_path(metric, found[1], tuple(way.path for way in ways))


def _periods(asked: Expanded) -> Iterator[Issue]:
    """Periods that a metric's time is not known by, and values of other times without a time."""
    query, model = asked.query, asked.model
    by_time = METRIC_TIME in {field_of(name, model).name for name in fields_of(query.where)}
    for one in (part for each in asked.series for part in simple_series(each)):
        own = time_dimension(model, one.metric)
        finest = own.grain
        timed = is_timed(query, model, own.name)
        if one.moves and timed:
            table = calendar_for(model, one)
            if table is None or table.source not in asked.catalog.tables:
                yield messages.calendar_needed(one.metric)
            elif finest is None or is_finer(finest, table.grain):
                finest = table.grain
        if one.moves and not timed and (one.shifts or by_time or needs_a_calendar(one)):
            yield messages.time_needed(one.metric)
        for grain in (group.grain for group in query.metric_times):
            if finest and isinstance(grain, Grain) and is_finer(grain, finest):
                yield messages.grain_too_fine(one.metric, grain, finest)


def _kin_that_reach(model: SemanticModel, metric: SimpleMetric, name: str) -> list[Metric]:
    """Metrics of the same unit that the dimension does reach, those of like meaning first."""
    kin = [
        other
        for other in model.metrics.values()
        if other.unit == metric.unit
        and all(ways_to(model, part.dataset, name) for part in model.simple_metrics_of(other.name))
    ]
    shared = {other.name: len(other.facets.items() & metric.facets.items()) for other in kin}
    return sorted(kin, key=lambda other: -shared[other.name])[:3]


def is_timed(query: SemanticQuery, model: SemanticModel, own: str) -> bool:
    """Whether numbers are computed along the time of a metric, which is called `own`."""
    if query.average_per is not None:
        return True
    fields = (grouped_field(group, model) for group in query.group_by)
    return any(field.name in (METRIC_TIME, own) for field in fields)


def _not_loaded(asked: Expanded) -> Iterator[Issue]:
    """Metrics and dimensions without data, by name of the export that would bring them."""
    model, catalog, series = asked.model, asked.catalog, asked.series
    if catalog.is_empty:
        yield messages.nothing_loaded()
        return
    for metric in (part.metric for one in series for part in simple_series(one)):
        dataset = model.datasets[metric.dataset]
        table = catalog.tables.get(dataset.source)
        missing = missing_columns(model, metric, catalog)
        for column in missing:
            if table is not None and column not in table.columns:
                yield messages.unknown_column(
                    column, metric.place, dataset.source, nearest(column, table.columns)
                )
        if missing:
            loaded = table is not None and any(table.coverage.values())
            yield messages.metric_not_loaded(metric, dataset, missing if loaded else ())
    for metric, field in _needs(asked):
        if not dimension_is_loaded(model, metric, field.name, catalog):
            found = model.find_dimension(field.name)
            assert found is not None, "reachability was checked before"
            yield messages.dimension_not_loaded(found[1])


QUERY_RULES: tuple[Rule, ...] = (
    _unreachable,
    _access,
    _listing,
    _date_parts,
    _averages,
    _periods,
    _not_loaded,
    _comparison,
)
