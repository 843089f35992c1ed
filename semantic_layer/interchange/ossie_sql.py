"""A metric as one SQL expression over Ossie fields, or the reason why there is none.

Ossie's metrics are aggregates of fields and arithmetic over them. What depends on the time of the
question (running values, offsets, levels, pairs of events) cannot be said so, and is not
approximated. Used by `ossie_export`; imports `model`, `query`, `joins` and `fields`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from sqlglot import exp

from semantic_layer.interchange.ossie_texts import Reason
from semantic_layer.issues import Text
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    Dataset,
    DerivedMetric,
    Metric,
    MetricInput,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
)
from semantic_layer.planning.aggregates import aggregated
from semantic_layer.query import (
    And,
    Compare,
    CompareMetric,
    Filter,
    In,
    IsNull,
    Not,
    Or,
)
from semantic_layer.resolving.fields import field_of
from semantic_layer.resolving.joins import ways_to

# The functions of Ossie's expression language (DATE_TRUNC('MONTH', d), DATEDIFF(DAY, a, b)) are
# those that sqlglot prints for this dialect, and so are those of its examples in ANSI_SQL.
PRINTED_AS = "snowflake"

_OPERATORS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


def metric_sql(metric: Metric, model: SemanticModel) -> str | Text:
    """The expression of a metric, or in words what keeps it from being one."""
    try:
        return printed(_tree(metric, model, ()))
    except Reason as reason:
        return reason.text


def row_sql(tree: exp.Expr) -> str:
    """A fragment over one row, its columns as they are."""
    return printed(tree.copy())


def printed(tree: exp.Expr) -> str:
    """The text of an expression, in what every database knows and divides alike."""
    root = exp.Paren(this=tree)
    for node in list(root.find_all(exp.If)):
        if not isinstance(node.parent, exp.Case):
            kept = exp.If(this=node.this, true=node.args["true"])
            node.replace(exp.Case(ifs=[kept], default=node.args.get("false")))
    for division in root.find_all(exp.Div):
        if not any(map(_is_decimal, (division.this, division.expression))):
            one = exp.Literal.number("1.0")  # a quotient of whole numbers is whole elsewhere
            division.set("this", exp.Mul(this=one, expression=_operand(division.this)))
    for cast in root.find_all(exp.TryCast):
        cast.this.type = exp.DataType.build("text")  # else it is printed as a plain CAST
    return str(root.this.sql(dialect=PRINTED_AS))


def _is_decimal(side: exp.Expr) -> bool:
    side = side.unnest()
    if isinstance(side, exp.Mul | exp.Div):
        return _is_decimal(side.this) or _is_decimal(side.expression)
    return isinstance(side, exp.Literal) and not side.is_string and not side.is_int


def _operand(tree: exp.Expr) -> exp.Expr:
    return exp.Paren(this=tree) if isinstance(tree, exp.Binary) else tree


def field_name(dataset: Dataset, column: str) -> str:
    """The field that shows a column as it is: a dimension, or one that an export adds for it."""
    shown = [
        one.name
        for one in dataset.dimensions.values()
        if isinstance(one.expr, exp.Column) and one.expr.name == column
    ]
    if column in shown or (not shown and column not in dataset.dimensions):
        return column
    if shown:
        return shown[0]
    name = f"{column}_column"
    while name in dataset.dimensions:
        name += "_column"
    return name


def _tree(metric: Metric, model: SemanticModel, conditions: tuple[Filter, ...]) -> exp.Expr:
    """The expression over the rows that also meet `conditions`."""
    if metric.where is not None:
        conditions = (*conditions, metric.where)
    match metric:
        case SimpleMetric():
            return _aggregate(metric, model, conditions)
        case RatioMetric():
            sides = (metric.numerator, metric.denominator)
            over, under = (_operand(_used(one, model, conditions)) for one in sides)
            known = exp.Nullif(this=under, expression=exp.Literal.number(0))
            return exp.Div(this=over, expression=known)
        case DerivedMetric(formula=formula, inputs=inputs):
            parts = {one.name: _used(one, model, conditions) for one in inputs}
            return _in_formula(formula, parts)
        case CumulativeMetric():
            raise Reason("它是累计值", "it is a running value")
        case ConversionMetric():
            raise Reason("它按先后配对两个事件", "it pairs events by their order")
        case _:
            assert_never(metric)


def _used(used: MetricInput, model: SemanticModel, conditions: tuple[Filter, ...]) -> exp.Expr:
    if used.offset is not None or used.to_grain is not None:
        raise Reason(
            f"它用到 {used.metric} 在另一时间的值", f"it uses {used.metric} of another time"
        )
    if used.where is not None:
        conditions = (*conditions, used.where)
    return _tree(model.metrics[used.metric], model, conditions)


def _in_formula(formula: exp.Expr, parts: dict[str, exp.Expr]) -> exp.Expr:
    def filled(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            return _operand(parts[node.name].copy())
        return node

    return formula.copy().transform(filled)


def _aggregate(
    metric: SimpleMetric, model: SemanticModel, conditions: tuple[Filter, ...]
) -> exp.Expr:
    if metric.semi_additive is not None:
        raise Reason("它是存量，只取期末或期初", "it is a level, of which one moment counts")
    dataset = model.datasets[metric.dataset]
    tests = [_condition(one, dataset, model) for one in conditions]
    if metric.filter is not None:
        tests.insert(0, _over_fields(metric.filter, dataset))
    value = _over_fields(metric.expr, dataset)
    if metric.agg == "sum_boolean":
        tests.append(value)
        metric, value = replace(metric, agg="count"), exp.Literal.number(1)
    if tests:
        kept = exp.and_(*tests, copy=False)
        value = exp.Case(ifs=[exp.If(this=kept, true=value)])
    return aggregated(metric, value)


def _over_fields(fragment: exp.Expr, dataset: Dataset) -> exp.Expr:
    """A fragment with its columns as fields of the dataset."""

    def qualified(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        return exp.column(field_name(dataset, node.name), table=dataset.name)

    return fragment.copy().transform(qualified)


def _condition(condition: Filter, dataset: Dataset, model: SemanticModel) -> exp.Expr:
    match condition:
        case Compare(field=field, operator=operator, value=value):
            left = _field(field, dataset, model)
            return _OPERATORS[operator](this=left, expression=exp.convert(value))
        case In(field=field, values=values):
            left = _field(field, dataset, model)
            return exp.In(this=left, expressions=[exp.convert(value) for value in values])
        case IsNull(field=field):
            return exp.Is(this=_field(field, dataset, model), expression=exp.Null())
        case Not(part=part):
            return exp.Not(this=exp.Paren(this=_condition(part, dataset, model)))
        case And(parts=parts):
            return exp.and_(*(_condition(part, dataset, model) for part in parts))
        case Or(parts=parts):
            return exp.Paren(this=exp.or_(*(_condition(part, dataset, model) for part in parts)))
        case CompareMetric(metric=metric):
            raise Reason(f"它按 {metric} 的数值筛选", f"it filters by the number of {metric}")
        case _:
            assert_never(condition)


def _field(name: str, dataset: Dataset, model: SemanticModel) -> exp.Expr:
    field = field_of(name, model)
    ways = ways_to(model, dataset.name, field.name)
    if field.grain is not None or field.part is not None or len(ways) != 1:
        raise Reason(f"它按 {name} 筛选", f"it filters by {name}")
    return exp.column(field.name, table=ways[0].dimension.dataset)
