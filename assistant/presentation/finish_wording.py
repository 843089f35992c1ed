"""Shares, ranks, top-N, the rest and running numbers in words, for `wording` and `presenting`.

Says what a column holds and what was understood; below `wording`, from which it imports nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from assistant.answer import Cell
from semantic_layer import Language, ResolvedQuery, SemanticQuery, Text
from semantic_layer.model import Metric
from semantic_layer.planning.query_plan import OTHERS
from semantic_layer.query import Grain, Running

Label = Callable[[str], str]

_OTHERS = Text(zh="其他", en="others")
_ALL_OTHERS = Text(zh="其他（其余合计）", en="others (all the rest)")
_UNITS = {
    Grain.day: Text(zh="天", en="day"),
    Grain.week: Text(zh="周", en="week"),
    Grain.month: Text(zh="个月", en="month"),
    Grain.quarter: Text(zh="个季度", en="quarter"),
    Grain.year: Text(zh="年", en="year"),
}
_TO_DATE = {
    Grain.day: Text(zh="当日累计", en="day to date"),
    Grain.week: Text(zh="当周累计", en="week to date"),
    Grain.month: Text(zh="当月累计", en="month to date"),
    Grain.quarter: Text(zh="当季累计", en="quarter to date"),
    Grain.year: Text(zh="当年累计", en="year to date"),
}


_AVERAGES = {
    Grain.day: (Text(zh="日均", en="daily average"), Text(zh="每天", en="day")),
    Grain.week: (Text(zh="周均", en="weekly average"), Text(zh="每周", en="week")),
    Grain.month: (Text(zh="月均", en="monthly average"), Text(zh="每月", en="month")),
    Grain.quarter: (Text(zh="季均", en="quarterly average"), Text(zh="每季度", en="quarter")),
    Grain.year: (Text(zh="年均", en="yearly average"), Text(zh="每年", en="year")),
}


def metric_label(metric: Metric, query: SemanticQuery, language: Language) -> str:
    """The label of a metric's column; averages and running numbers say over which days."""
    label = metric.label.in_(language)
    if query.average_per in _AVERAGES:
        named = _AVERAGES[query.average_per][0].in_(language)
        return f"{named}{label}" if language == "zh" else f"{label} ({named})"
    if query.running is None:
        return label
    told = running_text(query.running).in_(language)
    return f"{label}（{told}）" if language == "zh" else f"{label} ({told})"


def running_text(running: Running) -> Text:
    """What a running number holds.

    >>> running_text(Running(agg="average", count=7, unit=Grain.day)).en
    '7-day rolling average'
    """
    if running.to_date is not None:
        return _TO_DATE[running.to_date]
    if running.count is None or running.unit is None:
        return Text(zh="从首日起累计", en="running total from the first day")
    count, unit = running.count, _UNITS[running.unit]
    stretch = f"近 {count} {unit.zh}"
    match running.agg:
        case "total":
            return Text(zh=f"{stretch}合计", en=f"{count}-{unit.en} rolling total")
        case "average":
            return Text(zh=f"{stretch}平均", en=f"{count}-{unit.en} rolling average")
        case _:
            assert_never(running.agg)


def average_texts(resolved: ResolvedQuery, language: Language) -> Iterator[str]:
    """How averages per period are made, and over how many periods if that is one number."""
    per = resolved.query.average_per
    if per not in _AVERAGES:
        return
    period, unit = _AVERAGES[per][1], _UNITS[per]
    (asked, _), *_ = resolved.sides
    counts = {mean.counts.get(()) if mean.counts else None for mean in asked.means.values()}
    count = counts.pop() if len(counts) == 1 else None
    if count is None:
        told = Text(
            zh=f"先算{period.zh}的值，再取有数据的各期平均",
            en=f"the mean of the values of each {period.en} that has data",
        )
    else:
        told = Text(
            zh=f"{period.zh}的平均，共 {count} {unit.zh}",
            en=f"the mean over {count} {unit.en}{'' if count == 1 else 's'}",
        )
    yield told.in_(language)


def finished_labels(metric: Metric, query: SemanticQuery, language: Language) -> dict[str, str]:
    """The labels of a metric's share and rank, by column."""
    label = metric_label(metric, query, language)
    share = Text(zh=f"{label}占比", en=f"{label}, share")
    rank = Text(zh=f"{label}名次", en=f"{label}, rank")
    return {
        f"{metric.name}__share": share.in_(language),
        f"{metric.name}__rank": rank.in_(language),
    }


def finish_texts(query: SemanticQuery, label: Label, language: Language) -> Iterator[str]:
    """What was understood of shares, ranks, top-N and the rest; `label` names a column or field."""
    if query.share_of is not None:
        yield _whole(query, label).in_(language)
    if query.ranks:
        yield Text(zh="附名次", en="with ranks").in_(language)
    if query.limit is not None:
        yield _limit(query, label).in_(language)
    if query.others:
        yield Text(zh="其余合计为一行", en="all others in one row").in_(language)


def with_named_rest(
    query: SemanticQuery, rows: tuple[tuple[Cell, ...], ...], language: Language
) -> tuple[tuple[Cell, ...], ...]:
    """The rows with a name in the row of the rest that no member of the groups has."""
    if not query.others:
        return rows
    keys = len(query.group_by)
    taken = {cell for row in rows for cell in row[:keys]}
    plain = _OTHERS.in_(language)
    name = _ALL_OTHERS.in_(language) if plain in taken else plain
    return tuple(
        (*(name if cell == OTHERS else cell for cell in row[:keys]), *row[keys:]) for row in rows
    )


def without_rest(
    resolved: ResolvedQuery, rows: Sequence[Sequence[Cell]], language: Language
) -> Sequence[Sequence[Cell]]:
    """The rows that are a group each."""
    query = resolved.query
    if not query.others:
        return rows
    keys = len(query.group_by)
    names = {cell for row in rows for cell in row[:keys]}
    longer = _ALL_OTHERS.in_(language)
    name = longer if longer in names else _OTHERS.in_(language)
    return [row for row in rows if name not in row[:keys]]


def _whole(query: SemanticQuery, label: Label) -> Text:
    assert query.share_of is not None, "shares were asked for"
    within, beyond = query.share_of.within, query.share_of.beyond
    whole = Text(zh="占比：占合计", en="shares of the total")
    if within:
        whole = Text(
            zh=f"占比：占每个{'、'.join(map(label, within))}的合计",
            en=f"shares of each {', '.join(map(label, within))}",
        )
    if beyond:
        lifted = tuple(map(label, beyond))
        whole = Text(
            zh=f"{whole.zh}（合计不限{'、'.join(lifted)}）",
            en=f"{whole.en} (over every {', '.join(lifted)})",
        )
    return whole


def _limit(query: SemanticQuery, label: Label) -> Text:
    limit = query.limit
    zh, en = f"前 {limit} 行", f"first {limit} rows"
    if query.order_by:
        order = query.order_by[0]
        name = label(order.name)
        zh = f"{name}{'最高' if order.descending else '最低'}的 {limit} 个"
        en = f"{limit} {'highest' if order.descending else 'lowest'} by {name}"
    if not query.limit_within:
        return Text(zh=zh, en=en)
    groups = tuple(map(label, query.limit_within))
    return Text(zh=f"每个{'、'.join(groups)}{zh}", en=f"{en} in each {', '.join(groups)}")
