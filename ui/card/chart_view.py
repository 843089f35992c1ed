"""The chart of an answer: drawn, changed for another legal one, its marks clickable."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from assistant import Answer
from assistant.answer import AnswerColumn, Cell, Chart
from ui.card import drill_row
from ui.card.chart_marks import MARK, clickable, mark_of
from ui.card.chips_row import OnPlan
from ui.card.number_card import number_card
from ui.card.rows_table import rows_table
from ui.texts import Words

OnChart = Callable[[str], None]

_A_ROW = 3
_ROOM = {1: 40, 2: 16, 3: 11}
_CARDS = ("card", "cards")


def show(answer: Answer, key: str, *, on_plan: OnPlan, on_chart: OnChart) -> Chart | None:
    """Draw the chosen chart; `on_chart` is told a new choice. Returns the chart that is shown."""
    offered = {chart.type: chart for chart in (answer.chart, *answer.alternatives) if chart}
    if not offered or not answer.rows:
        return None
    chosen = _chosen(answer, tuple(offered), f"{key}-chart", on_chart)
    shown = offered[chosen]
    place = drill_row.place_of(answer, f"{key}-{shown.type}")
    if shown.spec is not None and answer.query is not None and shown.type not in _CARDS:
        mark = _clicked(answer, shown.spec, place)
        drill_row.show(answer, mark, place, on_plan)
        if not mark and answer.query.group_by and answer.query.metrics:
            words = Words(answer.language)
            st.caption(words("drill_hint"))
    else:
        draw(answer, shown, place)
    st.text(shown.why)
    return shown


def draw(answer: Answer, chart: Chart, key: str) -> None:
    """Draw one chart of an answer, as a picture."""
    if chart.type in _CARDS and answer.rows:
        _cards(answer)
    elif chart.spec is not None:
        spec = dict(chart.spec)
        st.vega_lite_chart(spec=spec, key=key, alt=spec.pop("description", None))
    else:
        rows_table(answer, key)


def _chosen(answer: Answer, kinds: tuple[str, ...], key: str, on_chart: OnChart) -> str:
    if len(kinds) == 1:
        return kinds[0]
    words = Words(answer.language)
    labels = {kind: words(f"chart_{kind}") for kind in kinds}

    def tell() -> None:
        on_chart(st.session_state[key])

    chosen = st.segmented_control(
        words("chart_type"),
        kinds,
        default=None if key in st.session_state else kinds[0],
        required=True,
        key=key,
        format_func=labels.__getitem__,
        label_visibility="collapsed",
        on_change=tell,
    )
    return chosen or kinds[0]


def _clicked(answer: Answer, spec: Mapping[str, object], key: str) -> dict[str, Cell]:
    """Draw a chart whose marks can be clicked; what the clicked one stands for."""
    chart = clickable(dict(spec))
    alt = chart.spec.pop("description", None)
    event = st.vega_lite_chart(
        spec=chart.spec, key=key, alt=alt, on_select="rerun", selection_mode=[MARK]
    )
    datum = chart.clicked(event.get("selection", {}))
    return mark_of(datum, answer) if datum else {}


def _cards(answer: Answer) -> None:
    measures = [column for column in answer.columns if column.role == "metric"]
    for start in range(0, len(measures), _A_ROW):
        row = measures[start : start + _A_ROW]
        for place, column in zip(st.columns(len(row)), row, strict=True):
            with place:
                _card(answer, column, room=_ROOM[len(row)])


def _card(answer: Answer, column: AnswerColumn, *, room: int) -> None:
    values = {one.name: value for one, value in zip(answer.columns, answer.rows[0], strict=True)}
    known = {definition.name: definition for definition in answer.definitions}
    compare = answer.query.compared_as if answer.query else None
    base = f"{column.name}__{compare}"
    number_card(
        " · ".join((*_members(answer), column.label)),
        values[column.name],
        column.unit,
        room=room,
        good_direction=known[column.name].good_direction if column.name in known else "neutral",
        against=Words(answer.language)(f"against_{compare}") if compare else None,
        rate=values.get(f"{base}__rate", values.get(f"{base}__delta")),
        language=answer.language,
    )


def _members(answer: Answer) -> list[str]:
    """What the one row is about: the province that sold most, not its number alone."""
    return [
        "—" if value is None else str(value)
        for column, value in zip(answer.columns, answer.rows[0], strict=True)
        if column.role in ("dimension", "time")
    ]
