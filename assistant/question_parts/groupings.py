"""The part of a question that says one row per what: dimensions, grains, and marking words.

Imports `sentence`, `members` and `times`. "How many provinces" asks for a count of provinces,
which no plan gives; it must not be taken for a grouping.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.outcome import LinkKind
from assistant.question_parts.members import MemberPart
from assistant.question_parts.sentence import Sentence
from assistant.question_parts.times import grain_for
from semantic_layer import Text
from semantic_layer.query import METRIC_TIME, Grain, GroupBy, TimeWindow

_MARKERS = ("grouping", "each", "which", "which_many")
_GROUPED = (LinkKind.dimension, LinkKind.grain)
_WHICH = "which_"


@dataclass(frozen=True)
class GroupingPart:
    """`asks_which_time`: 哪天, which month. `is_plural`: 哪些省份, which provinces.

    `from_members`: some grouping comes from listed members only (浙江和广东分别…).
    """

    group_by: tuple[GroupBy, ...]
    asks_which_time: bool
    is_plural: bool
    from_members: bool
    unmarked: tuple[str, ...]
    assumptions: tuple[Text, ...]
    used: frozenset[int]


def read_groupings(
    sentence: Sentence, members: MemberPart, window: TimeWindow | None, *, ranked: bool
) -> GroupingPart:
    """Read what to group by, in the order of the question."""
    _refuse_counted_groups(sentence, members)
    dimensions = tuple(
        index for index in sentence.indices(LinkKind.dimension) if index not in members.qualifiers
    )
    grain, assumptions = _grain(sentence, window)
    placed = {index: GroupBy(name=sentence.links[index].name) for index in dimensions}
    if grain:
        at = sentence.indices(LinkKind.grain)[0]
        placed[at] = GroupBy(name=METRIC_TIME, grain=grain)
    markers = frozenset(_markers(sentence, members))
    by_member, spread = _spread_over_members(sentence, members, markers, ranked=ranked)
    grouped = {group.name for group in placed.values()}
    added = {at: group for at, group in by_member.items() if group.name not in grouped}
    placed |= added
    return GroupingPart(
        group_by=tuple(dict.fromkeys(placed[index] for index in sorted(placed))),
        asks_which_time=_asks_which_time(sentence),
        is_plural=_is_plural(sentence, dimensions),
        from_members=bool(added),
        unmarked=tuple(
            sentence.links[index].name
            for index in dimensions
            if not _is_marked(sentence, index, markers)
        ),
        assumptions=assumptions,
        used=frozenset(placed)
        | frozenset(dimensions)
        | markers
        | spread
        | frozenset(sentence.indices(LinkKind.grain))
        | frozenset(sentence.roles("how_many", "how_much")),
    )


def _refuse_counted_groups(sentence: Sentence, members: MemberPart) -> None:
    for index in sentence.roles("how_many", "how_much"):
        following = index + 1
        while (
            sentence.kind(following) in (LinkKind.member, LinkKind.time, LinkKind.negation)
            or following in members.qualifiers
            or sentence.role(following) in ("conjunction", "alternative")
        ):
            following += 1
        if sentence.kind(following) in _GROUPED:
            raise sentence.not_covered(index, following)


def _grain(sentence: Sentence, window: TimeWindow | None) -> tuple[Grain | None, tuple[Text, ...]]:
    places = sentence.indices(LinkKind.grain)
    names = {sentence.links[index].name.removeprefix(_WHICH) for index in places}
    stated = names - {"trend"}
    if len(stated) > 1:
        raise sentence.not_covered(*places)
    if stated:
        return Grain(stated.pop()), ()
    if not names:
        return None, ()
    grain = grain_for(window)
    zh = {Grain.day: "天", Grain.week: "周", Grain.month: "月"}[grain]
    return grain, (Text(zh=f"趋势按{zh}显示", en=f"The trend is shown by {grain}"),)


def _markers(sentence: Sentence, members: MemberPart) -> list[int]:
    """The marking words that stand beside what they mark."""
    found = []
    for index in sentence.roles(*_MARKERS):
        following = index + 1
        while (
            following in members.qualifiers
            or sentence.role(following) in (*_MARKERS, "measure")
            or sentence.kind(following) is LinkKind.number
        ):
            following += 1
        trails = sentence.role(index) == "grouping" and sentence.kind(index - 1) in _GROUPED
        if sentence.kind(following) in _GROUPED or trails:
            found.append(index)
    return found


def _is_marked(sentence: Sentence, index: int, markers: frozenset[int]) -> bool:
    if index - 1 in markers or index + 1 in markers:
        return True
    before = index - 2
    if sentence.role(index - 1) not in ("conjunction", "comma"):
        return False
    is_grain = sentence.kind(before) is LinkKind.grain
    return is_grain or (
        sentence.kind(before) is LinkKind.dimension and _is_marked(sentence, before, markers)
    )


def _spread_over_members(
    sentence: Sentence, members: MemberPart, markers: frozenset[int], *, ranked: bool
) -> tuple[dict[int, GroupBy], frozenset[int]]:
    """One row per listed member, where the wording asks for it; and the words that ask."""
    words = [index for index in sentence.roles("each", "distributive") if index not in markers]
    words += [index for index in sentence.contrasts if index not in markers]
    if ranked:
        words += [i for i in sentence.roles("which", "which_many") if i not in markers]
    if not words:
        return {}, frozenset()
    listed = members.listed()
    if listed:
        groups = {found[0].index: GroupBy(name=name) for name, found in listed.items()}
        return groups, frozenset(words)
    plain = [i for i in words if sentence.role(i) == "distributive" or sentence.joins_metrics(i)]
    has_many = len(sentence.indices(*_GROUPED)) > 0 or _lists_metrics(sentence)
    return {}, frozenset(plain if has_many else ())


def _lists_metrics(sentence: Sentence) -> bool:
    return any(
        any(sentence.is_metric_like(place) for place in range(index))
        and any(sentence.is_metric_like(place) for place in range(index, len(sentence.links)))
        for index in range(len(sentence.links))
        if sentence.joins_metrics(index) or sentence.role(index) == "comma"
    )


def _asks_which_time(sentence: Sentence) -> bool:
    return any(
        sentence.links[index].name.startswith(_WHICH) for index in sentence.indices(LinkKind.grain)
    )


def _is_plural(sentence: Sentence, dimensions: tuple[int, ...]) -> bool:
    return bool(sentence.roles("which_many")) or any(
        sentence.is_plural(index) for index in dimensions
    )
