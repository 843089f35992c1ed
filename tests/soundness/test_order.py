"""Order and top-N."""

from __future__ import annotations

from tests import toy_shop


def test_ties_come_out_in_the_order_of_the_key() -> None:
    query = {"metrics": ["paid_buyers"], "group_by": ["channel"], "limit": 2}
    tie = {**query, "time": {"kind": "range", "start": "2024-03-01", "end": "2024-03-02"}}
    both = {**query, "metrics": ["placed_orders"], "time": tie["time"]}
    assert toy_shop.answer(both) == [("京东", 1), ("天猫", 1)]


def test_top_n_keeps_the_largest_and_puts_the_unknown_last() -> None:
    query = {
        "metrics": ["paid_amount"],
        "group_by": ["province"],
        "order_by": [{"name": "paid_amount"}],
    }
    everything = toy_shop.answer(query)
    assert [row[1] for row in everything] == sorted((row[1] for row in everything), reverse=True)
    assert toy_shop.answer({**query, "limit": 2}) == everything[:2]


def test_lowest_first() -> None:
    query = {
        "metrics": ["paid_amount"],
        "group_by": ["province"],
        "order_by": [{"name": "paid_amount", "descending": False}],
        "limit": 1,
    }
    assert toy_shop.answer(query) == [(None, toy_shop.money("20.00"))]
