"""Who may read what: the rules of each role, and what they come to for the tables of a model.

`AccessPolicy` is what the definition files say. `Access` is what one role may read of one model; a
model that carries it (`SemanticModel.access`) is compiled through it. Built by `policy_entries` and
`role_access`. Imports only `issues` and `query`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from sqlglot import exp

from semantic_layer.issues import Issue
from semantic_layer.query import Filter

Role = Literal["operator", "executive", "analyst", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
EVERYONE = "everyone"
EVERY_DATASET = "*"


@dataclass(frozen=True)
class RowRule:
    """Rows of a dataset: a condition on its own columns, one on dimensions that it reaches.

    Both must hold; with neither these are all rows. `dataset` may be `EVERY_DATASET` then.
    """

    dataset: str
    filter: exp.Expr | None = None
    where: Filter | None = None
    place: str = field(default="", compare=False)

    @property
    def is_every_row(self) -> bool:
        """Whether no row is left out."""
        return self.filter is None and self.where is None


@dataclass(frozen=True)
class Mask:
    """`text` in place of every value of a column; None leaves it empty."""

    dataset: str
    column: str
    text: str | None
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class MetricLimit:
    """The only metrics that a role may use: those named, and those of a status."""

    names: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RoleRules:
    """Grants widen (any of them is enough), filters, masks and limits narrow (all of them hold)."""

    grants: tuple[RowRule, ...] = ()
    filters: tuple[RowRule, ...] = ()
    masks: tuple[Mask, ...] = ()
    limits: tuple[MetricLimit, ...] = ()

    def grants_of(self, dataset: str) -> tuple[RowRule, ...]:
        """The grants that let a dataset be read."""
        return tuple(one for one in self.grants if one.dataset in (dataset, EVERY_DATASET))

    @property
    def grant_everything(self) -> bool:
        """Whether every dataset may be read, also those that no rule can name."""
        return any(one.dataset == EVERY_DATASET for one in self.grants)

    def __add__(self, other: RoleRules) -> RoleRules:
        return RoleRules(
            self.grants + other.grants,
            self.filters + other.filters,
            self.masks + other.masks,
            self.limits + other.limits,
        )


@dataclass(frozen=True)
class AccessPolicy:
    """The rules by role; those of `EVERYONE` hold for all. A role without rules reads nothing."""

    roles: Mapping[str, RoleRules]

    def rules_of(self, role: str) -> RoleRules:
        """All rules that hold for a role.

        >>> AccessPolicy({}).rules_of("analyst").grants_of("orders")
        ()
        """
        return self.roles.get(role, RoleRules()) + self.roles.get(EVERYONE, RoleRules())


@dataclass(frozen=True)
class TableAccess:
    """What stands in place of one table: `select`, or the table itself where that is None.

    `conditions` are the rules behind it, each group an OR and all groups an AND. A `problem` says
    why the rules cannot be applied; the table is then not read at all.
    """

    source: str
    conditions: tuple[tuple[RowRule, ...], ...] = ()
    masks: Mapping[str, Mask] = field(default_factory=dict)
    select: exp.Select | None = None
    problem: Issue | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all rows are seen as they are."""
        return not self.conditions and not self.masks


@dataclass(frozen=True)
class Access:
    """What one role may read of one model; whatever is not listed may not be read.

    `tables` go by `table_key` of their source, `calendars` by the same; `datasets` and
    `refused_metrics` (with the reason) by name.
    """

    tables: Mapping[str, TableAccess]
    calendars: frozenset[str]
    datasets: frozenset[str]
    refused_metrics: Mapping[str, Issue]

    def sees_all_of(self, source: str) -> bool:
        """Whether a table is seen as it is: every row, every column."""
        table = self.tables.get(table_key(source))
        return table is not None and table.is_whole

    def mask_of(self, source: str, column: str) -> Mask | None:
        """What hides a column."""
        table = self.tables.get(table_key(source))
        return table.masks.get(column.lower()) if table else None


def table_key(source: str) -> str:
    """A table's name as databases compare it: without regard to case."""
    return source.lower()
