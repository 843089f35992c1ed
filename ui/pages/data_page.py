"""What is loaded, for which days, and the place to drop an export."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import streamlit as st

from ui import session
from ui.commands.plain_text import report_text
from ui.pages import problems
from ui.session import t
from warehouse import Contents, TableInfo, build_demo, ingest
from warehouse.manifest import EVERY_DAY
from warehouse.schema import TABLES

_DEMO_ORDERS = 200_000


def show() -> None:
    """Draw the page."""
    st.header(t("page_data"))
    if session.settings().engine == "duckdb":  # another engine loads its data itself
        _upload()
    manifest = session.assistant().warehouse.manifest()
    if manifest is None:
        if session.settings().engine == "duckdb":
            _offer_demo()
        return
    if manifest.kind == "demo":
        st.text(t("demo_shop"))
    seen = session.assistant().knowledge_for(session.user()).sees_all_of
    shown = {
        name: (table, days)
        for name, table in manifest.tables.items()
        if table.row_count and (days := covered_days(name, table))
    }
    _tables({name: table for name, table in shown.items() if seen(name)})
    if all(map(seen, shown)):  # how many rows a file has is told to those who may see them
        _files(manifest)


def _upload() -> None:
    files = st.file_uploader(
        t("upload"), type=["csv", "xlsx", "txt"], accept_multiple_files=True, key="upload"
    )
    shop = st.text_input(t("shop_name"), key="shop")
    if st.button(t("load"), disabled=not files, key="load", type="primary"):
        with problems.told(), st.spinner(t("loading")):
            st.text(_load([(file.name, file.getvalue()) for file in files], shop.strip() or None))


def covered_days(name: str, table: TableInfo) -> str | None:
    """The first and the last day that the loaded files cover, or None.

    They are those of the table's leading time: orders placed, not the payments that trail them.
    """
    leading = (
        column for known in TABLES if known.qualified == name for column in known.time_columns
    )
    column = next((one for one in leading if table.coverage.get(one)), None)
    covers = table.coverage.values() if column is None else (table.coverage[column],)
    ranges = [days for covered in covers for days in covered if days != EVERY_DAY]
    if not ranges:
        return None
    first, last = min(start for start, _ in ranges), max(end for _, end in ranges)
    return f"{first.isoformat()} – {(last - timedelta(days=1)).isoformat()}"


def _load(files: list[tuple[str, bytes]], shop: str | None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, (name, content) in enumerate(files):
            place = Path(folder) / str(number)
            place.mkdir()
            paths.append(place / Path(name).name)
            paths[-1].write_bytes(content)
        report = ingest(session.project() / "warehouse", paths, shop=shop, now=session.now())
    return report_text(report, session.language())


def _offer_demo() -> None:
    st.text(t("no_data_yet"))
    if st.button(t("build_demo"), key="build-demo"):
        now = session.now()
        with st.spinner(t("loading")):
            build_demo(
                session.project() / "warehouse",
                end_day=(now - timedelta(days=1)).date(),
                orders=_DEMO_ORDERS,
                now=now,
            )
        st.rerun()


def _tables(shown: Mapping[str, tuple[TableInfo, str]]) -> None:
    st.subheader(t("loaded_tables"))
    st.dataframe(
        {
            t("col_table"): list(shown),
            t("col_rows"): [table.row_count for table, _ in shown.values()],
            t("col_days"): [days for _, days in shown.values()],
        },
        column_config={t("col_rows"): st.column_config.NumberColumn(format="localized")},
        hide_index=True,
        key="tables",
    )


def _files(manifest: Contents) -> None:
    if not manifest.batches:
        return
    st.subheader(t("loaded_files"))
    st.dataframe(
        {
            t("col_file"): [batch.file for batch in manifest.batches],
            t("col_source"): [batch.source for batch in manifest.batches],
            t("col_rows"): [batch.rows for batch in manifest.batches],
        },
        column_config={t("col_rows"): st.column_config.NumberColumn(format="localized")},
        hide_index=True,
        key="files",
    )
