"""What can be asked: metrics by subject, what splits them, and questions that are one click away.

Every example has been read back and resolved on what is loaded before it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

import streamlit as st

from assistant.nearest.askable import Askable, Missing, Subject, askable, missing, subjects
from assistant.presentation.wording import days_text
from semantic_layer import Language
from ui import session
from ui.session import plain, t


@dataclass(frozen=True)
class _Page:
    """All that the page tells, for one role and language."""

    subjects: tuple[tuple[Subject, tuple[Askable, ...]], ...]
    missing: tuple[Missing, ...]


def show() -> None:
    """Draw the page."""
    st.header(t("page_questions"))
    page = _page(session.knowledge_version(), session.now().date(), session.language())
    if not page.subjects:
        st.text(t("nothing_loaded"))
        if st.button(t("go_to_data"), key="go-to-data", type="primary"):
            session.go_to("data")
    else:
        _subject(page)
    _missing(page.missing)


@st.cache_resource(max_entries=16, show_spinner=False)
def _page(
    version: tuple[object, ...],  # noqa: ARG001 - what the cache is keyed by
    today: date,
    language: Language,
) -> _Page:
    known = session.assistant().knowledge_for(session.user())
    now = datetime.combine(today, time(12))
    return _Page(
        tuple(
            (one, tuple(askable(name, known, now, language) for name in one.metrics))
            for one in subjects(known, language)
        ),
        missing(known, language),
    )


def _subject(page: _Page) -> None:
    """One subject at a time: all of them would be a hundred buttons."""
    labels = {one.name: plain(one.label) for one, _ in page.subjects}
    chosen = st.segmented_control(
        t("subject"),
        list(labels),
        default=next(iter(labels)),
        required=True,
        key="subject",
        format_func=labels.__getitem__,
        label_visibility="collapsed",
    )
    subject, metrics = next(
        (pair for pair in page.subjects if pair[0].name == chosen), page.subjects[0]
    )
    st.text(t("loaded_days", days=days_text(subject.days)))
    for number, metric in enumerate(metrics):
        with st.container(border=True, key=f"metric-{subject.name}-{number}"):
            _metric(metric, f"ask-{subject.name}-{number}")


def _metric(metric: Askable, key: str) -> None:
    st.subheader(plain(metric.label))
    st.text(metric.description)
    st.text(t("split_by") + (t("comma").join(metric.dimensions) or t("none")))
    with st.container(horizontal=True):
        for number, question in enumerate(metric.questions):
            if st.button(plain(question), key=f"{key}-{number}"):
                st.session_state["asked"] = question
                session.go_to("chat")


def _missing(lacking: tuple[Missing, ...]) -> None:
    if not lacking:
        return
    st.subheader(t("not_loaded"))
    st.dataframe(
        {
            t("subject"): [one.label for one in lacking],
            t("missing_export"): [one.export for one in lacking],
            t("col_label"): [t("comma").join(one.metrics) for one in lacking],
        },
        hide_index=True,
        key="not-loaded",
    )
