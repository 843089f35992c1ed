"""`QueryPlan` → `CompiledQuery`: one SELECT tree, and its text in the words of an engine."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp

from semantic_layer.access.policy_scans import protected
from semantic_layer.final_steps.finished_select import finished, ordered, selected
from semantic_layer.planning.query_plan import Branch, Output, QueryPlan
from semantic_layer.planning.tables import table_of
from semantic_layer.printing.dialects import Dialect, printed

_COMBINED = "combined"
_STACKED = "stacked"


@dataclass(frozen=True)
class CompiledQuery:
    """SQL text, its tree, and what each result column is."""

    sql: str
    tree: exp.Select
    columns: tuple[Output, ...]


def compile_query(plan: QueryPlan, dialect: Dialect = "duckdb") -> CompiledQuery:
    """Write the plan as one SELECT.

    Raises:
        QueryError: the engine cannot say something that the plan needs.
    """
    select = protected(plan_select(plan), plan.access)
    return CompiledQuery(printed(select, dialect), select, plan.columns)


def compile_extremes(plan: QueryPlan, dialect: Dialect = "duckdb") -> CompiledQuery:
    """Write the smallest and the largest value of the only column of a plan as one SELECT."""
    (output,) = plan.outputs
    values = plan_select(replace(plan, order=())).subquery("listed", copy=False)
    columns = tuple(
        replace(output, column=f"{output.column}__{name}", value=extreme)
        for name, extreme in (
            ("min", exp.Min(this=exp.column(output.column))),
            ("max", exp.Max(this=exp.column(output.column))),
        )
    )
    select = exp.Select().select(*map(selected, columns), copy=False).from_(values, copy=False)
    select = protected(select, plan.access)
    return CompiledQuery(printed(select, dialect), select, columns)


def plan_select(plan: QueryPlan) -> exp.Select:
    """The plan as one SELECT tree, a common table expression for each of several branches."""
    alone = _alone(plan)
    if alone is not None:
        return alone
    ctes = [(branch.name, branch.select) for branch in plan.branches]
    if len(ctes) > 1:
        ctes.append((_COMBINED, _combined(plan)))
    source = ctes[-1][0]
    if plan.finish is None:
        select = _final(plan, source)
    else:
        steps, select = finished(plan, plan.finish, source)
        ctes += steps
    for name, query in ctes:
        select = select.with_(name, query, copy=False)
    return select


def _combined(plan: QueryPlan) -> exp.Select:
    columns = [name for branch in plan.branches for name in branch.measures]
    parts = [_padded(branch, plan.keys, columns) for branch in plan.branches]
    stacked = exp.union(*parts, distinct=False, copy=False)
    # Each key has at most one row a branch, so MAX picks the one value there is.
    folded = [exp.alias_(exp.Max(this=exp.column(name)), name, copy=False) for name in columns]
    select = exp.Select().select(*map(exp.column, plan.keys), *folded, copy=False)
    select = select.from_(stacked.subquery(_STACKED, copy=False), copy=False)
    if not plan.keys:
        return select
    return select.group_by(*(exp.Literal.number(n + 1) for n in range(len(plan.keys))), copy=False)


def _padded(branch: Branch, keys: tuple[str, ...], columns: list[str]) -> exp.Select:
    values = [
        exp.column(name) if name in branch.measures else exp.alias_(exp.Null(), name, copy=False)
        for name in columns
    ]
    select = exp.Select().select(*map(exp.column, keys), *values, copy=False)
    return select.from_(table_of(branch.name), copy=False)


def _final(plan: QueryPlan, source: str) -> exp.Select:
    select = exp.Select().select(*map(selected, plan.outputs), copy=False)
    select = select.from_(table_of(source), copy=False)
    if plan.having is not None:
        select = select.where(plan.having, copy=False)
    return _ordered(plan, select)


def _alone(plan: QueryPlan) -> exp.Select | None:
    """The only branch with the outputs in its own select list: one step less for the engine.

    None for several branches, for a last step that needs the numbers by name, and for a condition
    on numbers that the branch does not itself aggregate.
    """
    if len(plan.branches) != 1 or plan.finish is not None:
        return None
    (branch,) = plan.branches
    grouped = branch.select.args.get("group") is not None
    if (plan.keys and not grouped) or (plan.having is not None and not grouped):
        return None
    values = {one.alias_or_name: one.unalias() for one in branch.select.expressions}

    def written_out(tree: exp.Expr) -> exp.Expr:
        return tree.transform(
            lambda node: _bracketed(values[node.name]) if isinstance(node, exp.Column) else node
        )

    select = exp.Select(**branch.select.args)
    outputs = [replace(output, value=written_out(output.value)) for output in plan.outputs]
    if not grouped and not any(output.value.find(exp.AggFunc) for output in outputs):
        return None  # constants alone would be one row for each row of the table
    select.set("expressions", [selected(output) for output in outputs])
    if plan.having is not None:
        select.set("having", exp.Having(this=written_out(plan.having)))
    return _ordered(plan, select)


def _bracketed(value: exp.Expr) -> exp.Expr:
    return exp.paren(value) if isinstance(value, exp.Binary) else value.copy()


def _ordered(plan: QueryPlan, select: exp.Select) -> exp.Select:
    if plan.order and plan.keys:
        select = select.order_by(*ordered(plan.order), copy=False)
    return select.limit(plan.limit, copy=False) if plan.limit is not None else select
