"""Who buys: a growing crowd with a heavy tail of regulars, and a few paid strangers.

Takes the order of purchases on each channel, gives each a buyer and an address. Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.channels import CHANNELS
from warehouse.demo.regions import FIRST_CITY, city_weights, province_weights
from warehouse.demo.sampling import Bools, Ints, Rng, chance, cumulative, pick, pick_by_row, stream

_NEWCOMER_RATE = 0.54
_RECENCY = 2.0
_SENT_ELSEWHERE = 0.03


@dataclass(frozen=True)
class Buyers:
    """Buyers, and the buyer of each order.

    Attributes:
        channel: Buyer → channel; an account belongs to one platform.
        province: Buyer → home province.
        city: Buyer → home city, a position in `regions.CITIES`.
        of_order: Order → buyer.
    """

    channel: Ints
    province: Ints
    city: Ints
    of_order: Ints

    @property
    def size(self) -> int:
        """Number of buyers."""
        return self.channel.size


def attract_buyers(seed: int, channel: Ints, brusher: Ints) -> Buyers:
    """Give each order, in the order of time, its buyer.

    Args:
        seed: The shop's seed.
        channel: Order → channel.
        brusher: Order → which paid stranger placed it, -1 for an honest order.
    """
    rng = stream(seed, "buyers")
    of_order = np.empty(channel.size, np.int64)
    known = 0
    for code in range(len(CHANNELS)):
        rows = np.flatnonzero((channel == code) & (brusher < 0))
        of_order[rows] = known + _returning(rng, rows.size)
        known += rows.size
    fake = brusher >= 0
    of_order[fake] = known + brusher[fake]
    _, first, compact = np.unique(of_order, return_index=True, return_inverse=True)
    homes = channel[first]
    province = _provinces(rng, homes)
    return Buyers(homes, province, _cities(rng, province), compact.astype(np.int64))


def delivery_addresses(seed: int, buyers: Buyers, channel: Ints) -> tuple[Ints, Ints]:
    """Order → province and city: home, but now and then a gift or a journey."""
    rng = stream(seed, "addresses")
    province = buyers.province[buyers.of_order]
    city = buyers.city[buyers.of_order]
    online = np.array([one.is_online for one in CHANNELS])[channel]
    away: Bools = chance(rng, _SENT_ELSEWHERE, channel.size) & online
    elsewhere = pick(rng, province_weights(online=True), int(away.sum()))
    province[away] = elsewhere
    city[away] = _cities(rng, elsewhere)
    return province, city


def _returning(rng: Rng, size: int) -> Ints:
    """Purchase → buyer of one channel, named by the position of the buyer's first purchase.

    A purchase that is not a newcomer's repeats some earlier one, rather a recent one: who has
    bought often is repeated often, and that makes the heavy tail.
    """
    purchase = np.arange(size, dtype=np.int64)
    lookback = (purchase * rng.random(size) ** _RECENCY).astype(np.int64) + 1
    new = chance(rng, _NEWCOMER_RATE, size) | (purchase == 0)
    buyer = np.where(new, purchase, np.maximum(purchase - lookback, 0))
    while not np.array_equal(earlier := buyer[buyer], buyer):
        buyer = earlier
    return buyer


def _provinces(rng: Rng, channel: Ints) -> Ints:
    online = pick(rng, province_weights(online=True), channel.size)
    store = pick(rng, province_weights(online=False), channel.size)
    is_online = np.array([one.is_online for one in CHANNELS])
    return np.where(is_online[channel], online, store)


def _cities(rng: Rng, province: Ints) -> Ints:
    return FIRST_CITY[province] + pick_by_row(rng, cumulative(city_weights()), province)
