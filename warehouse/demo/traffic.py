"""Daily traffic of product pages: visitors who buy, and many more who do not.

Follows `demand` and `orders`: a product's visitors include its buyers of that day. Imports numpy
only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.catalogue import Catalogue, by_category
from warehouse.demo.channels import ONLINE
from warehouse.demo.demand import Demand
from warehouse.demo.incidents import Incidents
from warehouse.demo.orders import Sales
from warehouse.demo.promotions import online_lift, presale_balance_days
from warehouse.demo.sampling import Floats, Ints, stream
from warehouse.demo.timeline import Timeline

# People keep looking at a page that cannot sell.
_SOLD_OUT_ATTENTION = 0.4
_CART_RATE, _PRESALE_CART_RATE = 0.075, 0.15
_FAVOURITE_RATE = 0.028
_MORE_VIEWS = 1.35


@dataclass(frozen=True)
class Traffic:
    """Rows by day, channel and product, without those that nobody visited."""

    day: Ints
    channel: Ints
    product: Ints
    page_views: Ints
    visitors: Ints
    cart_additions: Ints
    favourites: Ints


def count_traffic(
    seed: int,
    timeline: Timeline,
    catalogue: Catalogue,
    demand: Demand,
    incidents: Incidents,
    sales: Sales,
) -> Traffic:
    """What the platforms' exports would say; nothing for the days of the gap."""
    rng = stream(seed, "traffic")
    shape = (timeline.days, ONLINE.size, catalogue.size)
    buyers = _buyers(sales, shape)
    others = rng.poisson(_expected_others(timeline, catalogue, demand, sales))
    visitors = buyers + others
    is_presale = presale_balance_days(timeline) >= 0
    cart_rate = np.where(is_presale, _PRESALE_CART_RATE, _CART_RATE)[:, np.newaxis, np.newaxis]
    page_views = visitors + rng.poisson(_MORE_VIEWS * visitors)
    carts = buyers + rng.binomial(others, cart_rate)
    favourites = rng.binomial(visitors, _FAVOURITE_RATE)
    exported = visitors > 0
    exported[incidents.traffic_gap.start : incidents.traffic_gap.stop] = False
    day, channel, product = np.nonzero(exported)
    return Traffic(
        day=day,
        channel=ONLINE[channel],
        product=product,
        page_views=page_views[exported],
        visitors=visitors[exported],
        cart_additions=carts[exported],
        favourites=favourites[exported],
    )


def _buyers(sales: Sales, shape: tuple[int, int, int]) -> Ints:
    """Day × channel × product → distinct buyers."""
    orders, items = sales.orders, sales.items
    online = np.flatnonzero(np.isin(orders.channel[items.order], ONLINE))
    order = items.order[online]
    # The platforms are the first channels, so their codes are positions in `ONLINE`.
    cell = (orders.day[order] * shape[1] + orders.channel[order]) * shape[2] + items.product[online]
    once = np.unique(cell * sales.buyers.size + orders.buyer[order]) // sales.buyers.size
    return np.bincount(once, minlength=int(np.prod(shape))).reshape(shape).astype(np.int64)


def _expected_others(
    timeline: Timeline, catalogue: Catalogue, demand: Demand, sales: Sales
) -> Floats:
    """Day × channel × product → visitors who do not buy. Festivals convert better."""
    listed = timeline.first + np.arange(timeline.days)[:, np.newaxis] >= catalogue.listed_on
    attention = np.where(demand.available, 1.0, _SOLD_OUT_ATTENTION) * listed
    products = demand.products[ONLINE]
    shares = demand.interest[ONLINE] * attention / products.sum(axis=-1, keepdims=True)
    items = demand.orders[ONLINE][:, :, np.newaxis] * shares * sales.items.order.size
    conversion = by_category("conversion")[catalogue.categories]
    readiness = np.clip(online_lift(timeline) ** 0.4, 0.8, 1.9)[np.newaxis, :, np.newaxis]
    return np.moveaxis(items * (1.0 / (conversion * readiness) - 1.0), 0, 1)
