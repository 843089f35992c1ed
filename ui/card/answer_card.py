"""The answer card: what was understood, headline, chart, trust row, and what lies behind a number.

The card speaks the language of its answer; the page around it that of the switch. Values from the
data or a question go through `st.text`, `st.dataframe` or a chart, never through Markdown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from assistant import Answer
from assistant.answer import AnswerOption
from semantic_layer import SemanticQuery
from ui.card import card_details, chart_view, chips_row, empty_result, export_row, record_actions
from ui.card.chart_view import OnChart
from ui.card.chart_view import draw as draw
from ui.card.chips_row import OnPlan
from ui.session import plain
from ui.texts import Words

OnQuestion = Callable[[str], None]


@dataclass(frozen=True)
class Reactions:
    """What the page does when something on a card is clicked."""

    on_question: OnQuestion
    on_option: Callable[[Answer, AnswerOption], None]
    on_forget: Callable[[Answer, str], None]
    on_plan: OnPlan
    on_chart: OnChart


def show(
    answer: Answer, key: str, reactions: Reactions, *, before: SemanticQuery | None = None
) -> None:
    """Draw one answer.

    Args:
        answer: what to show.
        key: makes its widgets unique.
        reactions: what a click does.
        before: the plan that the answer's was edited from, if it was.
    """
    match answer.status:
        case "answered":
            _answered(answer, key, reactions, before)
            _next_questions(answer, key, reactions.on_question)
        case "clarify":
            _clarification(answer, key, reactions)
        case "refused" | "error":
            _refusal(answer)
            record_actions.show(answer, key)
            _next_questions(answer, key, reactions.on_question)
    for number, further in enumerate(answer.further):
        st.divider()
        st.text(further.question)
        show(further, f"{key}-{number}", reactions)


def _answered(answer: Answer, key: str, reactions: Reactions, before: SemanticQuery | None) -> None:
    st.text(Words(answer.language)("understood") + answer.interpretation)
    chips = chips_row.show(answer, key, reactions.on_plan, before)
    st.text(answer.summary)
    empty_result.show(answer, chips, key, reactions.on_plan)
    _notices(answer, key, reactions)
    if not answer.columns:  # an explanation in words; its definitions are the answer
        record_actions.show(answer, key)
        return
    chart = chart_view.show(answer, key, on_plan=reactions.on_plan, on_chart=reactions.on_chart)
    if answer.facts:
        st.text("\n".join(f"· {fact.text}" for fact in answer.facts))
    card_details.trust_row(answer, key, is_edited=before is not None)
    card_details.evidence(answer, key, reactions.on_plan)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        chips_row.compare_buttons(answer, chips, key, reactions.on_plan)
        export_row.show(answer, key, chart)
    record_actions.show(answer, key, chart.type if chart else None)


def _notices(answer: Answer, key: str, reactions: Reactions) -> None:
    words = Words(answer.language)
    for number, issue in enumerate(answer.issues):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(words("note"), icon=":material/info:", color="orange")
            st.text(issue.message, width="stretch")
            if issue.code == "remembered_choice" and issue.where is not None:
                st.button(
                    words("ask_again"),
                    key=f"{key}-forget-{number}",
                    on_click=reactions.on_forget,
                    args=(answer, issue.where),
                    type="tertiary",
                )


def _next_questions(answer: Answer, key: str, on_question: OnQuestion) -> None:
    if not answer.follow_ups:
        return
    st.text(Words(answer.language)("ask_next"))
    question_buttons(answer.follow_ups, f"{key}-next", on_question)


def question_buttons(questions: tuple[str, ...], key: str, on_question: OnQuestion) -> None:
    """Questions side by side, each one click away."""
    with st.container(horizontal=True):
        for number, question in enumerate(questions):
            st.button(
                plain(question), key=f"{key}-{number}", on_click=on_question, args=(question,)
            )


def _clarification(answer: Answer, key: str, reactions: Reactions) -> None:
    words = Words(answer.language)
    st.text(answer.summary)
    for number, option in enumerate(answer.options):
        with st.container(border=True, key=f"{key}-option-frame-{number}"):
            st.button(
                plain(f"{option.label}{words('colon')}{option.value_text or '—'}"),
                key=f"{key}-option-{number}",
                on_click=reactions.on_option,
                args=(answer, option),
            )
            st.text(option.description)


def _refusal(answer: Answer) -> None:
    words = Words(answer.language)
    if answer.status == "refused":
        st.badge(words("refused"), icon=":material/help:", color="orange")
    else:
        st.badge(words("problem"), icon=":material/error:", color="red")
    for issue in answer.issues:
        st.text(issue.message)
