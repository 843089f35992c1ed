"""The sentences of `coverage_issues`: what is not loaded, one function per problem or notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from semantic_layer.catalog import DateRange
from semantic_layer.issues import Issue, Text
from semantic_layer.model import Metric, SimpleMetric


def _span(days: DateRange) -> str:
    if days.days == 1:
        return days.start.isoformat()
    return f"{days.start.isoformat()} – {days.last_day.isoformat()}"


def no_data_in_window(
    metric: SimpleMetric, asked: DateRange, covered: Sequence[DateRange]
) -> Issue:
    """A window without a single loaded day."""
    loaded = ", ".join(_span(days) for days in covered[-3:])
    return Issue(
        code="no_data_in_window",
        message=Text(
            zh=f"{metric.label.zh}在 {_span(asked)} 没有数据；"
            f"已载入的是 {loaded}，请改问这段时间。",
            en=f"There are no data for {metric.label.en} in {_span(asked)}; "
            f"{loaded} is loaded, ask about those days.",
        ),
        where=metric.name,
    )


def column_partly_loaded(metric: SimpleMetric, known: tuple[DateRange, ...]) -> Issue:
    """A window in which some files lack the metric's column."""
    days = ", ".join(_span(part) for part in known)
    return Issue(
        code="column_partly_loaded",
        message=Text(
            zh=f"部分已载入的文件缺少{metric.label.zh}所需的列，算出来会偏小；"
            f"请只问 {days}，或补齐文件。",
            en=f"Some loaded files lack a column that {metric.label.en} needs, so the number "
            f"would be too small; ask about {days} only, or ingest complete files.",
        ),
        where=metric.name,
    )


def _of(metrics: Sequence[Metric]) -> tuple[str, str]:
    """Which metrics a notice concerns; none are named where it concerns all."""
    zh = "、".join(metric.label.zh for metric in metrics)
    en = ", ".join(metric.label.en for metric in metrics)
    return f"{zh}的" if metrics else "", f" for {en}" if metrics else ""


def data_end_early(last: date, asked: DateRange, metrics: Sequence[Metric]) -> Issue:
    """Notice: the data stop inside the window."""
    zh, en = _of(metrics)
    return Issue(
        code="data_end_early",
        message=Text(
            zh=f"{zh}数据只到 {last.isoformat()}，{_span(asked)} 尚不完整。",
            en=f"The data{en} end on {last.isoformat()}; {_span(asked)} is incomplete.",
        ),
    )


def data_start_late(first: date, asked: DateRange, metrics: Sequence[Metric]) -> Issue:
    """Notice: the data begin inside the window."""
    zh, en = _of(metrics)
    return Issue(
        code="data_start_late",
        message=Text(
            zh=f"{zh}数据从 {first.isoformat()} 开始，{_span(asked)} 尚不完整。",
            en=f"The data{en} begin on {first.isoformat()}; {_span(asked)} is incomplete.",
        ),
    )


def days_missing(gap: DateRange, metrics: Sequence[Metric]) -> Issue:
    """Notice: days inside the window that no file covers."""
    zh, en = _of(metrics)
    return Issue(
        code="days_missing",
        message=Text(
            zh=f"{_span(gap)} 没有载入{zh}数据，未计入。",
            en=f"{_span(gap)} is not loaded{en} and not counted.",
        ),
    )


def history_not_loaded(metric: SimpleMetric, known: tuple[DateRange, ...]) -> Issue:
    """A running or earlier value whose earlier days are not loaded."""
    days = ", ".join(_span(part) for part in known)
    return Issue(
        code="history_not_loaded",
        message=Text(
            zh=f"累计或跨期的{metric.label.zh}还需要更早的数据，它们没有载入；"
            + (f"可以算的是 {days}，请改问这段时间。" if days else "请先载入更早的数据。"),
            en=f"{metric.label.en}, accumulated or from another time, needs earlier data that are "
            "not loaded; " + (f"ask about {days}." if days else "load them first."),
        ),
        where=metric.name,
    )


def running_value_at(metric: SimpleMetric, rows: DateRange) -> Issue:
    """Notice: a running value without time is the one at the end of the window."""
    return Issue(
        code="running_value_at",
        message=Text(
            zh=f"累计的{metric.label.zh}取最后一天的值，算的是 {_span(rows)}。",
            en=f"Accumulated {metric.label.en} is that of the last day; it holds {_span(rows)}.",
        ),
        where=metric.name,
    )


def history_short(metric: SimpleMetric, known: tuple[DateRange, ...]) -> Issue:
    """Notice: some of the asked days lack the earlier days that their value needs."""
    days = ", ".join(_span(part) for part in known)
    return Issue(
        code="history_short",
        message=Text(
            zh=f"累计或跨期的{metric.label.zh}只有 {days} 算得出来，其余日期缺少更早的数据，留空。",
            en=f"{metric.label.en}, accumulated or from another time, is known for {days} only; "
            "other days lack earlier data and stay empty.",
        ),
        where=metric.name,
    )
