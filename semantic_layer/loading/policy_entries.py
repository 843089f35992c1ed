"""`access_policy:` in definition files: raw types of the YAML, and the rules that they mean.

Part of the definitions' line: `definition_files` lists the kind of file, `merging` asks for the
policy of all files together, `policy_rules` checks it against the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from semantic_layer.access.access_policy import AccessPolicy, Mask, MetricLimit, RoleRules, RowRule
from semantic_layer.loading.fragments import parse_condition
from semantic_layer.model import Place, Status
from semantic_layer.query import Filter

PlaceOf = Callable[..., Place]

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RowsEntry(_Entry):
    """Rows of a dataset; without `filter` and `where` all of them. "*" means every dataset."""

    dataset: str
    filter: _Text | None = None
    where: Filter | None = None


class MaskEntry(_Entry):
    """A column, or the dimension that shows it, with `text` for every value, or none."""

    dataset: str
    column: str
    text: _Text | None = None


class MetricsEntry(_Entry):
    """The only metrics that a role may use."""

    names: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()


class RoleEntry(_Entry):
    """The rules of a role; those of `everyone` hold for every role."""

    role: Literal["operator", "executive", "analyst", "admin", "everyone"]
    grants: tuple[RowsEntry, ...] = ()
    filters: tuple[RowsEntry, ...] = ()
    masks: tuple[MaskEntry, ...] = ()
    metrics: MetricsEntry | None = None


class AccessFile(_Entry):
    """Rules by role; a later folder replaces those of a role whole."""

    access_policy: tuple[RoleEntry, ...] = Field(min_length=1)


ENTRY_TYPES: tuple[type[BaseModel], ...] = (
    AccessFile,
    RoleEntry,
    RowsEntry,
    MaskEntry,
    MetricsEntry,
)


@dataclass(frozen=True)
class AccessAt:
    """An entry, and `place`, which gives the line of a key in it."""

    entry: RoleEntry
    place: PlaceOf


def policy_of_entries(entries: Iterable[AccessAt]) -> AccessPolicy:
    """The policy that the entries, one a role, write.

    Raises:
        DefinitionError: a `filter` is not a condition over columns.
    """
    return AccessPolicy({at.entry.role: _rules_of(at.entry, at.place) for at in entries})


def _rules_of(entry: RoleEntry, place: PlaceOf) -> RoleRules:
    limit = entry.metrics
    return RoleRules(
        grants=_row_rules(entry.grants, "grants", place),
        filters=_row_rules(entry.filters, "filters", place),
        masks=tuple(
            Mask(one.dataset, one.column, one.text, str(place("masks", number)))
            for number, one in enumerate(entry.masks)
        ),
        limits=(MetricLimit(frozenset(limit.names), frozenset(limit.statuses)),) if limit else (),
    )


def _row_rules(entries: tuple[RowsEntry, ...], key: str, place: PlaceOf) -> tuple[RowRule, ...]:
    return tuple(
        RowRule(
            one.dataset,
            parse_condition(one.filter, place(key, number, "filter")) if one.filter else None,
            one.where,
            str(place(key, number)),
        )
        for number, one in enumerate(entries)
    )
