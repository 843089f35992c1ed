"""`SemanticQuery` → `ResolvedQuery`: names become definitions, join paths and absolute days.

All problems of a query are collected and raised once, each with near names. What is not loaded is
refused here, by name of the export that would bring it; a number over half-known days is never
computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from semantic_layer import messages
from semantic_layer.availability import (
    columns_of,
    covered_days,
    dimension_is_loaded,
    missing_columns,
    time_dimension,
)
from semantic_layer.catalog import Catalog, DateRange, intersect_all
from semantic_layer.issues import Issue, QueryError, nearest
from semantic_layer.joins import Path, dimension_at, paths_to, reachable_dimensions
from semantic_layer.model import Dimension, Metric, SemanticModel, SimpleMetric
from semantic_layer.query import (
    METRIC_TIME,
    And,
    Compare,
    Comparison,
    Filter,
    GroupBy,
    In,
    IsNull,
    Not,
    Or,
    SemanticQuery,
)
from semantic_layer.windows import Window, comparison_window, resolve_window


@dataclass(frozen=True)
class ReachedDimension:
    """A dimension as one metric's dataset reaches it."""

    dimension: Dimension
    path: Path


@dataclass(frozen=True)
class ResolvedQuery:
    """A query that can be planned without further questions.

    `inputs` are the simple metrics behind `metrics`, each once; `reached` maps (dataset, dimension
    name) to where the dimension lies. `window` None means everything that is loaded.
    """

    query: SemanticQuery
    model: SemanticModel
    metrics: tuple[Metric, ...]
    inputs: tuple[SimpleMetric, ...]
    reached: Mapping[tuple[str, str], ReachedDimension]
    window: Window | None
    comparison: DateRange | None
    covered: Mapping[str, tuple[DateRange, ...]]
    calendar: str | None
    notices: tuple[Issue, ...]

    @property
    def counted(self) -> tuple[DateRange, ...]:
        """The days that at least one metric has data for, within the window."""
        everything = [days for covered in self.covered.values() for days in covered]
        if self.window is None:
            return merge(everything)
        return merge(intersect_all(everything, (self.window.days,)))


CALENDAR_SOURCE = "mart.calendar"


def resolve(
    query: SemanticQuery, model: SemanticModel, catalog: Catalog, today: date
) -> ResolvedQuery:
    """Resolve every name and day of `query`, or raise `QueryError` with all that is wrong."""
    _raise_if(_unknown_names(query, model))
    inputs = _inputs_of(query, model)
    _raise_if(_unreachable(query, model, inputs))
    _raise_if(_not_loaded(query, model, inputs, catalog))
    window = resolve_window(query.time, today)
    covered = {metric.name: covered_days(model, metric, catalog) for metric in inputs}
    _raise_if(_outside_data(model, inputs, catalog, window, covered))
    return ResolvedQuery(
        query=query,
        model=model,
        metrics=tuple(model.metrics[name] for name in query.metrics),
        inputs=inputs,
        reached={
            (metric.dataset, name): _reach(model, metric.dataset, name)
            for metric in inputs
            for name in _dimension_names(query)
        },
        window=window,
        comparison=_compared_days(query, window, covered),
        covered=covered,
        calendar=CALENDAR_SOURCE if CALENDAR_SOURCE in catalog.tables else None,
        notices=tuple(_notices(window, covered)),
    )


def fields_of(condition: Filter | None) -> Iterator[str]:
    """The field names in a filter, in order."""
    match condition:
        case None:
            return
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from fields_of(part)
        case Not(part=part):
            yield from fields_of(part)
        case Compare(field=field) | In(field=field) | IsNull(field=field):
            yield field


def merge(ranges: Iterable[DateRange]) -> tuple[DateRange, ...]:
    """The same days as few ranges, in order."""
    merged: list[DateRange] = []
    for days in sorted(ranges):
        if merged and days.start <= merged[-1].end:
            merged[-1] = DateRange(merged[-1].start, max(merged[-1].end, days.end))
        else:
            merged.append(days)
    return tuple(merged)


def _raise_if(issues: Iterable[Issue]) -> None:
    found = tuple(dict.fromkeys(issues))
    if found:
        raise QueryError(found)


def _dimension_names(query: SemanticQuery) -> tuple[str, ...]:
    grouped = (group.name for group in query.group_by if group.name != METRIC_TIME)
    return tuple(dict.fromkeys((*grouped, *fields_of(query.where))))


def _inputs_of(query: SemanticQuery, model: SemanticModel) -> tuple[SimpleMetric, ...]:
    needed = (*query.metrics, *fields_of(query.having))
    simple = (part for name in needed for part in model.simple_metrics_of(name))
    return tuple({metric.name: metric for metric in simple}.values())


def _unknown_names(query: SemanticQuery, model: SemanticModel) -> Iterator[Issue]:
    for name in (*query.metrics, *fields_of(query.having)):
        if name not in model.metrics:
            yield messages.unknown_metric(name, nearest(name, model.metrics))
    for name in _dimension_names(query):
        if name not in model.dimensions:
            yield messages.unknown_dimension(name, nearest(name, model.dimensions))
        elif model.dimensions[name].personal:
            yield messages.personal_dimension(model.dimensions[name])
    for group in query.group_by:
        yield from _grain_issues(group, model)
    yield from _order_issues(query)
    yield from _comparison_issues(query)


def _order_issues(query: SemanticQuery) -> Iterator[Issue]:
    columns = {*query.metrics, *(group.column for group in query.group_by)}
    for order in query.order_by:
        if order.name not in columns:
            yield messages.unknown_order(order.name, sorted(columns))


def _comparison_issues(query: SemanticQuery) -> Iterator[Issue]:
    if query.compare is None:
        return
    if query.time is None or query.time.kind == "all":
        yield messages.comparison_needs_time()
    if query.time_grain:
        yield messages.comparison_by_time()


def _grain_issues(group: GroupBy, model: SemanticModel) -> Iterator[Issue]:
    if group.name == METRIC_TIME and group.grain is None:
        yield messages.grain_needed(group.name)
        return
    dimension = model.dimensions.get(group.name)
    if dimension and (dimension.type == "time") != (group.grain is not None):
        yield (
            messages.grain_needed(group.name)
            if dimension.type == "time"
            else messages.grain_on_category(dimension)
        )


def _unreachable(
    query: SemanticQuery, model: SemanticModel, inputs: tuple[SimpleMetric, ...]
) -> Iterator[Issue]:
    for name in _dimension_names(query):
        for metric in inputs:
            paths = paths_to(model, metric.dataset, name)
            if not paths:
                yield messages.unreachable_dimension(
                    metric, model.dimensions[name], reachable_dimensions(model, metric.dataset)
                )
            elif len(paths) > 1:
                yield messages.ambiguous_path(metric, model.dimensions[name], paths)
    for group in query.group_by:
        if group.name == METRIC_TIME and group.grain is not None:
            for metric in inputs:
                own = time_dimension(model, metric)
                if own.grain and _is_finer(group.grain, own.grain):
                    yield messages.grain_too_fine(metric, group.grain, own.grain)


def _is_finer(asked: str, offered: str) -> bool:
    grains = ("hour", "day", "week", "month", "quarter", "year")
    return grains.index(asked) < grains.index(offered)


def _reach(model: SemanticModel, dataset: str, name: str) -> ReachedDimension:
    path = paths_to(model, dataset, name)[0]
    return ReachedDimension(dimension_at(model, dataset, path, name), path)


def _not_loaded(
    query: SemanticQuery,
    model: SemanticModel,
    inputs: tuple[SimpleMetric, ...],
    catalog: Catalog,
) -> Iterator[Issue]:
    if catalog.is_empty:
        yield messages.nothing_loaded()
        return
    for metric in inputs:
        dataset = model.datasets[metric.dataset]
        table = catalog.tables.get(dataset.source)
        missing = missing_columns(model, metric, catalog)
        for column in missing:
            if table is not None and column not in table.columns:
                yield messages.unknown_column(
                    column, metric.place, dataset.source, nearest(column, table.columns)
                )
        if missing:
            yield messages.metric_not_loaded(metric, dataset)
    for name in _dimension_names(query):
        for metric in inputs:
            if not dimension_is_loaded(model, metric, name, catalog):
                yield messages.dimension_not_loaded(model.dimensions[name])


def _outside_data(
    model: SemanticModel,
    inputs: tuple[SimpleMetric, ...],
    catalog: Catalog,
    window: Window | None,
    covered: Mapping[str, tuple[DateRange, ...]],
) -> Iterator[Issue]:
    for metric in inputs:
        days = covered[metric.name]
        if window is not None:
            days = intersect_all(days, (window.days,))
            if not days:
                yield messages.no_data_in_window(metric, window.days, covered[metric.name])
                continue
        source = catalog.tables[model.datasets[metric.dataset].source]
        dated = source.coverage[columns_of(time_dimension(model, metric).expr)[0]]
        loaded = intersect_all(dated, (window.days,)) if window else dated
        if sum(part.days for part in merge(loaded)) > sum(part.days for part in merge(days)):
            yield messages.column_partly_loaded(metric, days)


def _compared_days(
    query: SemanticQuery,
    window: Window | None,
    covered: Mapping[str, tuple[DateRange, ...]],
) -> DateRange | None:
    if query.compare is None or query.time is None or window is None:
        return None
    last = min(ranges[-1].end for ranges in covered.values())
    counted = DateRange(window.days.start, min(window.days.end, last))
    return comparison_window(query.time, window.days, counted, Comparison(query.compare))


def _notices(
    window: Window | None, covered: Mapping[str, tuple[DateRange, ...]]
) -> Iterator[Issue]:
    if window is None:
        return
    known = intersect_all(merge(d for days in covered.values() for d in days), (window.days,))
    last = min(merge(days)[-1].end for days in covered.values())
    if last < window.days.end:
        yield messages.data_end_early(DateRange(min(window.days.start, last), last), window.days)
    first = max(merge(days)[0].start for days in covered.values())
    if first > window.days.start:
        yield messages.data_start_late(first, window.days)
    for before, after in pairwise(known):
        yield messages.days_missing(DateRange(before.end, after.start))
