"""SQL fragments of definitions, worked out in Python for one row: NULL is None.

Logic has three values, as in SQL. Knows what the shipped definitions use and stops at anything
else, so that a new function must be taught here before it is proved.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlglot import exp

Row = Mapping[str, Any]

_BINARY: Mapping[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
    exp.Div: lambda one, other: float(one) / float(other) if other else None,
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}


def worked_out(tree: exp.Expr, row: Row) -> Any:
    """The value of a fragment for `row`."""
    special = _SPECIAL.get(type(tree))
    if special is not None:
        return special(tree, row)
    function = _BINARY.get(type(tree))
    assert function is not None, f"teach the reference what {tree.sql('duckdb')!r} is"
    one, other = worked_out(tree.this, row), worked_out(tree.expression, row)
    return None if one is None or other is None else function(one, other)


def opposite(truth: bool | None) -> bool | None:
    """NOT."""
    return None if truth is None else not truth


def all_hold(truths: list[bool | None]) -> bool | None:
    """AND."""
    return False if False in truths else None if None in truths else True


def any_holds(truths: list[bool | None]) -> bool | None:
    """OR."""
    return True if True in truths else None if None in truths else False


def _literal(tree: exp.Expr, _: Row) -> Any:
    return str(tree.this) if tree.is_string else Decimal(tree.this)


def _sides(tree: exp.Expr, row: Row) -> list[Any]:
    return [worked_out(tree.this, row), worked_out(tree.expression, row)]


def _coalesced(tree: exp.Expr, row: Row) -> Any:
    values = (worked_out(part, row) for part in (tree.this, *tree.expressions))
    return next((value for value in values if value is not None), None)


def _case(tree: exp.Expr, row: Row) -> Any:
    assert tree.this is None, "teach the reference CASE x WHEN"
    for branch in tree.args["ifs"]:
        if worked_out(branch.this, row) is True:
            return worked_out(branch.args["true"], row)
    default = tree.args.get("default")
    return None if default is None else worked_out(default, row)


def _minutes_between(tree: exp.Expr, row: Row) -> int | None:
    """How often the minute changes between two moments."""
    assert tree.text("unit").lower() == "minute", "teach the reference that unit"
    later, earlier = worked_out(tree.this, row), worked_out(tree.expression, row)
    if later is None or earlier is None:
        return None
    return int((_on_the_minute(later) - _on_the_minute(earlier)) / timedelta(minutes=1))


def _on_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


_SPECIAL: Mapping[type[exp.Expr], Callable[[exp.Expr, Row], Any]] = {
    exp.Column: lambda tree, row: row[tree.name],
    exp.Literal: _literal,
    exp.Null: lambda _tree, _row: None,
    exp.Boolean: lambda tree, _row: bool(tree.this),
    exp.Paren: lambda tree, row: worked_out(tree.this, row),
    exp.Not: lambda tree, row: opposite(worked_out(tree.this, row)),
    exp.And: lambda tree, row: all_hold(_sides(tree, row)),
    exp.Or: lambda tree, row: any_holds(_sides(tree, row)),
    exp.Is: lambda tree, row: operator.is_(*_sides(tree, row)),
    exp.Coalesce: _coalesced,
    exp.Case: _case,
    exp.DateDiff: _minutes_between,
}
