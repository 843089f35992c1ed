"""The aggregate expressions of simple metrics."""

from __future__ import annotations

from typing import assert_never

from sqlglot import exp

from semantic_layer.model import Percentile, SemanticModel, SimpleMetric
from semantic_layer.planning.scans import qualified


def aggregate(model: SemanticModel, metric: SimpleMetric) -> exp.Expr:
    """The aggregate of a metric over the rows of its own dataset."""
    primary = model.datasets[metric.dataset].primary_entity
    counts = metric.agg in ("count", "count_distinct")
    if counts and primary is not None and primary.expr == metric.expr:
        # One row a key, and joins are many-to-one: counting rows counts keys, and reads no column.
        return exp.Count(this=exp.Star())
    return aggregated(metric, qualified(metric.expr, metric.dataset))


def aggregated(metric: SimpleMetric, value: exp.Expr) -> exp.Expr:
    """The aggregate of a metric over `value`, its expression wherever that now stands."""
    match metric.agg:
        case "sum":
            return exp.Sum(this=value)
        case "sum_boolean":
            one = exp.If(this=value, true=exp.Literal.number(1))
            return exp.Sum(this=exp.Case(ifs=[one], default=exp.Literal.number(0)))
        case "average":
            return exp.Avg(this=value)
        case "min":
            return exp.Min(this=value)
        case "max":
            return exp.Max(this=value)
        case "count":
            return exp.Count(this=value)
        case "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[value]))
        case "median":
            return _percentile(value, Percentile(0.5))
        case "percentile":
            assert metric.percentile is not None, "validation asks for the fraction"
            return _percentile(value, metric.percentile)
        case _:
            assert_never(metric.agg)


def _percentile(value: exp.Expr, which: Percentile) -> exp.Expr:
    fraction = exp.Literal.number(which.fraction)
    if which.approximate:
        return exp.ApproxQuantile(this=value, quantile=fraction)
    kind = exp.PercentileDisc if which.discrete else exp.PercentileCont
    # Between two exact decimals DuckDB cuts the digits off that the decimals do not have.
    between = value if which.discrete else exp.cast(value, exp.DataType.Type.DOUBLE)
    ordered = exp.Order(expressions=[exp.Ordered(this=between)])
    return exp.WithinGroup(this=kind(this=fraction), expression=ordered)


def filtered(value: exp.Expr, metric: SimpleMetric) -> exp.Expr:
    """An aggregate over the rows that meet the metric's own filter only."""
    if metric.filter is None:
        return value
    kept = exp.Where(this=qualified(metric.filter, metric.dataset))
    return exp.Filter(this=value, expression=kept)
