"""Names that come round again — weekdays, hours, months of the year — and their calendar order.

Below `profile`. A sorted bar chart of weekdays would be a ranking; the reader wants Monday first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.answer import AnswerColumn, Cell

_WEEKDAYS = (
    ("周一", "星期一", "礼拜一", "monday", "mon"),
    ("周二", "星期二", "礼拜二", "tuesday", "tue"),
    ("周三", "星期三", "礼拜三", "wednesday", "wed"),
    ("周四", "星期四", "礼拜四", "thursday", "thu"),
    ("周五", "星期五", "礼拜五", "friday", "fri"),
    ("周六", "星期六", "礼拜六", "saturday", "sat"),
    ("周日", "星期日", "星期天", "礼拜天", "sunday", "sun"),
)
_MONTHS = (
    *(("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr")),
    *(("may",), ("june", "jun"), ("july", "jul"), ("august", "aug")),
    *(("september", "sep"), ("october", "oct"), ("november", "nov"), ("december", "dec")),
)


def _positions(cycle: Sequence[Sequence[str]]) -> dict[str, int]:
    return {name: position for position, names in enumerate(cycle) for name in names}


_NAMED = (_positions(_WEEKDAYS), _positions(_MONTHS))
_WRITTEN = (
    (re.compile(r"(\d{1,2})月"), range(1, 13)),
    (re.compile(r"(\d{1,2})(?:点|时|:00)"), range(24)),
)
# Bare numbers say nothing by themselves: the column must call them hours, weekdays or months.
_NUMBERED = (
    (re.compile(r"\bhour|小时|时段|几点", re.I), range(24)),
    (re.compile(r"week_?day|\bdow\b|day_of_week|星期|周几", re.I), range(8)),
    (re.compile(r"month_of_year|\bmonth$|月份", re.I), range(1, 13)),
)


def calendar_order(column: AnswerColumn, members: Iterable[Cell]) -> dict[Cell, int] | None:
    """The position of each member in its cycle, or None where the members are no such names."""
    cells = tuple(members)
    if not cells:
        return None
    if all(isinstance(cell, str) for cell in cells):
        names = {cell: str(cell).strip().lower() for cell in cells}
        return _named_order(names) or _written_order(names)
    if all(isinstance(cell, int) and not isinstance(cell, bool) for cell in cells):
        return _numbered_order(f"{column.name} {column.label}", cells)
    return None


def _named_order(names: dict[Cell, str]) -> dict[Cell, int] | None:
    for positions in _NAMED:
        if all(name in positions for name in names.values()):
            return {cell: positions[name] for cell, name in names.items()}
    return None


def _written_order(names: dict[Cell, str]) -> dict[Cell, int] | None:
    for pattern, legal in _WRITTEN:
        matches = {cell: pattern.fullmatch(name) for cell, name in names.items()}
        order = {cell: int(match[1]) for cell, match in matches.items() if match}
        if len(order) == len(names) and all(position in legal for position in order.values()):
            return order
    return None


def _numbered_order(heading: str, cells: tuple[Cell, ...]) -> dict[Cell, int] | None:
    for pattern, legal in _NUMBERED:
        if pattern.search(heading) and all(cell in legal for cell in cells):
            return {cell: int(cell) for cell in cells if cell is not None}
    return None
