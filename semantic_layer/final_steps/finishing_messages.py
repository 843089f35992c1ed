"""The sentences of shares, rankings, the rest, and running numbers: one function per problem.

Used by `shares`, `running` and `finishing_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence

from semantic_layer.issues import Issue, Text
from semantic_layer.model import Metric
from semantic_layer.query import Grain


def _listed(names: Sequence[str]) -> tuple[str, str]:
    return "、".join(names), ", ".join(names)


def metric_needed() -> Issue:
    """Shares, ranks, the rest or running numbers of a mere list of values."""
    return Issue(
        code="metric_needed",
        message=Text(
            zh="占比、名次、其他项、累计和平均都需要一个指标；请在 metrics 中加上。",
            en="Shares, ranks, a row of the rest, running numbers and averages need a metric; "
            "name one.",
        ),
    )


def share_of_nothing() -> Issue:
    """A share without groups and without a condition to lift."""
    return Issue(
        code="share_of_nothing",
        message=Text(
            zh="占比需要分组（例如按省份），或者在 beyond 中写明整体不受哪个条件限制。",
            en="A share needs groups, such as provinces, or `beyond`: the field whose condition "
            "does not narrow the whole.",
        ),
    )


def share_field_unknown(name: str, known: Sequence[str]) -> Issue:
    """A column or field of `share_of` that the query does not have."""
    zh, en = _listed(known)
    return Issue(
        code="share_field_unknown",
        message=Text(
            zh=f"占比中的 {name!r} 不在本次查询的分组或条件里"
            + (f"；可用的有：{zh}。" if known else "；请先加上。"),
            en=f"The share names {name!r}, which is no group or condition of the query"
            + (f"; it has {en}." if known else "; add it first."),
        ),
        where=name,
        suggestions=tuple(known),
    )


def share_condition_mixed(names: Sequence[str]) -> Issue:
    """A condition that cannot be lifted without lifting another one."""
    zh, en = _listed(names)
    return Issue(
        code="share_condition_mixed",
        message=Text(
            zh=f"对 {zh} 的条件用“或”“非”和其他条件连在一起，整体无法只放开它；请分开写条件。",
            en=f"The condition on {en} is joined to others by 'or' or 'not', so the whole cannot "
            "leave it out alone; write the conditions apart.",
        ),
        where=names[0] if names else None,
    )


def share_not_additive(metric: Metric, instead: Sequence[Metric]) -> Issue:
    """A metric of which no group is a part of a whole."""
    zh, en = "、".join(m.label.zh for m in instead), ", ".join(m.label.en for m in instead)
    return Issue(
        code="share_not_additive",
        message=Text(
            zh=f"{metric.label.zh}在这里不能相加成一个整体，没有占比"
            + (f"；可以看占比的有：{zh}。" if instead else "；请换一个可加的指标。"),
            en=f"{metric.label.en} does not add up to a whole here and has no shares"
            + (f"; {en} can be shared." if instead else "; choose a metric that adds up."),
        ),
        where=metric.name,
        suggestions=tuple(one.name for one in instead),
    )


def shares_overlap(metric: Metric) -> Issue:
    """Notice: one thing may be in several groups."""
    return Issue(
        code="shares_overlap",
        message=Text(
            zh=f"{metric.label.zh}是去重计数，同一个可能出现在多个分组里，占比之和可能超过 100%。",
            en=f"{metric.label.en} is a distinct count; one of them may be in several groups, so "
            "the shares may add up to more than 100 %.",
        ),
        where=metric.name,
    )


def limit_within_needs_limit() -> Issue:
    """So many rows of each, without saying how many."""
    return Issue(
        code="limit_within_needs_limit",
        message=Text(
            zh="每组取前几名需要 limit；请写明取几个。",
            en="`limit_within` needs `limit`: say how many rows of each are kept.",
        ),
    )


def limit_within_unknown(name: str, columns: Sequence[str]) -> Issue:
    """A column of `limit_within` that the query is not grouped by."""
    zh, en = _listed(columns)
    return Issue(
        code="limit_within_unknown",
        message=Text(
            zh=f"不能在每个 {name!r} 内取前几名：它不在分组里"
            + (f"；分组有：{zh}。" if columns else "；请先按它分组。"),
            en=f"Rows cannot be limited within {name!r}: the query is not grouped by it"
            + (f"; it is by {en}." if columns else "; add it to the group-by."),
        ),
        where=name,
        suggestions=tuple(columns),
    )


def limit_within_everything() -> Issue:
    """Every group is one row: there is nothing to choose from."""
    return Issue(
        code="limit_within_everything",
        message=Text(
            zh="limit_within 写了全部分组列，每组只有一行；请留出要排名的那一列。",
            en="`limit_within` names every column of the group-by, so each has one row; leave out "
            "the one that is ranked.",
        ),
    )


def others_need_limit() -> Issue:
    """A row of the rest where nothing is left over."""
    return Issue(
        code="others_need_limit",
        message=Text(
            zh="“其他”是前几名以外的合计，需要分组和 limit；请补充。",
            en="`others` adds up what lies beyond the limit; add `limit` and a group-by.",
        ),
    )


def others_with_having() -> Issue:
    """A row of the rest beside a condition that leaves groups out."""
    return Issue(
        code="others_with_having",
        message=Text(
            zh="对指标的条件会去掉一些分组，“其他”就说不清包含哪些；请去掉其中一个。",
            en="A condition on a metric leaves groups out, so it is not clear what the row of the "
            "rest holds; drop one of the two.",
        ),
    )


def others_not_additive(metric: Metric) -> Issue:
    """A metric whose rows cannot be added up to one of the rest."""
    return Issue(
        code="others_not_additive",
        message=Text(
            zh=f"{metric.label.zh}不能把各行相加（比率、去重计数、平均、存量或累计），"
            "没有“其他”一行；请去掉 others。",
            en=f"The rows of {metric.label.en} cannot be added up (a ratio, a distinct count, an "
            "average, a level or a running number), so it has no row of the rest; drop `others`.",
        ),
        where=metric.name,
    )


def running_by_time() -> Issue:
    """Running numbers without the time that they run along."""
    return Issue(
        code="running_by_time",
        message=Text(
            zh="累计和滚动需要按指标自己的时间分组，例如 metric_time__day，并去掉其他的时间分组。",
            en="Running numbers need the metric's own time in the group-by, such as "
            "metric_time__day, and no other time beside it.",
        ),
    )


def running_compared() -> Issue:
    """Running numbers and a comparison in one query."""
    return Issue(
        code="running_compared",
        message=Text(
            zh="累计或滚动的数暂不能同时做同比、环比；请分两次问。",
            en="Running numbers cannot be compared with another time in one query; ask for the "
            "two apart.",
        ),
    )


def running_unit() -> Issue:
    """A stretch that days cannot tell, or that no data fill."""
    return Issue(
        code="running_unit",
        message=Text(
            zh="累计和滚动的单位是 day、week、month、quarter 或 year，最长一百年；请改用这些单位。",
            en="Running numbers count in day, week, month, quarter or year, over a hundred years "
            "at the most; use one of these units.",
        ),
    )


def running_average_unit(grain: Grain) -> Issue:
    """An average over other periods than those that are shown."""
    return Issue(
        code="running_average_unit",
        message=Text(
            zh=f"滚动平均的单位要和分组的时间粒度一致；请用 {grain}，或换一个粒度。",
            en=f"A rolling average counts in the periods that are shown; use {grain}, or group "
            "by another grain.",
        ),
        suggestions=(str(grain),),
    )


def running_to_date_unit(unit: Grain, grain: Grain) -> Issue:
    """A number since the start of a unit that is shorter than the periods shown."""
    return Issue(
        code="running_to_date_unit",
        message=Text(
            zh=f"按 {grain} 分组时看不出 {unit} 内的累计；请换更细的粒度或更长的单位。",
            en=f"A number since the start of the {unit} cannot be seen by {grain}; choose a finer "
            "grain or a longer unit.",
        ),
        suggestions=(str(unit),),
    )


def running_time_condition() -> Issue:
    """A rolling average, and a condition that cuts the periods which it looks back at."""
    return Issue(
        code="running_time_condition",
        message=Text(
            zh="滚动平均要往前看几期，条件里的时间会把它们去掉；请把时间写在 time 里。",
            en="A rolling average looks back at earlier periods, which a condition on the time "
            "takes away; give the days as `time` instead.",
        ),
    )


def running_unfit(metric: Metric) -> Issue:
    """A metric that is running already, a level, a conversion, or from another time."""
    return Issue(
        code="running_unfit",
        message=Text(
            zh=f"{metric.label.zh}本身已是累计、存量、转化或其他时间的数，不能再累计或滚动；"
            "请换成它背后的指标。",
            en=f"{metric.label.en} is already a running number, a level, a conversion or one from "
            "another time; ask for the metric behind it.",
        ),
        where=metric.name,
    )


def running_start_not_loaded(metric: Metric, since: str, first: str) -> Issue:
    """A running total that would begin before the data."""
    return Issue(
        code="running_start_not_loaded",
        message=Text(
            zh=f"{metric.label.zh}要从 {since} 起累计，而数据从 {first} 才有；请从这一天问起。",
            en=f"{metric.label.en} would run from {since}, and its data begin on {first}; ask from "
            "that day on.",
        ),
        where=metric.name,
    )
