"""Ways between datasets: found once for a model, the same as those of a search without an index."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import pytest
from sqlglot import exp

from semantic_layer.loader import load_model
from semantic_layer.loading.fragments import parse_fragment, place_of
from semantic_layer.model import Place, SemanticModel
from semantic_layer.resolving.joins import reachable_dimensions, ways_to


def plain_search(model: SemanticModel, dataset: str) -> Iterator[tuple[str, ...]]:
    """The datasets on each way, by walking over every pair of entities."""
    frontier: list[tuple[str, ...]] = [(dataset,)]
    for _ in range(5):
        yield from frontier
        frontier = [
            (*way, other.name)
            for way in frontier
            for entity in model.datasets[way[-1]].entities
            for other in model.datasets.values()
            for key in other.entities
            if key.name == entity.name and key.type != "foreign" and other.name not in way
        ]


@pytest.mark.parametrize("dataset", sorted(load_model().datasets))
def test_the_ways_are_the_shortest_of_all(dataset: str) -> None:
    model = load_model()
    for name in model.dimensions:
        every = [
            way
            for way in plain_search(model, dataset)
            if name in model.datasets[way[-1]].dimensions
        ]
        shortest = min(map(len, every), default=0)
        found = [
            (dataset, *(join.right for join in way.path)) for way in ways_to(model, dataset, name)
        ]
        assert found == [way for way in every if len(way) == shortest]


def test_a_smaller_model_has_ways_of_its_own() -> None:
    model = load_model()
    assert "brand" in reachable_dimensions(model, "order_items")
    alone = replace(model, datasets={"order_items": model.datasets["order_items"]})
    assert "brand" not in reachable_dimensions(alone, "order_items")
    assert "brand" in reachable_dimensions(model, "order_items")


def test_a_copied_fragment_knows_its_place_and_no_more() -> None:
    place = Place("orders.yml", 7)
    copied = deepcopy(parse_fragment("coalesce(refund_amount, 0)", place))
    assert place_of(copied, Place("other.yml", 1)) is place
    assert not any(node.meta for node in copied.walk() if isinstance(node, exp.Column))
