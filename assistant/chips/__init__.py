"""A plan as chips that can be edited, and the plans behind a click on a mark of its chart."""

from assistant.chips.chip import Action, Alternative, Chip, ChipKind, Listed
from assistant.chips.drills import drills
from assistant.chips.emptied import emptied_by, is_empty
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
    "emptied_by",
    "is_empty",
    "offered_chips",
]
