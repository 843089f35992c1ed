"""What stands in a filter: its conditions on single fields, its fields, its metrics.

Imports only `query`.
"""

from __future__ import annotations

from collections.abc import Iterator

from semantic_layer.query import And, Compare, CompareMetric, Filter, In, IsNull, Not, Or

Leaf = Compare | CompareMetric | In | IsNull


def leaves_of(condition: Filter | None) -> Iterator[Leaf]:
    """The conditions on single fields in a filter, in order."""
    match condition:
        case None:
            return
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from leaves_of(part)
        case Not(part=part):
            yield from leaves_of(part)
        case Compare() | CompareMetric() | In() | IsNull():
            yield condition


def fields_of(condition: Filter | None) -> Iterator[str]:
    """The fields of a filter: dimensions in `where`, metrics in `having`."""
    for leaf in leaves_of(condition):
        if isinstance(leaf, CompareMetric):
            yield from leaf.by
        else:
            yield leaf.field


def metric_filters_of(condition: Filter | None) -> Iterator[CompareMetric]:
    """The conditions on a metric for each of some entities."""
    return (leaf for leaf in leaves_of(condition) if isinstance(leaf, CompareMetric))
