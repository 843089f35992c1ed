"""Joins never multiply rows."""

from __future__ import annotations

from tests import toy_shop


def test_an_order_with_two_items_is_one_order() -> None:
    together = toy_shop.answer({"metrics": ["paid_orders", "paid_amount", "paid_units"]})
    apart = [
        toy_shop.answer({"metrics": [name]})[0][0]
        for name in ("paid_orders", "paid_amount", "paid_units")
    ]
    assert together == [tuple(apart)]


def test_two_facts_of_one_order_do_not_multiply_each_other() -> None:
    query = {"metrics": ["paid_units", "refund_amount"], "group_by": ["province"]}
    rows = {row[0]: row[1:] for row in toy_shop.answer(query)}
    # o1 has two items and two refunds; a join of both would count each twice.
    assert rows["浙江省"] == (3, toy_shop.money("50.10"))


def test_a_many_to_one_dimension_keeps_the_total() -> None:
    [(total,)] = toy_shop.answer({"metrics": ["refund_amount"]})
    by_level = toy_shop.answer({"metrics": ["refund_amount"], "group_by": ["member_level"]})
    assert sum(amount for _, amount in by_level) == total
