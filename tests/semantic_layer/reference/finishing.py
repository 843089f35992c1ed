"""What is made of the numbers of all groups: shares, places, then conditions, order, limit, rest.

Rows are dictionaries by column. A share or a place never depends on `having` or the limit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from semantic_layer import SemanticModel, SemanticQuery
from semantic_layer.model import SimpleMetric
from semantic_layer.query import And, Filter
from tests.semantic_layer.reference.conditions import fields_of, truth

Named = dict[str, Any]
Rows = list[tuple[Any, ...]]
Wholes = dict[tuple[Any, ...], Any]

OTHERS = "__others__"


def finished(
    query: SemanticQuery,
    rows: list[Named],
    model: SemanticModel,
    ask: Callable[[SemanticQuery], Any],
) -> Rows:
    """The rows of the result; `ask` answers the query of a whole that is no sum of the groups."""
    wholes = {name: _wholes(query, name, rows, model, ask) for name in _shared(query)}
    for row in rows:
        row |= {f"{name}__share": _share(query, row, wholes[name], name) for name in wholes}
    places = [_places(query, row, rows) for row in rows] if query.ranks else [{} for _ in rows]
    rows = [{**row, **place} for row, place in zip(rows, places, strict=True)]
    kept = _ordered(query, [row for row in rows if _holds(query.having, row)])
    columns = [name for name in (kept or [{}])[0] if _is_shown(query, name)]
    return [tuple(row[name] for name in columns) for row in _limited(query, kept, wholes)]


def _is_shown(query: SemanticQuery, column: str) -> bool:
    """Whether a column was asked for, and not only needed by `having`."""
    groups = {group.column for group in query.group_by}
    return column in groups or column in query.metrics or "__" in column


def _shared(query: SemanticQuery) -> tuple[str, ...]:
    return query.metrics if query.share_of else ()


def _wholes(
    query: SemanticQuery,
    name: str,
    rows: list[Named],
    model: SemanticModel,
    ask: Callable[[SemanticQuery], Any],
) -> Wholes:
    """What the numbers of a metric are parts of, by the columns `within`."""
    assert query.share_of is not None
    within, metric = query.share_of.within, model.metrics[name]
    is_distinct = isinstance(metric, SimpleMetric) and metric.agg == "count_distinct"
    if query.share_of.beyond or is_distinct:
        groups = tuple(group for group in query.group_by if group.column in within)
        whole = SemanticQuery(
            metrics=(name,),
            group_by=groups,
            where=_without(query.where, set(query.share_of.beyond)),
            time=query.time,
        )
        at = [[group.column for group in groups].index(column) for column in within]
        return {tuple(row[number] for number in at): row[-1] for row in ask(whole)}
    sums: Wholes = {}
    for row in rows:
        if row[name] is not None:
            key = tuple(row[column] for column in within)
            sums[key] = sums.get(key, 0) + row[name]
    return sums


def _without(condition: Filter | None, lifted: set[str]) -> Filter | None:
    if isinstance(condition, And):
        parts = [part for one in condition.parts if (part := _without(one, lifted)) is not None]
        return And(parts=tuple(parts)) if parts else None
    return None if fields_of(condition) & lifted else condition


def _share(query: SemanticQuery, row: Named, wholes: Wholes, name: str) -> float | None:
    assert query.share_of is not None
    whole = wholes.get(tuple(row[column] for column in query.share_of.within))
    return float(row[name]) / float(whole) if row[name] is not None and whole else None


def _places(query: SemanticQuery, row: Named, rows: list[Named]) -> Named:
    """1 + how many numbers of the same group are better; equal numbers share a place."""
    found: Named = {}
    for name in query.metrics:
        beside = [one[name] for one in rows if _group(query, one) == _group(query, row)]
        known = [number for number in beside if number is not None]
        smallest_first = any(one.name == name and not one.descending for one in query.order_by)
        mine = row[name]
        better = [one for one in known if mine is not None and _beats(one, mine, smallest_first)]
        found[f"{name}__rank"] = None if mine is None else len(better) + 1
    return found


def _beats(one: Any, other: Any, smallest_first: bool) -> bool:
    return bool(one < other if smallest_first else one > other)


def _group(query: SemanticQuery, row: Named) -> tuple[Any, ...]:
    return tuple(row[name] for name in query.limit_within)


def _holds(having: Filter | None, row: Named) -> bool:
    if having is None:
        return True
    return truth(having, lambda name: row[name], lambda leaf: row[leaf.metric]) is True


def _ordered(query: SemanticQuery, rows: list[Named]) -> list[Named]:
    keys = [group.column for group in query.group_by]
    order = [(one.name, one.descending) for one in query.order_by]
    if not order and keys:
        order = [(group.column, False) for group in query.group_by if group.is_time]
        if len(order) < len(keys):
            order.append((query.metrics[0], True))
    for name, descending in reversed([*order, *((key, False) for key in keys)]):
        rows = _sorted(rows, name, descending)
    return rows


def _sorted(rows: list[Named], name: str, descending: bool) -> list[Named]:
    known = [row for row in rows if row[name] is not None]
    unknown = [row for row in rows if row[name] is None]
    return sorted(known, key=lambda row: row[name], reverse=descending) + unknown


def _limited(query: SemanticQuery, rows: list[Named], wholes: dict[str, Wholes]) -> list[Named]:
    if query.limit is None or not (query.limit_within or query.others):
        return rows[: query.limit]
    chosen = {one.name: one.descending for one in query.order_by}
    for name in reversed(query.limit_within):  # groups first, then the places within
        rows = _sorted(rows, name, chosen.get(name, False))
    shown: list[Named] = []
    for group in dict.fromkeys(_group(query, row) for row in rows):
        inside = [row for row in rows if _group(query, row) == group]
        top, rest = inside[: query.limit], inside[query.limit :]
        shown += [_as_text(query, row) for row in top] if query.others else top
        if query.others and rest:
            shown.append(_rest(query, rest, wholes))
    return shown


def _as_text(query: SemanticQuery, row: Named) -> Named:
    """Keys beside which "the others" may stand are words."""
    keys = {group.column for group in query.group_by} - set(query.limit_within)
    return {name: _text(cell) if name in keys else cell for name, cell in row.items()}


def _text(cell: Any) -> Any:
    return cell if cell is None else str(cell) if isinstance(cell, date) else f"{cell}"


def _rest(query: SemanticQuery, rows: list[Named], wholes: dict[str, Wholes]) -> Named:
    """All other rows as one: sums, and what is computed of sums again."""
    row: Named = {
        group.column: rows[0][group.column] if group.column in query.limit_within else OTHERS
        for group in query.group_by
    }
    for name in query.metrics:
        row[name] = _sum(rows, name)
    for name in query.metrics if query.compare else ():
        column = f"{name}__{query.compared_as}"
        now, then = row[name], _sum(rows, column)
        delta = None if now is None or then is None else now - then
        row |= {column: then, f"{column}__delta": delta}
        row[f"{column}__rate"] = float(delta) / float(then) if delta is not None and then else None
    for name in _shared(query):
        assert query.share_of is not None
        is_one_whole = set(query.share_of.within) <= set(query.limit_within)
        row[f"{name}__share"] = _share(query, row, wholes[name], name) if is_one_whole else None
    return row | {f"{name}__rank": None for name in query.metrics if query.ranks}


def _sum(rows: list[Named], name: str) -> Any:
    known = [row[name] for row in rows if row[name] is not None]
    return sum(known) if known else None
