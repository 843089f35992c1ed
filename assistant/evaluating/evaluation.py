"""`evaluate`: a question set is asked from end to end, and every answer is judged.

Beside the line of one question, which it runs as any front end does: through a function that asks.
Turns of a conversation follow the answers that were really given, so that a mistake counts on.
Imports neither a parser, a model nor a database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from assistant.answer import Answer
from assistant.evaluating.evaluation_set import Category, EvaluationSet, GoldQuestion, Plans
from assistant.evaluating.verdicts import Judgement, judge
from assistant.linking.normalize import language_of
from semantic_layer import Language, SemanticModel, SemanticQuery


class Respondent(Protocol):
    """Answers questions and plans of a set; a project does (`evaluation_run`), and so do tests."""

    def ask(self, question: GoldQuestion, history: Sequence[Answer]) -> Answer:
        """The answer to a question after those of its conversation, oldest first."""

    def answer(self, plan: SemanticQuery, question: GoldQuestion) -> Answer:
        """The answer to a gold plan, for the user and at the moment of the question."""

    def model_for(self, question: GoldQuestion, /) -> SemanticModel:
        """The definitions as the one who asks sees them."""


@dataclass(frozen=True)
class Outcome:
    """A question, the answer and the verdict."""

    question: GoldQuestion
    answer: Answer
    judgement: Judgement

    @property
    def id(self) -> str:
        """The id in the set."""
        return self.question.id

    @property
    def category(self) -> Category:
        """The kind of question."""
        return self.question.category

    @property
    def language(self) -> Language:
        """The language that the question is in."""
        return language_of(self.question.text)

    @property
    def parser(self) -> Literal["verified", "linked", "llm", "none"]:
        """The parser that spoke."""
        return self.answer.parser


@dataclass
class _Conversations:
    """The answers so far, and how to walk back from a turn to the first one."""

    answers: dict[str, Answer] = field(default_factory=dict)
    previous: dict[str, str | None] = field(default_factory=dict)

    def before(self, question: GoldQuestion) -> tuple[Answer, ...]:
        turns: list[Answer] = []
        at = question.previous
        while at is not None:
            turns.append(self.answers[at])
            at = self.previous[at]
        return tuple(reversed(turns))

    def add(self, question: GoldQuestion, answer: Answer) -> None:
        self.answers[question.id] = answer
        self.previous[question.id] = question.previous


def evaluate(questions: EvaluationSet, respondent: Respondent) -> Iterator[Outcome]:
    """Ask every question of the set in its order, and judge the answers one by one."""
    conversations = _Conversations()
    for question in questions.questions:
        answer = respondent.ask(question, conversations.before(question))
        conversations.add(question, answer)
        plans = question.gold.plans if isinstance(question.gold, Plans) else ()
        gold_answers = [respondent.answer(plan, question) for plan in plans]
        model = respondent.model_for(question)
        today = question.as_of.date()
        yield Outcome(question, answer, judge(answer, question.gold, gold_answers, model, today))


def spent_by_stage(outcomes: Sequence[Outcome]) -> Mapping[str, tuple[float, ...]]:
    """Milliseconds of every question by stage, and their sum as "total"."""
    spent: dict[str, list[float]] = {}
    for outcome in outcomes:
        timings = outcome.answer.timings_ms
        for stage, milliseconds in {**timings, "total": sum(timings.values())}.items():
            spent.setdefault(stage, []).append(milliseconds)
    return {stage: tuple(found) for stage, found in spent.items()}
