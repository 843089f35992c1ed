"""Names of the columns of a SELECT, and the places that use them: GROUP BY 1, ORDER BY aov.

After this step every column has a name, each once, and no clause refers to another one's alias, so
that a name can mean only a column of the tables in FROM.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from semantic_layer.governed_sql import problems
from semantic_layer.governed_sql.fields import field_in
from semantic_layer.governed_sql.grammar import MAX_NODES
from semantic_layer.governed_sql.reading import is_metric_call
from semantic_layer.governed_sql.statement import Statement
from semantic_layer.issues import QueryError

IsColumn = Callable[[exp.Column], bool]


def own_nodes(node: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes of an expression; of a subquery or METRIC() in it only the node itself."""
    return node.walk(prune=lambda one: isinstance(one, exp.Query) or is_metric_call(one))


def own_columns(node: exp.Expr) -> list[exp.Column]:
    """The columns of an expression, without those of its subqueries."""
    return [one for one in own_nodes(node) if isinstance(one, exp.Column)]


def name_columns(select: exp.Select, statement: Statement) -> None:
    """Give every column of a SELECT an alias; a name that stands twice is a problem."""
    named: list[exp.Expr] = []
    used: set[str] = set()
    for position, projection in enumerate(select.expressions, start=1):
        if not isinstance(projection, exp.Alias):
            name = _name_of(projection) or f"column_{position}"
            projection = exp.alias_(projection, name, copy=False)
        if projection.alias.lower() in used:
            statement.report(problems.sql_name_taken(projection.alias))
        used.add(projection.alias.lower())
        named.append(projection)
    select.set("expressions", named)


def expand_aliases(select: exp.Select, is_column: IsColumn, statement: Statement) -> None:
    """Replace aliases and positions in the other clauses by what they stand for.

    A column of the tables wins over an alias, except for a term of ORDER BY that is a bare name.
    """
    _expand_earlier_columns(select, is_column)
    values = [projection.this for projection in select.expressions]
    aliases = {one.alias.lower(): one.this for one in reversed(select.expressions)}
    _expand_group(select, values, statement)
    _expand_order(select, values, aliases, statement)
    for clause in ("group", "having", "qualify", "order"):
        for column in own_columns(select.args[clause]) if select.args.get(clause) else ():
            value = None if column.table else aliases.get(column.name.lower())
            if value is None or is_column(column):
                continue
            in_group = clause == "group" and _is_constant(value)
            column.replace(_position_of(value, values) if in_group else value.copy())


def _expand_earlier_columns(select: exp.Select, is_column: IsColumn) -> None:
    """A column may use the names of those before it: METRIC(x) AS n, RANK() OVER (ORDER BY n)."""
    earlier: dict[str, exp.Expr] = {}
    for projection in select.expressions:
        for column in own_columns(projection):
            value = None if column.table else earlier.get(column.name.lower())
            if value is not None and not is_column(column):
                column.replace(exp.paren(value.copy(), copy=False))
        if sum(1 for _ in projection.walk()) > MAX_NODES:  # b + b AS c, c + c AS d, …
            raise QueryError([problems.sql_too_complex()])
        earlier.setdefault(projection.alias.lower(), projection.this)


def _expand_group(select: exp.Select, values: list[exp.Expr], statement: Statement) -> None:
    group = select.args.get("group")
    if group is None:
        return
    if group.args.get("all"):
        plain = [value for value in values if not _is_aggregated(value)]
        keys = [value.copy() for value in plain if not _is_constant(value)]
    else:
        keys = [_positioned(one, values, statement) for one in group.expressions]
    select.set("group", exp.Group(expressions=keys) if keys else None)


def _expand_order(
    select: exp.Select,
    values: list[exp.Expr],
    aliases: Mapping[str, exp.Expr],
    statement: Statement,
) -> None:
    order = select.args.get("order")
    terms: list[exp.Expr] = []
    for term in order.expressions if order else ():
        bare = term.this
        if isinstance(bare, exp.Var):  # ORDER BY ALL
            terms += [_sorted_like(term, value) for value in values]
        elif isinstance(bare, exp.Column) and not bare.table and bare.name.lower() in aliases:
            terms.append(_sorted_like(term, aliases[bare.name.lower()]))
        else:
            terms.append(_sorted_like(term, _positioned(bare, values, statement)))
    # A constant sorts nothing, and a number would be a position again.
    terms = [term for term in terms if not _is_constant(term.this)]
    select.set("order", exp.Order(expressions=terms) if terms else None)


def _sorted_like(term: exp.Expr, value: exp.Expr) -> exp.Expr:
    copied = term.copy()
    copied.set("this", value.copy())
    return copied


def _position_of(value: exp.Expr, values: list[exp.Expr]) -> exp.Expr:
    """GROUP BY 7 would be the seventh column, so that a constant is named by its own position."""
    return exp.Literal.number(next(n for n, one in enumerate(values, 1) if one is value))


def _positioned(node: exp.Expr, values: list[exp.Expr], statement: Statement) -> exp.Expr:
    if not isinstance(node, exp.Literal) or node.is_string:
        return node
    if not node.name.isdecimal() or not 0 < int(node.name) <= len(values):
        statement.report(problems.sql_position(node.name))
        return node
    value = values[int(node.name) - 1]
    return node if _is_constant(value) else value.copy()


def _is_constant(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal | exp.Null | exp.Boolean)


def _is_aggregated(node: exp.Expr) -> bool:
    return any(
        isinstance(one, exp.AggFunc | exp.Window) or is_metric_call(one) for one in own_nodes(node)
    )


def _name_of(node: exp.Expr) -> str:
    if is_metric_call(node) and len(node.expressions) == 1:
        return str(node.expressions[0].name)
    if isinstance(node, exp.Column):
        return node.name
    field = field_in(node, {column.table.lower() for column in own_columns(node)})
    return field.column if field else ""
