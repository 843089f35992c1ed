"""Which calendar table the rows of a series meet when they count at other times than their own."""

from __future__ import annotations

from semantic_layer.model import CalendarTable, SemanticModel
from semantic_layer.planning.series import Series
from semantic_layer.query import Grain
from semantic_layer.resolving.availability import time_dimension
from semantic_layer.resolving.own_units import own_unit_ago
from semantic_layer.resolving.windows import is_finer


def calendar_for(model: SemanticModel, series: Series) -> CalendarTable | None:
    """The calendar that the rows of a moved series meet.

    That of the metric's own grain if there is one, else the next coarser, a day at the most; the
    one that defines the unit of its own that a value runs from.
    """
    if (ago := own_unit_ago(series)) is not None:
        return model.own_unit(str(ago.unit))
    if series.accumulation is not None and runs_from_own_unit(series):
        return model.own_unit(str(series.accumulation.to_date))
    order = list(Grain).index
    own = min(time_dimension(model, series.metric).grain or Grain.day, Grain.day, key=order)
    fitting = [one for one in model.calendars if order(own) <= order(one.grain) <= order(Grain.day)]
    return min(fitting, key=lambda table: order(table.grain), default=None)


def runs_from_own_unit(series: Series) -> bool:
    """Whether a value runs from the start of a unit that only the model's calendar knows."""
    accumulation = series.accumulation
    unit = accumulation.to_date if accumulation else None
    return unit is not None and not isinstance(unit, Grain)


def needs_a_calendar(series: Series) -> bool:
    """Whether a running value cannot be told from days alone: hours, or units of one's own."""
    accumulation = series.accumulation
    if accumulation is None:
        return False
    unit = accumulation.window.unit if accumulation.window else Grain.day
    in_hours = not isinstance(unit, Grain) or is_finer(unit, Grain.day)
    return in_hours or runs_from_own_unit(series)
