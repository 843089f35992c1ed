"""Units of formulas: only like is added to like, and a running value keeps the unit of its rows.

Part of `review_rules`. A sum of orders and yuan is a number that nobody can name, but definitions
that come from other tools guess their units, so this is told by `koujing check`, not at load.
Imports `model` and `issues` only.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.issues import Issue, Text
from semantic_layer.model import CumulativeMetric, DerivedMetric, SemanticModel, Unit

_SUMS = (exp.Add, exp.Sub)


def formulas_add_like_to_like(model: SemanticModel) -> Iterator[Issue]:
    """Both sides of + and - have one unit; a plain number fits any."""
    for metric in model.metrics.values():
        if not isinstance(metric, DerivedMetric):
            continue
        units = {used.name: model.metrics[used.metric].unit for used in metric.inputs}
        for sum_ in metric.formula.find_all(*_SUMS):
            one, other = _unit(sum_.this, units), _unit(sum_.expression, units)
            if one is not None and other is not None and one != other:
                yield Issue(
                    code="units_mixed",
                    message=Text(
                        zh=f"指标 {metric.name!r} 的式子 {sum_.sql('duckdb')!r} 把 {one} 和 "
                        f"{other} 相加减；请只加减同一单位的指标。",
                        en=f"The formula of metric {metric.name!r} adds or subtracts {one} and "
                        f"{other} in {sum_.sql('duckdb')!r}; combine metrics of one unit only.",
                    ),
                    where=str(metric.place),
                )


def running_values_keep_their_unit(model: SemanticModel) -> Iterator[Issue]:
    """What is accumulated is still what it was."""
    for metric in model.metrics.values():
        if not isinstance(metric, CumulativeMetric):
            continue
        source = model.metrics[metric.input.metric]
        if source.unit != metric.unit:
            yield Issue(
                code="unit_changed",
                message=Text(
                    zh=f"累计指标 {metric.name!r} 的 unit 是 {metric.unit}，而它累计的 "
                    f"{source.name!r} 是 {source.unit}；请写 unit: {source.unit}。",
                    en=f"The unit of cumulative metric {metric.name!r} is {metric.unit}, but it "
                    f"accumulates {source.name!r}, which is in {source.unit}; "
                    f"write unit: {source.unit}.",
                ),
                where=str(metric.place),
                suggestions=(source.unit,),
            )


def _unit(tree: exp.Expr, units: dict[str, Unit]) -> str | None:
    """The unit of a part of a formula; None where it has none of its own, or no single one."""
    match tree:
        case exp.Column():
            return units.get(tree.name)
        case exp.Paren() | exp.Neg() | exp.Abs() | exp.Round():
            return _unit(tree.this, units)
        case exp.Add() | exp.Sub():
            return _unit(tree.this, units) or _unit(tree.expression, units)
        case exp.Coalesce():
            return _unit(tree.this, units)
        case exp.Mul() if isinstance(tree.expression.unnest(), exp.Literal):
            return _unit(tree.this, units)
        case exp.Mul() if isinstance(tree.this.unnest(), exp.Literal):
            return _unit(tree.expression, units)
        case _:
            return None
