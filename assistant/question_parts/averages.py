"""The part of a question that asks for averages per period: 日均, 平均每月, average … per day.

Imports `sentence` and `reasons`. An average whose period stands elsewhere (每天…的平均值) takes it
from the only grain of the sentence, which then groups nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.linking.average_expressions import LONE, says_period
from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.sentence import Sentence
from semantic_layer.query import Grain, GroupBy
from semantic_layer.resolving.windows import is_finer


@dataclass(frozen=True)
class AveragePart:
    """The period that numbers are averaged over, if one is said."""

    per: Grain | None
    used: frozenset[int]


def with_averaged_periods(sentence: Sentence) -> Sentence:
    """The sentence with the period of a lone average as part of that average."""
    lone = [
        index for index in sentence.indices(LinkKind.average) if sentence.links[index].name == LONE
    ]
    if not lone:
        return sentence
    grains = [
        index
        for index in sentence.indices(LinkKind.grain)
        if sentence.links[index].name in Grain.__members__
    ]
    if len(lone) > 1 or len(grains) != 1 or not says_period(sentence.question):
        raise sentence.not_covered(*lone, reason=reasons.AVERAGE_OVER_WHAT)
    (at,), (period,) = lone, grains
    links = list(sentence.links)
    links[at] = links[at].model_copy(update={"name": links[period].name})
    del links[period]
    return replace(sentence, links=tuple(links))


def read_average(sentence: Sentence, group_by: tuple[GroupBy, ...]) -> AveragePart:
    """Read the period that numbers are averaged over; it is shorter than those that are shown."""
    words = sentence.indices(LinkKind.average)
    periods = {Grain(sentence.links[index].name) for index in words}
    if len(periods) > 1:
        raise sentence.not_covered(*words, reason=reasons.AVERAGE_OVER_WHAT)
    if periods and sentence.indices(LinkKind.share, LinkKind.running):
        raise sentence.not_covered(*words, reason=reasons.AVERAGE_WITH_OTHERS)
    per = next(iter(periods), None)
    shown = [group.grain for group in group_by if isinstance(group.grain, Grain)]
    if per is not None and any(not is_finer(per, grain) for grain in shown):
        raise sentence.not_covered(*words, reason=reasons.AVERAGE_OF_ONE)
    return AveragePart(per, frozenset(words))
