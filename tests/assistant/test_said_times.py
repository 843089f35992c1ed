"""What a text says about time, as days."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from assistant.said_times import said_times
from semantic_layer.loader import load_model
from tests.assistant.time_notation import NOW

EVENTS = load_model().events


def said(text: str, now: datetime = NOW) -> list[tuple[str, date | None, date | None, str]]:
    found, issues = said_times(text, now=now, events=EVENTS)
    assert not issues
    return [(one.span, one.start, one.end, str(one.grain)) for one in found]


@pytest.mark.parametrize(
    ("text", "start", "end", "grain"),
    [
        ("上个月", date(2026, 10, 1), date(2026, 11, 1), "month"),
        ("last 7 days", date(2026, 11, 17), date(2026, 11, 24), "day"),
        ("本月", date(2026, 11, 1), date(2026, 11, 25), "month"),
        ("去年双11", date(2025, 11, 1), date(2025, 11, 12), "day"),
        ("双11", date(2026, 11, 1), date(2026, 11, 12), "day"),
        ("before 2020", None, date(2020, 1, 1), "year"),
        ("有史以来", None, None, "year"),
    ],
)
def test_a_window_is_its_days(text: str, start: date | None, end: date | None, grain: str) -> None:
    assert said(text) == [(text, start, end, grain)]


def test_windows_come_in_order_and_groupings_are_none() -> None:
    found = said("上个月每天的销售额和去年3月对比")
    assert [span for span, *_ in found] == ["上个月", "去年3月"]
    assert said("各渠道的销售额") == []


def test_the_moment_is_an_argument() -> None:
    assert said("昨天", datetime(2020, 3, 1, 9))[0][1] == date(2020, 2, 29)


def test_an_event_without_days_is_an_issue_and_the_rest_is_read() -> None:
    found, issues = said_times("2035年双11和上个月", now=NOW, events=EVENTS)
    assert [one.span for one in found] == ["上个月"]
    assert [issue.code for issue in issues] == ["event_year_unknown"]
