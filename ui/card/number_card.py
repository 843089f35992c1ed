"""One number on a card: its label, its value as short as the card needs, and its change."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from assistant import full, short
from assistant.answer import Cell
from assistant.presentation.numbers import change
from semantic_layer import Language
from ui import session
from ui.session import plain
from ui.texts import Words


def number_card(
    label: str,
    value: Cell,
    unit: str | None,
    *,
    room: int,
    good_direction: str = "neutral",
    against: str | None = None,
    rate: Cell = None,
    border: bool = True,
    language: Language | None = None,
) -> None:
    """Draw the card.

    Args:
        label: of the metric; made safe here.
        value: no number is a dash.
        unit: of the metric.
        room: characters that the value may take before it is abbreviated.
        good_direction: "up" or "down" colours the change.
        against: what the number is compared with, if it is.
        rate: the change, relative or, of a ratio metric, its difference.
        border: whether the card frames itself.
        language: of the numerals; the page's unless given.
    """
    number, spoken = as_number(value), language or session.language()
    exact = full(number, unit, spoken)
    moved = as_number(rate)
    st.metric(
        plain(label),
        exact if len(exact) <= room else short(number, unit, spoken),
        delta=None if moved is None else change(moved, unit, spoken),
        delta_color=_colour(good_direction),
        delta_arrow="off" if moved == 0 else "auto",
        delta_description=None if moved is None else against,
        border=border,
        height="stretch",
    )
    if against is not None and moved is None:
        st.text(f"{against} {Words(spoken)('no_base')}")


def as_number(value: Cell) -> int | float | None:
    """The cell if it is a number."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _colour(good_direction: str) -> Literal["normal", "inverse", "off"]:
    match good_direction:
        case "up":
            return "normal"
        case "down":
            return "inverse"
        case _:
            return "off"
