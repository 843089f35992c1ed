"""A mask follows its dimension: the datasets that the dimension conforms to hide it, too.

Between `access_policy` and what applies (`role_access`) or checks (`policy_rules`) its rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.access.access_policy import Mask, RoleRules
from semantic_layer.model import SemanticModel
from semantic_layer.resolving.availability import columns_of


def spread_masks(model: SemanticModel, rules: RoleRules) -> tuple[Mask, ...]:
    """The masks by column, each also where another dataset holds the same dimension.

    A mask may name the dimension instead of its column.
    """
    spread = [one for mask in rules.masks for one in (_own(model, mask), *_others(model, mask))]
    return tuple(dict.fromkeys(spread))


def _own(model: SemanticModel, mask: Mask) -> Mask:
    dataset = model.datasets.get(mask.dataset)
    dimension = dataset.dimensions.get(mask.column) if dataset else None
    if dimension is None or not isinstance(dimension.expr, exp.Column):
        return mask
    return Mask(mask.dataset, dimension.expr.name, mask.text, mask.place)


def _others(model: SemanticModel, mask: Mask) -> Iterator[Mask]:
    column = _own(model, mask).column.lower()
    dataset = model.datasets.get(mask.dataset)
    names = {
        name
        for name, dimension in (dataset.dimensions if dataset else {}).items()
        if isinstance(dimension.expr, exp.Column) and dimension.expr.name.lower() == column
    }
    for other in model.datasets.values():
        for name in names & other.dimensions.keys():
            if other.name != mask.dataset:
                for read in columns_of(other.dimensions[name].expr):
                    yield Mask(other.name, read, mask.text, mask.place)
