"""Which days are covered, column by column: from what meta.batch_shops says of the loaded files.

A file covers the contiguous days of its orders, for each shop in it. A day counts for a column
only if every shop that has orders loaded for the day has the column: a total over a shop whose
refunds are unknown would be wrong without a sign of it. Imports `manifest` of this package.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import duckdb

from warehouse.manifest import DayRange, closed_range, merge_ranges, subtract_ranges
from warehouse.schema import ORDERS

_Shop = tuple[str, str]


def order_coverage(
    connection: duckdb.DuckDBPyConnection,
) -> Mapping[str, Mapping[str, tuple[DayRange, ...]]]:
    """Covered days of each column of mart.orders; columns that no file has are left out."""
    loaded: dict[_Shop, list[DayRange]] = defaultdict(list)
    known: dict[str, dict[_Shop, list[DayRange]]] = defaultdict(lambda: defaultdict(list))
    for channel, shop, first, last, columns in connection.execute(
        "SELECT channel, shop, first_day, last_day, columns FROM meta.batch_shops"
    ).fetchall():
        days = closed_range(first, last)
        loaded[channel, shop].append(days)
        for column in columns:
            known[column][channel, shop].append(days)
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
