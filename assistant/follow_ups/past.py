"""`Past`: what earlier turns leave to lean on — the plans so far, and readings to choose from.

Below `conversation`, which reads a turn after it. Pure; it may import neither a parser, nor a
model, nor a database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, AnswerOption
from assistant.outcome import Link, LinkKind
from semantic_layer import SemanticQuery

Turned = Answer | SemanticQuery
_GOES_BACK = ("back", "never_mind")
_BESIDE_BACK = (*_GOES_BACK, "same", "it")


@dataclass(frozen=True)
class Past:
    """The plans so far, and the readings that wait for a choice.

    A turn that went back has taken the plan before it off again.
    """

    plans: tuple[SemanticQuery, ...]
    options: tuple[AnswerOption, ...]

    @classmethod
    def of(cls, history: Sequence[Turned]) -> Past:
        """What is left of earlier turns, oldest first. Those without a plan change nothing.

        A question back stays open until one of its readings, or another plan, is taken.
        """
        plans: list[SemanticQuery] = []
        options: tuple[AnswerOption, ...] = ()
        for turned in _flat(history):
            query = turned.query if isinstance(turned, Answer) else turned
            offered = turned.options if isinstance(turned, Answer) else ()
            if query is None:
                options = offered or options
                continue
            options = offered
            went_back = isinstance(turned, Answer) and says_back(turned.links)
            if went_back and plans and query in plans[-2:]:
                del plans[len(plans) - plans[::-1].index(query) :]
            elif not plans or not (query == plans[-1] or _was_refused_edit(turned, plans[-1])):
                plans.append(query)
        return cls(tuple(plans), options)

    @property
    def latest(self) -> SemanticQuery | None:
        """The plan that a follow-up edits."""
        return self.plans[-1] if self.plans else None


def says_back(links: Sequence[Link]) -> bool:
    """Whether nothing is said but to go back: 回到上一个, never mind, undo that."""
    said = [one for one in links if one.kind is not LinkKind.filler]
    return any(one.name in _GOES_BACK for one in said) and all(
        one.kind is LinkKind.edit and one.name in _BESIDE_BACK for one in said
    )


def _was_refused_edit(turned: Turned, before: SemanticQuery) -> bool:
    """Whether an edit gave a plan that nobody could answer; the next turn follows the last answer.

    A new question that was refused (other metrics) is still what the next turn is about.
    """
    if not isinstance(turned, Answer) or turned.status not in ("refused", "error"):
        return False
    return turned.query is not None and not set(turned.query.metrics).isdisjoint(before.metrics)


def _flat(history: Sequence[Turned]) -> Iterator[Turned]:
    """Every answer, those to further questions of one text each on its own."""
    for turned in history:
        yield turned
        if isinstance(turned, Answer):
            yield from turned.further
