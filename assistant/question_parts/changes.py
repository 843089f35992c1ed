"""The part of a question that is about a change: 增长最快, 同比下降超过20%, grew the most.

Imports `sentence` only. A change needs another window; which one is said elsewhere (同比, vs last
month) or is asked back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.outcome import LinkKind
from assistant.question_parts.sentence import Sentence
from semantic_layer import SemanticQuery
from semantic_layer.query import And, Compare, Filter

RATE, DELTA = "__change_rate", "__change"
"""What stands for the column of a change until it is settled what it is a change against."""

_RATES = frozenset({"fastest_growth", "fastest_decline"})
_SUPERLATIVES = _RATES | {"most_growth", "most_decline"}
# The biggest drop is one in numbers, the highest growth one in percent.
_AMOUNTS = re.compile("多|大|most|big|larg|great", re.IGNORECASE)
_DECLINES = frozenset({"decline", "most_decline", "fastest_decline"})


@dataclass(frozen=True)
class ChangePart:
    """An order by the change: by its rate or by how much, and which way if the words say it."""

    by_rate: bool
    is_decline: bool | None
    is_superlative: bool
    words: tuple[int, ...]


@dataclass(frozen=True)
class ChosenWay:
    """Only the groups that went one way are asked for: 环比上升的渠道."""

    index: int
    is_decline: bool


def ranked_change(sentence: Sentence) -> ChangePart | None:
    """The change that a ranking is by: 增长最快, or a ranking word beside 同比.

    Raises:
        NotCovered: two changes are ranked by.
    """
    superlatives = tuple(
        index
        for index in sentence.indices(LinkKind.change)
        if sentence.links[index].name in _SUPERLATIVES
    )
    if len(superlatives) > 1:
        raise sentence.not_covered(*superlatives)
    if superlatives:
        name = sentence.links[superlatives[0]].name
        return ChangePart(name in _RATES, name in _DECLINES, True, superlatives)
    for index in sentence.indices(LinkKind.ranking):
        for beside in (index - 1, index + 1):
            if sentence.kind(beside) is LinkKind.change:
                decline = sentence.links[beside].name in _DECLINES
                by_rate = not _AMOUNTS.search(sentence.links[index].text)
                return ChangePart(by_rate, decline, False, (beside,))
            if sentence.kind(beside) is LinkKind.comparison and beside not in sentence.contrasts:
                return ChangePart(_compares_rates(sentence, beside, index), None, False, ())
    return None


def _compares_rates(sentence: Sentence, comparison: int, ranking: int) -> bool:
    """同比 is a rate by itself; 环比增长最多 is the growth in numbers."""
    names_amount = sentence.links[comparison].text.endswith(("增长", "变化"))
    return not (names_amount and _AMOUNTS.search(sentence.links[ranking].text))


def changed_before(sentence: Sentence, index: int) -> bool | None:
    """Whether the condition at `index` is about a change: True for a decline, False for a growth.

    None if it is about the number itself.
    """
    before = index - 1
    if sentence.kind(before) is LinkKind.change:
        return sentence.links[before].name in _DECLINES
    is_compared = sentence.kind(before) is LinkKind.comparison and before not in sentence.contrasts
    return False if is_compared else None


def plain_changes(sentence: Sentence) -> tuple[int, ...]:
    """Where a change is only named (增长, dropped), without being ranked by."""
    return tuple(
        index
        for index in sentence.indices(LinkKind.change)
        if sentence.links[index].name not in _SUPERLATIVES
    )


def chosen_way(sentence: Sentence) -> ChosenWay | None:
    """The way that the wanted groups went: 退款率上升的渠道, which channels' refund rate rose.

    None where a change is ranked by, has a condition of its own, or is itself what is asked for.
    """
    plain = plain_changes(sentence)
    if len(plain) != 1:
        return None
    (index,) = plain
    if sentence.links[index].name == "either":  # 涨了还是跌了 asks which way, of all of them
        return None
    asks_size = sentence.roles("how_much", "how_many", "difference")
    following = sentence.kind(index + 1)
    if following in (LinkKind.comparator, LinkKind.number, LinkKind.ranking) or asks_size:
        return None
    if sentence.kind(index - 1) is LinkKind.ranking:
        return None
    is_attribute = following in (LinkKind.dimension, LinkKind.grain)
    asked_which = sentence.roles("which", "which_many")
    if not is_attribute and not any(place < index for place in asked_which):
        return None
    return ChosenWay(index, sentence.links[index].name in _DECLINES)


def named_by_comparison(query: SemanticQuery) -> SemanticQuery:
    """The same plan with its columns of change under the names that the comparison gives them."""
    suffixes = {RATE: f"__{query.compared_as}__rate", DELTA: f"__{query.compared_as}__delta"}

    def named(column: str) -> str:
        for ending, suffix in suffixes.items():
            if column.endswith(ending):
                return column.removesuffix(ending) + suffix
        return column

    def renamed(condition: Filter) -> Filter:
        if isinstance(condition, And):
            return And(parts=tuple(renamed(part) for part in condition.parts))
        assert isinstance(condition, Compare), "conditions on numbers are joined comparisons"
        return condition.model_copy(update={"field": named(condition.field)})

    return query.model_copy(
        update={
            "having": renamed(query.having) if query.having else None,
            "order_by": tuple(
                order.model_copy(update={"name": named(order.name)}) for order in query.order_by
            ),
        }
    )
