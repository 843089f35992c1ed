"""The values of a categorical dimension, as a query; the linker's index is filled from it."""

from __future__ import annotations

from sqlglot import exp

from semantic_layer.access.policy_scans import protected
from semantic_layer.model import Dimension, SemanticModel
from semantic_layer.printing.dialects import Dialect, printed


def members_sql(model: SemanticModel, dimension: Dimension, dialect: Dialect = "duckdb") -> str:
    """One column, `member`: every distinct value of the dimension that is not NULL, in order.

    Raises:
        QueryError: the role that the model is bound to may not read the dimension's table.
    """
    value = dimension.expr.copy()
    distinct = exp.Select().select(exp.alias_(value, "member", copy=False), copy=False)
    distinct = distinct.from_(exp.to_table(model.datasets[dimension.dataset].source), copy=False)
    distinct = distinct.where(
        exp.Not(this=exp.Is(this=dimension.expr.copy(), expression=exp.Null())), copy=False
    )
    distinct = distinct.group_by(exp.Literal.number(1), copy=False)
    listed = distinct.order_by(exp.Literal.number(1), copy=False)
    return printed(protected(listed, model.access), dialect, pretty=False)
