"""A SELECT over columns that are known: each is looked up, its lineage followed, its sums judged.

Used for SELECTs over CTEs and subqueries, and for what is left around a governed SELECT.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.governed_sql import problems, shop_problems
from semantic_layer.governed_sql.aliases import own_nodes
from semantic_layer.governed_sql.columns import Relation, SqlColumn, describe
from semantic_layer.governed_sql.reading import is_metric_call, is_windowed
from semantic_layer.governed_sql.scope import Scope
from semantic_layer.governed_sql.statement import Statement

_CLAUSES = ("where", "group", "having", "qualify", "order")


def expressions_of(select: exp.Select) -> Iterator[exp.Expr]:
    """The columns and clauses of a SELECT that hold expressions."""
    yield from select.expressions
    for name in _CLAUSES:
        if select.args.get(name):
            yield select.args[name]


def finish_select(select: exp.Select, scope: Scope, statement: Statement) -> Relation:
    """Resolve every column, refuse sums that mean nothing, and tell what comes out."""
    for expression in expressions_of(select):
        _refuse_metric_calls(expression, statement)
        scope.resolve(expression)
    for join in select.args.get("joins") or ():
        if join.args.get("on"):
            _refuse_metric_calls(join.args["on"], statement)
            _refuse_misplaced(join.args["on"], statement)
    if select.args.get("where"):
        _refuse_misplaced(select.args["where"], statement)
    _check_groups(select, statement)
    _check_qualify(select, statement)
    for expression in expressions_of(select):
        _check_sums(expression, scope, statement)
    columns = tuple(_output(projection, scope) for projection in select.expressions)
    return Relation(columns, _keys(select, scope, columns))


def expand_stars(select: exp.Select, scope: Scope) -> None:
    """Write out `*` and `t.*`."""
    expanded: list[exp.Expr] = []
    for one in select.expressions:
        if not one.is_star:
            expanded.append(one)
        else:
            expanded.extend(scope.all_columns(one.text("table")))
    select.set("expressions", expanded)


def _output(projection: exp.Expr, scope: Scope) -> SqlColumn:
    described = describe(projection, scope.find)
    return SqlColumn(
        name=projection.alias,
        role=described.role,
        metric=described.metric,
        unit=described.unit,
        field=described.field,
        measures=described.measures,
        unsummable=described.unsummable,
        repeated=described.repeated,
    )


def _refuse_metric_calls(expression: exp.Expr, statement: Statement) -> None:
    for node in own_nodes(expression):
        if is_metric_call(node):
            name = node.expressions[0].name if node.expressions else "…"
            statement.report(shop_problems.sql_metric_outside(name))


def _check_groups(select: exp.Select, statement: Statement) -> None:
    """Every column of a grouped SELECT is in GROUP BY or inside an aggregate."""
    group = select.args.get("group")
    clauses = [one for one in expressions_of(select) if one.arg_key not in ("where", "group")]
    aggregated = any(_aggregates(clause) for clause in clauses)
    if group is None and not aggregated and select.args.get("having") is None:
        return
    keys = set(group.expressions) if group else set()
    for key in keys:
        _refuse_misplaced(key, statement)
    for clause in clauses:
        for column in _loose(clause, keys):
            statement.report(problems.sql_ungrouped(column.sql(dialect="duckdb")))


def _refuse_misplaced(node: exp.Expr, statement: Statement) -> None:
    for one in own_nodes(node):
        if isinstance(one, exp.Window) or (isinstance(one, exp.AggFunc) and not is_windowed(one)):
            statement.report(problems.sql_misplaced(one.sql(dialect="duckdb")))


def _aggregates(node: exp.Expr) -> bool:
    return any(isinstance(one, exp.AggFunc) and not is_windowed(one) for one in own_nodes(node))


def _loose(node: exp.Expr, keys: set[exp.Expr]) -> Iterator[exp.Column]:
    if node in keys or isinstance(node, exp.Query):
        return
    function = node.this if isinstance(node, exp.Filter) else node
    if isinstance(function, exp.AggFunc) and not is_windowed(function):
        return
    if isinstance(node, exp.Column):
        yield node
        return
    for child in node.iter_expressions():
        yield from _loose(child, keys)


def _check_qualify(select: exp.Select, statement: Statement) -> None:
    qualify = select.args.get("qualify")
    if qualify is not None and qualify.find(exp.Window) is None:
        statement.report(problems.sql_window_needed(qualify.this.sql(dialect="duckdb")))


def _check_sums(expression: exp.Expr, scope: Scope, statement: Statement) -> None:
    for node in own_nodes(expression):
        if not isinstance(node, exp.Sum | exp.Avg):
            continue
        text = node.sql(dialect="duckdb")
        added = describe(node.this, scope.find)
        unsummable = added.measures if isinstance(node.this, exp.Distinct) else added.unsummable
        metrics = [statement.model.metrics[name] for name in sorted(unsummable)]
        if isinstance(node, exp.Sum) and metrics:
            statement.report(shop_problems.sql_not_additive(text, metrics))
        elif added.repeated and added.measures:
            statement.report(shop_problems.sql_repeated_rows(text))
        elif any(metric.unit == "ratio" or metric.type == "ratio" for metric in metrics):
            statement.notify(shop_problems.unweighted_average(text))


def _keys(
    select: exp.Select, scope: Scope, columns: tuple[SqlColumn, ...]
) -> frozenset[str] | None:
    """Output columns that tell the rows apart."""
    limit = select.args.get("limit")
    if limit is not None and limit.expression.name in ("0", "1"):
        return frozenset()
    group = select.args.get("group")
    if group is not None:
        return _named(select, group.expressions)
    if any(_aggregates(one) for one in select.expressions):
        return frozenset()
    if scope.keys is not None:
        wanted = [exp.column(name, table=alias) for alias, name in sorted(scope.keys)]
        found = _passed_on(select, scope, wanted)
        if found is not None:
            return found
    if select.args.get("distinct"):
        return frozenset(column.name for column in columns)
    return None


def _named(select: exp.Select, keys: list[exp.Expr]) -> frozenset[str] | None:
    names = {one.this: one.alias for one in select.expressions}
    return frozenset(names[key] for key in keys) if all(key in names for key in keys) else None


def _passed_on(select: exp.Select, scope: Scope, wanted: list[exp.Column]) -> frozenset[str] | None:
    names = {
        scope.key_of(one.this): one.alias
        for one in select.expressions
        if isinstance(one.this, exp.Column)
    }
    keys = [scope.key_of(column) for column in wanted]
    return frozenset(names[key] for key in keys) if all(key in names for key in keys) else None


def needs_limit(select: exp.Select, relation: Relation) -> bool:
    """Whether it has one row without its text showing it, as the warehouse's guard wants."""
    shows = any(_aggregates(one) for one in select.expressions) and not select.args.get("group")
    return relation.is_single_row and not shows and not select.args.get("limit")


def nested_queries(expression: exp.Expr) -> list[exp.Query]:
    """The subqueries in an expression, the outermost only."""
    return [node for node in own_nodes(expression) if isinstance(node, exp.Query)]
