"""The queries with which a metric is tried out: a few days of it, by everything that it reaches.

One query with all dimensions side by side runs every join that a question could need, over so few
rows that all metrics of a shop take seconds. Pure; who runs them is above.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from semantic_layer.catalog import Catalog, DateRange, intersect_all
from semantic_layer.model import Dimension, SemanticModel, SimpleMetric
from semantic_layer.query import METRIC_TIME, Grain, GroupBy, RangeTime, SemanticQuery
from semantic_layer.resolving.availability import (
    columns_of,
    covered_days,
    dimension_is_loaded,
    time_dimension,
)
from semantic_layer.resolving.joins import reachable_dimensions
from semantic_layer.resolving.known_days import merge

_DAYS = timedelta(days=2)


def trials_of(
    name: str, model: SemanticModel, catalog: Catalog, without: frozenset[str] = frozenset()
) -> tuple[SemanticQuery, ...]:
    """The metric by day, and by all dimensions at once; empty where its parts share no loaded day.

    The days are the last ones for which every part of the metric is loaded. Dimensions in `without`
    are left out.
    """
    parts = tuple(model.simple_metrics_of(name))
    days = _last_days(parts, model, catalog)
    if days is None:
        return ()
    time = RangeTime(start=days.start, end=days.end)
    by_day = (GroupBy(name=METRIC_TIME, grain=_shown_grain(parts, model)),)
    shared = _shared_dimensions(parts, model, catalog)
    reached = tuple(_grouped(one) for one in shared if one.name not in without)
    groups = (by_day, by_day + reached) if reached else (by_day,)
    return tuple(SemanticQuery(metrics=(name,), group_by=one, time=time) for one in groups)


def narrower_trials(trial: SemanticQuery) -> tuple[SemanticQuery, ...]:
    """The same trial by each of its dimensions alone, to find the one that fails."""
    time, *groups = trial.group_by
    return tuple(trial.model_copy(update={"group_by": (time, group)}) for group in groups)


def loaded_members(model: SemanticModel, catalog: Catalog) -> Iterator[Dimension]:
    """The dimensions with members that files have filled; the assistant reads all of these."""
    for dataset in model.datasets.values():
        table = catalog.tables.get(dataset.source)
        for dimension in dataset.dimensions.values():
            if (
                dimension.type == "categorical"
                and not dimension.personal
                and table is not None
                and all(table.coverage.get(name) for name in columns_of(dimension.expr))
            ):
                yield dimension


def _last_days(
    parts: tuple[SimpleMetric, ...], model: SemanticModel, catalog: Catalog
) -> DateRange | None:
    common = merge(covered_days(model, parts[0], catalog))
    for part in parts[1:]:
        common = intersect_all(common, merge(covered_days(model, part, catalog)))
    if not common:
        return None
    last = common[-1]
    return DateRange(max(last.start, last.end - _DAYS), last.end)


def _shown_grain(parts: tuple[SimpleMetric, ...], model: SemanticModel) -> Grain:
    """A day, or the grain of a metric whose time is told by weeks or months only."""
    grains = (time_dimension(model, part).grain or Grain.day for part in parts)
    return max((Grain.day, *grains), key=list(Grain).index)


def _shared_dimensions(
    parts: tuple[SimpleMetric, ...], model: SemanticModel, catalog: Catalog
) -> tuple[Dimension, ...]:
    names = [
        name
        for name in reachable_dimensions(model, parts[0].dataset)
        if all(name in reachable_dimensions(model, part.dataset) for part in parts)
        and all(dimension_is_loaded(model, part, name, catalog) for part in parts)
    ]
    return tuple(model.dimensions[name] for name in names)


def _grouped(dimension: Dimension) -> GroupBy:
    is_time = dimension.type == "time"
    grain = max(dimension.grain or Grain.day, Grain.day, key=list(Grain).index) if is_time else None
    return GroupBy(name=dimension.name, grain=grain)
