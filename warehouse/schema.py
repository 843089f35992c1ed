"""The tables of the mart: names, columns and types, the same in every shop.

Ingest and the demo shop both fill these; the semantic layer's shipped definitions read them. All
times are naive shop time (Asia/Shanghai); money is CNY with two decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_MONEY = "DECIMAL(18,2)"


@dataclass(frozen=True)
class Table:
    """A mart table. `time_column` says which column dates a row when coverage is computed.

    `personal` columns identify a person: ingest pseudonymises or drops them, and no reader role
    sees them.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    time_columns: tuple[str, ...] = ()
    personal: frozenset[str] = frozenset()

    @property
    def qualified(self) -> str:
        """The name as the semantic layer's definitions give it."""
        return f"mart.{self.name}"


ORDERS = Table(
    name="orders",
    key=("order_key",),
    time_columns=("created_at", "paid_at"),
    columns={
        "order_key": "VARCHAR",  # channel|shop|order_id: order numbers repeat between shops
        "order_id": "VARCHAR",
        "channel": "VARCHAR",  # 天猫, 京东, 抖音, 线下
        "shop": "VARCHAR",
        "status": "VARCHAR",  # the export's own wording, half-width comma
        "created_at": "TIMESTAMP",
        "paid_at": "TIMESTAMP",
        "order_amount": _MONEY,  # what the buyer has to pay, postage included (总金额)
        "refund_amount": _MONEY,
        "shipping_fee": _MONEY,
        "quantity": "INTEGER",  # items in the order (宝贝总数量)
        "buyer_id": "VARCHAR",  # keyed hash of the buyer's account, never the account
        "province": "VARCHAR",  # as Tmall writes it: 浙江省, 北京, 内蒙古自治区
        "city": "VARCHAR",
        "is_presale": "BOOLEAN",
    },
)

ORDER_ITEMS = Table(
    name="order_items",
    key=("item_key",),
    time_columns=("created_at", "paid_at"),
    columns={
        "item_key": "VARCHAR",
        "order_key": "VARCHAR",
        "product_id": "VARCHAR",
        "sku_id": "VARCHAR",
        "created_at": "TIMESTAMP",  # the order's times, so that an item can be dated without a join
        "paid_at": "TIMESTAMP",
        "quantity": "INTEGER",
        "item_amount": _MONEY,  # after discounts; an order's sum is order_amount - shipping_fee
    },
)

REFUNDS = Table(
    name="refunds",
    key=("refund_id",),
    time_columns=("refunded_at",),
    columns={
        "refund_id": "VARCHAR",
        "order_key": "VARCHAR",
        "requested_at": "TIMESTAMP",
        "refunded_at": "TIMESTAMP",
        "amount": _MONEY,
        "reason": "VARCHAR",
    },
)

CUSTOMERS = Table(
    name="customers",
    key=("buyer_id",),
    personal=frozenset({"name", "phone", "address"}),
    columns={
        "buyer_id": "VARCHAR",
        "name": "VARCHAR",
        "phone": "VARCHAR",
        "address": "VARCHAR",
        "member_level": "VARCHAR",  # 普通, 银卡, 金卡, 黑卡
        "gender": "VARCHAR",
        "age_band": "VARCHAR",  # 18-24, 25-29, 30-39, 40-49, 50+
    },
)

PRODUCTS = Table(
    name="products",
    key=("product_id",),
    columns={
        "product_id": "VARCHAR",
        "product_name": "VARCHAR",
        "category": "VARCHAR",
        "brand": "VARCHAR",
        "list_price": _MONEY,
        "listed_on": "DATE",
    },
)

SKUS = Table(
    name="skus",
    key=("sku_id",),
    columns={
        "sku_id": "VARCHAR",
        "product_id": "VARCHAR",
        "sku_name": "VARCHAR",
        "cost": _MONEY,
    },
)

TRAFFIC_DAILY = Table(
    name="traffic_daily",
    key=("day", "channel", "product_id"),
    time_columns=("day",),
    columns={
        "day": "DATE",
        "channel": "VARCHAR",
        "product_id": "VARCHAR",
        "page_views": "INTEGER",
        "visitors": "INTEGER",  # distinct within day, channel and product: never to be summed
        "cart_additions": "INTEGER",
        "favourites": "INTEGER",
    },
)

ADS_DAILY = Table(
    name="ads_daily",
    key=("day", "channel", "campaign_id"),
    time_columns=("day",),
    columns={
        "day": "DATE",
        "channel": "VARCHAR",
        "campaign_id": "VARCHAR",
        "campaign_name": "VARCHAR",
        "impressions": "INTEGER",
        "clicks": "INTEGER",
        "spend": _MONEY,
        "attributed_orders": "INTEGER",
        "attributed_amount": _MONEY,
    },
)

STOCK_DAILY = Table(
    name="stock_daily",
    key=("day", "sku_id", "warehouse"),
    time_columns=("day",),
    columns={
        "day": "DATE",
        "sku_id": "VARCHAR",
        "warehouse": "VARCHAR",
        "quantity": "INTEGER",  # at the end of the day: summed over SKUs, never over days
    },
)

SHIPMENTS = Table(
    name="shipments",
    key=("shipment_id",),
    time_columns=("shipped_at",),
    columns={
        "shipment_id": "VARCHAR",
        "order_key": "VARCHAR",
        "warehouse": "VARCHAR",
        "carrier": "VARCHAR",
        "shipped_at": "TIMESTAMP",
        "collected_at": "TIMESTAMP",
        "delivered_at": "TIMESTAMP",
    },
)

REVIEWS = Table(
    name="reviews",
    key=("review_id",),
    time_columns=("reviewed_at",),
    columns={
        "review_id": "VARCHAR",
        "order_key": "VARCHAR",
        "product_id": "VARCHAR",
        "reviewed_at": "TIMESTAMP",
        "rating": "INTEGER",  # 1-5
        "content": "VARCHAR",
    },
)

CALENDAR = Table(name="calendar", key=("day",), columns={"day": "DATE"})

TABLES: tuple[Table, ...] = (
    ORDERS,
    ORDER_ITEMS,
    REFUNDS,
    CUSTOMERS,
    PRODUCTS,
    SKUS,
    TRAFFIC_DAILY,
    ADS_DAILY,
    STOCK_DAILY,
    SHIPMENTS,
    REVIEWS,
    CALENDAR,
)
