"""Rules over metrics of every kind: their inputs exist and fit, their filters and units lead home.

Part of `validation`, which runs them. Each rule looks at the whole model and yields what breaks it;
a metric with an input that is missing or leads back to it is reported once, by the first two rules,
and left out by the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from semantic_layer.issues import Issue, nearest
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Metric,
    MetricInput,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
    Span,
    inputs_of,
)
from semantic_layer.query import METRIC_TIME, CompareMetric, Filter, Grain
from semantic_layer.resolving.fields import field_of
from semantic_layer.resolving.filters import leaves_of
from semantic_layer.resolving.joins import ways_to
from semantic_layer.resolving.windows import is_finer
from semantic_layer.rules.metric_additivity import additivity_follows, lacks_a_moment
from semantic_layer.rules.metric_problems import (
    COUNTED,
    calendar_missing,
    entity_missing,
    field_unknown,
    field_unreachable,
    issue,
    level_accumulated,
    level_missing,
    not_counted,
    not_simple,
    own_unit_shifted,
    unit_unknown,
)


def inputs_lead_to_metrics(model: SemanticModel) -> Iterator[Issue]:
    """Every metric that another one is made of, or filters by, exists."""
    for metric in model.metrics.values():
        for key, name in _used(metric):
            yield from _known_metric(model, metric, key, name)


def metrics_have_no_cycle(model: SemanticModel) -> Iterator[Issue]:
    """A metric is not made of itself."""
    for metric in model.metrics.values():
        if _leads_to(model, metric, metric.name):
            yield issue(
                "metric_cycle",
                metric.place,
                f"指标 {metric.name!r} 用到的指标又用到了它自己；请改用别的指标。",
                f"The metric {metric.name!r} is made of itself; choose other inputs.",
            )


def metrics_are_dated(model: SemanticModel) -> Iterator[Issue]:
    """`agg_time_dimension` is a time dimension of the metric's own dataset."""
    for metric in _simple(model):
        yield from _time_of_dataset(model, metric, "agg_time_dimension", metric.agg_time_dimension)


def levels_choose_a_moment(model: SemanticModel) -> Iterator[Issue]:
    """What is not summed over time says by which time, and which moment of it counts."""
    for metric in _simple(model):
        level = metric.semi_additive
        if level is None:
            if lacks_a_moment(model, metric):
                yield level_missing(metric)
            continue
        yield from _time_of_dataset(model, metric, "semi_additive", level.dimension)
        for name in level.groupings:
            if not _is_key(model, metric, name):
                yield from _field_issues(model, metric, metric, name, "semi_additive")


def percentiles_say_which(model: SemanticModel) -> Iterator[Issue]:
    """`percentile` has a fraction, and nothing else has one."""
    for metric in _simple(model):
        if (metric.agg == "percentile") != (metric.percentile is not None):
            yield issue(
                "percentile_unfit",
                metric.place,
                f"指标 {metric.name!r} 的 agg 与 percentile 不配；"
                "agg: percentile 需要 percentile: {fraction: 0.9}，其他聚合不写它。",
                f"The agg and the percentile of metric {metric.name!r} do not fit; "
                "agg: percentile needs percentile: {fraction: 0.9}, other aggregates have none.",
            )


def substitutes_fit(model: SemanticModel) -> Iterator[Issue]:
    """A metric stands in for another simple one of the same unit, never for itself."""
    for metric in _simple(model):
        for name in metric.substitute_for:
            yield from _known_metric(model, metric, "substitute_for", name)
            other = model.metrics.get(name)
            if other is None:
                continue
            if other is metric or not isinstance(other, SimpleMetric) or other.unit != metric.unit:
                yield issue(
                    "substitute_unfit",
                    metric.place,
                    f"指标 {metric.name!r} 不能替代 {name!r}："
                    "只能替代另一个单位相同的 simple 指标。",
                    f"The metric {metric.name!r} cannot stand in for {name!r}: it may replace "
                    "another simple metric of the same unit only.",
                )


def additivity_fits(model: SemanticModel) -> Iterator[Issue]:
    """What may be summed over groups follows from the aggregation or the formula."""
    yield from additivity_follows(model, frozenset(metric.name for metric in _whole(model)))


def rows_come_from_simple_metrics(model: SemanticModel) -> Iterator[Issue]:
    """What is accumulated or paired are rows, so the metric is simple; a level is neither."""
    for metric in _whole(model):
        if not isinstance(metric, CumulativeMetric | ConversionMetric):
            continue
        for used in inputs_of(metric):
            source = model.metrics[used.metric]
            if not isinstance(source, SimpleMetric):
                yield not_simple(metric, source)
            elif source.semi_additive is not None:
                yield level_accumulated(metric, source)
            elif isinstance(metric, ConversionMetric) and source.agg not in COUNTED:
                yield not_counted(metric, source)


def conversions_share_their_entity(model: SemanticModel) -> Iterator[Issue]:
    """Both sides of a conversion have its entity, and the properties that must agree."""
    for metric in _whole(model):
        if not isinstance(metric, ConversionMetric):
            continue
        for position, used in enumerate(inputs_of(metric)):
            side = model.metrics[used.metric]
            if not isinstance(side, SimpleMetric):
                continue
            if not _is_key(model, side, metric.entity):
                yield entity_missing(model, metric, side)
            for pair in metric.constants:
                yield from _field_issues(model, metric, side, pair[position], "constant_properties")


def filters_lead_home(model: SemanticModel) -> Iterator[Issue]:
    """A field of `where` is reached by exactly one path from every dataset that it filters."""
    for metric in _whole(model):
        for condition, filtered in _own_filters(metric):
            names = dict.fromkeys(
                name
                for leaf in leaves_of(condition)
                for name in (leaf.by if isinstance(leaf, CompareMetric) else (leaf.field,))
            )
            sides = [side for name in filtered for side in model.simple_metrics_of(name)]
            for side in {one.dataset: one for one in sides}.values():
                for name in names:
                    yield from _field_issues(model, metric, side, name, "where")


def units_are_known(model: SemanticModel) -> Iterator[Issue]:
    """`to_date` is a unit longer than a day; spans below a day need a calendar of that grain."""
    for metric in model.metrics.values():
        if isinstance(metric, CumulativeMetric) and metric.to_date is not None:
            unit = metric.to_date
            known = is_finer(Grain.day, unit) if isinstance(unit, Grain) else model.own_unit(unit)
            if not known:
                yield unit_unknown(model, metric, str(unit))
        for span in _spans(metric):
            unit = span.unit
            if (
                isinstance(unit, Grain)
                and is_finer(unit, Grain.day)
                and not model.calendar_of(unit)
            ):
                yield calendar_missing(metric, unit)


def own_units_are_not_shifted(model: SemanticModel) -> Iterator[Issue]:
    """A value since the start of a unit of one's own is known for the calendar's own days only."""
    for metric in _whole(model):
        for used in inputs_of(metric):
            if used.offset is None and used.to_grain is None:
                continue
            for name in (used.metric, *_behind(model, model.metrics[used.metric])):
                source = model.metrics[name]
                if isinstance(source, CumulativeMetric) and _is_own(source.to_date):
                    yield own_unit_shifted(metric, source)


METRIC_RULES: tuple[Callable[[SemanticModel], Iterator[Issue]], ...] = (
    inputs_lead_to_metrics,
    metrics_have_no_cycle,
    metrics_are_dated,
    levels_choose_a_moment,
    percentiles_say_which,
    substitutes_fit,
    additivity_fits,
    rows_come_from_simple_metrics,
    conversions_share_their_entity,
    filters_lead_home,
    units_are_known,
    own_units_are_not_shifted,
)


def _is_own(unit: Grain | str | None) -> bool:
    return unit is not None and not isinstance(unit, Grain)


def _simple(model: SemanticModel) -> Iterator[SimpleMetric]:
    return (metric for metric in model.metrics.values() if isinstance(metric, SimpleMetric))


def _whole(model: SemanticModel) -> Iterator[Metric]:
    """The metrics whose inputs exist, all the way down, and do not lead in a circle."""
    for metric in model.metrics.values():
        behind = set(_behind(model, metric))
        if behind <= model.metrics.keys() and not any(
            _leads_to(model, model.metrics[name], name) for name in {metric.name, *behind}
        ):
            yield metric


def _used(metric: Metric) -> Iterator[tuple[str, str]]:
    """The key and the name of each metric that a metric uses, those in its filters included."""
    match metric:
        case RatioMetric():
            keys = ["numerator", "denominator"]
        case ConversionMetric():
            keys = ["base", "conversion"]
        case _:
            keys = ["input" if isinstance(metric, CumulativeMetric) else "inputs"]
            keys *= len(inputs_of(metric))
    yield from zip(keys, (used.metric for used in inputs_of(metric)), strict=True)
    for condition in (metric.where, *(used.where for used in inputs_of(metric))):
        for leaf in leaves_of(condition):
            if isinstance(leaf, CompareMetric):
                yield "where", leaf.metric


def _behind(model: SemanticModel, metric: Metric) -> Iterator[str]:
    """The names of all metrics that a metric is made of, each once, however deep."""
    waiting, seen = [metric], set[str]()
    while waiting:
        for _, name in _used(waiting.pop()):
            if name not in seen:
                seen.add(name)
                yield name
                if name in model.metrics:
                    waiting.append(model.metrics[name])


def _leads_to(model: SemanticModel, start: Metric, goal: str) -> bool:
    return goal in _behind(model, start)


def _own_filters(metric: Metric) -> Iterator[tuple[Filter, tuple[str, ...]]]:
    """Each filter that a metric writes itself, and the metrics whose rows it is applied to."""
    inputs = inputs_of(metric)
    if metric.where is not None:
        names = (inputs[0].metric,) if isinstance(metric, ConversionMetric) else _names(inputs)
        yield metric.where, names or (metric.name,)
    for used in inputs:
        if used.where is not None:
            yield used.where, (used.metric,)


def _names(inputs: Iterable[MetricInput]) -> tuple[str, ...]:
    return tuple(used.metric for used in inputs)


def _spans(metric: Metric) -> Iterator[Span]:
    if isinstance(metric, CumulativeMetric | ConversionMetric) and metric.window is not None:
        yield metric.window
    if isinstance(metric, DerivedMetric | RatioMetric):
        yield from (used.offset for used in inputs_of(metric) if used.offset is not None)


def _is_key(model: SemanticModel, metric: SimpleMetric, name: str) -> bool:
    return any(entity.name == name for entity in model.datasets[metric.dataset].entities)


def _known_metric(model: SemanticModel, metric: Metric, key: str, name: str) -> Iterator[Issue]:
    if name in model.metrics:
        return
    near = nearest(name, model.metrics)
    hint_zh = f"相近的有：{'、'.join(near)}" if near else "请先定义它"
    hint_en = f"the nearest are {', '.join(near)}" if near else "define it first"
    yield issue(
        "metric_unknown",
        metric.place,
        f"指标 {metric.name!r} 的 {key} 指向的指标 {name!r} 不存在；{hint_zh}。",
        f"The {key} of metric {metric.name!r} is {name!r}, which does not exist; {hint_en}.",
        near,
    )


def _time_of_dataset(
    model: SemanticModel, metric: SimpleMetric, key: str, name: str
) -> Iterator[Issue]:
    dimensions = model.datasets[metric.dataset].dimensions
    times = tuple(one.name for one in dimensions.values() if one.type == "time")
    if name in times:
        return
    near = nearest(name, times) or times
    yield issue(
        "time_dimension_unknown",
        metric.place,
        f"指标 {metric.name!r} 的 {key} {name!r} 不是数据集 {metric.dataset!r} 的时间维度；"
        f"可用的有：{'、'.join(near) or '无'}。",
        f"The {key} {name!r} of metric {metric.name!r} is no time dimension of dataset "
        f"{metric.dataset!r}; it has {', '.join(near) or 'none'}.",
        near,
    )


def _field_issues(
    model: SemanticModel, metric: Metric, side: SimpleMetric, name: str, key: str
) -> Iterator[Issue]:
    """What keeps the rows of `side` from a field that `metric` names under `key`."""
    field = field_of(name, model)
    if field.name == METRIC_TIME:
        return
    found = model.find_dimension(field.name)
    if found is None:
        yield field_unknown(metric, key, field.name, nearest(field.name, model.dimensions))
        return
    ways = ways_to(model, side.dataset, field.name)
    if len(ways) != 1 or found[1].personal:
        yield field_unreachable(metric, key, side, found[1], len(ways))
