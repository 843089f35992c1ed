"""`chips`: a plan → its parts, each with the plans that it may become.

What the answer card shows in place of a sentence; a click runs a plan, without a language model.
Pure: knowledge and the clock are arguments, nothing is executed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from assistant.chips.chip import Chip, Editing
from assistant.chips.filter_chips import filter_chips
from assistant.chips.finish_chips import (
    average_chip,
    comparison_chip,
    having_chip,
    limit_chip,
    order_chip,
    running_chip,
    share_chip,
)
from assistant.chips.group_chips import group_chips
from assistant.chips.metric_chips import metric_chips
from assistant.chips.time_chips import time_chip
from assistant.knowledge import Knowledge
from semantic_layer import Language, QueryError, SemanticQuery, resolve

_PARTS: tuple[Callable[[Editing], Iterator[Chip]], ...] = (
    metric_chips,
    average_chip,
    running_chip,
    share_chip,
    time_chip,
    comparison_chip,
    group_chips,
    filter_chips,
    having_chip,
    order_chip,
    limit_chip,
)


def chips(
    query: SemanticQuery,
    knowledge: Knowledge,
    now: datetime,
    language: Language,
    *,
    before: SemanticQuery | None = None,
    members: Mapping[str, Sequence[str]] | None = None,
    is_closed: bool = False,
) -> tuple[Chip, ...]:
    """The parts of a plan, in the order in which a sentence would name them.

    Args:
        query: the plan of an answer; one that this project cannot answer has no chips.
        knowledge: bound to the role of the reader, so that no chip offers what they may not see.
        now: the moment that "yesterday" is relative to.
        language: of labels and texts.
        before: the plan that this one was edited from; what differs is marked.
        members: values of dimensions in the order to offer them in; else as the data list them.
        is_closed: the same chips, but with one alternative each, comparisons apart: enough to draw
            them, several times faster.
    """
    try:
        resolved = resolve(query, knowledge.model, knowledge.catalog, now.date())
    except QueryError:
        return ()
    editing = Editing(query, resolved, knowledge, now, language, before, members or {}, is_closed)
    return tuple(chip for part in _PARTS for chip in part(editing))
