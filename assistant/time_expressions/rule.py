"""What the readers of each language hand to `find`: a pattern and what its match means.

Every quantifier of a pattern is bounded, so that a search costs the
same at every place of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from assistant.time_expressions.month_parts import MonthPart
from assistant.time_expressions.periods import Moment
from semantic_layer.query import Grain

Reading = Moment | Grain
"""A moment in time, or a bare grain to group by."""

Read = Callable[[re.Match[str], date], Reading | MonthPart | None]


@dataclass(frozen=True)
class Rule:
    """`read` tells what a match of `pattern` means; None for what looks like a date and is none."""

    pattern: re.Pattern[str]
    read: Read


def rule(pattern: str, read: Read) -> Rule:
    """Compile one rule; patterns are written with explicit blanks, never verbose."""
    return Rule(re.compile(pattern), read)


def group(found: re.Match[str], name: str) -> str | None:
    """The text of a named group; None if it took no part, or if this pattern has no such group."""
    return found.groupdict().get(name)
