"""The sentences of averages per period: one function per problem. Used by `averages`."""

from __future__ import annotations

from collections.abc import Sequence

from semantic_layer.catalog import DateRange
from semantic_layer.issues import Issue, Text
from semantic_layer.query import Grain

_UNITS = {
    Grain.day: Text(zh="日", en="day"),
    Grain.week: Text(zh="周", en="week"),
    Grain.month: Text(zh="月", en="month"),
    Grain.quarter: Text(zh="季度", en="quarter"),
    Grain.year: Text(zh="年", en="year"),
}
_NAMED = 2


def average_unit(units: Sequence[Grain]) -> Issue:
    """A period that days cannot tell."""
    listed = ", ".join(units)
    return Issue(
        code="average_unit",
        message=Text(
            zh=f"平均的单位只能是 {listed}；请改用其中一个。",
            en=f"Numbers are averaged per {listed}; use one of these.",
        ),
        suggestions=tuple(units),
    )


def average_with_running() -> Issue:
    """An average per period, of numbers that run along periods."""
    return Issue(
        code="average_with_running",
        message=Text(
            zh="日均、月均等平均不能同时累计或滚动；请分两次问。",
            en="An average per period cannot be a running number as well; ask for the two apart.",
        ),
    )


def average_with_share() -> Issue:
    """A share of averages: of what adds up it is the share of the sums."""
    return Issue(
        code="average_with_share",
        message=Text(
            zh="平均数不看占比；请去掉平均直接看占比（可加指标的占比相同），或分两次问。",
            en="An average per period has no share; ask for the share of the totals, which is the "
            "same for what adds up, or for the two apart.",
        ),
    )


def average_grain(per: Grain, column: str) -> Issue:
    """Periods that do not fit into those of the group-by: weeks into months."""
    return Issue(
        code="average_grain",
        message=Text(
            zh=f"{_UNITS[per].zh}均需要由若干个完整的{_UNITS[per].zh}组成的时间段，"
            f"{column!r} 不是；请按更长的时间分组，或换成更短的平均单位，例如日均。",
            en=f"An average per {_UNITS[per].en} needs periods of several whole {_UNITS[per].en}s, "
            f"which those of {column!r} are not; group by longer periods, or average per day.",
        ),
        where=column,
    )


def average_other_time(field: str) -> Issue:
    """A time of the metric's rows by its own name: which of its days are counted is not clear."""
    return Issue(
        code="average_other_time",
        message=Text(
            zh=f"取平均时不能按 {field!r} 分组或筛选；请改用 metric_time 或 time。",
            en=f"An average per period cannot be grouped or filtered by {field!r}; use metric_time "
            "or `time` instead.",
        ),
        where=field,
    )


def average_time_condition(field: str) -> Issue:
    """A condition on time of which it cannot be said which days meet it."""
    return Issue(
        code="average_time_condition",
        message=Text(
            zh=f"对 {field!r} 的条件说不清取平均时算哪几天；请单独写时间条件，或把日期写进 time。",
            en=f"The condition on {field!r} does not tell which days an average is over; write "
            "conditions on time apart from others, or give the days as `time`.",
        ),
        where=field,
    )


def average_compared_periods() -> Issue:
    """A comparison of averages, each period with its counterpart."""
    return Issue(
        code="average_compared_periods",
        message=Text(
            zh="每个时间段的平均暂不能逐期对比；请去掉时间分组，或分两次问。",
            en="Averages are compared window against window, not period by period; drop the "
            "periods of the group-by, or ask for the two apart.",
        ),
    )


def average_needs_time() -> Issue:
    """Periods without number: nobody knows which days the data cover."""
    return Issue(
        code="average_needs_time",
        message=Text(
            zh="取平均需要知道一共有多少天；请加上时间范围，例如“上个月”。",
            en="An average needs to know how many days there are; add a time window, such as last "
            "month.",
        ),
    )


def average_cut_periods(per: Grain, cut: Sequence[DateRange]) -> Issue:
    """Notice: periods of which not all days are counted."""
    unit = _UNITS[per]
    zh, en = "、".join(map(_span, cut[:_NAMED])), ", ".join(map(_span, cut[:_NAMED]))
    more = len(cut) > _NAMED
    return Issue(
        code="average_cut_periods",
        message=Text(
            zh=f"有 {len(cut)} 个{unit.zh}不完整（{zh}{' 等' if more else ''}），"
            f"每个仍按一个{unit.zh}计入平均。",
            en=f"{len(cut)} of the {unit.en}s {'is' if len(cut) == 1 else 'are'} not whole "
            f"({en}{' and others' if more else ''}); each still counts as one in the average.",
        ),
    )


def average_base_short(days: DateRange) -> Issue:
    """Notice: the average to compare with is over the days of it that are loaded."""
    return Issue(
        code="average_base_short",
        message=Text(
            zh=f"对比期 {_span(days)} 的数据不完整，对比期的平均只算有数据的日子。",
            en=f"The days to compare with, {_span(days)}, are not all loaded; their average is "
            "over those that are.",
        ),
    )


def _span(days: DateRange) -> str:
    if days.days == 1:
        return days.start.isoformat()
    return f"{days.start.isoformat()} – {days.last_day.isoformat()}"
