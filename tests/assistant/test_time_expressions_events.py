"""Events of the calendar as time: what a text may put around them, and what it may not be."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.time_expressions import WindowExpression, find_time_expressions
from semantic_layer.events import Event, Occurrence
from semantic_layer.loader import load_model
from semantic_layer.query import EventTime
from tests.assistant.time_notation import NOW, said

EVENTS = load_model().events


def in_calendar(text: str, now: datetime = NOW) -> list[tuple[str, str]]:
    return said(text, now, EVENTS)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("双11", "double_11 latest"),
        ("双十一", "double_11 latest"),
        ("双 11", "double_11 latest"),
        ("雙11", "double_11 latest"),
        ("双11大促", "double_11 latest"),
        ("2025年双十一预售", "double_11 2025 presale"),
        ("24年双11当天", "double_11 2024 day"),
        ("2024双11", "double_11 2024"),
        ("双11 2024", "double_11 2024"),
        ("去年的双11", "double_11 2025"),
        ("前年双11", "double_11 2024"),
        ("大前年双11", "double_11 2023"),
        ("去年618期间", "mid_year_618 2025"),
        ("618大促期间", "mid_year_618 latest"),
        ("during 618", "mid_year_618 latest"),
        ("during the 618 festival", "mid_year_618 latest"),
        ("618 last year", "mid_year_618 2025"),
        ("last year's 618", "mid_year_618 2025"),
        ("in 618 presale 2025", "mid_year_618 2025 presale"),
        ("Black Friday 2024", "black_friday 2024"),
        ("on Black Friday, 2024", "black_friday 2024"),
        ("Black Friday of 2024", "black_friday 2024"),
        ("Singles' Day", "double_11 latest"),
        ("Double 11s", "double_11 latest"),
        ("国庆", "national_day latest"),
        ("十一黄金周", "national_day latest"),
        ("春节", "spring_festival latest"),
        ("2024年春节初一", "spring_festival 2024 day"),
        ("除夕当天", "lunar_new_years_eve latest"),
        ("圣诞前夜", "christmas_eve latest"),
        ("上次双11", "double_11 2026"),
        ("last Black Friday", "black_friday 2025"),
        ("2035年618", "mid_year_618 2035"),
        ("春节以来", "2026-02-15/2026-11-25"),
        ("before Black Friday", "1900-01-01/2025-11-28"),
        ("双11之前7天", "2026-10-25/2026-11-01"),
        ("双11之后的2周", "2026-11-12/2026-11-26"),
        ("2 weeks before Christmas", "2025-12-11/2025-12-12"),
    ],
)
def test_an_event_alone(text: str, window: str) -> None:
    assert in_calendar(text) == [(text, window)]


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("今年618和去年618比", ["mid_year_618 2026", "mid_year_618 2025"]),
        ("2023年和2024年双11", ["double_11 2023", "double_11 2024"]),
        ("618 this year vs last year", ["mid_year_618 2026", "mid_year_618 2025"]),
        ("双11和618对比", ["double_11 latest", "mid_year_618 latest"]),
        ("五一各省的订单", ["labour_day latest"]),
        ("Chinese New Year", ["spring_festival latest"]),
        ("Lunar New Year's Eve", ["lunar_new_years_eve latest"]),
    ],
)
def test_events_in_a_text(text: str, windows: list[str]) -> None:
    assert [window for _, window in in_calendar(text)] == windows


@pytest.mark.parametrize(
    "text",
    [
        *("订单金额超过618元", "满618减50", "大于520的订单", "520元以上", "618单", "1618", "6180"),
        *("top 520 products", "last 520 orders", "more than 618 orders", "over 618 CNY", "¥618"),
        *("每年双11", "历年618", "every Black Friday", "第520名", "618.5", "520%"),
        *("三五一百", "联网一小时", "2017年618以来"),
    ],
)
def test_what_is_no_event(text: str) -> None:
    """Amounts, several years at once, words that only contain one, days that nobody knows."""
    assert in_calendar(text) == []


def test_a_weekday_before_is_not_eaten() -> None:
    [(text, window)] = in_calendar("上周五一共多少单")
    assert (text, window) == ("上周五", "2026-11-20/2026-11-21")


def test_last_means_over_when_the_event_is_on() -> None:
    during = datetime(2026, 11, 5, 12)
    assert in_calendar("上次双11", during) == [("上次双11", "double_11 2025")]
    assert in_calendar("双11", during) == [("双11", "double_11 latest")]


def test_without_events_their_names_mean_nothing() -> None:
    assert said("双11") == []


_PIECES = st.sampled_from(
    [
        *("双11", "618", "520", "春节", "Black Friday", "五一", "预售", "当天", "期间", "的", "年"),
        *("去", "今年", "2024", "2024年", "和", "到", "vs", "last", "year", "this", "之前", "3天"),
        *(
            "of",
            "in",
            " ",
            "以来",
            "since",
            "before",
            "每年",
            "上次",
            "元",
            "超过",
            "'s",
            ",",
            "两",
        ),
    ]
)


@given(st.lists(_PIECES, max_size=9).map("".join) | st.lists(_PIECES, max_size=9).map(" ".join))
def test_spans_are_true_slices_apart_from_one_another(text: str) -> None:
    """Any pieces in any order: no error, true slices, and only names of the calendar."""
    floor = 0
    for found in find_time_expressions(text, now=NOW, events=EVENTS):
        assert floor <= found.start < found.end <= len(text)
        assert found.text == text[found.start : found.end]
        floor = found.end
        if isinstance(found, WindowExpression) and isinstance(found.window, EventTime):
            event = EVENTS[found.window.event]
            assert found.window.phase is None or found.window.phase in event.phases


@given(
    event=st.sampled_from(sorted(EVENTS)),
    year=st.integers(2018, 2030),
    form=st.sampled_from(["{}年{}", "{}年的{}", "{}年{}期间", "{} {}"]),
)
def test_every_term_with_every_year_is_found(event: str, year: int, form: str) -> None:
    for term in EVENTS[event].terms:
        [found] = find_time_expressions(form.format(year, term), now=NOW, events=EVENTS)
        assert isinstance(found, WindowExpression)
        assert found.window == EventTime(event=event, year=year), term


def test_a_shop_adds_its_own_event() -> None:
    """The names come with the model; nothing about them is known here."""
    days = next(iter(EVENTS["double_11"].occurrences.values()))
    own = Event(
        name="birthday",
        label=EVENTS["double_11"].label.model_copy(update={"zh": "店庆", "en": "shop birthday"}),
        synonyms=("周年庆",),
        phases={},
        occurrences={2025: Occurrence(days.days, days.anchor)},
        place="own.yml:1",
    )
    events = {"birthday": own}
    assert said("去年店庆", NOW, events) == [("去年店庆", "birthday 2025")]
    assert said("sales on shop birthday 2025", NOW, events) == [
        ("on shop birthday 2025", "birthday 2025")
    ]
