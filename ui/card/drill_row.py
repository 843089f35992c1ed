"""Where a clicked mark or row leads: one button a plan, each checked before it is offered."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import streamlit as st

from assistant import Answer
from assistant.answer import Cell
from assistant.chips import drills
from ui import session
from ui.card.chart_marks import mark_text
from ui.card.chips_row import OnPlan
from ui.session import plain
from ui.texts import Words


def place_of(answer: Answer, key: str) -> str:
    """A widget key of this answer alone: a click does not outlive it when its turn is taken."""
    plan = answer.query.model_dump_json() if answer.query else ""
    return f"{key}-{zlib.crc32(f'{answer.question}{plan}'.encode('utf-8', 'replace'))}"


def show(answer: Answer, mark: Mapping[str, Cell], key: str, on_plan: OnPlan) -> None:
    """Draw the plans behind a mark: group-by column → value."""
    if answer.query is None or not mark:
        return
    knowledge = session.assistant().knowledge_for(session.user())
    offered = drills(answer.query, mark, knowledge, session.now(), answer.language)
    if not offered:
        return
    told = mark_text(mark)
    st.text(Words(answer.language)("drill_into", mark=told))
    with st.container(horizontal=True, gap="small", key=f"{key}-drills"):
        for number, drill in enumerate(offered):
            st.button(
                plain(drill.label),
                key=f"{key}-drill-{number}",
                icon=":material/zoom_in:",
                on_click=on_plan,
                args=(answer, drill.query, f"{told} {drill.label}"),
            )
