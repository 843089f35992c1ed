"""Whether the constants of a filter fit their columns: `channel = 5` would fail in the database."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.catalog import Catalog
from semantic_layer.governed_sql import shop_problems
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import Compare, Filter, In, Scalar
from semantic_layer.resolving.filters import leaves_of

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


def value_issues(
    condition: Filter | None, model: SemanticModel, catalog: Catalog
) -> Iterator[Issue]:
    """The comparisons of a dimension with a constant of another type."""
    for leaf in leaves_of(condition):
        if not isinstance(leaf, Compare | In):
            continue
        sql_type = _type_of(leaf.field, model, catalog)
        values = leaf.values if isinstance(leaf, In) else (leaf.value,)
        for value in values:
            if sql_type is not None and not _fits(value, sql_type):
                yield shop_problems.sql_value_type(leaf.field, sql_type, str(value))


def _type_of(field: str, model: SemanticModel, catalog: Catalog) -> str | None:
    """The type of the column behind a categorical dimension, if it is one column."""
    found = model.find_dimension(field)
    if found is None or found[1].type == "time" or not isinstance(found[1].expr, exp.Column):
        return None
    table = catalog.tables.get(model.datasets[found[1].dataset].source)
    return table.columns.get(found[1].expr.name) if table else None


def _fits(value: Scalar, sql_type: str) -> bool:
    if sql_type == "VARCHAR":
        return isinstance(value, str)
    if sql_type == "BOOLEAN":
        return isinstance(value, bool)
    if sql_type.startswith(_NUMBERS):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return True
