"""Filters, worked out for one row or one group: true, false, or unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from semantic_layer.query import (
    And,
    Compare,
    CompareMetric,
    DatePart,
    Filter,
    Grain,
    In,
    IsNull,
    Not,
    Or,
)
from tests.semantic_layer.reference.fragments import all_hold, any_holds, opposite

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def truth(
    condition: Filter,
    value: Callable[[str], Any],
    measured: Callable[[CompareMetric], Any],
) -> bool | None:
    """Whether a filter holds where `value` gives its fields and `measured` its metrics."""

    def inner(part: Filter) -> bool | None:
        match part:
            case IsNull(field=field):
                return value(field) is None
            case Compare(field=field, operator=sign, value=right):
                return _holds(value(field), sign, right)
            case CompareMetric(operator=sign, value=right):
                return _holds(measured(part), sign, right)
            case In(field=field, values=values):
                left = value(field)
                return None if left is None else any(_holds(left, "=", one) for one in values)
            case Not(part=one):
                return opposite(inner(one))
            case And(parts=parts):
                return all_hold([inner(one) for one in parts])
            case Or(parts=parts):
                return any_holds([inner(one) for one in parts])

    return inner(condition)


def field_parts(text: str) -> tuple[str, Grain | None, DatePart | None]:
    """The name, grain and part of "paid_at__month", "paid_at__extract_dow", "province"."""
    name, separator, end = text.rpartition("__")
    if separator and end.startswith("extract_"):
        return name, None, DatePart(end.removeprefix("extract_"))
    if separator and end in Grain.__members__:
        return name, Grain(end), None
    return text, None, None


def fields_of(condition: Filter | None) -> set[str]:
    """The names of the fields in a filter, without their grains."""
    match condition:
        case None:
            return set()
        case And(parts=parts) | Or(parts=parts):
            return {name for part in parts for name in fields_of(part)}
        case Not(part=part):
            return fields_of(part)
        case CompareMetric(by=by):
            return set(by)
        case _:
            return {field_parts(condition.field)[0]}


def _holds(left: Any, sign: str, right: Any) -> bool | None:
    if left is None:
        return None
    if isinstance(left, date) and not isinstance(right, date):
        right = datetime.fromisoformat(right)
    if isinstance(left, datetime) != isinstance(right, datetime):
        left, right = _moment(left), _moment(right)
    return _OPERATORS[sign](left, right)


def _moment(value: Any) -> Any:
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return datetime.combine(value, time()) if is_day else value
