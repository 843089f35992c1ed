"""Advertising by campaign and day: some earn their money, some burn it during 618.

Follows `orders`: a campaign claims a part of the orders that its channel was paid that day. Money
in fen. Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.channels import ONLINE
from warehouse.demo.orders import Orders
from warehouse.demo.promotions import online_lift
from warehouse.demo.sampling import Bools, Floats, Ints, Rng, stream
from warehouse.demo.timeline import Timeline

TMALL, JD, DOUYIN = ONLINE


@dataclass(frozen=True)
class Campaign:
    """A campaign.

    Attributes:
        share: Share of the channel's paid orders that it claims.
        roi: Attributed amount against spend, on ordinary days.
        roi_618: The same from 20 May to 20 June.
        click_price: Fen a click on ordinary days; festivals are dearer.
        festivals_only: Runs around 618 and 双11 only.
    """

    id: str
    name: str
    channel: int
    share: float
    roi: float
    roi_618: float
    click_price: float
    click_rate: float
    festivals_only: bool = False


CAMPAIGNS = (
    Campaign("TM1001", "直通车-品牌词", TMALL, 0.07, 7.5, 6.2, 95, 0.065),
    Campaign("TM1002", "直通车-洗护品类词", TMALL, 0.06, 3.1, 2.2, 160, 0.031),
    Campaign("TM1003", "万相台-拉新快", TMALL, 0.05, 2.1, 0.82, 185, 0.022),
    Campaign("TM1004", "引力魔方-猜你喜欢", TMALL, 0.05, 2.8, 1.9, 120, 0.018),
    Campaign("TM1005", "大促会场-资源位", TMALL, 0.06, 2.4, 0.68, 210, 0.016, festivals_only=True),
    Campaign("JD2001", "京东快车-搜索", JD, 0.09, 4.2, 3.4, 130, 0.028),
    Campaign("JD2002", "京东推荐广告", JD, 0.05, 2.6, 1.7, 105, 0.015),
    Campaign("JD2003", "京东大促-会场", JD, 0.05, 2.2, 0.9, 170, 0.014, festivals_only=True),
    Campaign("DY3001", "千川-直播间引流", DOUYIN, 0.20, 2.9, 2.3, 62, 0.035),
    Campaign("DY3002", "千川-短视频带货", DOUYIN, 0.12, 2.3, 1.5, 54, 0.027),
    Campaign("DY3003", "千川-达人素材加热", DOUYIN, 0.05, 1.6, 0.58, 75, 0.024),
)
_SEASON_618 = ((5, 20), (6, 20))
_SEASON_1111 = ((10, 20), (11, 12))


@dataclass(frozen=True)
class Ads:
    """Rows by day and campaign. `campaign` is a position in `CAMPAIGNS`."""

    day: Ints
    campaign: Ints
    impressions: Ints
    clicks: Ints
    spend: Ints
    attributed_orders: Ints
    attributed_amount: Ints


def advertise(seed: int, timeline: Timeline, orders: Orders) -> Ads:
    """Spend, clicks and claimed orders of each campaign on each of its days."""
    rng = stream(seed, "advertising")
    count, amount = _paid(timeline, orders)
    during_618, running = _seasons(timeline)
    shape = (timeline.days, len(CAMPAIGNS))
    claimed = np.zeros(shape, np.int64)
    for channel in ONLINE:
        columns = [i for i, one in enumerate(CAMPAIGNS) if one.channel == channel]
        claimed[:, columns] = _claims(
            rng, count[channel], _of("share")[columns] * running[:, columns]
        )
    basket = amount / np.maximum(count, 1)
    channels = _of("channel").astype(np.int64)
    earned = claimed * basket[channels].T * rng.uniform(0.85, 1.0, shape)
    plan = _of("share") * _smooth(amount)[channels].T
    roi = np.where(during_618[:, np.newaxis], _of("roi_618"), _of("roi"))
    spend = plan / roi * np.exp(0.12 * rng.standard_normal(shape))
    dearness = np.clip(online_lift(timeline), 1.0, 3.0)[:, np.newaxis] ** 0.4
    clicks = rng.poisson(spend / (_of("click_price") * dearness))
    impressions = clicks + rng.poisson(clicks * (1.0 / _of("click_rate") - 1.0))
    day, campaign = np.nonzero(running)
    return Ads(
        day=day,
        campaign=campaign,
        impressions=impressions[running],
        clicks=clicks[running],
        spend=np.rint(spend[running]).astype(np.int64),
        attributed_orders=claimed[running],
        attributed_amount=np.rint(earned[running]).astype(np.int64),
    )


def _of(attribute: str) -> Floats:
    return np.array([getattr(campaign, attribute) for campaign in CAMPAIGNS], float)


def _paid(timeline: Timeline, orders: Orders) -> tuple[Ints, Floats]:
    """Channel × day → paid orders and their amount, by day of payment."""
    rows = np.flatnonzero(orders.is_paid & np.isin(orders.channel, ONLINE))
    cell = orders.channel[rows] * timeline.days + timeline.day_of(orders.paid_at[rows])
    shape = (ONLINE.size, timeline.days)
    amount = np.zeros(ONLINE.size * timeline.days)
    np.add.at(amount, cell, orders.amount[rows])
    return np.bincount(cell, minlength=amount.size).reshape(shape), amount.reshape(shape)


def _seasons(timeline: Timeline) -> tuple[Bools, Bools]:
    """Day → in the season of 618; day × campaign → running."""
    dates = [timeline.date_of(day) for day in range(timeline.days)]
    marks = [(one.month, one.day) for one in dates]
    during_618 = np.array([_SEASON_618[0] <= mark <= _SEASON_618[1] for mark in marks])
    during_1111 = np.array([_SEASON_1111[0] <= mark <= _SEASON_1111[1] for mark in marks])
    always = ~_of("festivals_only").astype(bool)
    running: Bools = always | (during_618 | during_1111)[:, np.newaxis]
    return during_618, running


def _claims(rng: Rng, paid: Ints, shares: Floats) -> Ints:
    """Day × campaign → orders claimed; together never more than were paid."""
    rest = 1.0 - shares.sum(axis=1, keepdims=True)
    drawn = rng.multinomial(paid, np.concatenate([shares, rest], axis=1))
    claimed: Ints = drawn[:, :-1]
    return claimed


def _smooth(amount: Floats) -> Floats:
    """Channel × day → mean of the three days around: budgets are set before the day is known."""
    padded = np.pad(amount, ((0, 0), (1, 1)), mode="edge")
    mean: Floats = (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3.0
    return mean
