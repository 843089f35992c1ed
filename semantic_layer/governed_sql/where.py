"""The WHERE of a governed SELECT → the filter algebra, and the days that it leaves.

Conditions on `metric_time` become the query's time window where they bound it, so that what is not
loaded is refused or said; everything else stays a filter over dimensions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlglot import exp

from semantic_layer.governed_sql import shop_problems
from semantic_layer.governed_sql.constants import constant
from semantic_layer.governed_sql.fields import field_in
from semantic_layer.governed_sql.reading import is_metric_call
from semantic_layer.issues import Issue
from semantic_layer.query import (
    METRIC_TIME,
    And,
    Compare,
    DatePart,
    Filter,
    Grain,
    GroupBy,
    In,
    IsNull,
    Not,
    Operator,
    Or,
    Scalar,
)
from semantic_layer.resolving.windows import is_finer, period_start, shift_period

_OPERATORS: dict[type[exp.Expr], Operator] = {
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}
_FLIPPED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass
class FilterReader:
    """Reads conditions of one SELECT and keeps what it could not read in `issues`."""

    tables: Collection[str]
    issues: list[Issue] = field(default_factory=list)

    def read(self, node: exp.Expr) -> Filter | None:
        """The condition as a filter; None, and an issue, where the algebra cannot say it."""
        match node:
            case exp.Paren():
                return self.read(node.this)
            case exp.And():
                parts = self._all(node.flatten())
                return And(parts=parts) if parts else None
            case exp.Or():
                parts = self._all(node.flatten())
                return Or(parts=parts) if parts else None
            case exp.Not():
                inner = self.read(node.this)
                return Not(part=inner) if inner else None
            case _:
                return self._leaf(node)

    def _all(self, nodes: Iterable[exp.Expr]) -> tuple[Filter, ...]:
        read = [self.read(node) for node in nodes]
        return tuple(one for one in read if one is not None)

    def _leaf(self, node: exp.Expr) -> Filter | None:
        match node:
            case exp.Is() if isinstance(node.expression, exp.Null):
                named = self._field(node.this, node)
                return IsNull(field=named.column) if named else None
            case exp.Is() if isinstance(node.expression, exp.Boolean):
                return self._compare(node, node.this, "=", node.expression)
            case exp.In() if node.expressions:
                return self._in(node)
            case exp.Between():
                low = self._compare(node, node.this, ">=", node.args["low"])
                high = self._compare(node, node.this, "<=", node.args["high"])
                return And(parts=(low, high)) if low and high else None
            case exp.Column():
                return self._compare(node, node, "=", exp.Boolean(this=True))
            case _ if type(node) in _OPERATORS:
                operator = _OPERATORS[type(node)]
                if constant(node.this) is None:
                    return self._compare(node, node.this, operator, node.expression)
                flipped = _FLIPPED.get(operator, operator)
                return self._compare(node, node.expression, flipped, node.this)
            case _:
                self._refuse(node)
                return None

    def _in(self, node: exp.In) -> Filter | None:
        named = self._field(node.this, node)
        read = [self._value(named, value, node) for value in node.expressions if named]
        values = tuple(value for value in read if value is not None)
        return In(field=named.column, values=values) if named and values else None

    def _compare(
        self, whole: exp.Expr, left: exp.Expr, operator: Operator, right: exp.Expr
    ) -> Filter | None:
        named = self._field(left, whole)
        if named is None:
            return None
        value = self._value(named, right, whole)
        if value is None:
            return None
        return Compare(field=named.column, operator=operator, value=value)

    def _field(self, node: exp.Expr, whole: exp.Expr) -> GroupBy | None:
        named = field_in(node, self.tables)
        if named is not None and named.part is DatePart.year:
            return GroupBy(name=named.name, grain=Grain.year)
        if named is not None and named.part is None:
            return named
        self._refuse(whole)
        return None

    def _value(self, named: GroupBy, node: exp.Expr, whole: exp.Expr) -> Scalar | None:
        value = constant(node)
        if value is None:
            self._refuse(whole)
            return None
        if named.grain is Grain.year and isinstance(value, int) and 1 < value < 9_998:
            value = date(value, 1, 1)  # YEAR(metric_time) = 2024
        if named.name != METRIC_TIME:
            return value
        moment = _moment_of(value)
        if moment is None or not _is_comparable(named, moment):
            self._note(shop_problems.sql_time_value(named.column, str(value)))
            return None
        return moment if _below_day(named) else moment.date()

    def _refuse(self, node: exp.Expr) -> None:
        called = next((call for call in node.walk() if is_metric_call(call)), None)
        if called is not None:
            name = called.expressions[0].name if called.expressions else "…"
            self._note(shop_problems.sql_metric_outside(name))
        else:
            self._note(shop_problems.sql_condition(node.sql(dialect="duckdb", comments=False)))

    def _note(self, issue: Issue) -> None:
        self.issues.append(issue)


@dataclass(frozen=True)
class Bounds:
    """The days from `start` up to, and without, `end`; None is open."""

    start: date | None = None
    end: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing bounds the days."""
        return self.start is None and self.end is None


def bounds_of(condition: Filter | None) -> Bounds:
    """The smallest stretch of days that holds every day on which a condition can hold."""
    match condition:
        case And(parts=parts):
            return _meet([bounds_of(part) for part in parts])
        case Or(parts=parts):
            return _hull([bounds_of(part) for part in parts])
        case In(field=name, values=values):
            return _hull([_compared(name, "=", value) for value in values])
        case Compare(field=name, operator=operator, value=value):
            return _compared(name, operator, value)
        case _:
            return Bounds()


def without_bounds(condition: Filter | None) -> Filter | None:
    """What is left of a condition when the days of `bounds_of` are taken for granted."""
    parts = _conjuncts(condition)
    left = tuple(part for part in parts if not _is_bound(part))
    return And(parts=left) if len(left) > 1 else next(iter(left), None)


def _conjuncts(condition: Filter | None) -> tuple[Filter, ...]:
    if isinstance(condition, And):
        return tuple(one for part in condition.parts for one in _conjuncts(part))
    return () if condition is None else (condition,)


def _is_bound(condition: Filter) -> bool:
    """Whether a condition says nothing but which days count."""
    if not isinstance(condition, Compare) or condition.operator == "!=":
        return False
    named = GroupBy.model_validate(condition.field)
    return named.name == METRIC_TIME and not _below_day(named)


def _compared(name: str, operator: Operator, value: Scalar) -> Bounds:
    named = GroupBy.model_validate(name)
    if named.name != METRIC_TIME or not isinstance(value, date) or operator == "!=":
        return Bounds()
    grain = named.grain if isinstance(named.grain, Grain) and not _below_day(named) else Grain.day
    day = value.date() if isinstance(value, datetime) else value
    after = shift_period(day, grain, 1)
    match operator:
        case "=":
            return Bounds(day, after)
        case ">=":
            return Bounds(start=day)
        case ">":
            return Bounds(start=day if _below_day(named) else after)
        case "<=":
            return Bounds(end=after)
        case "<":
            return Bounds(end=after if _below_day(named) else day)


def _meet(parts: list[Bounds]) -> Bounds:
    starts = [part.start for part in parts if part.start is not None]
    ends = [part.end for part in parts if part.end is not None]
    return Bounds(max(starts, default=None), min(ends, default=None))


def _hull(parts: list[Bounds]) -> Bounds:
    starts = [part.start for part in parts if part.start is not None]
    ends = [part.end for part in parts if part.end is not None]
    return Bounds(
        min(starts) if len(starts) == len(parts) else None,
        max(ends) if len(ends) == len(parts) else None,
    )


def _moment_of(value: Scalar) -> datetime | None:
    try:
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day)
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_comparable(named: GroupBy, moment: datetime) -> bool:
    """Days compare with days, months with the first day of one; years that a date can hold."""
    edge = timedelta(days=400)
    if moment.tzinfo or not datetime.min + edge < moment < datetime.max - edge:
        return False
    if _below_day(named):
        return True
    grain = named.grain if isinstance(named.grain, Grain) else Grain.day
    return moment.time() == datetime.min.time() and period_start(moment.date(), grain) == (
        moment.date()
    )


def _below_day(named: GroupBy) -> bool:
    return isinstance(named.grain, Grain) and is_finer(named.grain, Grain.day)
