"""The end of a period, as levels are asked for: stock at the end of October, as of yesterday.

Beside `linker`: times are found as if those words were not there, and the words are a link of their
own. Only a level (stock on hand) is that of a period's last day, so the parser leaves such a word
unread beside any other metric. Imports the time expressions only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from assistant.time_expressions import TimeExpression, find_time_expressions
from semantic_layer.events import Event

_ENDS = re.compile(
    r"\b(?:(?:(?:as )?(?:at|of|by) )?(?:the )?(?:very )?(?:end|close) of|as (?:of|at))\b(?= )",
    re.IGNORECASE,
)


def find_times(
    text: str, *, now: datetime, events: Mapping[str, Event]
) -> tuple[TimeExpression, ...]:
    """The times of a text; of "at the end of October" October."""
    hidden = _ENDS.sub(lambda found: " " * len(found[0]), text)
    times = find_time_expressions(hidden, now=now, events=events)
    if hidden == text:
        return times
    return tuple(one.model_copy(update={"text": text[one.start : one.end]}) for one in times)
