"""A date like 05/10/2026, which is in May for some readers and in October for others.

Beside `linked_parser`, which reads the question both ways and asks back. It may import neither a
parser, nor a model, nor a database.
"""

from __future__ import annotations

import re

from assistant.outcome import Clarification, Option, Parsed
from semantic_layer import Text
from semantic_layer.query import RangeTime

_DATE = re.compile(r"(?<![\d/.-])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?=\d{4}(?![\d/]))")
_MONTHS = range(1, 13)
_WHICH_DAY = Text(zh="这个日期指哪一天？", en="Which day does this date mean?")


def read_the_other_way(question: str) -> str | None:
    """The question with its date the other way round; None if there is one way to read it.

    >>> read_the_other_way("paid orders on 05/10/2026"), read_the_other_way("on 05/13/2026")
    ('paid orders on 10/05/2026', None)
    """
    found = tuple(_DATE.finditer(question))
    if len(found) != 1:
        return None
    first, second = found[0]["first"], found[0]["second"]
    if int(first) == int(second) or {int(first), int(second)} - set(_MONTHS):
        return None
    return f"{question[: found[0].start()]}{second}/{first}/{question[found[0].end() :]}"


def which_day(one: Parsed, other: Parsed) -> Clarification | None:
    """The question back between two readings that differ in their day; None if they do not."""
    times = (one.query.time, other.query.time)
    if times[0] == times[1] or not all(isinstance(time, RangeTime) for time in times):
        return None
    return Clarification(
        question=_WHICH_DAY,
        options=tuple(
            Option(label=_label(reading), query=reading.query) for reading in (one, other)
        ),
        links=one.links,
    )


def _label(reading: Parsed) -> Text:
    window = reading.query.time
    assert isinstance(window, RangeTime), "both readings name a day"
    day = window.start
    return Text(zh=f"{day.year}年{day.month}月{day.day}日", en=f"{day.day} {day:%B} {day.year}")
