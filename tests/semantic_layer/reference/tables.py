"""Small random tables of the mart: few members, days at the edges of months, weeks and years.

Keys are missing, unknown or shared as real exports have them; times are covered or NULL. Rows come
from one drawn number, so that Hypothesis spends its choices on the query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from semantic_layer import DateRange, SemanticModel
from tests.semantic_layer.reference.shop import Shop, path_to

Row = dict[str, Any]

TODAY = date(2021, 3, 15)
LOADED = DateRange(date(2020, 2, 20), TODAY)
# 2020 has a 29 February and an ISO week 53; the last days are those that presets ask for.
EDGES = (
    *(date(2020, 2, 29), date(2020, 3, 1), date(2020, 3, 2), date(2020, 3, 8)),
    *(date(2020, 12, day) for day in (27, 28, 31)),
    *(date(2021, 1, day) for day in (1, 3, 4)),
    *(date(2021, 2, day) for day in (1, 28)),
    *(date(2021, 3, day) for day in (1, 7, 8, 14)),
)
CHANNELS = ("天猫", "京东", "抖音")
PROVINCES = ("浙江省", "广东省")

_MOMENTS = tuple(
    datetime.combine(day, clock)
    for day in EDGES
    for clock in (time(0), time(9, 30), time(23, 59, 59))
)
_MAYBE = (*_MOMENTS, *[None] * 12)
_MONEY = tuple(map(Decimal, ("0", "0.01", "19.90", "100", "99.99", "400")))
_FEW = (0, 1, 2, 3, 5)
_ORDERS = (*(f"o{number}" for number in range(5)), "o9", None)
_PRODUCTS, _SKUS, _BUYERS = ("p1", "p2", "p9", None), ("s1", "s2", "s9", None), ("b1", "b2", None)


@dataclass(frozen=True)
class _Table:
    """The values that each column may have; `key` numbers the rows, or lists the only ones."""

    columns: Mapping[str, Sequence[Any]]
    key: str | None = None
    keys: Sequence[str] = ()
    most: int = 7

    def rows(self, random: Random) -> list[Row]:
        """Some rows, so few that several often fall into one group."""
        count = random.randint(0, len(self.keys)) if self.keys else random.randint(2, self.most)
        keys = self.keys or [f"{(self.key or 'r')[0]}{number}" for number in range(count)]
        drawn = [
            {name: random.choice(values) for name, values in self.columns.items()}
            for _ in range(count)
        ]
        if self.key is None:
            return drawn
        return [{self.key: key, **row} for key, row in zip(keys, drawn, strict=False)]


_TABLES: Mapping[str, _Table] = {
    "mart.orders": _Table(
        key="order_key",
        columns={
            "channel": CHANNELS,
            "shop": ("一店", "二店"),
            "status": ("交易成功", "等待买家付款", None),
            "created_at": _MOMENTS,
            "paid_at": _MAYBE,
            "order_amount": _MONEY,
            "refund_amount": (*_MONEY, None),
            "shipping_fee": (0, 10, None),
            "quantity": (0, 1, 3, None),
            "buyer_id": (*_BUYERS, "b9"),
            "province": (*PROVINCES, None),
            "city": ("杭州市", "广州市", None),
            "is_presale": (True, False, None),
        },
    ),
    "mart.order_items": _Table(
        key="item_key",
        columns={
            "order_key": _ORDERS,
            "product_id": _PRODUCTS,
            "sku_id": _SKUS,
            "created_at": _MOMENTS,
            "paid_at": _MAYBE,
            "quantity": _FEW,
            "item_amount": (*_MONEY, None),
        },
    ),
    "mart.refunds": _Table(
        key="refund_id",
        columns={
            "order_key": _ORDERS,
            "requested_at": _MAYBE,
            "refunded_at": _MAYBE,
            "amount": (*_MONEY, None),
            "reason": ("七天无理由", "质量问题", None),
        },
    ),
    "mart.customers": _Table(
        key="buyer_id",
        keys=("b1", "b2"),
        columns={
            "member_level": ("金卡", "普通", None),
            "gender": ("女", "男", None),
            "age_band": ("18-24", "50+", None),
        },
    ),
    "mart.products": _Table(
        key="product_id",
        keys=("p1", "p2"),
        columns={
            "product_name": ("面霜", "口红", None),
            "category": ("护肤", "彩妆", None),
            "brand": ("甲", "乙", None),
            "listed_on": (*EDGES, None),
        },
    ),
    "mart.skus": _Table(
        key="sku_id",
        keys=("s1", "s2"),
        columns={"product_id": _PRODUCTS, "sku_name": ("30ml", "50ml", None)},
    ),
    "mart.traffic_daily": _Table(
        columns={
            "day": EDGES,
            "channel": (*CHANNELS, None),
            "product_id": _PRODUCTS,
            "page_views": _FEW,
            "cart_additions": (*_FEW, None),
        }
    ),
    "mart.ads_daily": _Table(
        columns={
            "day": EDGES,
            "channel": (*CHANNELS, None),
            "campaign_name": ("直通车", "万相台", None),
            "impressions": _FEW,
            "clicks": _FEW,
            "spend": _MONEY,
            "attributed_orders": _FEW,
            "attributed_amount": _MONEY,
        }
    ),
    "mart.stock_daily": _Table(
        columns={
            "day": EDGES,
            "sku_id": _SKUS,
            "warehouse": ("杭州仓", "广州仓", None),
            "quantity": _FEW,
        }
    ),
    "mart.shipments": _Table(
        key="shipment_id",
        columns={
            "order_key": _ORDERS,
            "warehouse": ("杭州仓", "广州仓", None),
            "carrier": ("顺丰速运", "中通快递", None),
            "shipped_at": _MAYBE,
            "collected_at": _MAYBE,
            "delivered_at": _MAYBE,
        },
    ),
    "mart.reviews": _Table(
        key="review_id",
        columns={
            "order_key": _ORDERS,
            "product_id": _PRODUCTS,
            "reviewed_at": _MOMENTS,
            "rating": (1, 2, 3, 4, 5),
        },
    ),
}


@st.composite
def shops(draw: st.DrawFn, model: SemanticModel, metrics: set[str]) -> Shop:
    """A shop with rows in every table that the metrics can reach; the others stay empty."""
    random = Random(draw(st.integers(0, 2**32 - 1)))
    needed = _reached(model, metrics)
    tables: dict[str, list[Any]] = {
        source: table.rows(random) if source in needed else [] for source, table in _TABLES.items()
    }
    covered = {source: _covered(random, rows) for source, rows in tables.items()}
    return Shop(model, tables, covered, TODAY)


def _covered(random: Random, rows: list[Row]) -> DateRange:
    """The days that files cover: usually all, else those around the rows that there are."""
    if random.random() < 0.9:
        return LOADED
    moments = [cell for row in rows for cell in row.values() if isinstance(cell, date)]
    days = [one.date() if isinstance(one, datetime) else one for one in moments]
    first = min(days, default=date(2020, 12, 28))
    last = max(days, default=date(2021, 3, 1))
    return DateRange(first, last + timedelta(days=1))


def _reached(model: SemanticModel, metrics: set[str]) -> set[str]:
    """The tables that hold a dimension for the rows of one of the metrics."""
    starts = {part.dataset for name in metrics for part in model.simple_metrics_of(name)}
    reached = set(starts)
    for start in starts:
        for name in model.dimensions:
            for _, other, _ in path_to(model, start, name) or ():
                reached.add(other)
    return {model.datasets[name].source for name in reached}
