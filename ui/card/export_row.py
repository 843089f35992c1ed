"""The files that an answer can be taken away as: CSV, Excel, and a picture of its chart."""

from __future__ import annotations

from functools import partial

import streamlit as st

from assistant import Answer
from assistant.answer import Chart
from assistant.charts.pictures import png
from assistant.presentation.exports import csv_bytes, xlsx_bytes
from ui.pages import problems
from ui.texts import Words

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(answer: Answer, key: str, chart: Chart | None) -> None:
    """Draw the export menu; a file is made when it is asked for, a picture when the menu opens."""
    words = Words(answer.language)
    menu = st.popover(
        words("export"),
        key=f"{key}-export",
        on_change="rerun",
        type="tertiary",
        icon=":material/download:",
    )
    if not menu.open:
        return
    with menu:
        name = _file_name(answer)
        for ending, made, mime in (
            ("csv", csv_bytes, "text/csv"),
            ("xlsx", xlsx_bytes, _XLSX),
        ):
            st.download_button(
                words(f"file_{ending}"),
                partial(made, answer),
                file_name=f"{name}.{ending}",
                mime=mime,
                key=f"{key}-{ending}",
                on_click="ignore",
            )
        if chart is not None and chart.spec is not None:
            with problems.told():
                picture = png(chart, answer.language)
                st.download_button(
                    words("file_png"),
                    picture,
                    file_name=f"{name}.png",
                    mime="image/png",
                    key=f"{key}-png",
                    on_click="ignore",
                )


def _file_name(answer: Answer) -> str:
    """The metrics and the first day, in names of the definitions: no text of the data."""
    names = [known.name for known in answer.definitions[:2]] or ["koujing"]
    days = [window.start for window in answer.windows[:1]]
    return "-".join((*names, *days))
