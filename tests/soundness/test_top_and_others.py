"""Top-N in each group, ranks, and the row of the rest: nothing is lost, nothing named wrongly."""

from __future__ import annotations

from typing import Any

import pytest

from semantic_layer import QueryError, SemanticQuery
from semantic_layer.planning.query_plan import OTHERS
from tests import toy_shop
from tests.semantic_layer.evaluator import Shop
from tests.semantic_layer.shops import run

BY_AMOUNT = {"order_by": [{"name": "paid_amount"}]}
BY_MONTH: dict[str, Any] = {
    "metrics": ["paid_amount"],
    "group_by": ["metric_time__month", "province"],
    "limit_within": ["metric_time__month"],
    **BY_AMOUNT,
}


def _refused(query: dict[str, Any]) -> list[str]:
    with pytest.raises(QueryError) as caught:
        toy_shop.compiled(SemanticQuery.model_validate(query))
    return [issue.code for issue in caught.value.issues]


def _orders(*amounts: tuple[str | None, str, int]) -> Shop:
    orders = [
        {
            "order_key": f"o{number}",
            "created_at": "2024-03-01 10:00:00",
            "paid_at": "2024-03-01 10:00:00",
            "order_amount": amount,
            "buyer_id": "b1",
            "province": province,
            "channel": channel,
        }
        for number, (province, channel, amount) in enumerate(amounts)
    ]
    return Shop(orders, [], [], [], [])


def _rows(query: dict[str, Any], shop: Shop) -> list[tuple[Any, ...]]:
    sql = toy_shop.compiled(SemanticQuery.model_validate(query)).sql
    print(sql)  # noqa: T201 - pytest shows it when the test fails
    return run(sql, shop)


def test_each_month_keeps_its_own_top() -> None:
    rows = toy_shop.answer(BY_MONTH | {"limit": 1})
    assert [(month.isoformat()[:7], province) for month, province, _ in rows] == [
        ("2024-02", "浙江省"),
        ("2024-03", "广东省"),
        ("2024-12", "浙江省"),
        ("2025-01", "浙江省"),
        ("2025-02", "浙江省"),
        ("2025-03", "广东省"),
    ]


def test_ties_at_the_cut_are_broken_the_same_way_each_time() -> None:
    shop = _orders(("丙", "天猫", 5), ("甲", "天猫", 5), ("乙", "天猫", 5), (None, "天猫", 5))
    query = {"metrics": ["paid_amount"], "group_by": ["channel", "province"], "limit": 2}
    rows = _rows(query | {"limit_within": ["channel"], "ranks": True, **BY_AMOUNT}, shop)
    assert [(row[1], row[-1]) for row in rows] == [("丙", 1), ("乙", 1)]  # by name, all first


def test_a_rank_is_a_place_among_all_groups_whatever_is_shown() -> None:
    query = {"metrics": ["paid_amount"], "group_by": ["province"], "ranks": True}
    whole = {row[0]: row[-1] for row in toy_shop.answer(query)}
    having = {"kind": "compare", "field": "paid_orders", "operator": "<", "value": 4}
    few = {row[0]: row[-1] for row in toy_shop.answer(query | {"having": having})}
    assert few.items() < whole.items()
    last = {"order_by": [{"name": "paid_amount", "descending": False}]}
    ascending = {row[0]: row[-1] for row in toy_shop.answer(query | last)}
    assert all(ascending[name] == len(whole) + 1 - place for name, place in whole.items())


def test_a_number_that_is_missing_has_no_rank() -> None:
    days = {"kind": "range", "start": "2024-03-01", "end": "2024-03-04"}
    query = {"metrics": ["average_order_value"], "group_by": ["metric_time__day"], "time": days}
    assert [row[1:] for row in toy_shop.answer(query | {"ranks": True})] == [
        (20.0, 2),
        (None, None),
        (300.0, 1),
    ]


def test_what_is_shown_and_the_rest_add_up_to_the_total() -> None:
    ((total, count),) = toy_shop.answer({"metrics": ["paid_amount", "paid_orders"]})
    query = {"metrics": ["paid_amount", "paid_orders"], "group_by": ["province", "channel"]}
    for limit in range(1, 6):
        rows = toy_shop.answer(query | {"limit": limit, "others": True, **BY_AMOUNT})
        assert (sum(row[2] for row in rows), sum(row[3] for row in rows)) == (total, count)
        assert [row[0] for row in rows[:-1]].count(OTHERS) == 0
        assert (rows[-1][0] == OTHERS) == (limit < 5)


def test_the_rest_of_each_month_is_its_own() -> None:
    totals: dict[Any, Any] = dict(
        toy_shop.answer({"metrics": ["paid_amount"], "group_by": ["metric_time__month"]})
    )
    rows = toy_shop.answer(BY_MONTH | {"limit": 1, "others": True})
    for month, total in totals.items():
        assert sum(row[2] for row in rows if row[0] == month) == total
    assert [row[1] for row in rows].count(OTHERS) == 1


def test_without_more_rows_than_the_limit_there_is_no_rest() -> None:
    rows = toy_shop.answer(
        {"metrics": ["paid_amount"], "group_by": ["province"], "limit": 3, "others": True}
    )
    assert len(rows) == 3
    assert OTHERS not in {row[0] for row in rows}


def test_a_member_called_others_stays_apart_from_the_rest() -> None:
    shop = _orders(("其他", "天猫", 9), ("甲", "天猫", 2), ("乙", "天猫", 1))
    query = {"metrics": ["paid_amount"], "group_by": ["province"], "limit": 1, "others": True}
    assert [(name, int(value)) for name, value in _rows(query, shop)] == [("其他", 9), (OTHERS, 3)]


def test_a_group_without_a_name_can_be_part_of_the_rest_or_stand_alone() -> None:
    shop = _orders((None, "天猫", 9), ("甲", "天猫", 2), (None, "京东", 1))
    query = {"metrics": ["paid_amount"], "group_by": ["province", "channel"], "limit": 1}
    rows = _rows(query | {"others": True}, shop)
    assert [(*row[:2], int(row[2])) for row in rows] == [
        (None, "天猫", 9),
        (OTHERS, OTHERS, 3),
    ]


def test_the_change_of_the_rest_is_that_of_its_sums() -> None:
    days = {"kind": "range", "start": "2025-01-01", "end": "2025-02-01"}
    query = {
        "metrics": ["paid_amount"],
        "group_by": ["province"],
        "time": days,
        "compare": "prior_period",
    }
    ((_, now, before, delta, rate),) = toy_shop.answer(query)
    assert (now, before, delta, rate) == (80, 200, -120, -0.6)
    shop = Shop(
        [
            {
                "order_key": f"o{number}",
                "created_at": paid_at,
                "paid_at": paid_at,
                "order_amount": amount,
                "buyer_id": "b1",
                "province": province,
                "channel": "天猫",
            }
            for number, (province, paid_at, amount) in enumerate(
                [
                    ("甲", "2025-01-05", 90),
                    ("乙", "2025-01-05", 10),
                    ("乙", "2024-12-05", 40),
                    ("丙", "2025-01-05", 20),
                    ("丙", "2024-12-05", 10),
                ]
            )
        ],
        *([], [], [], []),
    )
    *_, rest = _rows(query | {"limit": 1, "others": True, **BY_AMOUNT}, shop)
    assert rest[0] == OTHERS
    assert [float(cell) for cell in rest[1:]] == [30, 50, -20, -0.4]


def test_the_share_of_the_rest_is_its_own_part_of_the_whole() -> None:
    query = {"metrics": ["paid_amount"], "group_by": ["province"], "limit": 1, "others": True}
    rows = toy_shop.answer(query | {"share_of": {}, "ranks": True})
    assert sum(row[2] for row in rows) == pytest.approx(1)
    assert rows[-1][3] is None
    crossed = {"group_by": ["channel", "province"], "share_of": {"within": ["province"]}}
    assert toy_shop.answer(query | crossed)[-1][3] is None  # it lies in several provinces


@pytest.mark.parametrize(
    "metric", ["paid_buyers", "payment_rate", "median_paid_amount", "paid_amount_7d"]
)
def test_what_does_not_add_up_has_no_rest(metric: str) -> None:
    query = {"metrics": [metric], "group_by": ["province"], "limit": 1, "others": True}
    assert _refused(query) == ["others_not_additive"]


def test_a_condition_on_a_number_and_a_rest_exclude_each_other() -> None:
    query = {"metrics": ["paid_amount"], "group_by": ["province"], "limit": 1, "others": True}
    having = {"kind": "compare", "field": "paid_amount", "operator": ">", "value": 1}
    assert _refused(query | {"having": having}) == ["others_with_having"]


def test_limits_that_say_nothing_are_refused() -> None:
    query = {"metrics": ["paid_amount"], "group_by": ["province", "channel"]}
    assert _refused(query | {"limit_within": ["channel"]}) == ["limit_within_needs_limit"]
    assert _refused(query | {"limit": 1, "limit_within": ["city"]}) == ["limit_within_unknown"]
    everything = {"limit": 1, "limit_within": ["province", "channel"]}
    assert _refused(query | everything) == ["limit_within_everything"]
    assert _refused(query | {"others": True}) == ["others_need_limit"]
