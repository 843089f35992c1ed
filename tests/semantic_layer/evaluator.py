"""A slow evaluator of `SemanticQuery` in plain Python, obviously right, apart from the planner.

Rows are dictionaries; dimensions of other tables are looked up row by row; every group is a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from semantic_layer import DateRange, SemanticQuery
from semantic_layer.query import And, Compare, CompareMetric, Filter, Grain, In, IsNull, Not, Or

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Shop:
    """The toy shop's tables as lists of rows."""

    orders: list[Row]
    order_items: list[Row]
    products: list[Row]
    customers: list[Row]
    refunds: list[Row]
    stock_daily: list[Row] = field(default_factory=list)

    def table(self, metric: str) -> list[Row]:
        return {"paid_units": self.order_items, "refund_amount": self.refunds}.get(
            metric, self.orders
        )

    def dimension(self, row: Row, name: str) -> Any:
        if "sku" in row:
            return row[name]
        if name == "category":
            return _find(self.products, "product_id", row["product_id"]).get("category")
        order = row if "order_amount" in row else _find(self.orders, "order_key", row["order_key"])
        if name == "member_level":
            return _find(self.customers, "buyer_id", order.get("buyer_id")).get("member_level")
        return order.get(name)


TIME_OF = {"placed_orders": "created_at", "refund_amount": "refunded_at"}
RATIOS = {
    "payment_rate": ("paid_orders", "placed_orders"),
    "average_order_value": ("paid_amount", "paid_orders"),
}
AGGREGATES: dict[str, Callable[[list[Row]], Any]] = {
    "placed_orders": len,
    "paid_orders": len,
    "paid_amount": lambda rows: sum(row["order_amount"] for row in rows),
    "paid_buyers": lambda rows: len({row["buyer_id"] for row in rows} - {None}),
    "paid_units": lambda rows: sum(row["quantity"] for row in rows),
    "refund_amount": lambda rows: sum(row["amount"] for row in rows),
}


def evaluate(query: SemanticQuery, shop: Shop, window: DateRange, calendar: bool) -> list[Key]:
    """The rows of a query whose window is fully covered; `calendar` adds the quiet periods."""
    wanted = [*query.metrics, *(having.field for having in _compares(query.having))]
    simple = {part for name in wanted for part in RATIOS.get(name, (name,))}
    found = {name: _grouped(name, query, shop, window) for name in simple}
    keys = {key for groups in found.values() for key in groups}
    if calendar:
        keys |= {(truncate(day, query.group_by[0].grain),) for day in _days(window)}
    elif not query.group_by:
        keys = {()}
    rows = []
    for key in keys:
        values = {name: AGGREGATES[name](groups.get(key, [])) for name, groups in found.items()}
        if calendar or not query.group_by or any(key in groups for groups in found.values()):
            values |= {name: _ratio(values, name) for name in RATIOS if set(RATIOS[name]) <= simple}
            if all(_holds(having, values) for having in _compares(query.having)):
                rows.append((*key, *(values[name] for name in query.metrics)))
    return _sorted(rows, query)


def _grouped(
    name: str, query: SemanticQuery, shop: Shop, window: DateRange
) -> dict[Key, list[Row]]:
    groups: dict[Key, list[Row]] = {}
    for row in shop.table(name):
        moment: datetime | None = row[TIME_OF.get(name, "paid_at")]
        if moment is None or not window.start <= moment.date() < window.end:
            continue
        if query.where is not None and truth(query.where, partial(shop.dimension, row)) is not True:
            continue
        key = tuple(
            truncate(moment.date(), group.grain)
            if group.name == "metric_time"
            else shop.dimension(row, group.name)
            for group in query.group_by
        )
        groups.setdefault(key, []).append(row)
    return groups


def _ratio(values: Row, name: str) -> float | None:
    numerator, denominator = (values[part] for part in RATIOS[name])
    return float(numerator) / float(denominator) if denominator else None


def truth(condition: Filter, value: Callable[[str], Any]) -> bool | None:
    """Three-valued logic: None is unknown."""
    match condition:
        case IsNull(field=field):
            return value(field) is None
        case Compare(field=field, operator=operator, value=right):
            left = value(field)
            return None if left is None else _compare(left, operator, right)
        case In(field=field, values=values):
            left = value(field)
            return None if left is None else left in values
        case Not(part=part):
            inner = truth(part, value)
            return None if inner is None else not inner
        case CompareMetric():
            raise AssertionError("this evaluator has no metrics in filters")
        case And(parts=parts):
            truths = [truth(part, value) for part in parts]
            return False if False in truths else (None if None in truths else True)
        case Or(parts=parts):
            truths = [truth(part, value) for part in parts]
            return True if True in truths else (None if None in truths else False)


def _compare(left: Any, operator: str, right: Any) -> bool:
    return bool(
        {
            "=": left == right,
            "!=": left != right,
            "<": left < right,
            "<=": left <= right,
            ">": left > right,
            ">=": left >= right,
        }[operator]
    )


def _compares(having: Filter | None) -> list[Compare]:
    return [having] if isinstance(having, Compare) else []


def _holds(having: Compare, values: Row) -> bool:
    left = values[having.field]
    return left is not None and _compare(float(left), having.operator, having.value)


def _sorted(rows: list[Key], query: SemanticQuery) -> list[Key]:
    names = [*(group.column for group in query.group_by), *query.metrics]
    orders = [(order.name, order.descending) for order in query.order_by]
    if not orders and query.group_by:
        times = [group.column for group in query.group_by if group.grain]
        orders = [(name, False) for name in times]
        if len(times) < len(query.group_by):
            orders.append((query.metrics[0], True))
    chosen = {name for name, _ in orders}
    orders += [(group.column, False) for group in query.group_by if group.column not in chosen]
    for name, descending in reversed(orders):
        at = names.index(name)
        known = [row for row in rows if row[at] is not None]
        unknown = [row for row in rows if row[at] is None]
        rows = sorted(known, key=lambda row: row[at], reverse=descending) + unknown
    return rows[: query.limit]


def truncate(day: date, grain: Grain | str | None) -> date:
    """The first day of the period that holds `day`."""
    match grain:
        case Grain.week:
            return day - timedelta(days=day.isoweekday() - 1)
        case Grain.month:
            return date(day.year, day.month, 1)
        case Grain.quarter:
            return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case Grain.year:
            return date(day.year, 1, 1)
        case _:
            return day


def _days(window: DateRange) -> Iterable[date]:
    return (window.start + timedelta(days=n) for n in range(window.days))


def _find(rows: list[Row], key: str, value: Any) -> Row:
    return next((row for row in rows if value is not None and row[key] == value), {})
