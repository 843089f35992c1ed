"""Each metric counts by its own time; a day that only one of them has is kept."""

from __future__ import annotations

from datetime import date

from tests import toy_shop

FIRST_DAYS = {"kind": "range", "start": "2024-02-28", "end": "2024-03-05"}


def test_days_with_only_placements_or_only_payments() -> None:
    query = {
        "metrics": ["placed_orders", "paid_orders", "refund_amount"],
        "group_by": ["metric_time__day"],
        "time": FIRST_DAYS,
    }
    rows = {row[0]: row[1:3] for row in toy_shop.answer(query)}
    assert rows[date(2024, 2, 28)] == (1, 0)  # o1 placed at 23:50 …
    assert rows[date(2024, 2, 29)] == (1, 1)  # … and paid after midnight
    assert rows[date(2024, 3, 2)] == (1, 0)
    assert rows[date(2024, 3, 3)] == (0, 1)
    assert rows[date(2024, 3, 4)] == (0, 0)  # only a refund


def test_without_time_the_two_counts_are_those_of_their_own_windows() -> None:
    query = {"metrics": ["placed_orders", "paid_orders"], "time": FIRST_DAYS}
    assert toy_shop.answer(query) == [(5, 3)]


def test_the_last_moment_of_a_day_belongs_to_it() -> None:
    query = {
        "metrics": ["placed_orders", "paid_orders"],
        "time": {"kind": "range", "start": "2024-03-05", "end": "2024-03-06"},
    }
    assert toy_shop.answer(query) == [(2, 2)]


def test_groups_of_days_sum_to_months() -> None:
    def total(grain: str) -> int:
        query = {"metrics": ["paid_orders"], "group_by": [f"metric_time__{grain}"]}
        return sum(row[1] for row in toy_shop.answer(query))

    assert total("day") == total("week") == total("month") == total("quarter") == total("year") == 9
