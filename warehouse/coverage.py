"""Which days are covered, column by column: from what meta.batch_shops says of the loaded files.

A file covers the contiguous days of its orders, for each shop in it. The last file of a shop also
covers the days after its last order on which its orders were still being paid: they belong to
whoever counts by payment, and nothing later is loaded that they could be confused with. A day
counts for a column only if every shop that has orders loaded for the day has the column: a total
over a shop whose refunds are unknown would be wrong without a sign of it. Imports `manifest` of
this package.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import duckdb

from warehouse.manifest import DayRange, closed_range, merge_ranges, subtract_ranges
from warehouse.schema import ORDERS

_Shop = tuple[str, str]

# `last_event` reaches past the last order for the last file of a shop only.
_SPANS = """
SELECT channel, shop, first_day, last_day,
    CASE WHEN last_day = max(last_day) OVER (PARTITION BY channel, shop)
        THEN last_event ELSE last_day END,
    columns
FROM meta.batch_shops
"""


def order_coverage(
    connection: duckdb.DuckDBPyConnection,
) -> Mapping[str, Mapping[str, tuple[DayRange, ...]]]:
    """Covered days of each column of mart.orders; columns that no file has are left out."""
    loaded: dict[_Shop, list[DayRange]] = defaultdict(list)
    known: dict[str, dict[_Shop, list[DayRange]]] = defaultdict(lambda: defaultdict(list))
    for channel, shop, first, last, last_event, columns in connection.execute(_SPANS).fetchall():
        days, tail = closed_range(first, last), closed_range(first, max(last, last_event))
        loaded[channel, shop].append(days)
        for column in columns:
            dated_by_order = column == "created_at"
            known[column][channel, shop].append(days if dated_by_order else tail)
    coverage = {
        column: ranges
        for column in ORDERS.columns
        if (ranges := _covered(loaded, known.get(column, {})))
    }
    return {ORDERS.qualified: coverage} if coverage else {}


def _covered(
    loaded: Mapping[_Shop, list[DayRange]], known: Mapping[_Shop, list[DayRange]]
) -> tuple[DayRange, ...]:
    covered = merge_ranges(days for ranges in known.values() for days in ranges)
    for shop, ranges in loaded.items():
        covered = subtract_ranges(covered, subtract_ranges(ranges, known.get(shop, ())))
    return covered
