"""A SELECT from `shop` → one `SemanticQuery`, planned like any other, in the place of `shop`.

WHERE and GROUP BY go into the query; what is computed from its columns (expressions, windows,
HAVING, ORDER BY) stays in the SELECT around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlglot import exp

from semantic_layer.compiler import plan_select
from semantic_layer.governed_sql import problems, shop_problems
from semantic_layer.governed_sql.aliases import expand_aliases, name_columns, own_nodes
from semantic_layer.governed_sql.columns import Relation, of_group, of_metric
from semantic_layer.governed_sql.fields import field_in
from semantic_layer.governed_sql.grammar import MAX_GOVERNED_SELECTS
from semantic_layer.governed_sql.reading import is_metric_call, is_windowed
from semantic_layer.governed_sql.statement import Statement
from semantic_layer.governed_sql.value_types import value_issues
from semantic_layer.governed_sql.where import FilterReader, bounds_of, without_bounds
from semantic_layer.issues import Issue, QueryError, nearest
from semantic_layer.model import Dataset
from semantic_layer.planner import plan
from semantic_layer.planning.query_plan import SortKey
from semantic_layer.query import METRIC_TIME, Filter, GroupBy, RangeTime, SemanticQuery
from semantic_layer.resolver import resolve
from semantic_layer.resolving import messages
from semantic_layer.resolving.availability import covered_days
from semantic_layer.resolving.fields import grouped_field, is_known
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.joins import reachable_dimensions

_MOST_METRICS = 8


def rewrite_governed(
    select: exp.Select, dataset: Dataset | None, statement: Statement, *, is_root: bool
) -> tuple[str, Relation]:
    """Put the planned query in the place of `shop`; its alias and its columns are returned.

    `dataset` is the one that FROM names; None for `shop`. Problems go into `statement`.
    """
    return _GovernedSelect(select, dataset, statement).rewrite(is_root=is_root)


@dataclass(frozen=True)
class _Asked:
    metrics: tuple[str, ...]
    groups: tuple[GroupBy, ...]
    where: Filter | None


class _GovernedSelect:
    def __init__(self, select: exp.Select, dataset: Dataset | None, statement: Statement) -> None:
        self._select, self._dataset, self._statement = select, dataset, statement
        self._model = statement.model
        self._alias = select.args["from_"].this.alias_or_name
        self._tables = frozenset({self._alias.lower()})
        self._found: list[Issue] = []

    def rewrite(self, *, is_root: bool) -> tuple[str, Relation]:
        self._check_shape()
        name_columns(self._select, self._statement)
        expand_aliases(self._select, self._is_field, self._statement)
        asked = _Asked(self._metrics(), self._groups(), self._where())
        self._check_fields(asked)
        self._substitute(asked)
        order = self._plan(asked)
        self._sort(asked, order, is_root=is_root)
        self._statement.report(*self._found)
        columns = [of_group(group) for group in asked.groups]
        columns += [of_metric(self._model.metrics[name]) for name in asked.metrics]
        return self._alias, Relation(
            tuple(columns), frozenset(group.column for group in asked.groups)
        )

    def _check_shape(self) -> None:
        select = self._select
        self._statement.governed_selects += 1
        if self._statement.governed_selects > MAX_GOVERNED_SELECTS:
            raise QueryError([problems.sql_too_complex()])
        if select.args.get("joins"):
            self._found.append(shop_problems.sql_governed_join(select.args["from_"].this.name))
            select.set("joins", None)
        if select.args.get("distinct"):
            self._found.append(shop_problems.sql_distinct())
        kept = [one for one in select.expressions if not one.is_star]
        if len(kept) < len(select.expressions):
            self._found.append(shop_problems.sql_star())
        select.set("expressions", kept)

    def _clauses(self) -> Iterator[exp.Expr]:
        yield from self._select.expressions
        for name in ("having", "qualify", "order"):
            if self._select.args.get(name):
                yield self._select.args[name]

    def _metrics(self) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for clause in self._clauses():
            for node in own_nodes(clause):
                if is_metric_call(node) and (name := self._metric_of(node)):
                    names[name] = None
                elif isinstance(node, exp.AggFunc) and not is_windowed(node):
                    text = node.sql(dialect="duckdb")
                    self._found.append(shop_problems.sql_aggregate_of_metric(text))
        if len(names) > _MOST_METRICS:
            self._found.append(shop_problems.sql_too_many_metrics())
        return tuple(names)

    def _metric_of(self, call: exp.Expr) -> str | None:
        argument = call.expressions[0] if len(call.expressions) == 1 else None
        is_name = isinstance(argument, exp.Column) and not argument.table
        is_text = isinstance(argument, exp.Literal) and argument.is_string
        if argument is None or not (is_name or is_text):
            self._found.append(shop_problems.sql_metric_call(call.sql(dialect="duckdb")))
            return None
        name = str(argument.name).lower()
        if name not in self._model.metrics:
            near = nearest(name, self._model.metrics)
            self._found.append(messages.unknown_metric(argument.name, near))
            return None
        home = dict.fromkeys(one.dataset for one in self._model.simple_metrics_of(name))
        if self._dataset is not None and set(home) != {self._dataset.name}:
            metric = self._model.metrics[name]
            self._found.append(
                shop_problems.sql_metric_of_dataset(metric, self._dataset, list(home))
            )
        return name

    def _groups(self) -> tuple[GroupBy, ...]:
        group = self._select.args.get("group")
        groups: dict[GroupBy, None] = {}
        for node in group.expressions if group else ():
            if isinstance(node, exp.Literal) and not node.is_string:
                continue  # the position of a constant, which groups nothing
            field = field_in(node, self._tables)
            if field is None:
                self._found.append(shop_problems.sql_group_by(node.sql(dialect="duckdb")))
            else:
                groups[field] = None
        self._select.set("group", None)
        return tuple(groups)

    def _where(self) -> Filter | None:
        where = self._select.args.get("where")
        self._select.set("where", None)
        if where is None:
            return None
        reader = FilterReader(self._tables)
        condition = reader.read(where.this)
        self._found.extend(reader.issues)
        return condition

    def _is_field(self, column: exp.Column) -> bool:
        field = field_in(column, self._tables)
        return field is not None and is_known(grouped_field(field, self._model).name, self._model)

    def _check_fields(self, asked: _Asked) -> None:
        filtered = [GroupBy.model_validate(name) for name in fields_of(asked.where)]
        for field in (*asked.groups, *filtered):
            self._check_field(field)
            if field.name == METRIC_TIME and not asked.metrics:
                self._found.append(shop_problems.sql_time_needs_metric())
        self._found.extend(value_issues(asked.where, self._model, self._statement.catalog))

    def _check_field(self, field: GroupBy) -> None:
        name = grouped_field(field, self._model).name
        known = self._known_names()
        if name in known or (self._dataset is None and is_known(name, self._model)):
            return
        if name in self._model.metrics:
            self._found.append(shop_problems.sql_metric_as_column(name))
        elif name in self._model.dimensions and self._model.dimensions[name].personal:
            self._found.append(messages.personal_dimension(self._model.dimensions[name]))
        else:
            near = nearest(name, known)
            self._found.append(problems.sql_unknown_column(field.column, near, known))

    def _known_names(self) -> list[str]:
        if self._dataset is not None:
            return [METRIC_TIME, *reachable_dimensions(self._model, self._dataset.name)]
        shown = [name for name, one in self._model.dimensions.items() if not one.personal]
        return [METRIC_TIME, *shown]

    def _substitute(self, asked: _Asked) -> None:
        """Write METRIC(x) and grouped dimensions as columns of the planned query."""
        groups = set(asked.groups)

        def column(node: exp.Expr) -> exp.Expr | None:
            if is_metric_call(node):
                named = node.expressions[0].name.lower() if node.expressions else ""
                is_known_metric = named in asked.metrics
                return exp.column(named, table=self._alias) if is_known_metric else exp.Null()
            field = field_in(node, self._tables)
            if field in groups and field is not None:
                return exp.column(field.column, table=self._alias)
            if isinstance(node, exp.Column):
                self._report_ungrouped(node, field)
                return exp.Null()
            return None

        for clause in self._clauses():
            _replace_below(clause, column)
        having = self._select.args.get("having")
        if having is not None:
            self._select.set("having", None)
            self._select.set("where", exp.Where(this=having.this))

    def _report_ungrouped(self, node: exp.Column, field: GroupBy | None) -> None:
        if field is None:
            name = f"{node.table}.{node.name}"
            self._found.append(problems.sql_unknown_column(name, (), self._known_names()))
            return
        before = len(self._found)
        self._check_field(field)
        if len(self._found) == before:
            self._found.append(problems.sql_ungrouped(node.name))

    def _plan(self, asked: _Asked) -> tuple[SortKey, ...]:
        """Replace the table by the planned query; its own order is returned."""
        if not self._found and not asked.metrics and not asked.groups:
            self._found.append(shop_problems.sql_nothing_asked())
        time = None if self._found else self._window(asked)
        if self._found:
            return ()
        query = SemanticQuery(
            metrics=asked.metrics,
            group_by=asked.groups,
            where=without_bounds(asked.where) if time else asked.where,
            time=time,
        )
        statement = self._statement
        try:
            resolved = resolve(query, self._model, statement.catalog, statement.today)
            planned = plan(resolved)
        except QueryError as error:
            self._found.extend(error.issues)
            return ()
        statement.queries.append(resolved)
        statement.notify(*resolved.notices)
        inner = plan_select(replace(planned, order=(), limit=None))
        source = inner.subquery(self._alias, copy=False)
        self._select.args["from_"].set("this", source)
        return planned.order

    def _window(self, asked: _Asked) -> RangeTime | None:
        """The days that WHERE leaves; an open side ends with the data, or today."""
        bounds = bounds_of(asked.where)
        if bounds.is_open:
            return None
        loaded = [
            days
            for name in asked.metrics
            for simple in self._model.simple_metrics_of(name)
            for days in covered_days(self._model, simple, self._statement.catalog)
        ]
        day = timedelta(days=1)
        start, end = bounds.start, bounds.end
        if end is None:
            assert start is not None, "one side at least is bounded"
            end = max(*(days.end for days in loaded), self._statement.today + day, start + day)
        if start is None:
            start = min(*(days.start for days in loaded), end - day)
        if start >= end:
            self._found.append(shop_problems.sql_time_value(METRIC_TIME, f"{start} – {end}"))
            return None
        return RangeTime(start=start, end=end)

    def _sort(self, asked: _Asked, default: Sequence[SortKey], *, is_root: bool) -> None:
        """Complete the order, so that equal rows, and a LIMIT, come out the same every time."""
        select = self._select
        order = select.args.get("order")
        terms = list(order.expressions) if order else []
        if not terms and not is_root and not select.args.get("limit"):
            return
        sorted_by = {term.this.name for term in terms if isinstance(term.this, exp.Column)}
        keys = [SortKey(group.column, descending=False) for group in asked.groups]
        for key in keys if terms else default:
            if key.column not in sorted_by:
                column = exp.column(key.column, table=self._alias)
                terms.append(exp.Ordered(this=column, desc=key.descending, nulls_first=False))
        if terms:
            select.set("order", exp.Order(expressions=terms))


def _replace_below(node: exp.Expr, new: Callable[[exp.Expr], exp.Expr | None]) -> None:
    for child in list(node.iter_expressions()):
        if isinstance(child, exp.Query):
            continue
        replacement = new(child)
        if replacement is None:
            _replace_below(child, new)
        else:
            child.replace(replacement)
