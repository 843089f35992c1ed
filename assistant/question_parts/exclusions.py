"""Verbs of exclusion around what they exclude: leave Tmall out, take the offline channel out.

Imports `sentence` only. Read before the members, for which "out" alone would say nothing.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.outcome import LinkKind
from assistant.question_parts.sentence import Sentence

_LISTED = (LinkKind.member, LinkKind.dimension)
_JOINTS = ("conjunction", "alternative")


def with_plain_exclusions(sentence: Sentence) -> Sentence:
    """The sentence with a verb and its "out" as one word of negation before the members."""
    links = list(sentence.links)
    silent: set[int] = set()
    for index in sentence.roles("take"):
        place = index + 1
        while sentence.kind(place) in _LISTED or sentence.role(place) in _JOINTS:
            place += 1
        inside = range(index + 1, place)
        if sentence.role(place) != "out" or not any(
            sentence.kind(one) is LinkKind.member for one in inside
        ):
            continue
        links[index] = links[index].model_copy(update={"kind": LinkKind.negation, "name": "before"})
        silent.add(place)
    kept = tuple(link for place, link in enumerate(links) if place not in silent)
    return replace(sentence, links=kept)
