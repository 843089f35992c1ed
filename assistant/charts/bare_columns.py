"""`BareColumn`: a column of a bare result — what it holds, in which unit, whether it may be summed.

Below `inference`. Names and values decide together, and whatever stays open is taken for the more
careful thing: a number whose additivity nobody gives may not be summed, unless its name says that
it was (`count(*)`, `sum(amount)`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, Final, Literal, cast, get_args

from assistant.answer import Cell
from assistant.charts.provinces import province_of
from assistant.charts.written_times import starts
from semantic_layer.datasets import Region
from semantic_layer.model import Additivity

Type = Literal["string", "number", "date", "boolean"]

_TYPES: Final[Mapping[Type, re.Pattern[str]]] = {
    "boolean": re.compile(r"bool", re.I),
    "date": re.compile(r"date|time|temporal", re.I),
    "number": re.compile(r"int|num|dec|float|double|real|long|money|quantitative|measure", re.I),
    "string": re.compile(r"str|char|text|categor|nominal|ordinal|uuid|enum|dimension|geo", re.I),
}
_KEY = re.compile(
    r"(?i:(?:^|[\s(])(?:id|code|no|sku|spu|zip|zipcode|phone|uuid|barcode)$)|[a-z]I[dD]$"
    r"|编号|单号|编码|邮编|条码|货号|款号|手机号|电话|会员号|[\u4e00-\u9fff]\s?(?:id|ID)$"
)
_TIME_NAME = re.compile(
    r"(?:^|\s)(?:date|time|day|month|year|week|quarter|period|dt|ds)s?$"
    r"|(?:日期|时间|年月|年份|月份|季度|[年月周日])$",
    re.I,
)
_YEAR = re.compile(r"(?:^|\s)year(?:$|[\s(])|年份?$", re.I)
_CYCLE = re.compile(
    r"(?:^|\s)(?:hour|weekday|dow)|day of week|month of year|^month$|小时|时段|星期|周几|月份", re.I
)
_CITY = re.compile(r"\bcity\b|\bcities\b|城市|地级市|district|county|区县", re.I)
_UNITS: Final = {
    "percent": "%",
    "pct": "%",
    "百分比": "%",
    "rate": "ratio",
    "元": "CNY",
    "rmb": "CNY",
    "¥": "CNY",
    "￥": "CNY",
    "cny": "CNY",
    "天": "days",
    "day": "days",
    "个": "count",
    "件": "count",
    "单": "count",
    "笔": "count",
    "人": "count",
    "次": "count",
    "分": "score",
}
_RATIO_NAME = re.compile(
    r"率(?!先)|占比|比例|比重|百分比|\brates?\b|\bratio\b|percent|\bpct\b|\bshare\b|\bctr\b|\bcvr\b|%",
    re.I,
)
_SUMMED = re.compile(r"\s*(?:count|sum|total)\s*\(\s*(?!distinct)", re.I)
_NOT_SUMMABLE = re.compile(
    r"distinct|unique|\buv\b|visitors?|buyers?|users?\b|shoppers?|customers?$|人数|买家数|访客"
    r"|用户数|去重|平均|均值|人均|均价|单价|客单|笔单|中位|最大|最小|最高|最低|评分|得分|指数|\bavg|average"
    r"|\bmean|median|\bmin\b|\bmax\b|\b(?:min|max)\s*\(|price|score|rating|\bage\b|\broi\b",
    re.I,
)
_MEASURED = re.compile(
    r"[额数量]$|金额|amount|count|qty|quantity|sales|orders|revenue|gmv|total|\bvalue", re.I
)
_LEVEL = re.compile(r"库存|余额|存量|在架|inventory|\bstock|balance|headcount", re.I)
_NUMBER = re.compile(
    r"[-+]?(?:[¥￥$]\s*)?[-+]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d+)?"
)
_SCALED = re.compile(r"(.*?)\s*([万亿%％])?\s*(?:元|件|单|人|次|个)?")
_SCALES: Final = {"万": 1e4, "亿": 1e8, "%": 0.01, "％": 0.01, None: 1.0}
_PLACES = 0.8  # of the members must be provinces for a column of provinces; 海外 may stand beside
_WHOLE = 1.0


@dataclass(frozen=True)
class BareColumn:
    """A column by a name that no other has; its cells as an `Answer` would hold them."""

    name: str
    label: str
    type: Type
    unit: str | None
    additivity: Additivity | None
    cells: tuple[Cell, ...]
    region: Region | None = None


def bare_column(given: Mapping[str, Any], name: str, cells: Sequence[Any]) -> BareColumn:
    """The column that `given` ({"name", "type"?, "unit"?, "additivity"?}) and cells describe."""
    label = name.replace("_", " ").strip() or "·"
    plain = tuple(map(_json, cells))
    kind, typed = _typed(label, str(given.get("type") or ""), plain)
    unit = None
    if kind == "number":
        unit, typed = _measured(label, str(given.get("unit") or "").strip(), plain, typed)
    return BareColumn(
        name=name,
        label=label,
        type=kind,
        unit=unit,
        additivity=_additivity(label, unit, given.get("additivity")) if kind == "number" else None,
        cells=typed,
        region=_region(label, typed) if kind == "string" else None,
    )


def _json(cell: Any) -> Cell:
    if isinstance(cell, bool) or cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, int | float):
        return cell if abs(cell) < 1e300 and isfinite(cell) else None
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _typed(label: str, given: str, cells: tuple[Cell, ...]) -> tuple[Type, tuple[Cell, ...]]:
    """Numbers that name something are no measures; texts that are dates are times."""
    present = [cell for cell in cells if cell not in (None, "")]
    said = next((kind for kind, words in _TYPES.items() if words.search(given)), None)
    key = bool(_KEY.search(label))
    numeric = bool(present) and all(_number(cell) is not None for cell in present)
    if said == "boolean" or (present and all(isinstance(cell, bool) for cell in present)):
        return "boolean", cells
    if not key and (times := _times(label, said, present)):
        found = iter(times)
        return "date", tuple(next(found) if cell not in (None, "") else None for cell in cells)
    if key or _CYCLE.search(label):
        return "string", cells
    if (said == "number" and (numeric or not present)) or (
        numeric and _counts(label, said, present)
    ):
        return "number", tuple(map(_number, cells))
    if said == "number" and sum(_number(cell) is not None for cell in present) * 2 > len(present):
        return "number", tuple(map(_number, cells))  # a few "N/A" among numbers
    return "string", cells


def _counts(label: str, said: Type | None, present: Sequence[Cell]) -> bool:
    """Whether numbers of a column that is not declared as such are measured, not names."""
    if said is None or _MEASURED.search(label):
        return True
    return any(isinstance(cell, str) and not cell.strip().isdigit() for cell in present)


def _times(label: str, said: Type | None, present: Sequence[Cell]) -> list[str] | None:
    digits = all(isinstance(cell, int | float) for cell in present)
    named = said == "date" or bool(_TIME_NAME.search(label))
    if digits and not (said == "date" or _YEAR.search(label) or (named and _compact(present))):
        return None
    texts = all(isinstance(cell, str) for cell in present)
    moments = starts(present, said_to_be_times=named or texts)
    if moments is None or (said is None and not named and digits):
        return None
    return [moment.isoformat() for moment in moments]


def _compact(present: Sequence[Cell]) -> bool:
    return all(isinstance(cell, int) and len(str(cell)) in (6, 8) for cell in present)


def _number(cell: Cell) -> float | int | None:
    """The number that a cell holds or writes: "1,234", "12.5%", "¥3.2万", "(500)"."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return cell
    text = cell.strip()
    negative = text.startswith("(") and text.endswith(")")
    match = _SCALED.fullmatch(text.strip("()"))
    digits = match[1].strip() if match else ""
    if match is None or not any(map(str.isdigit, digits)) or not _NUMBER.fullmatch(digits):
        return None
    try:
        value = float(re.sub(r"[,，¥￥$\s]", "", digits)) * _SCALES[match[2]]
    except ValueError:
        return None
    value = round(-value if negative else value, 10)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _measured(
    label: str, unit: str, cells: Sequence[Cell], numbers: tuple[Cell, ...]
) -> tuple[str | None, tuple[Cell, ...]]:
    """The unit, and the numbers in it: a percentage becomes the fraction that it stands for."""
    unit = _UNITS.get(unit.lower(), unit)
    values = [abs(number) for number in numbers if isinstance(number, int | float)]
    if any(isinstance(cell, str) and cell.strip().endswith(("%", "％")) for cell in cells):
        return "ratio", numbers  # already read as fractions
    if unit == "%":
        if max(values, default=0) <= _WHOLE:
            return "ratio", numbers
        return "ratio", tuple(
            number / 100 if isinstance(number, int | float) else None for number in numbers
        )
    if not unit and _RATIO_NAME.search(label) and max(values, default=2) <= _WHOLE:
        return "ratio", numbers
    if not unit and any(isinstance(cell, str) and cell.strip()[:1] in "¥￥" for cell in cells):
        return "CNY", numbers
    return unit or None, numbers


def _additivity(label: str, unit: str | None, given: object) -> Additivity | None:
    if unit in ("ratio", "points", "score"):
        return "non_additive"
    if given in get_args(Additivity):
        return cast(Additivity, given)
    if _SUMMED.match(label):
        return "additive"
    if _NOT_SUMMABLE.search(label) or _RATIO_NAME.search(label):
        return "non_additive"
    return "semi_additive" if _LEVEL.search(label) else None


def _region(label: str, cells: Sequence[Cell]) -> Region | None:
    names = {cell for cell in cells if isinstance(cell, str) and cell.strip()}
    if not names:
        return None
    if sum(province_of(name) is not None for name in names) >= _PLACES * len(names):
        return "province"
    return "city" if _CITY.search(label) else None
