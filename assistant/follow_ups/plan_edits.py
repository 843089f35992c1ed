"""Edits of a `SemanticQuery`: what a follow-up, a chip or a click changes, and what then follows.

Pure functions from a plan to a plan. What an edit leaves without its column (an order by a metric
that is gone) goes with it. Imports the semantic layer's query only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from semantic_layer import SemanticQuery
from semantic_layer.query import (
    METRIC_TIME,
    And,
    AnyComparison,
    Filter,
    GroupBy,
    In,
    Not,
    ShareOf,
)
from semantic_layer.resolving.filters import fields_of

_CHANGES = ("delta", "rate")


def with_metrics(query: SemanticQuery, metrics: tuple[str, ...]) -> SemanticQuery:
    """The same question of other metrics; orders by an old one go to the first new one."""
    renamed = {name: metrics[0] for name in query.metrics if name not in metrics}
    order_by = tuple(
        order.model_copy(update={"name": _renamed(order.name, renamed)}) for order in query.order_by
    )
    is_kept = all(_metric_of(name) in metrics for name in fields_of(query.having))
    having = query.having if is_kept else None
    return _consistent(
        query.model_copy(update={"metrics": metrics, "order_by": order_by, "having": having})
    )


def with_group_by(query: SemanticQuery, groups: Iterable[GroupBy]) -> SemanticQuery:
    """The same question with other groups, each once."""
    return _consistent(query.model_copy(update={"group_by": tuple(dict.fromkeys(groups))}))


def without_dimension(query: SemanticQuery, name: str) -> SemanticQuery:
    """The same question, not grouped by a dimension any more."""
    return with_group_by(query, (group for group in query.group_by if group.name != name))


def with_comparison(query: SemanticQuery, compare: AnyComparison | None) -> SemanticQuery:
    """The same question against another window; orders and conditions on the change follow it."""
    update: dict[str, object] = {"compare": compare}
    changed = query.model_copy(update=update)
    old, new = query.compared_as, changed.compared_as
    if old is None or old == new:
        return changed
    update["order_by"] = tuple(
        order.model_copy(update={"name": order.name.replace(f"__{old}", f"__{new}")})
        for order in query.order_by
        if new is not None or not _is_compared(order.name, old)
    )
    if any(_is_compared(name, old) for name in fields_of(query.having)):
        update["having"] = None
    return _consistent(query.model_copy(update=update))


def with_condition(query: SemanticQuery, condition: Filter) -> SemanticQuery:
    """The same question with further conditions; those on the same fields are replaced."""
    fields = set(fields_of(condition))
    kept = tuple(part for part in conditions(query.where) if fields.isdisjoint(fields_of(part)))
    return _where(query, (*kept, *conditions(condition)))


def with_values(query: SemanticQuery, name: str, values: Iterable[object]) -> SemanticQuery:
    """The same question, for these values of a field as well as for those it asks for already."""
    every = tuple(dict.fromkeys((*wanted_values(query, name), *values)))
    return with_condition(query, In.model_validate({"field": name, "values": every}))


def without_values(query: SemanticQuery, name: str, values: Iterable[object]) -> SemanticQuery:
    """The same question without these values: taken off those it asks for, or shut out."""
    gone, wanted = tuple(values), wanted_values(query, name)
    if wanted:
        left = tuple(value for value in wanted if value not in gone)
        if not left:
            return without_conditions_on(query, (name,))
        return with_condition(query, In.model_validate({"field": name, "values": left}))
    shut_out = unwanted_values(query, name)
    every = tuple(dict.fromkeys((*shut_out, *gone)))
    return with_condition(query, Not(part=In.model_validate({"field": name, "values": every})))


def with_values_back(query: SemanticQuery, name: str, values: Iterable[object]) -> SemanticQuery:
    """The same question with values that were shut out."""
    back = tuple(values)
    left = tuple(value for value in unwanted_values(query, name) if value not in back)
    if not left:
        return without_conditions_on(query, (name,))
    return with_condition(query, Not(part=In.model_validate({"field": name, "values": left})))


def without_conditions_on(query: SemanticQuery, names: Iterable[str]) -> SemanticQuery:
    """The same question without the conditions on some fields."""
    fields = set(names)
    kept = (part for part in conditions(query.where) if fields.isdisjoint(fields_of(part)))
    return _where(query, tuple(kept))


def without_condition(query: SemanticQuery, condition: Filter) -> SemanticQuery:
    """The same question without one of its conditions."""
    return _where(query, tuple(part for part in conditions(query.where) if part != condition))


def wanted_values(query: SemanticQuery, name: str) -> tuple[object, ...]:
    """The values of a field that are asked for, if they are listed."""
    return next(
        (
            part.values
            for part in conditions(query.where)
            if isinstance(part, In) and part.field == name
        ),
        (),
    )


def unwanted_values(query: SemanticQuery, name: str) -> tuple[object, ...]:
    """The values of a field that are shut out."""
    return tuple(
        value
        for part in conditions(query.where)
        if isinstance(part, Not) and isinstance(part.part, In) and part.part.field == name
        for value in part.part.values
    )


def conditions(where: Filter | None) -> Iterator[Filter]:
    """The conditions that must all hold."""
    if isinstance(where, And):
        yield from where.parts
    elif where is not None:
        yield where


def _where(query: SemanticQuery, parts: tuple[Filter, ...]) -> SemanticQuery:
    where = And(parts=parts) if len(parts) > 1 else next(iter(parts), None)
    return _consistent(query.model_copy(update={"where": where}))


def _consistent(query: SemanticQuery) -> SemanticQuery:
    """Without what names a column that is no longer there."""
    columns = {group.column for group in query.group_by}
    is_timed = any(group.name == METRIC_TIME for group in query.group_by)
    order_by = tuple(
        order
        for order in query.order_by
        if order.name in columns or _metric_of(order.name) in query.metrics
    )
    is_ranked = bool(order_by) and bool(query.group_by)
    return query.model_copy(
        update={
            "order_by": order_by if is_ranked else (),
            "having": query.having if query.group_by else None,
            "limit": query.limit if is_ranked else None,
            "limit_within": tuple(name for name in query.limit_within if name in columns),
            "others": query.others and is_ranked,
            "ranks": query.ranks and bool(query.group_by),
            "share_of": _share(query, columns),
            "running": query.running if is_timed else None,
        }
    )


def _share(query: SemanticQuery, columns: set[str]) -> ShareOf | None:
    """The share, as far as its whole is still there; a lone number is no part of itself."""
    share = query.share_of
    if share is None:
        return None
    within = tuple(name for name in share.within if name in columns)
    beyond = tuple(name for name in share.beyond if name in set(fields_of(query.where)))
    is_part = bool(beyond) or len(within) < len(columns)
    return ShareOf(within=within, beyond=beyond) if is_part else None


def _is_compared(column: str, comparison: str) -> bool:
    """Whether a column belongs to a comparison: paid_orders__prior_period__rate."""
    _, _, rest = column.partition("__")
    return rest in (comparison, *(f"{comparison}__{change}" for change in _CHANGES))


def _metric_of(column: str) -> str:
    """The metric of a column: paid_orders of paid_orders__prior_period__rate."""
    return column.partition("__")[0]


def _renamed(column: str, names: dict[str, str]) -> str:
    metric, separator, rest = column.partition("__")
    return names.get(metric, metric) + separator + rest
