"""`infer`: a `ChartRequest` for a bare result — columns, rows, a question, none of our definitions.

Beside `request`, for results that no plan stands behind. What cannot be known is taken for the more
careful thing: a measure whose additivity is not given may not be summed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Literal, cast, get_args

from assistant.answer import AnswerColumn, Cell
from assistant.charts.request import ChartRequest, Intent
from semantic_layer.issues import Language
from semantic_layer.model import Additivity
from semantic_layer.query import Grain

Type = Literal["string", "number", "date", "boolean"]

_TYPES: Mapping[Type, re.Pattern[str]] = {
    "boolean": re.compile(r"bool", re.I),
    "date": re.compile(r"date|time", re.I),
    "number": re.compile(r"int|num|dec|float|double|real|long|money", re.I),
    "string": re.compile(r"str|char|text|categor|nominal|uuid|enum", re.I),
}
_KEY = re.compile(r"(?:^|_|\b)(?:id|code|no|sku|zip)$|编号|单号|编码|邮编", re.I)
_YEAR = re.compile(r"(?:^|_)year$|^年份?$", re.I)
_CYCLE = re.compile(
    r"(?:^|_)(?:hour|weekday|dow)|day_of_week|month_of_year|^month$|小时|时段|星期|周几|月份", re.I
)
_UNITS = {
    "%": "ratio",
    "percent": "ratio",
    "rate": "ratio",
    "元": "CNY",
    "rmb": "CNY",
    "¥": "CNY",
    "cny": "CNY",
    "天": "days",
    "day": "days",
}
_INTENTS: Mapping[Intent, re.Pattern[str]] = {
    "share": re.compile(r"占比|构成|比重|份额|\bshares?\b|\bproportion|\bbreakdown\b", re.I),
    "rank": re.compile(r"排名|排行|前\s*\d+|前[一二三四五六七八九十]+名?|\btop\b|\brank", re.I),
    "trend": re.compile(r"趋势|走势|\btrend", re.I),
    "detail": re.compile(r"明细|清单|\bdetails?\b", re.I),
}
_TOP = re.compile(r"(?:前|\btop[\s-]?|\bbottom\s?)\s*(\d{1,3})", re.I)
_CJK = re.compile(r"[\u4e00-\u9fff]")
_MONTH = re.compile(r"(\d{4})[-/年](\d{1,2})月?")
_QUARTER = re.compile(r"(\d{4})\s?[-/年]?\s?(?=Q|.季度)Q?([1-4])(?:季度)?", re.I)
_DAY = re.compile(r"(\d{4})[/年](\d{1,2})[/月](\d{1,2})日?")


@dataclass(frozen=True)
class BareColumn:
    """A column as it came, and what it is taken for."""

    name: str
    type: Type
    unit: str | None
    additivity: Additivity | None


def infer(
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Sequence[Any]],
    *,
    intent: str | None = None,
    question: str = "",
    language: Language | None = None,
) -> ChartRequest:
    """The request that the columns ({"name", "type", "unit"?, "additivity"?}) and the rows suggest.

    >>> columns = [{"name": "day", "type": "date"}, {"name": "orders", "type": "number"}]
    >>> request = infer(columns, [["2026-10-01", 3], ["2026-10-02", 5]])
    >>> [column.role for column in request.columns], request.grain, request.additivity
    (['time', 'metric'], <Grain.day: 'day'>, {})
    """
    cells = [[_json(cell) for cell in row[: len(columns)]] for row in rows]
    cells = [row + [None] * (len(columns) - len(row)) for row in cells]
    bare = [_bare(column, [row[index] for row in cells]) for index, column in enumerate(columns)]
    time = next((i for i, column in enumerate(bare) if column.type == "date"), None)
    answered = tuple(_answer_column(column, i == time) for i, column in enumerate(bare))
    for index, column in enumerate(answered):
        for row in cells:
            row[index] = _cell(row[index], column)
    asked = _TOP.search(question)
    heading = question or " ".join(column.name for column in bare)
    return ChartRequest(
        columns=answered,
        rows=tuple(map(tuple, cells)),
        language=language or ("zh" if _CJK.search(heading) else "en"),
        title=question or " · ".join(column.label for column in answered),
        additivity={c.name: c.additivity for c in bare if c.additivity},
        grain=None if time is None else _grain([row[time] for row in cells]),
        intent=_intent(intent, question),
        ordered_top=int(asked[1]) if asked and int(asked[1]) else None,
        complete=asked is None,
    )


def _bare(column: Mapping[str, Any], cells: Sequence[Cell]) -> BareColumn:
    name = str(column.get("name") or "")
    given = str(column.get("type") or "")
    present = [cell for cell in cells if cell is not None]
    kind = next((kind for kind, words in _TYPES.items() if words.search(given)), None)
    kind = _type_of(name, kind or _type_by_values(present), present)
    unit = str(column.get("unit") or "").strip()
    additivity = column.get("additivity")
    return BareColumn(
        name=name,
        type=kind,
        unit=_UNITS.get(unit.lower(), unit) or None,
        additivity=cast(Additivity, additivity) if additivity in get_args(Additivity) else None,
    )


def _type_by_values(present: Sequence[Cell]) -> Type:
    if present and all(isinstance(cell, bool) for cell in present):
        return "boolean"
    if present and all(isinstance(cell, int | float) for cell in present):
        return "number"
    return "string"


def _type_of(name: str, kind: Type, present: Sequence[Cell]) -> Type:
    """Numbers that name something are no measures; texts that are dates are times."""
    if kind == "number":
        if _YEAR.search(name) and present and all(_period(cell) for cell in present):
            return "date"
        return "string" if _KEY.search(name) or _CYCLE.search(name) else "number"
    if kind in ("string", "date"):
        dated = bool(present) and all(_period(cell) for cell in present)
        return "date" if dated and not _KEY.search(name) else "string"
    return kind


def _answer_column(column: BareColumn, is_time: bool) -> AnswerColumn:
    role: Literal["dimension", "time", "metric"] = "dimension"
    if is_time:
        role = "time"
    elif column.type == "number":
        role = "metric"
    return AnswerColumn(
        name=column.name,
        label=column.name.replace("_", " ").strip() or "·",
        type=column.type,
        unit=column.unit,
        role=role,
        metric=column.name if role == "metric" else None,
    )


def _json(cell: Any) -> Cell:
    if cell is None or isinstance(cell, str | int | float):
        return cell
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _cell(cell: Cell, column: AnswerColumn) -> Cell:
    """Times as ISO dates, and numbers that came as text as numbers."""
    if column.role == "time":
        start = _period(cell)
        return start.isoformat() if start else None
    if column.role == "metric" and isinstance(cell, str):
        try:
            return float(cell.replace(",", ""))
        except ValueError:
            return None
    return cell


def _period(cell: Cell) -> datetime | None:
    """The start of the day, month, quarter or year that the cell names."""
    text = str(cell).strip() if isinstance(cell, str | int) and not isinstance(cell, bool) else ""
    try:
        if match := _DAY.fullmatch(text):
            return datetime(int(match[1]), int(match[2]), int(match[3]))
        if match := _MONTH.fullmatch(text):
            return datetime(int(match[1]), int(match[2]), 1)
        if match := _QUARTER.fullmatch(text):
            return datetime(int(match[1]), int(match[2]) * 3 - 2, 1)
        if re.fullmatch(r"(?:19|20)\d\d年?", text):
            return datetime(int(text[:4]), 1, 1)
        # A bare number of eight digits is more often a key than a date.
        return datetime.fromisoformat(text).replace(tzinfo=None) if "-" in text else None
    except ValueError:
        return None


def _grain(cells: Sequence[Cell]) -> Grain:
    """The longest grain whose periods all the times begin."""
    starts = sorted({datetime.fromisoformat(cell) for cell in cells if isinstance(cell, str)})
    if any(start.hour or start.minute or start.second for start in starts):
        return Grain.hour
    if all(start.day == 1 for start in starts) and len(starts) > 1:
        months = {start.month for start in starts}
        if months == {1}:
            return Grain.year
        steps = {12 * (b.year - a.year) + b.month - a.month for a, b in pairwise(starts)}
        quarters = months <= {1, 4, 7, 10} and min(steps) >= 3
        return Grain.quarter if quarters else Grain.month
    mondays = len(starts) > 1 and all(start.weekday() == 0 for start in starts)
    return Grain.week if mondays else Grain.day


def _intent(given: str | None, question: str) -> Intent | None:
    if given in get_args(Intent):
        return cast(Intent, given)
    if given:
        return None  # an intent of which these charts know nothing yet
    return next((intent for intent, words in _INTENTS.items() if words.search(question)), None)
