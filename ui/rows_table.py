"""The rows of an answer as a table: sorted as numbers, written as everywhere else."""

from __future__ import annotations

from functools import partial

import pandas as pd  # type: ignore[import-untyped]  # it ships no types
import streamlit as st

from assistant import Answer, cell_text
from ui.session import plain, t

_MOST_ROWS = 1_000


def rows_table(answer: Answer, key: str) -> None:
    """Draw the first rows; how many are left out is said below."""
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
    st.dataframe(written, column_config=names, hide_index=True, key=key)
    if answer.truncated:
        st.text(t("truncated", count=f"{answer.row_count:,}"))
    if len(shown) < len(answer.rows):
        st.text(t("first_rows", shown=f"{len(shown):,}", count=f"{answer.row_count:,}"))
