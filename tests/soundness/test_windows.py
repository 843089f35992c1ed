"""The days of a window, and of the window it is compared with."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from semantic_layer.catalog import DateRange
from semantic_layer.query import Comparison, Grain, PresetTime, TimeWindow
from semantic_layer.resolving.comparisons import compared_days
from semantic_layer.resolving.windows import Window, period_start, resolve_window, shift_period

TUESDAY = date(2026, 11, 24)
SUNDAY = date(2026, 11, 22)


def _window(today: date, **time: object) -> tuple[str, str]:
    parsed: TimeWindow = TypeAdapter(TimeWindow).validate_python(time)
    window = resolve_window(parsed, today, {})
    assert window is not None
    return window.days.start.isoformat(), window.days.end.isoformat()


@pytest.mark.parametrize(
    ("today", "time", "expected"),
    [
        (TUESDAY, {"kind": "preset", "unit": "day", "count": 7}, ("2026-11-17", "2026-11-24")),
        (TUESDAY, {"kind": "preset", "unit": "day", "offset": 0}, ("2026-11-24", "2026-11-25")),
        (TUESDAY, {"kind": "preset", "unit": "month"}, ("2026-10-01", "2026-11-01")),
        (TUESDAY, {"kind": "preset", "unit": "month", "offset": 0}, ("2026-11-01", "2026-11-25")),
        (TUESDAY, {"kind": "preset", "unit": "month", "count": 3}, ("2026-08-01", "2026-11-01")),
        (SUNDAY, {"kind": "preset", "unit": "week"}, ("2026-11-09", "2026-11-16")),
        (SUNDAY, {"kind": "preset", "unit": "week", "offset": 0}, ("2026-11-16", "2026-11-23")),
        (
            TUESDAY,
            {"kind": "preset", "unit": "quarter", "offset": -1},
            ("2026-07-01", "2026-10-01"),
        ),
        (
            date(2024, 3, 31),
            {"kind": "to_date", "unit": "month", "offset": -1},
            ("2024-02-01", "2024-03-01"),
        ),
        (TUESDAY, {"kind": "to_date", "unit": "year", "offset": -1}, ("2025-01-01", "2025-11-25")),
    ],
)
def test_days_of_a_window(today: date, time: dict[str, object], expected: tuple[str, str]) -> None:
    assert _window(today, **time) == expected


def _compared(
    start: str, end: str, comparison: Comparison, counted_to: str | None = None
) -> tuple[str, str]:
    asked = DateRange(date.fromisoformat(start), date.fromisoformat(end))
    counted = DateRange(asked.start, date.fromisoformat(counted_to or end))
    time: TimeWindow = TypeAdapter(TimeWindow).validate_python(
        {"kind": "range", "start": start, "end": end}
    )
    window = Window(asked, unfinished=False)
    days = compared_days(comparison, time, window, counted, {}, TUESDAY)
    return days.start.isoformat(), days.end.isoformat()


LAST_YEAR, PRIOR = Comparison.same_period_last_year, Comparison.prior_period


def test_whole_months_are_compared_with_whole_months() -> None:
    assert _compared("2024-03-01", "2024-04-01", PRIOR) == ("2024-02-01", "2024-03-01")
    assert _compared("2025-02-01", "2025-03-01", LAST_YEAR) == ("2024-02-01", "2024-03-01")
    assert _compared("2024-02-01", "2024-03-01", LAST_YEAR) == ("2023-02-01", "2023-03-01")
    assert _compared("2024-04-01", "2024-07-01", PRIOR) == ("2024-01-01", "2024-04-01")


def test_other_ranges_are_compared_with_as_many_days() -> None:
    assert _compared("2024-03-05", "2024-03-12", PRIOR) == ("2024-02-27", "2024-03-05")
    assert _compared("2024-02-29", "2024-03-01", LAST_YEAR) == ("2023-02-28", "2023-03-01")


def test_a_window_that_the_data_cut_short_takes_as_many_days_of_the_other() -> None:
    assert _compared("2024-03-01", "2024-04-01", PRIOR, "2024-03-11") == (
        "2024-02-01",
        "2024-02-11",
    )
    assert _compared("2025-03-01", "2025-04-01", LAST_YEAR, "2025-03-11") == (
        "2024-03-01",
        "2024-03-11",
    )


def test_month_to_date_takes_the_same_days_of_the_month_before() -> None:
    time = PresetTime(unit=Grain.month, offset=0)
    window = resolve_window(time, date(2024, 3, 31), {})
    assert window is not None
    days = compared_days(PRIOR, time, window, window.days, {}, TUESDAY)
    assert days == DateRange(date(2024, 2, 1), date(2024, 3, 1))


def test_a_week_is_compared_with_the_same_weekdays_of_last_year() -> None:
    time = PresetTime(unit=Grain.week)
    window = resolve_window(time, TUESDAY, {})
    assert window is not None
    days = compared_days(LAST_YEAR, time, window, window.days, {}, TUESDAY)
    assert (days.start.weekday(), days.days) == (0, 7)


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)), st.sampled_from(Grain), st.integers(-40, 40))
def test_periods_tile_the_calendar(day: date, grain: Grain, count: int) -> None:
    start = period_start(day, grain)
    assert start <= day < shift_period(start, grain, 1)
    assert shift_period(shift_period(start, grain, count), grain, -count) == start


@given(
    st.dates(date(2015, 1, 1), date(2035, 12, 31)),
    st.integers(1, 800),
    st.sampled_from([PRIOR, LAST_YEAR]),
    st.data(),
)
def test_a_cut_window_is_never_compared_with_more_days(
    day: date, length: int, comparison: Comparison, data: st.DataObject
) -> None:
    end = date.fromordinal(day.toordinal() + length)
    cut = data.draw(st.dates(date.fromordinal(day.toordinal() + 1), end))
    asked, counted = DateRange(day, end), DateRange(day, cut)
    time: TimeWindow = TypeAdapter(TimeWindow).validate_python(
        {"kind": "range", "start": day, "end": end}
    )
    window = Window(asked, unfinished=False)
    other = compared_days(comparison, time, window, counted, {}, TUESDAY)
    assert other.days >= 1
    if counted != asked:
        assert other.days <= counted.days
