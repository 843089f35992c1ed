"""`said_times`: what a text says about time, as days: `koujing when`, without a question around it.

Beside the line: it uses the readers of `time_expressions` and the rules of the semantic layer, and
needs no data. May import neither a parser, a model nor the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assistant.time_expressions import EARLIEST_DAY, WindowExpression, find_time_expressions
from semantic_layer import Issue, QueryError
from semantic_layer.events import Event
from semantic_layer.query import Grain
from semantic_layer.resolving.windows import resolve_window


@dataclass(frozen=True)
class SaidTime:
    """A stretch of days and the words for it; an open side is None, `end` does not belong to it."""

    span: str
    start: date | None
    end: date | None
    grain: Grain


def said_times(
    text: str, *, now: datetime, events: Mapping[str, Event]
) -> tuple[tuple[SaidTime, ...], tuple[Issue, ...]]:
    """The windows of `text` in order, and the issues of events whose days are not known.

    A grouping by time (按月, per week) is no window.

    >>> said, _ = said_times("上个月销售额", now=datetime(2026, 11, 24), events={})
    >>> said[0].start, said[0].end
    (datetime.date(2026, 10, 1), datetime.date(2026, 11, 1))
    """
    said: list[SaidTime] = []
    issues: list[Issue] = []
    for found in _windows(text, now, events):
        try:
            said.append(_days(found, now.date(), events))
        except QueryError as error:
            issues.extend(error.issues)
    return tuple(said), tuple(issues)


def _windows(text: str, now: datetime, events: Mapping[str, Event]) -> Iterator[WindowExpression]:
    for found in find_time_expressions(text, now=now, events=events):
        if isinstance(found, WindowExpression):
            yield found


def _days(found: WindowExpression, today: date, events: Mapping[str, Event]) -> SaidTime:
    window = resolve_window(found.window, today, events)
    if window is None:
        return SaidTime(found.text, None, None, found.grain)
    start = None if window.days.start == EARLIEST_DAY else window.days.start
    return SaidTime(found.text, start, window.days.end, found.grain)
