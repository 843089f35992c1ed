"""The part of a question that says when, and against when.

Imports `sentence` only. One window at the most; two are read as one only if a word of comparison
joins them and the second is the first one's prior period or the same period of the year before, or
if both are events. The year before of an event is its last occurrence, day by day. What is told by
another period (the week before) must have that period's unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from pydantic import TypeAdapter

from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.sentence import Sentence
from semantic_layer.query import (
    AllTime,
    AnyComparison,
    Comparison,
    CustomComparison,
    EventTime,
    Grain,
    PresetTime,
    RangeTime,
    TimeWindow,
    ToDateTime,
)
from semantic_layer.resolving.windows import period_start, shift_period

_WEEKS = re.compile("周|星期|week", re.IGNORECASE)
_RANGE = re.compile(r"^(?:(?:of|in|for) )?[a-z]+ to (?!date)[a-z]+$", re.IGNORECASE)
_WINDOW: TypeAdapter[TimeWindow] = TypeAdapter(TimeWindow)
_RELATIVE = ("before_", "previous_", "year_ago_", "same_days_")
_PER_YEAR = {Grain.month: 12, Grain.quarter: 4, Grain.year: 1}
_UNEVEN_MONTHS = 3  # February and March are compared all the same
_LAST_YEAR = PresetTime(unit=Grain.year, count=1, offset=-1)
_DAYS = {
    Grain.hour: 1,
    Grain.day: 1,
    Grain.week: 7,
    Grain.month: 30,
    Grain.quarter: 91,
    Grain.year: 365,
}


@dataclass(frozen=True)
class TimePart:
    """The asked window, and what it is compared with.

    `base` is the other window where the question names it as one (上周和前一周): with periods in
    the group-by its first one is then set against the first asked one, and so on.
    """

    window: TimeWindow | None
    compare: AnyComparison | None
    used: frozenset[int] = frozenset()
    base: TimeWindow | None = None


def read_time(sentence: Sentence, before: TimeWindow | None = None) -> TimePart:
    """Read the window and the comparison.

    `before` is the window of the question that this one follows: it may lean on it (compare with
    last month, and the month before that), and where it names no other one, keeps it.
    """
    times = sentence.indices(LinkKind.time)
    windows = _without_till_now(tuple(dict.fromkeys(_window_of(sentence, i) for i in times)))
    named = tuple(
        index for index in sentence.indices(LinkKind.comparison) if index not in sentence.contrasts
    )
    relative = tuple(index for index in named if _is_relative(sentence, index))
    if len(windows) > 1:
        part = _two_windows(sentence, times, windows, named)
    elif before is not None and relative and _leans_on(before, sentence, relative, windows):
        part = _relative_to(before, sentence, relative[0])
    elif before is not None and windows and not named and _beside_contrast(sentence, times):
        part = _against(before, windows[0], sentence, times)
    elif relative:
        part = _relative_window(sentence, relative, windows, named)
    else:
        part = _one_window(sentence, times, windows, named)
    words = frozenset((*times, *named))
    if part.compare:
        words |= frozenset((*sentence.contrasts, *sentence.roles("difference", "distributive")))
    return replace(part, window=_in_whole_weeks(sentence, times, part.window), used=words)


def _in_whole_weeks(
    sentence: Sentence, times: tuple[int, ...], window: TimeWindow | None
) -> TimeWindow | None:
    """近8周每周: eight calendar weeks, where 近8周 alone is the last 56 days."""
    units = sentence.indices(LinkKind.grain, LinkKind.average)
    is_weekly = any("week" in sentence.links[index].name for index in units) or any(
        sentence.links[index].value["unit"] == Grain.week
        for index in sentence.indices(LinkKind.running)
        if sentence.links[index].value
    )
    in_weeks = any(_WEEKS.search(sentence.links[index].text) for index in times)
    match window:
        case PresetTime(unit=Grain.day, count=count, offset=-1) if count % 7 == 0:
            if is_weekly and in_weeks:
                return PresetTime(unit=Grain.week, count=count // 7, offset=-1)
    return window


def _one_window(
    sentence: Sentence,
    times: tuple[int, ...],
    windows: tuple[TimeWindow, ...],
    named: tuple[int, ...],
) -> TimePart:
    compares = {Comparison(sentence.links[index].name) for index in named}
    if len(compares) > 1:
        raise sentence.not_covered(*named)
    compare = next(iter(compares), None)
    _refuse_lone_contrast(sentence, times, compare)
    if sentence.contrasts and any(_RANGE.search(sentence.links[i].text) for i in times):
        # Compare October to September: two months, or all from the one to the other?
        raise sentence.not_covered(*times, reason=reasons.NOTHING_TO_COMPARE)
    window = next(iter(windows), None)
    if isinstance(window, EventTime) and compare is Comparison.same_period_last_year:
        compare = Comparison.event_aligned
    return TimePart(window, compare)


def _two_windows(
    sentence: Sentence,
    times: tuple[int, ...],
    windows: tuple[TimeWindow, ...],
    named: tuple[int, ...],
) -> TimePart:
    is_compared = bool(sentence.contrasts or named or sentence.roles("distributive"))
    pair = _compared_pair(windows) if is_compared else None
    if pair is None and sentence.contrasts and not named:
        pair = _any_pair(windows)
    says_as_much = {sentence.links[index].name for index in named} <= {
        str(Comparison.same_period_last_year)
    }
    of_last_year = (Comparison.event_aligned, Comparison.same_period_last_year)
    if pair is None or (named and not (says_as_much and pair[1] in of_last_year)):
        raise sentence.not_covered(*times, reason=reasons.TWO_PERIODS)
    asked, compare = pair
    base = next(window for window in windows if window != asked)
    return TimePart(asked, compare, base=base)


def _refuse_lone_contrast(
    sentence: Sentence, times: tuple[int, ...], compare: Comparison | None
) -> None:
    # "vs last month" names the other side of a comparison whose own side is not said.
    if compare is None:
        beside = _beside_contrast(sentence, times)
        if beside:
            raise sentence.not_covered(*beside, reason=reasons.NOTHING_TO_COMPARE)


def _beside_contrast(sentence: Sentence, times: tuple[int, ...]) -> tuple[int, ...]:
    """The first contrast that stands beside a time, with that time."""
    for index in sentence.contrasts:
        beside = [place for place in (index - 1, index + 1) if place in times]
        if beside:
            return (index, *beside)
    return ()


def _leans_on(
    before: TimeWindow,
    sentence: Sentence,
    relative: tuple[int, ...],
    windows: tuple[TimeWindow, ...],
) -> bool:
    """Whether a period is told by `before`; "the previous week" needs no other to be one."""
    is_one = _is_one(before, _unit_of(sentence, relative[0]))
    is_alone = sentence.links[relative[0]].name.startswith("previous_") and not sentence.contrasts
    return not windows and len(relative) == 1 and (is_one or not is_alone)


def _unit_of(sentence: Sentence, index: int) -> Grain:
    return Grain(sentence.links[index].name.rpartition("_")[2])


def _relative_to(before: TimeWindow, sentence: Sentence, index: int) -> TimePart:
    unit = _unit_of(sentence, index)
    if not _is_one(before, unit):
        raise sentence.not_covered(index, reason=reasons.OTHER_UNIT)
    if sentence.links[index].name.startswith("year_ago_"):
        return TimePart(None, Comparison.same_period_last_year)
    if sentence.links[index].name.startswith("same_days_"):
        return TimePart(None, Comparison.prior_period)
    other = _before(before, unit)
    if sentence.contrasts:
        return TimePart(None, Comparison.prior_period, base=other)
    return TimePart(other, None)


def _against(
    before: TimeWindow, window: TimeWindow, sentence: Sentence, times: tuple[int, ...]
) -> TimePart:
    """和上月比: what was asked before, against another window."""
    if window == before:
        raise sentence.not_covered(*times, reason=reasons.NOTHING_TO_COMPARE)
    pair = _compared_pair((before, window))
    if pair is not None and pair[0] == before:
        return TimePart(None, pair[1], base=window)
    if window == _LAST_YEAR:
        return TimePart(None, Comparison.same_period_last_year)
    return TimePart(None, CustomComparison(time=window))


def _is_relative(sentence: Sentence, index: int) -> bool:
    return sentence.links[index].name.startswith(_RELATIVE)


def _relative_window(
    sentence: Sentence,
    relative: tuple[int, ...],
    windows: tuple[TimeWindow, ...],
    named: tuple[int, ...],
) -> TimePart:
    """A period told by another (the week before); alone, "the previous week" is a window."""
    index = relative[0]
    name, unit = sentence.links[index].name, _unit_of(sentence, index)
    if len(named) > 1:
        raise sentence.not_covered(*named)
    if not windows:
        if not name.startswith("previous_") or sentence.contrasts:
            raise sentence.not_covered(index, reason=reasons.NOTHING_TO_COMPARE)
        return TimePart(PresetTime(unit=unit, count=1, offset=-1), None)
    if name.startswith("same_days_") and (base := _same_days(windows[0], unit)):
        return TimePart(windows[0], CustomComparison(time=base))
    if not _is_one(windows[0], unit):
        raise sentence.not_covered(index, reason=reasons.OTHER_UNIT)
    if name.startswith("same_days_"):
        return TimePart(windows[0], Comparison.prior_period)
    is_year_ago = name.startswith("year_ago_")
    if not is_year_ago and not sentence.contrasts:
        raise sentence.not_covered(index, reason=reasons.NOTHING_TO_COMPARE)
    if is_year_ago:
        return TimePart(windows[0], Comparison.same_period_last_year)
    return TimePart(windows[0], Comparison.prior_period, base=_before(windows[0], unit))


def _same_days(window: TimeWindow, unit: Grain) -> RangeTime | None:
    """11月1日到20日和上月同期比: the days of the same numbers in the month before."""
    if not isinstance(window, RangeTime) or unit is not Grain.month or _is_one(window, unit):
        return None
    month = period_start(window.start, unit)
    last = window.end - timedelta(days=1)
    before = shift_period(month, unit, -1)
    if period_start(last, unit) != month or last.day > (month - before).days:
        return None
    return RangeTime(
        start=before.replace(day=window.start.day),
        end=before.replace(day=last.day) + timedelta(days=1),
    )


def _before(window: TimeWindow, unit: Grain) -> TimeWindow:
    """The unit before a window that is one of it."""
    if isinstance(window, PresetTime | ToDateTime):
        return window.model_copy(update={"offset": window.offset - 1})
    assert isinstance(window, RangeTime), "events and all time are no unit"
    return RangeTime(start=shift_period(window.start, unit, -1), end=window.start)


def _is_one(window: TimeWindow, unit: Grain) -> bool:
    """Whether a window is one calendar unit."""
    match window:
        case PresetTime(unit=said, count=1) | ToDateTime(unit=said):
            return said is unit
        case RangeTime(start=start, end=end):
            return period_start(start, unit) == start and shift_period(start, unit, 1) == end
        case _:
            return False


def _window_of(sentence: Sentence, index: int) -> TimeWindow:
    return _WINDOW.validate_python(sentence.links[index].value)


def _compared_pair(windows: tuple[TimeWindow, ...]) -> tuple[TimeWindow, AnyComparison] | None:
    if len(windows) != 2:
        return None
    first, second = windows
    if isinstance(first, EventTime) and isinstance(second, EventTime):
        return _compared_events(first, second)
    if isinstance(first, EventTime) and first.year is None and second == _LAST_YEAR:
        return first, Comparison.event_aligned  # 双11和去年比: with that of last year
    for asked, other in (windows, windows[::-1]):
        for comparison in (Comparison.same_period_last_year, Comparison.prior_period):
            if other in _counterparts(asked, comparison):
                return asked, comparison
    return None


def _any_pair(windows: tuple[TimeWindow, ...]) -> tuple[TimeWindow, AnyComparison] | None:
    """十月比八月: two windows about as long, the first against the second."""
    if len(windows) != 2:
        return None
    lengths = [days_in(window) for window in windows]
    if None in lengths or abs((lengths[0] or 0) - (lengths[1] or 0)) > _UNEVEN_MONTHS:
        return None
    return windows[0], CustomComparison(time=windows[1])


def _without_till_now(windows: tuple[TimeWindow, ...]) -> tuple[TimeWindow, ...]:
    """到目前为止 beside 本季度 says what an unfinished quarter says itself."""
    unfinished = any(
        isinstance(window, ToDateTime) or (isinstance(window, PresetTime) and window.offset == 0)
        for window in windows
    )
    if not unfinished:
        return windows
    return tuple(window for window in windows if not isinstance(window, AllTime))


def _compared_events(first: EventTime, second: EventTime) -> tuple[TimeWindow, AnyComparison]:
    """今年618和去年618 are day against day of the event; other pairs are window against window."""
    if (first.event, first.phase) == (second.event, second.phase):
        # An event without a year is the latest: never the earlier one of two.
        years = {one: one.year or 9999 for one in (first, second)}
        asked, other = sorted(years, key=lambda one: -years[one])
        if asked.year and other.year == asked.year - 1:
            return asked, Comparison.event_aligned
        return asked, CustomComparison(time=other)
    return first, CustomComparison(time=second)


def _counterparts(window: TimeWindow, comparison: Comparison) -> tuple[TimeWindow, ...]:
    """The ways to say the window that `comparison` sets against `window`."""
    match window, comparison:
        case ToDateTime(unit=unit, offset=offset), Comparison.prior_period:
            before = PresetTime(unit=unit, count=1, offset=offset - 1)
            return (window.model_copy(update={"offset": offset - 1}), before)
        case PresetTime(unit=unit, count=count, offset=offset), Comparison.prior_period:
            return (window.model_copy(update={"offset": offset - count}),)
        case PresetTime(unit=unit), Comparison.same_period_last_year if unit in _PER_YEAR:
            if unit is Grain.year:
                return ()
            return (window.model_copy(update={"offset": window.offset - _PER_YEAR[unit]}),)
        case RangeTime(start=start, end=end), Comparison.same_period_last_year:
            if (start.month, start.day) == (2, 29) or (end.month, end.day) == (2, 29):
                return ()
            shifted = {
                "start": start.replace(year=start.year - 1),
                "end": end.replace(year=end.year - 1),
            }
            return (window.model_copy(update=shifted),)
        case RangeTime(), Comparison.prior_period:
            return (_range_before(window),)
        case _:
            return ()


def _range_before(window: RangeTime) -> RangeTime:
    """The stretch just before a range; before whole months, as many months."""
    start = window.start - (window.end - window.start)
    if window.start.day == window.end.day == 1:
        months = 12 * (window.end.year - window.start.year) + window.end.month - window.start.month
        year, month = divmod(12 * window.start.year + window.start.month - 1 - months, 12)
        start = window.start.replace(year=year, month=month + 1)
    return RangeTime(start=start, end=window.start)


def days_in(window: TimeWindow | None) -> int | None:
    """About how many days a window has; None for everything that is loaded."""
    match window:
        case PresetTime(unit=unit, count=count):
            return _DAYS[unit] * count
        case RangeTime(start=start, end=end):
            return (end - start).days
        case ToDateTime(unit=unit):
            return _DAYS[unit]
        case EventTime():
            return _DAYS[Grain.month]  # by day, like a month; an event lasts no longer
        case None | AllTime():
            return None


def grain_for(window: TimeWindow | None) -> Grain:
    """The grain of a trend over `window`: some thirty points at the most, months if it is open.

    >>> grain_for(PresetTime(unit=Grain.day, count=30))
    <Grain.day: 'day'>
    """
    days = days_in(window)
    if days is None or days > 210:
        return Grain.month
    return Grain.day if days <= 35 else Grain.week
