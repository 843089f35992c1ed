"""Conditions on tables that a row may lack a partner in, and conditions that meet each other."""

from __future__ import annotations

from typing import Any

import pytest

from tests import toy_shop

Json = dict[str, Any]


def units(where: Json | None) -> int:
    return int(toy_shop.answer({"metrics": ["paid_units"], "where": where})[0][0])


def is_in(field: str, *values: str) -> Json:
    return {"kind": "in", "field": field, "values": list(values)}


def equals(field: str, value: str, operator: str = "=") -> Json:
    return {"kind": "compare", "field": field, "operator": operator, "value": value}


def is_null(field: str) -> Json:
    return {"kind": "is_null", "field": field}


def negated(part: Json) -> Json:
    return {"kind": "not", "part": part}


def both(*parts: Json) -> Json:
    return {"kind": "and", "parts": list(parts)}


def either(*parts: Json) -> Json:
    return {"kind": "or", "parts": list(parts)}


def test_items_of_an_unknown_product_are_found_by_its_absence() -> None:
    assert units(is_null("category")) == 4
    assert units(negated(is_null("category"))) == 7
    assert units(None) == 11


def test_a_condition_on_the_outer_table_leaves_out_rows_without_a_partner_and_no_others() -> None:
    masks, others = is_in("category", "面膜"), negated(is_in("category", "面膜"))
    assert units(masks) + units(others) + units(is_null("category")) == units(None)
    assert units(equals("category", "面膜", "!=")) == units(others)


def test_or_over_the_outer_table_keeps_rows_that_the_other_side_holds_for() -> None:
    # i4 has no known product, but its order has no province.
    assert units(either(is_in("category", "面膜"), is_null("province"))) == 3 + 4


def test_the_outer_condition_of_one_fact_narrows_the_others_by_their_own_rows() -> None:
    query = {"metrics": ["placed_orders", "refund_amount"], "where": is_null("member_level")}
    assert toy_shop.answer(query) == [(3, toy_shop.money("300.00"))]


def test_a_group_by_over_the_same_outer_table_agrees_with_the_condition() -> None:
    rows: dict[Any, Any] = dict(
        toy_shop.answer({"metrics": ["placed_orders"], "group_by": ["member_level"]})
    )
    for level, count in rows.items():
        where = is_null("member_level") if level is None else is_in("member_level", level)
        assert toy_shop.answer({"metrics": ["placed_orders"], "where": where}) == [(count,)]


@pytest.mark.parametrize("copies", [1, 2, 3])
def test_a_condition_said_twice_holds_once(copies: int) -> None:
    one = is_in("province", "浙江省")
    assert units(both(*[one] * copies)) == units(one)
    assert units(either(*[one] * copies)) == units(one)
    assert units(negated(negated(one))) == units(one)


def test_two_values_of_one_field_exclude_each_other() -> None:
    assert units(both(is_in("province", "浙江省"), is_in("province", "广东省"))) == 0


def test_the_asker_s_condition_joins_the_metric_s_own_and_does_not_replace_it() -> None:
    # paid_amount counts paid orders only; placed at any time, o2 and o5 were never paid.
    where = is_in("province", "浙江省", "广东省")
    ((paid,),) = toy_shop.answer({"metrics": ["paid_orders"], "where": where})
    ((placed,),) = toy_shop.answer({"metrics": ["placed_orders"], "where": where})
    assert (paid, placed) == (7, 9)


def test_a_filter_inside_a_metric_and_the_same_one_asked_give_the_metric_alone() -> None:
    asked = {"metrics": ["gold_orders"], "where": is_in("member_level", "金卡")}
    assert toy_shop.answer(asked) == toy_shop.answer({"metrics": ["gold_orders"]})
    other = {"metrics": ["gold_orders"], "where": is_in("member_level", "普通")}
    assert toy_shop.answer(other) == [(0,)]
