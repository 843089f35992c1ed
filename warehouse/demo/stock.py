"""Stock at the end of each day, by SKU and warehouse; it covers sales, but for the stock-out.

Follows `orders` and `fulfilment`. The one loop of the demo shop runs over days. Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.catalogue import Catalogue
from warehouse.demo.fulfilment import Parcels
from warehouse.demo.incidents import Incidents
from warehouse.demo.orders import Sales
from warehouse.demo.regions import WAREHOUSES
from warehouse.demo.sampling import Bools, Floats, Ints, stream
from warehouse.demo.timeline import Timeline

_REVIEW_DAYS = 7
_COVER_DAYS = 14
_SAFETY = 1.5


@dataclass(frozen=True)
class Stock:
    """Rows by day, SKU and warehouse, from the day of listing on."""

    day: Ints
    sku: Ints
    warehouse: Ints
    quantity: Ints


def keep_stock(
    seed: int,
    timeline: Timeline,
    catalogue: Catalogue,
    incidents: Incidents,
    sales: Sales,
    parcels: Parcels,
) -> Stock:
    """Replenish every SKU once a week for the two weeks to come."""
    sold = _sold(timeline, catalogue, sales, parcels)
    missing = catalogue.sku_products == incidents.stockout_product
    level = _levels(seed, sold, missing, incidents.stockout)
    _run_out(level, sold, missing, incidents.stockout)
    listed = timeline.first + np.arange(timeline.days)[:, np.newaxis] >= catalogue.listed_on
    kept = np.repeat(listed[:, catalogue.sku_products, np.newaxis], len(WAREHOUSES), axis=2)
    day, sku, warehouse = np.nonzero(kept)
    return Stock(day, sku, warehouse, level[kept])


def _sold(timeline: Timeline, catalogue: Catalogue, sales: Sales, parcels: Parcels) -> Ints:
    """Day of payment × SKU × warehouse → pieces."""
    orders, items = sales.orders, sales.items
    rows = np.flatnonzero(orders.is_paid[items.order])
    order = items.order[rows]
    day = timeline.day_of(orders.paid_at[order])
    shape = (timeline.days, catalogue.sku_ids.size, len(WAREHOUSES))
    cell = (day * shape[1] + items.sku[rows]) * shape[2] + parcels.warehouse[order]
    pieces = np.bincount(cell, weights=items.quantity[rows], minlength=int(np.prod(shape)))
    return pieces.reshape(shape).astype(np.int64)


def _levels(seed: int, sold: Ints, missing: Bools, stockout: range) -> Ints:
    """Day × SKU × warehouse → pieces at the end of the day; in the stock-out none of `missing`."""
    days, skus, warehouses = sold.shape
    rng = stream(seed, "stock")
    review_day = rng.integers(0, _REVIEW_DAYS, (skus, warehouses))
    reserve = 4 + rng.integers(0, 8, (skus, warehouses))
    targets = reserve + np.ceil(_SAFETY * _to_come(sold)).astype(np.int64)
    levels = np.empty_like(sold)
    level = targets[0]
    for day in range(days):
        due = review_day == day % _REVIEW_DAYS
        if day == stockout.stop:
            due[missing] = True
        restocked = np.where(due, np.maximum(level, targets[day]), level)
        level = np.maximum(restocked, sold[day]) - sold[day]
        if day in stockout:
            level[missing] = 0
        levels[day] = level
    return levels


def _run_out(levels: Ints, sold: Ints, missing: Bools, stockout: range) -> None:
    """Let the last pieces before a stock-out be just those that will still be sold."""
    last_days = slice(stockout.start - _COVER_DAYS, stockout.start)
    coming = sold[last_days, missing]
    levels[last_days, missing] = np.cumsum(coming[::-1], axis=0)[::-1] - coming


def _to_come(sold: Ints) -> Floats:
    """Day × SKU × warehouse → pieces sold in the two weeks from that day on.

    What comes after the last day is foreseen to be like the days before it.
    """
    foreseen = np.concatenate([np.zeros((1, *sold.shape[1:])), sold, sold[-_COVER_DAYS:]])
    total = np.cumsum(foreseen, axis=0)
    coming: Floats = total[_COVER_DAYS:-1] - total[: -_COVER_DAYS - 1]
    return coming
