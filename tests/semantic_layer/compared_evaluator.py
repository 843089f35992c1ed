"""A slow evaluator of comparisons, day by day, apart from the planner.

Each day of the past is asked for the day that it is set against; the base of a period is the rows
of the days that lead into it, and is known if every one of them is loaded.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from semantic_layer import DateRange, SemanticQuery
from semantic_layer.query import Grain
from tests.semantic_layer.evaluator import (
    AGGREGATES,
    RATIOS,
    TIME_OF,
    Key,
    Row,
    Shop,
    truncate,
    truth,
)

DAY = timedelta(days=1)
MONTHS = {Grain.month: 1, Grain.quarter: 3, Grain.year: 12}
Meets = Callable[[date], date | None]


@dataclass(frozen=True)
class Sides:
    """The asked days that are loaded, and how a day of the past meets one of them.

    `periods` is the length of the periods that are compared; None compares the windows as a whole.
    Days outside of `within` are no base, as if they were not loaded.
    """

    asked: list[date]
    meets: Meets
    periods: Grain | None
    within: DateRange | None = None

    def period(self, day: date) -> date:
        return date.min if self.periods is None else truncate(day, self.periods)


def days_of(window: DateRange) -> list[date]:
    return [window.start + DAY * n for n in range(window.days)]


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_later(days: int) -> Meets:
    return lambda day: day + DAY * days


def prior_period(grain: Grain) -> Meets:
    if grain in MONTHS:
        return lambda day: months_later(day, MONTHS[grain])
    return days_later(7 if grain is Grain.week else 1)


def last_year(grain: Grain) -> Meets:
    if grain is Grain.week:
        return days_later(52 * 7)
    leap = grain in MONTHS
    return lambda day: (
        None if (day.month, day.day) == (2, 29) and not leap else months_later(day, 12)
    )


def evaluate_compared(
    query: SemanticQuery, shop: Shop, sides: Sides, loaded: DateRange, *, ratios: set[str]
) -> list[Key]:
    """The rows of a compared query, in no order; `ratios` are the metrics without a rate."""
    simple = [part for name in query.metrics for part in RATIOS.get(name, (name,))]
    now = {name: _grouped(name, query, shop, sides, lambda day: day) for name in simple}
    then = {name: _grouped(name, query, shop, sides, sides.meets) for name in simple}
    known = _known_periods(sides, loaded)
    keys = {key for groups in now.values() for key in groups}
    keys |= {key for groups in then.values() for key in groups if _period_of(key, query) in known}
    if not query.group_by:
        keys = {()}
    elif all(group.grain for group in query.group_by):
        grains = [group.grain for group in query.group_by]
        keys |= {tuple(truncate(day, grain) for grain in grains) for day in sides.asked}
    rows = []
    for key in keys:
        current = _values(key, now, simple)
        base: Row = dict.fromkeys((*simple, *RATIOS))
        if _period_of(key, query) in known:
            base = _values(key, then, simple)
        row = [*key, *(current[name] for name in query.metrics)]
        for name in query.metrics:
            row += _compared(current[name], base[name], with_rate=name not in ratios)
        rows.append(tuple(row))
    return rows


def _known_periods(sides: Sides, loaded: DateRange) -> set[date]:
    first = sides.asked[0] - DAY * 800
    candidates = [first + DAY * n for n in range((sides.asked[-1] - first).days + 800)]
    asked = set(sides.asked)
    known: dict[date, bool] = {}
    for day in candidates:
        met = sides.meets(day)
        if met is not None and met in asked:
            period = sides.period(met)
            is_base = sides.within is None or sides.within.start <= day < sides.within.end
            is_known = is_base and loaded.start <= day < loaded.end
            known[period] = known.get(period, True) and is_known
    return {period for period, whole in known.items() if whole}


def _grouped(
    name: str, query: SemanticQuery, shop: Shop, sides: Sides, meets: Meets
) -> dict[Key, list[Row]]:
    groups: dict[Key, list[Row]] = {}
    asked = set(sides.asked)
    for row in shop.table(name):
        moment: datetime | None = row[TIME_OF.get(name, "paid_at")]
        shown = meets(moment.date()) if moment is not None else None
        if shown is None or shown not in asked:
            continue
        if query.where is not None and truth(query.where, partial(shop.dimension, row)) is not True:
            continue
        key = tuple(
            truncate(shown, group.grain) if group.grain else shop.dimension(row, group.name)
            for group in query.group_by
        )
        groups.setdefault(key, []).append(row)
    return groups


def _period_of(key: Key, query: SemanticQuery) -> date:
    """The shortest period of a key, which is the one that is compared."""
    order = list(Grain).index
    periods = [
        (order(Grain(group.grain)), value)
        for group, value in zip(query.group_by, key, strict=True)
        if group.grain
    ]
    return min(periods)[1] if periods else date.min


def _values(key: Key, found: dict[str, dict[Key, list[Row]]], simple: Iterable[str]) -> Row:
    values: Row = {name: AGGREGATES[name](found[name].get(key, [])) for name in simple}
    for name, (above, below) in RATIOS.items():
        if above in values and below in values:
            values[name] = float(values[above]) / float(values[below]) if values[below] else None
    return values


def _compared(current: Any, base: Any, *, with_rate: bool) -> list[Any]:
    if base is None or current is None:
        nothing = [None, None] if with_rate else [None]
        return [base, *nothing]
    delta = current - base
    rate = float(delta) / float(base) if base else None
    return [base, delta, rate] if with_rate else [base, delta]


def plain(rows: Iterable[Key]) -> list[Key]:
    """Rows in one order, numbers as rounded floats."""
    told = [
        tuple(
            round(float(cell), 9) + 0.0 if isinstance(cell, int | float | Decimal) else cell
            for cell in row
        )
        for row in rows
    ]
    return sorted(told, key=repr)
