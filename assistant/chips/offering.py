"""`offered_chips`: the chips of a plan as the page shows them, members most frequent first.

The one step of `assistant/chips` that asks the warehouse, under the reader's own rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assistant.chips.chip import Chip, dimensions_of, is_answerable
from assistant.chips.plan_chips import chips
from assistant.facade import Assistant
from assistant.knowledge import Knowledge
from assistant.users import User
from semantic_layer import Language, SemanticQuery
from semantic_layer.query import GroupBy, OrderBy
from semantic_layer.resolving.filters import fields_of

_MOST_MEMBERS = 12


def offered_chips(
    assistant: Assistant,
    query: SemanticQuery,
    *,
    now: datetime,
    language: Language,
    user: User,
    before: SemanticQuery | None = None,
    is_closed: bool = False,
) -> tuple[Chip, ...]:
    """The chips of a plan for a user; `before` is the plan that it was edited from.

    Closed chips lack most of their alternatives, and nothing is executed for them.
    """
    knowledge = assistant.knowledge_for(user)
    if not is_answerable(query, knowledge, now):
        return ()
    members = {
        name: _frequent(assistant, query, name, now, user)
        for name in _filtered(query, knowledge)
        if query.metrics and not is_closed
    }
    return chips(
        query, knowledge, now, language, before=before, members=members, is_closed=is_closed
    )


def _filtered(query: SemanticQuery, knowledge: Knowledge) -> Mapping[str, None]:
    """The dimensions that the plan has conditions on, of those whose members are known."""
    reached = set(dimensions_of(query, knowledge))
    return {name: None for name in fields_of(query.where) if name in reached}


def _frequent(
    assistant: Assistant, query: SemanticQuery, name: str, now: datetime, user: User
) -> tuple[str, ...]:
    """The members with the largest numbers of the plan's own metric in its own days."""
    ranked = SemanticQuery(
        metrics=query.metrics[:1],
        group_by=(GroupBy(name=name),),
        time=query.time,
        order_by=(OrderBy(name=query.metrics[0]),),
        limit=_MOST_MEMBERS,
    )
    answer = assistant.answer(ranked, now=now, user=user)
    return tuple(row[0] for row in answer.rows if isinstance(row[0], str))
