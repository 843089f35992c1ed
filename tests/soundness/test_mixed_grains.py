"""Periods of two lengths side by side: each row is counted once, in both of its periods."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from semantic_layer import DateRange
from tests import toy_shop
from tests.soundness.test_time_bases import FIRST_DAYS

GRAINS = ("day", "week", "month", "quarter", "year")


@pytest.mark.parametrize(("shorter", "longer"), [*combinations(GRAINS, 2)])
def test_two_grains_together_add_up_to_each_alone(shorter: str, longer: str) -> None:
    names = [f"metric_time__{shorter}", f"metric_time__{longer}"]
    both = toy_shop.answer({"metrics": ["paid_amount"], "group_by": names})
    assert len({row[:2] for row in both}) == len(both)
    for position, name in enumerate(names):
        sums: Counter[date] = Counter()
        for row in both:
            sums[row[position]] += row[2]
        alone = toy_shop.answer({"metrics": ["paid_amount"], "group_by": [name]})
        assert dict(sums) == dict(alone)


def test_a_week_over_new_year_stands_in_both_years_with_its_own_days() -> None:
    rows = toy_shop.answer(
        {
            "metrics": ["paid_orders"],
            "group_by": ["metric_time__year", "metric_time__week"],
            "time": {"kind": "range", "start": "2024-12-30", "end": "2025-01-06"},
        }
    )
    week = date(2024, 12, 30)
    assert rows == [(date(2024, 1, 1), week, 1), (date(2025, 1, 1), week, 1)]


def test_an_order_time_by_month_beside_the_metric_s_own_day() -> None:
    rows = toy_shop.answer(
        {
            "metrics": ["paid_orders"],
            "group_by": ["created_at__month", "metric_time__day"],
            "time": FIRST_DAYS,
        }
    )
    # o1 was placed in February and paid on the 29th; o4 was placed and paid in March.
    assert (date(2024, 2, 1), date(2024, 2, 29), 1) in rows
    assert (date(2024, 3, 1), date(2024, 3, 3), 1) in rows
    assert sum(row[2] for row in rows) == 3


def test_days_before_a_source_begins_stay_unknown_within_a_month_that_it_knows() -> None:
    known = toy_shop.catalog(
        **{
            f"refunds__{column}": (DateRange(date(2024, 3, 4), date(2025, 3, 9)),)
            for column in ("refunded_at", "amount")
        }
    )
    query = {
        "metrics": ["placed_orders", "refund_amount"],
        "group_by": ["metric_time__month", "metric_time__day"],
        "time": FIRST_DAYS,
    }
    amounts = {row[1]: row[3] for row in toy_shop.answer(query, known)}
    assert amounts[date(2024, 3, 3)] is None
    assert amounts[date(2024, 3, 4)] == toy_shop.money("300.00")


def test_a_weekday_of_which_a_source_knows_no_day_is_unknown() -> None:
    known = toy_shop.catalog(
        **{
            f"refunds__{column}": (DateRange(date(2024, 3, 4), date(2025, 3, 9)),)
            for column in ("refunded_at", "amount")
        }
    )
    query = {
        "metrics": ["placed_orders", "refund_amount"],
        "group_by": [{"name": "metric_time", "part": "dow"}],
        "time": FIRST_DAYS,
    }
    amounts = {row[0]: row[2] for row in toy_shop.answer(query, known)}
    assert amounts[1] == toy_shop.money("300.00")  # Monday, 4 March
    assert amounts[3] is None  # Wednesday, 28 February


def test_days_known_of_each_period_are_not_days_known_of_both() -> None:
    known = toy_shop.catalog(
        **{
            f"refunds__{column}": (
                DateRange(date(2024, 2, 20), date(2024, 2, 29)),
                DateRange(date(2024, 3, 4), date(2025, 3, 9)),
            )
            for column in ("refunded_at", "amount")
        }
    )
    query = {
        "metrics": ["placed_orders", "refund_amount"],
        "group_by": [{"name": "metric_time", "part": "dow"}, "metric_time__month"],
        "time": {"kind": "range", "start": "2024-02-20", "end": "2024-03-06"},
    }
    rows = {row[:2]: row[2:] for row in toy_shop.answer(query, known)}
    # Fridays are known of February and other days of March, but not Friday, 1 March.
    assert rows[5, date(2024, 2, 1)][1] == 0
    assert rows[5, date(2024, 3, 1)] == (2, None)
    assert rows[2, date(2024, 3, 1)] == (2, 0)
