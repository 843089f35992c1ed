"""The assortment as arrays: ids, prices, popularity, season. First stage of the demo shop.

Products and SKUs are positions in these arrays in every later stage. Imports numpy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.demo.assortment import CATEGORIES, HITS
from warehouse.demo.channels import CHANNELS
from warehouse.demo.sampling import Floats, Ints, Rng, between, cumulative, rising, stream
from warehouse.demo.timeline import Timeline

ZIPF_EXPONENT = 0.75
# How much cheaper products sell better; the rest of the ranking is luck.
_CHEAPNESS, _LUCK = 0.45, 0.8
_NEWCOMERS = 8
# Ranks above this sell from the first day on, so that incidents have a history to break.
ESTABLISHED = 12


@dataclass(frozen=True)
class Catalogue:
    """Products and SKUs. Money in fen, days counted from 1970.

    Attributes:
        popularity: Product → weight, Zipf by rank.
        ranking: Products from the most to the least popular.
        appeal: Channel × product → factor on popularity.
        variant_shares: Product × variant → cumulative share.
        first_sku: Product → its first SKU.
    """

    product_ids: Ints
    names: tuple[str, ...]
    brands: tuple[str, ...]
    categories: Ints
    list_prices: Ints
    listed_on: Ints
    popularity: Floats
    ranking: Ints
    appeal: Floats
    variant_shares: Floats
    first_sku: Ints
    sku_ids: Ints
    sku_products: Ints
    sku_names: tuple[str, ...]
    sku_price_factors: Floats
    sku_costs: Ints

    @property
    def size(self) -> int:
        """Number of products."""
        return len(self.names)


def by_category(attribute: str) -> Floats:
    """One number of every category, in the order of `CATEGORIES`."""
    return np.array([getattr(category, attribute) for category in CATEGORIES], float)


def stock_catalogue(seed: int, timeline: Timeline) -> Catalogue:
    """Number, price and rank the assortment."""
    rng = stream(seed, "catalogue")
    rows = [(i, item) for i, category in enumerate(CATEGORIES) for item in category.products]
    products = [item for _, item in rows]
    variants = [(i, variant) for i, item in enumerate(products) for variant in item.variants]
    counts = np.array([len(item.variants) for item in products])
    categories = np.array([i for i, _ in rows], np.int64)
    prices = np.array([item.price * 100 for item in products], np.int64)
    sku_products = np.array([i for i, _ in variants], np.int64)
    factors = np.array([variant.price for _, variant in variants])
    ranking = _ranking(rng, [item.name for item in products], prices)
    ranks: Floats = np.argsort(ranking).astype(np.float64)
    cost_shares = by_category("cost")[categories] * rng.uniform(0.85, 1.15, len(products))
    full_costs = (prices * cost_shares)[sku_products]
    return Catalogue(
        product_ids=rising(rng, 612_000_000_000, 900_000_000, len(products)),
        names=tuple(f"{item.brand} {item.name}" for item in products),
        brands=tuple(item.brand for item in products),
        categories=categories,
        list_prices=prices,
        listed_on=_listing_days(rng, timeline, ranking),
        popularity=np.power(ranks + 1.0, -ZIPF_EXPONENT),
        ranking=ranking,
        appeal=np.exp(0.35 * rng.standard_normal((len(CHANNELS), len(products)))),
        variant_shares=_variant_shares(),
        first_sku=np.cumsum(counts) - counts,
        sku_ids=rising(rng, 4_870_000_000_000, 2_000_000_000, len(variants)),
        sku_products=sku_products,
        sku_names=tuple(f"{products[i].name} {variant.name}" for i, variant in variants),
        sku_price_factors=factors,
        sku_costs=np.rint(full_costs * factors**0.9).astype(np.int64),
    )


def _ranking(rng: Rng, names: Sequence[str], prices: Ints) -> Ints:
    """Products from the most to the least popular."""
    score = _LUCK * rng.standard_normal(len(names)) - _CHEAPNESS * np.log(prices)
    best = score.max()
    for place, name in enumerate(reversed(HITS), start=1):
        score[names.index(name)] = best + place
    return np.argsort(-score, kind="stable")


def _listing_days(rng: Rng, timeline: Timeline, ranking: Ints) -> Ints:
    listed = timeline.first - between(rng, 60, 1_500, ranking.size)
    newcomers = rng.permutation(ranking[ESTABLISHED:])[:_NEWCOMERS]
    spread = np.linspace(0.1, 0.9, _NEWCOMERS)
    listed[newcomers] = timeline.first + (spread * timeline.days).astype(np.int64)
    return listed


def _variant_shares() -> Floats:
    products = [item for category in CATEGORIES for item in category.products]
    widest = max(len(item.variants) for item in products)
    weights = np.zeros((len(products), widest))
    for i, item in enumerate(products):
        weights[i, : len(item.variants)] = [variant.share for variant in item.variants]
    return cumulative(weights)
