"""What a number is set against: as many days, the right ones, all of them loaded, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_layer import (
    Catalog,
    DateRange,
    QueryError,
    SemanticQuery,
    Text,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.catalog import intersect_all
from semantic_layer.events import Event, Occurrence, Phase
from semantic_layer.model import DerivedMetric, Span
from semantic_layer.query import Grain
from semantic_layer.resolving.alignment import Alignment
from tests import toy_shop
from tests.semantic_layer.evaluator import Row, Shop
from tests.semantic_layer.shops import run

DAY = timedelta(days=1)
YEARS = DateRange(date(2019, 1, 1), date(2025, 3, 9))
Rows = list[tuple[Any, ...]]


def _occurrence(anchor: date, days: int, **phases: DateRange) -> Occurrence:
    return Occurrence(DateRange(anchor, anchor + days * DAY), anchor, phases)


EVENTS = {
    "new_year": Event(
        "new_year",
        Text(zh="春节", en="New Year"),
        (),
        {"eve": Phase("eve", Text(zh="除夕", en="eve"))},
        {
            2023: _occurrence(date(2023, 1, 22), 7),
            2024: _occurrence(
                date(2024, 2, 10), 8, eve=DateRange(date(2024, 2, 9), date(2024, 2, 10))
            ),
            2025: _occurrence(
                date(2025, 1, 29), 8, eve=DateRange(date(2025, 1, 27), date(2025, 1, 29))
            ),
        },
        "",
    )
}


def _paid(*moments: str, **more: object) -> list[Row]:
    """An order of 10 yuan for each moment of payment."""
    return [
        {
            "order_key": f"o{n}{moment}",
            "created_at": datetime.fromisoformat(moment),
            "paid_at": datetime.fromisoformat(moment),
            "order_amount": 10,
            "buyer_id": "b1",
            "province": "浙江省",
            "channel": "天猫",
            **more,
        }
        for n, moment in enumerate(moments)
    ]


def _loaded(days: DateRange = YEARS, *more: DateRange) -> Catalog:
    columns = ("order_key", "created_at", "paid_at", "order_amount", "buyer_id", "province")
    return toy_shop.catalog(**{f"orders__{name}": (days, *more) for name in columns})


def _ask(
    orders: list[Row],
    start: str,
    end: str,
    compare: object,
    *group_by: str,
    known: Catalog | None = None,
    **more: Any,
) -> Rows:
    query = {
        "metrics": ["paid_orders"],
        "group_by": group_by,
        "time": {"kind": "range", "start": start, "end": end},
        "compare": compare,
        **more,
    }
    return _rows(orders, query, known)


def _rows(orders: list[Row], query: dict[str, Any], known: Catalog | None = None) -> Rows:
    model = replace(toy_shop.model(), events=EVENTS)
    parsed = SemanticQuery.model_validate(query)
    resolved = resolve(parsed, model, known or _loaded(), toy_shop.TODAY)
    sql = compile_query(plan(resolved)).sql
    print(sql)  # noqa: T201 - pytest shows it when the test fails
    return run(sql, Shop(orders, [], [], [], []))


def _bases(rows: Rows, keys: int = 1) -> dict[Any, Any]:
    return {row[:keys] if keys > 1 else row[0]: row[keys + 1] for row in rows}


def _codes(query: dict[str, Any]) -> set[str]:
    with pytest.raises(QueryError) as error:
        _rows([], query)
    return {issue.code for issue in error.value.issues}


def test_an_unfinished_month_is_set_against_as_many_days() -> None:
    orders = _paid("2025-02-08T23:59:59", "2025-02-09T00:00:00", "2025-03-08T12:00:00")
    rows = _ask(orders, "2025-02-01", "2025-04-01", "prior_period", "metric_time__month")
    assert rows[-1][:3] == (date(2025, 3, 1), 1, 1)


def test_a_whole_month_is_set_against_a_whole_month_whatever_their_lengths() -> None:
    orders = _paid("2023-01-29", "2023-01-31", "2023-02-28", "2023-03-31")
    rows = _ask(orders, "2023-02-01", "2023-05-01", "prior_period", "metric_time__month")
    assert _bases(rows) == {
        date(2023, 2, 1): 2,
        date(2023, 3, 1): 1,
        date(2023, 4, 1): 1,
    }


def test_the_last_days_of_a_longer_month_have_no_day_to_be_set_against() -> None:
    orders = _paid("2023-02-28", "2023-01-31")
    days = {"kind": "range", "start": "2023-02-01", "end": "2023-03-01"}
    whole = _ask(
        orders, "2023-03-01", "2023-04-01", {"kind": "custom", "time": days}, "metric_time__month"
    )
    assert _bases(whole) == {date(2023, 3, 1): 1}
    by_day = _ask(
        orders, "2023-03-01", "2023-04-01", {"kind": "custom", "time": days}, "metric_time__day"
    )
    assert _bases(by_day)[date(2023, 3, 28)] == 1
    assert _bases(by_day)[date(2023, 3, 29)] is None


def test_29_february_has_no_day_a_year_ago_and_counts_a_year_later_in_its_month_only() -> None:
    orders = _paid("2023-02-28", "2024-02-28", "2024-02-29")
    year = "same_period_last_year"
    leap = _ask(orders, "2024-02-28", "2024-03-02", year, "metric_time__day")
    assert _bases(leap) == {date(2024, 2, 28): 1, date(2024, 2, 29): None, date(2024, 3, 1): 0}
    later = _ask(orders, "2025-02-27", "2025-03-02", year, "metric_time__day")
    assert _bases(later)[date(2025, 2, 28)] == 1
    month = _ask(orders, "2025-02-01", "2025-03-01", year, "metric_time__month")
    assert _bases(month) == {date(2025, 2, 1): 2}


def test_weeks_are_set_against_the_week_52_weeks_ago_over_a_year_of_53() -> None:
    orders = _paid("2020-12-28", "2021-01-03T23:59:59", "2021-01-04")
    year = "same_period_last_year"
    rows = _ask(orders, "2021-12-27", "2022-01-10", year, "metric_time__week")
    assert _bases(rows) == {date(2021, 12, 27): 2, date(2022, 1, 3): 1}


def test_days_of_a_week_are_set_against_the_same_weekdays() -> None:
    query = {
        "metrics": ["paid_orders"],
        "group_by": ["metric_time__day"],
        "time": {"kind": "preset", "unit": "week", "count": 1, "offset": -1},
        "compare": "same_period_last_year",
    }
    bases = _bases(_rows(_paid("2024-03-04"), query))
    assert bases[date(2025, 3, 3)] == 1


def test_a_part_of_a_base_is_no_base() -> None:
    orders = _paid("2024-03-20", "2024-04-20")
    known = _loaded(DateRange(date(2024, 3, 2), date(2025, 3, 9)))
    rows = _ask(
        orders, "2024-04-01", "2024-06-01", "prior_period", "metric_time__month", known=known
    )
    assert [row[1:] for row in rows] == [(1, None, None, None), (0, 1, -1, -1.0)]


def test_a_day_that_is_not_loaded_is_left_out_of_both_sides() -> None:
    orders = _paid("2024-03-10", "2024-03-11", "2024-04-11")
    known = _loaded(
        DateRange(date(2024, 3, 1), date(2024, 4, 10)), DateRange(date(2024, 4, 11), YEARS.end)
    )
    rows = _ask(
        orders, "2024-04-01", "2024-06-01", "prior_period", "metric_time__month", known=known
    )
    assert [row[1:3] for row in rows] == [(1, 1), (0, None)]


def test_nothing_in_the_base_is_zero_and_has_no_rate() -> None:
    rows = _ask(_paid("2024-04-02"), "2024-04-02", "2024-04-03", "prior_period", "metric_time__day")
    assert rows == [(date(2024, 4, 2), 1, 0, 1, None)]


def test_a_group_that_only_the_base_has_is_shown_even_without_a_name() -> None:
    orders = [*_paid("2024-03-05", province=None), *_paid("2024-04-05")]
    rows = _ask(
        orders, "2024-04-01", "2024-05-01", "prior_period", "metric_time__month", "province"
    )
    april = date(2024, 4, 1)
    assert rows == [(april, "浙江省", 1, 0, 1, None), (april, None, 0, 1, -1, -1.0)]


def test_the_last_second_of_a_day_and_the_first_of_the_next_are_days_apart() -> None:
    orders = _paid("2024-03-09T23:59:59", "2024-03-10T00:00:00", "2024-03-10T02:30:00")
    rows = _ask(orders, "2024-03-10", "2024-03-12", "prior_period", "metric_time__day")
    assert [row[1:3] for row in rows] == [(2, 1), (0, 2)]
    hours = _ask(orders, "2024-03-10", "2024-03-11", "prior_period", "metric_time__hour")
    assert (datetime(2024, 3, 10, 0), 1, 1) in [row[:3] for row in hours]
    assert (datetime(2024, 3, 10, 3), 0, 1) in [row[:3] for row in hours]


def test_the_first_loaded_hour_has_no_hour_before_it() -> None:
    orders = _paid("2024-03-01T00:30:00", "2024-03-01T01:30:00")
    known = _loaded(DateRange(date(2024, 3, 1), YEARS.end))
    rows = _ask(
        orders, "2024-03-01", "2024-03-02", "prior_period", "metric_time__hour", known=known
    )
    assert [row[1:3] for row in rows] == [(1, None), (1, 1), (0, 1)]


def test_the_shortest_of_several_periods_is_compared() -> None:
    orders = _paid("2024-03-31", "2024-04-01")
    rows = _ask(
        orders,
        "2024-04-01",
        "2024-04-03",
        "prior_period",
        "metric_time__month",
        "metric_time__day",
    )
    april = date(2024, 4, 1)
    assert [row[:4] for row in rows] == [(april, april, 1, 1), (april, date(2024, 4, 2), 0, 1)]


def test_weekdays_within_months_are_those_of_the_base() -> None:
    fridays = _paid("2024-03-01", "2024-03-08", "2024-04-05")
    query = {
        "metrics": ["paid_orders"],
        "group_by": ["metric_time__month", {"name": "metric_time", "part": "dow"}],
        "time": {"kind": "range", "start": "2024-04-01", "end": "2024-05-01"},
        "compare": "prior_period",
    }
    bases = _bases(_rows(fridays, query), keys=2)
    assert bases[date(2024, 4, 1), 5] == 2
    assert bases[date(2024, 4, 1), 1] == 0


def test_the_same_weekday_is_seven_days_earlier() -> None:
    orders = _paid("2024-04-01", "2024-04-07", "2024-04-08")
    rows = _ask(orders, "2024-04-08", "2024-04-10", "same_weekday", "metric_time__day")
    assert [row[1:3] for row in rows] == [(1, 1), (0, 0)]
    assert _ask(orders, "2024-04-08", "2024-04-15", "same_weekday")[0][:2] == (1, 2)
    assert _ask(orders, "2024-04-08", "2024-04-16", "same_weekday")[0][:2] == (1, 1)


LUNAR = {"kind": "event_aligned", "event": "new_year"}


def test_days_around_an_event_are_as_far_from_last_years() -> None:
    orders = _paid("2024-02-08", "2024-02-10", "2025-01-29")
    rows = _ask(orders, "2025-01-27", "2025-01-30", LUNAR, "metric_time__day")
    assert [row[1:3] for row in rows] == [(0, 1), (0, 0), (1, 1)]
    assert _ask(orders, "2025-01-27", "2025-01-30", LUNAR) == [(1, 2, -1, -0.5)]


def test_a_whole_event_is_set_against_the_whole_one_of_the_year_before() -> None:
    orders = _paid("2023-01-28", "2023-01-29", "2024-02-17")
    query = {
        "metrics": ["paid_orders"],
        "time": {"kind": "event", "event": "new_year", "year": 2024},
        "compare": "event_aligned",
    }
    assert _rows(orders, query)[0][:2] == (1, 1)
    phase = query | {"time": {"kind": "event", "event": "new_year", "year": 2025, "phase": "eve"}}
    assert _rows(_paid("2024-02-08", "2024-02-09"), phase)[0][:2] == (0, 1)


def test_an_event_that_the_data_cut_short_is_set_against_as_many_days() -> None:
    orders = _paid("2024-02-10", "2024-02-12")
    query = {
        "metrics": ["paid_orders"],
        "time": {"kind": "event", "event": "new_year"},
        "compare": "event_aligned",
    }
    known = _loaded(DateRange(date(2023, 1, 1), date(2025, 1, 31)))
    assert _rows(orders, query, known)[0][:2] == (0, 1)


def test_another_window_meets_day_by_day_and_no_further_than_it_reaches() -> None:
    orders = _paid("2024-01-03", "2024-01-04")
    other = {
        "kind": "custom",
        "time": {"kind": "range", "start": "2024-01-03", "end": "2024-01-05"},
    }
    rows = _ask(orders, "2024-06-01", "2024-06-04", other, "metric_time__day")
    assert [row[2] for row in rows] == [1, 1, None]
    assert _ask(orders, "2024-06-01", "2024-06-04", other)[0][:2] == (0, 2)


def test_metrics_whose_data_end_apart_are_each_set_against_their_own_days() -> None:
    orders = _paid("2024-02-05", "2024-02-15", "2024-03-05", "2024-03-15")
    known = toy_shop.catalog(
        orders__created_at=(DateRange(date(2024, 1, 1), date(2024, 3, 21)),),
        orders__paid_at=(DateRange(date(2024, 1, 1), date(2024, 3, 11)),),
        orders__order_key=(DateRange(date(2024, 1, 1), date(2024, 3, 21)),),
    )
    for group_by in ((), ("metric_time__month",)):
        (row,) = _ask(
            [*orders],
            "2024-03-01",
            "2024-04-01",
            "prior_period",
            *group_by,
            known=known,
            metrics=["placed_orders", "paid_orders"],
        )
        assert row[len(group_by) :][2] == 2  # placed: the 1st to the 20th
        assert row[len(group_by) :][5] == 1  # paid: the 1st to the 10th


def test_the_base_and_the_change_can_be_sorted_and_tested() -> None:
    orders = [
        *_paid("2024-03-05", "2024-03-06", province="广东省"),
        *_paid("2024-03-05", "2024-04-05", "2024-04-06"),
    ]
    rows = _ask(
        orders,
        "2024-04-01",
        "2024-05-01",
        "prior_period",
        "province",
        order_by=[{"name": "paid_orders__prior_period__delta", "descending": True}],
    )
    assert [row[0] for row in rows] == ["浙江省", "广东省"]
    fallen = _ask(
        orders,
        "2024-04-01",
        "2024-05-01",
        "prior_period",
        "province",
        having={
            "kind": "compare",
            "field": "paid_orders__prior_period__rate",
            "operator": "<",
            "value": 0,
        },
    )
    assert [row[0] for row in fallen] == ["广东省"]


def test_the_difference_of_two_ratios_is_in_points_and_has_no_rate() -> None:
    query = SemanticQuery.model_validate(
        {
            "metrics": ["payment_rate"],
            "time": {"kind": "range", "start": "2024-04-01", "end": "2024-05-01"},
            "compare": "prior_period",
        }
    )
    columns = toy_shop.compiled(query).columns
    assert [(one.column, one.unit) for one in columns] == [
        ("payment_rate", "ratio"),
        ("payment_rate__prior_period", "ratio"),
        ("payment_rate__prior_period__delta", "points"),
    ]


APRIL = {"kind": "range", "start": "2024-04-01", "end": "2024-05-01"}
REFUSED: dict[str, dict[str, Any]] = {
    "comparison_filters_time": {
        "compare": "prior_period",
        "where": {
            "kind": "compare",
            "field": "metric_time",
            "operator": ">=",
            "value": "2024-04-02",
        },
    },
    "comparison_needs_time": {"compare": "prior_period", "time": None},
    "comparison_grain": {"compare": "same_weekday", "group_by": ["metric_time__month"]},
    "comparison_own_unit": {
        "compare": "prior_period",
        "group_by": [{"name": "metric_time", "grain": "fiscal_month"}],
    },
    "comparison_mixed_times": {
        "compare": "prior_period",
        "metrics": ["paid_orders", "placed_orders"],
        "group_by": ["paid_at__month"],
    },
    "comparison_event_needed": {"compare": "event_aligned"},
    "comparison_window_open": {"compare": {"kind": "custom", "time": {"kind": "all"}}},
    "event_unknown": {"compare": {"kind": "event_aligned", "event": "nothing"}},
    "event_year_unknown": {"time": {"kind": "event", "event": "new_year", "year": 2019}},
    "unknown_order": {
        "compare": "prior_period",
        "order_by": [{"name": "paid_orders__same_weekday"}],
    },
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_has_no_other_side_is_refused(code: str) -> None:
    assert _codes({"metrics": ["paid_orders"], "time": APRIL, **REFUSED[code]}) == {code}


def test_an_offset_of_whole_months_is_not_set_against_parts_of_months() -> None:
    model = replace(toy_shop.model(), events=EVENTS)
    metric = model.metrics["paid_amount_last_month"]
    assert isinstance(metric, DerivedMetric)
    whole = replace(metric, inputs=tuple(replace(one, keeps_rows=False) for one in metric.inputs))
    query = SemanticQuery.model_validate(
        {
            "metrics": [metric.name],
            "group_by": ["metric_time__month"],
            "time": {"kind": "range", "start": "2025-01-01", "end": "2025-03-01"},
            "compare": LUNAR,
        }
    )
    model = replace(model, metrics={**model.metrics, metric.name: whole})
    with pytest.raises(QueryError) as error:
        resolve(query, model, _loaded(), toy_shop.TODAY)
    assert [issue.code for issue in error.value.issues] == ["comparison_splits_periods"]


def test_a_part_of_the_date_may_be_filtered_in_a_comparison() -> None:
    friday = {"kind": "compare", "field": "metric_time__extract_dow", "operator": "=", "value": 5}
    orders = _paid("2024-03-01", "2024-03-02", "2024-04-05")
    rows = _ask(
        orders, "2024-04-01", "2024-05-01", "prior_period", "metric_time__month", where=friday
    )
    assert [row[1:3] for row in rows] == [(1, 1)]


_some_days = st.dates(date(2019, 12, 1), date(2021, 4, 1))
_spans = st.tuples(_some_days, st.integers(1, 120)).map(
    lambda drawn: DateRange(drawn[0], drawn[0] + drawn[1] * DAY)
)
_alignments = st.one_of(
    st.builds(
        lambda days, grain: Alignment(Span(days, Grain.day), grain),
        st.integers(-400, 400),
        st.sampled_from([Grain.hour, Grain.day, Grain.week, Grain.month, Grain.quarter]),
    ),
    st.builds(
        lambda months, grain: Alignment(Span(months, Grain.month), grain),
        st.integers(-24, 24),
        st.sampled_from([Grain.day, Grain.month, Grain.quarter, Grain.year]),
    ),
)


@given(_alignments, _spans, st.lists(_spans, max_size=3))
def test_each_day_of_a_base_is_loaded_and_meets_an_asked_day(
    alignment: Alignment, asked: DateRange, loaded: list[DateRange]
) -> None:
    known = alignment.known((asked,), loaded)
    base = alignment.base_days(known)
    assert intersect_all(known, (asked,)) == known
    for days in base:
        for n in range(days.days):
            day = days.start + n * DAY
            assert any(one.start <= day < one.end for one in loaded)
            met = alignment.aligned(day)
            assert any(one.start <= met < one.end for one in known)
            assert not alignment.is_exact or met.day == day.day or alignment.step.unit is Grain.day
