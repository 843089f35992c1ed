"""The part of a question that asks only for groups beyond a number: 超过1000的省份.

Imports `sentence` only. A threshold is about groups. "付款金额超过1000的订单数" and "orders over
1,000" are about single rows, which a plan cannot say, so they are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.outcome import LinkKind
from assistant.question_parts.sentence import Sentence

Operator = Literal["<", "<=", ">", ">="]

_BEFORE: dict[str, Operator] = {
    "over": ">",
    "more_than": ">",
    "at_least": ">=",
    "less_than": "<",
    "at_most": "<=",
}
_AFTER: dict[str, Operator] = {"or_more": ">=", "or_less": "<="}


@dataclass(frozen=True)
class Threshold:
    """`first` to `last` are its links, `number` among them; `beside` name its metric."""

    operator: Operator
    value: int | float
    is_percent: bool
    is_money: bool
    number: int
    first: int
    last: int
    beside: tuple[int, ...]

    @property
    def used(self) -> frozenset[int]:
        """The comparator, the number and its currency."""
        return frozenset(range(self.first, self.last + 1)) - frozenset(self.beside)


def read_thresholds(sentence: Sentence) -> tuple[Threshold, ...]:
    """Read every comparator with its number, and refuse those that are not about groups."""
    found = tuple(
        _threshold(sentence, index)
        for index in sentence.indices(LinkKind.comparator)
        if not is_preposition(sentence, index)
    )
    for threshold in found:
        _refuse_row_conditions(sentence, threshold, found)
    return found


def is_preposition(sentence: Sentence, index: int) -> bool:
    """Whether a comparator is the "over" of "over the last week"."""
    return sentence.links[index].name == "over" and sentence.kind(index + 1) is LinkKind.time


def _threshold(sentence: Sentence, index: int) -> Threshold:
    name = sentence.links[index].name
    if name in _BEFORE:
        number = index + 1 + (sentence.role(index + 1) == "currency")
        first, end = index, number
    else:
        # The unit of the number may stand between: 1000单以上.
        number = index - 1
        if sentence.role(number) == "currency" or sentence.is_metric_like(number):
            number -= 1
        first = number - (sentence.role(number - 1) == "currency")
        end = index
    if sentence.kind(number) is not LinkKind.number:
        raise sentence.not_covered(index)
    end += sentence.role(end + 1) == "currency"
    link = sentence.links[number]
    return Threshold(
        operator=_BEFORE.get(name) or _AFTER[name],
        value=link.value,
        is_percent=link.name == "percent",
        is_money=any(sentence.role(place) == "currency" for place in range(first, end + 1)),
        number=number,
        first=first,
        last=end,
        beside=tuple(_beside(sentence, first, number, end)),
    )


def _beside(sentence: Sentence, first: int, number: int, end: int) -> Iterator[int]:
    if sentence.is_metric_like(first - 1):
        yield first - 1
    after = number + 1
    for place in dict.fromkeys((after, end + 1)):
        if sentence.is_metric_like(place) and "的" not in sentence.gap(place):
            yield place
            following = place + 1
            # "1,000 paid orders" may be two links, an event and a quantity.
            if sentence.is_metric_like(following) and not sentence.gap(following).strip():
                yield following


def _refuse_row_conditions(
    sentence: Sentence, threshold: Threshold, found: tuple[Threshold, ...]
) -> None:
    end = max(threshold.last, *threshold.beside, threshold.last)
    following = end + 1
    while sentence.role(following) in ("conjunction", "comma"):
        chained = next((other for other in found if following < other.first <= following + 3), None)
        following = max(chained.last, *chained.beside, 0) + 1 if chained else following + 1
    if sentence.kind(following) in (LinkKind.dimension, LinkKind.grain):
        return
    grouped = any(
        index < threshold.first for index in sentence.indices(LinkKind.dimension, LinkKind.grain)
    )
    directly = following == end + 1
    if not grouped or (directly and sentence.is_metric_like(following)):
        raise sentence.not_covered(*range(threshold.first, threshold.last + 1))
