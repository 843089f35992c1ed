"""The one many-to-one path from a fact to the dataset that holds a dimension.

A join follows a foreign entity to the dataset where the entity is primary (or unique), so that it
never multiplies rows: there is no fan-out to repair later. Two different paths are an Issue, not a
choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from semantic_layer.model import Dataset, Dimension, Entity, SemanticModel

_MOST_HOPS = 4


@dataclass(frozen=True)
class Join:
    """`left`'s foreign entity meets `right`'s primary or unique one."""

    left: str
    right: str
    left_entity: Entity
    right_entity: Entity


Path = tuple[Join, ...]


def paths_to(model: SemanticModel, dataset: str, dimension: str) -> tuple[Path, ...]:
    """The shortest paths from `dataset` to one that defines `dimension`; `((),)` if it does."""
    found = [
        path
        for path in _paths(model, dataset)
        if dimension in model.datasets[_end_of(path, dataset)].dimensions
    ]
    shortest = min((len(path) for path in found), default=0)
    return tuple(path for path in found if len(path) == shortest)


def dimension_at(model: SemanticModel, dataset: str, path: Path, dimension: str) -> Dimension:
    """The dimension as the dataset at the end of `path` defines it."""
    return model.datasets[_end_of(path, dataset)].dimensions[dimension]


def reachable_dimensions(model: SemanticModel, dataset: str) -> tuple[str, ...]:
    """The dimensions that a metric of `dataset` can be grouped by, personal ones left out."""
    names: dict[str, None] = {}
    for path in _paths(model, dataset):
        for name, dimension in model.datasets[_end_of(path, dataset)].dimensions.items():
            if not dimension.personal and len(paths_to(model, dataset, name)) == 1:
                names[name] = None
    return tuple(names)


def _end_of(path: Path, dataset: str) -> str:
    return path[-1].right if path else dataset


def _paths(model: SemanticModel, dataset: str) -> Iterator[Path]:
    yield ()
    frontier: list[tuple[Path, frozenset[str]]] = [((), frozenset({dataset}))]
    for _ in range(_MOST_HOPS):
        frontier = [
            ((*path, join), seen | {join.right})
            for path, seen in frontier
            for join in _steps(model, model.datasets[_end_of(path, dataset)])
            if join.right not in seen
        ]
        yield from (path for path, _ in frontier)


def _steps(model: SemanticModel, dataset: Dataset) -> Iterator[Join]:
    for entity in dataset.entities:
        if entity.type != "foreign":
            continue
        for other in model.datasets.values():
            for key in other.entities:
                if key.name == entity.name and key.type in ("primary", "unique"):
                    yield Join(dataset.name, other.name, entity, key)
