"""Governed SQL text → `CompiledSql`: every SELECT in turn, the innermost first.

Its SQL is printed from the tree; the text that was written is never executed. Imports the resolver,
the planner and the compiler of its package, and sqlglot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from semantic_layer.access.policy_scans import protected
from semantic_layer.catalog import Catalog
from semantic_layer.governed_sql import problems, shop_problems
from semantic_layer.governed_sql.aliases import expand_aliases, name_columns
from semantic_layer.governed_sql.columns import Relation, SqlColumn, remember
from semantic_layer.governed_sql.constants import with_today
from semantic_layer.governed_sql.governed_select import rewrite_governed
from semantic_layer.governed_sql.grammar import MAX_PRINTED, MAX_PRINTED_NODES, SHOP
from semantic_layer.governed_sql.plain_select import (
    expand_stars,
    expressions_of,
    finish_select,
    needs_limit,
    nested_queries,
)
from semantic_layer.governed_sql.reading import read_sql
from semantic_layer.governed_sql.scope import Scope
from semantic_layer.governed_sql.statement import Statement
from semantic_layer.issues import Issue, QueryError, nearest
from semantic_layer.model import SemanticModel
from semantic_layer.printing.dialects import Dialect, printed
from semantic_layer.resolver import ResolvedQuery

Ctes = Mapping[str, Relation]


@dataclass(frozen=True)
class CompiledSql:
    """SQL to execute and what is known of it; `queries` are the governed SELECTs in it."""

    sql: str
    tree: exp.Query
    columns: tuple[SqlColumn, ...]
    queries: tuple[ResolvedQuery, ...]
    notices: tuple[Issue, ...]

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the governed metrics, each once, in the order of their use."""
        return tuple(dict.fromkeys(name for one in self.queries for name in one.query.metrics))


def compile_sql(
    text: str,
    model: SemanticModel,
    catalog: Catalog,
    today: date,
    dialect: Dialect = "duckdb",
) -> CompiledSql:
    """Compile a SELECT over the semantic model; `today` is what CURRENT_DATE means.

    Raises:
        QueryError: all that is wrong with it, each with near names.
    """
    statement = Statement(model, catalog, today)
    try:
        tree = with_today(read_sql(text), today)
        relation = _Compilation(statement).query(tree, {}, is_root=True)
        if statement.issues:
            raise QueryError(statement.issues)
        tree = protected(tree, model.access)
        sql = printed(tree, dialect)
    except RecursionError:
        raise QueryError([problems.sql_too_complex()]) from None
    if len(sql) > MAX_PRINTED or sum(1 for _ in tree.walk()) > MAX_PRINTED_NODES:
        raise QueryError([problems.sql_too_complex()])
    return CompiledSql(
        sql, tree, relation.columns, tuple(statement.queries), tuple(statement.notices)
    )


class _Compilation:
    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._model = statement.model

    def query(self, node: exp.Expr, outer: Ctes, *, is_root: bool = False) -> Relation:
        """Rewrite a query in place and tell its columns; `outer` are the CTEs that it may use."""
        if isinstance(node, exp.Subquery):
            return self.query(node.this, outer, is_root=is_root)
        ctes = dict(outer)
        with_ = node.args.get("with_")
        for cte in with_.expressions if with_ else ():
            if self._is_taken(cte.alias, ctes):
                self._statement.report(problems.sql_name_taken(cte.alias))
            ctes[cte.alias.lower()] = self.query(cte.this, ctes)
        if isinstance(node, exp.Union):
            return self._union(node, ctes)
        assert isinstance(node, exp.Select), "the tree holds no other queries"
        return self._select(node, ctes, is_root=is_root)

    def _is_taken(self, name: str, ctes: Ctes) -> bool:
        return name.lower() in {SHOP, *self._model.datasets, *ctes}

    def _union(self, node: exp.Union, ctes: Ctes) -> Relation:
        left, right = self.query(node.this, ctes), self.query(node.expression, ctes)
        if len(left.columns) != len(right.columns):
            self._statement.report(problems.sql_union_columns())
        scope = Scope(self._statement)
        pairs = zip(left.columns, right.columns, strict=False)
        columns = tuple(_either(one, other) for one, other in pairs)
        scope.add("", Relation(columns))
        for term in node.args["order"].expressions if node.args.get("order") else ():
            self._check_union_order(term.this, scope, len(columns))
        return Relation(columns)

    def _check_union_order(self, term: exp.Expr, scope: Scope, width: int) -> None:
        """The rows of UNION ALL are sorted by its columns: a name, a number, or ALL."""
        if isinstance(term, exp.Column):
            scope.resolve(term)
        elif isinstance(term, exp.Literal) and not term.is_string:
            if not term.name.isdecimal() or not 0 < int(term.name) <= width:
                self._statement.report(problems.sql_position(term.name))
        elif not isinstance(term, exp.Var):
            text = term.sql(dialect="duckdb", comments=False)
            self._statement.report(problems.sql_not_allowed(text))

    def _select(self, select: exp.Select, ctes: Ctes, *, is_root: bool) -> Relation:
        scope = Scope(self._statement)
        source = select.args["from_"].this if select.args.get("from_") else None
        if source is None:
            self._statement.report(problems.sql_from_needed())
            return Relation(())
        if self._is_governed(source):
            dataset = self._model.datasets.get(source.name.lower())
            scope.add(
                *rewrite_governed(
                    select,
                    None if source.name.lower() == SHOP else dataset,
                    self._statement,
                    is_root=is_root,
                )
            )
        else:
            if not self._add_sources(select, scope, ctes):
                return Relation(
                    tuple(SqlColumn(one.alias_or_name, "dimension") for one in select.expressions)
                )
            expand_stars(select, scope)
            name_columns(select, self._statement)
            expand_aliases(select, scope.has, self._statement)
        for expression in expressions_of(select):
            self._nested(expression, ctes)
        relation = finish_select(select, scope, self._statement)
        if not is_root and needs_limit(select, relation):
            select.limit(1, copy=False)
        return relation

    def _nested(self, expression: exp.Expr, ctes: Ctes) -> None:
        for query in nested_queries(expression):
            relation = self.query(query, ctes)
            if len(relation.columns) != 1 and not isinstance(query.parent, exp.Exists):
                text = query.sql(dialect="duckdb", comments=False)
                self._statement.report(problems.sql_scalar(text))
            remember(query, relation)

    def _is_governed(self, source: exp.Expr) -> bool:
        if not isinstance(source, exp.Table) or source.db or source.catalog:
            return False
        return source.name.lower() in {SHOP, *self._model.datasets}

    def _add_sources(self, select: exp.Select, scope: Scope, ctes: Ctes) -> bool:
        """Whether every table of FROM is known; otherwise no more can be said of the SELECT."""
        joins = select.args.get("joins") or []
        tables = [select.args["from_"].this, *(join.this for join in joins)]
        sources = [self._source(table, ctes, number=n) for n, table in enumerate(tables, start=1)]
        found = [source for source in sources if source is not None]
        if len(found) < len(sources):
            return False
        scope.add(*found[0])
        for join, (alias, relation) in zip(joins, found[1:], strict=True):
            scope.join(alias, relation, join)
            if join.args.get("on") is not None:
                self._nested(join.args["on"], ctes)
        return True

    def _source(self, source: exp.Expr, ctes: Ctes, *, number: int) -> tuple[str, Relation] | None:
        alias = source.alias_or_name or f"subquery_{number}"
        if isinstance(source, exp.Subquery):
            source.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
            return alias, self.query(source.this, ctes)
        if self._is_governed(source):
            self._statement.report(shop_problems.sql_governed_join(source.name))
            return None
        name = ".".join(part.name for part in source.parts) if hasattr(source, "parts") else ""
        relation = ctes.get(name.lower())
        if relation is None:
            known = [SHOP, *self._model.datasets, *ctes]
            near = nearest(name.rpartition(".")[2].lower(), known)
            self._statement.report(problems.sql_unknown_table(name, near, known))
            return None
        return alias, relation


def _either(one: SqlColumn, other: SqlColumn) -> SqlColumn:
    """A column of UNION ALL: what both sides agree on."""
    same_metric = one.metric == other.metric
    return replace(
        one,
        role=one.role if one.role == other.role else "dimension",
        metric=one.metric if same_metric else None,
        unit=one.unit if one.unit == other.unit else None,
        field=one.field if one.field == other.field else None,
        measures=one.measures | other.measures,
        unsummable=one.unsummable | other.unsummable,
        repeated=one.repeated or other.repeated,
    )
