"""The demo shop 木禾: an invented brand-house on 天猫, 京东, 抖音 and in one store, over 25 months.

`fill_demo` runs the stages of this package in order and writes the mart's tables; `demo_coverage`
says which days they cover. The same end day, seed and size give the same rows in the same order.
Knows nothing of snapshots or metrics; may import neither semantic_layer, assistant nor ui.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from warehouse.demo import mart
from warehouse.demo.advertising import advertise
from warehouse.demo.catalogue import stock_catalogue
from warehouse.demo.customers import introduce
from warehouse.demo.demand import forecast
from warehouse.demo.fulfilment import settle_statuses, ship
from warehouse.demo.incidents import plan_incidents, traffic_gap
from warehouse.demo.orders import sell
from warehouse.demo.refunds import CANCEL, pay_back, raise_claims
from warehouse.demo.reviews import write_reviews
from warehouse.demo.stock import keep_stock
from warehouse.demo.timeline import timeline_until
from warehouse.demo.traffic import count_traffic
from warehouse.schema import CALENDAR, TABLES, TRAFFIC_DAILY

__all__ = ["MINIMUM_ORDERS", "demo_coverage", "fill_demo"]

MINIMUM_ORDERS = 500

Coverage = Mapping[str, Mapping[str, tuple[tuple[date, date], ...]]]


def fill_demo(
    connection: duckdb.DuckDBPyConnection,
    *,
    end_day: date,
    seed: int = 618,
    orders: int = 200_000,
) -> None:
    """Fill the empty tables of schema `mart`, all but the calendar.

    Args:
        connection: A writable connection to a database in which the tables exist and are empty.
        end_day: The last day of the data; nothing happens after it.
        seed: The same seed makes the same shop.
        orders: How many orders were placed in the 25 months.

    Raises:
        ValueError: If `orders` is too small for a shop with this structure.
    """
    if orders < MINIMUM_ORDERS:
        raise ValueError(
            f"A demo shop needs at least {MINIMUM_ORDERS} orders; {orders} were asked."
        )
    timeline = timeline_until(end_day)
    catalogue = stock_catalogue(seed, timeline)
    incidents = plan_incidents(timeline, catalogue)
    demand = forecast(seed, timeline, catalogue, incidents)
    sales = sell(seed, timeline, catalogue, demand, incidents, orders)
    placed, items = sales.orders, sales.items
    claims = raise_claims(seed, catalogue, placed)
    parcels = ship(seed, timeline, placed, claims == CANCEL)
    refunds = pay_back(seed, timeline, placed, items, parcels, claims)
    refunded = refunds.total_by_order(placed.size)
    status = settle_statuses(timeline, placed, parcels, refunded)
    reviews = write_reviews(seed, timeline, catalogue, placed, items, parcels, refunded)

    mart.write_catalogue(connection, catalogue)
    mart.write_customers(connection, sales.buyers, introduce(seed, sales.buyers, placed))
    mart.write_orders(connection, placed, status, refunded)
    mart.write_items(connection, sales, catalogue)
    mart.write_refunds(connection, placed, refunds)
    mart.write_shipments(connection, timeline, placed, parcels)
    mart.write_reviews(connection, placed, catalogue, reviews)
    traffic = count_traffic(seed, timeline, catalogue, demand, incidents, sales)
    mart.write_traffic(connection, timeline, catalogue, traffic)
    mart.write_ads(connection, timeline, advertise(seed, timeline, placed))
    stock = keep_stock(seed, timeline, catalogue, incidents, sales, parcels)
    mart.write_stock(connection, timeline, catalogue, stock)


def demo_coverage(end_day: date) -> Coverage:
    """Table (`mart.orders`) → column → the days covered, each range without its last day.

    >>> demo_coverage(date(2026, 10, 31))["mart.orders"]["paid_at"]
    ((datetime.date(2024, 10, 1), datetime.date(2026, 11, 1)),)
    """
    timeline = timeline_until(end_day)
    gap = traffic_gap(timeline)
    whole = ((timeline.start, timeline.end),)
    broken = (
        (timeline.start, timeline.date_of(gap.start)),
        (timeline.date_of(gap.stop), timeline.end),
    )
    return {
        table.qualified: dict.fromkeys(table.columns, broken if table is TRAFFIC_DAILY else whole)
        for table in TABLES
        if table is not CALENDAR
    }
