"""Shares: of one whole, with nothing left out of it and nothing counted into it twice."""

from __future__ import annotations

from typing import Any

import pytest

from semantic_layer import QueryError, SemanticQuery, resolve
from tests import toy_shop
from tests.toy_shop import money

BY_PROVINCE = {"metrics": ["paid_amount"], "group_by": ["province"]}


def _refused(query: dict[str, Any]) -> list[str]:
    with pytest.raises(QueryError) as caught:
        toy_shop.compiled(SemanticQuery.model_validate(query))
    return [issue.code for issue in caught.value.issues]


def test_shares_sum_to_one_and_the_group_without_a_name_has_its_own() -> None:
    rows = toy_shop.answer(BY_PROVINCE | {"share_of": {}})
    assert sum(share for *_, share in rows) == pytest.approx(1)
    assert {province: float(value) for province, value, _ in rows} == pytest.approx(
        {province: share * 900.09 for province, _, share in rows}
    )
    assert None in {province for province, *_ in rows}


def test_shares_of_a_parent_sum_to_one_in_each() -> None:
    query = {"metrics": ["paid_amount"], "group_by": ["province", "channel"]}
    rows = toy_shop.answer(query | {"share_of": {"within": ["province"]}})
    parents = {province for province, *_ in rows}
    assert len(parents) == 3
    for parent in parents:
        assert sum(row[3] for row in rows if row[0] == parent) == pytest.approx(1)


def test_a_condition_on_a_number_changes_no_share() -> None:
    query = BY_PROVINCE | {"share_of": {}, "ranks": True, "order_by": [{"name": "province"}]}
    whole = toy_shop.answer(query)
    having = {"kind": "compare", "field": "paid_orders", "operator": "<", "value": 4}
    part = toy_shop.answer(query | {"having": having})
    assert 0 < len(part) < len(whole)
    assert [row for row in whole if row[0] in {row[0] for row in part}] == part


def test_a_limit_changes_no_share() -> None:
    query = BY_PROVINCE | {"share_of": {}, "order_by": [{"name": "paid_amount"}]}
    assert toy_shop.answer(query | {"limit": 2}) == toy_shop.answer(query)[:2]


def test_one_province_of_all_of_them() -> None:
    where = {"kind": "in", "field": "province", "values": ["浙江省"]}
    query = {"metrics": ["paid_amount"], "where": where, "share_of": {"beyond": ["province"]}}
    ((amount, share),) = toy_shop.answer(query)
    assert amount == money("440.10")
    assert share == pytest.approx(440.10 / 900.09)


def test_other_conditions_narrow_part_and_whole() -> None:
    parts = [
        {"kind": "in", "field": "province", "values": ["广东省"]},
        {"kind": "compare", "field": "channel", "operator": "=", "value": "京东"},
    ]
    query = {"metrics": ["paid_amount"], "where": {"kind": "and", "parts": parts}}
    ((_, share),) = toy_shop.answer(query | {"share_of": {"beyond": ["province"]}})
    assert share == pytest.approx(340 / 340)
    ((_, share),) = toy_shop.answer(query | {"share_of": {"beyond": ["channel"]}})
    assert share == pytest.approx(340 / 439.99)


def test_distinct_counts_are_parts_of_their_own_whole_not_of_their_sum() -> None:
    query = {"metrics": ["paid_buyers"], "group_by": ["province"], "share_of": {}}
    rows = toy_shop.answer(query)
    assert {province: share for province, _, share in rows} == {
        "浙江省": 2 / 4,
        "广东省": 3 / 4,
        None: 2 / 4,
    }
    asked = SemanticQuery.model_validate(query)
    resolved = resolve(asked, toy_shop.model(), toy_shop.catalog(), toy_shop.TODAY)
    assert [notice.code for notice in resolved.notices] == ["shares_overlap"]


def test_a_whole_of_nothing_has_no_shares() -> None:
    days = {"kind": "range", "start": "2024-06-01", "end": "2024-06-03"}
    query = {"metrics": ["paid_amount"], "group_by": ["metric_time__day"], "time": days}
    rows = toy_shop.answer(query | {"share_of": {}})
    assert [(value, share) for _, value, share in rows] == [(0, None), (0, None)]


@pytest.mark.parametrize(
    ("metric", "instead"),
    [
        ("payment_rate", "paid_orders"),
        ("average_order_value", "paid_amount"),
        ("median_paid_amount", "placed_orders"),
    ],
)
def test_what_does_not_add_up_has_no_shares(metric: str, instead: str) -> None:
    query = {"metrics": [metric], "group_by": ["province"], "share_of": {}}
    with pytest.raises(QueryError) as caught:
        toy_shop.compiled(SemanticQuery.model_validate(query))
    (issue,) = caught.value.issues
    assert issue.code == "share_not_additive"
    assert instead in issue.suggestions


def test_a_level_is_shared_at_one_moment_never_over_several() -> None:
    query = {"metrics": ["stock_on_hand"], "share_of": {}}
    rows = toy_shop.answer(query | {"group_by": ["sku"]})
    assert sum(share for *_, share in rows) == pytest.approx(1)
    by_month = query | {"group_by": ["metric_time__month", "sku"]}
    assert _refused(by_month) == ["share_not_additive"]
    rows = toy_shop.answer(by_month | {"share_of": {"within": ["metric_time__month"]}})
    assert sum(row[3] for row in rows if row[0].month == 4) == pytest.approx(1)


def test_a_level_chosen_among_filtered_rows_is_no_part_of_another_one() -> None:
    where = {"kind": "in", "field": "sku", "values": ["s2"]}
    query = {"metrics": ["stock_on_hand"], "where": where, "share_of": {"beyond": ["sku"]}}
    assert _refused(query) == ["share_not_additive"]


def test_a_condition_that_cannot_be_lifted_alone_is_refused() -> None:
    parts = [
        {"kind": "in", "field": "province", "values": ["广东省"]},
        {"kind": "in", "field": "channel", "values": ["天猫"]},
    ]
    query = {"metrics": ["paid_amount"], "share_of": {"beyond": ["province"]}}
    assert _refused(query | {"where": {"kind": "or", "parts": parts}}) == ["share_condition_mixed"]
    negated = {"kind": "not", "part": parts[0]}
    ((_, share),) = toy_shop.answer(query | {"where": negated})
    assert share == pytest.approx(440.10 / 900.09)


def test_unknown_columns_and_shares_of_nothing_are_refused() -> None:
    assert _refused(BY_PROVINCE | {"share_of": {"within": ["provinc"]}}) == ["share_field_unknown"]
    assert _refused(BY_PROVINCE | {"share_of": {"beyond": ["channel"]}}) == ["share_field_unknown"]
    assert _refused({"metrics": ["paid_amount"], "share_of": {}}) == ["share_of_nothing"]
    assert _refused({"group_by": ["province"], "share_of": {}}) == ["metric_needed"]
