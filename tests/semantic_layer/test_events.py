"""The event calendar: which days an event has, the shipped dates, and files that add to them."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from semantic_layer import DateRange, DefinitionError, QueryError
from semantic_layer.events import (
    Event,
    anchor_of,
    event_days,
    event_year_around,
    previous_occurrence,
    years_listed,
)
from semantic_layer.loader import SHIPPED, load_model
from semantic_layer.query import EventTime
from tests.semantic_layer.definition_texts import DATASET, folder, issues_of, line_of, only

SHIPPED_EVENTS = load_model().events
TODAY = date(2026, 11, 24)
YEARS = range(2018, 2031)

OWN = """\
events:
  - name: birthday
    label: {zh: 店庆, en: shop birthday}
    synonyms: {zh: [周年庆], en: [anniversary]}
    phases:
      - {name: presale, label: {zh: 预售期, en: presale}}
      - {name: day, label: {zh: 当天, en: day}, is_anchor: true}
    years:
      2024: {first: 2024-08-01, last: 2024-08-08, anchor: 2024-08-08}
      2025:
        first: 2025-08-01
        last: 2025-08-08
        anchor: 2025-08-08
        phases:
          presale: {first: 2025-07-25, last: 2025-07-31}
"""


def days(name: str, year: int | None = None, phase: str | None = None) -> DateRange:
    return event_days(EventTime(event=name, year=year, phase=phase), SHIPPED_EVENTS, TODAY)


def until(first: str, last: str) -> DateRange:
    return DateRange(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))


def problem(name: str, year: int | None = None, phase: str | None = None) -> str:
    with pytest.raises(QueryError) as raised:
        days(name, year, phase)
    [issue] = raised.value.issues
    return issue.code


# Days of an event


def test_an_event_of_a_year_is_its_days() -> None:
    assert days("double_11", 2024) == until("2024-11-01", "2024-11-11")
    assert days("double_11", 2024, "presale") == until("2024-10-14", "2024-10-21")
    assert days("double_11", 2024, "day") == until("2024-11-11", "2024-11-11")


@pytest.mark.parametrize(
    ("today", "year"),
    [("2026-10-31", 2025), ("2026-11-01", 2026), ("2026-11-24", 2026), ("2027-10-31", 2026)],
)
def test_without_a_year_it_is_the_latest_that_has_begun(today: str, year: int) -> None:
    found = event_days(EventTime(event="double_11"), SHIPPED_EVENTS, date.fromisoformat(today))
    assert found.start.year == year


def test_a_phase_begins_before_the_event() -> None:
    presale = EventTime(event="double_11", phase="presale")
    found = event_days(presale, SHIPPED_EVENTS, date(2025, 10, 16))
    assert found == until("2025-10-15", "2025-10-20")


def test_the_phase_of_another_year_is_no_substitute() -> None:
    """The presale of 2026 is not known: that of 2025 would be a silent wrong number."""
    assert problem("double_11", phase="presale") == "event_year_unknown"


@pytest.mark.parametrize(
    ("name", "year", "phase", "code"),
    [
        ("dubble_11", None, None, "event_unknown"),
        ("double_11", 2035, None, "event_year_unknown"),
        ("double_11", 2024, "presal", "event_phase_unknown"),
        ("double_11", 2030, "presale", "event_year_unknown"),
        ("qixi", 2024, "presale", "event_phase_unknown"),
    ],
)
def test_what_the_calendar_lacks_is_said(
    name: str, year: int | None, phase: str | None, code: str
) -> None:
    assert problem(name, year, phase) == code


def test_the_sentences_name_what_is_near_and_what_is_known() -> None:
    with pytest.raises(QueryError) as unknown:
        days("dubble_11")
    assert "double_11" in unknown.value.issues[0].suggestions
    with pytest.raises(QueryError) as no_year:
        days("new_year_goods", 2019)
    assert "2021-2025" in no_year.value.issues[0].message.zh
    assert no_year.value.issues[0].suggestions[0] == "2021"


def test_before_the_first_one_nothing_has_begun() -> None:
    with pytest.raises(QueryError) as raised:
        event_days(EventTime(event="double_11"), SHIPPED_EVENTS, date(2017, 1, 1))
    assert raised.value.issues[0].code == "event_not_begun"
    assert "2018-11-01" in raised.value.issues[0].message.en


def test_the_year_before() -> None:
    this = EventTime(event="spring_festival", year=2025)
    earlier, occurrence = previous_occurrence(this, SHIPPED_EVENTS, TODAY)
    assert (earlier.year, occurrence.anchor) == (2024, date(2024, 2, 10))
    with pytest.raises(QueryError):
        previous_occurrence(this.model_copy(update={"year": 2018}), SHIPPED_EVENTS, TODAY)


def test_the_anchor_and_the_year_around_a_day() -> None:
    assert anchor_of("spring_festival", 2023, SHIPPED_EVENTS) == date(2023, 1, 22)
    assert event_year_around("spring_festival", date(2024, 1, 5), SHIPPED_EVENTS) == 2024
    assert event_year_around("double_11", date(2024, 1, 5), SHIPPED_EVENTS) == 2023
    with pytest.raises(QueryError):
        anchor_of("spring_festival", 1999, SHIPPED_EVENTS)


def test_years_are_listed_briefly() -> None:
    assert years_listed([]) == ""
    assert years_listed([2020, 2018, 2019, 2023]) == "2018-2020, 2023"


# The shipped dates


def new_moon(near: date) -> date:
    """The day in China of the new moon nearest to `near`: Meeus, Astronomical Algorithms, 49."""
    k = round((near - date(2000, 1, 6)).days / 29.530588861)
    t = k / 1236.85
    sun = math.radians(2.5534 + 29.10535670 * k - 0.0000014 * t**2)
    moon = math.radians(201.5643 + 385.81693528 * k + 0.0107582 * t**2)
    latitude = math.radians(160.7108 + 390.67050284 * k - 0.0016118 * t**2)
    day = 2451550.09766 + 29.530588861 * k + 0.00015437 * t**2
    day += -0.40720 * math.sin(moon) + 0.17241 * math.sin(sun) + 0.01608 * math.sin(2 * moon)
    day += 0.01039 * math.sin(2 * latitude) + 0.00739 * math.sin(moon - sun)
    day += -0.00514 * math.sin(moon + sun) + 0.00208 * math.sin(2 * sun)
    terrestrial = datetime(2000, 1, 1, 12) + timedelta(days=day - 2451545)
    return (terrestrial - timedelta(seconds=70) + timedelta(hours=8)).date()


@pytest.mark.parametrize(
    ("name", "day", "earliest", "latest"),
    [
        ("spring_festival", 1, (1, 21), (2, 20)),
        ("lantern_festival", 15, (2, 4), (3, 6)),
        ("dragon_boat", 5, (5, 25), (6, 25)),
        ("qixi", 7, (7, 31), (8, 30)),
        ("mid_autumn", 15, (9, 7), (10, 8)),
    ],
)
def test_lunar_festivals_fall_on_their_day_of_the_moon(
    name: str, day: int, earliest: tuple[int, int], latest: tuple[int, int]
) -> None:
    event = SHIPPED_EVENTS[name]
    assert event.occurrences.keys() == set(YEARS)
    for year, occurrence in event.occurrences.items():
        first = occurrence.anchor - timedelta(days=day - 1)
        assert new_moon(first) == first, year
        assert date(year, *earliest) <= occurrence.anchor <= date(year, *latest)


def test_new_years_eve_is_the_day_before() -> None:
    for year in YEARS:
        new_year = anchor_of("spring_festival", year, SHIPPED_EVENTS)
        assert days("lunar_new_years_eve", year).end == new_year


def test_qingming_is_where_the_sun_has_gone_fifteen_degrees() -> None:
    for year in YEARS:
        qingming = anchor_of("qingming", year, SHIPPED_EVENTS)
        start, end = (sun_longitude(qingming + timedelta(days=ahead)) for ahead in (0, 1))
        assert start <= 15 < end, (year, start, end)


def sun_longitude(day: date) -> float:
    """Apparent longitude of the sun at midnight in China: Meeus, chapter 25, low accuracy."""
    t = ((day - date(2000, 1, 1)).days - 0.5 - 8 / 24 + 70 / 86400) / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t**2
    anomaly = math.radians(357.52911 + 35999.05029 * t)
    center = (1.914602 - 0.004817 * t) * math.sin(anomaly) + 0.019993 * math.sin(2 * anomaly)
    node = math.radians(125.04 - 1934.136 * t)
    return (mean + center - 0.00569 - 0.00478 * math.sin(node)) % 360


def test_black_friday_follows_the_fourth_thursday() -> None:
    for year in YEARS:
        black, cyber = days("black_friday", year).start, days("cyber_monday", year).start
        assert (black.month, black.weekday()) == (11, 4)
        assert 23 <= black.day <= 29
        assert cyber - black == timedelta(days=3)


def test_every_year_has_every_event_but_those_not_surely_known() -> None:
    for event in SHIPPED_EVENTS.values():
        known = set(range(2021, 2026)) if event.name == "new_year_goods" else set(YEARS)
        assert set(event.occurrences) == known, event.name


def test_what_is_not_announced_is_marked() -> None:
    assert SHIPPED_EVENTS["spring_festival"].occurrences[2030].is_assumed
    assert not SHIPPED_EVENTS["spring_festival"].occurrences[2026].is_assumed


@pytest.mark.parametrize(
    ("name", "year", "first", "last"),
    [
        ("spring_festival", 2024, "2024-02-10", "2024-02-17"),
        ("spring_festival", 2026, "2026-02-15", "2026-02-23"),
        ("national_day", 2023, "2023-09-29", "2023-10-06"),
        ("national_day", 2025, "2025-10-01", "2025-10-08"),
        ("labour_day", 2022, "2022-04-30", "2022-05-04"),
        ("new_year_goods", 2025, "2025-01-07", "2025-02-05"),
        ("mid_year_618", 2024, "2024-06-01", "2024-06-18"),
    ],
)
def test_announced_days(name: str, year: int, first: str, last: str) -> None:
    assert days(name, year) == until(first, last)


# Files


def own(tmp_path: Path, text: str = OWN) -> dict[str, Event]:
    return dict(load_model(SHIPPED, folder(tmp_path, own=text)).events)


def test_a_file_adds_an_event(tmp_path: Path) -> None:
    event = own(tmp_path)["birthday"]
    assert event.label.zh == "店庆"
    assert event.synonyms == ("周年庆", "anniversary")
    assert event.place == "own.yml:2"
    occurrence = event.occurrences[2025]
    assert occurrence.days == until("2025-08-01", "2025-08-08")
    assert occurrence.phases == {
        "presale": until("2025-07-25", "2025-07-31"),
        "day": until("2025-08-08", "2025-08-08"),
    }
    assert occurrence.place == f"own.yml:{line_of(OWN, '      2025:')}"


def test_a_file_replaces_a_year_and_keeps_the_others(tmp_path: Path) -> None:
    text = """\
events:
  - name: double_11
    years:
      2026: {first: 2026-10-20, last: 2026-11-14, anchor: 2026-11-11}
"""
    event = own(tmp_path, text)["double_11"]
    assert event.occurrences[2026].days == until("2026-10-20", "2026-11-14")
    assert event.occurrences[2026].phases["day"] == until("2026-11-11", "2026-11-11")
    assert event.occurrences[2025] == SHIPPED_EVENTS["double_11"].occurrences[2025]
    assert (event.label, event.synonyms) == (
        SHIPPED_EVENTS["double_11"].label,
        SHIPPED_EVENTS["double_11"].synonyms,
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("last: 2024-08-08", "last: 2024-07-08", "event_days_reversed", "      2024:"),
        ("anchor: 2024-08-08", "anchor: 2025-08-08", "event_year_wrong", "      2024:"),
        ("anchor: 2024-08-08", "anchor: 2024-12-08", "event_anchor_far", "      2024:"),
        ("last: 2024-08-08", "last: 2025-08-02", "event_years_overlap", "      2025:"),
        ("presale: {first", "presle: {first", "event_phase_undefined", "      2025:"),
        ("2025-07-25", "2025-01-25", "event_phase_far", "      2025:"),
        ("[周年庆]", "[双十一]", "event_term_taken", "  - name: birthday"),
        ("[anniversary]", "[Province]", "event_term_taken", "  - name: birthday"),
        ("[anniversary]", "[paid orders]", "event_term_taken", "  - name: birthday"),
        ("zh: 当天, en: day", "zh: 当天, en: presale", "event_term_taken", "  - name: birthday"),
        ("zh: 店庆, en: shop", "zh: '', en: shop", "text_missing", "  - name: birthday"),
        ("name: birthday", "name: Birthday", "name_not_snake_case", "  - name: Birthday"),
        ("first: 2024-08-01", "first: 2024-08-32", "value_of_wrong_kind", "      2024:"),
        ("first: 2024-08-01", "first: 20240801", "value_of_wrong_kind", "      2024:"),
        ("first: 2024-08-01, ", "", "key_missing", "      2024:"),
        ("2024: {first", "soon: {first", "value_of_wrong_kind", "      soon:"),
        (
            "    label: {zh: 店庆, en: shop birthday}\n",
            "",
            "event_label_missing",
            "  - name: birth",
        ),
    ],
)
def test_a_wrong_calendar_is_told_by_line(
    tmp_path: Path, old: str, new: str, code: str, at: str
) -> None:
    text = OWN.replace(old, new, 1)
    assert text != OWN
    with pytest.raises(DefinitionError) as raised:
        own(tmp_path, text)
    [issue] = raised.value.issues
    assert (issue.code, issue.where) == (code, f"own.yml:{line_of(text, at)}")
    assert issue.message.zh
    assert issue.message.en


def test_an_event_stands_once_in_a_folder(tmp_path: Path) -> None:
    issue = only(folder(tmp_path, orders=DATASET, one=OWN, two=OWN))
    assert issue.code == "defined_twice"
    assert issue.where == "two.yml:2"


def test_a_model_without_calendar_has_no_events(tmp_path: Path) -> None:
    models = folder(tmp_path, orders=DATASET)
    assert not load_model(models).events
    with pytest.raises(QueryError) as raised:
        event_days(EventTime(event="double_11"), {}, TODAY)
    assert raised.value.issues[0].code == "event_unknown"


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = OWN.replace("last: 2024-08-08", "last: 2024-07-08").replace("2025-07-25", "2025-01-25")
    codes = {issue.code for issue in issues_of(folder(tmp_path, orders=DATASET, own=text))}
    assert codes == {"event_days_reversed", "event_phase_far"}
