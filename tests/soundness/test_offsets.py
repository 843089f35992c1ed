"""Values of another time: months of other lengths, leap days, and bases that are not all there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_layer import DateRange, QueryError, SemanticQuery
from semantic_layer.catalog import intersect_all
from semantic_layer.model import SimpleMetric, Span
from semantic_layer.planning.series import Accumulation, Series, Shift
from semantic_layer.query import Grain
from semantic_layer.resolving.known_days import known_days, subtract
from tests import toy_shop
from tests.toy_shop import money


def _last_month(start: str, end: str, grain: str) -> dict[str, Decimal]:
    rows = toy_shop.answer(
        {
            "metrics": ["paid_amount_last_month"],
            "group_by": [f"metric_time__{grain}"],
            "time": {"kind": "range", "start": start, "end": end},
        }
    )
    return {day.isoformat(): value for day, value in rows}


def test_a_month_earlier_holds_every_day_of_that_month_once() -> None:
    """29 February 2024 has a payment; no day of March is exactly a month after 30 or 31 March."""
    months = _last_month("2024-04-01", "2024-06-01", "month")
    assert months == {"2024-04-01": money("419.99"), "2024-05-01": money("0")}
    assert _last_month("2025-01-01", "2025-02-01", "month") == {"2025-01-01": money("200.00")}


def test_the_31st_of_december_counts_once_a_month_later() -> None:
    """The payment of 31 December is that of 31 January, and of no other day."""
    days = _last_month("2025-01-28", "2025-02-01", "day")
    assert {day: value for day, value in days.items() if value} == {"2025-01-31": money("200.00")}


def test_a_day_looks_back_to_the_last_day_of_a_shorter_month() -> None:
    days = _last_month("2024-03-29", "2024-04-01", "day")
    assert set(days.values()) == {money("100.10")}, "29, 30 and 31 March are a month after 29 Feb."


def test_a_year_before_the_leap_day_is_the_28th() -> None:
    assert subtract(date(2024, 2, 29), Span(1, Grain.year)) == date(2023, 2, 28)


def test_a_year_earlier_holds_the_leap_day() -> None:
    query = {
        "metrics": ["paid_amount_growth"],
        "group_by": ["metric_time__month"],
        "time": {"kind": "range", "start": "2025-02-28", "end": "2025-03-01"},
    }
    ((_, growth),) = toy_shop.answer(query)
    assert growth == pytest.approx((60.00 - 100.10) / 100.10)


def test_days_before_the_data_are_unknown_not_zero() -> None:
    query = {
        "metrics": ["paid_amount_last_month"],
        "group_by": ["metric_time__day"],
        "time": {"kind": "range", "start": "2024-03-26", "end": "2024-03-30"},
    }
    values = [value for _, value in toy_shop.answer(query)]
    assert values == [None, None, 0, money("100.10")]


def test_a_part_of_a_base_is_no_base() -> None:
    """March 2024 has all its days, but of February only the last two are loaded."""
    assert _last_month("2024-03-01", "2024-05-01", "month") == {
        "2024-03-01": None,
        "2024-04-01": money("419.99"),
    }


def test_an_unfinished_month_is_set_against_as_many_days() -> None:
    known = (DateRange(date(2024, 2, 28), date(2025, 3, 1)),)
    catalog = toy_shop.catalog(orders__paid_at=known, orders__order_amount=known)
    query = {
        "metrics": ["paid_amount_last_month"],
        "group_by": ["metric_time__month"],
        "time": {"kind": "range", "start": "2025-01-01", "end": "2025-04-01"},
    }
    early = (DateRange(date(2024, 2, 28), date(2025, 1, 31)),)
    cut = toy_shop.catalog(orders__paid_at=early, orders__order_amount=early)
    assert toy_shop.answer(query, catalog)[0] == (date(2025, 1, 1), money("200.00"))
    assert toy_shop.answer(query, cut)[0] == (date(2025, 1, 1), money("0"))


def test_a_base_that_is_not_loaded_at_all_is_refused() -> None:
    query = {
        "metrics": ["paid_amount_growth"],
        "group_by": ["metric_time__day"],
        "time": {"kind": "range", "start": "2024-03-01", "end": "2024-04-01"},
    }
    with pytest.raises(QueryError) as caught:
        toy_shop.compiled(SemanticQuery.model_validate(query))
    assert [issue.code for issue in caught.value.issues] == ["history_not_loaded"]


def test_without_time_there_is_nothing_to_look_back_from() -> None:
    with pytest.raises(QueryError) as caught:
        toy_shop.compiled(SemanticQuery(metrics=("paid_amount_growth",)))
    assert [issue.code for issue in caught.value.issues] == ["time_needed"]


def test_dividing_by_a_base_of_zero_gives_nothing() -> None:
    query = {
        "metrics": ["paid_amount_growth"],
        "group_by": ["metric_time__day"],
        "time": {"kind": "range", "start": "2025-03-02", "end": "2025-03-03"},
    }
    assert toy_shop.answer(query) == [(date(2025, 3, 2), None)]


_spans = st.builds(
    Span, st.integers(1, 40), st.sampled_from([Grain.day, Grain.week, Grain.month, Grain.year])
)
_days = st.dates(date(2019, 1, 1), date(2026, 12, 31))


def _paid() -> SimpleMetric:
    metric = toy_shop.model().metrics["paid_amount"]
    assert isinstance(metric, SimpleMetric)
    return metric


@given(_days, st.integers(1, 900), _spans, _days)
def test_a_day_is_known_exactly_if_the_day_it_looks_back_to_is(
    start: date, length: int, span: Span, day: date
) -> None:
    covered = DateRange(start, date.fromordinal(start.toordinal() + length))
    known = known_days(Series(_paid(), shifts=(Shift(span),)), [covered])
    is_known = any(days.start <= day < days.end for days in known)
    assert is_known == (covered.start <= subtract(day, span) < covered.end)


@given(_days, st.integers(1, 900), _spans, _days)
def test_a_trailing_window_is_known_exactly_if_all_its_days_are(
    start: date, length: int, span: Span, day: date
) -> None:
    covered = DateRange(start, date.fromordinal(start.toordinal() + length))
    series = Series(_paid(), accumulation=Accumulation(span, None, "last"))
    first = date.fromordinal(subtract(day, span).toordinal() + 1)
    window = DateRange(first, date.fromordinal(day.toordinal() + 1))
    is_known = any(days.start <= day < days.end for days in known_days(series, [covered]))
    assert is_known == (intersect_all([covered], [window]) == (window,))
