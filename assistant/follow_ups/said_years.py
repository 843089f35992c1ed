"""A lone year after another window: "and last year?" after Double 11 is that of last year.

Behind `turn_parts`: only a follow-up leans on a window that was said before. Pure; it may import
neither a parser, nor a model, nor a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from semantic_layer.events import Event
from semantic_layer.query import EventTime, Grain, PresetTime, RangeTime, TimeWindow


def in_said_year(
    said: TimeWindow, before: TimeWindow | None, events: Mapping[str, Event], today: date
) -> TimeWindow:
    """The window before in the year that is said; `said` itself if it is no year, or none fits.

    An event keeps its phase; dates within one year keep their day and month.
    """
    year = _year_of(said, today)
    if year is None:
        return said
    match before:
        case EventTime(event=event) if year in events[event].occurrences:
            return _unlike(before, before.model_copy(update={"year": year})) or said
        case RangeTime() if _is_part_of_year(before):
            return _unlike(before, _moved(before, year)) or said
        case _:
            return said


def _year_of(window: TimeWindow, today: date) -> int | None:
    match window:
        case PresetTime(unit=Grain.year, count=1, offset=offset):
            return today.year + offset
        case RangeTime(start=start, end=end):
            is_year = (start, end) == (date(start.year, 1, 1), date(start.year + 1, 1, 1))
            return start.year if is_year else None
        case _:
            return None


def _unlike(before: TimeWindow, found: TimeWindow | None) -> TimeWindow | None:
    """What is found, unless it is what was asked before: "this year" after this September."""
    return None if found == before else found


def _is_part_of_year(window: RangeTime) -> bool:
    last = window.end - timedelta(days=1)
    return window.start.year == last.year and (window.end - window.start).days < 365


def _moved(window: RangeTime, year: int) -> RangeTime | None:
    """The same days of another year; None where that year lacks one of them (29 February)."""
    years = year - window.start.year
    try:
        return RangeTime(
            start=window.start.replace(year=year),
            end=window.end.replace(year=window.end.year + years),
        )
    except ValueError:
        return None
