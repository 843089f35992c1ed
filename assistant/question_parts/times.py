"""The part of a question that says when, and against when.

Imports `sentence` only. One window at the most; two are read as one only if a word of comparison
joins them and the second is the first one's prior period or the same period of the year before.
What is told by another period (the week before) must have that period's unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.sentence import Sentence
from semantic_layer.query import (
    AllTime,
    Comparison,
    Grain,
    PresetTime,
    RangeTime,
    TimeWindow,
    ToDateTime,
)
from semantic_layer.windows import period_start, shift_period

_WINDOW: TypeAdapter[TimeWindow] = TypeAdapter(TimeWindow)
_RELATIVE = ("before_", "previous_", "year_ago_")
_PER_YEAR = {Grain.month: 12, Grain.quarter: 4, Grain.year: 1}
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
    """The asked window, and what it is compared with."""

    window: TimeWindow | None
    compare: Comparison | None
    used: frozenset[int] = frozenset()


def read_time(sentence: Sentence) -> TimePart:
    """Read the window and the comparison."""
    times = sentence.indices(LinkKind.time)
    windows = tuple(dict.fromkeys(_window_of(sentence, index) for index in times))
    named = tuple(
        index for index in sentence.indices(LinkKind.comparison) if index not in sentence.contrasts
    )
    relative = tuple(index for index in named if _is_relative(sentence, index))
    if len(windows) > 1:
        part = _two_windows(sentence, times, windows, named)
    elif relative:
        part = _relative_window(sentence, relative, windows, named)
    else:
        part = _one_window(sentence, times, windows, named)
    words = frozenset((*times, *named))
    if part.compare:
        words |= frozenset((*sentence.contrasts, *sentence.roles("difference")))
    return replace(part, used=words)


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
    return TimePart(next(iter(windows), None), compare)


def _two_windows(
    sentence: Sentence,
    times: tuple[int, ...],
    windows: tuple[TimeWindow, ...],
    named: tuple[int, ...],
) -> TimePart:
    pair = _compared_pair(windows) if sentence.contrasts and not named else None
    if pair is None:
        raise sentence.not_covered(*times, reason=reasons.TWO_PERIODS)
    return TimePart(*pair)


def _refuse_lone_contrast(
    sentence: Sentence, times: tuple[int, ...], compare: Comparison | None
) -> None:
    # "vs last month" names the other side of a comparison whose own side is not said.
    if compare is None:
        for index in sentence.contrasts:
            beside = [place for place in (index - 1, index + 1) if place in times]
            if beside:
                raise sentence.not_covered(index, *beside, reason=reasons.NOTHING_TO_COMPARE)


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
    name = sentence.links[index].name
    unit = Grain(name.rpartition("_")[2])
    if len(named) > 1:
        raise sentence.not_covered(*named)
    if not windows:
        if not name.startswith("previous_") or sentence.contrasts:
            raise sentence.not_covered(index, reason=reasons.NOTHING_TO_COMPARE)
        return TimePart(PresetTime(unit=unit, count=1, offset=-1), None)
    if not _is_one(windows[0], unit):
        raise sentence.not_covered(index, reason=reasons.OTHER_UNIT)
    is_year_ago = name.startswith("year_ago_")
    if not is_year_ago and not sentence.contrasts:
        raise sentence.not_covered(index, reason=reasons.NOTHING_TO_COMPARE)
    compare = Comparison.same_period_last_year if is_year_ago else Comparison.prior_period
    return TimePart(windows[0], compare)


def _is_one(window: TimeWindow, unit: Grain) -> bool:
    """Whether a window is one calendar unit."""
    match window:
        case PresetTime(unit=said, count=1):
            return said is unit
        case RangeTime(start=start, end=end):
            return period_start(start, unit) == start and shift_period(start, unit, 1) == end
        case _:
            return False


def _window_of(sentence: Sentence, index: int) -> TimeWindow:
    return _WINDOW.validate_python(sentence.links[index].value)


def _compared_pair(windows: tuple[TimeWindow, ...]) -> tuple[TimeWindow, Comparison] | None:
    if len(windows) != 2:
        return None
    for asked, other in (windows, windows[::-1]):
        for comparison in (Comparison.same_period_last_year, Comparison.prior_period):
            if other in _counterparts(asked, comparison):
                return asked, comparison
    return None


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
