"""When people buy: shopping festivals, presales, Spring Festival, weekdays and hours.

Dates and strengths are data; the functions lay them on a timeline. Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from warehouse.demo.sampling import Bools, Floats, Ints
from warehouse.demo.timeline import Timeline

MonthDay = tuple[int, int]


@dataclass(frozen=True)
class Lift:
    """Demand from the first to the last day, both included, against an ordinary day."""

    first: MonthDay
    last: MonthDay
    factor: float


@dataclass(frozen=True)
class Presale:
    """Deposits from the first to the last day; the balance is due on one day."""

    first: MonthDay
    last: MonthDay
    balance: MonthDay


ONLINE_LIFTS = (
    Lift((3, 6), (3, 8), 1.6),
    Lift((5, 20), (5, 20), 1.3),
    Lift((5, 26), (5, 31), 1.3),
    Lift((6, 1), (6, 1), 3.6),
    Lift((6, 2), (6, 3), 1.9),
    Lift((6, 4), (6, 15), 1.15),
    Lift((6, 16), (6, 16), 3.0),
    Lift((6, 17), (6, 17), 3.0),
    Lift((6, 18), (6, 18), 6.0),
    Lift((6, 19), (6, 25), 0.75),
    Lift((9, 9), (9, 9), 1.5),
    Lift((10, 20), (10, 31), 1.25),
    Lift((11, 1), (11, 1), 4.2),
    Lift((11, 2), (11, 3), 2.2),
    Lift((11, 4), (11, 9), 1.3),
    Lift((11, 10), (11, 10), 3.0),
    Lift((11, 11), (11, 11), 8.0),
    Lift((11, 12), (11, 20), 0.7),
    Lift((12, 11), (12, 11), 1.3),
    Lift((12, 12), (12, 12), 1.9),
)
STORE_LIFTS = (
    Lift((5, 1), (5, 5), 1.6),
    Lift((10, 1), (10, 7), 1.7),
    Lift((12, 31), (12, 31), 1.4),
)
PRESALES = (
    Presale((5, 26), (5, 31), (6, 1)),
    Presale((6, 12), (6, 15), (6, 16)),
    Presale((10, 20), (10, 31), (11, 1)),
    Presale((11, 5), (11, 10), (11, 11)),
)
SPRING_FESTIVALS = {
    day.year: day
    for day in (
        date(2015, 2, 19), date(2016, 2, 8), date(2017, 1, 28), date(2018, 2, 16),
        date(2019, 2, 5), date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1),
        date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17),
        date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 3),
        date(2031, 1, 23), date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19),
        date(2035, 2, 8), date(2036, 1, 28),
    )
}  # fmt: skip
# (first, last, factor) in days from New Year's Day: 年货节, couriers stop, holiday.
_AROUND_SPRING_FESTIVAL = ((-28, -12, 1.45), (-11, -4, 0.8), (-3, 5, 0.4), (6, 12, 0.75))
_ONLINE_WEEK = np.array([1.04, 1.02, 1.0, 1.0, 0.95, 0.97, 1.02])
_STORE_WEEK = np.array([0.75, 0.72, 0.75, 0.8, 1.05, 1.5, 1.43])


def _lay(timeline: Timeline, factors: Floats, first: date, last: date, factor: float) -> None:
    begin = max(timeline.position(first), 0)
    factors[begin : max(timeline.position(last) + 1, 0)] = factor


def _festival_lift(timeline: Timeline, lifts: tuple[Lift, ...]) -> Floats:
    factors = np.ones(timeline.days)
    for year in timeline.years:
        for lift in lifts:
            _lay(timeline, factors, date(year, *lift.first), date(year, *lift.last), lift.factor)
    return factors


def _spring_lift(timeline: Timeline) -> Floats:
    factors = np.ones(timeline.days)
    for year in timeline.years:
        if new_year := SPRING_FESTIVALS.get(year):
            for first, last, factor in _AROUND_SPRING_FESTIVAL:
                begin, end = new_year + timedelta(days=first), new_year + timedelta(days=last)
                _lay(timeline, factors, begin, end, factor)
    return factors


def online_lift(timeline: Timeline) -> Floats:
    """Day → demand on the platforms against an ordinary day."""
    return _festival_lift(timeline, ONLINE_LIFTS) * _spring_lift(timeline)


def store_lift(timeline: Timeline) -> Floats:
    """Day → demand in the store against an ordinary day."""
    return _festival_lift(timeline, STORE_LIFTS) * _spring_lift(timeline)


def week_shape(timeline: Timeline, *, online: bool) -> Floats:
    """Day → demand by weekday."""
    shape: Floats = (_ONLINE_WEEK if online else _STORE_WEEK)[timeline.weekdays]
    return shape


def quiet_days(timeline: Timeline) -> Bools:
    """Day → whether nothing lifts or lowers demand."""
    quiet: Bools = online_lift(timeline) == 1.0
    return quiet


def presale_balance_days(timeline: Timeline) -> Ints:
    """Day → the day on which a deposit's balance is due, -1 outside a presale.

    The due day may lie after the end of the timeline.
    """
    due = np.full(timeline.days, -1, np.int64)
    for year in timeline.years:
        for presale in PRESALES:
            begin = max(timeline.position(date(year, *presale.first)), 0)
            end = max(timeline.position(date(year, *presale.last)) + 1, 0)
            due[begin:end] = timeline.position(date(year, *presale.balance))
    return due


def peak_days(timeline: Timeline) -> Bools:
    """Day → whether it opens or crowns a festival."""
    peaks: Bools = online_lift(timeline) >= 2.0
    return peaks
