"""Running numbers of a query: each up to its own period, and unknown where a day is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from semantic_layer import Catalog, DateRange, QueryError, SemanticQuery
from tests import toy_shop

BY_DAY: dict[str, Any] = {"metrics": ["paid_amount"], "group_by": ["metric_time__day"]}
WEEK = {"kind": "range", "start": "2024-02-28", "end": "2024-03-06"}


def _covered(*ranges: tuple[str, str]) -> Catalog:
    days = tuple(DateRange(date.fromisoformat(a), date.fromisoformat(b)) for a, b in ranges)
    return toy_shop.catalog(orders__paid_at=days, orders__order_amount=days)


def _known(rows: toy_shop.Rows) -> list[str]:
    return [day.isoformat()[5:] for day, value in rows if value is not None]


def _refused(query: dict[str, Any], known: Catalog | None = None) -> list[str]:
    with pytest.raises(QueryError) as caught:
        toy_shop.compiled(SemanticQuery.model_validate(query), known)
    return [issue.code for issue in caught.value.issues]


@pytest.mark.parametrize("metric", ["paid_amount", "paid_buyers", "payment_rate", "refund_amount"])
def test_the_last_running_number_is_the_number_of_the_whole_window(metric: str) -> None:
    query = {"metrics": [metric], "time": WEEK}
    rows = toy_shop.answer(query | {"group_by": ["metric_time__day"], "running": {}})
    assert rows[-1][1:] == toy_shop.answer(query)[0]
    by_month = toy_shop.answer(query | {"group_by": ["metric_time__month"], "running": {}})
    assert by_month[-1][1:] == rows[-1][1:]


def test_distinct_buyers_are_counted_once_however_often_they_come() -> None:
    query = {"metrics": ["paid_buyers"], "group_by": ["metric_time__day"], "time": WEEK}
    assert [row[1] for row in toy_shop.answer(query | {"running": {}})] == [0, 1, 1, 1, 2, 2, 4]


def test_a_ratio_is_that_of_two_totals_not_a_sum_of_ratios() -> None:
    query = {"metrics": ["payment_rate"], "group_by": ["metric_time__day"], "time": WEEK}
    rows = toy_shop.answer(query | {"running": {"count": 3, "unit": "day"}})
    assert rows[3][1] == pytest.approx(2 / 4)  # 29 February to 2 March


def test_from_a_gap_on_a_total_is_unknown() -> None:
    known = _covered(("2024-02-20", "2024-03-02"), ("2024-03-03", "2024-03-20"))
    rows = toy_shop.answer(BY_DAY | {"time": WEEK, "running": {}}, known)
    assert _known(rows) == ["02-28", "02-29", "03-01"]
    trailing = toy_shop.answer(
        BY_DAY | {"time": WEEK, "running": {"count": 2, "unit": "day"}}, known
    )
    assert _known(trailing) == ["02-28", "02-29", "03-01", "03-04", "03-05"]


def test_a_total_that_would_start_before_the_data_is_refused_with_the_first_day() -> None:
    days = {"kind": "range", "start": "2024-02-01", "end": "2024-03-06"}
    query = BY_DAY | {"time": days, "running": {}}
    with pytest.raises(QueryError) as caught:
        toy_shop.compiled(SemanticQuery.model_validate(query))
    codes = {issue.code: issue.message.en for issue in caught.value.issues}
    assert "2024-02-28" in codes["running_start_not_loaded"]


def test_without_a_window_a_total_starts_with_the_data() -> None:
    rows = toy_shop.answer(BY_DAY | {"running": {}})
    assert rows[0][0] == toy_shop.COVERED.start
    assert rows[-1] == (
        toy_shop.COVERED.last_day,
        toy_shop.answer({"metrics": ["paid_amount"]})[0][0],
    )


def test_three_months_are_three_calendar_months() -> None:
    query = {"metrics": ["paid_orders"], "group_by": ["metric_time__month"]}
    months: dict[date, Any] = dict(toy_shop.answer(query))
    rows: dict[date, Any] = dict(
        toy_shop.answer(query | {"running": {"count": 3, "unit": "month"}})
    )
    april, may = date(2024, 4, 1), date(2024, 5, 1)
    assert rows[may] == months[date(2024, 3, 1)] + months[april] + months[may]
    assert rows[april] is None  # February is not loaded from its first day


@pytest.mark.parametrize("metric", ["paid_amount", "paid_buyers", "payment_rate"])
def test_an_average_over_unknown_days_is_unknown(metric: str) -> None:
    days = (
        DateRange(date(2024, 2, 20), date(2024, 3, 2)),
        DateRange(date(2024, 3, 3), date(2024, 3, 20)),
    )
    columns = ("paid_at", "order_amount", "buyer_id", "order_key", "created_at")
    known = toy_shop.catalog(**{f"orders__{column}": days for column in columns})
    running = {"agg": "average", "count": 3, "unit": "day"}
    window = {"kind": "range", "start": "2024-02-21", "end": "2024-03-08"}
    query = {"metrics": [metric], "group_by": ["metric_time__day"], "time": window}
    values: dict[date, Any] = dict(toy_shop.answer(query | {"running": running}, known))
    unknown = [day for day in values if values[day] is None]
    for day in (date(2024, 2, 21), date(2024, 3, 2), date(2024, 3, 3), date(2024, 3, 4)):
        assert day not in values or day in unknown
    assert values[date(2024, 3, 5)] is not None


def test_an_average_reaches_back_before_the_asked_days() -> None:
    running = {"agg": "average", "count": 3, "unit": "day"}
    days = {"kind": "range", "start": "2024-03-03", "end": "2024-03-04"}
    rows = toy_shop.answer(BY_DAY | {"time": days, "running": running})
    assert rows == [(date(2024, 3, 3), pytest.approx(320 / 3))]
    rates = {"metrics": ["payment_rate"], "group_by": ["metric_time__day"], "time": days}
    # 1 March: 1 of 2; 2 March: 0 of 1; on the third nothing was placed, so there is no rate.
    assert toy_shop.answer(rates | {"running": running})[0][1] == pytest.approx(1 / 4)


def test_an_average_of_a_member_counts_its_quiet_days_as_zero() -> None:
    running = {"agg": "average", "count": 3, "unit": "day"}
    days = {"kind": "range", "start": "2024-03-02", "end": "2024-03-03"}
    query = {"metrics": ["paid_amount"], "group_by": ["metric_time__day", "province"]}
    rows = {row[1]: row[2] for row in toy_shop.answer(query | {"time": days, "running": running})}
    assert rows == {"浙江省": pytest.approx(100.10 / 3), None: pytest.approx(20 / 3)}


def test_a_condition_sees_the_running_number_and_no_earlier_period() -> None:
    days = {"kind": "range", "start": "2024-03-01", "end": "2024-03-07"}
    running = {"agg": "average", "count": 2, "unit": "day"}
    having = {"kind": "compare", "field": "paid_buyers", "operator": ">=", "value": 1}
    query = {"metrics": ["paid_buyers"], "group_by": ["metric_time__day"], "time": days}
    rows = toy_shop.answer(query | {"running": running, "having": having})
    assert [(day.day, value) for day, value in rows] == [(1, 1.0), (5, 1.0), (6, 1.0)]


def test_shares_of_running_totals_are_those_of_one_day() -> None:
    query = {
        "metrics": ["paid_amount"],
        "group_by": ["metric_time__day", "province"],
        "time": WEEK,
        "running": {},
    }
    assert _refused(query | {"share_of": {}}) == ["share_not_additive"]
    rows = toy_shop.answer(query | {"share_of": {"within": ["metric_time__day"]}})
    for day in {row[0] for row in rows}:
        assert sum(row[3] for row in rows if row[0] == day) == pytest.approx(1)


@pytest.mark.parametrize(
    ("running", "group_by", "code"),
    [
        ({}, ["province"], "running_by_time"),
        ({}, [{"name": "metric_time", "part": "dow"}], "running_by_time"),
        ({}, ["metric_time__day", "created_at__month"], "running_by_time"),
        ({"count": 3, "unit": "hour"}, ["metric_time__day"], "running_unit"),
        ({"count": 200, "unit": "year"}, ["metric_time__day"], "running_unit"),
        (
            {"agg": "average", "count": 7, "unit": "day"},
            ["metric_time__week"],
            "running_average_unit",
        ),
        ({"to_date": "week"}, ["metric_time__month"], "running_to_date_unit"),
    ],
)
def test_running_along_nothing_is_refused(
    running: dict[str, Any], group_by: list[Any], code: str
) -> None:
    query = {"metrics": ["placed_orders"], "group_by": group_by, "running": running}
    assert _refused(query) == [code]


@pytest.mark.parametrize(
    "metric", ["paid_amount_7d", "stock_on_hand", "paid_amount_growth", "mtd_growth"]
)
def test_what_is_running_a_level_or_of_another_time_is_refused(metric: str) -> None:
    query = {"metrics": [metric], "group_by": ["metric_time__day"], "running": {}}
    assert _refused(query) == ["running_unfit"]


def test_a_period_has_the_number_of_its_end_not_of_the_last_day_that_had_any() -> None:
    """The last orders of March were on the fifth: on the 31st there is no median of seven days."""
    days = {"kind": "range", "start": "2024-03-05", "end": "2024-04-01"}
    query = {"metrics": ["median_paid_amount"], "group_by": ["metric_time__month"], "time": days}
    rows = toy_shop.answer(query | {"running": {"count": 7, "unit": "day"}})
    assert rows == [(date(2024, 3, 1), None)]


@pytest.mark.parametrize("field", ["metric_time", "created_at"])
def test_a_condition_on_time_cannot_shorten_an_average(field: str) -> None:
    where = {"kind": "compare", "field": field, "operator": ">=", "value": "2024-03-01"}
    running = {"agg": "average", "count": 3, "unit": "day"}
    query = {"metrics": ["payment_rate"], "group_by": ["metric_time__day"], "time": WEEK}
    assert _refused(query | {"where": where, "running": running}) == ["running_time_condition"]


def test_a_running_number_is_not_compared() -> None:
    query = BY_DAY | {"time": WEEK, "running": {}, "compare": "same_period_last_year"}
    assert _refused(query) == ["running_compared"]
