"""The part of a question that asks only for groups beyond a number: 超过1000的省份.

Imports `sentence`, `changes` and `reasons` only. A threshold is about groups. Conditions
on single rows (付款金额超过1000的订单数, "orders over 1,000") no plan can say: they are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.changes import changed_before
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
_JOINS = ("conjunction", "comma", "both")
_DAYS = ("天", "day", "days")
_YEARS = range(1990, 2101)
_RANGE_JOINTS = ("conjunction", "range_to")


@dataclass(frozen=True)
class Threshold:
    """`first` to `last` are its links; `beside` name its metric. A range is two thresholds.

    `declines` is None for a condition on the number itself; else it is on the number's change.
    """

    operator: Operator
    value: int | float
    is_percent: bool
    is_money: bool
    is_days: bool
    first: int
    last: int
    beside: tuple[int, ...]
    declines: bool | None = None

    @property
    def used(self) -> frozenset[int]:
        """The comparator, the number and its currency."""
        return frozenset(range(self.first, self.last + 1)) - frozenset(self.beside)

    @property
    def end(self) -> int:
        """The last link that belongs to it."""
        return max(self.last, *self.beside, self.last)


def read_thresholds(sentence: Sentence, *, has_groups: bool = False) -> tuple[Threshold, ...]:
    """Read every comparator with its number, and refuse those that are not about groups.

    `has_groups`: the question that this one follows shows groups already.
    """
    found: list[Threshold] = []
    for index in sentence.indices(LinkKind.comparator):
        if is_preposition(sentence, index) or any(index in seen.used for seen in found):
            continue
        is_range = sentence.links[index].name in ("between", "between_ends")
        read = _range(sentence, index) if is_range else (_threshold(sentence, index),)
        found += (_of_same_metric(sentence, threshold, found) for threshold in read)
    thresholds = tuple(found)
    for threshold in thresholds:
        _refuse_row_conditions(sentence, threshold, thresholds, has_groups=has_groups)
    return thresholds


def is_preposition(sentence: Sentence, index: int) -> bool:
    """Whether a comparator is the "over" of "over the last week"."""
    return sentence.links[index].name == "over" and sentence.kind(index + 1) is LinkKind.time


def _of_same_metric(
    sentence: Sentence, threshold: Threshold, before: Sequence[Threshold]
) -> Threshold:
    """大于100小于500: the second condition is about the metric of the first."""
    if threshold.beside or not before:
        return threshold
    between = range(before[-1].end + 1, threshold.first)
    if all(sentence.role(place) in _JOINS for place in between):
        return replace(threshold, beside=before[-1].beside)
    return threshold


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
    end += _is_unit(sentence, end + 1)
    operator = _BEFORE.get(name) or _AFTER[name]
    return _about(sentence, operator, number, first, end)


def _is_unit(sentence: Sentence, place: int) -> bool:
    """What a number counts: 元, 条, and the 分 of 低于4分的商品, which is no grouping there."""
    is_points = sentence.role(place) == "grouping" and sentence.links[place].text == "分"
    is_last = place + 1 >= len(sentence.links) or sentence.gap(place + 1).startswith("的")
    is_days = _is_day(sentence, place) and (is_last or sentence.links[place].text.isascii())
    return sentence.role(place) in ("currency", "measure") or (is_points and is_last) or is_days


def _is_day(sentence: Sentence, place: int) -> bool:
    """Whether a number counts days: 配送时长超过3天的快递."""
    is_unit = sentence.is_row_unit(place) and sentence.links[place].text in _DAYS
    return is_unit and not sentence.gap(place).strip()


def _range(sentence: Sentence, index: int) -> tuple[Threshold, ...]:
    """Between 500 and 1000, 500到1000之间: both ends included."""
    first = last = index
    while _is_in_range(sentence, first - 1) and sentence.links[index].name == "between_ends":
        first -= 1
    while _is_in_range(sentence, last + 1) and sentence.links[index].name == "between":
        last += 1
    if sentence.kind(first - 1) is LinkKind.comparator:
        first -= 1
    if sentence.kind(last + 1) is LinkKind.comparator:
        last += sentence.links[last + 1].name == "between_ends"
    inside = range(first, last + 1)
    numbers = [place for place in inside if sentence.kind(place) is LinkKind.number]
    joints = [place for place in inside if sentence.role(place) in _RANGE_JOINTS]
    if len(numbers) != 2 or len(joints) != 1 or not numbers[0] < joints[0] < numbers[1]:
        raise sentence.not_covered(*inside)
    low, high = (sentence.links[place] for place in numbers)
    if low.name != high.name or low.value > high.value:
        raise sentence.not_covered(*inside)
    if low.value in _YEARS and high.value in _YEARS:
        raise sentence.not_covered(*inside, reason=reasons.YEARS_OR_NUMBERS)
    return (
        _about(sentence, ">=", numbers[0], first, last),
        _about(sentence, "<=", numbers[1], first, last),
    )


def _is_in_range(sentence: Sentence, place: int) -> bool:
    is_part = sentence.role(place) in (*_RANGE_JOINTS, "currency")
    return is_part or sentence.kind(place) is LinkKind.number


def _about(sentence: Sentence, operator: Operator, number: int, first: int, last: int) -> Threshold:
    link = sentence.links[number]
    return Threshold(
        operator=operator,
        value=link.value,
        is_percent=link.name == "percent",
        is_days=any(_is_day(sentence, place) for place in range(first, last + 1)),
        is_money=any(sentence.role(place) == "currency" for place in range(first, last + 1)),
        first=first,
        last=last,
        beside=tuple(_beside(sentence, first, number, last)),
        declines=changed_before(sentence, first),
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
    sentence: Sentence,
    threshold: Threshold,
    found: tuple[Threshold, ...],
    *,
    has_groups: bool,
) -> None:
    following = threshold.end + 1
    while True:
        is_joint = sentence.role(following) in _JOINS
        reach = following + 3 if is_joint else following
        chained = next((other for other in found if following <= other.first <= reach), None)
        if chained is not None:
            following = chained.end + 1
        elif is_joint:
            following += 1
        else:
            break
    if sentence.kind(following) in (LinkKind.dimension, LinkKind.grain):
        return
    grouped = has_groups or any(
        index < threshold.first for index in sentence.indices(LinkKind.dimension, LinkKind.grain)
    )
    if sentence.role(following) == "alternative":
        raise sentence.not_covered(following, reason=reasons.EITHER_OR)
    directly = following == threshold.end + 1
    is_change = threshold.declines is not None and (grouped or threshold.is_percent)
    if not is_change and (not grouped or (directly and sentence.is_metric_like(following))):
        words = range(threshold.first, threshold.last + 1)
        raise sentence.not_covered(*words, reason=reasons.ROW_CONDITION)
