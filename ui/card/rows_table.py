"""The rows of an answer as a table: sorted as numbers, written as everywhere else."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd  # type: ignore[import-untyped]  # it ships no types
import streamlit as st

from assistant import Answer, cell_text
from assistant.answer import Cell
from ui.session import plain
from ui.texts import Words

_MOST_ROWS = 1_000


def rows_table(answer: Answer, key: str) -> None:
    """Draw the first rows; how many are left out is said below."""
    frame, names = _written(answer)
    st.dataframe(frame, column_config=names, hide_index=True, key=key)
    _left_out(answer)


def clicked_row(answer: Answer, key: str) -> dict[str, Cell]:
    """Draw the rows so that one can be chosen; its group-by columns and their values."""
    frame, names = _written(answer)
    event = st.dataframe(
        frame,
        column_config=names,
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
    )
    _left_out(answer)
    chosen = event.get("selection", {}).get("rows", ())
    if not chosen or chosen[0] >= len(answer.rows):
        return {}
    return {
        column.name: value
        for column, value in zip(answer.columns, answer.rows[chosen[0]], strict=True)
        if column.role in ("dimension", "time")
    }


def _written(answer: Answer) -> tuple[Any, dict[str, Any]]:
    shown = answer.rows[:_MOST_ROWS]
    places = [str(number) for number in range(len(answer.columns))]
    frame = pd.DataFrame({place: [row[int(place)] for row in shown] for place in places})
    written = frame.style.format(
        {
            place: partial(cell_text, unit=column.unit, language=answer.language)
            for place, column in zip(places, answer.columns, strict=True)
        }
    )
    names = {
        place: st.column_config.Column(plain(column.label))
        for place, column in zip(places, answer.columns, strict=True)
    }
    return written, names


def _left_out(answer: Answer) -> None:
    words = Words(answer.language)
    if answer.truncated:
        st.text(words("truncated", count=f"{answer.row_count:,}"))
    if len(answer.rows) > _MOST_ROWS:
        count = f"{answer.row_count:,}"
        st.text(words("first_rows", shown=f"{_MOST_ROWS:,}", count=count))
