"""What may be summed over groups, by kind of metric: it follows from the formula, not from a wish.

A rule of `validation`. Imports only `model` and `issues`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from sqlglot import exp

from semantic_layer.issues import Issue, Text
from semantic_layer.model import (
    Additivity,
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Metric,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
)

_NON_ADDITIVE = ("count_distinct", "average", "median", "percentile", "min", "max")
_ORDER: tuple[Additivity, ...] = ("non_additive", "semi_additive", "additive")
_LINEAR = (exp.Add, exp.Sub, exp.Neg, exp.Paren)


def additivity_follows(model: SemanticModel, whole: frozenset[str]) -> Iterator[Issue]:
    """No metric claims to add up further than it does; a simple one says exactly how far.

    `whole` are the metrics whose inputs all exist.
    """
    for metric in model.metrics.values():
        if metric.name not in whole or lacks_a_moment(model, metric):
            continue
        most = additivity_of(model, metric)
        exact = isinstance(metric, SimpleMetric)
        too_much = _ORDER.index(metric.additivity) > _ORDER.index(most)
        if too_much or (exact and metric.additivity != most):
            yield _wrong(metric, most)


def lacks_a_moment(model: SemanticModel, metric: Metric) -> bool:
    """Whether a metric calls itself a level and does not say which moment of a period counts."""
    is_level = isinstance(metric, SimpleMetric) and metric.additivity == "semi_additive"
    return is_level and additivity_of(model, metric) == "additive"


def additivity_of(model: SemanticModel, metric: Metric) -> Additivity:
    """How far the values of a metric can be summed."""
    match metric:
        case SimpleMetric(agg=agg, semi_additive=level):
            if agg in _NON_ADDITIVE:
                return "non_additive"
            return "additive" if level is None else "semi_additive"
        case RatioMetric():
            return "non_additive"
        case DerivedMetric(formula=formula, inputs=inputs):
            if not _is_linear(formula):
                return "non_additive"
            parts = [additivity_of(model, model.metrics[used.metric]) for used in inputs]
            if any(used.to_grain for used in inputs):
                parts.append("semi_additive")
            return min(parts, key=_ORDER.index)
        case CumulativeMetric(input=used):
            whole = additivity_of(model, model.metrics[used.metric])
            return min(whole, "semi_additive", key=_ORDER.index)
        case ConversionMetric(calculation=calculation, conversion=used):
            if calculation == "rate":
                return "non_additive"
            return additivity_of(model, model.metrics[used.metric])
        case _:
            assert_never(metric)


def _is_linear(formula: exp.Expr) -> bool:
    """A sum of inputs, each perhaps times a number; a number that stands alone spoils it."""
    if isinstance(formula, exp.Column):
        return True
    if isinstance(formula, exp.Mul | exp.Div):
        one, other = formula.this.unnest(), formula.expression.unnest()
        if isinstance(formula, exp.Div):
            divisor = other.this if isinstance(other, exp.Nullif) else other
            return isinstance(divisor, exp.Literal) and _is_linear(one)
        numbers = [isinstance(side, exp.Literal) for side in (one, other)]
        return any(numbers) and not all(numbers) and _is_linear(other if numbers[0] else one)
    if not isinstance(formula, _LINEAR):
        return False
    return all(_is_linear(part) for part in formula.iter_expressions())


def _wrong(metric: Metric, most: Additivity) -> Issue:
    how = metric.agg if isinstance(metric, SimpleMetric) else metric.type
    return Issue(
        code="additivity_wrong",
        message=Text(
            zh=f"指标 {metric.name!r} 用的是 {how}，additivity 应为 {most}，"
            f"而不是 {metric.additivity}。",
            en=f"The metric {metric.name!r} is a {how}, so its additivity is {most}, "
            f"not {metric.additivity}.",
        ),
        where=str(metric.place),
        suggestions=(most,),
    )
