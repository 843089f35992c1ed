"""The end of a period, as levels are asked for: stock at the end of October, 10月末的库存.

Beside `linker`: times are found as if those words were not there, and the words are a link of their
own. Only a level (stock on hand) is that of a period's last day, so the parser leaves such a word
unread beside any other metric. Imports the time expressions only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from assistant.time_expressions import TimeExpression, find_time_expressions
from semantic_layer.events import Event

_ENDS = re.compile(
    r"\b(?:(?:(?:as )?(?:at|of|by) )?(?:the )?(?:very )?(?:end|close) of|as (?:of|at))\b(?= )",
    re.IGNORECASE,
)
# 10月底三天 are its last three days.
_ZH_ENDS = re.compile(
    "(?P<unit>[0-9一二三四五六七八九十上本这个]月份?|[0-9去今前本]年)(?P<end>年?[末底])(?![0-9一二两三四五六七八九十最])"
)


def find_times(
    text: str, *, now: datetime, events: Mapping[str, Event]
) -> tuple[TimeExpression, ...]:
    """The times of a text; of "at the end of October" October."""
    hidden = _ENDS.sub(lambda found: " " * len(found[0]), text)
    hidden = _ZH_ENDS.sub(lambda found: found["unit"] + " " * len(found["end"]), hidden)
    times = find_time_expressions(hidden, now=now, events=events)
    if hidden == text:
        return times
    closings = [found.end("unit") for found in _ZH_ENDS.finditer(text)]
    return tuple(_cut(one, text, closings) for one in times)


def _cut(time: TimeExpression, text: str, closings: Iterable[int]) -> TimeExpression:
    """A time as it is written, without the words for its end that stand behind it."""
    end = next((place for place in closings if time.start < place < time.end), time.end)
    return time.model_copy(update={"end": end, "text": text[time.start : end]})
