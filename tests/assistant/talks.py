"""Conversations for tests: each question is read after the ones before it."""

from __future__ import annotations

from assistant.answer import Answer, AnswerOption
from assistant.follow_ups.conversation import parse_turn
from assistant.outcome import Clarification, Parsed, ParseOutcome
from assistant.parsing.linked_parser import ParseContext
from semantic_layer import SemanticQuery
from tests.assistant.shop_words import context


def answered(question: str, outcome: ParseOutcome) -> Answer:
    """What an answer keeps of an outcome, without any number."""
    query = outcome.query if isinstance(outcome, Parsed) else None
    offered = outcome.options if isinstance(outcome, Clarification) else ()
    return Answer(
        status="answered" if query else "clarify" if offered else "refused",
        question=question,
        language="zh",
        parser="linked",
        query=query,
        options=tuple(
            AnswerOption(
                label=option.label.zh, description="", query=option.query, choices=option.choices
            )
            for option in offered
        ),
        links=outcome.links,
    )


def talk(*questions: str, known: ParseContext | None = None) -> ParseOutcome:
    """The outcome of the last question."""
    history: list[Answer] = []
    outcome: ParseOutcome | None = None
    for question in questions:
        outcome = parse_turn(question, history, known or context())
        history.append(answered(question, outcome))
    assert outcome is not None, "a talk has a question"
    return outcome


def plan(*questions: str) -> SemanticQuery:
    """The plan of the last question."""
    outcome = talk(*questions)
    assert isinstance(outcome, Parsed), (questions, outcome)
    return outcome.query
