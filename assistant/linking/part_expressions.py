"""Weekdays and hours of the day in a question: 周末, 晚上8点到10点, on Mondays, after 8pm.

Part of the linking step, beside `running_expressions`. Each becomes a condition on the day of the
week (Monday is 1) or the hour of the metric's own time; what a word for a part of the day means is
listed here and printed with the answer in hours. An hour that would cross midnight is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.linking.normalize import normalize
from assistant.linking.numerals import chinese_number
from semantic_layer.query import METRIC_TIME, And, Compare, DatePart, Filter, In
from semantic_layer.resolving.filters import fields_of

_WEEKDAY = f"{METRIC_TIME}__extract_dow"
_HOUR = f"{METRIC_TIME}__extract_hour"

_WEEKEND, _WORKDAYS = (6, 7), (1, 2, 3, 4, 5)
_ZH_DAYS = {name: number for number, name in enumerate("一二三四五六日", start=1)} | {"天": 7}
_EN_DAYS = {
    name: number
    for number, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), start=1
    )
}
# The first hour, and the one that it ends before.
_PARTS_OF_DAY = {
    **dict.fromkeys(("凌晨",), (0, 6)),
    **dict.fromkeys(("早", "早上", "早晨", "清晨", "上午", "morning"), (6, 12)),
    **dict.fromkeys(("中午",), (11, 13)),
    **dict.fromkeys(("下午", "afternoon"), (12, 18)),
    **dict.fromkeys(("晚", "晚上", "晚间", "夜里", "夜间", "evening"), (18, 24)),
}
_IN_SECOND_HALF = ("下午", "晚上", "晚间", "晚", "夜里", "夜间", "傍晚", "pm")

_ZH_PART = "凌晨|早上|早晨|清晨|上午|中午|下午|晚上|晚间|夜里|夜间"
_ZH_CLOCK = (
    rf"(?P<part{{n}}>{_ZH_PART}|傍晚|晚|早)?的?"
    r"(?P<hour{n}>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})(?:点钟?整?(?!半|\d)|时(?!段)|:00)"
)
_EN_CLOCK = r"(?P<hour{n}>\d{{1,2}})(?::00)?\s?(?P<part{n}>am|pm|a\.m\.|p\.m\.)?"


def _clock(pattern: str, number: int) -> str:
    return pattern.format(n=number)


_ZH_FROM, _ZH_TO = _clock(_ZH_CLOCK, 1), _clock(_ZH_CLOCK, 2)
_ZH_BARE_FROM = _ZH_FROM.replace(
    r"(?:点钟?整?(?!半|\d)|时(?!段)|:00)", r"(?:点钟?整?(?!半|\d)|时|:00)?"
)
_EN_FROM, _EN_TO = _clock(_EN_CLOCK, 1), _clock(_EN_CLOCK, 2)


@dataclass(frozen=True)
class PartExpression:
    """A condition on a part of the time, and its place in the source."""

    start: int
    end: int
    condition: Filter

    @property
    def name(self) -> DatePart:
        """The part of the time that the condition is on."""
        return DatePart(next(fields_of(self.condition)).rpartition("_")[2])


def find_parts(text: str) -> Iterator[PartExpression]:
    """The weekdays and hours of a text.

    >>> [one.condition.values for one in find_parts("上月周末")]
    [(6, 7)]
    >>> [(part.operator, part.value) for part in next(find_parts("20点到22点")).condition.parts]
    [('>=', 20), ('<', 22)]
    """
    normalized = normalize(text)
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(normalized.text):
            condition = read(match)
            if condition is not None:
                yield PartExpression(*normalized.span(*match.span()), condition)


def weekdays(numbers: tuple[int, ...]) -> Filter:
    """The condition that a day is one of these; Monday is 1."""
    if len(numbers) == 1:
        return Compare(field=_WEEKDAY, operator="=", value=numbers[0])
    return In(field=_WEEKDAY, values=numbers)


def _hours(first: int, end: int) -> Filter | None:
    """From the hour `first` up to, and without, `end`."""
    if not 0 <= first < end <= 24:
        return None
    if end == first + 1:
        return Compare(field=_HOUR, operator="=", value=first)
    bounds = []
    if first > 0:
        bounds.append(Compare(field=_HOUR, operator=">=", value=first))
    if end < 24:
        bounds.append(Compare(field=_HOUR, operator="<", value=end))
    return And(parts=tuple(bounds)) if len(bounds) == 2 else next(iter(bounds), None)


def _day_range(match: re.Match[str]) -> Filter | None:
    first, last = (_day(match[name]) for name in ("first", "last"))
    return weekdays(tuple(range(first, last + 1))) if first < last else None


def _day(name: str) -> int:
    return _ZH_DAYS.get(name) or _EN_DAYS[name]


def _workdays(_match: re.Match[str]) -> Filter:
    return weekdays(_WORKDAYS)


def _named_part(match: re.Match[str]) -> Filter | None:
    return _hours(*_PARTS_OF_DAY[match["part"]])


def _between(match: re.Match[str]) -> Filter | None:
    """Both ends; the half of the day that one of them names counts for the other."""
    first_part, last_part = match["part1"] or "", match["part2"] or ""
    if match.re in _EN_RANGES:
        if not (first_part or last_part or ":" in match[0]):
            return None  # between 8 and 10: hours or numbers?
        first_part = first_part or last_part
    first = _hour(match["hour1"], first_part)
    end = _hour(match["hour2"], last_part or first_part)
    if first is None or end is None:
        return None
    if not last_part and end <= first and end <= 12:
        end += 12
    is_midnight = end == 0 or (end == 12 and (last_part or first_part) in ("晚上", "晚间", "晚"))
    return _hours(first, 24 if is_midnight else end)


def _since(match: re.Match[str]) -> Filter | None:
    first = _hour(match["hour1"], match["part1"] or "")
    return None if first is None else _hours(first, 24)


def _until(match: re.Match[str]) -> Filter | None:
    end = _hour(match["hour1"], match["part1"] or "")
    return None if end is None else _hours(0, end)


def _at(match: re.Match[str]) -> Filter | None:
    hour = _hour(match["hour1"], match["part1"] or "")
    return None if hour is None else _hours(hour, hour + 1)


def _hour(text: str, part: str) -> int | None:
    """The hour of a day of 24; None if there is none such."""
    hour = int(text) if text.isdecimal() else chinese_number(text)
    if hour is None or hour > 24:
        return None
    part = part.replace(".", "")
    is_late = part in _IN_SECOND_HALF or (part == "中午" and hour < 3)
    if is_late and hour < 12:
        return hour + 12
    if part in ("凌晨", "am") and hour == 12:
        return 0
    if part in ("晚上", "晚间", "晚", "夜里") and hour == 12:
        return 24
    return hour


_EN_RANGES = tuple(
    map(
        re.compile,
        (
            rf"\b(?:between|from)\s{_EN_FROM}\s?(?:and|to|until|till|-|–)\s?{_EN_TO}\b",
            rf"(?<![\d:])\b{_EN_FROM}\s?(?:to|-|–|~)\s?{_EN_TO}(?![\d:])\b",
        ),
    )
)
_DAY_NAMES = "|".join(_EN_DAYS)
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Filter | None]], ...] = (
    (re.compile(r"每?(?:周末|双休日|周六日的?|周六周日)"), lambda _: weekdays(_WEEKEND)),
    (re.compile(r"(?:每个?)?(?:工作日|平日)"), _workdays),
    (
        re.compile(
            r"(?:每个?)?(?:周|星期|礼拜)(?P<first>[一二三四五六日天])(?:到|至|-|~)"
            r"(?:周|星期|礼拜)?(?P<last>[一二三四五六日天])"
        ),
        _day_range,
    ),
    (
        re.compile(r"每?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?![到至共])"),
        lambda match: weekdays((_day(match["day"]),)),
    ),
    (re.compile(rf"(?P<part>{_ZH_PART})(?:时段|的时候)?"), _named_part),
    (re.compile(r"(?<=[昨今])(?P<part>[晚早])(?!上)"), _named_part),
    (re.compile(rf"{_ZH_BARE_FROM}(?:到|至|-|~){_ZH_TO}(?:之间)?"), _between),
    (re.compile(rf"(?<![到至止-]){_ZH_FROM}(?:以后|之后|后|起|开始)"), _since),
    (re.compile(rf"(?<![到至止-]){_ZH_FROM}(?:以前|之前|前)"), _until),
    (re.compile(rf"(?<![到至止-]){_ZH_FROM}(?![到至~以之前后起开-])"), _at),
    (re.compile(r"\b(?:(?:on|over|during|at) )?(?:the )?weekends\b"), lambda _: weekdays(_WEEKEND)),
    (re.compile(r"\bon (?:the )?weekend\b"), lambda _: weekdays(_WEEKEND)),
    (
        re.compile(r"(?<!last )(?<!this )(?<!next )(?<!the )(?<!past )\bweekend\b"),
        lambda _: weekdays(_WEEKEND),
    ),
    (re.compile(r"(?<!by )(?<!per )(?<!each )(?<!every )(?<!which )\bweekday\b"), _workdays),
    (
        re.compile(r"\b(?:on |during )?(?:the )?(?:weekdays|working days|workdays)\b"),
        _workdays,
    ),
    (
        re.compile(rf"\b(?:on )?(?:(?:every|each) (?P<one>{_DAY_NAMES})|(?P<all>{_DAY_NAMES})s)\b"),
        lambda match: weekdays((_day(match["one"] or match["all"]),)),
    ),
    (
        re.compile(
            rf"\b(?:from )?(?P<first>{_DAY_NAMES})s? (?:to|through|until) "
            rf"(?P<last>{_DAY_NAMES})s?\b"
        ),
        _day_range,
    ),
    (re.compile(r"\bin the (?P<part>morning|afternoon|evening)s?\b"), _named_part),
    (re.compile(r"\b(?P<part>morning|afternoon|evening)s\b"), _named_part),
    *((pattern, _between) for pattern in _EN_RANGES),
    (re.compile(r"\b(?:after|since|from) (?P<hour1>\d{1,2})(?::00)?\s?(?P<part1>am|pm)\b"), _since),
    (re.compile(r"\bbefore (?P<hour1>\d{1,2})(?::00)?\s?(?P<part1>am|pm)\b"), _until),
    (re.compile(r"\bat (?P<hour1>\d{1,2})(?::00)?\s?(?P<part1>am|pm)\b"), _at),
)
