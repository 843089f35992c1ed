"""The sentences of the resolver: one function per problem, each in both languages.

Every sentence says what is wrong, what exists instead, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from semantic_layer.issues import Issue, Text
from semantic_layer.model import Dataset, Dimension, Metric, Place, SimpleMetric
from semantic_layer.query import DatePart, Grain
from semantic_layer.resolving.joins import Path


def _or(names: Iterable[str]) -> tuple[str, str]:
    listed = tuple(names)
    if not listed:
        return "", ""
    return f"；相近的有：{'、'.join(listed)}", f"; the nearest are {', '.join(listed)}"


def unknown_metric(name: str, near: tuple[str, ...]) -> Issue:
    """A metric that is not governed."""
    zh, en = _or(near)
    return Issue(
        code="unknown_metric",
        message=Text(
            zh=f"没有名为 {name!r} 的指标{zh}。请从指标目录中选择。",
            en=f"There is no metric {name!r}{en}. Choose one from the catalogue.",
        ),
        where=name,
        suggestions=near,
    )


def unknown_dimension(name: str, near: tuple[str, ...]) -> Issue:
    """A dimension that is not defined."""
    zh, en = _or(near)
    return Issue(
        code="unknown_dimension",
        message=Text(
            zh=f"没有名为 {name!r} 的维度{zh}。",
            en=f"There is no dimension {name!r}{en}.",
        ),
        where=name,
        suggestions=near,
    )


def personal_dimension(dimension: Dimension) -> Issue:
    """A dimension that names a person."""
    return Issue(
        code="personal_dimension",
        message=Text(
            zh=f"{dimension.label.zh}是个人信息，不能查询或分组；请改用省份、会员等级等汇总维度。",
            en=f"{dimension.label.en} is personal data and cannot be shown or grouped by; "
            "use a dimension such as province or member level.",
        ),
        where=dimension.name,
    )


def unknown_order(name: str, columns: Sequence[str]) -> Issue:
    """Sorting by something that is not in the query."""
    return Issue(
        code="unknown_order",
        message=Text(
            zh=f"不能按 {name!r} 排序：它不在本次查询中；可用的有：{'、'.join(columns)}。",
            en=f"Cannot sort by {name!r}: it is not in the query; it has {', '.join(columns)}.",
        ),
        where=name,
        suggestions=tuple(columns),
    )


def grain_needed(name: str) -> Issue:
    """A time column in the group-by without a grain."""
    return Issue(
        code="grain_needed",
        message=Text(
            zh=f"按 {name!r} 分组需要时间粒度，例如 {name}__day。",
            en=f"Grouping by {name!r} needs a grain, such as {name}__day.",
        ),
        where=name,
    )


def grain_on_category(dimension: Dimension) -> Issue:
    """A grain on something that is not time."""
    return Issue(
        code="grain_on_category",
        message=Text(
            zh=f"{dimension.label.zh}不是时间，不能带时间粒度。",
            en=f"{dimension.label.en} is not a time and takes no grain.",
        ),
        where=dimension.name,
    )


def grain_too_fine(metric: SimpleMetric, asked: Grain, offered: Grain) -> Issue:
    """A grain below that of the data."""
    return Issue(
        code="grain_too_fine",
        message=Text(
            zh=f"{metric.label.zh}的数据最细到 {offered}，不能按 {asked} 查看。",
            en=f"{metric.label.en} is known by {offered} at the finest, not by {asked}.",
        ),
        where=metric.name,
        suggestions=(str(offered),),
    )


def part_too_fine(known: SimpleMetric | Dimension, asked: DatePart, offered: Grain) -> Issue:
    """A part of the day of a time that is known by the day."""
    return Issue(
        code="part_too_fine",
        message=Text(
            zh=f"{known.label.zh}的时间最细到 {offered}，没有 {asked} 可看；请去掉这个条件或分组。",
            en=f"The time of {known.label.en} is known by {offered} at the finest and has no "
            f"{asked}; drop that condition or group.",
        ),
        where=known.name,
        suggestions=(str(offered),),
    )


def unreachable_dimension(
    metric: SimpleMetric,
    dimension: Dimension,
    reachable: Sequence[Dimension],
    kin: Sequence[Metric],
) -> Issue:
    """A dimension that the metric's dataset does not lead to; `kin` are metrics that reach it."""
    zh = f"；可按{dimension.label.zh}查看的有：{'、'.join(one.label.zh for one in kin)}"
    en = f"; {', '.join(one.label.en for one in kin)} can"
    return Issue(
        code="unreachable_dimension",
        message=Text(
            zh=f"{metric.label.zh}不能按{dimension.label.zh}查看{zh if kin else ''}。"
            f"{metric.label.zh}可用的维度：{'、'.join(one.label.zh for one in reachable)}。",
            en=f"{metric.label.en} cannot be seen by {dimension.label.en}{en if kin else ''}. "
            f"{metric.label.en} can be seen by {', '.join(one.label.en for one in reachable)}.",
        ),
        where=dimension.name,
        suggestions=(*(one.name for one in kin), *(one.name for one in reachable)),
    )


def ambiguous_path(metric: SimpleMetric, dimension: Dimension, paths: tuple[Path, ...]) -> Issue:
    """Two ways from a metric to a dimension."""
    ways = tuple(" → ".join((metric.dataset, *(join.right for join in path))) for path in paths)
    return Issue(
        code="ambiguous_path",
        message=Text(
            zh=f"{metric.label.zh}到{dimension.label.zh}有多条关联路径（{'；'.join(ways)}），"
            "请分析师在定义中只保留一条。",
            en=f"{metric.label.en} reaches {dimension.label.en} by several paths "
            f"({'; '.join(ways)}); an analyst must leave one in the definitions.",
        ),
        where=dimension.name,
        suggestions=ways,
    )


def nothing_loaded() -> Issue:
    """An empty project."""
    return Issue(
        code="nothing_loaded",
        message=Text(
            zh="还没有载入任何数据；请先运行 koujing ingest 文件，或 koujing demo 生成演示店铺。",
            en="No data are loaded; run koujing ingest FILE, or koujing demo for the demo shop.",
        ),
    )


def unknown_column(column: str, place: Place, source: str, near: tuple[str, ...]) -> Issue:
    """A definition that names a column which its table does not have."""
    zh, en = _or(near)
    return Issue(
        code="unknown_column",
        message=Text(
            zh=f"定义用到的列 {column!r} 在 {source} 中不存在{zh}；请修改定义。",
            en=f"The definition uses the column {column!r}, which {source} does not have{en}; "
            "correct the definition.",
        ),
        where=str(place),
        suggestions=near,
    )


def metric_not_loaded(metric: SimpleMetric, dataset: Dataset, missing: Sequence[str]) -> Issue:
    """A governed metric without data: no export at all, or one without the `missing` columns."""
    columns = ", ".join(missing)
    zh = f"已载入的文件没有其中的 {columns}" if missing else "目前没有载入"
    en = f"and no loaded file has its {columns}" if missing else "which is not loaded"
    return Issue(
        code="data_not_loaded",
        message=Text(
            zh=f"{metric.label.zh}需要{dataset.export_name.zh}的数据，{zh}；载入后再问。",
            en=f"{metric.label.en} needs {dataset.export_name.en}, {en}; load it and ask again.",
        ),
        where=metric.name,
    )


def dimension_not_loaded(dimension: Dimension) -> Issue:
    """A dimension whose columns no loaded file fills."""
    return Issue(
        code="dimension_not_loaded",
        message=Text(
            zh=f"已载入的文件里没有{dimension.label.zh}这一列；请导入包含它的文件，或换一个维度。",
            en=f"No loaded file has {dimension.label.en}; "
            "ingest one that has it, or use another dimension.",
        ),
        where=dimension.name,
    )


def not_a_date(field: str, value: str) -> Issue:
    """A filter on a time dimension with something else than a date."""
    return Issue(
        code="not_a_date",
        message=Text(
            zh=f"{field} 的筛选值 {value!r} 不是日期；请写成 2024-03-01。",
            en=f"The value {value!r} for {field} is not a date; write it like 2024-03-01.",
        ),
        where=field,
    )


def unknown_unit(unit: str) -> Issue:
    """A grain that neither the calendar nor the model defines."""
    return Issue(
        code="unknown_unit",
        message=Text(
            zh=f"没有名为 {unit!r} 的时间单位；请用 day、week、month 等，或日历中定义的单位。",
            en=f"There is no unit of time {unit!r}; use day, week, month and so on, "
            "or one that the calendar defines.",
        ),
        where=unit,
    )


def time_needed(metric: SimpleMetric) -> Issue:
    """An offset or running metric without time in the group-by."""
    return Issue(
        code="time_needed",
        message=Text(
            zh=f"取自其他时间或随时间累计的指标（{metric.label.zh}）需要按时间分组，"
            "例如 metric_time__day。",
            en=f"A metric from another time, or accumulated over it ({metric.label.en}), must be "
            "grouped by time, such as metric_time__day.",
        ),
        where=metric.name,
    )


def calendar_needed(metric: SimpleMetric) -> Issue:
    """A running or offset metric in a model without a calendar table, or with one not loaded."""
    return Issue(
        code="calendar_needed",
        message=Text(
            zh=f"累计或跨期的{metric.label.zh}需要一张日历表；请让分析师在定义中加上并载入。",
            en=f"{metric.label.en}, accumulated or from another time, needs a calendar table; "
            "an analyst must define one and load it.",
        ),
        where=metric.name,
    )
