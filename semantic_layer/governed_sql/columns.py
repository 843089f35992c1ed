"""`SqlColumn`: what a column of governed SQL is made of, followed through every expression.

It answers three questions: which metric is this, in which unit, and may it be added up? A sum of a
ratio, or of rows that a join has repeated, is known here before it is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from sqlglot import exp

from semantic_layer.model import Metric, Unit
from semantic_layer.query import GroupBy

Role = Literal["dimension", "time", "metric"]
_RELATION = "relation"
# They count rows and places, whatever they are applied to.
_POSITIONS = (
    exp.Count,
    exp.RowNumber,
    exp.Rank,
    exp.DenseRank,
    exp.PercentRank,
    exp.CumeDist,
    exp.Ntile,
)


@dataclass(frozen=True)
class SqlColumn:
    """A column and its lineage.

    `metric` is set where the values are those of one metric, `field` where they are those of a
    dimension. `measures` are all metrics that went into it, `unsummable` those for whose sake it
    may not be added up, and `repeated` says that a join has multiplied its rows.
    """

    name: str
    role: Role
    metric: str | None = None
    unit: Unit | None = None
    field: GroupBy | None = None
    measures: frozenset[str] = frozenset()
    unsummable: frozenset[str] = frozenset()
    repeated: bool = False


@dataclass(frozen=True)
class Relation:
    """The columns of a SELECT, and those that tell its rows apart.

    `keys` None: rows may repeat; an empty set: there is one row at most.
    """

    columns: tuple[SqlColumn, ...]
    keys: frozenset[str] | None = None

    @property
    def is_single_row(self) -> bool:
        """Whether there is one row at most."""
        return self.keys is not None and not self.keys


FindColumn = Callable[[exp.Column], SqlColumn]


def of_group(group: GroupBy) -> SqlColumn:
    """The column of a group-by field."""
    return SqlColumn(group.column, "time" if group.grain else "dimension", field=group)


def of_metric(metric: Metric) -> SqlColumn:
    """The column of a metric."""
    measures = frozenset({metric.name})
    adds_up = metric.additivity == "additive"
    return SqlColumn(
        metric.name,
        "metric",
        metric.name,
        metric.unit,
        measures=measures,
        unsummable=frozenset() if adds_up else measures,
    )


def remember(query: exp.Expr, relation: Relation) -> None:
    """Note what a subquery inside an expression returns, for `describe`."""
    query.meta[_RELATION] = relation


def describe(node: exp.Expr, find: FindColumn) -> SqlColumn:
    """The lineage of an expression; its name is empty."""
    match node:
        case exp.Column():
            return replace(find(node), name="")
        case exp.Paren() | exp.Alias() | exp.Filter():
            return describe(node.this, find)
        case exp.Literal() | exp.Boolean() | exp.Null() | exp.Interval():
            is_number = isinstance(node, exp.Literal) and not node.is_string
            return SqlColumn("", "metric" if is_number else "dimension")
        case exp.Query():
            return _of_query(node)
        case exp.Window():
            return _of_window(node, find)
        case exp.AggFunc():
            return _of_aggregate(node, find)
        case exp.Case() | exp.If() | exp.Coalesce():
            return _of_choice([describe(one, find) for one in _chosen(node)])
        case exp.Condition() if isinstance(node, exp.Predicate | exp.Connector | exp.Not):
            return SqlColumn("", "dimension")
        case _:
            return _of_function(node, find)


def _of_query(node: exp.Query) -> SqlColumn:
    relation = node.meta.get(_RELATION)
    if not isinstance(relation, Relation) or len(relation.columns) != 1:
        return SqlColumn("", "dimension")
    column = relation.columns[0]
    # One value beside every row: it may be compared and divided by, but not added up.
    return replace(column, name="", metric=None, field=None, unsummable=column.measures)


def _of_window(node: exp.Window, find: FindColumn) -> SqlColumn:
    function = node.this
    if isinstance(function, exp.IgnoreNulls | exp.RespectNulls):
        function = function.this
    if isinstance(function, _POSITIONS):
        return SqlColumn("", "metric")
    inner = describe(function, find)
    return replace(inner, metric=None, unsummable=inner.measures)


def _of_aggregate(node: exp.AggFunc, find: FindColumn) -> SqlColumn:
    argument = node.this
    if isinstance(node, _POSITIONS) or not isinstance(argument, exp.Expr):
        return SqlColumn("", "metric")
    inner = describe(argument, find)
    if isinstance(node, exp.Sum):
        return replace(inner, role="metric", unsummable=frozenset(), repeated=False)
    if isinstance(node, exp.Avg | exp.Median | exp.Stddev | exp.StddevSamp | exp.StddevPop):
        inner = replace(inner, role="metric", field=None)
    return replace(inner, metric=None, unsummable=inner.measures, repeated=False)


def _chosen(node: exp.Expr) -> Iterable[exp.Expr]:
    """The expressions of which CASE, IF and COALESCE pick one; conditions only choose."""
    match node:
        case exp.Case():
            values = [branch.args["true"] for branch in node.args.get("ifs") or ()]
            return [*values, node.args["default"]] if node.args.get("default") else values
        case exp.If():
            return [node.args[key] for key in ("true", "false") if node.args.get(key)]
        case _:
            return [node.this, *node.expressions]


def _of_choice(parts: list[SqlColumn]) -> SqlColumn:
    joined = _joined(parts)
    whole = [part for part in parts if part.measures or part.field]
    only = whole[0] if len(whole) == 1 else SqlColumn("", joined.role)
    return replace(joined, unsummable=_union(part.unsummable for part in parts), unit=only.unit)


def _of_function(node: exp.Expr, find: FindColumn) -> SqlColumn:
    parts = [describe(part, find) for part in node.iter_expressions() if _is_value(part)]
    joined = _joined(parts)
    measured = [part for part in parts if part.measures]
    unsummable = joined.measures
    if _keeps_sums(node, parts):
        unsummable = _union(part.unsummable for part in parts)
    units = {part.unit for part in measured}
    unit = units.pop() if len(units) == 1 and _keeps_unit(node, measured) else None
    role = joined.role
    if isinstance(node, exp.Binary):
        role = "metric"
    elif isinstance(node, exp.Extract | exp.Year | exp.Quarter | exp.Month | exp.Day):
        role = "dimension"
    return replace(joined, role=role, unit=unit, unsummable=unsummable)


def _is_value(part: exp.Expr) -> bool:
    return not isinstance(part, exp.DataType | exp.Var | exp.Identifier | exp.Star)


def _keeps_sums(node: exp.Expr, parts: list[SqlColumn]) -> bool:
    """Whether the sum of the results is the result of the sums."""
    match node:
        case exp.Add() | exp.Sub() | exp.Neg() | exp.Round() | exp.Cast():
            return True
        case exp.Mul():
            return sum(bool(part.measures) for part in parts) < 2
        case exp.Div():
            return not parts[-1].measures
        case _:
            return False


def _keeps_unit(node: exp.Expr, measured: list[SqlColumn]) -> bool:
    linear = isinstance(node, exp.Add | exp.Sub | exp.Neg | exp.Abs | exp.Round | exp.Nullif)
    return linear or (isinstance(node, exp.Cast | exp.Greatest | exp.Least) and bool(measured))


def _joined(parts: list[SqlColumn]) -> SqlColumn:
    """What several parts have in common, before it is known what is made of them."""
    roles: set[Role] = {part.role for part in parts}
    role: Role = "dimension"
    if "metric" in roles:
        role = "metric"
    elif roles == {"time"}:
        role = "time"
    return SqlColumn(
        "",
        role,
        measures=_union(part.measures for part in parts),
        repeated=any(part.repeated for part in parts if part.measures),
    )


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
