"""What went wrong in the demo shop: a stock-out, a price change, a gap in the traffic, brushing.

An analyst should be able to find each of them in the numbers. Days are chosen among quiet ones, so
that no festival hides them. Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.catalogue import ESTABLISHED, Catalogue
from warehouse.demo.promotions import quiet_days
from warehouse.demo.sampling import Ints
from warehouse.demo.timeline import Timeline

_STOCKOUT_DAYS, _STOCKOUT_AGO = 10, 70
_GAP_DAYS, _GAP_AGO = 3, 38
_PRICE_CHANGE_AGO = 170
_BRUSHING_AGO = (405, 160, 96)


@dataclass(frozen=True)
class Incidents:
    """Days are positions in the timeline; ranges are without their last number.

    Attributes:
        stockout: Days without stock of `stockout_product`.
        price_change: The first day of the new list price of `price_product`.
        price_rise: New price against the old one.
        volume_after: Demand at the new price against the old one.
        traffic_gap: Days whose traffic export is missing, on every channel.
        brushing_days: Days on which paid strangers order `brushing_product`.
    """

    stockout_product: int
    stockout: range
    price_product: int
    price_change: int
    price_rise: float
    volume_after: float
    traffic_gap: range
    brushing_product: int
    brushing_days: tuple[int, ...]


def plan_incidents(timeline: Timeline, catalogue: Catalogue) -> Incidents:
    """Choose products and days; nothing here depends on chance but the ranking."""
    steady = catalogue.ranking[3:ESTABLISHED]
    cheapest = steady[np.argmin(catalogue.list_prices[steady])]
    stockout = _quiet_stretch(timeline, _STOCKOUT_AGO, _STOCKOUT_DAYS)
    return Incidents(
        stockout_product=int(catalogue.ranking[1]),
        stockout=range(stockout, stockout + _STOCKOUT_DAYS),
        price_product=int(catalogue.ranking[2]),
        price_change=_quiet_stretch(timeline, _PRICE_CHANGE_AGO, 1),
        price_rise=1.25,
        volume_after=0.5,
        traffic_gap=traffic_gap(timeline),
        brushing_product=int(cheapest),
        brushing_days=tuple(_quiet_stretch(timeline, ago, 1) for ago in _BRUSHING_AGO),
    )


def traffic_gap(timeline: Timeline) -> range:
    """The days whose traffic export is missing, without the last number."""
    start = _quiet_stretch(timeline, _GAP_AGO, _GAP_DAYS)
    return range(start, start + _GAP_DAYS)


def _quiet_stretch(timeline: Timeline, ago: int, length: int) -> int:
    """The last start of `length` quiet days that lies `ago` days or more before the end."""
    windows = np.lib.stride_tricks.sliding_window_view(quiet_days(timeline), length)
    starts: Ints = np.flatnonzero(windows[: timeline.days - ago].min(axis=1))
    return int(starts[-1])
