"""The guard: the last wall before the database, for every statement and every author.

It takes SQL text, lets through exactly one SELECT over known tables made of allow-listed parts,
and returns the text to run: its own print-out of the checked tree, parsed and checked again. It
knows nothing of roles; row filters and masks are part of the plan. Imports only `engine`,
`errors`, `guard_rules` and `schema`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from warehouse.engine import Dialect
from warehouse.errors import UnsafeSql
from warehouse.guard_rules import (
    ALLOWED_ARGUMENTS,
    ALLOWED_NODES,
    ALLOWED_TYPES,
    COMPARISONS,
    JOIN_KINDS,
)
from warehouse.schema import TABLES

Columns = Mapping[str, str]
"""Column name → SQL type."""

_MAX_LENGTH = 50_000
_MAX_NODES = 20_000
# Each concatenation can double a value, so that a chain of them over CTEs grows without bound.
_MAX_CONCATENATIONS = 12
_PERSONAL = {table.qualified: table.personal for table in TABLES if table.personal}


def guard(
    sql: str,
    tables: Mapping[str, Columns],
    *,
    max_rows: int,
    crossable: Set[str] = frozenset(),
    dialect: Dialect = "duckdb",
) -> str:
    """The statement to run: `sql`, checked, printed from its tree, and cut after `max_rows` rows.

    `tables` are the known tables by qualified name ("mart.orders"). Personal columns count as
    unknown. `crossable` are the tables so small that one of them, such as a calendar, may meet
    every row of another table without a condition. `dialect` is both read and printed.

    Raises:
        UnsafeSql: anything that is not on the allow-list.
    """
    try:
        tree = _checked(sql, tables, crossable, dialect)
        _check_names(tree, tables, dialect)
        _cut(tree, max_rows)
        safe_sql = tree.sql(dialect=dialect, comments=False)
        again = _checked(safe_sql, tables, crossable, dialect)
        if again.sql(dialect=dialect, comments=False) != safe_sql:
            raise UnsafeSql("the statement does not survive printing")
    except RecursionError as error:
        raise UnsafeSql("nested too deeply") from error
    except SqlglotError as error:
        raise UnsafeSql("it cannot be parsed") from error
    return safe_sql


def _checked(
    sql: str, tables: Mapping[str, Columns], crossable: Set[str], dialect: Dialect
) -> exp.Query:
    tree = _parse(sql, dialect)
    nodes = list(tree.walk())
    if len(nodes) > _MAX_NODES:
        raise UnsafeSql("too many parts")
    for node in nodes:
        _check_node(node)
        if isinstance(node, exp.Table):
            _check_table(node, tables)
        elif isinstance(node, exp.Select):
            _check_select(node, crossable)
    if sum(map(_concatenations, nodes)) > _MAX_CONCATENATIONS:
        raise UnsafeSql("too many concatenations")
    return tree


def _parse(sql: str, dialect: Dialect) -> exp.Query:
    if len(sql) > _MAX_LENGTH:
        raise UnsafeSql("too long")
    if any(ord(character) < 32 and character not in "\t\r\n" for character in sql):
        raise UnsafeSql("control characters")
    statements = sqlglot.parse(sql, dialect=dialect)
    if len(statements) != 1:
        raise UnsafeSql("not exactly one statement")
    tree = statements[0]
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise UnsafeSql("not a SELECT")
    return tree


def _check_node(node: exp.Expr) -> None:
    kind = type(node)
    if kind not in ALLOWED_NODES:
        name = node.name if isinstance(node, exp.Anonymous) else kind.__name__
        raise UnsafeSql(f"{name!r} is not allowed")
    allowed = ALLOWED_ARGUMENTS.get(kind)
    if allowed is not None:
        for argument, value in node.args.items():
            if value and argument not in allowed:
                raise UnsafeSql(f"{kind.__name__} with {argument.strip('_')!r} is not allowed")
    if isinstance(node, exp.DataType) and (
        node.this not in ALLOWED_TYPES
        or any(not isinstance(part, exp.DataTypeParam) for part in node.expressions)
    ):
        raise UnsafeSql("a cast to this type is not allowed")
    if isinstance(node, exp.Limit | exp.Offset) and not _is_count(node.expression):
        raise UnsafeSql("LIMIT and OFFSET take a whole number only")
    if isinstance(node, exp.Star) and not isinstance(
        node.parent, exp.Count | exp.Select | exp.Column
    ):
        raise UnsafeSql("'*' is not allowed here")
    if isinstance(node, exp.In) and (node.args.get("unnest") or node.args.get("field")):
        raise UnsafeSql("IN takes a list or a subquery only")


def _is_count(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal()


def _concatenations(node: exp.Expr) -> int:
    if isinstance(node, exp.Concat):
        return len(node.expressions) - 1
    return int(isinstance(node, exp.DPipe))


def _check_table(table: exp.Table, tables: Mapping[str, Columns]) -> None:
    if not isinstance(table.this, exp.Identifier):
        raise UnsafeSql("table functions are not allowed")
    if table.db:
        if _qualified(table) not in tables:
            raise UnsafeSql(f"the table {table.db}.{table.name} is unknown")
    elif _visible_cte(table) is None:
        raise UnsafeSql(f"the table {table.name!r} is unknown; tables are written schema.table")


def _qualified(table: exp.Table) -> str:
    return f"{table.db}.{table.name}".lower()


def _visible_cte(table: exp.Table) -> exp.CTE | None:
    """The CTE that a bare table name stands for by SQL's own scoping: the nearest earlier one.

    A name that is no CTE *at this place* would reach the engine's system views.
    """
    node: exp.Expr = table
    inside: exp.CTE | None = None
    while (parent := node.parent) is not None:
        if isinstance(node, exp.CTE):
            inside = node
        with_ = parent.args.get("with_")
        if with_ is not None:
            for cte in with_.expressions:
                if node is with_ and cte is inside:
                    break
                if cte.alias.lower() == table.name.lower():
                    return cte if isinstance(cte, exp.CTE) else None
        node = parent
    return None


def _check_select(select: exp.Select, crossable: Set[str]) -> None:
    relations = list(_relations(select))
    if any(_is_star(projection) for projection in select.expressions):
        for relation in relations:
            if isinstance(relation, exp.Table) and _PERSONAL.get(_qualified(relation)):
                raise UnsafeSql(f"'*' would show personal columns of {_qualified(relation)}")
    crossed, small = relations[:1], 0
    for join in select.args.get("joins") or ():
        if (join.kind or "").upper() not in JOIN_KINDS or join.args.get("method"):
            raise UnsafeSql("this kind of join is not allowed")
        if not join.args.get("on") and not join.args.get("using"):
            crossed.append(join.this)
            small += join.kind == "CROSS" and _is_crossable(join.this, crossable)
    if sum(not _is_single_row(relation) for relation in crossed) - min(small, 1) > 1:
        raise UnsafeSql("a join needs a condition that compares columns of both sides")


def _is_crossable(relation: exp.Expr, crossable: Set[str]) -> bool:
    return isinstance(relation, exp.Table) and _qualified(relation) in crossable


def _relations(select: exp.Select) -> Iterator[exp.Expr]:
    from_ = select.args.get("from_")
    if from_ is not None:
        yield from_.this
    for join in select.args.get("joins") or ():
        yield join.this


def _is_star(projection: exp.Expr) -> bool:
    return isinstance(projection, exp.Star) or (
        isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star)
    )


def _is_single_row(relation: exp.Expr) -> bool:
    if isinstance(relation, exp.Table):
        cte = None if relation.db else _visible_cte(relation)
        return cte is not None and _is_single_row(cte)
    if isinstance(relation, exp.Subquery | exp.CTE):
        return _is_single_row(relation.this)
    if not isinstance(relation, exp.Select):
        return False
    limit = relation.args.get("limit")
    if limit is not None and limit.expression.name in {"0", "1"}:
        return True
    if relation.args.get("from_") is None:
        return True
    return relation.args.get("group") is None and any(
        aggregate.find_ancestor(exp.Window, exp.Select) is relation
        for projection in relation.expressions
        for aggregate in projection.find_all(exp.AggFunc)
    )


def _check_names(tree: exp.Query, tables: Mapping[str, Columns], dialect: Dialect) -> None:
    """Resolve every column against what may be seen; judge joins by whose columns they compare."""
    by_database: dict[str, dict[str, Columns]] = {}
    for qualified, columns in tables.items():
        database, _, name = qualified.partition(".")
        personal = _PERSONAL.get(qualified, frozenset())
        by_database.setdefault(database, {})[name] = {
            column: kind for column, kind in columns.items() if column not in personal
        }
    schema: dict[str, object] = dict(by_database)
    resolved = qualify(tree.copy(), dialect=dialect, schema=schema, validate_qualify_columns=True)
    for node in resolved.walk():
        if isinstance(node, exp.TableColumn | exp.Dot):
            raise UnsafeSql("a whole row is not a value")
        if isinstance(node, exp.Join) and (condition := node.args.get("on")) is not None:
            _check_condition(condition, node.alias_or_name)


def _check_condition(condition: exp.Expr, joined: str) -> None:
    conjuncts = (
        condition.unnest().flatten() if isinstance(condition.unnest(), exp.And) else [condition]
    )
    if not any(_compares_both_sides(conjunct.unnest(), joined) for conjunct in conjuncts):
        raise UnsafeSql("a join needs a condition that compares columns of both sides")


def _compares_both_sides(comparison: exp.Expr, joined: str) -> bool:
    if not isinstance(comparison, COMPARISONS):
        return False
    left = {column.table for column in comparison.this.find_all(exp.Column)}
    right = {
        column.table
        for key in ("expression", "low", "high")
        if isinstance(side := comparison.args.get(key), exp.Expr)
        for column in side.find_all(exp.Column)
    }
    return (joined in left and bool(right - {joined})) or (
        joined in right and bool(left - {joined})
    )


def _cut(tree: exp.Query, max_rows: int) -> None:
    limit = tree.args.get("limit")
    if limit is None or int(limit.expression.name) > max_rows:
        tree.set("limit", exp.Limit(expression=exp.Literal.number(max_rows)))
