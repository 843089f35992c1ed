"""Text → checked tree: one SELECT, made of nothing but what `grammar` lists.

First step of governed SQL. After it no node of the tree can surprise the later ones; names are
still the asker's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from semantic_layer.governed_sql import problems
from semantic_layer.governed_sql.grammar import (
    ALLOWED_ARGUMENTS,
    ALLOWED_NODES,
    ALLOWED_TYPES,
    JOIN_KINDS,
    JOIN_SIDES,
    MAX_CONCATENATIONS,
    MAX_LENGTH,
    MAX_NODES,
    METRIC,
    ONLY_WINDOWED,
    REPLACED_NODES,
)
from semantic_layer.issues import Issue, QueryError

_DIALECT = "duckdb"
# Its warning about a statement that it does not know would be a second, unclear error message.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

_NULL_RULES = (exp.IgnoreNulls, exp.RespectNulls)


def read_sql(text: str) -> exp.Query:
    """The tree of one allowed SELECT.

    Raises:
        QueryError: it is no SQL, no single SELECT, or holds parts that are not allowed; all of
            them are listed.
    """
    tree = _parsed(text)
    nodes = list(tree.walk())
    if len(nodes) > MAX_NODES:
        raise QueryError([problems.sql_too_complex()])
    found = tuple(dict.fromkeys(issue for node in nodes for issue in _node_issues(node)))
    if found:
        raise QueryError(found)
    if sum(map(_concatenations, nodes)) > MAX_CONCATENATIONS:
        raise QueryError([problems.sql_too_complex()])
    return tree


def is_metric_call(node: exp.Expr) -> bool:
    """Whether a node is METRIC(…)."""
    return isinstance(node, exp.Anonymous) and node.name.upper() == METRIC


def _parsed(text: str) -> exp.Query:
    if len(text) > MAX_LENGTH:
        raise QueryError([problems.sql_too_complex()])
    if any(ord(character) < 32 and character not in "\t\r\n" for character in text):
        raise QueryError([problems.sql_not_read(None)])
    try:
        statements = sqlglot.parse(text, dialect=_DIALECT)
    except ParseError as error:
        line = error.errors[0].get("line") if error.errors else None
        raise QueryError([problems.sql_not_read(line)]) from None
    except SqlglotError:
        raise QueryError([problems.sql_not_read(None)]) from None
    if statements and isinstance(statements[-1], exp.Semicolon):  # a comment after the end
        statements.pop()
    tree = statements[0] if len(statements) == 1 else None
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise QueryError([problems.sql_not_a_select()])
    return tree


def _node_issues(node: exp.Expr) -> Iterator[Issue]:
    if is_metric_call(node):
        return
    if type(node) not in ALLOWED_NODES | REPLACED_NODES:
        yield problems.sql_not_allowed(_name_of(node))
        return
    allowed = ALLOWED_ARGUMENTS.get(type(node))
    for argument, value in node.args.items():
        if value and allowed is not None and argument not in allowed:
            yield problems.sql_not_allowed(_name_of_argument(node, argument))
    fits = _FORMS.get(type(node))
    if fits is not None and not fits(node):
        yield problems.sql_not_allowed(node.sql(dialect=_DIALECT, comments=False))
    if isinstance(node, ONLY_WINDOWED) and not is_windowed(node):
        yield problems.sql_window_needed(node.sql(dialect=_DIALECT))


def is_windowed(node: exp.Expr) -> bool:
    """Whether an aggregate or window function has an OVER."""
    function = node
    while isinstance(function.parent, (exp.Filter, *_NULL_RULES)):
        function = function.parent
    return isinstance(function.parent, exp.Window) and function.arg_key == "this"


def _is_query(node: exp.Expr) -> bool:
    return isinstance(node.this, exp.Select | exp.Union)


def _is_bare_table(node: exp.Expr) -> bool:
    """A name; any other function in FROM than METRIC is reported as a node of its own."""
    return isinstance(node.this, exp.Identifier) or not is_metric_call(node.this)


def _is_plain_join(node: exp.Expr) -> bool:
    return node.text("kind").upper() in JOIN_KINDS and node.text("side").upper() in JOIN_SIDES


def _is_function(node: exp.Expr) -> bool:
    """What can stand before OVER, FILTER and IGNORE NULLS."""
    return isinstance(node.this, (exp.AggFunc, exp.Filter, *_NULL_RULES, *ONLY_WINDOWED))


def _is_plain_type(node: exp.Expr) -> bool:
    plain = all(isinstance(part, exp.DataTypeParam) for part in node.expressions)
    return node.this in ALLOWED_TYPES and plain


def _is_count(node: exp.Expr) -> bool:
    count = node.expression
    return isinstance(count, exp.Literal) and not count.is_string and count.name.isdecimal()


# The forms in which allowed nodes may stand; other nodes may stand anywhere.
_FORMS: Mapping[type[exp.Expr], Callable[[exp.Expr], bool]] = {
    exp.Union: lambda node: node.args.get("distinct") is False,
    exp.Subquery: _is_query,
    exp.Exists: _is_query,
    exp.CTE: _is_query,
    exp.Table: _is_bare_table,
    exp.Join: _is_plain_join,
    exp.Window: _is_function,
    exp.Filter: _is_function,
    exp.IgnoreNulls: _is_function,
    exp.RespectNulls: _is_function,
    exp.DataType: _is_plain_type,
    exp.Limit: _is_count,
    exp.Offset: _is_count,
    exp.Star: lambda node: isinstance(node.parent, exp.Select | exp.Column | exp.Count),
    exp.Distinct: lambda node: isinstance(node.parent, exp.AggFunc) or not node.expressions,
    exp.Alias: lambda node: isinstance(node.parent, exp.Select) and node.arg_key == "expressions",
    exp.Column: lambda node: not node.is_star or isinstance(node.parent, exp.Select),
}


def _concatenations(node: exp.Expr) -> int:
    if isinstance(node, exp.Concat):
        return len(node.expressions) - 1
    return int(isinstance(node, exp.DPipe))


def _name_of(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return node.name
    if isinstance(node, exp.Func):
        return node.sql_name()
    return node.key.replace("_", " ").upper()


def _name_of_argument(node: exp.Expr, argument: str) -> str:
    return f"{node.key.upper()} … {argument.strip('_').replace('_', ' ').upper()}"
