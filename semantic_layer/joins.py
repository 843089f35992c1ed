"""The one many-to-one path from a fact to the dataset that holds a dimension.

A join follows a foreign entity to the dataset where the entity is primary, unique, or natural (one
row at each moment), so that it never multiplies rows: there is no fan-out to repair later. Two
different paths are an Issue, not a choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from semantic_layer.model import Dataset, Dimension, Entity, SemanticModel

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


def ways_to(model: SemanticModel, dataset: str, name: str) -> tuple[Reached, ...]:
    """The shortest ways from `dataset` to the dimension `name`; none if it cannot be reached.

    A qualified name ("listing__user__home_state") says the entities of the way itself.
    """
    found = model.find_dimension(name)
    if found is None:
        return ()
    through, dimension = found
    qualifier = dimension.name.rpartition("__")[0]
    is_qualified = bool(qualifier) and model.datasets[dimension.dataset].qualifier is not None
    wanted = (*through, qualifier) if is_qualified else through
    reached = [
        Reached(at, path)
        for path in _paths(model, dataset)
        if (at := model.datasets[_end_of(path, dataset)].dimensions.get(dimension.name))
        and (not wanted or _leads_through(model, dataset, path, wanted))
    ]
    shortest = min((len(one.path) for one in reached), default=0)
    return tuple(one for one in reached if len(one.path) == shortest)


def reachable_dimensions(model: SemanticModel, dataset: str) -> tuple[str, ...]:
    """The dimensions that a metric of `dataset` can be grouped by, personal ones left out."""
    names: dict[str, None] = {}
    for path in _paths(model, dataset):
        for name, dimension in model.datasets[_end_of(path, dataset)].dimensions.items():
            if not dimension.personal and len(ways_to(model, dataset, name)) == 1:
                names[name] = None
    return tuple(names)


def _leads_through(model: SemanticModel, dataset: str, path: Path, wanted: tuple[str, ...]) -> bool:
    entities = tuple(join.left_entity.name for join in path)
    return entities[-len(wanted) :] == wanted or (
        entities == wanted[1:] and wanted[0] in _own_keys(model.datasets[dataset])
    )


def _own_keys(dataset: Dataset) -> tuple[str | None, ...]:
    """The entities by which a row of the dataset can be told."""
    keys = (entity.name for entity in dataset.entities if entity.type != "foreign")
    return (dataset.qualifier, *keys)


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
        for other in model.datasets.values():
            for key in other.entities:
                if key.name == entity.name and key.type != "foreign" and other is not dataset:
                    yield Join(dataset.name, other.name, entity, key)
