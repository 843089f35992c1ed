"""Numbers in a question: 30, 1,000, 1.5万, 三十, 20k, 5%, 百分之五.

Part of the linking step, beside the lexicon. Imports only `normalize`. What a number is
for is the parser's concern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.normalize import normalize

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
_CHINESE = "[零〇一二两三四五六七八九十百千万亿]+"
_NUMBER = re.compile(
    r"(?<![\d.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s*(?P<scale>亿|万|千|百|thousand\b|million\b|[kmw](?![a-z])))?"
    r"(?P<percent>\s*(?:%|percent\b))?(?![\d])"
    rf"|百分之(?P<share>{_CHINESE})|(?P<chinese>{_CHINESE})"
)


@dataclass(frozen=True)
class Number:
    """A number and its place in the source; a percentage is held as a fraction."""

    start: int
    end: int
    value: int | float
    is_percent: bool


def find_numbers(text: str) -> Iterator[Number]:
    """The numbers of a text, in order.

    >>> [number.value for number in find_numbers("超过1.5万, top 5, 三十, 20k, 5%")]
    [15000, 5, 30, 20000, 0.05]
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
    digits = Decimal(match["digits"].replace(",", ""))
    return digits * _SCALES[match["scale"]] if match["scale"] else digits


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def chinese_number(numeral: str) -> int | None:
    """The value of a Chinese numeral, or None if it is not one.

    >>> [chinese_number(numeral) for numeral in ("三十", "一万二千", "两百零五", "万")]
    [30, 12000, 205, None]
    """
    total = section = 0
    digit: int | None = None
    for char in numeral:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
            continue
        scale = _SCALES[char]
        if scale < 10_000:
            if digit is None and scale != 10:
                return None
            section += (1 if digit is None else digit) * scale
        elif section or digit:
            total = (total + section + (digit or 0)) * scale
            section = 0
        else:
            return None
        digit = None
    return total + section + (digit or 0)
