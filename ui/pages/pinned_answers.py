"""The answers that the user has pinned, on the overview: each run again, under today's rights."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Literal

import streamlit as st

from assistant import Answer, read_query
from assistant.records.pins import Pin, Pins
from assistant.records.reopening import with_chart
from semantic_layer import Language, QueryError, SemanticQuery
from ui import session
from ui.card import chart_view
from ui.pages import problems
from ui.session import t

_A_ROW = 2


def show() -> None:
    """Draw the pinned answers in their order; nothing where there are none."""
    pins = Pins(session.database()).of(session.user().name)
    if not pins:
        return
    st.subheader(t("pinned_answers"))
    for start in range(0, len(pins), _A_ROW):
        places = st.columns(_A_ROW)
        for place, pin in zip(places, pins[start : start + _A_ROW], strict=False):
            with place.container(border=True, height="stretch", key=f"pin-{pin.id}"):
                _card(pin)


def _card(pin: Pin) -> None:
    st.text(pin.title)
    answer = _answered(
        session.knowledge_version(), pin.plan, session.now().date(), session.language()
    )
    if isinstance(answer, QueryError):
        problems.tell(map(problems.issue_text, answer.issues))
    else:
        _drawn(with_chart(answer, pin.chart), pin)
    with st.container(horizontal=True, gap="small"):
        if isinstance(answer, Answer) and answer.query is not None:
            _open_button(answer.query, pin)
        _move_button(pin, -1, ":material/arrow_back:", t("pin_forward"))
        _move_button(pin, 1, ":material/arrow_forward:", t("pin_back"))
        st.button(
            t("unpin"),
            key=f"unpin-{pin.id}",
            on_click=_remove,
            args=(pin.id,),
            type="tertiary",
            icon=":material/keep_off:",
        )


@st.cache_resource(max_entries=256, show_spinner=False)
def _answered(
    version: tuple[object, ...],  # noqa: ARG001 - what the cache is keyed by
    plan: str,
    today: date,
    language: Language,
) -> Answer | QueryError:
    try:
        query = read_query(plan)
    except QueryError as error:
        return error
    now = datetime.combine(today, time(12))
    return session.assistant().answer(query, now=now, language=language, user=session.user())


def _drawn(answer: Answer, pin: Pin) -> None:
    if answer.status != "answered":
        problems.tell([answer.summary])
        return
    if answer.interpretation != pin.title:
        st.text(answer.interpretation)
    if answer.chart is not None and answer.rows:
        chart_view.draw(answer, answer.chart, f"pin-chart-{pin.id}")
    else:
        st.text(answer.summary)


def _open_button(query: SemanticQuery, pin: Pin) -> None:
    icon = ":material/open_in_new:"
    if st.button(t("open_answer"), key=f"open-pin-{pin.id}", type="tertiary", icon=icon):
        session.open_in_chat(query, pin.title)


def _move_button(pin: Pin, by: Literal[-1, 1], icon: str, tip: str) -> None:
    st.button(
        "",
        key=f"move-pin-{pin.id}-{by}",
        on_click=_move,
        args=(pin.id, by),
        type="tertiary",
        icon=icon,
        help=tip,
    )


def _move(pin: int, by: Literal[-1, 1]) -> None:
    with problems.told():
        Pins(session.database()).move(session.user().name, pin, by)


def _remove(pin: int) -> None:
    with problems.told():
        Pins(session.database()).remove(session.user().name, pin)
