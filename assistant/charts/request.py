"""`ChartRequest`: a result and what was asked of it, all that the choice of a chart may depend on.

First of the chart modules; the presenter builds it from a plan, `inference` from a bare result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.answer import AnswerColumn, Cell
from assistant.charts.chart_types import ChartType
from semantic_layer.datasets import Region
from semantic_layer.issues import Language
from semantic_layer.model import Additivity, GoodDirection
from semantic_layer.query import Grain

Intent = Literal[
    "value",
    "trend",
    "compare_period",
    "rank",
    "share",
    "distribution",
    "relation",
    "funnel",
    "cohort",
    "forecast",
    "anomaly",
    "attribution",
    "segment",
    "geo",
    "detail",
]


@dataclass(frozen=True)
class ChartRequest:
    """Columns and rows as in the `Answer`, and what was asked; times are ISO dates.

    `additivity` goes by the name of a metric column; what it does not name may not be summed.
    `complete` says that the rows are all there are: no filter, no top-N. `partial_last` says that
    the last period is not over. `ordered_top` is the N of an asked ranking. `orders` has the fixed
    order of the members of a dimension column, `regions` the ones whose members are places: what a
    definition declares; names that everybody knows (provinces, weekdays) need no declaration.
    `counterparts` has, for the start of each period, the start of the one it is set against.
    `rest` is the name of the row in which all that is not listed is added up. `forced` is the type
    that the reader asked for.
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
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    regions: Mapping[str, Region] = field(default_factory=dict)
    counterparts: Mapping[str, str] = field(default_factory=dict)
    rest: str | None = None
    forced: ChartType | None = None
