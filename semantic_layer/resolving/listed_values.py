"""The values of dimensions without any metric: which dataset lists them, and why none may.

Used by `resolver`, which raises, and by `branches`, which trusts. Imports neither of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from semantic_layer.catalog import Catalog
from semantic_layer.issues import Issue, Text
from semantic_layer.model import CalendarTable, Dataset, SemanticModel
from semantic_layer.query import METRIC_TIME, Grain, SemanticQuery
from semantic_layer.resolving import messages
from semantic_layer.resolving.availability import columns_of
from semantic_layer.resolving.fields import Field, field_of, grouped_field
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.joins import ways_to


def listed_dimensions(query: SemanticQuery, model: SemanticModel) -> tuple[Field, ...]:
    """What a query without metrics lists and filters by, `metric_time` left out."""
    fields = [grouped_field(group, model) for group in query.group_by]
    fields += [field_of(name, model) for name in fields_of(query.where)]
    return tuple(field for field in fields if field.name != METRIC_TIME)


def listing_dataset(query: SemanticQuery, model: SemanticModel) -> Dataset | None:
    """The dataset from which all dimensions of a query are reached by the fewest joins.

    Of tables that are equally near, the one that knows the fewest times and dimensions: it lists
    its things and little else. None if no dataset reaches them all, each by one way.
    """
    names = [field.name for field in listed_dimensions(query, model)]
    able = [
        (dataset, distance)
        for dataset in model.datasets.values()
        if (distance := _distance(model, dataset, names)) is not None
    ]
    return min(able, key=lambda one: one[1])[0] if able else None


def listing_calendar(query: SemanticQuery, model: SemanticModel) -> CalendarTable | None:
    """The calendar whose periods are listed; None if none are asked for, or none is that fine."""
    fields = [grouped_field(group, model) for group in query.metric_times]
    grains = [field.grain for field in fields if isinstance(field.grain, Grain)]
    finest = min((*grains, Grain.day), key=list(Grain).index)
    return model.calendar_of(finest) if fields else None


def listing_issues(query: SemanticQuery, model: SemanticModel, catalog: Catalog) -> Iterator[Issue]:
    """Why the values of a query without metrics cannot be listed."""
    if query.metrics:
        return
    calendar = listing_calendar(query, model)
    if query.metric_times and (calendar is None or calendar.source not in catalog.tables):
        yield _no_calendar()
    dimensions = listed_dimensions(query, model)
    if dimensions and listing_dataset(query, model) is None:
        yield _not_together(tuple(field.name for field in dimensions))
    for field in dimensions:
        found = model.find_dimension(field.name)
        assert found is not None, "unknown names were refused before"
        table = catalog.tables.get(model.datasets[found[1].dataset].source)
        if table is None or not all(table.coverage.get(name) for name in columns_of(found[1].expr)):
            yield messages.dimension_not_loaded(found[1])


def _distance(
    model: SemanticModel, dataset: Dataset, names: Sequence[str]
) -> tuple[int, int, int] | None:
    """Joins to all of the dimensions, then the dataset's own times and dimensions."""
    ways = [ways_to(model, dataset.name, name) for name in names]
    if any(len(way) != 1 for way in ways):
        return None
    own = dataset.dimensions.values()
    times = sum(dimension.type == "time" for dimension in own)
    return sum(len(way[0].path) for way in ways), times, len(own)


def _no_calendar() -> Issue:
    return Issue(
        code="calendar_needed",
        message=Text(
            zh="要列出时间段，需要一张这么细的日历表；请换更粗的粒度，或让分析师加上并载入。",
            en="Listing periods needs a calendar table that is as fine; choose a coarser grain, "
            "or have an analyst define one and load it.",
        ),
        where=METRIC_TIME,
    )


def _not_together(names: tuple[str, ...]) -> Issue:
    return Issue(
        code="values_not_together",
        message=Text(
            zh=f"没有一张表能同时连到 {'、'.join(names)}；请分开列出，或加上一个指标。",
            en=f"No table reaches {', '.join(names)} together; list them apart, or name a metric.",
        ),
    )
