"""SQL fragments of definitions: text → sqlglot tree, once, at load.

A fragment is an expression over the columns of one row of one table. What it may contain is a list
of node types, and everything else is refused: no subquery, no aggregate (that is what `agg` is
for), no table name, no function outside the list. Used by `merging` and `catalog_rules`; imports
only `issues` and `model`.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.model import Place

DIALECT = "duckdb"

FUNCTIONS: dict[str, type[exp.Expr]] = {
    "abs": exp.Abs,
    "case": exp.Case,
    "cast": exp.Cast,
    "coalesce": exp.Coalesce,
    "concat": exp.Concat,
    "date_diff": exp.DateDiff,
    "extract": exp.Extract,
    "if": exp.If,
    "lower": exp.Lower,
    "nullif": exp.Nullif,
    "round": exp.Round,
    "trim": exp.Trim,
    "try_cast": exp.TryCast,
    "upper": exp.Upper,
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
    exp.Literal,
    exp.Null,
    exp.Var,
)

_ALLOWED = frozenset((*FUNCTIONS.values(), *_OPERATORS, *_LEAVES))
_CONDITIONS = (exp.Predicate, exp.Connector, exp.Not)
_PLACE = "place"


def parse_fragment(text: str, place: Place) -> exp.Expr:
    """The tree of `text`; it remembers `place`, which `place_of` gives back.

    Raises:
        DefinitionError: the text is not one column-level expression.

    >>> parse_fragment("coalesce(refund_amount, 0)", Place("orders.yml", 7)).sql("duckdb")
    'COALESCE(refund_amount, 0)'
    """
    tree = _parse(text, place)
    for node in tree.walk():
        message = _objection(node)
        if message:
            raise DefinitionError([_issue("expression_not_allowed", message, place)])
    if tree.find(exp.Column) is None:
        raise DefinitionError([_issue("expression_without_column", _without_column(text), place)])
    tree.meta[_PLACE] = place
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


def _parse(text: str, place: Place) -> exp.Expr:
    try:
        trees = sqlglot.parse(text, dialect=DIALECT)
    except (SqlglotError, RecursionError) as error:
        raise DefinitionError([_issue("expression_broken", _broken(text), place)]) from error
    tree = trees[0] if len(trees) == 1 else None
    if tree is None:
        raise DefinitionError([_issue("expression_broken", _broken(text), place)])
    return tree


def _objection(node: exp.Expr) -> Text | None:
    if isinstance(node, exp.Column) and node.table:
        return Text(
            zh=f"列 {node.sql(DIALECT)!r} 带了表名；只写列名 {node.name!r}，表由 source 决定。",
            en=f"The column {node.sql(DIALECT)!r} names a table; write {node.name!r}, "
            "the table is the dataset's source.",
        )
    if type(node) in _ALLOWED:
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
    known = ", ".join(FUNCTIONS)
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


def _issue(code: str, message: Text, place: Place) -> Issue:
    return Issue(code=code, message=message, where=str(place))
