"""Orders and their items: drawn from demand, sorted by the second of their creation.

Follows `demand` and `buyers`; parcels, refunds, reviews, traffic and stock follow from it. Money in
fen, moments in seconds. Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.buyers import Buyers, attract_buyers, delivery_addresses
from warehouse.demo.catalogue import Catalogue
from warehouse.demo.channels import CHANNELS, ONLINE, STORE, by_channel, hour_weights
from warehouse.demo.demand import Demand
from warehouse.demo.incidents import Incidents
from warehouse.demo.promotions import peak_days, presale_balance_days
from warehouse.demo.regions import REMOTE
from warehouse.demo.sampling import (
    Bools,
    Floats,
    Ints,
    Rng,
    between,
    chance,
    cumulative,
    dimes,
    pick,
    pick_by_row,
    rising,
    skewed,
    stream,
)
from warehouse.demo.timeline import DAY, HOUR, NEVER, Timeline

BRUSHERS_A_DAY = 2
_REFERENCE_SIZE = 200_000
# Items of an order (1 to 4): online, on festival days, in the store.
_ITEM_COUNTS = np.array(
    [[0.62, 0.24, 0.10, 0.04], [0.48, 0.29, 0.15, 0.08], [0.70, 0.20, 0.07, 0.03]]
)
_QUANTITIES = np.array([0.86, 0.10, 0.04])
_BALANCE_PAID = 0.93
# Postage in fen, below the amount from which it is free: ordinary and remote provinces.
_POSTAGE, _FREE_FROM = np.array([600, 1_500]), np.array([5_900, 19_900])


@dataclass(frozen=True)
class Items:
    """Item lines, sorted by order. `order`, `product` and `sku` are positions."""

    order: Ints
    line: Ints
    product: Ints
    sku: Ints
    quantity: Ints
    amount: Ints


@dataclass(frozen=True)
class Orders:
    """Orders, sorted by creation.

    Attributes:
        number: The platform's number; unique within a channel.
        day: Day of creation.
        paid_at: Moment of payment, `NEVER` while unpaid.
        balance_due: First second of the day of a presale's balance, -1 for other orders.
        amount: What the buyer has to pay, postage included.
        first_item: Position of the order's first item.
        brushed: Placed by a paid stranger.
    """

    channel: Ints
    number: Ints
    day: Ints
    created_at: Ints
    paid_at: Ints
    balance_due: Ints
    buyer: Ints
    province: Ints
    city: Ints
    amount: Ints
    postage: Ints
    quantity: Ints
    first_item: Ints
    item_count: Ints
    main_product: Ints
    brushed: Bools

    @property
    def size(self) -> int:
        """Number of orders."""
        return self.channel.size

    @property
    def is_paid(self) -> Bools:
        """Order → paid by the data end."""
        return self.paid_at < NEVER

    @property
    def is_presale(self) -> Bools:
        """Order → bought with a deposit."""
        return self.balance_due >= 0


@dataclass(frozen=True)
class _Drafts:
    """Who orders when, before what: `brusher` is -1 for honest orders."""

    channel: Ints
    created_at: Ints
    brusher: Ints


@dataclass(frozen=True)
class Sales:
    """Orders, their items, their buyers."""

    orders: Orders
    items: Items
    buyers: Buyers


def sell(
    seed: int,
    timeline: Timeline,
    catalogue: Catalogue,
    demand: Demand,
    incidents: Incidents,
    size: int,
) -> Sales:
    """Draw `size` orders in all."""
    rng = stream(seed, "orders")
    drafts = _drafts(rng, timeline, demand, incidents, size)
    day = timeline.day_of(drafts.created_at)
    buyers = attract_buyers(seed, drafts.channel, drafts.brusher)
    province, city = delivery_addresses(seed, buyers, drafts.channel)
    items = _items(rng, timeline, catalogue, demand, incidents, drafts)
    goods = _sum_by_order(items.order, items.amount, size)
    postage = _postage(drafts.channel, province, goods)
    balance_due = _balance_due(rng, timeline, drafts)
    item_count = np.bincount(items.order, minlength=size)
    first_item = np.cumsum(item_count) - item_count
    orders = Orders(
        channel=drafts.channel,
        number=_numbers(rng, drafts.channel),
        day=day,
        created_at=drafts.created_at,
        paid_at=timeline.seen(_payments(rng, drafts, balance_due)),
        balance_due=balance_due,
        buyer=buyers.of_order,
        province=province,
        city=city,
        amount=goods + postage,
        postage=postage,
        quantity=_sum_by_order(items.order, items.quantity, size),
        first_item=first_item,
        item_count=item_count,
        main_product=items.product[first_item],
        brushed=drafts.brusher >= 0,
    )
    return Sales(orders, items, buyers)


def _sum_by_order(order: Ints, values: Ints, size: int) -> Ints:
    # Sums stay far below 2**53, so adding them as floats is exact.
    return np.bincount(order, weights=values, minlength=size).astype(np.int64)


def _drafts(
    rng: Rng, timeline: Timeline, demand: Demand, incidents: Incidents, size: int
) -> _Drafts:
    fake_channel, fake_moment, fake_brusher = _brushing(rng, timeline, incidents, size)
    counts = rng.multinomial(size - fake_channel.size, demand.orders.ravel())
    cell = np.repeat(np.arange(demand.orders.size), counts)
    channel, day = cell // timeline.days, cell % timeline.days
    moment = timeline.moments(day) + _second_of_day(rng, channel, peak_days(timeline)[day])
    channel = np.concatenate([channel, fake_channel])
    moment = np.concatenate([moment, fake_moment])
    brusher = np.concatenate([np.full(cell.size, -1, np.int64), fake_brusher])
    by_time = np.argsort(moment, kind="stable")
    return _Drafts(channel[by_time], moment[by_time], brusher[by_time])


def _second_of_day(rng: Rng, channel: Ints, is_peak: Bools) -> Ints:
    ordinary = hour_weights()
    rush = ordinary.copy()
    # On festival days people wait for midnight and for eight in the evening.
    rush[ONLINE, :2] *= np.array([7.0, 3.0])
    rush[ONLINE, 20:] *= 1.4
    hours = cumulative(np.concatenate([ordinary, rush]))
    hour = pick_by_row(rng, hours, channel + len(CHANNELS) * is_peak)
    return hour * HOUR + between(rng, 0, HOUR, channel.size)


def _brushing(
    rng: Rng, timeline: Timeline, incidents: Incidents, size: int
) -> tuple[Ints, Ints, Ints]:
    """Channel, moment and stranger of brushing orders: each one's all within an hour and a half."""
    brushers = len(incidents.brushing_days) * BRUSHERS_A_DAY
    each = max(3, size // 2_000)
    brusher = np.repeat(np.arange(brushers, dtype=np.int64), each)
    day = np.array(incidents.brushing_days, np.int64)[brusher // BRUSHERS_A_DAY]
    start = 10 * HOUR + between(rng, 0, 8 * HOUR, brushers)[brusher]
    moment = timeline.moments(day) + start + between(rng, 0, HOUR * 1.5, brusher.size)
    return ONLINE[(brusher % BRUSHERS_A_DAY) * 2], moment, brusher


def _items(
    rng: Rng,
    timeline: Timeline,
    catalogue: Catalogue,
    demand: Demand,
    incidents: Incidents,
    drafts: _Drafts,
) -> Items:
    day = timeline.day_of(drafts.created_at)
    wish = _wishes(rng, timeline, drafts)
    fake = drafts.brusher[wish] >= 0
    cell = drafts.channel * timeline.days + day
    product = pick_by_row(rng, _product_shares(demand), cell[wish])
    product = np.where(fake, incidents.brushing_product, product)
    # A product is in a basket once; the quantity says how often.
    kept = np.unique(wish * catalogue.size + product, return_index=True)[1]
    kept.sort()
    order, product, fake = wish[kept], product[kept], fake[kept]
    variant = np.where(fake, 0, pick_by_row(rng, catalogue.variant_shares, product))
    sku = catalogue.first_sku[product] + variant
    quantity = 1 + np.where(fake, 0, pick(rng, _QUANTITIES, order.size))
    level = demand.price_level[drafts.channel, day][order] * rng.uniform(0.93, 1.0, order.size)
    price = demand.list_prices[day[order], product] * catalogue.sku_price_factors[sku]
    first = np.flatnonzero(np.diff(order, prepend=-1))
    line = np.arange(order.size) - first[order] + 1
    return Items(order, line, product, sku, quantity, dimes(price * level) * quantity)


def _wishes(rng: Rng, timeline: Timeline, drafts: _Drafts) -> Ints:
    """Wished item → order; the same product may still be wished twice."""
    is_peak = peak_days(timeline)[timeline.day_of(drafts.created_at)]
    mood = np.where(drafts.channel == STORE, 2, is_peak.astype(np.int64))
    count = 1 + pick_by_row(rng, cumulative(_ITEM_COUNTS), mood)
    count = np.where(drafts.brusher >= 0, 1, count)
    return np.repeat(np.arange(count.size), count)


def _product_shares(demand: Demand) -> Floats:
    weights = demand.products
    return cumulative(weights.reshape(-1, weights.shape[-1]))


def _postage(channel: Ints, province: Ints, goods: Ints) -> Ints:
    distance = REMOTE[province].astype(np.int64)
    charged = (goods < _FREE_FROM[distance]) & (channel != STORE)
    return np.where(charged, _POSTAGE[distance], 0)


def _balance_due(rng: Rng, timeline: Timeline, drafts: _Drafts) -> Ints:
    due = presale_balance_days(timeline)[timeline.day_of(drafts.created_at)]
    deposit = chance(rng, by_channel("presale")[drafts.channel], due.size)
    deposit &= (due >= 0) & (drafts.brusher < 0)
    return np.where(deposit, timeline.moments(due), -1)


def _payments(rng: Rng, drafts: _Drafts, balance_due: Ints) -> Ints:
    size = drafts.channel.size
    fake, store, presale = drafts.brusher >= 0, drafts.channel == STORE, balance_due >= 0
    prompt = np.minimum(5 + skewed(rng, 38, 1.5, size), DAY - 1)
    prompt = np.where(fake | store, 3 + prompt % 30, prompt)
    # Most balances are paid in the first hours of their day.
    balance = np.minimum(skewed(rng, 2.5 * HOUR, 1.2, size), DAY - 1)
    pays = chance(rng, np.where(presale, _BALANCE_PAID, by_channel("pays")[drafts.channel]), size)
    moment = np.where(presale, balance_due + balance, drafts.created_at + prompt)
    return np.where(pays | fake, moment, NEVER)


def _numbers(rng: Rng, channel: Ints) -> Ints:
    numbers = np.empty(channel.size, np.int64)
    for code, one in enumerate(CHANNELS):
        rows = np.flatnonzero(channel == code)
        gap = max(1, one.number_gap * _REFERENCE_SIZE // channel.size)
        numbers[rows] = rising(rng, one.first_number, gap, rows.size)
    return numbers
