"""`?plan=` and `?ask=`: what the address of the chat page asks for.

Both are untrusted. A plan is answered under the rights of whoever opens it, and goes by its own
words, not by words that the link could bring. A question is asked as if it had been typed.
"""

from __future__ import annotations

import streamlit as st

from assistant.records.links import read_link
from assistant.records.reopening import wording_of
from semantic_layer import SemanticQuery
from ui import session
from ui.pages import problems
from ui.session import t

LONGEST_ASKED = 500


def take() -> str | tuple[SemanticQuery, str] | None:
    """What the address asks for, once, in the form of `st.session_state["asked"]`; or None.

    Call it at the top of the chat page, before `asked` is looked at:

        if (asked := opened_links.take()) is not None:
            st.session_state["asked"] = asked
    """
    plan, question = _taken("plan"), _taken("ask")
    if plan:
        with problems.told():
            return _planned(read_link(plan))
    elif question:
        if len(question) <= LONGEST_ASKED:
            return question
        problems.tell([t("ask_too_long", most=LONGEST_ASKED)])
    return None


def _taken(name: str) -> str | None:
    value = st.query_params.get(name)
    if value is not None:
        del st.query_params[name]
    return value


def _planned(query: SemanticQuery) -> tuple[SemanticQuery, str]:
    knowledge = session.assistant().knowledge_for(session.user())
    words = wording_of(query, knowledge, session.now(), session.language())
    return query, words or t("opened_link")
