"""Filters inside inputs: they narrow their own input and no other, and NULL is no value."""

from __future__ import annotations

import pytest

from tests import toy_shop
from tests.toy_shop import money


def test_a_filter_in_the_numerator_leaves_the_denominator_whole() -> None:
    ((share,),) = toy_shop.answer({"metrics": ["zhejiang_share"]})
    ((zhejiang,),) = toy_shop.answer(
        {
            "metrics": ["paid_amount"],
            "where": {"kind": "in", "field": "province", "values": ["浙江省"]},
        }
    )
    ((everything,),) = toy_shop.answer({"metrics": ["paid_amount"]})
    assert share == pytest.approx(float(zhejiang / everything))
    assert zhejiang == money("440.10")


def test_beside_the_whole_each_keeps_its_own_filter() -> None:
    query = {"metrics": ["paid_amount", "zhejiang_share"], "group_by": ["province"]}
    shares = {province: share for province, _, share in toy_shop.answer(query)}
    assert shares == {"浙江省": 1.0, "广东省": 0.0, None: 0.0}


def test_the_asker_s_filter_holds_for_both_sides() -> None:
    where = {"kind": "compare", "field": "channel", "operator": "=", "value": "京东"}
    assert toy_shop.answer({"metrics": ["zhejiang_share"], "where": where}) == [(0.0,)]


def test_a_filter_over_a_join_does_not_multiply_rows() -> None:
    assert toy_shop.answer({"metrics": ["gold_orders"]}) == [(5,)]


def test_a_buyer_without_a_level_at_the_time_is_kept_without_one() -> None:
    rows = toy_shop.answer({"metrics": ["placed_orders"], "group_by": ["level_then"]})
    ((total,),) = toy_shop.answer({"metrics": ["placed_orders"]})
    assert sum(count for _, count in rows) == total
    assert (None, 5) in rows
