"""The conversations of the user, in the sidebar: a new one, those before, deleting one or all.

The session holds the answers of the open conversation (`turns`) and its number (`conversation`);
the history holds plans. Opening an earlier one runs its plans again.
"""

from __future__ import annotations

import streamlit as st

from assistant import Answer
from assistant.records.history import Conversation, History
from assistant.records.reopening import reopened
from ui import session
from ui.pages import problems
from ui.session import plain, t

_LISTED = 20


def show() -> None:
    """Draw the list in the sidebar; a click puts an earlier conversation into `turns`."""
    wanted = st.session_state.pop("reopen", None)
    if wanted is not None:
        with problems.told(), st.spinner(t("reopening")):
            _reopen(wanted)
    if session.is_embedded():
        return
    with st.sidebar, problems.told():
        _list(_history().of(session.user().name))


def record(answer: Answer) -> None:
    """Keep a turn in the open conversation: call it once, when the answer joins `turns`."""
    with problems.told():
        st.session_state["conversation"] = _history().record(
            session.user().name, _open(), answer, session.now()
        )


def keep_chart(turn: int, chart: str) -> None:
    """Keep the type of chart that was chosen for the turn at that place of `turns`."""
    conversation = _open()
    if conversation is None:
        return
    back = len(st.session_state["turns"]) - 1 - turn
    with problems.told():
        _history().keep_chart(session.user().name, conversation, back, chart)


def begin() -> None:
    """Leave the open conversation; the next turn begins another. Empties `turns`."""
    st.session_state["turns"] = []
    for left in ("asked", "conversation", "gone_back"):
        st.session_state.pop(left, None)


def _history() -> History:
    return History(session.database())


def _open() -> int | None:
    conversation: int | None = st.session_state.get("conversation")
    return conversation


def _reopen(conversation: int) -> None:
    user, now = session.user(), session.now()
    turns = _history().turns(user.name, conversation)
    answers = [reopened(turn, session.assistant(), now=now, user=user) for turn in turns]
    st.session_state.setdefault("turns", [])[:] = answers
    st.session_state["conversation"] = conversation
    for left in ("asked", "gone_back"):
        st.session_state.pop(left, None)


def _list(conversations: tuple[Conversation, ...]) -> None:
    st.button(
        t("new_conversation"),
        key="new-conversation",
        on_click=begin,
        icon=":material/add:",
        width="stretch",
    )
    if not conversations:
        return
    st.text(t("earlier_conversations"))
    for conversation in conversations[:_LISTED]:
        _row(conversation)
    if len(conversations) > _LISTED:
        with st.expander(t("more_conversations", count=len(conversations) - _LISTED)):
            for conversation in conversations[_LISTED:]:
                _row(conversation)
    with st.popover(t("delete_all"), type="tertiary", icon=":material/delete_sweep:"):
        st.text(t("delete_all_sure"))
        st.button(t("delete_all"), key="delete-all-conversations", on_click=_clear)


def _row(conversation: Conversation) -> None:
    is_open = conversation.id == _open()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.button(
            plain(conversation.title or "…"),
            key=f"conversation-{conversation.id}",
            on_click=_want,
            args=(conversation.id,),
            type="secondary" if is_open else "tertiary",
            width="stretch",
        )
        if is_open:
            with st.popover("", icon=":material/edit:", type="tertiary"):
                _rename_box(conversation)
        st.button(
            "",
            key=f"delete-conversation-{conversation.id}",
            on_click=_delete,
            args=(conversation.id,),
            type="tertiary",
            icon=":material/delete:",
            help=t("delete_conversation"),
        )


def _rename_box(conversation: Conversation) -> None:
    key = f"title-{conversation.id}"
    st.text_input(
        t("conversation_title"),
        conversation.title,
        key=key,
        max_chars=80,
        on_change=_rename,
        args=(conversation.id, key),
    )


def _want(conversation: int) -> None:
    st.session_state["reopen"] = conversation


def _rename(conversation: int, key: str) -> None:
    with problems.told():
        _history().rename(session.user().name, conversation, st.session_state[key])


def _delete(conversation: int) -> None:
    with problems.told():
        _history().delete(session.user().name, conversation)
    if conversation == _open():
        begin()


def _clear() -> None:
    with problems.told():
        _history().clear(session.user().name)
    begin()
