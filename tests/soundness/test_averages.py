"""Averages per period: over the days that are covered and meant, quiet ones included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from semantic_layer import Catalog, DateRange, QueryError, SemanticQuery, resolve
from tests import toy_shop

DAYS = {"kind": "range", "start": "2024-03-01", "end": "2024-03-11"}
DAILY: dict[str, Any] = {"metrics": ["paid_orders"], "average_per": "day", "time": DAYS}
WEEKEND = {"kind": "in", "field": "metric_time__extract_dow", "values": [6, 7]}
EVENING = {"kind": "compare", "field": "metric_time__extract_hour", "operator": ">=", "value": 20}


def _covered(*ranges: tuple[str, str]) -> Catalog:
    days = tuple(DateRange(date.fromisoformat(a), date.fromisoformat(b)) for a, b in ranges)
    return toy_shop.catalog(orders__paid_at=days, orders__order_amount=days)


def _refused(query: dict[str, Any], known: Catalog | None = None) -> list[str]:
    with pytest.raises(QueryError) as caught:
        toy_shop.compiled(SemanticQuery.model_validate(query), known)
    return [issue.code for issue in caught.value.issues]


def _notices(query: dict[str, Any], known: Catalog | None = None) -> list[str]:
    asked = SemanticQuery.model_validate(query)
    resolved = resolve(asked, toy_shop.model(), known or toy_shop.catalog(), toy_shop.TODAY)
    return [notice.code for notice in resolved.notices]


def _total(query: dict[str, Any]) -> Any:
    return toy_shop.answer({**query, "average_per": None})[0][0]


def test_quiet_days_count_as_zero() -> None:
    assert _total(DAILY) == 4
    assert toy_shop.answer(DAILY) == [(pytest.approx(4 / 10),)]


def test_a_group_that_sold_on_one_day_is_averaged_over_all_days() -> None:
    totals: dict[Any, Any] = dict(
        toy_shop.answer({**DAILY, "average_per": None, "group_by": ["province"]})
    )
    means: dict[Any, Any] = dict(toy_shop.answer({**DAILY, "group_by": ["province"]}))
    assert means == {name: pytest.approx(total / 10) for name, total in totals.items()}


def test_days_that_no_file_covers_are_not_counted() -> None:
    known = _covered(("2024-02-20", "2024-03-05"), ("2024-03-07", "2024-03-20"))
    (total,) = toy_shop.rows_of(
        "SELECT count(*) FROM mart.orders WHERE paid_at >= '2024-03-01' AND paid_at < '2024-03-11'"
        " AND NOT (paid_at >= '2024-03-05' AND paid_at < '2024-03-07')"
    )
    assert toy_shop.answer(DAILY, known) == [(pytest.approx(total[0] / 8),)]
    assert "days_missing" in _notices(DAILY, known)


def test_months_have_as_many_days_as_they_have() -> None:
    months = {"kind": "range", "start": "2024-02-28", "end": "2024-05-01"}
    query = {**DAILY, "time": months, "group_by": ["metric_time__month"]}
    totals = toy_shop.answer({**query, "average_per": None})
    days = [2, 31, 30]
    assert toy_shop.answer(query) == [
        (month, pytest.approx(total / count))
        for (month, total), count in zip(totals, days, strict=True)
    ]


def test_a_weekday_is_averaged_over_the_days_that_are_one() -> None:
    query = {**DAILY, "group_by": ["metric_time__extract_dow"]}
    totals: dict[Any, Any] = dict(toy_shop.answer({**query, "average_per": None}))
    fridays_and_weekends = {5, 6, 7}  # 1 March 2024 is a Friday, and the window has ten days
    found: dict[Any, Any] = dict(toy_shop.answer(query))
    assert found == {
        day: pytest.approx(total / (2 if day in fridays_and_weekends else 1))
        for day, total in totals.items()
    }


def test_a_condition_on_weekdays_leaves_their_days() -> None:
    query = {**DAILY, "where": WEEKEND}
    assert toy_shop.answer(query) == [(pytest.approx(_total(query) / 4),)]


def test_a_condition_on_hours_takes_no_day_away() -> None:
    query = {**DAILY, "where": EVENING}
    assert _total(query) == 1
    assert toy_shop.answer(query) == [(pytest.approx(1 / 10),)]


def test_distinct_buyers_are_those_of_each_day_not_of_the_window() -> None:
    by_day = {**DAILY, "metrics": ["paid_buyers"]}
    each = toy_shop.answer({**by_day, "average_per": None, "group_by": ["metric_time__day"]})
    assert toy_shop.answer(by_day) == [(pytest.approx(sum(row[1] for row in each) / 10),)]


def test_a_ratio_is_averaged_over_the_days_that_have_one() -> None:
    by_day = {**DAILY, "metrics": ["payment_rate"]}
    each = toy_shop.answer({**by_day, "average_per": None, "group_by": ["metric_time__day"]})
    known = [row[1] for row in each if row[1] is not None]
    assert 0 < len(known) < 10
    assert toy_shop.answer(by_day) == [(pytest.approx(sum(known) / len(known)),)]


def test_a_level_is_averaged_over_the_days_that_have_one() -> None:
    query = {"metrics": ["stock_on_hand"], "average_per": "day"}
    each = toy_shop.answer({**query, "average_per": None, "group_by": ["metric_time__day"]})
    known = [row[1] for row in each if row[1] is not None]
    assert toy_shop.answer(query) == [(pytest.approx(sum(known) / len(known)),)]


def test_both_sides_of_a_comparison_are_averaged_over_their_own_days() -> None:
    query = {**DAILY, "compare": "prior_period"}
    (row,) = toy_shop.answer(query)
    base = {"kind": "range", "start": "2024-02-28", "end": "2024-03-01"}
    assert row[1] == pytest.approx(_total({**DAILY, "time": base}) / 2)
    assert "average_base_short" in _notices(query)


def test_months_of_unequal_length_are_compared_by_their_days() -> None:
    february = {"kind": "range", "start": "2025-02-01", "end": "2025-03-01"}
    january = {"kind": "range", "start": "2025-01-01", "end": "2025-02-01"}
    (row,) = toy_shop.answer({**DAILY, "time": february, "compare": "prior_period"})
    assert row[:2] == (
        pytest.approx(_total({**DAILY, "time": february}) / 28),
        pytest.approx(_total({**DAILY, "time": january}) / 31),
    )


def test_a_base_without_data_gives_no_comparison() -> None:
    window = {"kind": "range", "start": "2024-02-28", "end": "2024-03-06"}
    query = {**DAILY, "time": window, "compare": "prior_period"}
    (row,) = toy_shop.answer(query)
    assert row[0] is not None
    assert row[1:] == (None, None, None)
    assert "no_base" in _notices(query)


def test_a_period_that_is_cut_counts_and_is_told() -> None:
    query = {**DAILY, "average_per": "week"}  # 26 February, 4 March: two weeks, the first cut
    assert toy_shop.answer(query) == [(pytest.approx(_total(query) / 2),)]
    assert "average_cut_periods" in _notices(query)
    whole = {"kind": "range", "start": "2024-03-04", "end": "2024-03-11"}
    assert "average_cut_periods" not in _notices({**query, "time": whole})


def test_the_top_and_the_rest_make_the_daily_number_of_all() -> None:
    query = {**DAILY, "group_by": ["province"], "limit": 1, "others": True}
    rows = toy_shop.answer(query)
    assert sum(row[1] for row in rows) == pytest.approx(4 / 10)


def test_a_condition_on_the_number_is_one_on_the_average() -> None:
    having = {"kind": "compare", "field": "paid_orders", "operator": ">", "value": 1}
    assert toy_shop.answer({**DAILY, "group_by": ["province"], "having": having}) == []


def test_without_a_known_beginning_there_is_no_number_of_days() -> None:
    forever = (DateRange(date.min, date.max),)
    tables = {
        name: replace(table, coverage=dict.fromkeys(table.coverage, forever))
        for name, table in toy_shop.catalog().tables.items()
    }
    known = Catalog(tables)
    query = {"metrics": ["paid_orders"], "average_per": "day"}
    assert _refused(query, known) == ["average_needs_time"]
    assert toy_shop.answer(DAILY, known) == [(pytest.approx(4 / 10),)]


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        ({"average_per": "hour"}, ["average_unit"]),
        ({"group_by": ["metric_time__day"]}, ["average_grain"]),
        ({"group_by": ["metric_time__month"], "average_per": "week"}, ["average_grain"]),
        ({"group_by": ["paid_at__month"]}, ["average_other_time"]),
        ({"group_by": ["province"], "share_of": {}}, ["average_with_share"]),
        (
            {"group_by": ["metric_time__month"], "running": {}},
            ["average_with_running"],
        ),
        (
            {"group_by": ["metric_time__month"], "compare": "prior_period"},
            ["average_compared_periods"],
        ),
        (
            {"where": {"kind": "or", "parts": [WEEKEND, EVENING]}},
            ["average_time_condition"],
        ),
        (
            {"where": {"kind": "or", "parts": [WEEKEND, {"kind": "is_null", "field": "province"}]}},
            ["average_time_condition"],
        ),
    ],
)
def test_what_has_no_clear_average_is_refused(part: dict[str, Any], codes: list[str]) -> None:
    assert _refused({**DAILY, **part}) == codes


def test_a_time_that_is_known_by_the_day_has_no_hours() -> None:
    by_hour = {"metrics": ["stock_on_hand"], "group_by": ["metric_time__extract_hour"]}
    assert _refused(by_hour) == ["part_too_fine"]
    assert _refused({"metrics": ["stock_on_hand"], "where": EVENING}) == ["part_too_fine"]


def test_hours_of_the_day_add_up_to_the_day_and_keep_its_quiet_days() -> None:
    query = {"metrics": ["paid_orders"], "time": DAYS}
    by_hour = toy_shop.answer({**query, "group_by": ["metric_time__extract_hour"]})
    assert sum(row[1] for row in by_hour) == _total(DAILY)
    by_day = toy_shop.answer({**query, "group_by": ["metric_time__day"], "where": EVENING})
    assert len(by_day) == 10
