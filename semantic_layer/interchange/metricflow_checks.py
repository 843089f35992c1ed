"""What an imported model must hold before it may be asked: every name leads somewhere.

Run once, after all definitions of a folder are read; raises with every problem found.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.issues import DefinitionError, Issue, Text, nearest
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Metric,
    SemanticModel,
    SimpleMetric,
    inputs_of,
)
from semantic_layer.planning.series import Conversions, expand, series_of
from semantic_layer.query import Filter, Grain
from semantic_layer.resolving.fields import field_of, is_known
from semantic_layer.resolving.filters import fields_of, metric_filters_of


def check(model: SemanticModel) -> None:
    """Raise `DefinitionError` with every name that leads nowhere, and every circle of metrics."""
    issues = [issue for metric in model.metrics.values() for issue in _names(metric, model)]
    for rule in (_circle, _own_units):  # each may trust what was found before
        if not issues:
            issues = [issue for metric in model.metrics.values() for issue in rule(metric, model)]
    if issues:
        raise DefinitionError(issues)


def _names(metric: Metric, model: SemanticModel) -> Iterator[Issue]:
    yield from _inputs(metric, model)
    for condition in _conditions(metric):
        yield from _filter(metric, condition, model)
    if isinstance(metric, DerivedMetric):
        names = {used.name for used in metric.inputs}
        for column in metric.formula.find_all(exp.Column):
            if column.name not in names:
                yield _unknown(metric, "metric", column.name, nearest(column.name, names))


def _inputs(metric: Metric, model: SemanticModel) -> Iterator[Issue]:
    for used in inputs_of(metric):
        if used.metric not in model.metrics:
            yield _unknown(metric, "metric", used.metric, nearest(used.metric, model.metrics))
        elif isinstance(metric, CumulativeMetric | ConversionMetric) and not isinstance(
            model.metrics[used.metric], SimpleMetric
        ):
            yield _not_simple(metric, used.metric)


def _filter(metric: Metric, condition: Filter, model: SemanticModel) -> Iterator[Issue]:
    for name in fields_of(condition):
        if not is_known(field_of(name, model).name, model):
            yield _unknown(metric, "dimension", name, nearest(name, model.dimensions))
    for compare in metric_filters_of(condition):
        if compare.metric not in model.metrics:
            near = nearest(compare.metric, model.metrics)
            yield _unknown(metric, "metric", compare.metric, near)


def _conditions(metric: Metric) -> Iterator[Filter]:
    if metric.where is not None:
        yield metric.where
    for used in inputs_of(metric):
        if used.where is not None:
            yield used.where


def _circle(metric: Metric, model: SemanticModel) -> Iterator[Issue]:
    seen: set[str] = set()
    rest = [used.metric for used in inputs_of(metric)]
    while rest:
        name = rest.pop()
        if name == metric.name:
            yield Issue(
                code="metric_cycle",
                message=Text(
                    zh=f"指标 {name!r} 由它自己算出；请去掉这个循环。",
                    en=f"The metric {name!r} is made of itself; break the circle.",
                ),
                where=str(metric.place),
            )
            return
        if name not in seen:
            seen.add(name)
            rest.extend(used.metric for used in inputs_of(model.metrics[name]))


def _own_units(metric: Metric, model: SemanticModel) -> Iterator[Issue]:
    """Units of the model's own: known, and where a value of theirs can be computed."""
    for series in series_of(expand(model, metric.name)):
        if isinstance(series, Conversions):
            span = series.metric.window
            if span is not None and not isinstance(span.unit, Grain):
                yield _unit_misplaced(metric, span.unit)
            continue
        accumulation = series.accumulation
        spans = [shift.back for shift in series.shifts if shift.back is not None]
        own = [span.unit for span in spans if not isinstance(span.unit, Grain)]
        alone = len(series.shifts) == 1 and accumulation is None
        yield from (_unit_misplaced(metric, unit) for unit in own if not alone)
        if accumulation is not None and accumulation.window is not None:
            unit = accumulation.window.unit
            yield from [_unit_misplaced(metric, unit)] if not isinstance(unit, Grain) else []
        if accumulation is not None and accumulation.to_date is not None:
            own += [] if isinstance(accumulation.to_date, Grain) else [accumulation.to_date]
        yield from (_unknown_unit(metric, unit) for unit in own if model.own_unit(unit) is None)


def _unit_misplaced(metric: Metric, unit: str) -> Issue:
    return Issue(
        code="metricflow_not_supported",
        message=Text(
            zh=f"指标 {metric.name!r} 在这里不能用单位 {unit!r}；自定义单位只用于 grain_to_date "
            "和单独的 offset_window。",
            en=f"The metric {metric.name!r} cannot use the unit {unit!r} here; a unit of one's own "
            "works in grain_to_date, and in an offset_window that stands alone.",
        ),
        where=str(metric.place),
    )


def _unknown_unit(metric: Metric, unit: str) -> Issue:
    return Issue(
        code="metricflow_name_unknown",
        message=Text(
            zh=f"指标 {metric.name!r} 用到的时间单位 {unit!r} 没有定义；请在 time_spines 的 "
            "custom_granularities 中加上。",
            en=f"The metric {metric.name!r} uses the unit {unit!r}, which is not defined; "
            "add it to the custom_granularities of a time spine.",
        ),
        where=str(metric.place),
    )


def _not_simple(metric: Metric, name: str) -> Issue:
    return Issue(
        code="metricflow_not_supported",
        message=Text(
            zh=f"{metric.type} 指标 {metric.name!r} 只能用简单指标作输入，而 {name!r} 不是。",
            en=f"The {metric.type} metric {metric.name!r} can only be made of simple metrics, "
            f"and {name!r} is not one.",
        ),
        where=str(metric.place),
    )


def _unknown(metric: Metric, kind: str, name: str, near: tuple[str, ...]) -> Issue:
    kind_zh = {"metric": "指标", "dimension": "维度"}[kind]
    hint_zh = f"是否要写 {near[0]!r}？" if near else "请先定义它。"
    hint_en = f"did you mean {near[0]!r}?" if near else "define it first."
    return Issue(
        code="metricflow_name_unknown",
        message=Text(
            zh=f"指标 {metric.name!r} 用到的{kind_zh} {name!r} 没有定义；{hint_zh}",
            en=f"The metric {metric.name!r} uses the {kind} {name!r}, "
            f"which is not defined; {hint_en}",
        ),
        where=str(metric.place),
        suggestions=near,
    )
