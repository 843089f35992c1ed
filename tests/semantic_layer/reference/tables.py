"""Small random tables of the mart: few members, days at the edges of months, weeks and years.

Keys are missing, unknown or shared as real exports have them; times are covered or NULL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from semantic_layer import DateRange, SemanticModel
from tests.semantic_layer.reference.shop import Shop, path_to
from warehouse.schema import TABLES

Row = dict[str, Any]

TODAY = date(2021, 3, 15)
LOADED = DateRange(date(2020, 2, 20), TODAY)
# 2020 has a 29 February and an ISO week 53; the last days are those that presets ask for.
EDGES = (
    *(date(2020, 2, 29), date(2020, 3, 1), date(2020, 3, 8)),
    *(date(2020, 12, day) for day in (27, 28, 31)),
    *(date(2021, 1, day) for day in (1, 3, 4)),
    *(date(2021, 2, day) for day in (1, 28)),
    *(date(2021, 3, day) for day in (1, 7, 8, 14)),
)
CHANNELS = ("天猫", "京东", "抖音")
PROVINCES = ("浙江省", "广东省")
PRODUCTS, SKUS, BUYERS, ORDERS = ("p1", "p2"), ("s1", "s2", "s3"), ("b1", "b2", "b3"), 6

_days = st.sampled_from(EDGES)
_clock = st.sampled_from((time(0), time(9, 30), time(23, 59, 59)))
_moments = st.builds(datetime.combine, _days, _clock)
_money = st.integers(0, 40_000).map(lambda cents: Decimal(cents) / 100)
_few = st.integers(0, 5)


def _one(values: Sequence[Any], *, or_null: bool = True) -> st.SearchStrategy[Any]:
    return st.sampled_from((*values, None) if or_null else tuple(values))


def _table(most: int, key: str | None = None, **columns: Any) -> st.SearchStrategy[list[Row]]:
    """Up to `most` rows; `key` numbers them."""
    rows = st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=most)
    if key is None:
        return rows
    return rows.map(lambda found: [{key: f"{key[0]}{n}", **row} for n, row in enumerate(found)])


_ORDER_KEYS = tuple(f"o{number}" for number in range(ORDERS))
_STRATEGIES: Mapping[str, st.SearchStrategy[list[Row]]] = {
    "orders": _table(
        ORDERS,
        "order_key",
        channel=_one(CHANNELS, or_null=False),
        shop=st.sampled_from(("一店", "二店")),
        status=_one(("交易成功", "等待买家付款")),
        created_at=_moments,
        paid_at=st.none() | _moments,
        order_amount=_money,
        refund_amount=st.none() | _money,
        shipping_fee=_one((0, 10)),
        quantity=_one((0, 1, 3)),
        buyer_id=_one((*BUYERS, "b9")),
        province=_one(PROVINCES),
        city=_one(("杭州市", "广州市")),
        is_presale=_one((True, False)),
    ),
    "order_items": _table(
        5,
        "item_key",
        order_key=_one((*_ORDER_KEYS, "o9")),
        product_id=_one((*PRODUCTS, "p9")),
        sku_id=_one((*SKUS, "s9")),
        created_at=_moments,
        paid_at=st.none() | _moments,
        quantity=_few,
        item_amount=st.none() | _money,
    ),
    "refunds": _table(
        4,
        "refund_id",
        order_key=_one((*_ORDER_KEYS, "o9")),
        requested_at=st.none() | _moments,
        refunded_at=st.none() | _moments,
        amount=st.none() | _money,
        reason=_one(("七天无理由", "质量问题")),
    ),
    "customers": st.lists(st.sampled_from(BUYERS), unique=True).flatmap(
        lambda buyers: st.tuples(*(_customer(buyer) for buyer in buyers)).map(list)
    ),
    "products": st.lists(st.sampled_from(PRODUCTS), unique=True).flatmap(
        lambda products: st.tuples(*(_product(product) for product in products)).map(list)
    ),
    "skus": st.lists(st.sampled_from(SKUS), unique=True).flatmap(
        lambda skus: st.tuples(*(_sku(sku) for sku in skus)).map(list)
    ),
    "traffic_daily": _table(
        4,
        day=_days,
        channel=_one(CHANNELS),
        product_id=_one((*PRODUCTS, "p9")),
        page_views=_few,
        cart_additions=st.none() | _few,
    ),
    "ads_daily": _table(
        4,
        day=_days,
        channel=_one(CHANNELS),
        campaign_name=_one(("直通车", "万相台")),
        impressions=_few,
        clicks=_few,
        spend=_money,
        attributed_orders=_few,
        attributed_amount=_money,
    ),
    "stock_daily": _table(
        5,
        day=_days,
        sku_id=_one((*SKUS, "s9")),
        warehouse=_one(("杭州仓", "广州仓")),
        quantity=_few,
    ),
    "shipments": _table(
        4,
        "shipment_id",
        order_key=_one((*_ORDER_KEYS, "o9")),
        warehouse=_one(("杭州仓", "广州仓")),
        carrier=_one(("顺丰速运", "中通快递")),
        shipped_at=st.none() | _moments,
        collected_at=st.none() | _moments,
        delivered_at=st.none() | _moments,
    ),
    "reviews": _table(
        4,
        "review_id",
        order_key=_one((*_ORDER_KEYS, "o9")),
        product_id=_one((*PRODUCTS, "p9")),
        reviewed_at=_moments,
        rating=st.integers(1, 5),
    ),
}


@st.composite
def shops(draw: st.DrawFn, model: SemanticModel, metrics: set[str]) -> Shop:
    """A shop with rows in every table that the metrics can reach; the others stay empty."""
    needed = _reached(model, metrics)
    tables: dict[str, list[Any]] = {
        table.qualified: draw(_STRATEGIES[table.name]) if table.qualified in needed else []
        for table in TABLES
        if table.name in _STRATEGIES
    }
    covered = {source: _covered(draw, rows) for source, rows in tables.items()}
    return Shop(model, tables, covered, TODAY)


def _covered(draw: st.DrawFn, rows: list[Row]) -> DateRange:
    """The days that files cover: usually all, else those around the rows that there are."""
    if draw(st.integers(0, 4)) != 1:
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


def _customer(buyer: str) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(
        {
            "buyer_id": st.just(buyer),
            "member_level": _one(("金卡", "普通")),
            "gender": _one(("女", "男")),
            "age_band": _one(("18-24", "50+")),
        }
    )


def _product(product: str) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(
        {
            "product_id": st.just(product),
            "product_name": _one(("面霜", "口红")),
            "category": _one(("护肤", "彩妆")),
            "brand": _one(("甲", "乙")),
            "listed_on": st.none() | _days,
        }
    )


def _sku(sku: str) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(
        {
            "sku_id": st.just(sku),
            "product_id": _one((*PRODUCTS, "p9")),
            "sku_name": _one(("30ml", "50ml")),
        }
    )
