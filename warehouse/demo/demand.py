"""Expected demand: orders by channel and day, products by channel and day, prices by day.

Nothing is drawn here but the shop's good and bad days; `orders` draws from it, and `traffic` scales
with it. Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.catalogue import Catalogue, by_category
from warehouse.demo.channels import CHANNELS, ONLINE
from warehouse.demo.incidents import Incidents
from warehouse.demo.promotions import online_lift, store_lift, week_shape
from warehouse.demo.sampling import Bools, Floats, stream
from warehouse.demo.timeline import Timeline

YEARLY_GROWTH = 1.24
_FESTIVAL_DISCOUNT = 0.11


@dataclass(frozen=True)
class Demand:
    """Channel first, then day, then product.

    Attributes:
        orders: Channel × day → share of all orders; sums to 1.
        interest: Channel × day × product → wish to buy, whether in stock or not.
        available: Day × product → listed and in stock.
        list_prices: Day × product → list price in fen.
        price_level: Channel × day → what is paid against the list price.
    """

    orders: Floats
    interest: Floats
    available: Bools
    list_prices: Floats
    price_level: Floats

    @property
    def products(self) -> Floats:
        """Channel × day × product → weight of the product among what can be bought."""
        return self.interest * self.available


def forecast(seed: int, timeline: Timeline, catalogue: Catalogue, incidents: Incidents) -> Demand:
    """Everything that a shopkeeper could foresee, and the incidents."""
    lifts = _channel_lifts(timeline)
    return Demand(
        orders=_orders(seed, timeline, lifts),
        interest=_interest(timeline, catalogue, incidents),
        available=_available(timeline, catalogue, incidents),
        list_prices=_list_prices(timeline, catalogue, incidents),
        price_level=_price_level(lifts),
    )


def _channel_lifts(timeline: Timeline) -> Floats:
    online, store = online_lift(timeline), store_lift(timeline)
    return np.stack([online**one.elasticity if one.is_online else store for one in CHANNELS])


def _orders(seed: int, timeline: Timeline, lifts: Floats) -> Floats:
    progress = np.linspace(0.0, 1.0, timeline.days)
    shares = np.stack([np.interp(progress, (0.0, 1.0), channel.share) for channel in CHANNELS])
    weeks = np.stack([week_shape(timeline, online=channel.is_online) for channel in CHANNELS])
    growth = YEARLY_GROWTH ** (np.arange(timeline.days) / 365.0)
    noise = np.exp(0.07 * stream(seed, "demand").standard_normal(lifts.shape))
    weights: Floats = shares * weeks * growth * lifts * noise
    weights /= weights.sum()
    return weights


def _interest(timeline: Timeline, catalogue: Catalogue, incidents: Incidents) -> Floats:
    swing = by_category("summer")[catalogue.categories] - 1.0
    summerness = -np.cos(2.0 * np.pi * (timeline.months - 1.0) / 12.0)
    seasons = 1.0 + swing[np.newaxis, :] * summerness[:, np.newaxis]
    after = np.ones((timeline.days, catalogue.size))
    after[incidents.price_change :, incidents.price_product] = incidents.volume_after
    tastes = catalogue.popularity * catalogue.appeal
    interest: Floats = tastes[:, np.newaxis, :] * seasons * after
    return interest


def _available(timeline: Timeline, catalogue: Catalogue, incidents: Incidents) -> Bools:
    days = timeline.first + np.arange(timeline.days)
    available: Bools = days[:, np.newaxis] >= catalogue.listed_on
    sold_out = slice(incidents.stockout.start, incidents.stockout.stop)
    available[sold_out, incidents.stockout_product] = False
    return available


def _list_prices(timeline: Timeline, catalogue: Catalogue, incidents: Incidents) -> Floats:
    prices = np.tile(catalogue.list_prices.astype(float), (timeline.days, 1))
    old_price = np.rint(prices[0, incidents.price_product] / incidents.price_rise / 100.0) * 100.0
    prices[: incidents.price_change, incidents.price_product] = old_price
    return prices


def _price_level(lifts: Floats) -> Floats:
    ordinary = np.array([channel.price for channel in CHANNELS])[:, np.newaxis]
    festive = np.clip(lifts - 1.0, 0.0, 1.5) * _FESTIVAL_DISCOUNT
    festive[[i for i in range(len(CHANNELS)) if i not in ONLINE]] = 0.0
    level: Floats = ordinary - festive
    return level
