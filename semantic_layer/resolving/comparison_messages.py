"""What an asker is told about a comparison that cannot be made, or only in part.

Part of `comparisons` and `coverage_issues`; imports `catalog`, `issues`, `model` and `query`.
"""

from __future__ import annotations

from collections.abc import Sequence

from semantic_layer.catalog import DateRange
from semantic_layer.issues import Issue, Text
from semantic_layer.model import SimpleMetric
from semantic_layer.query import Comparison, Grain


def needs_time() -> Issue:
    """A comparison without a window, or with one that has no beginning."""
    return Issue(
        code="comparison_needs_time",
        message=Text(
            zh="同比或环比需要一个时间范围，请补充，例如“上个月”。",
            en="A comparison needs a time window; add one, such as 'last month'.",
        ),
    )


def filters_time(field: str) -> Issue:
    """A condition on absolute time, which no moment of the other side meets."""
    return Issue(
        code="comparison_filters_time",
        message=Text(
            zh=f"对比时不能用 {field!r} 筛选日期：对比期的日期都不符合；请把日期写进时间范围。",
            en=f"A comparison cannot filter by {field!r}: no day of the other side would meet it; "
            "put the days into the time window instead.",
        ),
        where=field,
    )


def own_unit(unit: str) -> Issue:
    """Periods of the model's own calendar, whose counterparts nobody has defined."""
    return Issue(
        code="comparison_own_unit",
        message=Text(
            zh=f"不能按自定义的时间单位 {unit!r} 逐期对比；请改用日、周、月、季度或年。",
            en=f"Periods of the unit {unit!r} cannot be compared one by one; group by day, week, "
            "month, quarter or year.",
        ),
        where=unit,
    )


def mixed_times(field: str, metrics: Sequence[SimpleMetric]) -> Issue:
    """A time that is the own one of some of the asked metrics only."""
    zh = "、".join(metric.label.zh for metric in metrics)
    en = ", ".join(metric.label.en for metric in metrics)
    return Issue(
        code="comparison_mixed_times",
        message=Text(
            zh=f"{zh}不是按 {field!r} 计时的，不能按它逐期对比；请改用 metric_time 分组。",
            en=f"{en} is not dated by {field!r}, so its periods cannot be compared; "
            "group by metric_time.",
        ),
        where=field,
    )


def grain_unfit(comparison: Comparison, grain: Grain, fitting: Sequence[Grain]) -> Issue:
    """Periods that have no counterpart of that kind: months have no weekday."""
    listed = ", ".join(fitting)
    return Issue(
        code="comparison_grain",
        message=Text(
            zh=f"{comparison} 不能按 {grain} 逐期对比；可用的时间粒度有：{listed}。",
            en=f"{comparison} cannot compare each {grain}; group by {listed}.",
        ),
        where=str(grain),
        suggestions=tuple(fitting),
    )


def event_needed(events: Sequence[str]) -> Issue:
    """Alignment by an event that nobody has named."""
    listed = "、".join(events)
    return Issue(
        code="comparison_event_needed",
        message=Text(
            zh="按活动对齐的对比需要说明是哪个活动"
            + (f"，例如 {listed}。" if events else "；请先在 models/ 里用 events: 定义。"),
            en="A comparison aligned by an event needs to know which"
            + (f", such as {', '.join(events)}." if events else "; define it under events: first."),
        ),
        suggestions=tuple(events),
    )


def window_open() -> Issue:
    """Everything there is as the other side."""
    return Issue(
        code="comparison_window_open",
        message=Text(
            zh="对比的另一方需要一段确定的时间，例如“上个月”。",
            en="The other side of a comparison needs days of its own, such as last month.",
        ),
    )


def splits_periods(metric: SimpleMetric, grain: Grain) -> Issue:
    """A value of whole periods ago, set against days that are no whole periods."""
    return Issue(
        code="comparison_splits_periods",
        message=Text(
            zh=f"{metric.label.zh}要用完整的时间段（{grain}）推算，对比期凑不成完整的一段；"
            "请改按日分组。",
            en=f"{metric.label.en} is made of whole periods ({grain}), and the days to compare "
            "with are none; group by day.",
        ),
        where=metric.name,
    )


def no_base(compared: DateRange) -> Issue:
    """Notice: the other side of a comparison is not loaded, or not all of it."""
    return Issue(
        code="no_base",
        message=Text(
            zh=f"对比期 {_span(compared)} 没有完整的数据，无法对比。",
            en=f"The days to compare with, {_span(compared)}, are not all loaded; "
            "there is no comparison.",
        ),
    )


def base_short(compared: DateRange) -> Issue:
    """Notice: some periods have no counterpart that is loaded as a whole."""
    return Issue(
        code="base_short",
        message=Text(
            zh=f"对比期 {_span(compared)} 的数据不完整；缺少数据的时间点无可比数据，留空。",
            en=f"The days to compare with, {_span(compared)}, are not all loaded; periods whose "
            "counterpart lacks days have no base.",
        ),
    )


def _span(days: DateRange) -> str:
    if days.days == 1:
        return days.start.isoformat()
    return f"{days.start.isoformat()} – {days.last_day.isoformat()}"
