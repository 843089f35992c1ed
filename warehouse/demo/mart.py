"""Writes each part of the demo shop into its mart table. Follows every other stage.

This is where positions become ids and texts. Imports duckdb, numpy and the mart's schema.
"""

from __future__ import annotations

import duckdb
import numpy as np

from warehouse import schema
from warehouse.demo import customers as people
from warehouse.demo.advertising import CAMPAIGNS, Ads
from warehouse.demo.assortment import CATEGORIES
from warehouse.demo.buyers import Buyers
from warehouse.demo.catalogue import Catalogue
from warehouse.demo.channels import CHANNELS
from warehouse.demo.fulfilment import CARRIERS, STATUSES, Parcels
from warehouse.demo.orders import Orders, Sales
from warehouse.demo.refunds import REASONS, Refunds
from warehouse.demo.regions import CITIES, PROVINCES, WAREHOUSES
from warehouse.demo.reviews import WORDS, Reviews
from warehouse.demo.sampling import Ints
from warehouse.demo.stock import Stock
from warehouse.demo.tables import Coded, Column, insert
from warehouse.demo.timeline import Timeline
from warehouse.demo.traffic import Traffic

_CHANNEL_NAMES = tuple(channel.name for channel in CHANNELS)
_ORDER_ID = "prefix || number"
_ORDER_KEY = f"channel || '|' || shop || '|' || {_ORDER_ID}"
# As long and as opaque as a keyed hash of an account.
_BUYER_ID = "left(sha256('demo buyer ' || {0}), 32)"


def _order_key(orders: Orders, rows: Ints) -> dict[str, Column]:
    """The columns that `_ORDER_KEY` is made of."""
    channel = orders.channel[rows]
    return {
        "channel": Coded(channel, _CHANNEL_NAMES),
        "shop": Coded(channel, tuple(one.shop for one in CHANNELS)),
        "prefix": Coded(channel, tuple(one.prefix for one in CHANNELS)),
        "number": orders.number[rows],
    }


def _every(size: int) -> Ints:
    return np.arange(size, dtype=np.int64)


def write_orders(
    connection: duckdb.DuckDBPyConnection, orders: Orders, status: Ints, refunded: Ints
) -> None:
    """Fill mart.orders."""
    columns = {
        **_order_key(orders, _every(orders.size)),
        "status": Coded(status, STATUSES),
        "created_at": orders.created_at,
        "paid_at": orders.paid_at,
        "order_amount": orders.amount,
        "refund_amount": refunded,
        "shipping_fee": orders.postage,
        "quantity": orders.quantity,
        "buyer": orders.buyer,
        "province": Coded(orders.province, tuple(one.name for one in PROVINCES)),
        "city": Coded(orders.city, CITIES),
        "is_presale": orders.is_presale,
    }
    insert(
        connection,
        schema.ORDERS,
        columns,
        order_key=_ORDER_KEY,
        order_id=_ORDER_ID,
        buyer_id=_BUYER_ID.format("buyer"),
    )


def write_items(connection: duckdb.DuckDBPyConnection, sales: Sales, catalogue: Catalogue) -> None:
    """Fill mart.order_items."""
    orders, items = sales.orders, sales.items
    columns = {
        **_order_key(orders, items.order),
        "line": items.line,
        "product_id": catalogue.product_ids[items.product],
        "sku_id": catalogue.sku_ids[items.sku],
        "created_at": orders.created_at[items.order],
        "paid_at": orders.paid_at[items.order],
        "quantity": items.quantity,
        "item_amount": items.amount,
    }
    insert(
        connection,
        schema.ORDER_ITEMS,
        columns,
        order_key=_ORDER_KEY,
        item_key=f"{_ORDER_KEY} || '|' || line",
    )


def write_refunds(connection: duckdb.DuckDBPyConnection, orders: Orders, refunds: Refunds) -> None:
    """Fill mart.refunds."""
    columns = {
        **_order_key(orders, refunds.order),
        "serial": _every(refunds.order.size),
        "requested_at": refunds.requested_at,
        "refunded_at": refunds.refunded_at,
        "amount": refunds.amount,
        "reason": Coded(refunds.reason, REASONS),
    }
    insert(
        connection,
        schema.REFUNDS,
        columns,
        refund_id="'TK' || (1000000000 + serial)",
        order_key=_ORDER_KEY,
    )


def write_customers(
    connection: duckdb.DuckDBPyConnection, buyers: Buyers, persons: people.Customers
) -> None:
    """Fill mart.customers."""
    columns: dict[str, Column] = {
        "buyer": _every(buyers.size),
        "surname": Coded(persons.surname, people.SURNAMES),
        "given": Coded(persons.given, people.WOMEN + people.MEN),
        "phone_prefix": persons.phone_prefix,
        "phone_suffix": persons.phone_suffix,
        "province": Coded(buyers.province, tuple(one.name for one in PROVINCES)),
        "city": Coded(buyers.city, CITIES),
        "street": Coded(persons.street, people.STREETS),
        "house": persons.house,
        "room": persons.room,
        "member_level": Coded(persons.level, people.LEVELS),
        "gender": Coded(persons.gender, people.GENDERS),
        "age_band": Coded(persons.age_band, people.AGE_BANDS),
    }
    insert(
        connection,
        schema.CUSTOMERS,
        columns,
        buyer_id=_BUYER_ID.format("buyer"),
        name="surname || given",
        phone="phone_prefix || '****' || lpad(phone_suffix::VARCHAR, 4, '0')",
        address="province || ' ' || city || ' ' || street || house || '号' || room || '室'",
    )


def write_catalogue(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Fill mart.products and mart.skus."""
    products: dict[str, Column] = {
        "product_id": catalogue.product_ids,
        "product_name": Coded(_every(catalogue.size), catalogue.names),
        "category": Coded(catalogue.categories, tuple(one.name for one in CATEGORIES)),
        "brand": Coded(_every(catalogue.size), catalogue.brands),
        "list_price": catalogue.list_prices,
        "listed_on": catalogue.listed_on,
    }
    skus: dict[str, Column] = {
        "sku_id": catalogue.sku_ids,
        "product_id": catalogue.product_ids[catalogue.sku_products],
        "sku_name": Coded(_every(catalogue.sku_ids.size), catalogue.sku_names),
        "cost": catalogue.sku_costs,
    }
    insert(connection, schema.PRODUCTS, products)
    insert(connection, schema.SKUS, skus)


def write_traffic(
    connection: duckdb.DuckDBPyConnection,
    timeline: Timeline,
    catalogue: Catalogue,
    traffic: Traffic,
) -> None:
    """Fill mart.traffic_daily."""
    columns: dict[str, Column] = {
        "day": timeline.first + traffic.day,
        "channel": Coded(traffic.channel, _CHANNEL_NAMES),
        "product_id": catalogue.product_ids[traffic.product],
        "page_views": traffic.page_views,
        "visitors": traffic.visitors,
        "cart_additions": traffic.cart_additions,
        "favourites": traffic.favourites,
    }
    insert(connection, schema.TRAFFIC_DAILY, columns)


def write_ads(connection: duckdb.DuckDBPyConnection, timeline: Timeline, ads: Ads) -> None:
    """Fill mart.ads_daily."""
    channels = tuple(_CHANNEL_NAMES[one.channel] for one in CAMPAIGNS)
    columns: dict[str, Column] = {
        "day": timeline.first + ads.day,
        "channel": Coded(ads.campaign, channels),
        "campaign_id": Coded(ads.campaign, tuple(one.id for one in CAMPAIGNS)),
        "campaign_name": Coded(ads.campaign, tuple(one.name for one in CAMPAIGNS)),
        "impressions": ads.impressions,
        "clicks": ads.clicks,
        "spend": ads.spend,
        "attributed_orders": ads.attributed_orders,
        "attributed_amount": ads.attributed_amount,
    }
    insert(connection, schema.ADS_DAILY, columns)


def write_stock(
    connection: duckdb.DuckDBPyConnection, timeline: Timeline, catalogue: Catalogue, stock: Stock
) -> None:
    """Fill mart.stock_daily."""
    columns: dict[str, Column] = {
        "day": timeline.first + stock.day,
        "sku_id": catalogue.sku_ids[stock.sku],
        "warehouse": Coded(stock.warehouse, WAREHOUSES),
        "quantity": stock.quantity,
    }
    insert(connection, schema.STOCK_DAILY, columns)


def write_shipments(
    connection: duckdb.DuckDBPyConnection, timeline: Timeline, orders: Orders, parcels: Parcels
) -> None:
    """Fill mart.shipments with the parcels that have left."""
    left = np.flatnonzero(parcels.shipped_at < timeline.close)
    rows = left[np.argsort(parcels.shipped_at[left], kind="stable")]
    columns = {
        **_order_key(orders, rows),
        "letters": Coded(parcels.carrier[rows], tuple(letters for _, letters, _ in CARRIERS)),
        "tracking": parcels.tracking[rows],
        "warehouse": Coded(parcels.warehouse[rows], WAREHOUSES),
        "carrier": Coded(parcels.carrier[rows], tuple(name for name, _, _ in CARRIERS)),
        "shipped_at": parcels.shipped_at[rows],
        "collected_at": timeline.seen(parcels.collected_at[rows]),
        "delivered_at": timeline.seen(parcels.delivered_at[rows]),
    }
    insert(
        connection,
        schema.SHIPMENTS,
        columns,
        shipment_id="letters || tracking",
        order_key=_ORDER_KEY,
    )


def write_reviews(
    connection: duckdb.DuckDBPyConnection, orders: Orders, catalogue: Catalogue, reviews: Reviews
) -> None:
    """Fill mart.reviews."""
    columns = {
        **_order_key(orders, reviews.order),
        "serial": _every(reviews.order.size),
        "product_id": catalogue.product_ids[reviews.product],
        "reviewed_at": reviews.reviewed_at,
        "rating": reviews.rating,
        "content": Coded(reviews.words, WORDS),
    }
    insert(
        connection,
        schema.REVIEWS,
        columns,
        review_id="'PJ' || (2000000000 + serial)",
        order_key=_ORDER_KEY,
    )
