"""Constant expressions → values: literals, dates, and dates counted from today.

CURRENT_DATE is the asker's `today`, an argument like everywhere else.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlglot import exp

from semantic_layer.query import Grain, Scalar
from semantic_layer.resolving.windows import add_months, period_start

_DAYS = {"DAY": 1, "WEEK": 7}
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


def with_today(tree: exp.Query, today: date) -> exp.Query:
    """The same tree with a date in place of CURRENT_DATE."""
    literal = exp.cast(exp.Literal.string(today.isoformat()), exp.DataType.Type.DATE)
    for node in list(tree.find_all(exp.CurrentDate)):
        node.replace(literal.copy())
    return tree


def constant(node: exp.Expr) -> Scalar | None:
    """The value of a constant expression; None if it is none, or cannot be worked out."""
    match node:
        case exp.Paren():
            return constant(node.this)
        case exp.Boolean():
            return bool(node.this)
        case exp.Literal():
            return node.name if node.is_string else _number(node.name)
        case exp.Neg():
            value = constant(node.this)
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return -value if is_number else None  # type: ignore[operator]
        case exp.Cast():
            return _moment(constant(node.this), node.to)
        case exp.Add() | exp.Sub() if isinstance(node.expression, exp.Interval):
            sign = 1 if isinstance(node, exp.Add) else -1
            return _moved(constant(node.this), node.expression, sign)
        case exp.TimestampTrunc() | exp.DateTrunc():
            return _period(constant(node.this), node.text("unit"))
        case _:
            return None


def _number(text: str) -> int | float | None:
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return None


def _moment(value: Scalar | None, to: exp.DataType) -> Scalar | None:
    if to.this == exp.DType.DATE:
        return _day(value)
    if to.this not in (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ):
        return None
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value if isinstance(value, datetime) else None


def _day(value: Scalar | None) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).date()
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _moved(value: Scalar | None, interval: exp.Interval, sign: int) -> date | None:
    count, unit = interval.this.name, interval.text("unit").upper().removesuffix("S")
    if isinstance(value, datetime) or not isinstance(value, date) or not count.isdecimal():
        return None
    try:
        if unit in _DAYS:
            return value + timedelta(days=sign * int(count) * _DAYS[unit])
        return add_months(value, sign * int(count) * _MONTHS[unit]) if unit in _MONTHS else None
    except (ValueError, OverflowError):
        return None


def _period(value: Scalar | None, unit: str) -> date | None:
    day = _day(value) if isinstance(value, date) else None
    grain = Grain.__members__.get(unit.lower())
    return period_start(day, grain) if day and grain else None
