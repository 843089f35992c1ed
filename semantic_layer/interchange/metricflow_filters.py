"""MetricFlow's filters (SQL with `{{ Dimension('listing__country') }}` in it) → our filter algebra.

The template calls are read with `ast`, the SQL around them with sqlglot; what the algebra cannot
say is refused by name, never passed through as text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.query import (
    And,
    Compare,
    CompareMetric,
    Filter,
    In,
    IsNull,
    Not,
    Operator,
    Or,
    Scalar,
)

_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_COMPARISONS: dict[type[exp.Expr], Operator] = {
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_FLIPPED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Reference:
    """A dimension, entity or time with its grain; or, with `by`, a metric for each entity."""

    name: str
    by: tuple[str, ...] = ()


def read_filter(text: str, where: str) -> Filter:
    """The filter of a template text; `where` is its place, for messages.

    Raises:
        DefinitionError: the text is no condition that the algebra can say.
    """
    references: dict[str, Reference] = {}

    def named(match: re.Match[str]) -> str:
        name = f"reference_{len(references)}"
        references[name] = read_reference(match.group(1).strip(), where)
        return name

    sql = _TEMPLATE.sub(named, text)
    try:
        tree = sqlglot.parse_one(sql, dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise _refused(text, where) from error
    return _Reader(references, text, where).read(tree)


def read_reference(call: str, where: str) -> Reference:
    """What a template call refers to; names are in small letters, as MetricFlow has them.

    Raises:
        DefinitionError: the text is no call of `Dimension`, `TimeDimension`, `Entity` or `Metric`.
    """
    try:
        return _reference(call, where)
    except (SyntaxError, ValueError, TypeError, RecursionError) as error:
        raise _refused(call, where) from error


def _reference(call: str, where: str) -> Reference:
    grain = ""
    node: ast.expr = ast.parse(call, mode="eval").body
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("grain", "date_part"):
            suffix = str(ast.literal_eval(_only_argument(node))).lower()
            grain = f"__{suffix}" if node.func.attr == "grain" else f"__extract_{suffix}"
        node = node.func.value
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise _refused(call, where)
    values = [ast.literal_eval(argument) for argument in node.args]
    named = {word.arg: ast.literal_eval(word.value) for word in node.keywords if word.arg}
    path = "".join(f"{entity}__" for entity in named.get("entity_path") or ())
    names = [*values, *(value for key, value in named.items() if key.endswith("name"))]
    name = (path + str(names[0])).lower() if names else ""
    match node.func.id if name else "":
        case "Dimension" | "Entity":
            return Reference(name + grain)
        case "TimeDimension":
            unit = values[1] if len(values) > 1 else named.get("time_granularity_name")
            part = named.get("date_part_name")
            grain = f"__extract_{part}" if part else grain
            return Reference(name + (f"__{unit}" if unit else grain).lower())
        case "Metric":
            by = values[1] if len(values) > 1 else named.get("group_by", ())
            return Reference(name, tuple(str(entity).lower() for entity in by))
        case _:
            raise _refused(call, where)


def _only_argument(call: ast.Call) -> ast.expr:
    (argument,) = (*call.args, *(word.value for word in call.keywords))
    return argument


class _Reader:
    def __init__(self, references: Mapping[str, Reference], text: str, where: str) -> None:
        self._references, self._text, self._where = references, text, where

    def read(self, node: exp.Expr) -> Filter:
        match node:
            case exp.Paren():
                return self.read(node.this)
            case exp.And():
                return And(parts=tuple(self.read(part) for part in node.flatten()))
            case exp.Or():
                return Or(parts=tuple(self.read(part) for part in node.flatten()))
            case exp.Not():
                return Not(part=self.read(node.this))
            case _:
                return self._leaf(node)

    def _leaf(self, node: exp.Expr) -> Filter:
        match node:
            case exp.Is() if isinstance(node.expression, exp.Null):
                return IsNull(field=self._field(node.this).name)
            case exp.Is() if isinstance(node.expression, exp.Boolean):
                return self._compare(self._field(node.this), "=", bool(node.expression.this))
            case exp.In() if node.expressions:
                values = tuple(self._value(value) for value in node.expressions)
                return In(field=self._field(node.this).name, values=values)
            case exp.Between():
                field = self._field(node.this)
                low, high = self._value(node.args["low"]), self._value(node.args["high"])
                above = self._compare(field, ">=", low)
                return And(parts=(above, self._compare(field, "<=", high)))
            case exp.Column():
                return self._compare(self._field(node), "=", True)
            case _ if type(node) in _COMPARISONS:
                return self._comparison(node, _COMPARISONS[type(node)])
            case _:
                raise _refused(self._text, self._where)

    def _comparison(self, node: exp.Expr, operator: Operator) -> Filter:
        left, right = node.this, node.expression
        if not self._is_field(left):
            left, right, operator = right, left, _FLIPPED.get(operator, operator)
        return self._compare(self._field(left), operator, self._value(right))

    def _compare(self, field: Reference, operator: Operator, value: Scalar) -> Filter:
        if not field.by:
            return Compare(field=field.name, operator=operator, value=value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _refused(self._text, self._where)
        return CompareMetric(metric=field.name, by=field.by, operator=operator, value=value)

    def _is_field(self, node: exp.Expr) -> bool:
        return isinstance(_uncast(node), exp.Column)

    def _field(self, node: exp.Expr) -> Reference:
        column = _uncast(node)
        if not isinstance(column, exp.Column):
            raise _refused(self._text, self._where)
        return self._references.get(column.name) or Reference(column.name)

    def _value(self, node: exp.Expr) -> Scalar:
        is_time = isinstance(node, exp.Cast) and node.to.is_type(*exp.DataType.TEMPORAL_TYPES)
        literal = _uncast(node)
        if isinstance(literal, exp.Neg) and isinstance(literal.this, exp.Literal):
            return -_number(literal.this.name)
        if isinstance(literal, exp.Boolean):
            return bool(literal.this)
        if not isinstance(literal, exp.Literal):
            raise _refused(self._text, self._where)
        if not literal.is_string:
            return _number(literal.name)
        return self._moment(literal.name) if is_time else literal.name

    def _moment(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise _refused(self._text, self._where) from None


def _uncast(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Cast | exp.Paren):
        node = node.this
    return node


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else float(text)


def _refused(text: str, where: str) -> DefinitionError:
    shown = " ".join(text.split())
    return DefinitionError(
        [
            Issue(
                code="filter_not_supported",
                message=Text(
                    zh=f"筛选条件 {shown!r} 无法表达；请改写为维度与常量的比较。",
                    en=f"The filter {shown!r} cannot be expressed; "
                    "write it as comparisons of dimensions with constants.",
                ),
                where=where,
            )
        ]
    )
