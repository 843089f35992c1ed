"""Numbers in a question: 30, 1,000, 1.5万, 1万5, 三十, 一万五, 20k, 5%, 百分之五.

Part of the linking step, beside the lexicon; `time_expressions` reads its numerals with
`chinese_number` as well. Imports only `normalize`. What a number is for is the parser's concern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.linking.normalize import normalize

_SCALES = {
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "w": 10_000,
    "亿": 100_000_000,
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "million": 1_000_000,
}
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"廿": "二十", "卅": "三十"}
_ABOVE_ALL = 10**12
_SHORTENED = re.compile("[百千万亿][一二两三四五六七八九]$")
_CHINESE = "[零〇一二两三四五六七八九十百千万亿廿卅]+"
_LATIN_SCALE = r"thousand\b|million\b|[kmw](?![a-z])"
_NUMBER = re.compile(
    r"(?<![\d.])(?:"
    r"(?P<mixed>\d+(?:\.\d+)?\s*[亿万千百](?:\d+\s*[亿万千百])*\d*(?!\.\d)|\d+w\d+)"
    r"|(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s*(?P<scale>{_LATIN_SCALE}))?"
    r")(?P<percent>\s*(?:%|percent\b))?(?!\d)"
    rf"|百分之(?P<share>{_CHINESE})|(?P<chinese>{_CHINESE})"
)
_STEP = re.compile(r"(\d+(?:\.\d+)?)\s*([亿万千百w]?)")


@dataclass(frozen=True)
class Number:
    """A number and its place in the source; a percentage is held as a fraction."""

    start: int
    end: int
    value: int | float
    is_percent: bool


def find_numbers(text: str) -> Iterator[Number]:
    """The numbers of a text, in order.

    >>> [number.value for number in find_numbers("超过1.5万, top 5, 三十, 20k, 5%, 1万5")]
    [15000, 5, 30, 20000, 0.05, 15000]
    """
    normalized = normalize(text)
    for match in _NUMBER.finditer(normalized.text):
        value = _value(match)
        if value is not None:
            percent = bool(match["percent"] or match["share"])
            start, end = normalized.span(*match.span())
            yield Number(start, end, _plain(value / 100 if percent else value), percent)


def _value(match: re.Match[str]) -> Decimal | None:
    if chinese := match["chinese"] or match["share"]:
        parsed = chinese_number(chinese)
        return None if parsed is None else Decimal(parsed)
    if match["mixed"]:
        return _mixed(match["mixed"])
    digits = Decimal(match["digits"].replace(",", ""))
    return digits * _SCALES[match["scale"]] if match["scale"] else digits


def _mixed(text: str) -> Decimal | None:
    """1万2千 and 1万5: each step is below the one before it."""
    total, floor = Decimal(0), 0
    for digits, scale in _STEP.findall(text):
        value = Decimal(digits)
        if not scale:
            # 1万5 is 15,000 and 1万5000 spells the rest out; 1万50 may be meant either way.
            if not floor or "." in text or 2 <= len(digits) < len(str(floor)) - 1:
                return None
            return total + value * (floor // 10 if len(digits) == 1 else 1)
        unit = _SCALES[scale]
        if floor and value * unit >= floor:
            return None
        total, floor = total + value * unit, unit
    return total


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def chinese_number(numeral: str) -> int | None:
    """The value of a Chinese numeral, or None if it is not one.

    A last digit without its unit counts in the next lower one: 一万五 is 15,000, 一万零五 10,005.

    >>> [chinese_number(numeral) for numeral in ("三十", "一万二千", "两百零五", "一万五", "万")]
    [30, 12000, 205, 15000, None]
    """
    text = "".join(_TENS.get(char, char) for char in numeral)
    return _DIGITS[text] if text in _DIGITS else _below(text, _ABOVE_ALL)


def _below(text: str, unit: int) -> int | None:
    """The value of what follows `unit` in a numeral: all of it is smaller."""
    if text in _DIGITS:
        return _DIGITS[text] * max(unit // 10, 1)
    if text[:1] in ("零", "〇"):
        return _below(text[1:], 10) if text[1:] in _DIGITS else _below(text[1:], unit)
    scales = [_SCALES[char] for char in text if char in _SCALES]
    scale = max(scales, default=unit)
    if scale >= unit:
        return None
    head, _, tail = text.rpartition(next(char for char in text if _SCALES.get(char) == scale))
    count = _count(head, scale)
    rest = _below(tail, scale) if tail else 0
    return None if count is None or rest is None else count * scale + rest


def _count(head: str, scale: int) -> int | None:
    """How many of a unit: one digit, or before 万 and 亿 any numeral that spells its units out."""
    if scale == 10 and not head:
        return 1
    if head in _DIGITS or scale < 10_000:
        return _DIGITS.get(head) or None
    return None if _SHORTENED.search(head) else _below(head, scale)
