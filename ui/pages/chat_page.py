"""The operator's page: a question box, the stages while it works, and the answers so far.

What was asked stays in the session until it is answered or stopped, so that a click elsewhere in
the meantime does not lose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from assistant import Answer
from assistant.answer import AnswerOption
from assistant.stages import OnStage, Stage
from semantic_layer import Language, SemanticQuery
from ui import session
from ui.card import answer_card
from ui.pages import history_list, opened_links, problems
from ui.pages.data_page import covered_days
from ui.session import t


@dataclass(frozen=True)
class PlanAsked:
    """A plan that a click on a card leads to; `before` is the one that it was edited from."""

    query: SemanticQuery
    question: str
    language: Language
    before: SemanticQuery | None = None


Asked = str | tuple[SemanticQuery, str] | PlanAsked

_LONGEST_QUESTION = 5_000
_ORDERS = "mart.orders"
_TURNS_DRAWN = 10
_AVATAR = ":material/query_stats:"
_EDIT = " → "
_EDITS_TOLD = 3


def show() -> None:
    """Draw the page."""
    turns: list[Answer] = st.session_state.setdefault("turns", [])
    if (linked := opened_links.take()) is not None:
        st.session_state["asked"] = linked
    history_list.show()
    if not turns and "asked" not in st.session_state:
        _welcome()
    _history(turns)
    st.chat_input(
        t("ask_placeholder"),
        max_chars=_LONGEST_QUESTION,
        key="question",
        submit_mode="stop",
        on_submit=_take_question,
    )
    if "asked" in st.session_state:
        _answer(st.session_state["asked"], turns)
    if turns:
        st.button(
            t("clear"), key="clear", on_click=_clear, type="tertiary", icon=":material/delete:"
        )


def _take_question() -> None:
    if question := st.session_state["question"]:
        _ask_next(question)


def _history(turns: list[Answer]) -> None:
    """A window on the turns, the latest unless the reader has gone back: each run draws it anew."""
    is_asking = "asked" in st.session_state
    if is_asking:
        st.session_state.pop("gone_back", None)
    end = max(0, len(turns) - st.session_state.get("gone_back", 0))
    first = max(0, end - _TURNS_DRAWN + is_asking)
    if first:
        _window_button("earlier", min(first, _TURNS_DRAWN), ":material/expand_less:")
    for number, answer in enumerate(turns[first:end], start=first):
        _question(answer.question)
        with st.chat_message("assistant", avatar=_AVATAR):
            st.empty()  # where the stages were told: what follows keeps its place in the browser
            _card(answer, number)
    if end < len(turns):
        _window_button("latest_answers", end - len(turns), ":material/expand_more:")


def _window_button(key: str, by: int, icon: str) -> None:
    st.button(t(key, count=by), key=key, on_click=_go_back, args=(by,), type="tertiary", icon=icon)


def _go_back(by: int) -> None:
    st.session_state["gone_back"] = st.session_state.get("gone_back", 0) + by


def _card(answer: Answer, number: int) -> None:
    reactions = answer_card.Reactions(
        on_question=_ask_next,
        on_option=_choose,
        on_forget=_ask_again,
        on_plan=_edit,
        on_chart=partial(history_list.keep_chart, number),
    )
    before = _edited_plans().get(_edit_key(answer))
    answer_card.show(answer, f"turn-{number}", reactions, before=before)


def _question(question: str) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        st.text(question)


def _answer(asked: Asked, turns: list[Answer]) -> None:
    """Answer while telling the stages, then draw the answer in their place.

    Only the first turn of a conversation draws the page again: the list beside it has to show it.
    """
    _question(_text_of(asked))
    with st.chat_message("assistant", avatar=_AVATAR):
        stages, answer = st.empty(), None
        try:
            with problems.told():  # the status is not closed: that would take a pause of 50 ms
                status = stages.status(t("thinking"), type="compact")
                answer = _answered(asked, turns, _told(status))
        except StopException:
            st.session_state.pop("asked", None)
            raise
        st.session_state.pop("asked", None)
        stages.empty()
        if answer is not None:
            _keep(asked, answer, turns)
            _card(answer, len(turns) - 1)


def _keep(asked: Asked, answer: Answer, turns: list[Answer]) -> None:
    if isinstance(asked, PlanAsked) and asked.before is not None:
        _edited_plans()[_edit_key(answer)] = asked.before
    turns.append(answer)
    history_list.record(answer)
    if len(turns) == 1:
        st.rerun()


def _text_of(asked: Asked) -> str:
    match asked:
        case str():
            return asked
        case (_, question):
            return question
        case PlanAsked(question=question):
            return question


def _answered(asked: Asked, turns: list[Answer], on_stage: OnStage) -> Answer:
    """The answer in the language of the question; of a plan, in that of the card it came from."""
    assistant, now = session.assistant(), session.now()
    if isinstance(asked, str):
        spoken = session.settings().language
        return assistant.ask(
            asked,
            now=now,
            language=spoken,
            user=session.user(),
            history=turns,
            remembers=True,
            on_stage=on_stage,
        )
    if isinstance(asked, tuple):
        asked = PlanAsked(*asked, language=session.language())
    return assistant.answer(
        asked.query,
        now=now,
        language=asked.language,
        user=session.user(),
        question=asked.question,
        on_stage=on_stage,
    )


def _told(status: st.delta_generator.DeltaGenerator) -> OnStage:
    def tell(stage: Stage) -> None:
        status.text(t(f"stage_{stage}"))

    return tell


def _ask_next(question: str) -> None:
    st.session_state["asked"] = question


def _choose(answer: Answer, option: AnswerOption) -> None:
    question = f"{answer.question}{_EDIT}{option.label}"
    st.session_state["asked"] = PlanAsked(option.query, question, answer.language)
    with problems.told():
        choices = session.assistant().choices
        choices.remember(session.user().name, option.choices, session.now())


def _edit(answer: Answer, query: SemanticQuery, edit: str) -> None:
    """Run an edited plan; the question keeps its first words and the last edits of a long row."""
    first, *edits = (*answer.question.split(_EDIT), edit)
    question = _EDIT.join((first, *edits[-_EDITS_TOLD:]))
    st.session_state["asked"] = PlanAsked(query, question, answer.language, before=answer.query)


def _edited_plans() -> dict[tuple[str, str], SemanticQuery]:
    """Question and plan of an edited answer → the plan before."""
    plans: dict[tuple[str, str], SemanticQuery] = st.session_state.setdefault("edited_plans", {})
    return plans


def _edit_key(answer: Answer) -> tuple[str, str]:
    return answer.question, answer.query.model_dump_json() if answer.query else ""


def _ask_again(answer: Answer, term: str) -> None:
    """Forget what a term was taken for, and ask the question again."""
    with problems.told():
        choices = session.assistant().choices
        if term.casefold() in choices.by_term(session.user().name):
            choices.forget(session.user().name, term)
    st.session_state["asked"] = answer.question


def _clear() -> None:
    history_list.begin()
    st.session_state["turns"] = []
    st.session_state.pop("asked", None)
    st.session_state.pop("edited_plans", None)


def _welcome() -> None:
    st.header(t("hello"))
    manifest = session.assistant().warehouse.manifest()
    if manifest is None:
        st.text(t("nothing_loaded"))
        if st.button(t("go_to_data"), key="go-to-data", type="primary"):
            session.go_to("data")
        return
    days = covered_days(_ORDERS, manifest.tables[_ORDERS]) if _ORDERS in manifest.tables else None
    st.text(
        t("loaded_demo" if manifest.kind == "demo" else "loaded_own", days=days or t("no_days"))
    )
    st.text(t("hello_examples"))
    questions = _first_questions(session.knowledge_version(), session.now().date())
    answer_card.question_buttons(questions[session.language()], "example", _ask_next)


@st.cache_resource(max_entries=4, show_spinner=False)
def _first_questions(
    version: tuple[object, ...],  # noqa: ARG001 - what the cache is keyed by
    today: date,
) -> dict[Language, tuple[str, ...]]:
    now = datetime.combine(today, time(12))
    assistant, user = session.assistant(), session.user()
    return {
        "zh": assistant.first_questions(now, "zh", user),
        "en": assistant.first_questions(now, "en", user),
    }
