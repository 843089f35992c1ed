"""Parts of the time in words: weekdays by name, hours of the day as 20:00, what columns are called.

Below `wording` and `presenting`. The numbers of a result become names here; their order is the
order of the numbers, in which the rows come.
"""

from __future__ import annotations

from assistant.answer import Cell
from semantic_layer import Language, SemanticQuery, Text
from semantic_layer.query import METRIC_TIME, DatePart, Scalar

_LABELS = {
    DatePart.year: Text(zh="年份", en="year"),
    DatePart.quarter: Text(zh="第几季度", en="quarter of the year"),
    DatePart.month: Text(zh="月份", en="month of the year"),
    DatePart.day: Text(zh="几号", en="day of the month"),
    DatePart.dow: Text(zh="星期", en="weekday"),
    DatePart.doy: Text(zh="一年中第几天", en="day of the year"),
    DatePart.hour: Text(zh="时段", en="hour of the day"),
}
_WEEKDAYS = {
    number: Text(zh=f"周{zh}", en=en)
    for number, (zh, en) in enumerate(
        zip(
            "一二三四五六日",
            ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
            strict=True,
        ),
        start=1,
    )
}
_EXTRACT = "__extract_"


def part_label(part: DatePart, language: Language) -> str:
    """What a column of such parts is called.

    >>> part_label(DatePart.dow, "en")
    'weekday'
    """
    return _LABELS[part].in_(language)


def part_of(field: str) -> DatePart | None:
    """The part that a field of a filter names: "metric_time__extract_dow"."""
    _, separator, part = field.rpartition(_EXTRACT)
    return DatePart(part) if separator and part in DatePart.__members__ else None


def field_of_part(field: str, language: Language) -> str | None:
    """The label of a part of the metrics' own time in a condition; None for other fields."""
    part = part_of(field)
    own = field.startswith(METRIC_TIME + _EXTRACT)
    return part_label(part, language) if part is not None and own else None


def part_value(part: DatePart | None, value: Cell | Scalar, language: Language) -> str:
    """A number as a person says it: 周一, Monday, 20:00; anything else as it is.

    >>> part_value(DatePart.dow, 1, "zh"), part_value(DatePart.hour, 20, "en")
    ('周一', '20:00')
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = int(value)
        if part is DatePart.dow and number in _WEEKDAYS:
            return _WEEKDAYS[number].in_(language)
        if part is DatePart.hour:
            return f"{number:02d}:00"
    return str(value)


def with_named_parts(
    query: SemanticQuery, rows: tuple[tuple[Cell, ...], ...], language: Language
) -> tuple[tuple[Cell, ...], ...]:
    """The rows with weekdays and hours by name."""
    named = {
        at: group.part
        for at, group in enumerate(query.group_by)
        if group.part in (DatePart.dow, DatePart.hour)
    }
    if not named:
        return rows
    return tuple(
        tuple(
            part_value(named[at], cell, language) if at in named and cell is not None else cell
            for at, cell in enumerate(row)
        )
        for row in rows
    )
