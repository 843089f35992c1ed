"""A slow evaluator of shares, ranks, top-N and the rest, and of running numbers.

Built on the rows of `evaluator`, apart from the planner: every whole is evaluated again as a query
of its own, every running number is one aggregate over a list of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from semantic_layer import DateRange, SemanticQuery
from semantic_layer.query import And, Compare, Filter, Grain, Running
from tests.semantic_layer.evaluator import (
    AGGREGATES,
    RATIOS,
    TIME_OF,
    Key,
    Row,
    Shop,
    evaluate,
    truncate,
    truth,
)

DAY = timedelta(days=1)
OTHERS = "__others__"
_PLAIN: dict[str, Any] = {
    **{"share_of": None, "ranks": False, "limit": None, "limit_within": (), "others": False},
    **{"having": None, "order_by": ()},
}


def evaluate_finished(query: SemanticQuery, shop: Shop, window: DateRange) -> list[Key]:
    """The finished rows of a query in their order."""
    rows = _rows(query, shop, window)
    for metric in query.metrics if query.share_of else ():
        wholes = _wholes(query, metric, shop, window)
        for row in rows:
            assert query.share_of is not None
            whole = wholes.get(tuple(row[name] for name in query.share_of.within))
            row[f"{metric}__share"] = float(row[metric]) / float(whole) if whole else None
    for metric in query.metrics if query.ranks else ():
        ascending = any(o.name == metric and not o.descending for o in query.order_by)
        for row in rows:
            beside = [one[metric] for one in rows if _within(query, one) == _within(query, row)]
            better = [n for n in beside if (n < row[metric] if ascending else n > row[metric])]
            row[f"{metric}__rank"] = len(better) + 1
    having = query.having
    if isinstance(having, Compare):
        rows = [row for row in rows if _holds(row[having.field], having)]
    return [tuple(row.values()) for row in _limited(query, _sorted(query, rows))]


def _rows(query: SemanticQuery, shop: Shop, window: DateRange) -> list[Row]:
    plain = query.model_copy(update=_PLAIN)
    alone = len(query.group_by) == 1 and query.time_grain is not None
    columns = [*(group.column for group in query.group_by), *query.metrics]
    return [
        dict(zip(columns, row, strict=True))
        for row in evaluate(plain, shop, window, calendar=alone)
    ]


def _wholes(query: SemanticQuery, metric: str, shop: Shop, window: DateRange) -> dict[Key, Any]:
    """Each whole, computed from the rows of the shop, not from the groups."""
    assert query.share_of is not None
    within = tuple(g for g in query.group_by if g.column in query.share_of.within)
    where = _without(query.where, query.share_of.beyond)
    asked = query.model_copy(
        update={**_PLAIN, "metrics": (metric,), "group_by": within, "where": where}
    )
    order = [group.column for group in within]
    at = [order.index(name) for name in query.share_of.within]
    return {
        tuple(row[n] for n in at): row[-1] for row in evaluate(asked, shop, window, calendar=False)
    }


def _without(condition: Filter | None, fields: tuple[str, ...]) -> Filter | None:
    """The drawn conditions are leaves, alone or joined by "and"."""
    if isinstance(condition, And):
        kept = tuple(part for part in condition.parts if part.field not in fields)  # type: ignore[union-attr]
        return And(parts=kept) if kept else None
    return None if condition is None or condition.field in fields else condition  # type: ignore[union-attr]


def _holds(value: Any, having: Compare) -> bool:
    assert isinstance(having.value, int)
    return bool(value >= having.value if having.operator == ">=" else value < having.value)


def _within(query: SemanticQuery, row: Row) -> Key:
    return tuple(row[name] for name in query.limit_within)


def _sorted(query: SemanticQuery, rows: list[Row]) -> list[Row]:
    keys = [group.column for group in query.group_by]
    orders = [(order.name, order.descending) for order in query.order_by]
    if not orders:
        times = [group.column for group in query.group_by if group.grain]
        orders = [(name, False) for name in times]
        orders += [(query.metrics[0], True)] if len(times) < len(keys) else []
    orders += [(name, False) for name in keys]
    if query.limit is not None and query.limit_within:
        chosen = dict(reversed(orders))
        orders = [(name, chosen[name]) for name in query.limit_within] + orders
    for name, descending in reversed(orders):
        known = [row for row in rows if row[name] is not None]
        unknown = [row for row in rows if row[name] is None]
        rows = sorted(known, key=lambda row: row[name], reverse=descending) + unknown
    return rows


def _limited(query: SemanticQuery, rows: list[Row]) -> list[Row]:
    if query.limit is None:
        return rows
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(_within(query, row), []).append(row)
    shown: list[Row] = []
    for group in groups.values():
        top, rest = group[: query.limit], group[query.limit :]
        if not query.others:
            shown += top
            continue
        shown += [_as_text(query, row) for row in top]
        shown += [_rest(query, rest)] if rest else []
    return shown


def _as_text(query: SemanticQuery, row: Row) -> Row:
    free = {group.column for group in query.group_by} - set(query.limit_within)
    return {
        name: value.isoformat() if name in free and isinstance(value, date) else value
        for name, value in row.items()
    }


def _rest(query: SemanticQuery, rows: list[Row]) -> Row:
    first = rows[0]
    rest: Row = {}
    for name in first:
        if name.endswith("__share"):
            same = query.share_of is not None and set(query.share_of.within) <= set(
                query.limit_within
            )
            known = [row[name] for row in rows if row[name] is not None]
            rest[name] = sum(known) if same and known else None
        elif name.endswith("__rank"):
            rest[name] = None
        elif name in query.metrics:
            rest[name] = sum(row[name] for row in rows)
        else:
            rest[name] = first[name] if name in query.limit_within else OTHERS
    return rest


@dataclass(frozen=True)
class Asked:
    """One running metric by periods, and perhaps by a dimension."""

    metric: str
    running: Running
    window: DateRange
    grain: Grain
    dimension: str | None = None
    where: Filter | None = None


def evaluate_running_query(asked: Asked, shop: Shop, loaded: DateRange) -> dict[Key, Any]:
    """The value of each period (and member), computed from the rows behind it."""
    members: list[Any] = [None]
    if asked.dimension:
        members = list({shop.dimension(row, asked.dimension) for row in shop.orders})
    found: dict[Key, Any] = {}
    for period in sorted({truncate(day, asked.grain) for day in _days(asked.window)}):
        last = min(_next(period, asked.grain), asked.window.end) - DAY
        first = _first(asked, period, last)
        for member in members:
            key = (period, member) if asked.dimension else (period,)
            rows = partial(_of, asked, shop, member)
            if asked.dimension and not _is_shown(asked, rows, period, DateRange(first, last + DAY)):
                continue
            known = first >= loaded.start
            if not known and asked.dimension and _is_from_rows(asked):
                continue
            found[key] = _value(asked, rows, DateRange(first, last + DAY)) if known else None
    return found


RowsOf = Callable[[str, DateRange], list[Row]]


def _is_from_rows(asked: Asked) -> bool:
    return asked.running.agg == "total" or asked.metric == "paid_amount"


def _is_shown(asked: Asked, rows: RowsOf, period: date, behind: DateRange) -> bool:
    """A member is shown where it has rows: behind a total, else in the period itself."""
    days = behind if _is_from_rows(asked) else DateRange(period, behind.end)
    return any(rows(part, days) for part in RATIOS.get(asked.metric, (asked.metric,)))


def _value(asked: Asked, rows: RowsOf, behind: DateRange) -> Any:
    if asked.running.agg == "total":
        return _aggregate(asked.metric, rows, behind)
    periods = sorted({truncate(day, asked.grain) for day in _days(behind)})
    assert len(periods) == asked.running.count
    each = [
        _aggregate(
            asked.metric,
            rows,
            DateRange(period, min(_next(period, asked.grain), behind.end)),
        )
        for period in periods
    ]
    values = [float(value) for value in each if value is not None]
    return sum(values) / len(values) if values else None


def _aggregate(metric: str, rows: RowsOf, days: DateRange) -> Any:
    if metric not in RATIOS:
        return AGGREGATES[metric](rows(metric, days))
    above, below = (AGGREGATES[part](rows(part, days)) for part in RATIOS[metric])
    return float(above) / float(below) if below else None


def _of(asked: Asked, shop: Shop, member: Any, metric: str, days: DateRange) -> list[Row]:
    found = []
    for row in shop.orders:
        moment = row[TIME_OF.get(metric, "paid_at")]
        if moment is None or not days.start <= moment.date() < days.end:
            continue
        if asked.dimension and shop.dimension(row, asked.dimension) != member:
            continue
        if asked.where is None or truth(asked.where, partial(shop.dimension, row)) is True:
            found.append(row)
    return found


def _first(asked: Asked, period: date, last: date) -> date:
    """The first day that counts into the number of a period."""
    running = asked.running
    if running.to_date is not None:
        return truncate(last, running.to_date)
    if running.count is None:
        return asked.window.start
    if running.unit is asked.grain:
        for _ in range(running.count - 1):
            period = truncate(period - DAY, asked.grain)
        return period
    match running.unit:
        case Grain.week:
            return last - timedelta(days=7 * running.count - 1)
        case Grain.month:
            day = last
            for _ in range(running.count):
                day = day.replace(day=1) - DAY
            return day.replace(day=min(last.day, day.day)) + DAY
        case _:
            return last - timedelta(days=running.count - 1)


def _next(period: date, grain: Grain) -> date:
    day = period
    while truncate(day, grain) == period:
        day += DAY
    return day


def _days(window: DateRange) -> list[date]:
    return [window.start + DAY * n for n in range(window.days)]
