"""The part of a question that says which rows: members of dimensions, wanted or excluded.

Imports `sentence` only. A dimension next to its own member (天猫渠道, channel Tmall) belongs to
the member and is no grouping. What a negation covers must be plain: where a list could go on or
end, nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from assistant.linking.lexicon import readings_of
from assistant.outcome import LinkKind
from assistant.question_parts.sentence import Sentence
from semantic_layer.query import And, Filter, In, Not, Or

_MARKING = ("grouping", "each", "which", "which_many", "how_many")
_JOINS = ("conjunction", "alternative")
_BESIDES = ("还有",)  # 除了天猫还有京东: as well as, or without both?


@dataclass(frozen=True)
class Member:
    """One mention: the dimensions that have such a member, and whether it is excluded."""

    index: int
    readings: Mapping[str, str]
    excluded: bool

    @property
    def dimension(self) -> str:
        """The dimension of an unambiguous mention."""
        return next(iter(self.readings))


@dataclass(frozen=True)
class MemberPart:
    """All mentions; `qualifiers` are dimensions that only say what a neighbour belongs to.

    `is_either`: of two members of different dimensions a row needs only one (广东或者黑卡).
    """

    members: tuple[Member, ...]
    qualifiers: frozenset[int]
    used: frozenset[int]
    is_either: bool = False

    @property
    def ambiguous(self) -> Member | None:
        """A mention that names members of several dimensions."""
        return next((member for member in self.members if len(member.readings) > 1), None)

    def listed(self) -> dict[str, tuple[Member, ...]]:
        """The wanted members of each dimension that lists two or more."""
        groups = self._by_dimension(excluded=False)
        return {name: found for name, found in groups.items() if len(_values(name, found)) > 1}

    def wanted(self, dimension: str) -> tuple[str, ...]:
        """The members of a dimension that are asked for; none if all of them may be."""
        found = self._by_dimension(excluded=False).get(dimension, ())
        return _values(dimension, found)

    def condition(self, choice: str | None = None) -> Filter | None:
        """The filter; `choice` is the dimension that an ambiguous mention is taken for."""
        wanted = self._by_dimension(excluded=False, choice=choice)
        unwanted = self._by_dimension(excluded=True, choice=choice)
        parts: tuple[Filter, ...] = (
            *(In(field=name, values=_values(name, found)) for name, found in wanted.items()),
            *(
                Not(part=In(field=name, values=_values(name, found)))
                for name, found in unwanted.items()
            ),
        )
        if len(parts) < 2:
            return next(iter(parts), None)
        return Or(parts=parts) if self.is_either else And(parts=parts)

    def _by_dimension(
        self, *, excluded: bool, choice: str | None = None
    ) -> dict[str, tuple[Member, ...]]:
        groups: dict[str, tuple[Member, ...]] = {}
        for member in self.members:
            if member.excluded == excluded:
                name = choice if choice and choice in member.readings else member.dimension
                groups[name] = (*groups.get(name, ()), member)
        return groups


def _values(dimension: str, members: tuple[Member, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(member.readings[dimension] for member in members))


def read_members(sentence: Sentence) -> MemberPart:
    """Read the members, what each is a member of, and which are excluded."""
    places = sentence.indices(LinkKind.member)
    qualifiers = {index: frozenset(_qualifiers(sentence, index)) for index in places}
    excluded, negations = _exclusions(sentence, frozenset().union(*qualifiers.values()))
    members = tuple(
        Member(index, _narrowed(sentence, index, qualifiers[index]), index in excluded)
        for index in places
    )
    beside = frozenset().union(*qualifiers.values())
    is_either = _is_either(sentence, members, beside)
    if not is_either:
        _refuse_contradictions(sentence, members)
    return MemberPart(members, beside, frozenset(places) | beside | negations, is_either)


def _is_either(sentence: Sentence, members: tuple[Member, ...], beside: frozenset[int]) -> bool:
    """Whether an "or" stands between the only two members, which are of different dimensions."""
    if len(members) != 2 or any(one.excluded or len(one.readings) > 1 for one in members):
        return False
    first, last = members
    between = [place for place in range(first.index + 1, last.index) if place not in beside]
    is_or = [sentence.role(place) for place in between] == ["alternative"]
    return is_or and first.dimension != last.dimension


def _qualifiers(sentence: Sentence, index: int) -> Iterator[int]:
    readings = _readings(sentence, index)
    # "Channel is not Tmall" is about the channel; "provinces except Shanghai" asks for provinces.
    is_negated = sentence.kind(index - 1) is LinkKind.negation
    is_exception = is_negated and sentence.links[index - 1].name == "except"
    before = index - (2 if is_negated and not is_exception else 1)
    after = index + (2 if sentence.role(index + 1) == "this" else 1)
    for place in (before, after):
        if sentence.kind(place) is not LinkKind.dimension:
            continue
        marked = sentence.role(place - 1) in _MARKING
        if sentence.links[place].name in readings and not marked:
            yield place


def _readings(sentence: Sentence, index: int) -> dict[str, str]:
    link = sentence.links[index]
    return readings_of(link.name, link.value)


def _narrowed(sentence: Sentence, index: int, qualifiers: frozenset[int]) -> dict[str, str]:
    """The readings of a mention, narrowed by a dimension beside it or by its list."""
    readings = _readings(sentence, index)
    named = {sentence.links[place].name for place in qualifiers}
    for neighbour in (index - 2, index + 2):
        joined = sentence.role((index + neighbour) // 2) in _JOINS
        if joined and sentence.kind(neighbour) is LinkKind.member:
            named |= set(_readings(sentence, neighbour))
    narrowed = {name: value for name, value in readings.items() if name in named}
    return narrowed if len(narrowed) == 1 else readings


def _exclusions(
    sentence: Sentence, qualifiers: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """The excluded members, and the negations that exclude them."""
    excluded: set[int] = set()
    used: set[int] = set()
    for index in sentence.indices(LinkKind.negation):
        if index in used:
            continue
        if sentence.links[index].name == "after":
            scope = tuple(_list_before(sentence, index, qualifiers))
        else:
            closing = _closing(sentence, index, qualifiers)
            scope = tuple(_list_after(sentence, index, qualifiers, closing))
            used |= {closing} if closing else set()
        if not scope:
            raise sentence.not_covered(index)
        excluded |= set(scope)
        used.add(index)
    return frozenset(excluded), frozenset(used)


def _closing(sentence: Sentence, index: int, qualifiers: frozenset[int]) -> int | None:
    """The 以外 of a 除了: the next negation, if only a list of members lies between."""
    for place in range(index + 1, len(sentence.links)):
        if sentence.kind(place) is LinkKind.negation:
            return place if sentence.links[place].name == "after" else None
        if not _belongs_to_list(sentence, place, qualifiers):
            return None
    return None


def _belongs_to_list(sentence: Sentence, place: int, qualifiers: frozenset[int]) -> bool:
    is_member = sentence.kind(place) is LinkKind.member or place in qualifiers
    return is_member or sentence.role(place) in (*_JOINS, "comma")


def _list_before(sentence: Sentence, index: int, qualifiers: frozenset[int]) -> Iterator[int]:
    for place in range(index - 1, -1, -1):
        if sentence.kind(place) is LinkKind.member:
            yield place
            if sentence.role(place - 1) == "comma" and sentence.kind(place - 2) is LinkKind.member:
                raise sentence.not_covered(index)
        elif place not in qualifiers and sentence.role(place) not in _JOINS:
            return


def _list_after(
    sentence: Sentence, index: int, qualifiers: frozenset[int], closing: int | None
) -> Iterator[int]:
    if closing is not None:
        yield from (
            place for place in range(index, closing) if sentence.kind(place) is LinkKind.member
        )
        return
    dimension: str | None = None
    for place in range(index + 1, len(sentence.links)):
        if sentence.kind(place) is LinkKind.member:
            name = sentence.links[place].name
            if dimension is not None and not _continues(sentence, place, dimension, index):
                return
            dimension = name
            yield place
        elif not _belongs_to_list(sentence, place, qualifiers):
            return


def _continues(sentence: Sentence, place: int, dimension: str, negation: int) -> bool:
    """Whether a further member is excluded as well; undecidable lists are not read."""
    same = sentence.links[place].name == dimension
    before = sentence.role(place - 1)
    if before == "comma":
        if not same:
            return False
        if sentence.links[place - 1].text == "," and sentence.links[place].text.isascii():
            return True
    elif before in _JOINS and same and sentence.links[place - 1].text not in _BESIDES:
        return True
    raise sentence.not_covered(negation, place)


def _refuse_contradictions(sentence: Sentence, members: tuple[Member, ...]) -> None:
    """天猫和浙江 may be one total or two; 天猫 cannot be both wanted and excluded."""
    for left, right in pairwise(members):
        between = {sentence.role(place) for place in range(left.index + 1, right.index)}
        if between & set(_JOINS) and len(between - {""}) == 1:
            together = set(left.readings) & set(right.readings)
            if not together and right.index - left.index <= 3:
                raise sentence.not_covered(left.index, right.index)
    wanted = {member.readings[member.dimension] for member in members if not member.excluded}
    for member in members:
        if member.excluded and member.readings[member.dimension] in wanted:
            raise sentence.not_covered(member.index)
    if sum(len(member.readings) > 1 for member in members) > 1:
        raise sentence.not_covered(*(member.index for member in members))
