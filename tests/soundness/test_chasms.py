"""Three facts around one order, or one buyer: none of them multiplies another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from semantic_layer import DateRange, SemanticQuery, compile_query, plan, resolve
from semantic_layer.loader import load_model
from tests import toy_shop
from tests.semantic_layer.reference.database import COLUMNS, catalog_of, run
from tests.semantic_layer.reference.shop import Shop

FACTS = ("placed_orders", "paid_units", "refund_amount")


@pytest.mark.parametrize("group", ["province", "channel", "member_level"])
def test_three_facts_together_are_what_each_is_alone(group: str) -> None:
    together = toy_shop.answer({"metrics": [*FACTS], "group_by": [group]})
    for position, name in enumerate(FACTS, 1):
        alone: dict[Any, Any] = dict(toy_shop.answer({"metrics": [name], "group_by": [group]}))
        found = {row[0]: row[position] for row in together}
        assert {key: found[key] for key in alone} == alone
        assert {found[key] for key in found.keys() - alone.keys()} <= {0}


@pytest.mark.parametrize("order", [*permutations(FACTS)])
def test_the_order_of_the_facts_does_not_matter(order: tuple[str, ...]) -> None:
    (row,) = toy_shop.answer({"metrics": [*order]})
    expected = {"placed_orders": 11, "paid_units": 11, "refund_amount": toy_shop.money("350.10")}
    assert dict(zip(order, row, strict=True)) == expected


def shop(**tables: list[Mapping[str, Any]]) -> Shop:
    """A shop of the shipped definitions with these rows."""
    filled = {source: tables.get(source.removeprefix("mart."), []) for source in COLUMNS}
    del filled["mart.calendar"]
    covered = DateRange(date(2025, 1, 1), date(2025, 2, 1))
    return Shop(load_model(), filled, dict.fromkeys(filled, covered), date(2025, 2, 1))


def answer(small: Shop, **query: Any) -> list[tuple[Any, ...]]:
    """The rows of a query over the shipped definitions."""
    asked = SemanticQuery.model_validate(query)
    resolved = resolve(asked, small.model, catalog_of(small), small.today)
    sql = compile_query(plan(resolved)).sql
    print(sql)  # noqa: T201 - pytest shows it when the test fails
    return run(sql, small)


DAY = date(2025, 1, 5)


def test_two_items_three_parcels_and_two_reviews_of_one_order_stay_two_three_and_two() -> None:
    order = {"order_key": "o1", "paid_at": DAY, "order_amount": Decimal(100), "channel": "天猫"}
    small = shop(
        orders=[order],
        order_items=[
            {"item_key": f"i{n}", "order_key": "o1", "paid_at": DAY, "quantity": 1}
            for n in range(2)
        ],
        shipments=[
            {"shipment_id": f"s{n}", "order_key": "o1", "shipped_at": DAY} for n in range(3)
        ],
        reviews=[
            {"review_id": f"r{n}", "order_key": "o1", "reviewed_at": DAY, "rating": 5}
            for n in range(2)
        ],
    )
    metrics = ["paid_amount", "paid_units", "shipped_parcels", "review_count"]
    counts = (Decimal(100), 2, 3, 2)
    assert answer(small, metrics=metrics) == [counts]
    assert answer(small, metrics=metrics, group_by=["channel"]) == [("天猫", *counts)]


def test_a_group_in_which_no_metric_has_rows_is_not_shown() -> None:
    small = shop(
        reviews=[{"review_id": "r1", "product_id": "p1", "reviewed_at": DAY, "rating": 3}],
        products=[{"product_id": "p1", "category": "护肤"}],
    )
    assert answer(small, metrics=["positive_reviews"], group_by=["category"]) == []
    both = ["positive_reviews", "negative_reviews"]
    assert answer(small, metrics=both, group_by=["category"]) == []
