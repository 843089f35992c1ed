"""One value of a result: as JSON has it, as a person reads it, and the grain that an axis can show.

Bottom of the package; everything that presents an answer stands on it.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal

from assistant.answer import Cell
from assistant.presentation import numbers
from assistant.presentation.wording import pick
from semantic_layer import Language
from semantic_layer.query import Grain
from semantic_layer.resolving.windows import is_finer


def cell(value: object) -> Cell:
    """A database value as JSON has it: exact decimals as numbers, dates as ISO text.

    >>> cell(Decimal("1299.00"))
    1299.0
    """
    match value:
        case None | bool() | str() | int():
            return value
        case Decimal():
            return float(value)
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def cell_text(value: Cell, unit: str | None, language: Language) -> str:
    """A cell as a person reads it; no value is a dash."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return pick(("是", "yes") if value else ("否", "no"), language)
    return numbers.full(value, unit, language)


def charted_grain(grain: Grain | str | None) -> Grain | None:
    """The grain that an axis can show: a calendar unit of an hour or more."""
    if not isinstance(grain, Grain) or is_finer(grain, Grain.hour):
        return None
    return grain
