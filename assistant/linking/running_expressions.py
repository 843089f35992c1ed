"""Running values in a question: 7日移动平均, 滚动30天合计, 7-day moving average, rolling 3 months.

Part of the linking step, beside `numerals`. Imports only `normalize`, `numerals` and the query's
own types. A running total without a window (累计, cumulative) is a word of the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.linking.normalize import normalize
from assistant.linking.numerals import chinese_number
from semantic_layer.query import Grain, Running

_UNITS = {
    "日": Grain.day,
    "天": Grain.day,
    "周": Grain.week,
    "星期": Grain.week,
    "月": Grain.month,
    "季度": Grain.quarter,
    "day": Grain.day,
    "week": Grain.week,
    "month": Grain.month,
    "quarter": Grain.quarter,
}
_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        start=1,
    )
}
_AVERAGES = ("平均", "均", "average", "avg", "mean")

_ZH_SPAN = (
    r"(?P<count>\d{1,4}|[一二两三四五六七八九十]{1,3})个?(?P<unit>日|天|周|星期|月|季度)(?:内|的)?"
)
_ZH_VALUE = r"(?P<value>平均值?|均值|均线|合计|累计|总和|求和|总计)"
_EN_SPAN = rf"(?P<count>\d{{1,4}}|{'|'.join(_WORDS)})[ -]?(?P<unit>day|week|month|quarter)s?"
_EN_VALUE = r"(?P<value>average|avg|mean|total|sum)"
_PATTERNS = tuple(
    map(
        re.compile,
        (
            rf"(?:近|最近|过去)?{_ZH_SPAN}(?:移动|滚动){_ZH_VALUE}?",
            rf"(?:移动|滚动)(?:近|最近|过去)?{_ZH_SPAN}{_ZH_VALUE}?",
            r"(?P<count>\d{1,4})(?P<unit>日|天|周|月)(?P<value>均线)",
            rf"\b{_EN_SPAN}[ -](?:rolling|moving|trailing|running)(?:[ -]{_EN_VALUE})?(?: of\b)?",
            rf"\b(?:rolling|moving|trailing)[ -]{_EN_SPAN}(?:[ -]{_EN_VALUE})?(?: of\b)?",
        ),
    )
)


@dataclass(frozen=True)
class RunningExpression:
    """A running value and its place in the source."""

    start: int
    end: int
    running: Running


def find_running(text: str) -> Iterator[RunningExpression]:
    """The running values of a text that say their window.

    Without a word for it, moving means the average and rolling the total.

    >>> [one.running.count for one in find_running("近7天移动平均, rolling 3 months")]
    [7, 3]
    """
    normalized = normalize(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(normalized.text):
            count = _count(match["count"])
            if count:
                start, end = normalized.span(*match.span())
                running = Running(
                    agg="average" if _is_average(match) else "total",
                    count=count,
                    unit=_UNITS[match["unit"]],
                )
                yield RunningExpression(start, end, running)


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() else _WORDS.get(text) or chinese_number(text)


def _is_average(match: re.Match[str]) -> bool:
    value = match["value"]
    if value is None:
        return any(word in match[0] for word in ("移动", "moving"))
    return value.startswith(_AVERAGES)
