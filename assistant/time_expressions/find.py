"""Text and clock in, time expressions out: fold, match each rule, keep the longest, look around."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from types import MappingProxyType

from assistant.time_expressions.context import settle
from assistant.time_expressions.digits import DIGIT_RULES
from assistant.time_expressions.en_dates import EN_DATE_RULES
from assistant.time_expressions.en_relative import EN_RELATIVE_RULES
from assistant.time_expressions.events import event_rules
from assistant.time_expressions.expression import (
    GrainExpression,
    TimeExpression,
    WindowExpression,
)
from assistant.time_expressions.folding import fold
from assistant.time_expressions.month_parts import Located, MonthPart
from assistant.time_expressions.rule import Rule
from assistant.time_expressions.zh import ZH_RULES
from assistant.time_expressions.zh_grains import ZH_GRAIN_RULES
from semantic_layer.events import Event

_GATED_RULES: tuple[tuple[re.Pattern[str], tuple[Rule, ...]], ...] = (
    (re.compile(r"[\u4e00-\u9fff]"), ZH_RULES + ZH_GRAIN_RULES),
    (re.compile(r"[a-z]"), EN_DATE_RULES + EN_RELATIVE_RULES),
    (re.compile(r"\d"), DIGIT_RULES),
)
"""Rules by the characters without which none of them can match."""

_NO_EVENTS: Mapping[str, Event] = MappingProxyType({})


def find_time_expressions(
    text: str, *, now: datetime, events: Mapping[str, Event] = _NO_EVENTS
) -> tuple[TimeExpression, ...]:
    """The time expressions of `text`, in order and without overlap; offsets are into `text` itself.

    `events` are those of the semantic model: their names mean their days.

    >>> [found] = find_time_expressions("近7天销售额", now=datetime(2026, 11, 24))
    >>> found.text, found.window
    ('近7天', PresetTime(kind='preset', unit=<Grain.day: 'day'>, count=7, offset=-1))
    """
    folded, today = fold(text), now.date()
    located = _longest(list(_matches(folded, today, event_rules(folded, events))))
    return tuple(
        WindowExpression(
            start=found.start,
            end=found.end,
            text=text[found.start : found.end],
            window=found.window,
            grain=found.grain,
        )
        if found.window
        else GrainExpression(
            start=found.start,
            end=found.end,
            text=text[found.start : found.end],
            grain=found.grain,
        )
        for found in settle(folded, located, today, events)
    )


def _matches(folded: str, today: date, of_events: tuple[Rule, ...]) -> Iterator[Located]:
    gated = (rules for gate, rules in _GATED_RULES if gate.search(folded))
    for rule in chain(of_events, *gated):
        for found in rule.pattern.finditer(folded):
            said = rule.read(found, today)
            leans = said if isinstance(said, MonthPart) else None
            reading = said.alone if isinstance(said, MonthPart) else said
            yield Located(found.start(), found.end(), reading, leans)


def _longest(candidates: list[Located]) -> list[Located]:
    candidates.sort(key=lambda item: (item.start, -item.end))
    kept: list[Located] = []
    for item in candidates:
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept
