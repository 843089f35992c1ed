"""What makes a question one question: what may stand between, and be joined to, what.

Imports `sentence`, `metrics` and the parts. "浙江付款订单数，广东退款金额" is two questions whose
filters differ; one plan would apply both filters to both numbers. Such questions are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.metrics import Block
from assistant.question_parts.sentence import METRIC_LIKE, NotCovered, Sentence

_SEPARATORS = ("conjunction", "comma", "alternative")
_CLASSES = {
    **dict.fromkeys(METRIC_LIKE, "metric"),
    LinkKind.member: "member",
    LinkKind.negation: "member",
    LinkKind.dimension: "group",
    LinkKind.grain: "group",
    LinkKind.time: "time",
    LinkKind.comparison: "time",
    LinkKind.change: "time",
    LinkKind.part: "part",
    LinkKind.number: "number",
    LinkKind.ranking: "ranking",
    LinkKind.comparator: "threshold",
}
_JOINING = ("conjunction", "alternative", "both")
_ASKING = ("多少", "几")
_RELATIVE = re.compile(r"\b(?:that|who)\b", re.IGNORECASE)


def refuse_unlike_conjunctions(
    sentence: Sentence, qualifiers: frozenset[int], thresholds: frozenset[int]
) -> frozenset[int]:
    """The conjunctions and commas, each conjunction between things of one class."""
    for index in sentence.roles(*_JOINING):
        left = _class(sentence, index - 1, qualifiers)
        right = _class(sentence, _skip_markers(sentence, index + 1), qualifiers)
        if not (
            _joins_thresholds(sentence, index, right, thresholds)
            or _joins_view(sentence, index)
            or _joins_alike(sentence, index, left, right)
            or _joins_to_contrast(sentence, index, left, right)
        ):
            raise _not_joined(sentence, index, left, right)
    return frozenset(sentence.roles(*_SEPARATORS, "both"))


def _joins_thresholds(
    sentence: Sentence, index: int, right: str | None, thresholds: frozenset[int]
) -> bool:
    """Over 100 and below 500; between 100 and 500."""
    if index in thresholds:
        return True
    is_or = sentence.role(index) == "alternative"
    return not is_or and index - 1 in thresholds and right in ("metric", "threshold")


def _joins_view(sentence: Sentence, index: int) -> bool:
    """GMV及同比, orders and their share: one more column of the same question."""
    following = index + 1
    is_comparison = sentence.kind(following) is LinkKind.comparison
    is_view = is_comparison and following not in sentence.contrasts
    return sentence.role(index) == "conjunction" and (
        is_view or sentence.kind(following) is LinkKind.share
    )


def _joins_alike(sentence: Sentence, index: int, left: str | None, right: str | None) -> bool:
    role = sentence.role(index)
    if left != right:
        return False
    if role == "both":
        # 女性且黑卡 holds of one row, 天猫且京东 of none.
        pair = [
            place for place in (index - 1, index + 1) if sentence.kind(place) is LinkKind.member
        ]
        return len(pair) == 2 and len({sentence.links[place].name for place in pair}) == 2
    return left == "member" or (
        role == "conjunction" and (left != "time" or bool(sentence.contrasts))
    )


def _joins_to_contrast(sentence: Sentence, index: int, left: str | None, right: str | None) -> bool:
    """和上月比，本月GMV; 上周付款订单数和前一周相比."""
    if right not in ("time", "member") or not sentence.contrasts:
        return False
    # 与去年双11同一天对比: what it says of the days stands before the contrast.
    behind = index + 3 if sentence.role(index + 2) == "difference" else index + 2
    return left in (None, "time") or (right == "time" and behind in sentence.contrasts)


def _not_joined(sentence: Sentence, index: int, left: str | None, right: str | None) -> NotCovered:
    if left == right == "time":
        times = sentence.indices(LinkKind.time)
        return sentence.not_covered(*times, reason=reasons.TWO_PERIODS)
    if sentence.role(index) == "both":
        return sentence.not_covered(index, reason=reasons.BOTH_AT_ONCE)
    is_or = sentence.role(index) == "alternative"
    return sentence.not_covered(index, reason=reasons.EITHER_OR if is_or else reasons.UNLIKE_THINGS)


def refuse_same_row_conditions(sentence: Sentence) -> None:
    """Orders that were placed and paid were both; placed and paid orders are two numbers."""
    for index in sentence.roles("conjunction"):
        is_pair = sentence.kind(index - 1) is sentence.kind(index + 1) is LinkKind.event
        if is_pair and _RELATIVE.search(sentence.gap(index - 1)):
            raise sentence.not_covered(index - 1, index, index + 1, reason=reasons.BOTH_AT_ONCE)
    for index in sentence.indices(LinkKind.dimension):
        # "That channel" points to one channel, and nobody said which.
        if _RELATIVE.search(sentence.gap(index)):
            raise sentence.not_covered(index)


def _skip_markers(sentence: Sentence, index: int) -> int:
    while sentence.role(index) in ("how_many", "how_much", "grouping", "each", "distributive"):
        index += 1
    return index


def _class(sentence: Sentence, index: int, qualifiers: frozenset[int]) -> str | None:
    if index in qualifiers:
        return "member"
    kind = sentence.kind(index)
    return _CLASSES.get(kind) if kind else None


def refuse_separate_questions(
    sentence: Sentence,
    blocks: tuple[Block, ...],
    conditions: frozenset[int],
    markers: frozenset[int],
) -> None:
    """No modifier may stand between two blocks, unless it belongs to a ranking or a threshold.

    `conditions` are the links of rankings and thresholds, `markers` the words of ranking's "by".
    """
    for left, right in pairwise(blocks):
        between = range(left.last + 1, right.first)
        if _says_again(sentence, left, right):
            continue
        if any(_is_condition(sentence, block, blocks, conditions) for block in (left, right)):
            continue
        if any("?" in sentence.links[index].text for index in between):
            raise sentence.not_covered(left.last, right.first, reason=reasons.TWO_QUESTIONS)
        ordered = any(index in conditions for index in (left.last, *between, right.first))
        foreign = [
            index
            for index in between
            if not _may_stand_between(sentence, index, conditions, markers)
        ]
        if foreign:
            raise sentence.not_covered(*foreign, reason=reasons.TWO_QUESTIONS)
        if not (ordered or _are_apart(sentence, left, right)):
            raise sentence.not_covered(left.last, right.first)


def _says_again(sentence: Sentence, left: Block, right: Block) -> bool:
    """哪家送得最快，看上月平均配送时长: the same number twice, for the one time there is."""
    candidates = {slot.candidates for block in (left, right) for slot in block.slots}
    is_same = len(candidates) == 1 and len(next(iter(candidates))) == 1
    between = range(left.last + 1, right.first)
    times = sentence.indices(LinkKind.time)
    has_ranking = bool(sentence.indices(LinkKind.ranking))
    return (
        is_same
        and has_ranking
        and len(times) == 1
        and all(
            index in times
            or sentence.role(index) == "comma"
            or sentence.kind(index) is LinkKind.ranking
            for index in between
        )
    )


def _is_condition(
    sentence: Sentence, block: Block, blocks: tuple[Block, ...], conditions: frozenset[int]
) -> bool:
    """Products with over 100 reviews, highest ROI first: picking or ordering is no question.

    English only, where the number that it is compared with stands beside it, and what is ordered
    by is a number that is asked for already.
    """
    if not sentence.links[block.first].text.isascii():
        return False
    asked = {slot.candidates for other in blocks if other != block for slot in other.slots}
    is_repeated = all(slot.candidates in asked for slot in block.slots)
    kinds = {LinkKind.number, LinkKind.ranking} if is_repeated else {LinkKind.number}
    beside = (block.first - 1, block.last + 1)
    return any(place in conditions and sentence.kind(place) in kinds for place in beside)


def _may_stand_between(
    sentence: Sentence, index: int, conditions: frozenset[int], markers: frozenset[int]
) -> bool:
    if index in conditions or index in markers or index in sentence.contrasts:
        return True
    if sentence.role(index) in (*_SEPARATORS, "both", "how_many", "how_much", "distributive"):
        return True
    # 前5的省份, 最高的5天: what is selected belongs to the condition before it.
    is_group = sentence.kind(index) is LinkKind.dimension or sentence.is_row_unit(index)
    return is_group and index - 1 in conditions


def _are_apart(sentence: Sentence, left: Block, right: Block) -> bool:
    between = range(left.last + 1, right.first)
    if any(
        sentence.role(i) in (*_SEPARATORS, "how_many", "how_much") or i in sentence.contrasts
        for i in between
    ):
        return True
    before, behind = sentence.links[left.last], sentence.links[right.first]
    blank = sentence.question[before.end : behind.start]
    if blank.isspace() and not (before.text.isascii() and behind.text.isascii()):
        return True
    return any(word in before.text for word in _ASKING)


def refuse_crossed_comparison(sentence: Sentence) -> None:
    """上月天猫 vs 本月京东 sets two windows and two sets of rows against each other."""
    times, members = sentence.indices(LinkKind.time), sentence.indices(LinkKind.member)
    for index in sentence.contrasts:
        sides = [
            any(place < index for place in places) and any(place > index for place in places)
            for places in (times, members)
        ]
        if all(sides):
            raise sentence.not_covered(index)


def refuse_unlike_groups(sentence: Sentence) -> None:
    """江浙沪和广东对比 sets a sum against a province, and 各城市等级 are not cities and levels."""
    members = sentence.indices(LinkKind.member)
    said = [(sentence.links[i].start, sentence.links[i].name) for i in members]
    together = {place for place in said if said.count(place) > 1}
    others = [place for place in said if place not in together]
    if sentence.contrasts and together and (others or len(together) > 1):
        raise sentence.not_covered(*members, reason=reasons.GROUPS_COMPARED)
    for index in sentence.indices(LinkKind.dimension):
        is_joined = sentence.kind(index - 1) is LinkKind.dimension and not sentence.gap(index)
        if is_joined and sentence.role(index - 2) == "each":
            raise sentence.not_covered(index - 1, index)


def refuse_unused(sentence: Sentence, used: Iterable[int]) -> None:
    """Every link must have been used by some part."""
    unused = set(range(len(sentence.links))) - set(used)
    if unused:
        raise sentence.not_covered(*sorted(unused))
