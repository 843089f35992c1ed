"""What a reader may do with an answer: pin it, copy a link to it, say whether it is right.

It speaks the language of the answer. A link holds the plan alone. A thumb is kept for the analysts
to look at; it changes no answer.
"""

from __future__ import annotations

import zlib
from urllib.parse import urlsplit

import streamlit as st

from assistant import Answer
from assistant.records.feedback import LONGEST_COMMENT, Feedback, Problem
from assistant.records.links import link_text
from assistant.records.pins import Pins
from semantic_layer import QueryError
from ui import session
from ui.pages import problems
from ui.texts import Words

_UP, _DOWN = 1, 0


def show(answer: Answer, key: str, chart: str | None = None) -> None:
    """Draw the actions of an answer; `chart` is the type of the chart that is shown now."""
    key, words = f"{key}-{_digest(answer)}", Words(answer.language)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if answer.query is not None and answer.status == "answered":
            st.button(
                words("pin"),
                key=f"{key}-pin",
                on_click=_pin,
                args=(answer, chart),
                type="tertiary",
                icon=":material/push_pin:",
            )
            with st.popover(words("copy_link"), type="tertiary", icon=":material/link:"):
                _link(answer)
        thumb = st.feedback(
            "thumbs", key=f"{key}-thumb", on_change=_vote, args=(answer, f"{key}-thumb")
        )
    if thumb == _DOWN:
        _reasons(answer, key)


def _digest(answer: Answer) -> int:
    """Tells turns apart that take each other's place on the page, so that none keeps a thumb."""
    plan = answer.query.model_dump_json() if answer.query else ""
    return zlib.crc32(f"{answer.question}\0{plan}".encode("utf-8", "replace"))


def _pin(answer: Answer, chart: str | None) -> None:
    assert answer.query is not None, "only answers with a plan can be pinned"
    title = answer.question or answer.interpretation
    shown = chart or (answer.chart.type if answer.chart else None)
    with problems.told():
        pins = Pins(session.database())
        pins.pin(session.user().name, title, answer.query, shown, session.now())
        words = Words(answer.language)
        st.toast(words("pinned"), icon=":material/push_pin:")


def _link(answer: Answer) -> None:
    assert answer.query is not None, "only answers with a plan have a link"
    try:
        text = link_text(answer.query)
    except QueryError as error:
        st.text(error.issues[0].message.in_(answer.language))
        return
    st.text(Words(answer.language)("link_holds"))
    st.code(f"{_app_address()}?plan={text}", language=None, wrap_lines=True)


def _app_address() -> str:
    """Where the app is served, without the page that is open."""
    if not st.context.url:
        return "/"
    address = urlsplit(st.context.url)
    folder, _, page = address.path.rpartition("/")
    is_page = page in st.session_state.get("pages", {})
    path = folder if is_page or not page else address.path
    return f"{address.scheme}://{address.netloc}{path}/"


def _vote(answer: Answer, thumb: str) -> None:
    user, now = session.user(), session.now()
    with problems.told():
        feedback = Feedback(session.database())
        match st.session_state[thumb]:
            case None:
                feedback.take_back(user, answer)
            case given:
                feedback.give(user, answer, "up" if given == _UP else "down", now)
                words = Words(answer.language)
                st.toast(words("vote_kept"))


def _reasons(answer: Answer, key: str) -> None:
    words = Words(answer.language)
    labels = {one: words(f"problem_{one}") for one in Problem}
    with st.form(f"{key}-reasons", clear_on_submit=True):
        problem = st.pills(
            words("what_is_wrong"),
            list(labels),
            key=f"{key}-problem",
            format_func=labels.__getitem__,
        )
        comment = st.text_input(words("comment"), key=f"{key}-comment", max_chars=LONGEST_COMMENT)
        sent = st.form_submit_button(words("send"), key=f"{key}-send")
    if sent:
        with problems.told():
            Feedback(session.database()).give(
                session.user(), answer, "down", session.now(), problem=problem, comment=comment
            )
            st.text(words("reason_kept"))
