"""The chip of the days, and the plan for days that somebody picks on a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from assistant.chips.chip import Chip, Edit, Editing
from assistant.presentation.wording import days_text, window_text
from semantic_layer import DateRange, SemanticQuery, Text
from semantic_layer.query import Grain, PresetTime, RangeTime, TimeWindow
from semantic_layer.resolving.windows import add_months

_LABEL = Text(zh="时间", en="time")
_ALL = Text(zh="全部数据", en="all data")
_LAST_YEAR = Text(zh="去年同期", en="same period last year")

PRESETS: tuple[tuple[Text, TimeWindow], ...] = (
    (Text(zh="今天", en="today"), PresetTime(unit=Grain.day, offset=0)),
    (Text(zh="昨天", en="yesterday"), PresetTime(unit=Grain.day)),
    (Text(zh="近7天", en="last 7 days"), PresetTime(unit=Grain.day, count=7)),
    (Text(zh="近30天", en="last 30 days"), PresetTime(unit=Grain.day, count=30)),
    (Text(zh="本周", en="this week"), PresetTime(unit=Grain.week, offset=0)),
    (Text(zh="上周", en="last week"), PresetTime(unit=Grain.week)),
    (Text(zh="本月", en="this month"), PresetTime(unit=Grain.month, offset=0)),
    (Text(zh="上月", en="last month"), PresetTime(unit=Grain.month)),
    (Text(zh="近3个月", en="last 3 months"), PresetTime(unit=Grain.month, count=3)),
    (Text(zh="本季度", en="this quarter"), PresetTime(unit=Grain.quarter, offset=0)),
    (Text(zh="上季度", en="last quarter"), PresetTime(unit=Grain.quarter)),
    (Text(zh="今年", en="this year"), PresetTime(unit=Grain.year, offset=0)),
    (Text(zh="去年", en="last year"), PresetTime(unit=Grain.year)),
)


def time_chip(editing: Editing) -> Iterator[Chip]:
    """The asked days, always shown: a period that nobody asked for must not hide."""
    query = editing.query
    if not query.metrics:
        return
    text = window_text(editing.resolved, editing.language)
    named = next((name for name, window in PRESETS if window == query.time), None)
    yield Chip(
        kind="time",
        label=editing.say(_LABEL),
        text=f"{editing.say(named)} {text}" if named else text,
        is_default=query.time is None,
        is_changed=editing.before is not None and editing.before.time != query.time,
        alternatives=tuple(editing.offers(_windows(editing))),
    )


def with_days(query: SemanticQuery, first: date, last: date) -> SemanticQuery:
    """The same question for the days from the first to the last, both included."""
    return _within(query, RangeTime(start=first, end=last + timedelta(days=1)))


def _windows(editing: Editing) -> Iterator[Edit]:
    for name, window in PRESETS:
        yield editing.say(name), _within(editing.query, window)
    if editing.resolved.window is not None:
        days = editing.resolved.window.days
        before = DateRange(add_months(days.start, -12), add_months(days.end, -12))
        if before.days > 0:
            label = f"{editing.say(_LAST_YEAR)} {days_text(before)}"
            yield label, _within(editing.query, RangeTime(start=before.start, end=before.end))
    yield editing.say(_ALL), _within(editing.query, None)


def _within(query: SemanticQuery, time: TimeWindow | None) -> SemanticQuery:
    return query.model_copy(update={"time": time})
