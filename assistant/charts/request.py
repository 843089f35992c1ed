"""`ChartRequest`: a result and what was asked of it, all that the choice of a chart may depend on.

First of the chart modules; the presenter builds it from a plan, `inference` from a bare result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.answer import AnswerColumn, Cell
from semantic_layer.issues import Language
from semantic_layer.model import Additivity, GoodDirection
from semantic_layer.query import Grain

Intent = Literal["value", "trend", "rank", "share", "detail"]


@dataclass(frozen=True)
class ChartRequest:
    """Columns and rows as in the `Answer`, and what was asked; times are ISO dates.

    `additivity` goes by the name of a metric column; what it does not name may not be summed.
    `complete` says that the rows are all there are: no filter, no top-N. `partial_last` says that
    the last period is not over. `ordered_top` is the N of an asked ranking.
    """

    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    language: Language
    title: str = ""
    additivity: Mapping[str, Additivity] = field(default_factory=dict)
    grain: Grain | None = None
    intent: Intent | None = None
    ordered_top: int | None = None
    complete: bool = False
    partial_last: bool = False
    good_direction: GoodDirection | None = None
