"""Verified questions replayed over a project: what `koujing check` tells of them.

Beside `definition_check`. A plan that no longer resolves, or that the linked parser reads otherwise
from the same words, must be looked at by a person: one of the two is wrong. The clock is an
argument; nothing is executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from assistant.knowledge import Knowledge
from assistant.outcome import Parsed
from assistant.parsing.linked_parser import parse_linked
from semantic_layer import Issue, QueryError, Text, resolve
from semantic_layer.resolving.normal_form import same_plan
from semantic_layer.verified_questions import VerifiedQuestion

# Days that are not loaded are no fault of a definition; others may be loaded tomorrow.
_OF_THE_DATA = frozenset({"no_data_in_window", "history_not_loaded", "event_not_begun"})


def verified_issues(knowledge: Knowledge, today: date) -> Iterator[Issue]:
    """What is wrong with the verified questions whose metrics are loaded."""
    for question in knowledge.model.verified_questions:
        if knowledge.available.issuperset(question.query.metrics):
            yield from issues_of(question, knowledge, today)


def issues_of(question: VerifiedQuestion, knowledge: Knowledge, today: date) -> Iterator[Issue]:
    """What is wrong with one verified question."""
    reason = _reason(question, knowledge, today)
    if reason is not None:
        yield _fails(question, reason)
        return
    yield from (
        _contradicted(question, text)
        for text in question.texts
        if _is_read_otherwise(question, text, knowledge)
    )


def _reason(question: VerifiedQuestion, knowledge: Knowledge, today: date) -> Text | None:
    try:
        resolve(question.query, knowledge.model, knowledge.catalog, today)
    except QueryError as error:
        left = [issue for issue in error.issues if issue.code not in _OF_THE_DATA]
        return left[0].message if left else None
    return None


def _is_read_otherwise(question: VerifiedQuestion, text: str, knowledge: Knowledge) -> bool:
    moment = datetime.combine(question.verified_at, time(12))
    outcome = parse_linked(text, knowledge.parse_context(moment))
    if not isinstance(outcome, Parsed):
        return False
    events = knowledge.model.events
    return not same_plan(outcome.query, question.query, question.verified_at, events)


def _fails(question: VerifiedQuestion, reason: Text) -> Issue:
    return Issue(
        code="verified_question_fails",
        message=Text(
            zh=f"认证问题“{question.texts[0]}”的 query 不成立，请改正或删去。原因：{reason.zh}",
            en=f"The query of the verified question {question.texts[0]!r} does not hold; correct "
            f"or remove it. The reason: {reason.en}",
        ),
        where=str(question.place),
    )


def _contradicted(question: VerifiedQuestion, text: str) -> Issue:
    return Issue(
        code="verified_question_contradicted",
        message=Text(
            zh=f"认证问题“{text}”按规则解析会得到另一个 query；请核对哪个正确，"
            "改正 query，或改用不会误解的问法。",
            en=f"The linked parser reads the verified question {text!r} as another query; see "
            "which is right, and correct the query or choose other words.",
        ),
        where=str(question.place),
    )
