"""Times as other programs write them: the start of a period from a text, and the grain of several.

Below `bare_columns`. Cells only; what a user says about time is read in `time_expressions`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from assistant.answer import Cell
from semantic_layer.query import Grain

_DAY = re.compile(r"(\d{4})[/年.](\d{1,2})[/月.](\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[-/年.](\d{1,2})月?")
_QUARTER = re.compile(r"(\d{4})\s?[-/年]?\s?第?(?:Q([1-4])|([1-4一二三四])季度)", re.I)
_QUARTER_FIRST = re.compile(r"Q([1-4])[\s-]?(\d{4})", re.I)
_WEEK = re.compile(r"(\d{4})[-年]?\s?(?:W|第)(\d{1,2})周?", re.I)
_YEAR = re.compile(r"((?:19|20)\d\d)年")
_DIGITS = re.compile(r"((?:1[5-9]|20)\d\d)(?:(\d\d)(\d\d)?)?")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_WORDED = re.compile(r"(?:\d{1,2} )?[A-Za-z]{3,9}\.? (?:\d{1,2},? )?\d{4}|\d{4}[ -][A-Za-z]{3,9}")
_WORDED_FORMATS: Final = (
    *("%b %Y", "%B %Y", "%b %d %Y", "%B %d %Y", "%d %b %Y", "%d %B %Y", "%Y %b", "%Y %B"),
)
_NUMBERED_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4}


def starts(cells: Iterable[Cell], *, said_to_be_times: bool = False) -> list[datetime] | None:
    """The start of the period that each cell names, or None where one of them names none.

    Digits alone (20261001, 202610, 2026) are times only if the column says so. Dates as
    3/4/2026 are read when all of them make sense in one order only.

    >>> starts(["2026年9月", "2026年10月"])
    [datetime.datetime(2026, 9, 1, 0, 0), datetime.datetime(2026, 10, 1, 0, 0)]
    >>> starts(["3/4/2026", "25/4/2026"]), starts(["3/4/2026"])
    ([datetime.datetime(2026, 4, 3, 0, 0), datetime.datetime(2026, 4, 25, 0, 0)], None)
    """
    texts = [_text(cell) for cell in cells]
    if not texts:
        return None
    if all(map(_SLASHED.fullmatch, texts)):
        return _slashed(texts)
    readers = (*_READERS, _digits) if said_to_be_times else _READERS
    found = [_read(text, readers) for text in texts]
    known = [start for start in found if start is not None]
    return known if len(known) == len(found) else None


def grain_of(moments: Iterable[datetime]) -> Grain:
    """The longest grain whose periods all the moments begin.

    >>> grain_of([datetime(2026, 1, 1), datetime(2026, 4, 1), datetime(2026, 7, 1)])
    <Grain.quarter: 'quarter'>
    """
    begun = sorted(set(moments))
    if any(start.hour or start.minute or start.second for start in begun):
        return Grain.hour
    if len(begun) > 1 and all(start.day == 1 for start in begun):
        months = {start.month for start in begun}
        if months == {1}:
            return Grain.year
        steps = {12 * (b.year - a.year) + b.month - a.month for a, b in pairwise(begun)}
        quarters = months <= {1, 4, 7, 10} and min(steps) >= 3
        return Grain.quarter if quarters else Grain.month
    mondays = len(begun) > 1 and all(start.weekday() == 0 for start in begun)
    return Grain.week if mondays else Grain.day


def _text(cell: Cell) -> str:
    return str(cell).strip() if isinstance(cell, str | int) and not isinstance(cell, bool) else ""


_Reader = Callable[[str], datetime | None]


def _read(text: str, readers: Sequence[_Reader]) -> datetime | None:
    try:
        return next((start for reader in readers if (start := reader(text))), None)
    except ValueError:  # a 30 February, or a year that no calendar has
        return None


def _day(text: str) -> datetime | None:
    match = _DAY.fullmatch(text)
    return datetime(int(match[1]), int(match[2]), int(match[3])) if match else None


def _month(text: str) -> datetime | None:
    match = _MONTH.fullmatch(text)
    return datetime(int(match[1]), int(match[2]), 1) if match else None


def _quarter(text: str) -> datetime | None:
    if match := _QUARTER_FIRST.fullmatch(text):
        return datetime(int(match[2]), int(match[1]) * 3 - 2, 1)
    if match := _QUARTER.fullmatch(text):
        number = match[2] or match[3]
        quarter = _NUMBERED_QUARTERS.get(number) or int(number)
        return datetime(int(match[1]), quarter * 3 - 2, 1)
    return None


def _week(text: str) -> datetime | None:
    match = _WEEK.fullmatch(text)
    return datetime.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None


def _year(text: str) -> datetime | None:
    match = _YEAR.fullmatch(text)
    return datetime(int(match[1]), 1, 1) if match else None


def _iso(text: str) -> datetime | None:
    """ISO 8601 with its dashes; the clock stays as it was written, whatever the zone."""
    return datetime.fromisoformat(text).replace(tzinfo=None) if text[4:5] == "-" else None


def _worded(text: str) -> datetime | None:
    if not _WORDED.fullmatch(text):
        return None
    plain = text.replace(",", "").replace(".", "").replace("-", " ")
    for form in _WORDED_FORMATS:
        try:
            return datetime.strptime(plain, form)
        except ValueError:
            continue
    return None


def _digits(text: str) -> datetime | None:
    match = _DIGITS.fullmatch(text)
    return datetime(int(match[1]), int(match[2] or 1), int(match[3] or 1)) if match else None


_READERS: tuple[_Reader, ...] = (_day, _month, _quarter, _week, _year, _worded, _iso)


def _slashed(texts: Sequence[str]) -> list[datetime] | None:
    parts = [
        tuple(map(int, match.groups())) for text in texts if (match := _SLASHED.fullmatch(text))
    ]
    readings = []
    for month, day in ((0, 1), (1, 0)):
        try:
            readings.append([datetime(part[2], part[month], part[day]) for part in parts])
        except ValueError:
            continue
    return readings[0] if len(readings) == 1 else None
