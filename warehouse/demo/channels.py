"""The shop's sales channels, as data: size, habits, numbering of orders.

Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.sampling import Floats, Ints


@dataclass(frozen=True)
class Channel:
    """A place where the shop sells.

    Attributes:
        share: Share of orders at the first and at the last day.
        elasticity: How strongly festivals move it; the exponent of their lift.
        presale: Share of a presale day's orders that are deposits.
        pays: Share of ordinary orders that get paid.
        refunds: Its refund rate against that of the category.
        price: What it sells for, against the list price, on an ordinary day.
        first_number: The order number before the first.
        number_gap: The mean step between order numbers, for 200,000 orders in all.
        hours: Relative demand from 0:00 to 23:00.
    """

    name: str
    shop: str
    share: tuple[float, float]
    elasticity: float
    presale: float
    pays: float
    refunds: float
    price: float
    first_number: int
    number_gap: int
    prefix: str
    hours: tuple[int, ...]

    @property
    def is_online(self) -> bool:
        """Whether its orders are shipped and its pages counted."""
        return self.prefix == ""


_DAYTIME = (
    22, 12, 6, 4, 3, 4, 9, 18, 30, 46, 55, 52, 50, 54, 53, 52, 51, 48, 46, 56, 74, 84, 76, 48,
)  # fmt: skip
_LIVESTREAM = (
    30, 16, 8, 4, 3, 3, 6, 12, 20, 28, 34, 36, 42, 40, 36, 36, 38, 42, 52, 74, 98, 104, 88, 58,
)  # fmt: skip
_OPENING = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 22, 38, 46, 44, 50, 56, 58, 60, 66, 72, 64, 34, 0, 0)

CHANNELS = (
    Channel("天猫", "木禾天猫旗舰店", (0.56, 0.44), 1.0, 0.34, 0.885, 1.5, 0.95,
            2_400_000_000_000_000_000, 4_000_000_000_000, "", _DAYTIME),
    Channel("京东", "木禾京东旗舰店", (0.22, 0.20), 1.05, 0.28, 0.93, 1.1, 0.96,
            301_000_000_000, 400_000, "", _DAYTIME),
    Channel("抖音", "木禾抖音旗舰店", (0.12, 0.27), 0.75, 0.12, 0.82, 3.0, 0.88,
            6_930_000_000_000_000_000, 1_000_000_000_000, "", _LIVESTREAM),
    Channel("线下", "木禾杭州湖滨店", (0.10, 0.09), 0.0, 0.0, 1.0, 0.3, 0.99,
            20_240_000_000, 60, "MH", _OPENING),
)  # fmt: skip
ONLINE: Ints = np.array([i for i, channel in enumerate(CHANNELS) if channel.is_online], np.int64)
STORE = next(i for i, channel in enumerate(CHANNELS) if not channel.is_online)


def by_channel(attribute: str) -> Floats:
    """One number of every channel, in the order of `CHANNELS`."""
    return np.array([getattr(channel, attribute) for channel in CHANNELS], float)


def hour_weights() -> Floats:
    """Channel × hour → relative demand."""
    return np.array([channel.hours for channel in CHANNELS], float)
