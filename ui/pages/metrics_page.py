"""The analyst's page: the catalogue of metrics, and one definition with the place to change it."""

from __future__ import annotations

import streamlit as st

from assistant import Assistant, CatalogueEntry, catalogue
from assistant.presentation.wording import field_label
from ui import session
from ui.pages import definition_editor
from ui.session import plain, t


def show() -> None:
    """Draw the page."""
    assistant = session.assistant()
    st.header(t("page_metrics"))
    known = assistant.knowledge_for(session.user())
    entries = sorted(catalogue(known, session.language()), key=lambda entry: not entry.loaded)
    sought = st.text_input(t("search"), key="metric-search").strip().casefold()
    shown = [entry for entry in entries if sought in _searchable(entry)]
    if not shown:
        st.text(t("no_metric"))
        return
    _table(shown)
    labels = {entry.name: plain(f"{entry.label} · {entry.name}") for entry in shown}
    name = _chosen(labels)
    entry = next(entry for entry in shown if entry.name == name)
    _definition(assistant, entry)
    st.subheader(t("edit"))
    if session.user().may_edit_definitions:
        definition_editor.show(assistant, entry)
    else:
        st.text(t("edit_not_allowed"))


def _chosen(labels: dict[str, str]) -> str:
    """The metric to look at; a visit to another page does not forget it."""
    names, last = list(labels), st.session_state.get("metric")
    name: str = st.selectbox(
        t("col_label"),
        names,
        index=names.index(last) if last in names else 0,
        format_func=labels.__getitem__,
        placeholder=t("choose"),
        key="metric-name",
    )
    st.session_state["metric"] = name
    return name


def _searchable(entry: CatalogueEntry) -> str:
    return " ".join((entry.name, entry.label, entry.description, *entry.synonyms)).casefold()


def _table(entries: list[CatalogueEntry]) -> None:
    st.dataframe(
        {
            t("col_label"): [entry.label for entry in entries],
            t("col_description"): [entry.description for entry in entries],
            t("owner"): [entry.owner for entry in entries],
            t("version"): [entry.version for entry in entries],
            t("col_status"): [t(f"status_{entry.status}") for entry in entries],
            t("col_loaded"): ["✓" if entry.loaded else "—" for entry in entries],
            t("col_name"): [entry.name for entry in entries],
        },
        column_config={
            t("col_description"): st.column_config.TextColumn(width=260),
            t("version"): st.column_config.NumberColumn(width=60),
            t("col_loaded"): st.column_config.TextColumn(width=70),
        },
        hide_index=True,
        height=300,
        key="metric-table",
    )


def _definition(assistant: Assistant, entry: CatalogueEntry) -> None:
    model, language = assistant.knowledge.model, session.language()
    comma = t("comma")
    st.text(entry.description)
    lines = (
        ("formula", entry.formula),
        ("time_basis", entry.time_basis),
        ("dimensions", comma.join(field_label(one, model, language) for one in entry.dimensions)),
        ("synonyms", comma.join(entry.synonyms) or "—"),
        ("owner", entry.owner),
        ("version", f"{entry.version} · {t('status_' + entry.status)}"),
        ("place", entry.place),
    )
    st.text("\n".join(f"{t(title)}{t('colon')}{value}" for title, value in lines))
