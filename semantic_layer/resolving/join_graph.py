"""`JoinGraph`: the ways from each dataset to the dimensions of others, found once for a model.

A join follows a foreign entity to the dataset where the entity is primary, unique, or natural (one
row at each moment), so that it never multiplies rows: there is no fan-out to repair later. Part of
`SemanticModel`, read through `joins`; imports only `datasets`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from semantic_layer.datasets import Dataset, Dimension, Entity

_MOST_HOPS = 4


@dataclass(frozen=True)
class Join:
    """`left`'s entity meets the same one of `right`, where it identifies a row."""

    left: str
    right: str
    left_entity: Entity
    right_entity: Entity


Path = tuple[Join, ...]


@dataclass(frozen=True)
class Reached:
    """A dimension as one dataset reaches it."""

    dimension: Dimension
    path: Path

    @cached_property
    def entities(self) -> tuple[str, ...]:
        """The entities that lead there."""
        return tuple(join.left_entity.name for join in self.path)


@dataclass(frozen=True)
class JoinGraph:
    """The datasets of a model as places, its entities as the roads between them."""

    datasets: Mapping[str, Dataset]
    _reached: dict[str, Mapping[str, tuple[Reached, ...]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def reached_from(self, dataset: str) -> Mapping[str, tuple[Reached, ...]]:
        """The dimensions that `dataset` reaches by name: every way to each, the shortest first."""
        found = self._reached.get(dataset)
        if found is None:
            found = self._reached[dataset] = self._search(dataset)
        return found

    def _search(self, dataset: str) -> Mapping[str, tuple[Reached, ...]]:
        ways: dict[str, list[Reached]] = defaultdict(list)
        for path in self._paths(dataset):
            for name, dimension in self.datasets[_end_of(path, dataset)].dimensions.items():
                ways[name].append(Reached(dimension, path))
        return {name: tuple(reached) for name, reached in ways.items()}

    def _paths(self, dataset: str) -> Iterator[Path]:
        yield ()
        frontier: list[tuple[Path, frozenset[str]]] = [((), frozenset({dataset}))]
        for _ in range(_MOST_HOPS):
            frontier = [
                ((*path, join), seen | {join.right})
                for path, seen in frontier
                for join in self._steps.get(_end_of(path, dataset), ())
                if join.right not in seen
            ]
            yield from (path for path, _ in frontier)

    @cached_property
    def _steps(self) -> Mapping[str, tuple[Join, ...]]:
        """The joins out of each dataset."""
        homes: dict[str, list[tuple[Dataset, Entity]]] = defaultdict(list)
        for dataset in self.datasets.values():
            for key in dataset.entities:
                if key.type != "foreign":
                    homes[key.name].append((dataset, key))
        return {
            dataset.name: tuple(
                Join(dataset.name, home.name, entity, key)
                for entity in dataset.entities
                for home, key in homes.get(entity.name, ())
                if home is not dataset
            )
            for dataset in self.datasets.values()
        }


def _end_of(path: Path, dataset: str) -> str:
    return path[-1].right if path else dataset
