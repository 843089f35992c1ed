"""The one many-to-one path from a fact to the dataset that holds a dimension.

Two different paths are an Issue, not a choice. The paths themselves are found by `join_graph`.
"""

from __future__ import annotations

from semantic_layer.datasets import Dataset
from semantic_layer.model import SemanticModel
from semantic_layer.resolving.join_graph import Join as Join
from semantic_layer.resolving.join_graph import Path as Path
from semantic_layer.resolving.join_graph import Reached as Reached


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
    reached = model.join_graph.reached_from(dataset).get(dimension.name, ())
    if wanted:
        own = _own_keys(model.datasets[dataset])
        reached = tuple(one for one in reached if _leads_through(own, one.entities, wanted))
    return tuple(one for one in reached if len(one.path) == len(reached[0].path))


def reachable_dimensions(model: SemanticModel, dataset: str) -> tuple[str, ...]:
    """The dimensions that a metric of `dataset` can be grouped by, personal ones left out."""
    reached = model.join_graph.reached_from(dataset)
    return tuple(
        name
        for name, ways in reached.items()
        if not all(way.dimension.personal for way in ways)
        and len(ways_to(model, dataset, name)) == 1
    )


def _leads_through(
    own: tuple[str | None, ...], entities: tuple[str, ...], wanted: tuple[str, ...]
) -> bool:
    return entities[-len(wanted) :] == wanted or (entities == wanted[1:] and wanted[0] in own)


def _own_keys(dataset: Dataset) -> tuple[str | None, ...]:
    """The entities by which a row of the dataset can be told."""
    keys = (entity.name for entity in dataset.entities if entity.type != "foreign")
    return (dataset.qualifier, *keys)
