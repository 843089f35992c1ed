"""`clauses_of`: a turn of several edits → the text of each, to be read one after the other.

Beside `turn_parts`, tried when the words of a turn make no single edit: "switch to refund rate and
only Zhejiang". Only clauses of different things are taken apart, so that no word of one could be
meant for another. Pure; imports no parser.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from assistant.outcome import Link, LinkKind
from assistant.question_parts.sentence import METRIC_LIKE

_JOINTS = ("comma", "conjunction", "both")
_GROUPS = frozenset({LinkKind.dimension, LinkKind.grain})
_WORDS = frozenset({LinkKind.filler, LinkKind.edit, LinkKind.negation, LinkKind.number})
_MOST_JOINTS, _MOST_CLAUSES = 6, 4


def clauses_of(question: str, links: Sequence[Link]) -> Iterator[tuple[str, ...]]:
    """The ways to cut a turn at commas and conjunctions, those with the fewest cuts first."""
    joints = [one for one in links if one.kind is LinkKind.filler and one.name in _JOINTS]
    joints = [one for one in joints if question[: one.start].strip()]
    if len(joints) > _MOST_JOINTS:
        return
    for cuts in range(1, min(len(joints), _MOST_CLAUSES - 1) + 1):
        for chosen in combinations(joints, cuts):
            spans = tuple(_spans(question, chosen))
            if _are_apart([_said(span, links) for span in spans]):
                yield tuple(question[start:end].strip() for start, end in spans)


def _spans(question: str, cuts: Sequence[Link]) -> Iterator[tuple[int, int]]:
    starts = (0, *(cut.end for cut in cuts))
    ends = (*(cut.start for cut in cuts), len(question))
    yield from zip(starts, ends, strict=True)


def _said(span: tuple[int, int], links: Sequence[Link]) -> frozenset[object]:
    """The kinds of things that a clause names; the members of one dimension are one kind."""
    inside = (one for one in links if span[0] <= one.start and one.end <= span[1])
    return frozenset(_kind(one) for one in inside if one.kind not in _WORDS)


def _kind(one: Link) -> object:
    if one.kind in METRIC_LIKE:
        return LinkKind.metric
    if one.kind in _GROUPS:
        return LinkKind.dimension
    return (one.kind, one.name) if one.kind is LinkKind.member else one.kind


def _are_apart(said: Sequence[frozenset[object]]) -> bool:
    """Whether every clause names something, and no two of them the same kind of thing."""
    every = [kind for one in said for kind in one]
    return all(said) and len(every) == len(set(every))
