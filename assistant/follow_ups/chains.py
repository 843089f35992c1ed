"""`Chains`: turns that name the turn they follow, as in a batch; a chain back gives the history.

Beside `facade`, for the command line and evaluation. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from assistant.answer import Answer
from assistant.answering import Request, unanswered
from assistant.stages import Stages
from semantic_layer import Issue, Language, Text

TurnId = str | int


@dataclass
class Chains:
    """The answers so far, each with the turn that it followed."""

    _turns: dict[TurnId, tuple[Answer, TurnId | None]] = field(default_factory=dict)

    def __contains__(self, turn: TurnId) -> bool:
        """Whether a turn is known."""
        return turn in self._turns

    def add(self, turn: TurnId, answer: Answer, previous: TurnId | None) -> None:
        """Keep an answer; a turn can only follow one that is known, so a chain has an end."""
        known = previous if previous in self._turns and previous != turn else None
        self._turns[turn] = (answer, known)

    def history(self, previous: TurnId | None) -> tuple[Answer, ...]:
        """The answers that lead up to and include the turn `previous`, oldest first."""
        found: list[Answer] = []
        seen: set[TurnId] = set()
        while previous is not None and previous not in seen:
            seen.add(previous)
            answer, before = self._turns[previous]
            found.append(answer)
            previous = before
        return tuple(reversed(found))


def unknown_previous(
    question: str, previous: TurnId, *, language: Language, now: datetime
) -> Answer:
    """The answer to a turn that follows one which is not there."""
    issue = Issue(
        code="unknown_previous",
        message=Text(
            zh=f"前面没有 id 为 {previous!r} 的问题；请把它放在这一行之前，或改正 previous。",
            en=f"No earlier line has the id {previous!r}; put it above this one, "
            "or correct 'previous'.",
        ),
        where=str(previous),
    )
    return unanswered("error", (issue,), Request(question, language, "none", now), Stages())
