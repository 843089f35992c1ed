"""`drills`: a clicked mark → the plans that look into it.

The mark becomes conditions: its member a filter, its period the asked days. What it was grouped by
gives way to another dimension, to the next finer grain, or to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from assistant.answer import Cell
from assistant.chips.chip import Alternative, Edit, Editing, dimensions_of
from assistant.follow_ups.plan_edits import with_condition, with_group_by
from assistant.knowledge import Knowledge
from assistant.presentation.date_part_wording import part_value
from assistant.presentation.wording import field_label, group_label, pick
from semantic_layer import Language, QueryError, SemanticQuery, resolve
from semantic_layer.catalog import DateRange
from semantic_layer.query import (
    METRIC_TIME,
    DatePart,
    Filter,
    Grain,
    GroupBy,
    In,
    IsNull,
    RangeTime,
    Scalar,
)
from semantic_layer.resolving.windows import shift_period

_FINER = {
    Grain.year: Grain.month,
    Grain.quarter: Grain.month,
    Grain.month: Grain.day,
    Grain.week: Grain.day,
    Grain.day: Grain.hour,
}
_MOST = 8
_PART_VALUES = {DatePart.dow: range(1, 8), DatePart.hour: range(24)}


def drills(
    query: SemanticQuery,
    mark: Mapping[str, Cell],
    knowledge: Knowledge,
    now: datetime,
    language: Language,
) -> tuple[Alternative, ...]:
    """The plans behind a mark, each checked: by a finer grain, by other dimensions, as one number.

    Args:
        query: the plan of the chart.
        mark: group-by column → its value, as the answer's rows have them; columns may be missing.
        knowledge: bound to the role of the reader.
        now: the moment that "yesterday" is relative to.
        language: of the labels and of the values of the mark.
    """
    try:
        resolved = resolve(query, knowledge.model, knowledge.catalog, now.date())
    except QueryError:
        return ()
    narrowed: SemanticQuery | None = _plain(query)
    window = resolved.window.days if resolved.window else None
    for group in query.group_by:
        if group.column in mark and narrowed is not None:
            narrowed = _narrowed(narrowed, group, mark[group.column], window, knowledge, language)
    clicked = [group for group in query.group_by if group.column in mark]
    if not clicked or not query.metrics or narrowed is None:
        return ()
    rest = tuple(group for group in query.group_by if group not in clicked)
    editing = Editing(query, resolved, knowledge, now, language)
    found = (*editing.offers(_finer(clicked, rest, narrowed, editing)),)
    found += (*editing.offers(_sideways(mark, rest, narrowed, editing)),)[: _MOST - len(found)]
    alone = pick(("只看这一项", "this one alone"), language)
    return (*found, *editing.offers([(alone, with_group_by(narrowed, rest))]))


def _plain(query: SemanticQuery) -> SemanticQuery:
    """The plan without what was said about its rows as a whole."""
    return query.model_copy(
        update={
            **{"order_by": (), "limit": None, "limit_within": (), "others": False},
            **{"having": None, "ranks": False, "share_of": None},
        }
    )


def _narrowed(
    query: SemanticQuery,
    group: GroupBy,
    value: Cell,
    window: DateRange | None,
    knowledge: Knowledge,
    language: Language,
) -> SemanticQuery | None:
    """The plan for one value of a group only; None where the value is no value of it."""
    if group.name == METRIC_TIME and isinstance(group.grain, Grain):
        days = _days(value, group.grain, window)
        return query.model_copy(update={"time": days}) if days else None
    if group.grain is not None:
        return None
    condition = _condition(group, value, knowledge, language)
    return with_condition(query, condition) if condition is not None else None


def _condition(
    group: GroupBy, value: Cell, knowledge: Knowledge, language: Language
) -> Filter | None:
    if value is None:
        return IsNull(field=group.column)
    if group.part is not None:
        numbers: tuple[Scalar, ...] = tuple(
            one
            for one in _PART_VALUES.get(group.part, ())
            if value in (one, part_value(group.part, one, language))
        )
        return In(field=group.column, values=numbers) if numbers else None
    members = knowledge.members.get(group.name)
    if isinstance(value, str) and members is not None and value not in members:
        return None  # the row of the rest: a name of many
    return In(field=group.column, values=(value,))


def _days(value: Cell, grain: Grain, window: DateRange | None) -> RangeTime | None:
    """The days of a period that lie in the asked ones."""
    if not isinstance(value, str):
        return None
    start = _day(value)
    end = shift_period(start, grain, 1) if grain in _FINER else shift_period(start, Grain.day, 1)
    if window is not None:
        start, end = max(start, window.start), min(end, window.end)
    return RangeTime(start=start, end=end) if start < end else None


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()


def _finer(
    clicked: list[GroupBy], rest: tuple[GroupBy, ...], narrowed: SemanticQuery, editing: Editing
) -> Iterator[Edit]:
    for group in clicked:
        grain = group.grain
        if group.name == METRIC_TIME and isinstance(grain, Grain) and grain in _FINER:
            finer = GroupBy(name=METRIC_TIME, grain=_FINER[grain])
            yield _by(finer, editing), with_group_by(narrowed, (finer, *rest))


def _sideways(
    mark: Mapping[str, Cell],
    rest: tuple[GroupBy, ...],
    narrowed: SemanticQuery,
    editing: Editing,
) -> Iterator[Edit]:
    """By each dimension that the mark has not fixed yet."""
    for name in dimensions_of(editing.query, editing.knowledge):
        group = GroupBy(name=name)
        if name not in mark and group not in rest:
            yield _by(group, editing), with_group_by(narrowed, (group, *rest))


def _by(group: GroupBy, editing: Editing) -> str:
    model, language = editing.knowledge.model, editing.language
    label = (
        group_label(group, model, language)
        if group.is_time
        else field_label(group.name, model, language)
    )
    return pick((f"按{label}", f"by {label}"), language)
