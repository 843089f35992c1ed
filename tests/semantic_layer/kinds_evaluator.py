"""A slow evaluator of levels, running values and offsets, day by day, apart from the planner.

One metric, grouped by a period, a dimension, both or neither. A day is known if every day that its
value is made of is loaded; a value is a plain sum over a list of rows.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from semantic_layer import DateRange
from semantic_layer.query import Filter, Grain
from tests.semantic_layer.evaluator import Row, Shop, truncate, truth

Key = tuple[Any, ...]
Value = Decimal | int | None
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """One metric by a period, a dimension, both or neither."""

    metric: str
    window: DateRange
    grain: Grain | None = None
    dimension: str | None = None
    where: Filter | None = None


def a_month_before(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month - 2, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_of(window: DateRange) -> list[date]:
    return [window.start + DAY * n for n in range(window.days)]


def first_row(metric: str, day: date, loaded: DateRange) -> date:
    """The first day whose rows a running value of `day` holds."""
    match metric:
        case "paid_amount_7d":
            return day - 6 * DAY
        case "paid_amount_mtd":
            return day.replace(day=1)
        case _:
            return loaded.start


def evaluate_running(asked: Asked, shop: Shop, loaded: DateRange) -> dict[Key, Value]:
    """A running value, seen on the last known day of each period; by day, on each."""
    known = [
        day for day in days_of(asked.window) if first_row(asked.metric, day, loaded) >= loaded.start
    ]
    ends = {truncate(day, asked.grain or Grain.year): day for day in known}
    if asked.grain is None:
        ends = {date.min: known[-1]}
    found: dict[Key, Value] = {}
    for period, day in ends.items():
        start = first_row(asked.metric, day, loaded)
        rows = [row for row in _paid(asked, shop) if start <= row["paid_at"].date() <= day]
        found |= _grouped(asked, period, rows, empty=0)
    return _with_quiet_periods(asked, found)


def evaluate_last_month(asked: Asked, shop: Shop, loaded: DateRange) -> dict[Key, Value]:
    """By day the amount of a month before; over longer periods each row counts once."""
    assert asked.grain is not None
    found: dict[Key, Value] = {}
    for period in sorted({truncate(day, asked.grain) for day in days_of(asked.window)}):
        days = [day for day in days_of(asked.window) if truncate(day, asked.grain) == period]
        if any(a_month_before(day) not in days_of(loaded) for day in days):
            continue
        if asked.grain is Grain.day:
            rows = [r for r in _paid(asked, shop) if r["paid_at"].date() == a_month_before(period)]
        else:
            rows = [r for r in _paid(asked, shop) if _a_month_after(r["paid_at"].date()) in days]
        found |= _grouped(asked, period, rows, empty=0)
    return _with_quiet_periods(asked, found)


def evaluate_level(asked: Asked, shop: Shop) -> dict[Key, Value]:
    """The stock of the last day of each period that has any."""
    rows = [row for row in shop.stock_daily if asked.window.start <= row["day"] < asked.window.end]
    ends: dict[date, date] = {}
    for row in rows:
        period = truncate(row["day"], asked.grain) if asked.grain else date.min
        ends[period] = max(row["day"], ends.get(period, row["day"]))
    found: dict[Key, Value] = {}
    for period, day in ends.items():
        kept = [row for row in rows if row["day"] == day and _fits(asked, shop, row)]
        found |= _grouped(asked, period, kept, empty=None)
    return _with_quiet_periods(asked, found)


def _a_month_after(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _paid(asked: Asked, shop: Shop) -> list[Row]:
    paid = (row for row in shop.orders if row["paid_at"] is not None)
    return [row for row in paid if _fits(asked, shop, row)]


def _fits(asked: Asked, shop: Shop, row: Row) -> bool:
    return asked.where is None or truth(asked.where, partial(shop.dimension, row)) is True


def _grouped(asked: Asked, period: date, rows: Iterable[Row], empty: Value) -> dict[Key, Value]:
    keys = () if asked.grain is None else (period,)
    if asked.dimension is None:
        return {keys: _total(rows, empty)}
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault((*keys, row[asked.dimension]), []).append(row)
    return {key: _total(group, empty) for key, group in groups.items()}


def _total(rows: Iterable[Row], empty: Value) -> Value:
    values = [row["order_amount"] if "order_amount" in row else row["quantity"] for row in rows]
    return sum(values) if values else empty


def _with_quiet_periods(asked: Asked, found: dict[Key, Value]) -> dict[Key, Value]:
    if asked.grain is None:
        return found or ({(): None} if asked.dimension is None else {})
    if asked.dimension is not None:
        return found
    periods = {(truncate(day, asked.grain),) for day in days_of(asked.window)}
    return {period: found.get(period) for period in periods}
