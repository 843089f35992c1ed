"""Stretches of time in definitions: "7 days" → `Span`, once, at load.

Used by `metric_entries`; imports only `issues` and `model`.
"""

from __future__ import annotations

import re

from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.model import Place, Span
from semantic_layer.query import Grain

UNITS = (Grain.hour, Grain.day, Grain.week, Grain.month, Grain.quarter, Grain.year)

_SPAN = re.compile(rf"([1-9][0-9]{{0,3}})\s+({'|'.join(UNITS)})s?", re.IGNORECASE)


def parse_span(text: str, place: Place) -> Span:
    """The span of a text such as "7 days" or "1 month".

    Raises:
        DefinitionError: the text is no whole number of calendar units.

    >>> parse_span("7 days", Place("orders.yml", 7))
    Span(count=7, unit=<Grain.day: 'day'>)
    """
    matched = _SPAN.fullmatch(text)
    if matched is None:
        units = ", ".join(UNITS)
        message = Text(
            zh=f"{text!r} 不是一段时间；请写整数和单位，例如 7 days，单位有：{units}。",
            en=f"{text!r} is no stretch of time; write a whole number and a unit, such as 7 days; "
            f"the units are {units}.",
        )
        raise DefinitionError([Issue(code="span_broken", message=message, where=str(place))])
    return Span(int(matched[1]), Grain(matched[2].lower()))
