"""Reviews of delivered products. Follows `fulfilment` and `refunds`; imports numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.catalogue import Catalogue
from warehouse.demo.channels import STORE
from warehouse.demo.fulfilment import Parcels
from warehouse.demo.orders import Items, Orders
from warehouse.demo.sampling import Floats, Ints, chance, cumulative, pick_by_row, skewed, stream
from warehouse.demo.timeline import DAY, Timeline

_REVIEW_RATE = 0.26
# How much more bad ratings a partial refund brings.
_ANGER = 8.0
_RATING_WEIGHTS = np.array([0.015, 0.02, 0.05, 0.16, 0.755])
# What is written for 1 to 5 stars.
_WORDS = (
    (
        "用了两天就不想用了，客服也不回复，失望。",
        "收到就是漏的，包装太差了。",
        "和图片差太多，已经申请退款。",
        "用完脸上泛红，不敢再用。",
    ),
    (
        "味道有点冲，不太适合我。",
        "效果一般，没有宣传的那么好。",
        "物流慢，等了好几天才到。",
        "刚买完就降价，心里不舒服。",
    ),
    (
        "中规中矩，对得起这个价格。",
        "还可以吧，先用用看。",
        "包装有点压痕，东西没问题。",
        "没有什么特别的感觉。",
    ),
    (
        "整体不错，就是快递慢了一点。",
        "好用，量比想象中少一点。",
        "朋友推荐来的，符合预期。",
        "味道淡淡的，挺舒服。",
        "活动价买的，挺划算。",
    ),
    (
        "已经回购好几次了，一直很满意。",
        "包装严实，发货很快，好评。",
        "质地很舒服，家里人都说好。",
        "大促囤货，性价比很高。",
        "第一次买这个牌子，惊喜。",
        "客服耐心，东西也好用，会再来。",
        "此用户没有填写评价。",
        "此用户没有填写评价。",
    ),
)
WORDS = tuple(text for texts in _WORDS for text in texts)
_COUNTS = np.array([len(texts) for texts in _WORDS])


@dataclass(frozen=True)
class Reviews:
    """Reviews, sorted by time. `order`, `product` and `words` are positions."""

    order: Ints
    product: Ints
    reviewed_at: Ints
    rating: Ints
    words: Ints


def write_reviews(
    seed: int,
    timeline: Timeline,
    catalogue: Catalogue,
    orders: Orders,
    items: Items,
    parcels: Parcels,
    refunded: Ints,
) -> Reviews:
    """Some buyers say something after they confirmed; who got a refund is less kind."""
    rng = stream(seed, "reviews")
    share_back = refunded / orders.amount
    speaks = orders.is_paid & ~orders.brushed & (orders.channel != STORE) & (share_back < 1.0)
    confirmed = parcels.confirmed_at[items.order]
    moment = confirmed + np.minimum(skewed(rng, 0.7 * DAY, 1.3, items.order.size), 20 * DAY)
    written = chance(rng, _REVIEW_RATE, items.order.size) & speaks[items.order]
    rows = np.flatnonzero(written & (moment < timeline.close))
    rows = rows[np.argsort(moment[rows], kind="stable")]
    order, product = items.order[rows], items.product[rows]
    flaws = np.exp(0.55 * rng.standard_normal(catalogue.size))[product]
    anger = np.where(share_back[order] > 0, _ANGER, 1.0)
    stars = pick_by_row(rng, _rating_shares(flaws * anger), np.arange(rows.size))
    words = (rng.random(rows.size) * _COUNTS[stars]).astype(np.int64)
    first_words = np.cumsum(_COUNTS) - _COUNTS
    return Reviews(order, product, moment[rows], stars + 1, first_words[stars] + words)


def _rating_shares(flaws: Floats) -> Floats:
    weights = np.tile(_RATING_WEIGHTS, (flaws.size, 1))
    weights[:, :3] *= flaws[:, np.newaxis]
    return cumulative(weights)
