"""`QueryPlan`: what `planner` lays out and `compiler` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from semantic_layer.model import Unit

Role = Literal["dimension", "time", "metric", "comparison"]


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
    unit: Unit | None = None
    metric: str | None = None


@dataclass(frozen=True)
class SortKey:
    """One column of the final order."""

    column: str
    descending: bool


@dataclass(frozen=True)
class QueryPlan:
    """Branches → fold on `keys` → outputs, having, order, limit.

    Branches without measures bring keys only: the periods of the calendar, the values of
    dimensions.
    """

    keys: tuple[str, ...]
    branches: tuple[Branch, ...]
    outputs: tuple[Output, ...]
    having: exp.Expr | None
    order: tuple[SortKey, ...]
    limit: int | None
