"""Running values: nothing is left out of a window silently, and no day counts twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from semantic_layer import Catalog, DateRange, QueryError, SemanticQuery
from tests import toy_shop
from tests.toy_shop import money

BY_DAY = ["metric_time__day"]


def _covered(*ranges: tuple[str, str]) -> Catalog:
    days = tuple(DateRange(date.fromisoformat(a), date.fromisoformat(b)) for a, b in ranges)
    return toy_shop.catalog(orders__paid_at=days, orders__order_amount=days)


def _known(rows: toy_shop.Rows) -> list[str]:
    return [day.isoformat() for day, value in rows if value is not None]


def test_the_first_days_of_the_data_have_no_full_window() -> None:
    days = {"kind": "range", "start": "2024-02-28", "end": "2024-03-07"}
    query = {"metrics": ["paid_amount_7d"], "group_by": BY_DAY, "time": days}
    assert _known(toy_shop.answer(query)) == ["2024-03-05", "2024-03-06"]


def test_after_a_gap_a_window_is_unknown_until_it_has_left_the_gap() -> None:
    known = _covered(("2024-02-20", "2024-03-01"), ("2024-03-02", "2024-03-20"))
    days = {"kind": "range", "start": "2024-02-28", "end": "2024-03-12"}
    query = {"metrics": ["paid_amount_7d"], "group_by": BY_DAY, "time": days}
    expected = ["2024-02-28", "2024-02-29", "2024-03-08", "2024-03-09", "2024-03-10", "2024-03-11"]
    assert _known(toy_shop.answer(query, known)) == expected


def test_a_month_to_date_is_unknown_when_the_month_began_before_the_data() -> None:
    days = {"kind": "range", "start": "2024-02-28", "end": "2024-03-03"}
    query = {"metrics": ["paid_amount_mtd"], "group_by": BY_DAY, "time": days}
    assert _known(toy_shop.answer(query)) == ["2024-03-01", "2024-03-02"]


def test_a_fiscal_month_to_date_is_unknown_when_it_began_before_the_data() -> None:
    days = {"kind": "range", "start": "2024-02-28", "end": "2024-03-06"}
    query = {"metrics": ["paid_amount_fiscal"], "group_by": BY_DAY, "time": days}
    assert _known(toy_shop.answer(query)) == []


@pytest.mark.parametrize("metric", ["paid_amount_7d", "paid_amount_mtd"])
def test_without_time_it_is_the_value_of_the_last_day_not_a_sum_of_values(metric: str) -> None:
    days = {"kind": "range", "start": "2024-03-01", "end": "2024-03-07"}
    ((alone,),) = toy_shop.answer({"metrics": [metric], "time": days})
    by_day = toy_shop.answer({"metrics": [metric], "group_by": BY_DAY, "time": days})
    assert alone == by_day[-1][1]


def test_without_time_the_last_day_is_the_last_loaded_one() -> None:
    days = {"kind": "range", "start": "2025-03-01", "end": "2025-04-01"}
    query = {"metrics": ["paid_amount_7d"], "time": days}
    assert toy_shop.answer(query) == [(0,)]
    early = _covered(("2024-02-28", "2025-03-08"))
    assert toy_shop.answer(query, early) == [(money("40.00"),)]


def test_a_window_that_cannot_be_known_is_refused_with_the_days_that_can() -> None:
    days = {"kind": "range", "start": "2024-02-28", "end": "2024-03-02"}
    for group_by in ([], BY_DAY):
        query = {"metrics": ["paid_amount_7d"], "group_by": group_by, "time": days}
        with pytest.raises(QueryError) as caught:
            toy_shop.compiled(SemanticQuery.model_validate(query))
        (issue,) = caught.value.issues
        assert issue.code == "history_not_loaded"
        assert "2024-03-05" in issue.message.en


def test_it_never_runs_on_after_the_data() -> None:
    rows = toy_shop.answer({"metrics": ["paid_amount_so_far"], "group_by": BY_DAY})
    assert max(day for day, _ in rows) == toy_shop.COVERED.last_day


def test_a_filter_on_time_cannot_add_up_the_values_of_many_days() -> None:
    where = {"kind": "compare", "field": "metric_time", "operator": ">=", "value": "2024-03-01"}
    query = {"metrics": ["paid_amount_7d"], "where": where}
    with pytest.raises(QueryError) as caught:
        toy_shop.compiled(SemanticQuery.model_validate(query))
    assert [issue.code for issue in caught.value.issues] == ["time_needed"]


def test_a_period_ends_on_its_last_day_even_if_nothing_happened_then() -> None:
    """The last orders of March were on the fifth: on the 31st the trailing week is empty."""
    days = {"kind": "range", "start": "2024-03-05", "end": "2024-05-01"}
    query = {"metrics": ["paid_amount_7d"], "group_by": ["metric_time__month"], "time": days}
    assert [value for _, value in toy_shop.answer(query)] == [0, 0]


def test_an_average_counts_the_days_on_which_nothing_happened() -> None:
    days = {"kind": "range", "start": "2024-03-05", "end": "2024-04-01"}
    query = {"metrics": ["paid_amount_7d"], "group_by": BY_DAY, "time": days}
    values = [float(value) for _, value in toy_shop.answer(query)]
    query = {"metrics": ["paid_amount_7d_average"], "time": days}
    ((_, average),) = toy_shop.answer(query | {"group_by": ["metric_time__month"]})
    assert average == pytest.approx(sum(values) / len(values))
    assert len(values) == 27


def test_distinct_buyers_of_a_window_are_not_the_sum_of_its_days() -> None:
    days = {"kind": "range", "start": "2024-03-28", "end": "2024-03-29"}
    ((_, buyers),) = toy_shop.answer(
        {"metrics": ["paid_buyers_30d"], "group_by": BY_DAY, "time": days}
    )
    assert buyers == 4  # b1 paid twice


def test_groups_of_an_additive_running_value_sum_to_the_total() -> None:
    days = {"kind": "range", "start": "2024-03-05", "end": "2024-03-06"}
    query = {"metrics": ["paid_amount_7d"], "time": days}
    ((total,),) = toy_shop.answer(query)
    groups = toy_shop.answer(query | {"group_by": ["province"]})
    assert sum((value for _, value in groups), Decimal(0)) == total
    assert None in dict(groups)


def test_a_comparison_needs_the_whole_window_of_its_last_day() -> None:
    days = {"kind": "range", "start": "2024-03-04", "end": "2024-03-07"}
    query = {"metrics": ["paid_amount_7d"], "time": days, "compare": "prior_period"}
    ((now, before, *_),) = toy_shop.answer(query)
    assert (now, before) == (money("520.09"), None)
