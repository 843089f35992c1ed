"""Which definitions have data: the columns a metric needs, and the days they are loaded for."""

from __future__ import annotations

from functools import reduce

from sqlglot import exp

from semantic_layer.catalog import Catalog, DateRange, intersect_all
from semantic_layer.model import Dimension, SemanticModel, SimpleMetric
from semantic_layer.resolving.joins import ways_to


def columns_of(*expressions: exp.Expr | None) -> tuple[str, ...]:
    """The column names in expressions, each once, in order."""
    names = (
        column.name
        for expression in expressions
        if expression is not None
        for column in expression.find_all(exp.Column)
    )
    return tuple(dict.fromkeys(names))


def time_dimension(model: SemanticModel, metric: SimpleMetric) -> Dimension:
    """The time dimension that dates the metric's rows."""
    return model.datasets[metric.dataset].dimensions[metric.agg_time_dimension]


def required_columns(model: SemanticModel, metric: SimpleMetric) -> tuple[str, ...]:
    """The columns of the metric's own table without which it has no value."""
    return columns_of(metric.expr, metric.filter, time_dimension(model, metric).expr)


def missing_columns(
    model: SemanticModel, metric: SimpleMetric, catalog: Catalog
) -> tuple[str, ...]:
    """The required columns that no loaded file fills."""
    table = catalog.tables.get(model.datasets[metric.dataset].source)
    required = required_columns(model, metric)
    if table is None:
        return required
    return tuple(name for name in required if not table.coverage.get(name))


def covered_days(
    model: SemanticModel, metric: SimpleMetric, catalog: Catalog
) -> tuple[DateRange, ...]:
    """The days for which every required column is loaded."""
    table = catalog.tables.get(model.datasets[metric.dataset].source)
    if table is None:
        return ()
    return reduce(
        intersect_all,
        (table.coverage.get(name, ()) for name in required_columns(model, metric)),
        table.coverage.get(columns_of(time_dimension(model, metric).expr)[0], ()),
    )


def available_metrics(model: SemanticModel, catalog: Catalog) -> frozenset[str]:
    """Names of the metrics that can be answered from what is loaded, by the role that asks."""
    refused = model.access.refused_metrics if model.access else {}
    return frozenset(
        name
        for name in model.metrics
        if name not in refused
        and not any(missing_columns(model, part, catalog) for part in model.simple_metrics_of(name))
    )


def dimension_is_loaded(
    model: SemanticModel, metric: SimpleMetric, dimension: str, catalog: Catalog
) -> bool:
    """Whether a loaded file fills the columns of `dimension` where `metric` reaches it."""
    for way in ways_to(model, metric.dataset, dimension):
        table = catalog.tables.get(model.datasets[way.dimension.dataset].source)
        if table and all(table.coverage.get(name) for name in columns_of(way.dimension.expr)):
            return True
    return False
