"""SQL fragments of definitions: text → sqlglot tree, once, at load.

A fragment is an expression over the columns of one row of one table, a formula one over the names
of a derived metric's inputs. What each may contain is a list of node types, and everything else is
refused: no subquery, no aggregate (that is what `agg` is for), no table name, no function outside
the list. Used by `merging`, `metric_entries` and `catalog_rules`; imports only `issues` and
`model`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic_layer.issues import DefinitionError, Issue, Text, nearest
from semantic_layer.model import Place

DIALECT = "duckdb"

FUNCTIONS: dict[str, type[exp.Expr]] = {
    "abs": exp.Abs,
    "case": exp.Case,
    "cast": exp.Cast,
    "coalesce": exp.Coalesce,
    "concat": exp.Concat,
    "date_diff": exp.DateDiff,
    "date_trunc": exp.TimestampTrunc,
    "extract": exp.Extract,
    "if": exp.If,
    "lower": exp.Lower,
    "nullif": exp.Nullif,
    "round": exp.Round,
    "trim": exp.Trim,
    "try_cast": exp.TryCast,
    "upper": exp.Upper,
}

FORMULA_FUNCTIONS: dict[str, type[exp.Expr]] = {
    "abs": exp.Abs,
    "case": exp.Case,
    "coalesce": exp.Coalesce,
    "greatest": exp.Greatest,
    "if": exp.If,
    "least": exp.Least,
    "nullif": exp.Nullif,
    "round": exp.Round,
}

_OPERATORS: tuple[type[exp.Expr], ...] = (
    exp.Add,
    exp.And,
    exp.Between,
    exp.Div,
    exp.DPipe,
    exp.EQ,
    exp.GT,
    exp.GTE,
    exp.ILike,
    exp.In,
    exp.IntDiv,
    exp.Is,
    exp.Like,
    exp.LT,
    exp.LTE,
    exp.Mod,
    exp.Mul,
    exp.NEQ,
    exp.Neg,
    exp.Not,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.Or,
    exp.Paren,
    exp.Sub,
)

_LEAVES: tuple[type[exp.Expr], ...] = (
    exp.Boolean,
    exp.Column,
    exp.DataType,
    exp.Identifier,
    exp.Interval,
    exp.Literal,
    exp.Null,
    exp.Var,
)

_ALLOWED = frozenset((*FUNCTIONS.values(), *_OPERATORS, *_LEAVES))
_IN_FORMULAS = frozenset(
    (
        *FORMULA_FUNCTIONS.values(),
        *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Paren),
        *(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.And, exp.Or, exp.Not),
        *(exp.Column, exp.Identifier, exp.Literal, exp.Null),
    )
)
_CONDITIONS = (exp.Predicate, exp.Connector, exp.Not)
_PLACE = "place"


def parse_fragment(text: str, place: Place) -> exp.Expr:
    """The tree of `text`; it remembers `place`, which `place_of` gives back.

    Raises:
        DefinitionError: the text is not one column-level expression.

    >>> parse_fragment("coalesce(refund_amount, 0)", Place("orders.yml", 7)).sql("duckdb")
    'COALESCE(refund_amount, 0)'
    """
    return _parsed(text, place, _ALLOWED, FUNCTIONS)


def parse_formula(text: str, inputs: Iterable[str], place: Place) -> exp.Expr:
    """The tree of a derived metric's `expr` over the names of its inputs.

    Dividing by zero gives no value, as it does in a ratio.

    Raises:
        DefinitionError: the text is not one expression, or names something that is no input.

    >>> parse_formula("a / b", ("a", "b"), Place("orders.yml", 7)).sql("duckdb")
    'a / NULLIF(b, 0)'
    """
    tree = _parsed(text, place, _IN_FORMULAS, FORMULA_FUNCTIONS)
    known = tuple(inputs)
    named = dict.fromkeys(column.name for column in tree.find_all(exp.Column))
    issues = [
        _issue("formula_name_unknown", _no_input(name, known), place)
        for name in named
        if name not in known
    ]
    issues += [_issue("input_unused", _unused(name), place) for name in known if name not in named]
    if issues:
        raise DefinitionError(issues)
    for division in tree.find_all(exp.Div):
        if not isinstance(division.expression.unnest(), exp.Nullif):
            zero = exp.Literal.number(0)
            division.set(
                "expression", exp.Nullif(this=division.expression.unnest(), expression=zero)
            )
    return tree


def parse_condition(text: str, place: Place) -> exp.Expr:
    """As `parse_fragment`, for a text that must be true or false.

    Raises:
        DefinitionError: the text is not one column-level condition.
    """
    tree = parse_fragment(text, place)
    if isinstance(tree.unnest(), _CONDITIONS):
        return tree
    message = Text(
        zh=f"filter {text!r} 不是条件；请写成可判断真假的式子，例如 'paid_at is not null'。",
        en=f"The filter {text!r} is not a condition; write one, such as 'paid_at is not null'.",
    )
    raise DefinitionError([_issue("filter_not_a_condition", message, place)])


def place_of(tree: exp.Expr, otherwise: Place) -> Place:
    """Where the fragment was written."""
    place = tree.meta.get(_PLACE)
    return place if isinstance(place, Place) else otherwise


def forget_positions(tree: exp.Expr) -> None:
    """Drop where in the text each node stood: a query copies fragments with all that they know."""
    for node in tree.walk():
        node._meta = None


def _parsed(
    text: str,
    place: Place,
    allowed: frozenset[type[exp.Expr]],
    functions: Mapping[str, type[exp.Expr]],
) -> exp.Expr:
    tree = _parse(text, place)
    for node in tree.walk():
        message = _objection(node, allowed, functions)
        if message:
            raise DefinitionError([_issue("expression_not_allowed", message, place)])
    if tree.find(exp.Column) is None:
        raise DefinitionError([_issue("expression_without_column", _without_column(text), place)])
    forget_positions(tree)
    tree.meta[_PLACE] = place
    return tree


def _parse(text: str, place: Place) -> exp.Expr:
    try:
        trees = sqlglot.parse(text, dialect=DIALECT)
    except (SqlglotError, RecursionError) as error:
        raise DefinitionError([_issue("expression_broken", _broken(text), place)]) from error
    tree = trees[0] if len(trees) == 1 else None
    if tree is None:
        raise DefinitionError([_issue("expression_broken", _broken(text), place)])
    return tree


def _objection(
    node: exp.Expr,
    allowed: frozenset[type[exp.Expr]],
    functions: Mapping[str, type[exp.Expr]],
) -> Text | None:
    if isinstance(node, exp.Column) and node.table:
        return Text(
            zh=f"列 {node.sql(DIALECT)!r} 带了表名；只写列名 {node.name!r}，表由 source 决定。",
            en=f"The column {node.sql(DIALECT)!r} names a table; write {node.name!r}, "
            "the table is the dataset's source.",
        )
    if type(node) in allowed:
        return None
    if isinstance(node, exp.AggFunc):
        return Text(
            zh=f"{node.sql(DIALECT)!r} 是聚合；请用 agg 写聚合方式，expr 只写每一行的式子。",
            en=f"{node.sql(DIALECT)!r} is an aggregate; name it under agg and leave in expr "
            "what is computed for each row.",
        )
    if isinstance(node, exp.Query | exp.Subquery):
        return Text(
            zh="式子里不能有子查询；请只用本数据集的列。",
            en="An expression cannot hold a subquery; use the columns of the dataset only.",
        )
    known = ", ".join(functions)
    return Text(
        zh=f"{node.sql(DIALECT)!r} 不允许出现在式子里；可用的函数：{known}。",
        en=f"{node.sql(DIALECT)!r} is not allowed in an expression; the functions are: {known}.",
    )


def _broken(text: str) -> Text:
    return Text(
        zh=f"{text!r} 不是一个完整的 SQL 式子；请检查括号、引号和运算符。",
        en=f"{text!r} is not one complete SQL expression; check brackets, quotes and operators.",
    )


def _without_column(text: str) -> Text:
    return Text(
        zh=f"{text!r} 没有用到任何列；请至少写一个 source 里的列名。",
        en=f"{text!r} reads no column; name at least one column of the source.",
    )


def _no_input(name: str, inputs: tuple[str, ...]) -> Text:
    near = nearest(name, inputs) or inputs
    return Text(
        zh=f"式子里的 {name!r} 不是输入；请在 inputs 里加上它，或改为：{'、'.join(near)}。",
        en=f"The formula uses {name!r}, which is no input; add it to inputs, "
        f"or choose {', '.join(near)}.",
    )


def _unused(name: str) -> Text:
    return Text(
        zh=f"式子没有用到输入 {name!r}；请用上它，或从 inputs 删去。",
        en=f"The formula does not use its input {name!r}; use it, or remove it from inputs.",
    )


def _issue(code: str, message: Text, place: Place) -> Issue:
    return Issue(code=code, message=message, where=str(place))
