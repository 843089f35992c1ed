"""One number over another: how every ratio, rate, share and mean of the package is written.

Used by `planner`, `shares`, `running` and `means`. Imports nothing of the package.
"""

from __future__ import annotations

from sqlglot import exp


def quotient(above: exp.Expr, below: exp.Expr) -> exp.Expr:
    """A DOUBLE; NULL where the lower number is 0 or NULL."""
    return exp.Div(
        this=exp.cast(above, exp.DataType.Type.DOUBLE),
        expression=exp.Nullif(this=below, expression=exp.Literal.number(0)),
        typed=False,
        safe=False,
    )


def mean_over(total: exp.Expr, count: exp.Expr) -> exp.Expr:
    """A DOUBLE: a total over a number of periods, which is never 0."""
    number = exp.cast(total, exp.DataType.Type.DOUBLE)
    return exp.Div(this=number, expression=count, typed=False, safe=False)
