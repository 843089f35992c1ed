"""`QueryPlan` → `CompiledQuery`: the only place where the semantic layer writes SQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from semantic_layer.planner import Branch, CalendarBranch, Output, QueryPlan

_COMBINED = "combined"
_STACKED = "stacked"
_DAYS = "days"


@dataclass(frozen=True)
class CompiledQuery:
    """SQL text, its tree, and what each result column is."""

    sql: str
    tree: exp.Select
    columns: tuple[Output, ...]


def compile_query(plan: QueryPlan, dialect: str = "duckdb") -> CompiledQuery:
    """Write the plan as one SELECT."""
    ctes = [(branch.name, _branch_select(plan, branch)) for branch in plan.branches]
    if plan.calendar is not None:
        ctes.append((_DAYS, _calendar_select(plan, plan.calendar)))
    if len(ctes) > 1:
        ctes.append((_COMBINED, _combined_select(plan)))
    select = _final_select(plan, source=ctes[-1][0])
    for name, query in ctes:
        select = select.with_(name, query, copy=False)
    return CompiledQuery(select.sql(dialect=dialect, pretty=True), select, plan.outputs)


def _branch_select(plan: QueryPlan, branch: Branch) -> exp.Select:
    select = exp.Select()
    keys = [
        exp.alias_(key, name, copy=False) for key, name in zip(branch.keys, plan.keys, strict=True)
    ]
    measures = [exp.alias_(one.aggregate, one.column, copy=False) for one in branch.measures]
    select = select.select(*keys, *measures, copy=False)
    select = select.from_(_table(branch.source, branch.alias), copy=False)
    for join in branch.joins:
        select = select.join(
            _table(join.source, join.alias), on=join.on, join_type="left", copy=False
        )
    select = select.where(*branch.where, copy=False)
    return _grouped(select, len(plan.keys))


def _calendar_select(plan: QueryPlan, calendar: CalendarBranch) -> exp.Select:
    select = exp.Select().select(exp.alias_(calendar.period, plan.keys[0], copy=False), copy=False)
    select = select.from_(exp.to_table(calendar.source), copy=False)
    return _grouped(select.where(calendar.where, copy=False), 1)


def _combined_select(plan: QueryPlan) -> exp.Select:
    columns = [measure.column for branch in plan.branches for measure in branch.measures]
    parts = [
        _padded(branch.name, plan.keys, columns, {m.column for m in branch.measures})
        for branch in plan.branches
    ]
    if plan.calendar is not None:
        parts.append(_padded(_DAYS, plan.keys, columns, set()))
    stacked = exp.union(*parts, distinct=False, copy=False) if len(parts) > 1 else parts[0]
    # Each key has at most one row a branch, so MAX picks the one value there is.
    folded = [exp.alias_(exp.Max(this=exp.column(name)), name, copy=False) for name in columns]
    select = exp.Select().select(*map(exp.column, plan.keys), *folded, copy=False)
    select = select.from_(stacked.subquery(_STACKED, copy=False), copy=False)
    return _grouped(select, len(plan.keys))


def _padded(source: str, keys: tuple[str, ...], columns: list[str], own: set[str]) -> exp.Select:
    values = [
        exp.column(name) if name in own else exp.alias_(exp.Null(), name, copy=False)
        for name in columns
    ]
    select = exp.Select().select(*map(exp.column, keys), *values, copy=False)
    return select.from_(exp.to_table(source), copy=False)


def _final_select(plan: QueryPlan, source: str) -> exp.Select:
    select = exp.Select().select(*(_output(output) for output in plan.outputs), copy=False)
    select = select.from_(exp.to_table(source), copy=False)
    if plan.having is not None:
        select = select.where(plan.having, copy=False)
    if plan.order and plan.keys:
        select = select.order_by(
            *(
                exp.Ordered(this=exp.column(key.column), desc=key.descending, nulls_first=False)
                for key in plan.order
            ),
            copy=False,
        )
    return select.limit(plan.limit, copy=False) if plan.limit is not None else select


def _output(output: Output) -> exp.Expr:
    if isinstance(output.value, exp.Column) and output.value.name == output.column:
        return output.value
    return exp.alias_(output.value, output.column, copy=False)


def _grouped(select: exp.Select, keys: int) -> exp.Select:
    if not keys:
        return select
    return select.group_by(*(exp.Literal.number(n + 1) for n in range(keys)), copy=False)


def _table(source: str, alias: str) -> exp.Expr:
    return exp.alias_(exp.to_table(source), alias, table=True, copy=False)
