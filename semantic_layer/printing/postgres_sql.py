"""A tree that is written for DuckDB → the same question in PostgreSQL's words.

Used by `dialects` only; imports nothing of the package. Each rewrite has one reason: the engines
give another type, another rounding, or another name to the same thing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from sqlglot import exp

_REFUSED: Mapping[type[exp.Expr], str] = {
    exp.AnyValue: "ANY_VALUE",  # from version 16 on
    exp.ApproxDistinct: "APPROX_COUNT_DISTINCT",
    exp.ApproxQuantile: "APPROX_QUANTILE",
    exp.ArgMax: "ARG_MAX",
    exp.ArgMin: "ARG_MIN",
    exp.Contains: "CONTAINS",
    exp.EndsWith: "ENDS_WITH",
    exp.IgnoreNulls: "IGNORE NULLS",
    exp.LastDay: "LAST_DAY",
    exp.TryCast: "TRY_CAST",
}
_LONGEST_NAME = 63  # bytes; PostgreSQL cuts the rest off without a word
_DIGEST = 8
_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600}
_MONTHS = {"MONTH": 12, "QUARTER": 4, "YEAR": 1}
_PARTS: Mapping[type[exp.Expr], str] = {
    exp.Year: "YEAR",
    exp.Quarter: "QUARTER",
    exp.Month: "MONTH",
    exp.Day: "DAY",
}

Rewrite = Callable[[exp.Expr], exp.Expr]


def lacking(tree: exp.Query) -> tuple[str, ...]:
    """What the tree asks for and PostgreSQL does not have, by name."""
    names: dict[str, None] = {}
    for node in tree.walk():
        if (name := _REFUSED.get(type(node))) is not None:
            names[name] = None
        elif isinstance(node, exp.DateDiff) and _unit(node) not in {"DAY", *_SECONDS, *_MONTHS}:
            names[f"DATE_DIFF by {_unit(node).lower()}"] = None
        elif isinstance(node, exp.Group) and node.args.get("all"):
            names["GROUP BY ALL"] = None
    return tuple(names)


def for_postgres(tree: exp.Query) -> exp.Query:
    """A copy of the tree that means the same to PostgreSQL."""
    copied = tree.copy()
    _type_the_padding(copied)
    for node in reversed(list(copied.walk(bfs=False))):
        rewrite = _REWRITES.get(type(node))
        if rewrite is not None:
            parent, key, index = node.parent, node.arg_key, node.index
            written = rewrite(node)
            if parent is not None and key is not None:
                parent.set(key, written, index=index)
    for identifier in copied.find_all(exp.Identifier):
        _name(identifier)
    return copied


def _type_the_padding(tree: exp.Expr) -> None:
    """Give each NULL that fills up a UNION the type of the column that it stands for.

    PostgreSQL finds the type of a UNION pair by pair; two NULLs make a text, which meets no number.
    """
    for union in list(tree.find_all(exp.Union)):
        if isinstance(union.parent, exp.Union):
            continue
        arms = _arms(union)
        for number in range(len(arms[0].expressions)) if len(arms) > 2 else ():
            column = [arm.expressions[number] for arm in arms]
            typed = next((n for n, one in enumerate(column) if not _is_null(one)), None)
            for one in column if typed is not None else ():
                if _is_null(one):
                    one.unalias().replace(_typed_null(arms[typed or 0], number))


def _arms(query: exp.Expr) -> list[exp.Select]:
    if isinstance(query, exp.Union):
        return [*_arms(query.this), *_arms(query.expression)]
    select = query.unnest()
    assert isinstance(select, exp.Select), "a UNION is made of SELECTs"
    return [select]


def _is_null(projection: exp.Expr) -> bool:
    return isinstance(projection.unalias(), exp.Null)


def _typed_null(arm: exp.Select, number: int) -> exp.Expr:
    """No row of the arm that has the column: NULL, of the column's own type."""
    empty = arm.copy()
    for clause in ("order", "offset", "distinct"):
        empty.set(clause, None)
    empty.set("expressions", [empty.expressions[number].unalias()])
    return empty.limit(0, copy=False).subquery(copy=False)


def _as(value: exp.Expr, kind: exp.DType) -> exp.Expr:
    return value if value.is_type(kind) else exp.cast(value, kind)


def _truncated(node: exp.Expr) -> exp.Expr:
    """Of a day PostgreSQL would make a moment of the session's time zone."""
    node.set("this", _as(node.this, exp.DType.TIMESTAMP))
    return node


def _extracted(node: exp.Expr) -> exp.Expr:
    """A part of a date is a whole number; of a day PostgreSQL refuses to tell the hour."""
    moment = node.expression if isinstance(node, exp.Extract) else node.this
    unit = node.this.name if isinstance(node, exp.Extract) else _PARTS[type(node)]
    return _part(unit, moment)


def _part(unit: str, moment: exp.Expr) -> exp.Expr:
    of = _as(moment, exp.DType.TIMESTAMP)
    part: exp.Expr = exp.Extract(this=exp.var(unit.upper()), expression=of)
    if unit.upper() in {"SECOND", "EPOCH"}:
        part = exp.Floor(this=part)
    return exp.cast(part, exp.DType.BIGINT)


def _rounded(node: exp.Expr) -> exp.Expr:
    """PostgreSQL rounds only exact numbers to a place, and halves of the others to even."""
    exact = exp.Round(this=_as(node.this, exp.DType.DECIMAL), decimals=node.args.get("decimals"))
    return exp.cast(exact, exp.DType.DOUBLE)


def _divided(node: exp.Expr) -> exp.Expr:
    """Dividing by zero gives no value; PostgreSQL would stop."""
    below = node.expression.unnest()
    is_safe = isinstance(below, exp.Nullif) or (
        isinstance(below, exp.Literal) and below.name != "0"
    )
    if not is_safe:
        zero = exp.Literal.number(0)
        node.set("expression", exp.Nullif(this=below.copy(), expression=zero))
    return _calculated(node)


def _calculated(node: exp.Expr) -> exp.Expr:
    """NULL has no type there, and an operator without types is ambiguous."""
    for side in (node.this, node.expression):
        if isinstance(side, exp.Expr) and isinstance(side.unnest(), exp.Null):
            side.replace(exp.cast(exp.Null(), exp.DType.DOUBLE))
    return node


def _summed(node: exp.Expr) -> exp.Expr:
    """A sum of conditions counts those that are true."""
    if isinstance(node.this.unnest(), exp.Predicate | exp.Connector | exp.Not):
        node.set("this", exp.cast(node.this, exp.DType.INT))
    return node


def _difference(node: exp.Expr) -> exp.Expr:
    """How many boundaries of a unit lie between two moments, as DuckDB counts them."""
    unit, later, earlier = _unit(node), node.this, node.expression
    if unit == "DAY":
        days = exp.Sub(this=_as(later, exp.DType.DATE), expression=_as(earlier, exp.DType.DATE))
        return exp.paren(days, copy=False)
    if unit in _MONTHS:
        return exp.paren(
            exp.Sub(this=_count_of(unit, later), expression=exp.paren(_count_of(unit, earlier))),
            copy=False,
        )
    seconds = exp.Sub(this=_start(unit, later), expression=_start(unit, earlier))
    step = exp.Literal.number(_SECONDS[unit])
    return exp.cast(exp.IntDiv(this=exp.paren(seconds), expression=step), exp.DType.BIGINT)


def _count_of(unit: str, moment: exp.Expr) -> exp.Expr:
    """The number of a month, quarter or year since year zero."""
    year = _part("YEAR", moment.copy())
    if unit == "YEAR":
        return year
    within = exp.Mul(this=year, expression=exp.Literal.number(_MONTHS[unit]))
    return exp.Add(this=within, expression=_part(unit, moment.copy()))


def _start(unit: str, moment: exp.Expr) -> exp.Expr:
    of = _as(moment, exp.DType.TIMESTAMP)
    return _part("EPOCH", exp.TimestampTrunc(this=of, unit=exp.var(unit)))


def _unit(node: exp.Expr) -> str:
    unit = node.args.get("unit")
    return unit.name.upper() if unit is not None else "DAY"


def _name(identifier: exp.Identifier) -> None:
    """Quoted, so that no name is a keyword; folded as PostgreSQL folds it; told apart when cut."""
    name = identifier.name if identifier.quoted else identifier.name.lower()
    encoded = name.encode()
    if len(encoded) > _LONGEST_NAME:
        digest = hashlib.sha256(encoded).hexdigest()[:_DIGEST]
        head = encoded[: _LONGEST_NAME - _DIGEST - 1].decode(errors="ignore")
        name = f"{head}_{digest}"
    identifier.set("this", name)
    identifier.set("quoted", True)


_REWRITES: Mapping[type[exp.Expr], Rewrite] = {
    **dict.fromkeys((exp.TimestampTrunc, exp.DateTrunc), _truncated),
    **dict.fromkeys((exp.Extract, *_PARTS), _extracted),
    **dict.fromkeys((exp.Div, exp.IntDiv, exp.Mod), _divided),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul), _calculated),
    exp.Round: _rounded,
    exp.Sum: _summed,
    exp.DateDiff: _difference,
}
