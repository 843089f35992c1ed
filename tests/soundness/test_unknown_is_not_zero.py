"""What no file covers is unknown: NULL or a refusal, never zero."""

from __future__ import annotations

from datetime import date

import pytest

from semantic_layer import DateRange, QueryError
from tests import toy_shop

FIVE_DAYS = {"kind": "range", "start": "2024-02-28", "end": "2024-03-05"}
EARLY = DateRange(date(2024, 2, 28), date(2024, 3, 2))
LATE = DateRange(date(2024, 3, 4), date(2025, 3, 10))


def _codes(error: pytest.ExceptionInfo[QueryError]) -> set[str]:
    return {issue.code for issue in error.value.issues}


def test_a_quiet_day_is_zero_and_a_day_without_a_file_is_absent() -> None:
    known = toy_shop.catalog(
        **{f"orders__{c}": (EARLY, LATE) for c in ("created_at", "paid_at", "order_key")}
    )
    query = {"metrics": ["placed_orders"], "group_by": ["metric_time__day"], "time": FIVE_DAYS}
    days = [row[0] for row in toy_shop.answer(query, known)]
    assert date(2024, 3, 4) in days
    assert date(2024, 3, 3) not in days


def test_a_day_that_one_source_lacks_is_null_for_it_alone() -> None:
    known = toy_shop.catalog(**{f"refunds__{c}": (LATE,) for c in ("refunded_at", "amount")})
    query = {
        "metrics": ["placed_orders", "refund_amount"],
        "group_by": ["metric_time__day"],
        "time": FIVE_DAYS,
    }
    rows = {row[0]: row[1:] for row in toy_shop.answer(query, known)}
    assert rows[date(2024, 2, 28)] == (1, None)
    assert rows[date(2024, 3, 4)] == (0, toy_shop.money("300.00"))


def test_a_window_without_a_loaded_day_is_refused() -> None:
    with pytest.raises(QueryError) as error:
        toy_shop.answer(
            {
                "metrics": ["paid_orders"],
                "time": {"kind": "range", "start": "2023-01-01", "end": "2023-02-01"},
            }
        )
    assert _codes(error) == {"no_data_in_window"}


def test_a_column_that_no_file_has_is_refused_with_the_export() -> None:
    known = toy_shop.catalog(orders__created_at=())
    with pytest.raises(QueryError) as error:
        toy_shop.answer({"metrics": ["payment_rate"]}, known)
    assert _codes(error) == {"data_not_loaded"}
    assert "order export" in error.value.issues[0].message.en


def test_a_column_that_some_files_lack_is_refused_for_their_days() -> None:
    known = toy_shop.catalog(orders__order_amount=(LATE,))
    with pytest.raises(QueryError) as error:
        toy_shop.answer({"metrics": ["paid_amount"], "time": FIVE_DAYS}, known)
    assert _codes(error) == {"column_partly_loaded"}
    later = {"kind": "range", "start": "2024-03-04", "end": "2024-03-06"}
    assert toy_shop.answer({"metrics": ["paid_amount"], "time": later}, known) == [
        (toy_shop.money("99.99"),)
    ]


def test_a_comparison_with_half_known_days_has_no_base() -> None:
    known = toy_shop.catalog(
        **{
            f"orders__{c}": (DateRange(date(2024, 3, 3), date(2025, 3, 10)),)
            for c in ("paid_at", "order_amount")
        }
    )
    query = {
        "metrics": ["paid_amount"],
        "time": {"kind": "range", "start": "2025-03-01", "end": "2025-03-06"},
        "compare": "same_period_last_year",
    }
    assert toy_shop.answer(query, known) == [(toy_shop.money("40.00"), None, None, None)]


def test_nothing_in_a_covered_window_is_zero() -> None:
    quiet = {"kind": "range", "start": "2024-06-01", "end": "2024-07-01"}
    assert toy_shop.answer(
        {"metrics": ["paid_orders", "paid_amount", "average_order_value"], "time": quiet}
    ) == [(0, 0, None)]
