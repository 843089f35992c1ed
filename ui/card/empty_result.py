"""What left an answer empty: the conditions without which there are data, each a click away."""

from __future__ import annotations

from datetime import date, datetime, time

import streamlit as st

from assistant import Answer
from assistant.chips import Alternative, Chip, emptied_by, is_empty
from ui import session
from ui.card.chips_row import OnPlan
from ui.session import plain
from ui.texts import Words


def show(answer: Answer, chips: tuple[Chip, ...], key: str, on_plan: OnPlan) -> None:
    """Draw the conditions that emptied the answer; nothing where it is not empty."""
    if not is_empty(answer):
        return
    found = _found(
        session.knowledge_version(),
        answer.query.model_dump_json() if answer.query else "",
        answer.language,
        session.now().date(),
        _answer=answer,
        _chips=chips,
    )
    if not found:
        return
    words = Words(answer.language)
    st.text(words("emptied_by"))
    with st.container(horizontal=True, gap="small", key=f"{key}-emptied"):
        for number, one in enumerate(found):
            without = words("chip_removed", label=one.label)
            st.button(
                plain(without),
                key=f"{key}-emptied-{number}",
                icon=":material/close:",
                on_click=on_plan,
                args=(answer, one.query, without),
            )


@st.cache_resource(max_entries=200, show_spinner=False)
def _found(
    version: tuple[object, ...],  # noqa: ARG001 - what the cache is keyed by, like the next three
    query: str,  # noqa: ARG001
    language: str,  # noqa: ARG001
    today: date,
    _answer: Answer,
    _chips: tuple[Chip, ...],
) -> tuple[Alternative, ...]:
    now = datetime.combine(today, time(12))
    return emptied_by(session.assistant(), _answer, _chips, now=now, user=session.user())
