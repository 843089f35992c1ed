"""The part of a question that asks for running values: 累计, 7日移动平均, running total.

Imports `sentence`, `groupings` and `reasons`. 累计 without periods is the total of the window,
which is what is shown anyway; with periods each of them counts all before it as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.sentence import Sentence
from semantic_layer.query import METRIC_TIME, GroupBy, Running


@dataclass(frozen=True)
class RunningPart:
    """The running value, if one is asked for, and the group-by that it runs along."""

    running: Running | None
    group_by: tuple[GroupBy, ...]
    used: frozenset[int]


def read_running(
    sentence: Sentence, group_by: tuple[GroupBy, ...], before: tuple[GroupBy, ...] = ()
) -> RunningPart:
    """Read the running value; a rolling window without a grain is shown by its own unit.

    `before` are the groups of the question that this one follows.
    """
    words = sentence.indices(LinkKind.running)
    asked = {_running(sentence, index) for index in words}
    if len(asked) > 1:
        raise sentence.not_covered(*words, reason=reasons.TWO_RUNNING_VALUES)
    running = next(iter(asked), None)
    is_timed = any(group.name == METRIC_TIME for group in (*group_by, *before))
    if running and running.unit and not is_timed:
        group_by = (GroupBy(name=METRIC_TIME, grain=running.unit), *group_by)
        is_timed = True
    return RunningPart(running if is_timed else None, group_by, frozenset(words))


def _running(sentence: Sentence, index: int) -> Running:
    value = sentence.links[index].value
    return Running() if value is None else Running.model_validate(value)
