"""Datasets: the tables of the warehouse as definitions see them — keys, dimensions, validity.

Built by `loader` only, as parts of a `SemanticModel`. SQL fragments are sqlglot trees. Imports
`issues` and `query`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from semantic_layer.issues import Text
from semantic_layer.query import Grain

EntityType = Literal["primary", "unique", "foreign", "natural"]
DimensionType = Literal["categorical", "time"]
Region = Literal["province", "city"]


@dataclass(frozen=True)
class Words:
    """Other words for a name, by language, in the order of the definition."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def all(self) -> tuple[str, ...]:
        """The words of both languages."""
        return self.zh + self.en


@dataclass(frozen=True)
class Place:
    """Where a definition stands, for error messages."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def __deepcopy__(self, _: object) -> Place:
        # A fragment remembers its place, and is copied whenever a query uses it.
        return self


@dataclass(frozen=True)
class Entity:
    """A key of a dataset; a foreign one leads to the dataset where it is primary.

    A natural one is unique at each moment only: its dataset has a validity window.
    """

    name: str
    type: EntityType
    expr: exp.Expr


@dataclass(frozen=True)
class Dimension:
    """Something to group and filter by. `personal` ones name a person and are never shown.

    `conforms_to` names the dataset in which the same dimension, with the same members, is at home;
    it is None there. `order` has members that follow a fixed order (price bands, levels), `region`
    says that they are places.
    """

    name: str
    dataset: str
    type: DimensionType
    expr: exp.Expr
    label: Text
    description: Text
    synonyms: Words
    member_synonyms: Mapping[str, tuple[str, ...]]
    grain: Grain | None
    personal: bool
    place: Place
    conforms_to: str | None = None
    is_partition: bool = False
    order: tuple[str, ...] = ()
    region: Region | None = None


@dataclass(frozen=True)
class Validity:
    """The moments for which a row of a slowly changing dataset holds; an empty end is "still"."""

    start: exp.Expr
    end: exp.Expr


@dataclass(frozen=True)
class Dataset:
    """One table of the warehouse, the facts or things in it, and its keys.

    `qualifier` is the entity that stands before the names of its dimensions ("listing__country"),
    where names are not unique in the model without it.
    """

    name: str
    source: str
    grain: str
    label: Text
    export_name: Text
    entities: tuple[Entity, ...]
    dimensions: Mapping[str, Dimension]
    place: Place
    qualifier: str | None = None
    validity: Validity | None = None

    @property
    def partitions(self) -> tuple[Dimension, ...]:
        """The time dimensions by which the table is cut into daily copies."""
        return tuple(one for one in self.dimensions.values() if one.is_partition)

    @property
    def primary_entity(self) -> Entity | None:
        """The entity that identifies a row, if the dataset has one."""
        return next((entity for entity in self.entities if entity.type == "primary"), None)
