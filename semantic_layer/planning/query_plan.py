"""`QueryPlan`: what `planner` lays out and `compiler` prints."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from sqlglot import exp

from semantic_layer.access.access_policy import Access
from semantic_layer.model import Unit

ColumnUnit = Unit | Literal["points"]  # percentage points, the difference of two ratios
Role = Literal["dimension", "time", "metric", "comparison", "share", "rank"]

OTHERS = "__others__"
"""What stands for a group-by column in the row of the rest; the front end names it."""


@dataclass(frozen=True)
class Branch:
    """One aggregation: a SELECT of the plan's keys, in order, and of `measures`."""

    name: str
    select: exp.Select
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Output:
    """A result column: `value` is written over the folded columns."""

    column: str
    value: exp.Expr
    role: Role
    unit: ColumnUnit | None = None
    metric: str | None = None


@dataclass(frozen=True)
class SortKey:
    """One column of the final order."""

    column: str
    descending: bool


@dataclass(frozen=True)
class Whole:
    """What shares are parts of, computed apart: a SELECT of `keys` and of the metrics."""

    select: exp.Select
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Finish:
    """The last steps of a plan, in order; their values are written over the outputs' columns.

    Rows that do not meet `asked` have helped to compute others and go. Shares and ranks are `added`
    over all that are left, before having, order and limit. The limit counts within the columns
    `limit_within`; what lies beyond it becomes a row of `rest`, if there is one. `hidden` and
    `carried` are columns that only these steps read.
    """

    hidden: tuple[Output, ...]
    asked: exp.Expr | None
    whole: Whole | None
    added: tuple[Output, ...]
    carried: tuple[Output, ...]
    limit_within: tuple[str, ...]
    rest: tuple[Output, ...]


@dataclass(frozen=True)
class QueryPlan:
    """Branches → fold on `keys` → outputs, having, order, limit; `finish` comes after outputs.

    Branches without measures bring keys only: the periods of the calendar, the values of
    dimensions. `access` is what the role that asks may read; None means no role at all.
    """

    keys: tuple[str, ...]
    branches: tuple[Branch, ...]
    outputs: tuple[Output, ...]
    having: exp.Expr | None
    order: tuple[SortKey, ...]
    limit: int | None
    access: Access | None = field(kw_only=True)
    finish: Finish | None = None

    @property
    def columns(self) -> tuple[Output, ...]:
        """The columns of the result; a time that has a row of the rest is a name like others."""
        if self.finish is None:
            return self.outputs
        kept = self.finish.limit_within
        return tuple(
            replace(one, role="dimension")
            if self.finish.rest and one.role == "time" and one.column not in kept
            else one
            for one in (*self.outputs, *self.finish.added)
        )
