"""An Ossie expression → a tree over the columns of one row, or aggregates and a formula over them.

Every dialect that sqlglot reads becomes DuckDB first; what it cannot carry over is a reason, never
a guess. Used by the import of foreign documents; imports `fragments` and `model`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from semantic_layer.interchange.ossie_entries import ExpressionEntry
from semantic_layer.interchange.ossie_texts import Reason
from semantic_layer.loading.fragments import DIALECT
from semantic_layer.model import Aggregation

# In the order of preference. Ossie's own language and its examples in ANSI_SQL write dates as
# Snowflake does.
_READ_AS: Mapping[str, str] = {
    "DUCKDB": "duckdb",
    "OSSIE_SQL_2026": "snowflake",
    "ANSI_SQL": "snowflake",
    "SNOWFLAKE": "snowflake",
    "DATABRICKS": "databricks",
    "BIGQUERY": "bigquery",
}

_SIMPLE: Mapping[type[exp.Expr], Aggregation] = {
    exp.Sum: "sum",
    exp.Avg: "average",
    exp.Min: "min",
    exp.Max: "max",
    exp.Median: "median",
}
_PERCENTILES = (exp.PercentileCont, exp.PercentileDisc)
_DATE_PARTS: Mapping[type[exp.Expr], str] = {
    exp.Year: "YEAR",
    exp.Quarter: "QUARTER",
    exp.Month: "MONTH",
    exp.Day: "DAY",
    exp.Hour: "HOUR",
}


@dataclass(frozen=True)
class Aggregate:
    """An aggregate over the rows of one dataset, in columns of its table."""

    dataset: str
    agg: Aggregation
    expr: exp.Expr
    filter: exp.Expr | None = None
    fraction: float | None = None
    discrete: bool = False


@dataclass(frozen=True)
class Formula:
    """Arithmetic over aggregates ("part_0") and other metrics, by their names."""

    tree: exp.Expr
    aggregates: tuple[Aggregate, ...]
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class RowScope:
    """What expressions may name: the fields of each dataset as trees over its columns.

    `row_counter` is a column that is never empty, for COUNT(*).
    """

    fields: Mapping[str, Mapping[str, exp.Expr]]
    row_counters: Mapping[str, exp.Expr] = field(default_factory=dict)
    metrics: frozenset[str] = frozenset()

    def dataset_of(self, column: exp.Column) -> str:
        """The dataset of a column.

        Raises:
            Reason: it is in none, or in several.
        """
        if column.table:
            found = [one for one in self.fields if one.lower() == column.table.lower()]
        else:
            found = [name for name, own in self.fields.items() if _named(own, column.name)]
        if len(found) == 1:
            return found[0]
        text = column.sql(DIALECT)
        if found:
            listed = ", ".join(found)
            raise Reason(f"{text} 可能属于 {listed}", f"{text} may be of {listed}")
        raise Reason(f"没有字段 {text}", f"there is no field {text}")

    def over_columns(self, tree: exp.Expr) -> tuple[str | None, exp.Expr]:
        """A tree over the columns of one table, and its dataset; None where it names no field.

        Raises:
            Reason: it names fields of several datasets, or something that is no field.
        """
        names: dict[str, None] = {}

        def columned(node: exp.Expr) -> exp.Expr:
            if not isinstance(node, exp.Column):
                return node
            dataset = self.dataset_of(node)
            names[dataset] = None
            own = _named(self.fields[dataset], node.name)
            if own is None:
                text = node.sql(DIALECT)
                raise Reason(f"没有字段 {text}", f"there is no field {text}")
            copied = own.copy()
            return exp.Paren(this=copied) if isinstance(copied, exp.Binary) else copied

        found = tree.copy().transform(columned)
        if len(names) > 1:
            listed = ", ".join(names)
            raise Reason(
                f"一个聚合里用到了多个数据集：{listed}",
                f"one aggregate reads several datasets, {listed}",
            )
        return next(iter(names), None), found


def _named(fields: Mapping[str, exp.Expr], name: str) -> exp.Expr | None:
    """A regular identifier means a field in any case."""
    return fields.get(name) or next(
        (tree for own, tree in fields.items() if own.lower() == name.lower()), None
    )


def read_tree(expression: ExpressionEntry) -> exp.Expr:
    """The tree of the first language that can be read.

    Raises:
        Reason: there is none, or it is not one expression.
    """
    given = {one.dialect.upper(): one.expression for one in expression.dialects}
    dialect = next((name for name in _READ_AS if name in given), None)
    if dialect is None:
        listed = ", ".join(given)
        raise Reason(f"读不懂 {listed} 的表达式", f"expressions in {listed} cannot be read")
    text = given[dialect]
    try:
        foreign = sqlglot.parse_one(text, dialect=_READ_AS[dialect])
        tree = sqlglot.parse_one(
            foreign.sql(dialect=DIALECT, unsupported_level=ErrorLevel.RAISE), dialect=DIALECT
        )
    except (SqlglotError, RecursionError) as error:
        raise Reason(f"读不懂 {text!r}", f"{text!r} cannot be read as SQL") from error
    for kinds, zh, en in _REFUSED:
        if tree.find(*kinds):
            raise Reason(zh, en)
    return tree.transform(_with_extract)


_REFUSED: tuple[tuple[tuple[type[exp.Expr], ...], str, str], ...] = (
    ((exp.Window,), "它用到窗口函数", "it uses a window function"),
    ((exp.Query, exp.Subquery), "它用到子查询", "it uses a subquery"),
    ((exp.Tuple,), "它把几列合成一个值", "it takes several columns as one value"),
    ((exp.Command,), "它不是一个表达式", "it is no expression"),
)


def _with_extract(node: exp.Expr) -> exp.Expr:
    part = _DATE_PARTS.get(type(node))
    return exp.Extract(this=exp.var(part), expression=node.this) if part else node


def read_formula(tree: exp.Expr, scope: RowScope) -> Formula:
    """The aggregates of a metric's tree, and the formula over them.

    Raises:
        Reason: an aggregate is not understood, or something stands outside of any.
    """
    aggregates: list[Aggregate] = []
    metrics: dict[str, None] = {}

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Filter | exp.AggFunc | exp.WithinGroup):
            found = _aggregate(node, scope)
            if found not in aggregates:
                aggregates.append(found)
            return exp.column(f"part_{aggregates.index(found)}")
        if isinstance(node, exp.Column):
            known = {one.lower(): one for one in scope.metrics}
            if node.table or node.name.lower() not in known:
                text = node.sql(DIALECT)
                raise Reason(f"{text} 没有聚合", f"{text} is not aggregated")
            metrics[known[node.name.lower()]] = None
            return exp.column(known[node.name.lower()])
        return node

    formula = tree.copy().transform(replaced).unnest()
    if not aggregates and not metrics:
        raise Reason("它没有聚合任何字段", "it aggregates no field")
    return Formula(formula, tuple(aggregates), tuple(metrics))


def _aggregate(node: exp.Expr, scope: RowScope) -> Aggregate:
    conditions: list[exp.Expr] = []
    if isinstance(node, exp.Filter):
        conditions.append(node.expression.this)
        node = node.this
    agg, value, fraction = _kind(node)
    if isinstance(value, exp.Case):
        agg, value = _without_case(agg, value, conditions)
    if value is not None and value.find(exp.AggFunc):
        raise Reason("聚合里还有聚合", "an aggregate stands inside another")
    dataset, tree, condition = _in_one_dataset(value, conditions, scope)
    return Aggregate(
        dataset,
        agg,
        tree,
        condition,
        fraction=fraction,
        discrete=isinstance(node, exp.PercentileDisc),
    )


def _kind(node: exp.Expr) -> tuple[Aggregation, exp.Expr | None, float | None]:
    """The aggregation, what it aggregates (None: rows) and the fraction of a percentile."""
    inner = node.this
    if isinstance(node, exp.Count):
        if isinstance(inner, exp.Distinct) and len(inner.expressions) == 1:
            return "count_distinct", inner.expressions[0], None
        if isinstance(inner, exp.Star | exp.Literal):
            return "count", None, None
        if not isinstance(inner, exp.Distinct) and not inner.find(exp.Star):
            return "count", inner, None
    if isinstance(node, exp.CountIf):
        return "sum_boolean", inner, None
    if isinstance(node, _PERCENTILES) and isinstance(node.expression, exp.Order):
        fraction = node.expression.this
        if isinstance(fraction, exp.Literal) and not fraction.is_string:
            return "percentile", inner, float(fraction.name)
    if type(node) in _SIMPLE and not isinstance(inner, exp.Distinct):
        return _SIMPLE[type(node)], inner, None
    text = node.sql(DIALECT)
    raise Reason(f"不支持聚合 {text}", f"the aggregate {text} is not supported")


def _without_case(
    agg: Aggregation, case: exp.Case, conditions: list[exp.Expr]
) -> tuple[Aggregation, exp.Expr | None]:
    """CASE WHEN condition THEN value END: the value, over the rows that meet the condition."""
    branches, default = case.args["ifs"], case.args.get("default")
    otherwise_nothing = default is None or isinstance(default, exp.Null)
    zero_adds_nothing = agg == "sum" and isinstance(default, exp.Literal) and default.name == "0"
    is_plain = len(branches) == 1 and case.this is None
    if not is_plain or not (otherwise_nothing or zero_adds_nothing):
        return agg, case
    value: exp.Expr = branches[0].args["true"]
    if isinstance(value, exp.Literal) and (agg == "count" or (agg == "sum" and value.name == "1")):
        return "sum_boolean", branches[0].this
    conditions.append(branches[0].this)
    return agg, value


def _in_one_dataset(
    value: exp.Expr | None, conditions: Iterable[exp.Expr], scope: RowScope
) -> tuple[str, exp.Expr, exp.Expr | None]:
    """The value and the condition over the columns of their dataset."""
    condition = exp.and_(*conditions) if (conditions := tuple(conditions)) else None
    parts = exp.Tuple(expressions=[one for one in (value, condition) if one is not None])
    dataset, columned = scope.over_columns(parts)
    if dataset is None and len(scope.fields) == 1:
        dataset = next(iter(scope.fields))
    if dataset is None:
        raise Reason("看不出它统计哪个数据集", "it does not say which dataset it is about")
    over = list(columned.expressions)
    kept = over.pop() if condition is not None else None
    if over:
        return dataset, over[0], kept
    if dataset not in scope.row_counters:
        raise Reason(
            f"COUNT(*) 需要 {dataset} 的 primary_key", f"COUNT(*) needs a primary_key of {dataset}"
        )
    return dataset, scope.row_counters[dataset].copy(), kept


def quotient_of(formula: exp.Expr) -> tuple[str, str] | None:
    """The two names of a formula that is one divided by the other, and nothing else."""
    if not isinstance(formula, exp.Div):
        return None
    over, under = formula.this.unnest(), formula.expression.unnest()
    if isinstance(over, exp.Mul) and _is_one(over.this):
        over = over.expression.unnest()
    if isinstance(under, exp.Nullif) and _is_number(under.expression, 0):
        under = under.this.unnest()
    if isinstance(over, exp.Column) and isinstance(under, exp.Column):
        return over.name, under.name
    return None


def _is_one(tree: exp.Expr) -> bool:
    return _is_number(tree, 1)


def _is_number(tree: exp.Expr, number: int) -> bool:
    return isinstance(tree, exp.Literal) and not tree.is_string and float(tree.name) == number


def renamed(tree: exp.Expr, name_of: Callable[[str], str]) -> exp.Expr:
    """A formula under other names."""

    def column(node: exp.Expr) -> exp.Expr:
        return exp.column(name_of(node.name)) if isinstance(node, exp.Column) else node

    return tree.copy().transform(column)
