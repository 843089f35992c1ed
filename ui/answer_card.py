"""The answer card: interpretation, headline, chart, trust row, and what lies behind the number.

Values from the data or a question go through `st.text`, `st.dataframe` or a chart, never through
Markdown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from assistant import Answer
from assistant.answer import AnswerColumn, AnswerOption, Chart, Window
from assistant.presentation.wording import days_text
from semantic_layer import DateRange
from ui.number_card import number_card
from ui.rows_table import rows_table
from ui.session import plain, t

OnQuestion = Callable[[str], None]
OnOption = Callable[[Answer, AnswerOption], None]
OnForget = Callable[[Answer, str], None]

_A_ROW = 3
_ROOM = {1: 40, 2: 16, 3: 11}


def show(
    answer: Answer,
    key: str,
    *,
    on_question: OnQuestion,
    on_option: OnOption,
    on_forget: OnForget,
) -> None:
    """Draw one answer; `key` makes its widgets unique."""
    match answer.status:
        case "answered":
            _answered(answer, key, on_forget)
            _next_questions(answer, key, on_question)
        case "clarify":
            _clarification(answer, key, on_option)
        case "refused" | "error":
            _refusal(answer)
            _next_questions(answer, key, on_question)
    for number, further in enumerate(answer.further):
        st.divider()
        st.text(further.question)
        show(
            further,
            f"{key}-{number}",
            on_question=on_question,
            on_option=on_option,
            on_forget=on_forget,
        )


def _answered(answer: Answer, key: str, on_forget: OnForget) -> None:
    st.text(t("understood") + answer.interpretation)
    st.text(answer.summary)
    for number, issue in enumerate(answer.issues):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(t("note"), icon=":material/info:", color="orange")
            st.text(issue.message, width="stretch")
            if issue.code == "remembered_choice" and issue.where is not None:
                st.button(
                    t("ask_again"),
                    key=f"{key}-forget-{number}",
                    on_click=on_forget,
                    args=(answer, issue.where),
                    type="tertiary",
                )
    if not answer.columns:  # an explanation in words; its definitions are the answer
        return
    _charts(answer, key)
    _trust(answer)
    definition, data, sql = st.tabs(
        [t("tab_definition"), t("tab_data"), t("tab_sql")], key=f"{key}-tabs"
    )
    with definition:
        _definitions(answer)
    with data:
        rows_table(answer, f"{key}-rows")
    with sql:
        st.code(answer.sql or "", language="sql", height="content")


def _charts(answer: Answer, key: str) -> None:
    offered = {chart.type: chart for chart in (answer.chart, *answer.alternatives) if chart}
    if not offered or not answer.rows:
        return
    labels = {kind: t(f"chart_{kind}") for kind in offered}
    first = next(iter(offered))
    chosen = first
    if len(offered) > 1:
        chosen = st.segmented_control(
            t("chart_type"),
            list(offered),
            default=first,
            required=True,
            key=f"{key}-chart",
            format_func=labels.__getitem__,
            label_visibility="collapsed",
        )
    shown = offered[chosen or first]
    draw(answer, shown, f"{key}-{shown.type}")
    st.text(shown.why)


def draw(answer: Answer, chart: Chart, key: str) -> None:
    """Draw one chart of an answer."""
    if chart.type in ("card", "cards") and answer.rows:
        _cards(answer)
    elif chart.spec is not None:
        spec = dict(chart.spec)
        st.vega_lite_chart(spec=spec, key=key, alt=spec.pop("description", None))
    else:
        rows_table(answer, key)


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
        column.label,
        values[column.name],
        column.unit,
        room=room,
        good_direction=known[column.name].good_direction if column.name in known else "neutral",
        against=t(f"against_{compare}") if compare else None,
        rate=values.get(f"{base}__rate", values.get(f"{base}__delta")),
    )


def _trust(answer: Answer) -> None:
    with st.container(horizontal=True, gap="small"):
        for status in sorted({known.status for known in answer.definitions}):
            st.badge(t(f"status_{status}"), color="green" if status == "certified" else "orange")
        if answer.data_through:
            st.badge(f"{t('data_through')} {answer.data_through}", color="gray")
        if answer.partial_period:
            st.badge(t("partial"), color="orange")
        st.badge(t(f"parser_{answer.parser}"), color="gray")
        st.badge(t("rows", count=f"{answer.row_count:,}"), color="gray")


def _definitions(answer: Answer) -> None:
    for known in answer.definitions:
        st.text(
            f"{known.label} · {t('version')} {known.version}\n{known.description}\n"
            f"{t('time_basis')}{t('colon')}{known.time_basis} · "
            f"{t('owner')}{t('colon')}{known.owner} · {t('status_' + known.status)}"
        )
    lines = [f"{t('filter_' + one.origin)}{t('colon')}{one.text}" for one in answer.filters]
    lines += [f"{t('window_' + one.role)}{t('colon')}{_days(one)}" for one in answer.windows]
    st.text("\n".join(lines))


def _days(window: Window) -> str:
    days = DateRange(date.fromisoformat(window.start), date.fromisoformat(window.end))
    return days_text(days)


def _next_questions(answer: Answer, key: str, on_question: OnQuestion) -> None:
    if not answer.follow_ups:
        return
    st.text(t("ask_next"))
    question_buttons(answer.follow_ups, f"{key}-next", on_question)


def question_buttons(questions: tuple[str, ...], key: str, on_question: OnQuestion) -> None:
    """Questions side by side, each one click away."""
    with st.container(horizontal=True):
        for number, question in enumerate(questions):
            st.button(
                plain(question), key=f"{key}-{number}", on_click=on_question, args=(question,)
            )


def _clarification(answer: Answer, key: str, on_option: OnOption) -> None:
    st.text(answer.summary)
    for number, option in enumerate(answer.options):
        with st.container(border=True, key=f"{key}-option-frame-{number}"):
            st.button(
                plain(f"{option.label}{t('colon')}{option.value_text or '—'}"),
                key=f"{key}-option-{number}",
                on_click=on_option,
                args=(answer, option),
            )
            st.text(option.description)


def _refusal(answer: Answer) -> None:
    if answer.status == "refused":
        st.badge(t("refused"), icon=":material/help:", color="orange")
    else:
        st.badge(t("problem"), icon=":material/error:", color="red")
    for issue in answer.issues:
        st.text(issue.message)
