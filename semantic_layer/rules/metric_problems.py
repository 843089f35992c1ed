"""The sentences of `metric_rules`: one function per problem, each in both languages."""

from __future__ import annotations

from semantic_layer.issues import Issue, Text, nearest
from semantic_layer.model import (
    ConversionMetric,
    Dimension,
    Metric,
    Place,
    SemanticModel,
    SimpleMetric,
)
from semantic_layer.query import Grain
from semantic_layer.resolving.windows import is_finer

COUNTED = ("count", "count_distinct", "sum", "sum_boolean")


def issue(code: str, place: Place, zh: str, en: str, suggestions: tuple[str, ...] = ()) -> Issue:
    """A problem at the place of a definition."""
    return Issue(code=code, message=Text(zh=zh, en=en), where=str(place), suggestions=suggestions)


def field_unknown(metric: Metric, key: str, name: str, near: tuple[str, ...]) -> Issue:
    """A filter, grouping or property over a dimension that nobody defines."""
    hint_zh = f"相近的有：{'、'.join(near)}" if near else "请先定义它"
    hint_en = f"the nearest are {', '.join(near)}" if near else "define it first"
    return issue(
        "field_unknown",
        metric.place,
        f"指标 {metric.name!r} 的 {key} 用到的维度 {name!r} 不存在；{hint_zh}。",
        f"The {key} of metric {metric.name!r} uses the dimension {name!r}, which does not exist; "
        f"{hint_en}.",
        near,
    )


def field_unreachable(
    metric: Metric, key: str, side: SimpleMetric, dimension: Dimension, ways: int
) -> Issue:
    """A dimension that the rows do not reach by exactly one path, or that names a person."""
    if dimension.personal:
        zh, en = "是个人信息", "is personal data"
    elif ways:
        zh, en = (
            f"从数据集 {side.dataset!r} 有多条路径可到",
            f"has several paths from {side.dataset!r}",
        )
    else:
        zh, en = f"从数据集 {side.dataset!r} 到不了", f"cannot be reached from {side.dataset!r}"
    return issue(
        "field_unreachable",
        metric.place,
        f"指标 {metric.name!r} 的 {key} 用到的维度 {dimension.name!r} {zh}；"
        "请换一个恰好有一条路径的维度。",
        f"The dimension {dimension.name!r} under {key} of metric {metric.name!r} {en}; "
        "choose one that exactly one path leads to.",
    )


def level_missing(metric: SimpleMetric) -> Issue:
    """A semi-additive metric that does not say which moment counts."""
    return issue(
        "level_without_moment",
        metric.place,
        f"指标 {metric.name!r} 是 semi_additive，却没说每段时间取哪一刻；"
        "请写 semi_additive: {dimension: 时间维度, choice: last}。",
        f"The metric {metric.name!r} is semi_additive but does not say which moment of a period "
        f"counts; write semi_additive: {{dimension: {metric.agg_time_dimension}, choice: last}}.",
    )


def not_simple(metric: Metric, source: Metric) -> Issue:
    """An accumulated or paired metric that is made of others."""
    return issue(
        "input_not_simple",
        metric.place,
        f"{metric.type} 指标 {metric.name!r} 用到的 {source.name!r} 是 {source.type}；"
        "这里只能用 simple 指标。",
        f"The {metric.type} metric {metric.name!r} uses {source.name!r}, which is {source.type}; "
        "name a simple metric.",
    )


def level_accumulated(metric: Metric, source: Metric) -> Issue:
    """A level that would be summed over days."""
    return issue(
        "level_accumulated",
        metric.place,
        f"指标 {metric.name!r} 会把存量 {source.name!r} 按天相加；请换一个流量指标。",
        f"The metric {metric.name!r} would add up the level {source.name!r} over days; "
        "choose a metric that counts events.",
    )


def not_counted(metric: Metric, source: SimpleMetric) -> Issue:
    """A conversion over something that is not counted."""
    return issue(
        "conversion_not_counted",
        metric.place,
        f"转化指标 {metric.name!r} 的 {source.name!r} 用的是 {source.agg}；"
        f"请改用 {'、'.join(COUNTED)}。",
        f"The conversion metric {metric.name!r} uses {source.name!r}, which is a {source.agg}; "
        f"events are counted with {', '.join(COUNTED)}.",
    )


def entity_missing(model: SemanticModel, metric: ConversionMetric, side: SimpleMetric) -> Issue:
    """A conversion by an entity that one side lacks."""
    names = tuple(entity.name for entity in model.datasets[side.dataset].entities)
    near = nearest(metric.entity, names) or names
    return issue(
        "conversion_entity_unknown",
        metric.place,
        f"转化指标 {metric.name!r} 的实体 {metric.entity!r} 不在数据集 {side.dataset!r} 里；"
        f"它有：{'、'.join(near) or '无'}。",
        f"The entity {metric.entity!r} of conversion metric {metric.name!r} is not in dataset "
        f"{side.dataset!r}; it has {', '.join(near) or 'none'}.",
        near,
    )


def unit_unknown(model: SemanticModel, metric: Metric, unit: str) -> Issue:
    """A `to_date` that is no unit."""
    own = [name for table in model.calendars for name in table.units]
    known = (*(str(grain) for grain in Grain if is_finer(Grain.day, grain)), *own)
    return issue(
        "unit_unknown",
        metric.place,
        f"指标 {metric.name!r} 的 to_date 没有单位 {unit!r}；可用的有：{'、'.join(known)}。",
        f"The to_date of metric {metric.name!r} is {unit!r}, which is no unit; "
        f"choose one of {', '.join(known)}.",
        nearest(unit, known) or known,
    )


def calendar_missing(metric: Metric, unit: Grain) -> Issue:
    """A span below a day without a calendar that fine."""
    return issue(
        "calendar_missing",
        metric.place,
        f"指标 {metric.name!r} 按 {unit} 计时，却没有这一粒度的日历；"
        "请改用天，或加一张这样的日历。",
        f"The metric {metric.name!r} counts by {unit}, and no calendar does; "
        "count by days, or define a calendar of that grain.",
    )


def own_unit_shifted(metric: Metric, source: Metric) -> Issue:
    """A value since the start of a unit of one's own, asked for at another time."""
    return issue(
        "own_unit_shifted",
        metric.place,
        f"指标 {metric.name!r} 取其他时间的 {source.name!r}，而后者从自定义单位的起点累计；"
        "请去掉 offset 和 to_grain，或改用日历单位。",
        f"The metric {metric.name!r} takes {source.name!r} from another time, but that runs from "
        "the start of a unit of your own; drop offset and to_grain, or use a calendar unit.",
    )
