"""Parcels: who carries an order from which warehouse, and how it stands at the data end.

Follows `orders` and the claims of `refunds`. Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.channels import STORE
from warehouse.demo.orders import Orders
from warehouse.demo.promotions import peak_days
from warehouse.demo.regions import PARCEL_DAYS, WAREHOUSE_OF
from warehouse.demo.sampling import Bools, Ints, between, pick, rising, skewed, stream
from warehouse.demo.timeline import DAY, HOUR, NEVER, Timeline

# Name, first letters of its tracking numbers, share.
CARRIERS = (
    ("中通快递", "ZT", 0.34),
    ("圆通速递", "YT", 0.24),
    ("韵达快递", "YD", 0.16),
    ("极兔速递", "JT", 0.12),
    ("顺丰速运", "SF", 0.09),
    ("中国邮政", "EM", 0.05),
)
AWAITING_PAYMENT, AWAITING_SHIPMENT, SHIPPED, SUCCEEDED, CLOSED, REFUNDED = range(6)
STATUSES = (
    "等待买家付款",
    "买家已付款,等待卖家发货",
    "卖家已发货,等待买家确认",
    "交易成功",
    "交易关闭",
    "退款成功",
)


@dataclass(frozen=True)
class Parcels:
    """Order → its parcel. All moments are true ones: the data end hides some of them.

    Attributes:
        delivered_at: For the store, the moment of payment.
        confirmed_at: When the buyer, or time, closes the order.
    """

    warehouse: Ints
    carrier: Ints
    tracking: Ints
    shipped_at: Ints
    collected_at: Ints
    delivered_at: Ints
    confirmed_at: Ints


def ship(seed: int, timeline: Timeline, orders: Orders, cancelled: Bools) -> Parcels:
    """Send off what is paid and not cancelled; the store hands over at once."""
    rng = stream(seed, "parcels")
    size = orders.size
    store = orders.channel == STORE
    is_peak = np.append(peak_days(timeline), False)
    rush = is_peak[np.minimum(timeline.day_of(orders.paid_at), timeline.days)]
    packing = skewed(rng, 14 * HOUR, 0.6, size) * np.where(rush, 3, 1)
    journey = PARCEL_DAYS[orders.province] * DAY * rng.uniform(0.75, 1.5, size)
    leaves = orders.is_paid & ~cancelled & ~store
    shipped = np.where(leaves, orders.paid_at + np.minimum(packing, 6 * DAY), NEVER)
    collected = shipped + between(rng, HOUR, 9 * HOUR, size)
    delivered = np.where(store, orders.paid_at, collected + journey.astype(np.int64))
    patience = np.minimum(skewed(rng, 3 * DAY, 0.9, size), 10 * DAY)
    return Parcels(
        warehouse=np.where(store, 0, WAREHOUSE_OF[orders.province]),
        carrier=pick(rng, np.array([share for _, _, share in CARRIERS]), size),
        tracking=rising(rng, 7_310_000_000_000, 40_000, size),
        shipped_at=shipped,
        collected_at=collected,
        delivered_at=delivered,
        confirmed_at=np.where(store, orders.paid_at, delivered + patience),
    )


def settle_statuses(timeline: Timeline, orders: Orders, parcels: Parcels, refunded: Ints) -> Ints:
    """Order → position in `STATUSES` at the data end; `refunded` is what has been paid back."""
    paid = orders.is_paid
    shipped = parcels.shipped_at < timeline.close
    still_open = np.where(
        orders.is_presale,
        orders.balance_due >= timeline.close - DAY,
        orders.created_at >= timeline.close - DAY,
    )
    handed_over = shipped | (orders.channel == STORE)
    back = refunded >= orders.amount
    return np.select(
        [
            ~paid & still_open,
            ~paid,
            back & handed_over,
            back,
            parcels.confirmed_at < timeline.close,
            shipped,
        ],
        [AWAITING_PAYMENT, CLOSED, REFUNDED, CLOSED, SUCCEEDED, SHIPPED],
        AWAITING_SHIPMENT,
    )
