"""A level (stock) is never summed over days, and a group and a filter to that group agree."""

from __future__ import annotations

import pytest

from tests import toy_shop

FEBRUARY_TO_MARCH = {"kind": "range", "start": "2024-02-28", "end": "2024-04-01"}


def test_a_level_is_that_of_the_last_day_not_the_sum_of_all() -> None:
    assert toy_shop.answer({"metrics": ["stock_on_hand"], "time": FEBRUARY_TO_MARCH}) == [(7,)]
    assert toy_shop.answer({"metrics": ["stock_on_hand"]}) == [(24,)]


def test_longer_periods_hold_the_value_of_their_last_day() -> None:
    query = {"metrics": ["stock_on_hand"], "time": FEBRUARY_TO_MARCH}
    by_day = toy_shop.answer(query | {"group_by": ["metric_time__day"]})
    by_year = toy_shop.answer(query | {"group_by": ["metric_time__year"]})
    known = [value for _, value in by_day if value is not None]
    assert [value for _, value in by_year] == [known[-1]]


@pytest.mark.parametrize("dimension", ["sku", "warehouse"])
def test_groups_sum_to_the_total(dimension: str) -> None:
    query = {"metrics": ["stock_on_hand"], "time": FEBRUARY_TO_MARCH}
    ((total,),) = toy_shop.answer(query)
    assert sum(value for _, value in toy_shop.answer(query | {"group_by": [dimension]})) == total


def test_a_sku_that_is_sold_out_does_not_keep_its_last_stock() -> None:
    where = {"kind": "compare", "field": "sku", "operator": "=", "value": "s2"}
    query = {"metrics": ["stock_on_hand"], "time": FEBRUARY_TO_MARCH}
    assert toy_shop.answer(query | {"where": where}) == [(None,)]
    assert "s2" not in dict(toy_shop.answer(query | {"group_by": ["sku"]}))


def test_a_row_without_a_sku_is_stock_as_well() -> None:
    where = {"kind": "is_null", "field": "sku"}
    query = {"metrics": ["stock_on_hand"], "time": FEBRUARY_TO_MARCH, "where": where}
    assert toy_shop.answer(query) == [(1,)]


def test_a_comparison_sets_level_against_level() -> None:
    days = {"kind": "range", "start": "2024-04-01", "end": "2024-05-01"}
    query = {"metrics": ["stock_on_hand"], "time": days, "compare": "prior_period"}
    ((now, before, delta, _),) = toy_shop.answer(query)
    assert (now, before, delta) == (24, 7, 17)
