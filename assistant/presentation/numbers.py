"""Every number and date that a person reads: on cards, tables, axes, tooltips and in sentences.

Called by everything that presents an answer. Pure; imports nothing but the semantic layer's names.
Rounding is half up on the decimal digits that were handed in, as an accountant rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from semantic_layer.issues import Language
from semantic_layer.query import Grain

Number = int | float | Decimal

MISSING = "—"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Magnitude:
    """A unit of size: values are divided by `divisor` and followed by `suffix`."""

    divisor: int
    suffix: str
    places: int


_ONE = Magnitude(1, "", 2)
_MAGNITUDES: dict[Language, tuple[Magnitude, ...]] = {
    "zh": (
        Magnitude(10**12, "万亿", 2),
        Magnitude(10**8, "亿", 2),
        Magnitude(10**4, "万", 1),
    ),
    "en": (
        Magnitude(10**12, "T", 1),
        Magnitude(10**9, "B", 1),
        Magnitude(10**6, "M", 1),
        Magnitude(10**3, "K", 1),
    ),
}
_ABBREVIATED_FROM = 10_000  # 1,234 is as short as 1.2K and says more


def magnitude(value: Number, language: Language) -> Magnitude:
    """The unit of size in which `value`, or an axis that ends at it, is written.

    >>> magnitude(250_000_000, "zh").suffix, magnitude(250_000_000, "en").suffix
    ('亿', 'M')
    """
    size = abs(_exact(value))
    if size < _ABBREVIATED_FROM:
        return _ONE
    return next(
        unit
        for unit in _MAGNITUDES[language]
        # 99,999,999 is 1亿 once it is rounded, not 10000万
        if size >= unit.divisor or _round(size / unit.divisor, unit.places) >= 1
    )


def is_missing(value: Number | None) -> bool:
    """No value, or one that is not a finite number."""
    return value is None or not _exact(value).is_finite()


def full(value: Number | None, unit: str | None, language: Language) -> str:
    """The value as exactly as its unit is read; "—" for no value, which is not the same as zero.

    >>> full(1902487.36, "CNY", "zh"), full(0.1234, "ratio", "en"), full(0.0012, "ratio", "en")
    ('¥1,902,487.36', '12.3%', '0.12%')
    >>> full(-0.012, "points", "zh"), full(-0.012, "points", "en")
    ('-1.2 个百分点', '-1.2 pp')
    >>> full(24087, "count", "en"), full(0, "count", "en"), full(None, "count", "en")
    ('24,087', '0', '—')
    """
    if value is None or is_missing(value):
        return MISSING
    exact = _exact(value)
    match unit:
        case "ratio":
            return _percent(exact)
        case "points":
            return _points(exact, language)
        case "CNY":
            return _money(_grouped(exact, 0 if exact == 0 else 2))
        case "days":
            return f"{_grouped(exact, 1)} {'天' if language == 'zh' else 'days'}"
        case "score":
            return _grouped(exact, 2)
        case "count":
            return _trimmed(exact, 2)
        case _:
            return _trimmed(exact, 4)


def short(value: Number | None, unit: str | None, language: Language) -> str:
    """The value as it fits a card, an axis or a label.

    >>> short(123456, "CNY", "zh"), short(123456789, "count", "zh"), short(123456, "count", "en")
    ('¥12.3万', '1.23亿', '123.5K')
    """
    if value is None or is_missing(value) or unit in ("ratio", "points", "days", "score"):
        return full(value, unit, language)
    exact = _exact(value)
    size = magnitude(exact, language)
    # Fen do not matter beside a hundred yuan.
    places = 0 if size is _ONE and unit == "CNY" and abs(exact) >= 100 else size.places
    text = _trimmed(exact / size.divisor, places) + size.suffix
    return _money(text) if unit == "CNY" else text


def change(value: Number | None, unit: str | None, language: Language) -> str:
    """A rate of change, signed; of a ratio metric the difference, in percentage points.

    >>> change(0.123, "CNY", "en"), change(-0.012, "ratio", "zh"), change(None, "count", "en")
    ('+12.3%', '-1.2 个百分点', 'no base')
    """
    if value is None or is_missing(value):
        return "无可比数据" if language == "zh" else "no base"
    exact = _exact(value)
    text = _points(exact, language) if unit in ("ratio", "points") else _percent(exact)
    is_tiny = text.startswith(("<", ">"))  # too small to show: "+<0.01%" reads badly
    return f"+{text}" if exact > 0 and not is_tiny else text


def period(
    start: date | datetime, grain: Grain, language: Language, *, with_year: bool = False
) -> str:
    """The name of the period that begins at `start`; days and weeks show the year on request.

    >>> d = date(2026, 10, 5)
    >>> period(d, Grain.month, "zh"), period(d, Grain.day, "zh"), period(d, Grain.week, "en")
    ('2026年10月', '10月5日', 'week of Oct 5')
    """
    day = _day(start, language, with_year)
    match grain:
        case Grain.hour:
            hour = start.hour if isinstance(start, datetime) else 0
            return f"{day} {hour}时" if language == "zh" else f"{day}, {hour:02d}:00"
        case Grain.day:
            return day
        case Grain.week:
            return f"{day}当周" if language == "zh" else f"week of {day}"
        case Grain.month if language == "zh":
            return f"{start.year}年{start.month}月"
        case Grain.month:
            return f"{_MONTHS[start.month - 1]} {start.year}"
        case Grain.quarter:
            quarter = (start.month + 2) // 3
            return (
                f"{start.year}年{quarter}季度" if language == "zh" else f"Q{quarter} {start.year}"
            )
        case Grain.year:
            return f"{start.year}年" if language == "zh" else str(start.year)
        case _:  # shorter than an hour
            return f"{day} {start:%H:%M:%S}"


def _day(start: date, language: Language, with_year: bool) -> str:
    if language == "zh":
        return (f"{start.year}年" if with_year else "") + f"{start.month}月{start.day}日"
    return f"{_MONTHS[start.month - 1]} {start.day}" + (f", {start.year}" if with_year else "")


def _exact(value: Number) -> Decimal:
    # The shortest digits of a float are what the database printed; its binary expansion is not.
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _round(value: Decimal, places: int) -> Decimal:
    # Quantising keeps 28 digits; larger numbers than that are whole as they stand.
    if value.adjusted() > 20:
        return value
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded  # never "-0"


def _grouped(value: Decimal, places: int) -> str:
    return f"{_round(value, places):,f}"


def _trimmed(value: Decimal, places: int) -> str:
    text = _grouped(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(text: str) -> str:
    return f"-¥{text[1:]}" if text.startswith("-") else f"¥{text}"


def _points(difference: Decimal, language: Language) -> str:
    """The difference of two ratios, in percentage points."""
    number = _percent(difference).removesuffix("%")
    return f"{number} {'个百分点' if language == 'zh' else 'pp'}"


def _percent(ratio: Decimal) -> str:
    percent = ratio * 100
    if percent == 0:
        return "0%"
    if abs(percent) < Decimal("0.005"):  # "0.00%" would deny that there is something
        return "<0.01%" if percent > 0 else ">-0.01%"
    return f"{_grouped(percent, 1 if abs(percent) >= 1 else 2)}%"
