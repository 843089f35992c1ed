"""A short notation for windows, so that a table of cases reads like a table."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from assistant.time_expressions import WindowExpression, find_time_expressions
from semantic_layer.query import AllTime, PresetTime, RangeTime, TimeWindow, ToDateTime

NOW = datetime(2026, 11, 24, 10, 30)  # a Tuesday


def said(text: str, now: datetime = NOW) -> list[tuple[str, str]]:
    """Each expression of `text`: its slice, and its window or "by grain"."""
    return [
        (
            found.text,
            notation(found.window) if isinstance(found, WindowExpression) else f"by {found.grain}",
        )
        for found in find_time_expressions(text, now=now)
    ]


def notation(window: TimeWindow) -> str:
    """`month 1 -1` is a preset, `2024-03-01/2024-04-01` a range (end exclusive)."""
    match window:
        case PresetTime(unit=unit, count=count, offset=offset):
            return f"{unit} {count} {offset}"
        case RangeTime(start=start, end=end):
            return f"{start}/{end}"
        case ToDateTime(unit=unit):
            return f"{unit} to date"
        case AllTime():
            return "all"
        case _:
            assert_never(window)
