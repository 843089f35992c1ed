"""Refunds: who claims, how much, when, and what for.

A claim is raised before the parcel leaves (`raise_claims`), paid out days later (`pay_back`). Only
refunds completed by the data end exist. Money in fen, moments in seconds. Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.catalogue import Catalogue, by_category
from warehouse.demo.channels import STORE, by_channel
from warehouse.demo.fulfilment import Parcels
from warehouse.demo.orders import Items, Orders
from warehouse.demo.sampling import (
    Bools,
    Floats,
    Ints,
    Rng,
    between,
    chance,
    cumulative,
    dimes,
    pick_by_row,
    stream,
)
from warehouse.demo.timeline import DAY, HOUR, Timeline

NO_CLAIM, CANCEL, RETURN, PARTIAL = range(4)
REASONS = (
    "多拍/拍错/不想要",
    "未按约定时间发货",
    "拍下后降价",
    "七天无理由退换货",
    "使用后不适/过敏",
    "商品与描述不符",
    "质量问题",
    "少件/漏发",
    "包装破损/漏液",
    "退运费",
)
# Shares of claims that are cancellations, returns, partial refunds: honest, brushed, in the store.
_CLAIMS = np.array([[0.28, 0.47, 0.25], [0.9, 0.1, 0.0], [0.0, 0.85, 0.15]])
_REASON_WEIGHTS = np.array(
    [
        [6, 2, 2, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 1, 6, 3, 3, 2, 0, 1, 0],
        [0, 0, 2, 0, 0, 1, 2, 3, 3, 2],
    ],
    float,
)
_BRUSHED_BACK = 0.95
_SECOND_REFUND = 0.06


@dataclass(frozen=True)
class Refunds:
    """Completed refunds, sorted by completion. `order` and `reason` are positions."""

    order: Ints
    requested_at: Ints
    refunded_at: Ints
    amount: Ints
    reason: Ints

    def total_by_order(self, size: int) -> Ints:
        """Order → what has been paid back."""
        return np.bincount(self.order, weights=self.amount, minlength=size).astype(np.int64)


def raise_claims(seed: int, catalogue: Catalogue, orders: Orders) -> Ints:
    """Order → kind of claim. The rate is the category's times the channel's."""
    rng = stream(seed, "claims")
    rate = by_category("refunds")[catalogue.categories[orders.main_product]]
    rate = rate * by_channel("refunds")[orders.channel]
    rate = np.where(orders.brushed, _BRUSHED_BACK, rate)
    claims = chance(rng, rate, orders.size) & orders.is_paid
    kind = np.select([orders.brushed, orders.channel == STORE], [1, 2], 0)
    return np.where(claims, CANCEL + pick_by_row(rng, cumulative(_CLAIMS), kind), NO_CLAIM)


def pay_back(
    seed: int, timeline: Timeline, orders: Orders, items: Items, parcels: Parcels, claims: Ints
) -> Refunds:
    """Pay the claims that are settled by the data end."""
    rng = stream(seed, "refunds")
    order = np.flatnonzero(claims != NO_CLAIM)
    first = _first_refunds(rng, orders, items, parcels, order, claims[order])
    every = _concatenate(first, _second_refunds(rng, orders, first, claims))
    settled = np.flatnonzero(every.refunded_at < timeline.close)
    by_time = settled[np.argsort(every.refunded_at[settled], kind="stable")]
    return _select(every, by_time)


def _first_refunds(
    rng: Rng, orders: Orders, items: Items, parcels: Parcels, order: Ints, claim: Ints
) -> Refunds:
    size = order.size
    cancelled = claim == CANCEL
    requested = np.where(
        cancelled,
        orders.paid_at[order] + between(rng, 600, 10 * HOUR, size),
        parcels.delivered_at[order] + between(rng, 8 * HOUR, 7 * DAY, size),
    )
    handling = np.where(
        cancelled, between(rng, HOUR, 30 * HOUR, size), between(rng, 12 * HOUR, 6 * DAY, size)
    )
    part = _part_amounts(rng, orders, items, order)
    amount = np.where(claim == PARTIAL, part, orders.amount[order])
    reason = pick_by_row(rng, cumulative(_REASON_WEIGHTS), claim - CANCEL)
    return Refunds(order, requested, requested + handling, amount, reason)


def _part_amounts(rng: Rng, orders: Orders, items: Items, order: Ints) -> Ints:
    """One of several items, or some compensation for an only one."""
    count = orders.item_count[order]
    chosen = orders.first_item[order] + (rng.random(order.size) * count).astype(np.int64)
    share: Floats = rng.uniform(0.1, 0.6, order.size)
    return np.where(count > 1, items.amount[chosen], dimes(orders.amount[order] * share))


def _second_refunds(rng: Rng, orders: Orders, first: Refunds, claims: Ints) -> Refunds:
    rest = orders.amount[first.order] - first.amount
    again: Bools = (claims[first.order] == PARTIAL) & (rest > 1_000)
    again &= chance(rng, _SECOND_REFUND, first.order.size)
    chosen = _select(first, np.flatnonzero(again))
    size = chosen.order.size
    requested = chosen.refunded_at + between(rng, DAY, 5 * DAY, size)
    return Refunds(
        chosen.order,
        requested,
        requested + between(rng, 12 * HOUR, 3 * DAY, size),
        dimes(rest[again] * rng.uniform(0.1, 0.5, size)),
        chosen.reason,
    )


def _concatenate(left: Refunds, right: Refunds) -> Refunds:
    return Refunds(
        np.concatenate([left.order, right.order]),
        np.concatenate([left.requested_at, right.requested_at]),
        np.concatenate([left.refunded_at, right.refunded_at]),
        np.concatenate([left.amount, right.amount]),
        np.concatenate([left.reason, right.reason]),
    )


def _select(refunds: Refunds, rows: Ints) -> Refunds:
    return Refunds(
        refunds.order[rows],
        refunds.requested_at[rows],
        refunds.refunded_at[rows],
        refunds.amount[rows],
        refunds.reason[rows],
    )
