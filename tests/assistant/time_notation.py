"""A short notation for windows, so that a table of cases reads like a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import assert_never

from assistant.time_expressions import WindowExpression, find_time_expressions
from semantic_layer.events import Event
from semantic_layer.query import (
    AllTime,
    EventTime,
    PresetTime,
    RangeTime,
    TimeWindow,
    ToDateTime,
)

_NO_EVENTS: Mapping[str, Event] = MappingProxyType({})
NOW = datetime(2026, 11, 24, 10, 30)  # a Tuesday


def said(
    text: str, now: datetime = NOW, events: Mapping[str, Event] = _NO_EVENTS
) -> list[tuple[str, str]]:
    """Each expression of `text`: its slice, and its window or "by grain"."""
    return [
        (
            found.text,
            notation(found.window) if isinstance(found, WindowExpression) else f"by {found.grain}",
        )
        for found in find_time_expressions(text, now=now, events=events)
    ]


def notation(window: TimeWindow) -> str:
    """`month 1 -1` is a preset, `2024-03-01/2024-04-01` a range (end exclusive).

    An event is `double_11 2025 presale`, or `double_11 latest`.
    """
    match window:
        case PresetTime(unit=unit, count=count, offset=offset):
            return f"{unit} {count} {offset}"
        case RangeTime(start=start, end=end):
            return f"{start}/{end}"
        case ToDateTime(unit=unit):
            return f"{unit} to date"
        case EventTime(event=event, year=year, phase=phase):
            return " ".join(str(part) for part in (event, year or "latest", phase) if part)
        case AllTime():
            return "all"
        case _:
            assert_never(window)
