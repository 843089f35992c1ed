"""What lies behind an answer: the trust row, then definitions, data, SQL and lineage in tabs.

Definitions and names go through `st.text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import streamlit as st

from assistant import Answer
from assistant.answer import Definition, Window
from assistant.presentation.lineage import lineage, tree_text
from assistant.presentation.wording import days_text
from semantic_layer import DateRange
from ui import session
from ui.card import drill_row
from ui.card.chips_row import OnPlan
from ui.card.rows_table import clicked_row, rows_table
from ui.texts import Words


def trust_row(answer: Answer, key: str, *, is_edited: bool) -> None:
    """How far the number can be trusted: a definition's status opens the definition."""
    words = Words(answer.language)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for status in sorted({known.status for known in answer.definitions}):
            is_certified = status == "certified"
            icon = ":material/verified:" if is_certified else ":material/unpublished:"
            held = st.popover(
                words(f"status_{status}"), key=f"{key}-{status}", type="tertiary", icon=icon
            )
            for known in answer.definitions:
                if known.status == status:
                    held.text(_defined(known, words))
        if answer.data_through:
            st.badge(f"{words('data_through')} {answer.data_through}", color="gray")
        if answer.partial_period:
            st.badge(words("partial"), color="orange")
        if is_edited:
            st.badge(words("edited"), icon=":material/edit:", color="blue")
        st.badge(words(f"parser_{answer.parser}"), color="gray")
        st.badge(words("rows", count=f"{answer.row_count:,}"), color="gray")


def evidence(answer: Answer, key: str, on_plan: OnPlan) -> None:
    """The definitions with dates and conditions, the rows, the query, and where it comes from.

    A table and highlighted SQL cost the page more than the rest of a card, so a tab is drawn when
    it is opened.
    """
    words = Words(answer.language)
    definition, data, sql, origin = st.tabs(
        [words("tab_definition"), words("tab_data"), words("tab_sql"), words("tab_lineage")],
        key=f"{key}-tabs",
        on_change="rerun",
    )
    with definition:
        _definitions(answer, words)
    if data.open:
        with data:
            _rows(answer, f"{key}-rows", on_plan)
    if sql.open:
        with sql:
            st.code(answer.sql or "", language="sql", height="content")
    if origin.open:
        with origin:
            _lineage(answer)


def _rows(answer: Answer, key: str, on_plan: OnPlan) -> None:
    if answer.query is not None and answer.query.group_by and answer.query.metrics:
        place = drill_row.place_of(answer, key)
        drill_row.show(answer, clicked_row(answer, place), place, on_plan)
    else:
        rows_table(answer, key)


def _definitions(answer: Answer, words: Words) -> None:
    for known in answer.definitions:
        st.text(_defined(known, words))
    st.text("\n".join(_applied(answer, words)))


def _defined(known: Definition, words: Words) -> str:
    colon = words("colon")
    return (
        f"{known.label} · {words('version')} {known.version}\n{known.description}\n"
        f"{words('time_basis')}{colon}{known.time_basis} · "
        f"{words('owner')}{colon}{known.owner} · {words('status_' + known.status)}"
    )


def _applied(answer: Answer, words: Words) -> Iterator[str]:
    colon = words("colon")
    for one in answer.filters:
        yield f"{words('filter_' + one.origin)}{colon}{one.text}"
    for window in answer.windows:
        yield f"{words('window_' + window.role)}{colon}{_days(window)}"


def _days(window: Window) -> str:
    days = DateRange(date.fromisoformat(window.start), date.fromisoformat(window.end))
    return days_text(days)


def _lineage(answer: Answer) -> None:
    if answer.query is None:
        return
    assistant = session.assistant()
    knowledge = assistant.knowledge_for(session.user())
    known = all(name in knowledge.model.metrics for name in answer.query.metrics)
    if known:  # a definition may have gone since the answer was given
        contents = assistant.warehouse.manifest()
        st.code(
            tree_text(lineage(answer.query, knowledge, contents, answer.language)),
            language=None,
            height="content",
        )
