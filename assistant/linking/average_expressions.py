"""Averages per period in a question: 日均, 平均每月, daily average, average … per day.

Part of the linking step, beside `running_expressions`. A lone average may belong to what it is
said of (what does a click cost on average) or miss its period, which the parser decides; a lone
平均 is linked only where a period is said somewhere else (每天); 近7日均值 is no such average.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from assistant.linking.normalize import normalize
from semantic_layer.query import Grain

_ZH_UNITS = {
    "日": Grain.day,
    "天": Grain.day,
    "周": Grain.week,
    "星期": Grain.week,
    "月": Grain.month,
    "季": Grain.quarter,
    "季度": Grain.quarter,
    "年": Grain.year,
}
_EN_UNITS = {
    **{"day": Grain.day, "daily": Grain.day, "week": Grain.week, "weekly": Grain.week},
    **{"month": Grain.month, "monthly": Grain.month, "quarter": Grain.quarter},
    **{"quarterly": Grain.quarter, "year": Grain.year, "yearly": Grain.year},
}
_ZH_UNIT = r"(?P<unit>季度|星期|日|天|周|月|季|年)"
_NOT_COUNTED = r"(?<![\d一二两三四五六七八九十近本上下当个])"
_EN_ADVERB = r"(?P<unit>daily|weekly|monthly|quarterly|yearly)"
_EN_UNIT = r"(?P<unit>day|week|month|quarter|year)"
_EN_MEAN = r"(?:average|avg|mean)"
_PATTERNS = tuple(
    map(
        re.compile,
        (
            rf"{_NOT_COUNTED}{_ZH_UNIT}均(?![线价摊衡值])",
            rf"平均(?:到|下来)?(?:每(?:一)?|一)个?{_ZH_UNIT}(?:能|会|可以)?",
            rf"每(?:一)?个?{_ZH_UNIT}(?:的)?平均值?",
            rf"(?<![\d近上下这本今去前后第十])一个?{_ZH_UNIT}平均(?:下来)?",
            rf"{_NOT_COUNTED}{_ZH_UNIT}平均值?",
            rf"\b{_EN_ADVERB} {_EN_MEAN}(?: of\b)?",
            rf"\b{_EN_MEAN} {_EN_ADVERB}\b",
            rf"\b(?:on )?{_EN_MEAN} (?:per|a|each|every) {_EN_UNIT}\b",
            rf"\b(?:(?:on|in|for|per) )?an? (?:average|typical) {_EN_UNIT}\b",
            rf"\b(?:per|a|each|every) {_EN_UNIT},? on average\b",
        ),
    )
)
_ZH_LONE = re.compile("平均值?|均值")
_EN_LONE = re.compile(rf"\b(?:on average|{_EN_MEAN}(?: number of| of)?)\b")
_PERIOD = re.compile(
    r"[每各]个?(?:季度|星期|日|天|周|月|季|年)"
    r"|\b(?:per|a|each|every) (?:day|week|month|quarter|year)\b"
    r"|\b(?:daily|weekly|monthly|quarterly|yearly)\b"
)

LONE = "lone"


@dataclass(frozen=True)
class AverageExpression:
    """An average and its place in the source; `per` is None where the period is said elsewhere."""

    start: int
    end: int
    per: Grain | None


def find_averages(text: str) -> Iterator[AverageExpression]:
    """The averages per period of a text; where two overlap, the linker takes the one that fits.

    >>> [str(one.per) for one in find_averages("日均付款订单数")]
    ['day']
    >>> [one.per for one in find_averages("average paid orders")]
    [None]
    """
    normalized = normalize(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(normalized.text):
            unit = match["unit"]
            per = _ZH_UNITS.get(unit) or _EN_UNITS[unit]
            yield AverageExpression(*normalized.span(*match.span()), per)
    lone = _EN_LONE.finditer(normalized.text)
    if _PERIOD.search(normalized.text):
        lone = chain(lone, _ZH_LONE.finditer(normalized.text))
    for match in lone:
        yield AverageExpression(*normalized.span(*match.span()), None)


def says_period(text: str) -> bool:
    """Whether a text says a period that a number may be averaged over: 每天, per day."""
    return _PERIOD.search(normalize(text).text) is not None
