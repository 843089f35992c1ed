"""Rows without a key are kept, once."""

from __future__ import annotations

from tests import toy_shop


def test_orders_without_a_province_are_one_group_for_both_times() -> None:
    query = {"metrics": ["placed_orders", "paid_orders"], "group_by": ["province"]}
    missing = [row for row in toy_shop.answer(query) if row[0] is None]
    assert missing == [(None, 2, 2)]


def test_items_of_an_unknown_product_stay_in_the_sum() -> None:
    rows = toy_shop.answer({"metrics": ["paid_units"], "group_by": ["category"]})
    assert (None, 4) in rows
    assert sum(units for _, units in rows) == 11


def test_an_unknown_buyer_and_a_buyer_without_a_level_share_the_empty_group() -> None:
    rows = toy_shop.answer({"metrics": ["placed_orders"], "group_by": ["member_level"]})
    assert [row for row in rows if row[0] is None] == [(None, 3)]
