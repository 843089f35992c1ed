"""Chips of the conditions: other members, the member shut out, none; and one that adds some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.chips.chip import Alternative, Chip, Edit, Editing, Listed, dimensions_of
from assistant.follow_ups.plan_edits import conditions, with_condition, without_condition
from assistant.presentation.wording import column_label, condition_text, field_label
from semantic_layer import SemanticQuery, Text
from semantic_layer.query import Compare, Filter, In, Not, Scalar
from semantic_layer.resolving.filters import fields_of

_LABEL = Text(zh="筛选", en="filter")
_MOST_MEMBERS = 8
_MOST_NEW_FIELDS = 4
_MOST_NEW_MEMBERS = 4


def filter_chips(editing: Editing) -> Iterator[Chip]:
    """One chip a condition, and one that adds a condition."""
    before = editing.before
    known = set(conditions(before.where)) if before is not None else set()
    for condition in conditions(editing.query.where):
        yield Chip(
            kind="filter",
            label=editing.say(_LABEL),
            text=_worded(editing, condition),
            is_changed=before is not None and condition not in known,
            alternatives=tuple(_alternatives(editing, condition)),
            without=editing.kept(without_condition(editing.query, condition)),
            listed=_members(editing, condition),
        )
    offered = tuple(editing.offers(_additions(editing), "add"))
    if offered:
        yield Chip("filter", editing.say(_LABEL), "", alternatives=offered)


def with_members(query: SemanticQuery, field: str, members: Iterable[str]) -> SemanticQuery:
    """The same question for these members of a dimension only."""
    return with_condition(query, In(field=field, values=tuple(members)))


def _alternatives(editing: Editing, condition: Filter) -> Iterator[Alternative]:
    said = _said(condition)
    if said is None:
        return
    field, values, is_shut_out = said
    swaps = (
        (member, _in_place_of(editing.query, condition, In(field=field, values=(member,))))
        for member in editing.members_of(field)[: _MOST_MEMBERS + len(values)]
        if member not in values
    )
    yield from editing.offers(swaps)
    only = In(field=field, values=values)
    turned = only if is_shut_out else Not(part=only)
    edit = (_worded(editing, turned), _in_place_of(editing.query, condition, turned))
    yield from editing.offers([edit], "replace" if is_shut_out else "exclude")


def _members(editing: Editing, condition: Filter) -> Listed | None:
    """The members that a condition asks for; None where it shuts them out, or is another kind."""
    said = _said(condition)
    if said is None or said[2]:
        return None
    field, values, _ = said
    every = tuple(
        dict.fromkeys((*editing.members_of(field), *editing.knowledge.members.get(field, ())))
    )
    picked = tuple(value for value in values if isinstance(value, str) and value in every)
    return Listed(field, picked, every) if len(picked) == len(values) else None


def _said(condition: Filter) -> tuple[str, tuple[Scalar, ...], bool] | None:
    """The field and the values of a condition that lists them, and whether it shuts them out."""
    match condition:
        case In(field=field, values=values):
            return field, values, False
        case Compare(field=field, operator="=", value=value):
            return field, (value,), False
        case Not(part=In(field=field, values=values)):
            return field, values, True
        case Compare(field=field, operator="!=", value=value):
            return field, (value,), True
        case _:
            return None


def _in_place_of(query: SemanticQuery, old: Filter, new: Filter) -> SemanticQuery:
    return with_condition(without_condition(query, old), new)


def _additions(editing: Editing) -> Iterator[Edit]:
    taken = set(fields_of(editing.query.where))
    free = (name for name in dimensions_of(editing.query, editing.knowledge) if name not in taken)
    for name in tuple(free)[:_MOST_NEW_FIELDS]:
        label = field_label(name, editing.knowledge.model, editing.language)
        for member in editing.members_of(name)[:_MOST_NEW_MEMBERS]:
            yield f"{label} = {member}", with_members(editing.query, name, (member,))


def _worded(editing: Editing, condition: Filter) -> str:
    model, language = editing.knowledge.model, editing.language
    return condition_text(
        condition, lambda name: column_label(name, editing.query, model, language), language
    )
