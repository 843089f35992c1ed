"""What a plan knows of its dimensions and its comparison that a chart must know as well.

Beside `presenting`, which hands it to the charts. Reads definitions and the plan, and of the rows
only the periods that they name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assistant.answer import Cell
from assistant.charts import Intent
from semantic_layer import ResolvedQuery
from semantic_layer.catalog import DateRange
from semantic_layer.datasets import Region
from semantic_layer.query import Grain
from semantic_layer.resolving.windows import is_finer, period_start, shift_period


def intent_of(resolved: ResolvedQuery, ranked: int | None) -> Intent | None:
    """The purpose that the plan itself states."""
    query = resolved.query
    if query.share_of is not None:
        return "share"
    if ranked:
        return "rank"
    return "compare_period" if query.compare is not None else None


def member_orders(resolved: ResolvedQuery) -> dict[str, tuple[str, ...]]:
    """The declared order of the members of each group-by column that has one."""
    found = resolved.model.dimensions
    return {
        group.column: found[group.name].order
        for group in resolved.query.group_by
        if group.name in found and found[group.name].order
    }


def regions(resolved: ResolvedQuery) -> dict[str, Region]:
    """The group-by columns that are declared to be places."""
    found = resolved.model.dimensions
    return {
        group.column: region
        for group in resolved.query.group_by
        if group.name in found and (region := found[group.name].region) is not None
    }


def counterparts(
    resolved: ResolvedQuery, grain: Grain | None, periods: Iterable[Cell]
) -> dict[str, str]:
    """For the start of each period the start of the one that it is set against."""
    alignment = resolved.baseline.alignment if resolved.baseline else None
    if alignment is None or grain is None or is_finer(grain, Grain.day):
        return {}
    found: dict[str, str] = {}
    for cell in periods:
        start = _day(cell)
        if start is None:
            continue
        base = alignment.base_days((DateRange(start, shift_period(start, grain, 1)),))
        if base:
            first = base[0].start
            whole = period_start(first, grain) if alignment.keeps_periods else first
            found[str(cell)] = whole.isoformat()
    return found


def _day(cell: Cell) -> date | None:
    try:
        return date.fromisoformat(cell[:10]) if isinstance(cell, str) else None
    except ValueError:
        return None
