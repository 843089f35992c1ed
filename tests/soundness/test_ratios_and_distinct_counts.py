"""Ratios are ratios of sums, distinct counts are counted anew, and nothing divided is NULL."""

from __future__ import annotations

from tests import toy_shop


def test_the_total_of_a_ratio_is_not_the_mean_of_its_groups() -> None:
    [(total,)] = toy_shop.answer({"metrics": ["average_order_value"]})
    groups = toy_shop.answer({"metrics": ["average_order_value"], "group_by": ["province"]})
    assert total == 900.09 / 9
    assert total != sum(value for _, value in groups) / len(groups)


def test_distinct_buyers_are_not_the_sum_over_days() -> None:
    [(total,)] = toy_shop.answer({"metrics": ["paid_buyers"]})
    by_day = toy_shop.answer({"metrics": ["paid_buyers"], "group_by": ["metric_time__day"]})
    assert total == 4
    assert sum(count for _, count in by_day) == 9


def test_a_ratio_without_a_denominator_is_null() -> None:
    third = {"kind": "range", "start": "2024-03-03", "end": "2024-03-04"}
    rows = toy_shop.answer(
        {"metrics": ["placed_orders", "paid_orders", "payment_rate"], "time": third}
    )
    assert rows == [(0, 1, None)]
