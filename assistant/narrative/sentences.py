"""Facts → sentences in Chinese or English, one for each fact.

Second half of the narrative. A sentence holds the fact's own numbers and names, and no other; what
they mean stands in the definitions. Data values come as they are: the page shows them as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import assert_never

from assistant.answer import AnswerColumn, AnswerFact, Cell
from assistant.narrative.facts import (
    Break,
    Concentration,
    CutPeriods,
    Extremes,
    Fact,
    Leader,
    Total,
    Trend,
    read_facts,
)
from assistant.presentation import numbers
from assistant.presentation.finish_wording import without_rest
from semantic_layer import Language, ResolvedQuery
from semantic_layer.query import Grain

_CUT_TOLD = 3


def told_facts(
    resolved: ResolvedQuery,
    columns: Sequence[AnswerColumn],
    rows: Sequence[Sequence[Cell]],
    language: Language,
    *,
    truncated: bool,
) -> tuple[AnswerFact, ...]:
    """The facts of an answer's rows, a sentence each; none where a single number says it all."""
    groups = without_rest(resolved, rows, language)
    rest = [row for row in rows if row not in groups]
    facts = read_facts(resolved, columns, groups, rest=rest, truncated=truncated)
    if not facts:
        return ()
    measure = next(column for column in columns if column.role == "metric")
    grain = resolved.query.time_grain
    wording = _Wording(measure, grain if isinstance(grain, Grain) else Grain.day, language)
    return tuple(AnswerFact(kind=_kind(fact), text=wording.of(fact)) for fact in facts)


def _kind(fact: Fact) -> str:
    """The fact's name in the contract.

    >>> _kind(CutPeriods(()))
    'cut_periods'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(fact).__name__).lower()


class _Wording:
    """How the numbers and periods of one result are written."""

    def __init__(self, column: AnswerColumn, grain: Grain, language: Language) -> None:
        self._column, self._grain, self._language = column, grain, language

    def of(self, fact: Fact) -> str:
        zh, en = self._pair(fact)
        return zh if self._language == "zh" else en

    def _pair(self, fact: Fact) -> tuple[str, str]:
        name = self._column.label
        match fact:
            case Total():
                return self._total(fact)
            case Leader():
                return self._leader(fact)
            case Concentration(groups=groups, share=share):
                told = self._percent(share)
                return f"前 {groups} 项合计占 {told}。", f"The top {groups} hold {told}."
            case Extremes():
                return self._extremes(fact)
            case Trend(first=first, start=start, last=last, end=end):
                up = end > start
                ends = (
                    f"{self._value(start)} ({self._period(first)})",
                    f"{self._value(end)} ({self._period(last)})",
                )
                return (
                    f"总体{'上升' if up else '下降'}：从{ends[0]}到{ends[1]}。",
                    f"{name} {'rises' if up else 'falls'} overall: {ends[0]} to {ends[1]}.",
                )
            case Break(since=since, before=before, after=after):
                return (
                    f"从{self._period(since)}起水平{'抬升' if after > before else '下移'}："
                    f"此前各期平均 {self._value(before)}，此后 {self._value(after)}。",
                    f"The level {'steps up' if after > before else 'steps down'} from "
                    f"{self._period(since)} on: the mean of the periods is "
                    f"{self._value(before)} before, {self._value(after)} since.",
                )
            case CutPeriods(periods=periods):
                return self._cut(periods)
            case _:
                assert_never(fact)

    def _total(self, fact: Total) -> tuple[str, str]:
        value, name = self._value(fact.value), self._column.label
        if fact.base is None:
            return f"{name}合计 {value}。", f"{name} in total: {value}."
        base = self._value(fact.base)
        rate = (fact.value - fact.base) / fact.base if fact.base > 0 else None
        change = numbers.change(rate, None, self._language)
        return (
            f"{name}合计 {value}，对比期 {base}，变化 {change}。",
            f"{name} in total: {value}, against {base} ({change}).",
        )

    def _leader(self, fact: Leader) -> tuple[str, str]:
        who, value = self._names(fact.key), self._value(fact.value)
        if fact.share is None:
            return f"{who}最高，{value}。", f"{who} leads with {value}."
        share = self._percent(fact.share)
        return (
            f"{who}最高，{value}，占合计 {share}。",
            f"{who} leads with {value}, {share} of the total.",
        )

    def _extremes(self, fact: Extremes) -> tuple[str, str]:
        high, low = self._period(fact.highest), self._period(fact.lowest)
        most, least = self._value(fact.most), self._value(fact.least)
        zh, en = (
            ("完整的各期中，", "Of the whole periods, the ") if fact.whole_only else ("", "The ")
        )
        return (
            f"{zh}最高是{high}（{most}），最低是{low}（{least}）。",
            f"{en}highest is {high} ({most}), the lowest {low} ({least}).",
        )

    def _cut(self, periods: Sequence[date]) -> tuple[str, str]:
        told = [self._period(start) for start in periods[:_CUT_TOLD]]
        more = "等" if len(periods) > _CUT_TOLD else ""
        further = " and others" if len(periods) > _CUT_TOLD else ""
        return (
            f"{'、'.join(told)}{more}只含部分日期，未计入走势。",
            f"{', '.join(told)}{further}: part of the days only, not counted in the course.",
        )

    def _names(self, key: Sequence[Cell]) -> str:
        return " · ".join("—" if cell is None else str(cell) for cell in key)

    def _value(self, value: float) -> str:
        return numbers.full(value, self._column.unit, self._language)

    def _percent(self, share: float) -> str:
        return numbers.full(share, "ratio", self._language)

    def _period(self, start: date) -> str:
        return numbers.period(start, self._grain, self._language, with_year=True)
