"""Chips of the groups: the grain of the time, each dimension, and one that adds another."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.chips.chip import Chip, Edit, Editing, dimensions_of
from assistant.follow_ups.plan_edits import with_group_by
from assistant.presentation.wording import field_label, group_label
from semantic_layer import Text
from semantic_layer.query import METRIC_TIME, Grain, GroupBy

_GRAIN = Text(zh="粒度", en="grain")
_GROUP = Text(zh="分组", en="group")
_MOST_DIMENSIONS = 10
_MOST_GROUPS = 3
_DAYS_OF = {Grain.day: 1, Grain.week: 7, Grain.month: 28, Grain.quarter: 90, Grain.year: 365}


def group_chips(editing: Editing) -> Iterator[Chip]:
    """One chip a group, in the asked order, then one that adds a group."""
    query = editing.query
    for at, group in enumerate(query.group_by):
        rest = (*query.group_by[:at], *query.group_by[at + 1 :])
        is_grain = _is_period(group)
        others = _grains(editing) if is_grain else _dimensions(editing)
        swaps = (
            (label, with_group_by(query, (*query.group_by[:at], new, *query.group_by[at + 1 :])))
            for label, new in others
            if new not in query.group_by
        )
        can_go = bool(query.metrics) or bool(rest)
        yield Chip(
            kind="grain" if is_grain else "dimension",
            label=editing.say(_GRAIN if is_grain else _GROUP),
            text=group_label(group, editing.knowledge.model, editing.language),
            is_changed=editing.before is not None and group not in editing.before.group_by,
            alternatives=tuple(editing.offers(swaps)),
            without=editing.kept(with_group_by(query, rest)) if can_go else None,
        )
    yield from _more(editing)


def _more(editing: Editing) -> Iterator[Chip]:
    if not editing.query.metrics or len(editing.query.group_by) >= _MOST_GROUPS:
        return
    offered = tuple(editing.offers(_additions(editing), "add"))
    if offered:
        yield Chip("dimension", editing.say(_GROUP), "", alternatives=offered)


def _additions(editing: Editing) -> Iterator[Edit]:
    query = editing.query
    new = [] if any(map(_is_period, query.group_by)) else list(_grains(editing))
    for label, group in (*new, *_dimensions(editing)):
        if group not in query.group_by:
            yield label, with_group_by(query, (*query.group_by, group))


def _is_period(group: GroupBy) -> bool:
    return group.name == METRIC_TIME and isinstance(group.grain, Grain)


def _grains(editing: Editing) -> Iterator[tuple[str, GroupBy]]:
    """The calendar units of which the asked days hold more than one."""
    window = editing.resolved.window
    for grain, days in _DAYS_OF.items():
        if window is None or window.days.days > days:
            group = GroupBy(name=METRIC_TIME, grain=grain)
            yield group_label(group, editing.knowledge.model, editing.language), group


def _dimensions(editing: Editing) -> Iterator[tuple[str, GroupBy]]:
    names = tuple(dimensions_of(editing.query, editing.knowledge))[:_MOST_DIMENSIONS]
    for name in names:
        yield field_label(name, editing.knowledge.model, editing.language), GroupBy(name=name)
