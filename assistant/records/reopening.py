"""A kept plan → `Answer` now: under the rights, the definitions and the data of the moment.

After `history`, `pins` and `links`. A plan that no longer holds says why, and its question can be
asked again; nothing is lost. It runs plans through the facade and parses no language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from assistant.answer import Answer, AnswerIssue
from assistant.answering import Request, unanswered
from assistant.facade import Assistant
from assistant.knowledge import Knowledge
from assistant.presentation.wording import interpretation
from assistant.reading import read_query
from assistant.records.history import Asked, Turn
from assistant.stages import Stages
from assistant.users import User
from semantic_layer import Issue, Language, QueryError, SemanticQuery, Text, resolve


def reopened(turn: Turn, assistant: Assistant, *, now: datetime, user: User) -> Answer:
    """A turn as it is answered today; it tells which definitions have changed since."""
    request = Request("", turn.language, "none", now)
    answer = _again(turn.asked, request, assistant, user)
    further = (_again(one, request, assistant, user) for one in turn.further)
    told = (*_changes(turn.versions, answer), *answer.issues)
    answer = answer.model_copy(update={"issues": told, "further": tuple(further)})
    return with_chart(answer, turn.chart)


def with_chart(answer: Answer, chart: str | None) -> Answer:
    """The answer with a type of chart before the others, where it is legal for today's rows."""
    offered = [one for one in (answer.chart, *answer.alternatives) if one is not None]
    if chart not in [one.type for one in offered]:
        return answer
    first, *others = sorted(offered, key=lambda one: one.type != chart)
    return answer.model_copy(update={"chart": first, "alternatives": tuple(others)})


def wording_of(
    query: SemanticQuery, knowledge: Knowledge, now: datetime, language: Language
) -> str | None:
    """A plan in words; None where the reader may not see it or it no longer holds."""
    try:
        resolved = resolve(query, knowledge.model, knowledge.catalog, now.date())
    except QueryError:
        return None
    return interpretation(resolved, language)


def _again(asked: Asked, request: Request, assistant: Assistant, user: User) -> Answer:
    request = replace(request, question=asked.question)
    if asked.plan is None:
        return _to_ask_again(request, _without_plan())
    try:
        query = read_query(asked.plan)
    except QueryError:
        return _to_ask_again(request, _outdated())
    return assistant.answer(
        query, now=request.now, language=request.language, user=user, question=asked.question
    )


def _to_ask_again(request: Request, issue: Issue) -> Answer:
    answer = unanswered("refused", (issue,), request, Stages())
    return answer.model_copy(update={"follow_ups": (request.question,)})


def _changes(before: Mapping[str, int], answer: Answer) -> tuple[AnswerIssue, ...]:
    now = {one.name: (one.label, one.version) for one in answer.definitions}
    changed = (
        (*now[name], version)
        for name, version in before.items()
        if name in now and now[name][1] != version
    )
    issues = (_changed(label, old, new) for label, new, old in changed)
    return tuple(
        AnswerIssue(code=one.code, message=one.message.in_(answer.language)) for one in issues
    )


def _changed(label: str, old: int, new: int) -> Issue:
    return Issue(
        code="definition_changed",
        message=Text(
            zh=f"{label}的口径已从版本 {old} 改为版本 {new}，这里是按新口径重算的数。",
            en=f"The definition of {label} has changed from version {old} to {new}; "
            "this number follows the new one.",
        ),
    )


def _without_plan() -> Issue:
    return Issue(
        code="turn_without_plan",
        message=Text(
            zh="当时没有得出可以重算的查询；请再问一次。",
            en="There was no plan to run again; ask the question once more.",
        ),
    )


def _outdated() -> Issue:
    return Issue(
        code="turn_outdated",
        message=Text(
            zh="这是旧版本保存的查询，现在读不了；请再问一次。",
            en="This plan was kept by another version and cannot be read now; ask once more.",
        ),
    )
