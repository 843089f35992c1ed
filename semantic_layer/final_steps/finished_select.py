"""The last steps of a plan as SELECTs, one on top of the other; only those that it needs.

`measured` has every number of every group, `related` their shares and ranks, `placed` each row's
place in the final order. Part of `compiler`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from semantic_layer.final_steps.shares import WHOLE
from semantic_layer.planning.query_plan import Finish, Output, QueryPlan, SortKey
from semantic_layer.planning.tables import table_of

_MEASURED, _RELATED, _PLACED, _SHOWN = "measured", "related", "placed", "shown"
_PLACE = "_place"

Steps = list[tuple[str, exp.Select]]


def finished(plan: QueryPlan, finish: Finish, source: str) -> tuple[Steps, exp.Select]:
    """The common table expressions after the fold, called `source`, and the last SELECT."""
    steps: Steps = [(_MEASURED, _measured(plan, finish, source))]
    if finish.added or finish.asked is not None:
        steps.append((_RELATED, _related(plan, finish)))
    names = [output.column for output in plan.columns]
    if not (finish.limit_within or finish.rest) or plan.limit is None:
        select = _from(map(exp.column, names), steps[-1][0])
        return steps, _limited(plan, select)
    steps.append((_PLACED, _placed(plan, finish, steps[-1][0])))
    if finish.rest:
        steps.append((_SHOWN, _with_rest(plan, finish, plan.limit)))
        select = _from(map(exp.column, names), _SHOWN)
    else:
        select = _from(map(exp.column, names), _PLACED).where(_is_kept(plan.limit), copy=False)
    groups = [key for key in _grouped_order(plan, finish) if key.column in finish.limit_within]
    return steps, select.order_by(*ordered((*groups, SortKey(_PLACE, False))), copy=False)


def ordered(keys: Iterable[SortKey]) -> list[exp.Ordered]:
    """The terms of an ORDER BY; what has no value comes last."""
    return [
        exp.Ordered(this=exp.column(key.column), desc=key.descending, nulls_first=False)
        for key in keys
    ]


def selected(output: Output) -> exp.Expr:
    """An output in a select list."""
    if isinstance(output.value, exp.Column) and output.value.name == output.column:
        return output.value
    return exp.alias_(output.value, output.column, copy=False)


def _measured(plan: QueryPlan, finish: Finish, source: str) -> exp.Select:
    return _from(map(selected, (*plan.outputs, *finish.hidden)), source)


def _related(plan: QueryPlan, finish: Finish) -> exp.Select:
    """Shares and ranks over the rows that were asked for, all of them."""
    names = [output.column for output in (*plan.outputs, *finish.hidden)]
    columns = [exp.column(name) for name in names]
    added = [selected(output) for output in (*finish.added, *finish.carried)]
    select = _from((*columns, *added), _MEASURED)
    if finish.asked is not None:
        select = select.where(finish.asked.copy(), copy=False)
    if finish.whole is None:
        return select
    for column in select.find_all(exp.Column):
        if not column.table:
            column.set("table", exp.to_identifier(_MEASURED))
    same = [
        exp.NullSafeEQ(
            this=exp.column(key, table=_MEASURED), expression=exp.column(key, table=WHOLE)
        )
        for key in finish.whole.keys
    ]
    whole = finish.whole.select if same else finish.whole.select.limit(1, copy=False)
    beside = whole.subquery(WHOLE, copy=False)
    if same:
        join = exp.Join(this=beside, side="LEFT", on=exp.and_(*same, copy=False))
    else:
        join = exp.Join(this=beside, kind="CROSS")  # one row, as the limit tells the guard
    select.append("joins", join)
    return select


def _placed(plan: QueryPlan, finish: Finish, source: str) -> exp.Select:
    """Every row that meets the conditions, with its place within its group."""
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[exp.column(name) for name in finish.limit_within],
        order=exp.Order(expressions=ordered(plan.order)),
    )
    columns = [exp.column(output.column) for output in (*plan.columns, *finish.carried)]
    select = _from((*columns, exp.alias_(place, _PLACE, copy=False)), source)
    return select if plan.having is None else select.where(plan.having, copy=False)


def _with_rest(plan: QueryPlan, finish: Finish, limit: int) -> exp.Select:
    """The rows within the limit, and one of all others for each value of `limit_within`."""
    kept = [
        exp.alias_(exp.cast(exp.column(name), exp.DataType.Type.TEXT), name, copy=False)
        if name in plan.keys and name not in finish.limit_within
        else exp.column(name)
        for name in (*(output.column for output in plan.columns), _PLACE)
    ]
    top = _from(kept, _PLACED).where(_is_kept(limit), copy=False)
    after = exp.alias_(exp.Literal.number(limit + 1), _PLACE, copy=False)
    rest = _from((*map(selected, finish.rest), after), _PLACED)
    rest = rest.where(exp.Not(this=_is_kept(limit)), copy=False)
    if finish.limit_within:
        rest = rest.group_by(*map(exp.column, finish.limit_within), copy=False)
    else:
        some = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(0))
        rest = rest.having(some, copy=False)
    both = exp.union(top, rest, distinct=False, copy=False)
    columns = [exp.column(output.column) for output in plan.columns]
    select = exp.Select().select(*columns, exp.column(_PLACE), copy=False)
    return select.from_(both.subquery("parts", copy=False), copy=False)


def _is_kept(limit: int) -> exp.Expr:
    return exp.LTE(this=exp.column(_PLACE), expression=exp.Literal.number(limit))


def _grouped_order(plan: QueryPlan, finish: Finish) -> tuple[SortKey, ...]:
    """The columns of `limit_within` in their order: as the query sorts them, else ascending."""
    chosen = {key.column: key for key in plan.order}
    return tuple(chosen.get(name, SortKey(name, False)) for name in finish.limit_within)


def _limited(plan: QueryPlan, select: exp.Select) -> exp.Select:
    if plan.having is not None:
        select = select.where(plan.having, copy=False)
    if plan.order and plan.keys:
        select = select.order_by(*ordered(plan.order), copy=False)
    return select.limit(plan.limit, copy=False) if plan.limit is not None else select


def _from(columns: Iterable[exp.Expr], source: str) -> exp.Select:
    select = exp.Select().select(*columns, copy=False)
    return select.from_(table_of(source), copy=False)
