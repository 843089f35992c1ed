"""The executive's page: headlines of the latest complete period, their course, and the movers."""

from __future__ import annotations

from datetime import date, datetime, time

import streamlit as st

from assistant import full
from assistant.presentation.numbers import change
from assistant.presentation.overview import Change, Headline, Mover, Movers, Overview, overview
from assistant.presentation.wording import days_text
from semantic_layer import Language, SemanticQuery
from semantic_layer.query import Grain
from ui import session
from ui.card import answer_card
from ui.card.number_card import as_number, number_card
from ui.pages import pinned_answers, problems
from ui.session import plain, t

_A_ROW = 3
_ROOM = 7
_MOVER_WIDTHS = (4, 6, 3)


def show() -> None:
    """Draw the page."""
    st.header(t("page_overview"))
    if session.assistant().warehouse.manifest() is None:
        st.text(t("nothing_loaded"))
        if st.button(t("go_to_data"), key="go-to-data", type="primary"):
            session.go_to("data")
        return
    labels = {grain: t(f"grain_{grain}") for grain in (Grain.month, Grain.week)}
    grain = st.segmented_control(
        t("period"),
        list(labels),
        default=Grain.month,
        required=True,
        key="overview-grain",
        format_func=labels.__getitem__,
        label_visibility="collapsed",
    )
    page = _overview(
        session.knowledge_version(),
        Grain(grain or Grain.month),
        session.now().date(),
        session.language(),
    )
    if page.problem is not None:
        problems.tell([page.problem])
        pinned_answers.show()
        return
    st.subheader(f"{t('latest_' + (grain or Grain.month).value)} · {days_text(page.days)}")
    for start in range(0, len(page.headlines), _A_ROW):
        _headline_row(page.headlines[start : start + _A_ROW])
    _course(page)
    for movers in page.movers:
        _movers(movers)
    pinned_answers.show()


@st.cache_resource(max_entries=16, show_spinner=False)
def _overview(
    version: tuple[object, ...],  # noqa: ARG001 - what the cache is keyed by
    grain: Grain,
    today: date,
    language: Language,
) -> Overview:
    now = datetime.combine(today, time(12))
    return overview(
        session.assistant(), grain=grain, now=now, language=language, user=session.user()
    )


def _headline_row(row: tuple[Headline, ...]) -> None:
    for place, headline in zip(st.columns(_A_ROW), row, strict=False):
        with place.container(border=True, height="stretch", vertical_alignment="distribute"):
            _card(headline)


def _card(headline: Headline) -> None:
    number_card(
        headline.label,
        headline.value,
        headline.unit,
        room=_ROOM,
        good_direction=headline.good_direction,
        against=t("against_prior_period"),
        rate=headline.prior.rate,
        border=False,
    )
    against = t("against_same_period_last_year")
    st.text(f"{against} {_rate(headline, headline.last_year)}")
    _open_button(headline.query, headline.label, f"open-{headline.query.metrics[0]}")


def _rate(headline: Headline, base: Change) -> str:
    return change(as_number(base.rate), headline.unit, session.language())


def _open_button(query: SemanticQuery, label: str, key: str) -> None:
    if st.button(t("open_answer"), key=key, type="tertiary", icon=":material/open_in_new:"):
        session.open_in_chat(query, label)


def _course(page: Overview) -> None:
    course = page.course
    if course is None or course.status != "answered" or course.chart is None:
        return
    st.subheader(t("trend"))
    answer_card.draw(course, course.chart, f"overview-course-{page.days.start}")
    if course.query is not None:
        _open_button(course.query, course.columns[-1].label, "open-course")


def _movers(movers: Movers) -> None:
    measure = next(column for column in movers.answer.columns if column.role == "metric")
    st.subheader(plain(t("movers", dimension=movers.label, metric=measure.label)))
    for place, title, listed in zip(
        st.columns(2, gap="large"),
        ("movers_up", "movers_down"),
        (movers.up, movers.down),
        strict=True,
    ):
        with place:
            st.text(t(title))
            for mover in listed:
                _mover(mover, movers, measure.unit)
            if not listed:
                st.text(t("none"))


def _mover(mover: Mover, movers: Movers, unit: str | None) -> None:
    language = session.language()
    sign = "+" if mover.delta > 0 else "−"
    delta = f"{sign}{full(abs(mover.delta), unit, language)}"
    name, number, button = st.columns(_MOVER_WIDTHS, vertical_alignment="center", wrap=False)
    name.text(mover.member)
    number.text(f"{full(mover.value, unit, language)}\n{delta}")
    with button:
        key = f"open-{movers.label}-{mover.member}"
        _open_button(mover.query, f"{movers.label} {mover.member}", key)
