"""What stands around a moment: ranges, since and before, vague edges, words that lead in or out.

Second half of `find`, over folded text. 2月 alone, 从2月, 到4月, 2月底, 2月以来 and 2月的 differ
only in their surroundings, and in the same way for every kind of moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.time_expressions import surroundings as around
from assistant.time_expressions.events import of_year
from assistant.time_expressions.month_parts import Located, with_months
from assistant.time_expressions.numerals import read_en_number
from assistant.time_expressions.periods import (
    EARLIEST_DAY,
    Moment,
    Named,
    Period,
    Point,
    Stretch,
    between,
    resolve,
)
from assistant.time_expressions.rule import Reading
from semantic_layer.events import Event
from semantic_layer.query import EventTime, Grain, PresetTime, RangeTime, TimeWindow, ToDateTime
from semantic_layer.resolving.windows import shift_period

_REACH = 32  # how many characters before and after a moment may belong to it


@dataclass(frozen=True, slots=True)
class Settled:
    """A window, or None for a grain to group by, with its final place."""

    start: int
    end: int
    grain: Grain
    window: TimeWindow | None


def settle(
    text: str, located: Sequence[Located], today: date, events: Mapping[str, Event]
) -> Iterator[Settled]:
    """Each moment with what its surroundings make of it, in order and apart from one another."""
    floor = 0
    dated = with_months(text, located, today)
    shared = _share_events(text, _share_years(text, dated), events, today)
    items = _join_ranges(text, shared, today)
    ceilings = [item.start for item in items[1:]] + [len(text)]
    for item, ceiling in zip(items, ceilings, strict=False):  # no items, but still an end of text
        if item.start < floor:
            continue
        settled = _settle(text, item, floor, today)
        if settled is None:
            continue
        settled = _widen(text, settled, floor, max(ceiling, settled.end))
        floor = settled.end
        yield settled


def _share_years(text: str, located: Sequence[Located]) -> list[Located]:
    """去年3月和4月, Feb and March 2020: in a list of months the year is said once."""
    shared = list(located)
    for index in range(1, len(shared)):
        first, last = shared[index - 1 : index + 1]
        if not around.LIST.fullmatch(text, first.end, last.start):
            continue
        one, other = first.reading, last.reading
        if not (isinstance(one, Point) and isinstance(other, Point)) or one.unit != other.unit:
            continue
        if other.year is None and other.month:
            shared[index] = replace(last, reading=replace(other, year=one.year))
        elif one.year is None and one.month:
            shared[index - 1] = replace(first, reading=replace(one, year=other.year))
    return shared


def _share_events(
    text: str, located: Sequence[Located], events: Mapping[str, Event], today: date
) -> list[Located]:
    """2023年和2024年双11, 618 this year vs last year: in a list of years the event is said once."""
    shared = list(located)
    for index in range(1, len(shared)):
        first, last = shared[index - 1 : index + 1]
        joints = (around.LIST, around.CONTRAST)
        if not any(joint.fullmatch(text, first.end, last.start) for joint in joints):
            continue
        if (year := _year_in(first.reading)) and _has_year(last.reading):
            assert isinstance(last.reading, Named)
            moment = of_year(last.reading, year, events, today)
            shared[index - 1] = replace(first, reading=moment)
        elif (year := _year_in(last.reading)) and _has_year(first.reading):
            assert isinstance(first.reading, Named)
            shared[index] = replace(last, reading=of_year(first.reading, year, events, today))
    return shared


def _year_in(reading: Reading | None) -> int | None:
    """The year, if that is all that is said."""
    match reading:
        case Point(unit="year", year=year):
            return year
        case Named(window=PresetTime(unit=Grain.year, count=1), period=Period(start=start)):
            return start.year
        case _:
            return None


def _has_year(reading: Reading | None) -> bool:
    match reading:
        case Named(window=EventTime(year=int())):
            return True
        case _:
            return False


def _join_ranges(text: str, located: Sequence[Located], today: date) -> list[Located]:
    joined: list[Located] = []
    floor = 0
    for item in located:
        previous = joined[-1] if joined else None
        range_ = previous and _range(text, previous, item, floor, today)
        if previous and range_:
            joined[-1] = range_
            floor = range_.end
        else:
            floor = previous.end if previous else 0
            joined.append(item)
    return joined


def _range(text: str, first: Located, last: Located, floor: int, today: date) -> Located | None:
    if not isinstance(first.reading, Moment) or not isinstance(last.reading, Moment):
        return None
    if not _is_range(text, first, last, floor):
        return None
    days = between(first.reading, last.reading, today)
    if days is None:
        return None
    start = _found_before(around.FROM, text, first.start, floor)
    end = _found_after(around.RANGE_ENDS, text, last.end)
    return Located(first.start if start is None else start, last.end if end is None else end, days)


def _is_range(text: str, first: Located, last: Located, floor: int) -> bool:
    if around.TO.fullmatch(text, first.end, last.start):
        return True
    if not around.AND.fullmatch(text, first.end, last.start):
        return False
    return (
        _found_before(around.BETWEEN, text, first.start, floor) is not None
        or _found_after(around.BETWEEN_ENDS, text, last.end) is not None
    )


def _settle(text: str, item: Located, floor: int, today: date) -> Settled | None:
    moment = item.reading
    if isinstance(moment, Grain):
        return Settled(item.start, item.end, moment, None)
    days = None if moment is None else resolve(moment, today)
    if moment is None or days is None:
        return _of_unknown_days(text, item, floor)
    if _found_before(around.DISTANCE_LEADS, text, item.start, floor) is not None:
        return _at_distance(text, item, days, floor)
    for bound in _BOUNDS:
        place = _bounded(text, item, bound, floor)
        if place:
            window = bound.window(moment, days, today)
            return Settled(*place, days.grain, window) if window else None
    origin = _found_before(around.FROM_LEADS, text, item.start, floor)
    if origin is not None and not isinstance(moment, Named | Stretch):
        window = _from(moment, days, today)
        return Settled(origin, item.end, days.grain, window) if window else None
    if _found_before(around.VAGUE_LEADS, text, item.start, floor) is not None:
        return None
    if _found_after(around.VAGUE_FOLLOWS, text, item.end) is not None:
        return None
    start = item.start
    if isinstance(moment, Stretch):
        led = _found_before(around.FROM, text, start, floor)
        start = start if led is None else led
    return Settled(start, item.end, days.grain, _window(moment, days))


def _of_unknown_days(text: str, item: Located, floor: int) -> Settled | None:
    """An event whose days are not known is still named; since or before it would be a guess."""
    if not isinstance(item.reading, Named):
        return None
    if any(_bounded(text, item, bound, floor) for bound in _BOUNDS):
        return None
    return Settled(item.start, item.end, item.reading.grain, item.reading.window)


def _bounded(text: str, item: Located, bound: Bound, floor: int) -> tuple[int, int] | None:
    """The place of the moment with the words that make it a bound, if they are there."""
    start = _found_before(bound.leads, text, item.start, floor) if bound.leads else None
    end = _found_after(bound.follows, text, item.end)
    if start is None and end is None:
        return None
    start = item.start if start is None else start
    prefix = _found_before(around.SINCE_PREFIX, text, start, floor)
    return start if prefix is None else prefix, item.end if end is None else end


def _at_distance(text: str, item: Located, days: Period, floor: int) -> Settled | None:
    """Two days before yesterday: a day, counted from where the moment starts or ends."""
    left = max(floor, item.start - _REACH)
    found = around.DISTANCE_LEADS.search(text, left, item.start)
    count = read_en_number(found["count"]) if found else None
    if not found or not count or around.INEXACT_LEADS.search(text, left, found.start()):
        return None
    weeks = found["unit"] == "week"
    back = found["side"].startswith("before")
    start = days.start if back else days.end - timedelta(days=1)
    length = timedelta(days=count * (7 if weeks else 1))
    if found["side"] == "from" and around.DURATION_LEADS.search(text, left, found.start()):
        window = RangeTime(start=start, end=start + length)  # for three days from yesterday
        return Settled(found.start(), item.end, Grain.day, window)
    start += -length if back else length
    window = RangeTime(start=start, end=start + timedelta(days=1))
    return Settled(found.start(), item.end, Grain.day, window)


def _window(moment: Moment, days: Period) -> TimeWindow:
    if isinstance(moment, Named):
        return moment.window
    return RangeTime(start=days.start, end=days.end)


def _since(moment: Moment, days: Period, today: date) -> TimeWindow | None:
    if isinstance(moment, Named):
        match moment.window:
            case PresetTime(unit=unit, count=1, offset=0) if unit is not Grain.day:
                return ToDateTime(unit=unit)
            case ToDateTime():
                return moment.window
            case _:
                pass
    return _until_today(days.start, today)


def _from(moment: Moment, days: Period, today: date) -> TimeWindow | None:
    """From a date is since then; "orders from October" may also be the orders of October."""
    is_date = isinstance(moment, Point) and moment.unit == "day"
    return _until_today(days.start, today) if is_date else None


def _after_end(_moment: Moment, days: Period, today: date) -> TimeWindow | None:
    return _until_today(days.end, today)


def _until_today(start: date, today: date) -> TimeWindow | None:
    return RangeTime(start=start, end=today + timedelta(days=1)) if start <= today else None


def _before_start(_moment: Moment, days: Period, _today: date) -> TimeWindow | None:
    return RangeTime(start=EARLIEST_DAY, end=days.start) if days.start > EARLIEST_DAY else None


def _through_end(_moment: Moment, days: Period, _today: date) -> TimeWindow | None:
    return RangeTime(start=EARLIEST_DAY, end=days.end) if days.end > EARLIEST_DAY else None


@dataclass(frozen=True)
class Bound:
    """Words that open a moment to one side, and the window that they make of it."""

    leads: re.Pattern[str] | None
    follows: re.Pattern[str]
    window: Callable[[Moment, Period, date], TimeWindow | None]


_BOUNDS = (
    Bound(around.SINCE_LEADS, around.SINCE_FOLLOWS, _since),
    Bound(around.THROUGH_LEADS, around.THROUGH_FOLLOWS, _through_end),
    Bound(around.AFTER_LEADS, around.AFTER_FOLLOWS, _after_end),
    Bound(around.BEFORE_LEADS, around.BEFORE_FOLLOWS, _before_start),
)


def _widen(text: str, settled: Settled, floor: int, ceiling: int) -> Settled:
    start = _found_before(around.LEAD_IN, text, settled.start, floor)
    again = _said_again(settled)
    end = again and _found_after(again, text, settled.end, ceiling)
    end = end or _found_after(around.LEAD_OUT, text, settled.end, ceiling)
    return replace(
        settled,
        start=settled.start if start is None else start,
        end=settled.end if end is None else end,
    )


def _said_again(settled: Settled) -> re.Pattern[str] | None:
    """How a window of one unit may be said once more (去年全年); several units may not."""
    match settled.window:
        case PresetTime(unit=unit, count=1):
            return around.ITSELF.get(unit)
        case RangeTime(start=start, end=end):
            itself = around.ITSELF.get(settled.grain)
            is_one = itself is not None and shift_period(start, settled.grain, 1) == end
            return itself if is_one else None
        case _:
            return None


def _found_before(pattern: re.Pattern[str], text: str, start: int, floor: int) -> int | None:
    left = max(floor, start - _REACH)
    found = pattern.search(text[max(0, left - 1) : start], left and 1)
    return None if found is None else max(0, left - 1) + found.start()


def _found_after(
    pattern: re.Pattern[str], text: str, end: int, ceiling: int | None = None
) -> int | None:
    right = end + _REACH if ceiling is None else min(end + _REACH, ceiling)
    found = pattern.match(text, end, right)
    return None if found is None else found.end()
