"""Which metrics a role cannot have, and why: a dataset without a grant, a masked column, a limit.

A metric over a masked column would be a wrong number, so it is refused; a dimension that is the
bare column shows the mask. Used by `role_access` for a whole model, and by `resolver` through
`access_issues` for one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from semantic_layer.access.access_policy import Access, MetricLimit, table_key
from semantic_layer.issues import Issue
from semantic_layer.model import (
    ConversionMetric,
    Dataset,
    Dimension,
    Metric,
    MetricInput,
    SemanticModel,
    SimpleMetric,
    inputs_of,
)
from semantic_layer.query import METRIC_TIME, Filter, SemanticQuery
from semantic_layer.resolving.availability import columns_of, required_columns
from semantic_layer.resolving.fields import Field, field_of
from semantic_layer.resolving.filters import fields_of, metric_filters_of
from semantic_layer.resolving.joins import ways_to
from semantic_layer.resolving.listed_values import listed_dimensions, listing_dataset
from semantic_layer.rules import policy_problems as problems

Need = tuple[SimpleMetric, Field]


def refused_metrics(
    model: SemanticModel, access: Access, limits: Iterable[MetricLimit]
) -> dict[str, Issue]:
    """Metric → why the role cannot have it."""
    checked = tuple(limits)
    masked = any(table.masks for table in access.tables.values())
    if not checked and not masked and access.datasets >= model.datasets.keys():
        return {}
    found = {
        name: next(_metric_issues(model, access, metric, checked), None)
        for name, metric in model.metrics.items()
    }
    return {name: issue for name, issue in found.items() if issue is not None}


def access_issues(
    query: SemanticQuery, model: SemanticModel, needs: Iterable[Need]
) -> Iterator[Issue]:
    """Why the role that a model is bound to cannot have this query; none for an unbound model."""
    access = model.access
    if access is None:
        return
    measured = (leaf.metric for leaf in metric_filters_of(query.where))
    for name in (*query.metrics, *fields_of(query.having), *measured):
        if name in access.refused_metrics:
            yield access.refused_metrics[name]
    for metric, field in needs:
        yield from _field_issues(model, access, model.datasets[metric.dataset], field)
    listing = None if query.metrics else listing_dataset(query, model)
    if listing is not None:
        for field in listed_dimensions(query, model):
            yield from _field_issues(model, access, listing, field)


def may_see(model: SemanticModel, dimension: Dimension) -> bool:
    """Whether the role that a model is bound to may see the values of a dimension, or its mask."""
    access = model.access
    if access is None:
        return True
    table = access.tables.get(table_key(model.datasets[dimension.dataset].source))
    readable = table is not None and table.problem is None
    return readable and dimension_issue(model, access, dimension) is None


def dimension_issue(model: SemanticModel, access: Access, dimension: Dimension) -> Issue | None:
    """Why a role cannot have a dimension of a dataset at all."""
    dataset = model.datasets[dimension.dataset]
    if dataset.name not in access.datasets:
        return problems.dimension_denied(dimension)
    masked = next(_masked(access, dataset, columns_of(dimension.expr)), None)
    # A bare column shows the mask; a formula over it would make up values.
    if masked is not None and dimension.expr.key != "column":
        return problems.dimension_masked(dimension)
    return None


def _metric_issues(
    model: SemanticModel, access: Access, metric: Metric, limits: tuple[MetricLimit, ...]
) -> Iterator[Issue]:
    if any(metric.name not in one.names and metric.status not in one.statuses for one in limits):
        yield problems.metric_not_listed(metric)
    seen = _behind(model, metric, {})
    for part in seen.values():
        if not isinstance(part, SimpleMetric):
            continue
        dataset = model.datasets[part.dataset]
        if dataset.name not in access.datasets:
            yield problems.metric_denied(metric, dataset)
        if any(_masked(access, dataset, required_columns(model, part))):
            yield problems.metric_masked(metric)
    fields = [field_of(name, model) for part in seen.values() for name in _fields(part)]
    for home in dict.fromkeys(one.dataset for one in model.simple_metrics_of(metric.name)):
        if any(_is_hidden(model, access, model.datasets[home], field) for field in fields):
            yield problems.metric_masked(metric)


def _behind(model: SemanticModel, metric: Metric, seen: dict[str, Metric]) -> dict[str, Metric]:
    """The metric, its inputs, and the metrics that filters of theirs compare; each once."""
    if metric.name not in seen:
        seen[metric.name] = metric
        compared = (leaf.metric for one in _filters(metric) for leaf in metric_filters_of(one))
        for name in (*(one.metric for one in inputs_of(metric)), *compared):
            _behind(model, model.metrics[name], seen)
    return seen


def _filters(metric: Metric) -> Iterator[Filter]:
    used: tuple[Metric | MetricInput, ...] = (metric, *inputs_of(metric))
    yield from (one.where for one in used if one.where is not None)


def _fields(metric: Metric) -> Iterator[str]:
    """The dimensions by which a definition itself filters, pairs or picks rows."""
    for condition in _filters(metric):
        yield from fields_of(condition)
    if isinstance(metric, ConversionMetric):
        yield from (name for pair in metric.constants for name in pair)
    if isinstance(metric, SimpleMetric) and metric.semi_additive is not None:
        yield metric.semi_additive.dimension
        yield from metric.semi_additive.groupings


def _is_hidden(model: SemanticModel, access: Access, dataset: Dataset, field: Field) -> bool:
    """Whether a dimension, where a dataset reaches it, is masked or not granted."""
    for way in ways_to(model, dataset.name, field.name):
        path = [model.datasets[join.right] for join in way.path]
        home = model.datasets[way.dimension.dataset]
        masked = any(_masked(access, home, columns_of(way.dimension.expr)))
        if masked or any(one.name not in access.datasets for one in path):
            return True
    return False


def _field_issues(
    model: SemanticModel, access: Access, dataset: Dataset, field: Field
) -> Iterator[Issue]:
    if field.name == METRIC_TIME:
        return
    for way in ways_to(model, dataset.name, field.name)[:1]:
        closed = [join.right for join in way.path if join.right not in access.datasets]
        if closed:
            yield problems.dimension_denied(way.dimension)
        elif (issue := dimension_issue(model, access, way.dimension)) is not None:
            yield issue


def _masked(access: Access, dataset: Dataset, columns: Iterable[str]) -> Iterator[str]:
    return (name for name in columns if access.mask_of(dataset.source, name) is not None)
