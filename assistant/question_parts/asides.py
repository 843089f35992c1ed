"""Words that only point: 这个计划 after a plan's name, 其他渠道 after 除了线下, 前阵子, the rest.

Imports `members` and `sentence`. Each is read beside what it points to, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.outcome import LinkKind
from assistant.question_parts.members import MemberPart
from assistant.question_parts.sentence import METRIC_LIKE, Sentence

_SAID_OF_GROUPS = (*METRIC_LIKE, LinkKind.change, LinkKind.comparator)


@dataclass(frozen=True)
class AsidePart:
    """`with_others`: what a ranking leaves out is shown as one more row.

    `vague_times` are the words for some time that nobody can date: 前阵子, 大促期间.
    """

    with_others: bool
    vague_times: tuple[int, ...]
    used: frozenset[int]


def read_asides(sentence: Sentence, members: MemberPart) -> AsidePart:
    """Read the words that point to something said before."""
    others = sentence.roles("others")
    vague = sentence.roles("vague_time", "vague_event")
    used = (*others, *vague, *_repeated(sentence, members), *_remaining(sentence, members))
    return AsidePart(bool(others), vague, frozenset(used))


def _repeated(sentence: Sentence, members: MemberPart) -> Iterator[int]:
    """The 这个 between a member and its own dimension, the "that" of "products that sold"."""
    for index in sentence.roles("this"):
        of_member = sentence.kind(index - 1) is LinkKind.member
        if (of_member and index + 1 in members.qualifiers) or _is_relative(sentence, index):
            yield index


def _is_relative(sentence: Sentence, index: int) -> bool:
    """Whether a "that" leads from groups to what is said of them."""
    is_that = sentence.links[index].text.casefold() == "that"
    of_groups = sentence.kind(index - 1) is LinkKind.dimension
    return is_that and of_groups and sentence.kind(index + 1) in _SAID_OF_GROUPS


def _remaining(sentence: Sentence, members: MemberPart) -> Iterator[int]:
    """The 其他 of 除了线下，其他渠道: the groups that an exclusion leaves."""
    excluded = [member for member in members.members if member.excluded]
    for index in sentence.roles("other"):
        behind = index + 1 + (sentence.role(index + 1) == "each")
        follows = sentence.links[behind].name if behind < len(sentence.links) else None
        if any(member.index < index and member.dimension == follows for member in excluded):
            yield index
