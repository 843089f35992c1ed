"""Dimensions and times as SQL writes them: `province`, DATE_TRUNC('month', metric_time)."""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from semantic_layer.query import DatePart, Grain, GroupBy

# EXTRACT(DOW …) counts from Sunday and is left out; the week starts on Monday here.
_PARTS = {
    "YEAR": DatePart.year,
    "QUARTER": DatePart.quarter,
    "MONTH": DatePart.month,
    "DAY": DatePart.day,
    "ISODOW": DatePart.dow,
    "DOY": DatePart.doy,
    "HOUR": DatePart.hour,
}
_PART_FUNCTIONS: dict[type[exp.Expr], DatePart] = {
    exp.Year: DatePart.year,
    exp.Quarter: DatePart.quarter,
    exp.Month: DatePart.month,
    exp.Day: DatePart.day,
    exp.Hour: DatePart.hour,
}


def field_in(node: exp.Expr, tables: Collection[str] = ()) -> GroupBy | None:
    """The field that an expression writes, known or not; None for anything else.

    `tables` are the names that may stand before a column.
    """
    match node:
        case exp.Paren():
            return field_in(node.this, tables)
        case exp.Column():
            return _column(node, tables)
        case exp.TimestampTrunc() | exp.DateTrunc():
            grain = Grain.__members__.get(node.text("unit").lower())
            return _with(node.this, tables, grain=grain) if grain else None
        case exp.Cast() if node.to.this == exp.DType.DATE:
            return _with(node.this, tables, grain=Grain.day)
        case exp.Extract():
            part = _PARTS.get(node.name.upper())
            return _with(node.expression, tables, part=part) if part else None
        case _ if type(node) in _PART_FUNCTIONS:
            return _with(node.this, tables, part=_PART_FUNCTIONS[type(node)])
        case _:
            return None


def _column(node: exp.Column, tables: Collection[str]) -> GroupBy | None:
    if isinstance(node.this, exp.Star) or (node.table and node.table.lower() not in tables):
        return None
    return GroupBy.model_validate(node.name.lower()) if node.name else None


def _with(
    node: exp.Expr,
    tables: Collection[str],
    *,
    grain: Grain | None = None,
    part: DatePart | None = None,
) -> GroupBy | None:
    plain = _column(node, tables) if isinstance(node, exp.Column) else None
    if plain is None or plain.is_time:
        return None
    return GroupBy(name=plain.name, grain=grain, part=part)
