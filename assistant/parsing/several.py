"""`separate`: a text that holds several questions → each of them with its own outcome.

Around the linked parser, tried when the text as a whole makes no single plan. A text is taken apart
only where each part is a question of its own: at the end of a sentence, where a later part may lean
on the one before it, or at a comma or "and" between parts that say the same kinds of things, so
that no filter or period of one could be meant for the other. It may import neither a model nor a
database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from assistant.answer import Answer
from assistant.follow_ups.conversation import parse_turn
from assistant.outcome import Abstention, Clarification, Inquiry, Link, LinkKind, Parsed
from assistant.parsing.linked_parser import ParseContext, language_of, parse_linked
from assistant.question_parts.sentence import METRIC_LIKE
from semantic_layer import SemanticQuery
from semantic_layer.resolving.filters import fields_of

_SENTENCE_END = re.compile(r"[。？?！!；;\n]+|(?<=[a-z])\.(?=\s)", re.IGNORECASE)
_JOINTS = ("comma", "conjunction")
_MOST_JOINTS, _MOST_QUESTIONS = 6, 4

Understood = Parsed | Clarification | Inquiry


@dataclass(frozen=True)
class Part:
    """One question of several: its own text, and what it was read as."""

    text: str
    outcome: Understood


@dataclass(frozen=True)
class Several:
    """Two questions or more, in their order; the spans of their links are those of their texts."""

    parts: tuple[Part, ...]


def separate(
    question: str, whole: Abstention, history: Sequence[Answer], context: ParseContext
) -> Several | None:
    """The questions in a text that is none as a whole; None if it cannot be taken apart."""
    sentences = tuple(text.strip() for text in _SENTENCE_END.split(question) if text.strip())
    if len(sentences) > 1:
        parts = _sentences(sentences, history, context)
    else:
        parts = _joined(question, whole.links, context) if whole.reason else ()
    return Several(parts) if len(parts) > 1 else None


def _sentences(
    texts: Sequence[str], history: Sequence[Answer], context: ParseContext
) -> tuple[Part, ...]:
    """Each sentence after the plans of those before it; all of them, or none."""
    if len(texts) > _MOST_QUESTIONS:
        return ()
    parts: list[Part] = []
    past = list(history)
    for text in texts:
        outcome = parse_turn(text, past, context)
        if not isinstance(outcome, Understood):
            return ()
        parts.append(Part(text, outcome))
        if isinstance(outcome, Parsed):
            past.append(_as_answered(parts[-1], outcome.query))
    return tuple(parts)


def _as_answered(part: Part, plan: SemanticQuery) -> Answer:
    """A part as the next one sees it: what a follow-up leans on is the plan."""
    return Answer(
        status="answered",
        question=part.text,
        language=language_of(part.text),
        parser="linked",
        query=plan,
    )


def _joined(question: str, links: Sequence[Link], context: ParseContext) -> tuple[Part, ...]:
    """The one way to cut at commas and conjunctions, with as few cuts as possible."""
    joints = [one for one in links if one.kind is LinkKind.filler and one.name in _JOINTS]
    joints = [
        one for one in joints if question[: one.start].strip() and question[one.end :].strip()
    ]
    if not joints or len(joints) > _MOST_JOINTS:
        return ()
    for cuts in range(1, min(len(joints), _MOST_QUESTIONS - 1) + 1):
        found = [
            parts
            for chosen in combinations(joints, cuts)
            if (parts := _apart(tuple(_pieces(question, chosen)), context))
        ]
        if found:
            return found[0] if len(found) == 1 else ()
    return ()


def _pieces(question: str, cuts: Sequence[Link]) -> Iterator[str]:
    starts = (0, *(cut.end for cut in cuts))
    ends = (*(cut.start for cut in cuts), len(question))
    for start, end in zip(starts, ends, strict=True):
        yield question[start:end].strip()


def _apart(texts: Sequence[str], context: ParseContext) -> tuple[Part, ...]:
    parts = []
    for text in texts:
        outcome = parse_linked(text, context)
        names_metric = any(link.kind in METRIC_LIKE for link in outcome.links)
        if not (names_metric and isinstance(outcome, Parsed | Clarification)):
            return ()
        parts.append(Part(text, outcome))
    plans = [_plan(part) for part in parts]
    alike = all(_says(left) == _says(right) for left, right in pairwise(plans))
    return tuple(parts) if alike else ()


def _plan(part: Part) -> SemanticQuery:
    """The plan, or the first of those that are asked about, which differ in their metrics."""
    outcome = part.outcome
    assert isinstance(outcome, Parsed | Clarification), "an inquiry is no part of a joined sentence"
    return outcome.query if isinstance(outcome, Parsed) else outcome.options[0].query


def _says(plan: SemanticQuery) -> tuple[object, ...]:
    """The kinds of things that a question says beside its metrics."""
    return (
        plan.time is not None,
        frozenset(fields_of(plan.where)),
        frozenset(group.column for group in plan.group_by),
        (plan.compare, plan.limit, plan.share_of, plan.running, plan.average_per),
        plan.having is not None,
    )
