"""Periods in a row as one window: August, September and October are three months, month by month.

Imports `sentence` only; read before the parts. Without a grain of their own they are shown one by
one, and so is each of the last six months, or what goes month over month. Periods with a gap
between them, or set against each other, stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from assistant.outcome import LinkKind
from assistant.question_parts.sentence import Sentence
from semantic_layer.query import Grain, RangeTime
from semantic_layer.resolving.windows import period_start, shift_period

_UNIT = re.compile(r"\b(day|week|month|quarter|year)s$", re.IGNORECASE)
_STEP = re.compile(r"(?:day|week|month|quarter)(?=[ -](?:over|on)[ -])", re.IGNORECASE)
_JOINTS = ("conjunction", "comma")


def with_listed_periods(sentence: Sentence) -> Sentence:
    """The sentence with a list of neighbouring periods as one time, and their unit as its grain."""
    sentence = _with_steps(_with_each_period(sentence))
    times = sentence.indices(LinkKind.time)
    between = range(times[0], times[-1] + 1) if times else range(0)
    is_list = len(times) > 1 and all(
        place in times or sentence.role(place) in _JOINTS for place in between
    )
    if not is_list or sentence.indices(LinkKind.comparison, LinkKind.change):
        return sentence
    windows = [_range(sentence, index) for index in times]
    units = {_unit(window) for window in windows if window}
    unit = next(iter(units), None)
    if None in windows or len(units) != 1 or unit is None or not _in_a_row(windows):
        return sentence
    first, last = sentence.links[times[0]], sentence.links[times[-1]]
    merged = first.model_copy(
        update={
            "end": last.end,
            "text": sentence.question[first.start : last.end],
            "value": {**first.value, "end": last.value["end"]},
        }
    )
    grain = last.model_copy(update={"kind": LinkKind.grain, "name": str(unit), "value": None})
    own = () if sentence.indices(LinkKind.grain, LinkKind.average) else (grain,)
    links = (*sentence.links[: times[0]], merged, *own, *sentence.links[times[-1] + 1 :])
    return replace(sentence, links=links)


def _with_each_period(sentence: Sentence) -> Sentence:
    """Each of the last six months: those months, and one row for each of them."""
    links = list(sentence.links)
    for index in sentence.roles("each"):
        unit = _UNIT.search(links[index + 1].text) if index + 1 < len(links) else None
        is_time = sentence.kind(index + 1) is LinkKind.time
        if is_time and unit and not sentence.indices(LinkKind.grain):
            links[index] = links[index].model_copy(
                update={"kind": LinkKind.grain, "name": unit[1].lower(), "value": None}
            )
    return replace(sentence, links=tuple(links))


def _with_steps(sentence: Sentence) -> Sentence:
    """Month over month for the past six months: each of those months against the one before."""
    times = sentence.indices(LinkKind.time)
    if len(times) != 1 or sentence.indices(LinkKind.grain, LinkKind.average):
        return sentence
    several = _UNIT.search(sentence.links[times[0]].text)
    steps = [
        index
        for index in sentence.indices(LinkKind.comparison)
        if (step := _STEP.match(sentence.links[index].text)) and several
        if step[0].lower() == several[1].lower()
    ]
    if not several or len(steps) != 1:
        return sentence
    changed = {"kind": LinkKind.grain, "name": several[1].lower(), "value": None}
    grain = sentence.links[times[0]].model_copy(update=changed)
    at = times[0] + 1
    return replace(sentence, links=(*sentence.links[:at], grain, *sentence.links[at:]))


def _range(sentence: Sentence, index: int) -> RangeTime | None:
    value = sentence.links[index].value
    return RangeTime.model_validate(value) if value["kind"] == "range" else None


def _unit(window: RangeTime) -> Grain | None:
    """The unit that a window is exactly one of."""
    for unit in (Grain.day, Grain.month, Grain.quarter, Grain.year):
        start = period_start(window.start, unit)
        if start == window.start and shift_period(start, unit, 1) == window.end:
            return unit
    return None


def _in_a_row(windows: list[RangeTime | None]) -> bool:
    return all(one and other and one.end == other.start for one, other in pairwise(windows))
