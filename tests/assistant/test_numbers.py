"""How numbers and dates are written: exact, short, as a change, by grain, in both languages."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.presentation.numbers import MISSING, Number, change, full, period, short
from semantic_layer.issues import Language
from semantic_layer.query import Grain

FINITE = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e15, 1e15, allow_nan=False),
    st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False),
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (24_087, "count", "24,087"),
        (24_087.0, "count", "24,087"),
        (Decimal("1902487.36"), "CNY", "¥1,902,487.36"),
        (1902487.355, "CNY", "¥1,902,487.36"),  # half up on the digits that were printed
        (-3.5, "CNY", "-¥3.50"),
        (0.123, "ratio", "12.3%"),
        (0.1235, "ratio", "12.4%"),
        (0.0046, "ratio", "0.46%"),
        (0.00001, "ratio", "<0.01%"),
        (-0.00001, "ratio", ">-0.01%"),
        (4.8712, "score", "4.87"),
        (1234.5678, None, "1,234.5678"),
        (0, "count", "0"),
        (0, "CNY", "¥0"),
        (0.0, "ratio", "0%"),
        (-0.0, "count", "0"),
        (None, "CNY", MISSING),
        (float("nan"), "count", MISSING),
        (float("inf"), "ratio", MISSING),
        (Decimal("NaN"), "CNY", MISSING),
        (10**25, "count", "10,000,000,000,000,000,000,000,000"),
    ],
)
def test_full_is_exact(value: Number | None, unit: str | None, text: str) -> None:
    assert full(value, unit, "zh") == full(value, unit, "en") == text


def test_days_carry_their_unit() -> None:
    assert full(3.25, "days", "zh") == "3.3 天"
    assert full(3.25, "days", "en") == "3.3 days"


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1_234, "count", "1,234", "1,234"),
        (9_999, "count", "9,999", "9,999"),
        (10_000, "count", "1万", "10K"),
        (123_456, "count", "12.3万", "123.5K"),
        (99_999_999, "count", "1亿", "100M"),
        (123_000_000, "count", "1.23亿", "123M"),
        (999_960, "count", "100万", "1M"),
        (12_300_000, "CNY", "¥1230万", "¥12.3M"),
        (1_234_000_000, "CNY", "¥12.34亿", "¥1.2B"),
        (2_500_000_000_000, "count", "2.5万亿", "2.5T"),
        (-123_456, "CNY", "-¥12.3万", "-¥123.5K"),
        (1_234.56, "CNY", "¥1,235", "¥1,235"),
        (12.5, "CNY", "¥12.5", "¥12.5"),
        (0.123, "ratio", "12.3%", "12.3%"),
        (0, "CNY", "¥0", "¥0"),
        (None, "CNY", MISSING, MISSING),
    ],
)
def test_short_has_units_of_size(value: Number | None, unit: str, zh: str, en: str) -> None:
    written = (short(value, unit, "zh").replace(",", ""), short(value, unit, "en"))
    assert written == (zh.replace(",", ""), en)


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (0.123, "CNY", "+12.3%", "+12.3%"),
        (-0.5, "count", "-50.0%", "-50.0%"),
        (0, "count", "0%", "0%"),
        (0.012, "ratio", "+1.2 个百分点", "+1.2 pp"),
        (-0.0005, "ratio", "-0.05 个百分点", "-0.05 pp"),
        (0, "ratio", "0 个百分点", "0 pp"),
        (11.5, "CNY", "+1,150.0%", "+1,150.0%"),
        (0.00001, "CNY", "<0.01%", "<0.01%"),
        (None, "CNY", "无可比数据", "no base"),
        (float("inf"), "CNY", "无可比数据", "no base"),
    ],
)
def test_change_is_signed(value: Number | None, unit: str, zh: str, en: str) -> None:
    assert (change(value, unit, "zh"), change(value, unit, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("grain", "zh", "en"),
    [
        (Grain.hour, "10月3日 14时", "Oct 3, 14:00"),
        (Grain.day, "10月3日", "Oct 3"),
        (Grain.week, "10月3日当周", "week of Oct 3"),
        (Grain.month, "2026年10月", "Oct 2026"),
        (Grain.quarter, "2026年4季度", "Q4 2026"),
        (Grain.year, "2026年", "2026"),
    ],
)
def test_period_by_grain(grain: Grain, zh: str, en: str) -> None:
    moment = datetime(2026, 10, 3, 14)
    assert (period(moment, grain, "zh"), period(moment, grain, "en")) == (zh, en)


def test_period_with_its_year() -> None:
    day = date(2025, 1, 31)
    assert period(day, Grain.day, "zh", with_year=True) == "2025年1月31日"
    assert period(day, Grain.day, "en", with_year=True) == "Jan 31, 2025"
    assert period(day, Grain.hour, "en") == "Jan 31, 00:00"


@given(FINITE, st.sampled_from(["count", "CNY", "ratio", "days", "score", None]))
def test_zero_and_missing_are_never_confused(value: Number, unit: str | None) -> None:
    for language in ("zh", "en"):
        assert MISSING not in full(value, unit, language)
        assert MISSING not in short(value, unit, language)
        assert "-0" not in (full(value, "count", language), short(value, "count", language))


@given(st.integers(-(10**15), 10**15), st.sampled_from(["zh", "en"]))
def test_short_stays_near_the_value(value: int, language: Language) -> None:
    sizes = {"万亿": 10**12, "亿": 10**8, "万": 10**4, "T": 10**12, "B": 10**9, "M": 10**6}
    text = short(value, "count", language).replace(",", "")
    suffix = next((s for s in (*sizes, "K") if text.endswith(s)), "")
    told = Decimal(text.removesuffix(suffix)) * (sizes | {"K": 1000, "": 1})[suffix]
    assert abs(told - value) <= abs(value) * Decimal("0.06") + Decimal("0.005")


@given(st.integers(-(10**12), 10**12))
def test_full_reads_back_exactly(value: int) -> None:
    assert int(full(value, "count", "zh").replace(",", "")) == value
    cents = Decimal(value) / 100
    read = full(cents, "CNY", "en").replace(",", "").replace("¥", "")
    assert Decimal(read) == cents
