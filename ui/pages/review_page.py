"""What readers said of answers, for analysts and admins: approve a question, or turn it down.

Whether the user may review is asked where candidates are read and decided, not only here. Words of
readers are shown as text, never as Markdown or in a table that Excel would open.
"""

from __future__ import annotations

import streamlit as st

from assistant import Answer, read_query
from assistant.records.approval import Approval, Wording, approve
from assistant.records.feedback import Candidate, Feedback, Vote, must_review
from assistant.records.plan_text import plan_text
from assistant.records.reopening import wording_of
from semantic_layer.issues import IssuesError
from ui import session
from ui.card import chart_view
from ui.pages import problems
from ui.session import t

_LONGEST_WORDING = 200
_LONGEST_REASON = 500


def show() -> None:
    """Draw the page."""
    st.header(t("page_review"))
    reviewer = session.user()
    must_review(reviewer)
    feedback = Feedback(session.database())
    known = session.assistant().knowledge_for(reviewer)
    candidates = feedback.candidates(reviewer, known, session.now().date())
    done = st.session_state.pop("reviewed", None)
    if done is not None:
        st.badge(t(f"review_{done}"), icon=":material/check:", color="green")
    st.text(t("review_intro"))
    if not candidates:
        st.text(t("no_candidates"))
    for candidate in candidates:
        with st.container(border=True, key=f"candidate-{candidate.id}"):
            _candidate(candidate)


def _candidate(candidate: Candidate) -> None:
    ups = sum(vote.verdict == "up" for vote in candidate.votes)
    st.text(candidate.question)
    with st.container(horizontal=True, gap="small"):
        st.badge(t("votes_up", count=ups), icon=":material/thumb_up:", color="green")
        downs = len(candidate.votes) - ups
        st.badge(t("votes_down", count=downs), icon=":material/thumb_down:", color="orange")
    _plan_in_words(candidate)
    with st.expander(t("votes")):
        for vote in candidate.votes:
            st.text(_vote_text(vote))
    approve_tab, reject_tab = st.tabs(
        [t("approve"), t("reject")], key=f"candidate-{candidate.id}-tabs"
    )
    with approve_tab:
        if candidate.is_hidden:
            st.text(t("plan_hidden"))
        else:
            _approve_form(candidate)
    with reject_tab:
        _reject_form(candidate)


def _plan_in_words(candidate: Candidate) -> None:
    if candidate.plan is None:
        st.text(t("plan_hidden") if candidate.is_hidden else t("no_plan"))
        return
    known = session.assistant().knowledge_for(session.user())
    words = wording_of(candidate.plan, known, session.now(), session.language())
    st.text(t("understood") + words if words else plan_text(candidate.plan))


def _vote_text(vote: Vote) -> str:
    verdict = t(f"verdict_{vote.verdict}")
    problem = f" · {t(f'problem_{vote.problem}')}" if vote.problem else ""
    comment = f"\n{vote.comment}" if vote.comment else ""
    return f"{vote.given_at[:16].replace('T', ' ')} · {vote.user} · {verdict}{problem}{comment}"


def _approve_form(candidate: Candidate) -> None:
    key = f"candidate-{candidate.id}"
    with st.form(f"{key}-approve"):
        zh, en = (
            st.text_input(
                t(f"wording_{language}"),
                candidate.question if candidate.language == language else "",
                key=f"{key}-{language}",
                max_chars=_LONGEST_WORDING,
            )
            for language in ("zh", "en")
        )
        plan = st.text_area(
            t("plan_json"), plan_text(candidate.plan) if candidate.plan else "", key=f"{key}-plan"
        )
        settles = st.checkbox(t("for_everybody"), key=f"{key}-everybody")
        with st.container(horizontal=True):
            tried = st.form_submit_button(t("try_plan"), key=f"{key}-try")
            approved = st.form_submit_button(t("approve"), key=f"{key}-yes", type="primary")
    try:
        if tried:
            _try(plan, zh or en, key)
        if approved:
            query = read_query(plan)
            words = Wording(zh, en)
            decision = Approval(candidate.id, words, query, session.user(), settles)
            approve(session.assistant(), decision, session.now())
            _decided("approved")
    except IssuesError as error:
        problems.tell(map(problems.issue_text, error.issues))


def _try(plan: str, question: str, key: str) -> None:
    answer = session.assistant().answer(
        read_query(plan),
        now=session.now(),
        language=session.language(),
        user=session.user(),
        question=question,
    )
    _tried(answer, key)


def _tried(answer: Answer, key: str) -> None:
    st.text(answer.interpretation)
    st.text(answer.summary)
    if answer.status == "answered" and answer.chart is not None and answer.rows:
        chart_view.draw(answer, answer.chart, f"{key}-tried")


def _reject_form(candidate: Candidate) -> None:
    key = f"candidate-{candidate.id}"
    with st.form(f"{key}-reject"):
        reason = st.text_area(t("reject_reason"), key=f"{key}-reason", max_chars=_LONGEST_REASON)
        rejected = st.form_submit_button(t("reject"), key=f"{key}-no")
    if rejected:
        with problems.told():
            Feedback(session.database()).reject(candidate.id, session.user(), reason, session.now())
            _decided("rejected")


def _decided(state: str) -> None:
    st.session_state["reviewed"] = state
    st.rerun()
