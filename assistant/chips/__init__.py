"""A plan as chips that can be edited, and the plans behind a click on a mark of its chart."""

from assistant.chips.chip import Action, Alternative, Chip, ChipKind, Listed
from assistant.chips.drills import drills
from assistant.chips.offering import offered_chips
from assistant.chips.plan_chips import chips

__all__ = [
    "Action",
    "Alternative",
    "Chip",
    "ChipKind",
    "Listed",
    "chips",
    "drills",
    "offered_chips",
]
