"""Windows told by the one before: the month after, the period before that.

Behind `turn_parts`: only a follow-up leans on a window that was said before. A period of its own
unit (the week before) is read with the times of a question; here are those that come after, and
those as long as the window itself. Pure; it may import neither a parser, nor a model, nor a
database.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.outcome import Link, LinkKind
from semantic_layer.query import Grain, PresetTime, RangeTime, TimeWindow, ToDateTime
from semantic_layer.resolving.windows import period_start, shift_period

_AFTER = "after_"
_STEPS = {"period_before": -1, "period_after": 1}


def with_told_windows(links: tuple[Link, ...], before: TimeWindow | None) -> Iterator[Link]:
    """The links, each of such words as the time that it tells after `before`."""
    for one in links:
        window = _told(one, before) if one.kind is LinkKind.edit else None
        if window is None:
            yield one
        else:
            value = window.model_dump(mode="json")
            yield one.model_copy(update={"kind": LinkKind.time, "name": "", "value": value})


def _told(one: Link, before: TimeWindow | None) -> TimeWindow | None:
    if one.name in _STEPS:
        return _moved(before, _STEPS[one.name])
    if one.name.startswith(_AFTER):
        unit = Grain(one.name.removeprefix(_AFTER))
        return _moved(before, 1) if _unit_of(before) is unit else None
    return None


def _moved(window: TimeWindow | None, steps: int) -> TimeWindow | None:
    """The window so many of its own lengths later."""
    match window:
        case PresetTime(count=count, offset=offset):
            return window.model_copy(update={"offset": offset + steps * count})
        case ToDateTime(offset=offset):
            return window.model_copy(update={"offset": offset + steps})
        case RangeTime(start=start, end=end):
            unit = _unit_of(window)
            if unit is not None:
                first = shift_period(start, unit, steps)
                return RangeTime(start=first, end=shift_period(first, unit, 1))
            length = (end - start) * steps
            return RangeTime(start=start + length, end=end + length)
        case _:
            return None


def _unit_of(window: TimeWindow | None) -> Grain | None:
    """The calendar unit that a window is one of."""
    match window:
        case PresetTime(unit=unit, count=1):
            return unit
        case RangeTime(start=start, end=end):
            units = (Grain.day, Grain.week, Grain.month, Grain.quarter, Grain.year)
            return next(
                (
                    unit
                    for unit in units
                    if period_start(start, unit) == start and shift_period(start, unit, 1) == end
                ),
                None,
            )
        case _:
            return None
