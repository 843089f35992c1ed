"""What was understood, as chips: each opens what it may be instead, and a click runs that plan.

What a chip offers is looked for and drawn when it is opened. Names from data become safe labels.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby

import streamlit as st

from assistant import Answer
from assistant.chips import Alternative, Chip, Listed, offered_chips
from assistant.chips.filter_chips import with_members
from assistant.chips.time_chips import with_days
from semantic_layer import Language, SemanticQuery
from ui import session
from ui.session import plain
from ui.texts import Words

OnPlan = Callable[[Answer, SemanticQuery, str], None]
"""Called with the answer that was edited, the new plan, and the edit in words."""


def show(
    answer: Answer, key: str, on_plan: OnPlan, before: SemanticQuery | None = None
) -> tuple[Chip, ...]:
    """Draw the chips of an answer, and return them; `before`: the plan that it was edited from."""
    if answer.query is None:
        return ()

    def whole(number: int) -> Chip:
        return _chips_of(answer, before, is_closed=False)[number]

    chips = _chips_of(answer, before)
    with st.container(horizontal=True, gap="small", key=f"{key}-chips"):
        for number, chip in enumerate(chips):
            _chip(chip, answer, f"{key}-chip-{number}", partial(whole, number), on_plan)
    return chips


def _chips_of(
    answer: Answer, before: SemanticQuery | None, *, is_closed: bool = True
) -> tuple[Chip, ...]:
    """The chips of an answer's plan, for the reader, in the answer's language."""
    assert answer.query is not None, "the answer comes from a plan"
    return _chips(
        session.knowledge_version(),
        answer.query.model_dump_json(),
        before.model_dump_json() if before else "",
        answer.language,
        session.now().date(),
        is_closed,
    )


def compare_buttons(answer: Answer, chips: tuple[Chip, ...], key: str, on_plan: OnPlan) -> None:
    """The comparisons of a number that is not compared yet, a click each."""
    chip = next((one for one in chips if one.kind == "comparison"), None)
    if chip is None or not chip.is_default:
        return
    for number, alternative in enumerate(chip.alternatives):
        place = f"{key}-compare-{number}"
        _button(chip, alternative, answer, place, on_plan, icon=":material/compare_arrows:")


@st.cache_resource(max_entries=200, show_spinner=False)
def _chips(
    version: tuple[object, ...],  # noqa: ARG001 - what the cache is keyed by
    query: str,
    before: str,
    language: Language,
    today: date,
    is_closed: bool,
) -> tuple[Chip, ...]:
    return offered_chips(
        session.assistant(),
        SemanticQuery.model_validate_json(query),
        now=datetime.combine(today, time(12)),
        language=language,
        user=session.user(),
        before=SemanticQuery.model_validate_json(before) if before else None,
        is_closed=is_closed,
    )


def _chip(chip: Chip, answer: Answer, key: str, whole: Callable[[], Chip], on_plan: OnPlan) -> None:
    words = Words(answer.language)
    is_quiet = chip.is_default or not chip.text
    opened = st.popover(
        plain(_named(chip, words)),
        key=key,
        on_change="rerun",
        type="tertiary" if is_quiet else "secondary",
        icon=_icon(chip),
    )
    if opened.open:
        with opened:
            _content(whole(), answer, key, partial(_closing, key, on_plan))


def _closing(chip: str, on_plan: OnPlan, answer: Answer, query: SemanticQuery, edit: str) -> None:
    """Close the chip and run the plan that was clicked in it."""
    st.session_state[chip] = False
    on_plan(answer, query, edit)


def _named(chip: Chip, words: Words) -> str:
    if not chip.text:
        return words("chip_add", label=chip.label)
    marks = [words("edited")] if chip.is_changed else []
    marks += [words("by_default")] if chip.is_default and chip.kind == "time" else []
    return " · ".join((*marks, f"{chip.label}{words('colon')}{chip.text}"))


def _icon(chip: Chip) -> str | None:
    if chip.is_changed:
        return ":material/edit:"
    return None if chip.text else ":material/add:"


def _content(chip: Chip, answer: Answer, key: str, on_plan: OnPlan) -> None:
    words = Words(answer.language)
    if not chip.alternatives and chip.without is None and chip.kind != "time":
        st.text(words("chip_none"))
    for action, offered in groupby(chip.alternatives, key=lambda one: one.action):
        st.text(words(f"chip_{action}", label=chip.label))
        with st.container(horizontal=True, gap="small"):
            for alternative in offered:
                number = chip.alternatives.index(alternative)
                _button(chip, alternative, answer, f"{key}-{number}", on_plan)
    if chip.kind == "time":
        _calendar(chip, answer, key, on_plan)
    if chip.listed is not None:
        _members(chip, chip.listed, answer, key, on_plan)
    if chip.without is not None:
        told = words("chip_removed", label=f"{chip.label} {chip.text}")
        st.button(
            words("chip_without"),
            key=f"{key}-without",
            icon=":material/close:",
            on_click=on_plan,
            args=(answer, chip.without, told),
        )


def _button(
    chip: Chip,
    alternative: Alternative,
    answer: Answer,
    key: str,
    on_plan: OnPlan,
    *,
    icon: str | None = None,
) -> None:
    colon = Words(answer.language)("colon")
    st.button(
        plain(alternative.label),
        key=key,
        icon=icon,
        on_click=on_plan,
        args=(answer, alternative.query, f"{chip.label}{colon}{alternative.label}"),
    )


def _calendar(chip: Chip, answer: Answer, key: str, on_plan: OnPlan) -> None:
    """Any days: from the first to the last that are picked, both included."""
    words, query = Words(answer.language), answer.query
    assert query is not None, "a chip belongs to a plan"
    picked = st.date_input(words("pick_days"), value=_asked(answer), key=f"{key}-days")
    days = picked if isinstance(picked, tuple) and len(picked) == 2 else None
    first, last = days or (date.min, date.min)
    st.button(
        words("apply"),
        key=f"{key}-apply",
        disabled=days is None,
        on_click=on_plan,
        args=(
            answer,
            with_days(query, first, last),
            f"{chip.label}{words('colon')}{first} – {last}",
        ),
    )


def _members(chip: Chip, listed: Listed, answer: Answer, key: str, on_plan: OnPlan) -> None:
    """Any members of the dimension, several at a time; the options of the list are plain text."""
    words, query = Words(answer.language), answer.query
    assert query is not None, "a chip belongs to a plan"
    picked = st.multiselect(
        words("pick_members"),
        listed.every,
        default=listed.members,
        key=f"{key}-members",
        placeholder=words("choose"),
    )
    st.button(
        words("apply"),
        key=f"{key}-apply-members",
        disabled=not picked,
        on_click=on_plan,
        args=(
            answer,
            with_members(query, listed.dimension, picked or listed.members),
            f"{chip.label}{words('colon')}{words('comma').join(picked)}",
        ),
    )


def _asked(answer: Answer) -> tuple[date, date]:
    """The first and the last day of the answer."""
    window = next(iter(answer.windows), None)
    if window is None:
        today = session.now().date()
        return today, today
    return date.fromisoformat(window.start), date.fromisoformat(window.end) - timedelta(days=1)
