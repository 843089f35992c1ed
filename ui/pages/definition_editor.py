"""A change to one metric's definition: tried beside the one in force, then saved into the project.

Nothing is saved that does not load and compile. The text lives in the session, so that it survives
a visit to another page; a saved version starts again from its own file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from assistant import Assistant, CatalogueEntry
from assistant.answer import Answer
from assistant.defining.definition_drafts import (
    Preview,
    definition_text,
    preview,
    read_draft,
    save_draft,
)
from assistant.presentation.wording import days_text
from semantic_layer import DateRange, SemanticQuery
from semantic_layer.issues import IssuesError
from semantic_layer.query import Grain, RangeTime
from semantic_layer.resolving.windows import latest_complete_period
from ui import session
from ui.card.number_card import number_card
from ui.pages import problems
from ui.session import t

_ROOM = 16
_EDITOR_HEIGHT = 360


@dataclass(frozen=True)
class _Tried:
    """A draft that compiles. `file` is where it was saved, if it was."""

    metric: str
    query: SemanticQuery
    days: DateRange | None
    preview: Preview
    file: str | None = None


def show(assistant: Assistant, entry: CatalogueEntry) -> None:
    """Draw the editor of one metric, and the outcome of the last attempt."""
    text = _edited(assistant, entry)
    with st.container(horizontal=True):
        validate = st.button(t("validate"), key="validate")
        save = st.button(t("save"), key="save", type="primary")
    if validate or save:
        st.session_state.pop("tried", None)
        try:
            tried = _try(assistant, entry, text, save=save)
        except IssuesError as error:
            problems.tell(map(problems.issue_text, error.issues))
            return
        st.session_state["tried"] = tried
        if save:
            st.rerun()  # the catalogue above shows the new version
    last: _Tried | None = st.session_state.get("tried")
    if last is not None and last.metric == entry.name:
        _outcome(last, entry)


def _edited(assistant: Assistant, entry: CatalogueEntry) -> str:
    drafts: dict[str, str] = st.session_state.setdefault("drafts", {})
    key = f"yaml-{entry.name}-{entry.version}"
    if key not in st.session_state:
        in_force = definition_text(assistant, entry.name)
        st.session_state[key] = drafts.get(key, in_force)
    text = st.text_area(t("yaml"), key=key, height=_EDITOR_HEIGHT)
    drafts[key] = text
    return text


def _try(assistant: Assistant, entry: CatalogueEntry, text: str, *, save: bool) -> _Tried:
    draft = read_draft(assistant, entry.name, text, session.user())
    query, days = _latest_month(assistant, entry)
    tried = preview(
        assistant,
        draft,
        query,
        now=session.now(),
        language=session.language(),
        user=session.user(),
    )
    file = save_draft(assistant, draft).name if save else None
    return _Tried(entry.name, query, days, tried, file)


def _latest_month(
    assistant: Assistant, entry: CatalogueEntry
) -> tuple[SemanticQuery, DateRange | None]:
    """The metric over the latest complete month of its data; over everything if it has none."""
    everything = SemanticQuery(metrics=(entry.name,))
    known = assistant.answer(everything, now=session.now(), user=session.user())
    through = known.data_through
    if through is None:
        return everything, None
    last = date.fromisoformat(through)
    days = latest_complete_period(Grain.month, last, session.now().date())
    return everything.model_copy(update={"time": RangeTime(start=days.start, end=days.end)}), days


def _outcome(tried: _Tried, entry: CatalogueEntry) -> None:
    if tried.file is None:
        st.badge(t("valid"), icon=":material/check:", color="green")
    else:
        st.badge(t("saved", version=entry.version), icon=":material/check:", color="green")
        st.text(f"models/{tried.file}")
        if st.button(t("open_in_chat"), key="open-saved", icon=":material/open_in_new:"):
            session.open_in_chat(tried.query, entry.label)
    if tried.days is not None:
        st.text(t("preview_of") + days_text(tried.days))
    _numbers(entry, tried.preview)
    st.code(tried.preview.sql, language="sql", height="content")


def _numbers(entry: CatalogueEntry, tried: Preview) -> None:
    for place, title, answer in zip(
        st.columns(2), ("number_before", "number_after"), (tried.old, tried.new), strict=True
    ):
        with place:
            _number(t(title), entry, answer)


def _number(title: str, entry: CatalogueEntry, answer: Answer | None) -> None:
    if answer is None:
        return
    if answer.status == "answered" and answer.rows:
        version = next(one.version for one in answer.definitions if one.name == entry.name)
        label = f"{title} · {t('version')} {version}"
        number_card(label, answer.rows[0][0], answer.columns[0].unit, room=_ROOM)
    else:
        st.text(f"{title}{t('colon')}{answer.summary}")
