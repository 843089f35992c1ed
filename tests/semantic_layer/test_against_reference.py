"""Any query over the shipped definitions and any small shop: the SQL gives the reference's rows.

The reference (`reference/`) is plain Python over lists of rows. How many cases are drawn follows
from the Hypothesis profile: 200 in `ci`, the default; 1,000 in `commit`, that of `make check`.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from semantic_layer import (
    QueryError,
    SemanticModel,
    SemanticQuery,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.loader import load_model
from tests.semantic_layer.reference.answers import answer
from tests.semantic_layer.reference.database import catalog_of, run
from tests.semantic_layer.reference.queries import queries
from tests.semantic_layer.reference.shop import Shop
from tests.semantic_layer.reference.tables import shops

# Each case covers one of a great many combinations, so there are more of them than of other laws.
CASES = 4 * settings().max_examples


@cache
def shipped() -> SemanticModel:
    return load_model()


@st.composite
def cases(draw: st.DrawFn) -> tuple[SemanticQuery, Shop]:
    query = draw(queries(shipped()))
    return query, draw(shops(shipped(), set(query.metrics)))


@settings(max_examples=CASES)
@given(cases())
def test_compiled_sql_gives_the_rows_of_the_reference(case: tuple[SemanticQuery, Shop]) -> None:
    query, shop = case
    expected = answer(query, shop)
    try:
        resolved = resolve(query, shop.model, catalog_of(shop), shop.today)
    except QueryError as error:
        codes = {issue.code for issue in error.issues}
        assert codes <= set(expected), "each step tells its own problems, the first that finds any"
        return
    compiled = compile_query(plan(resolved))
    assert isinstance(compiled.tree, exp.Select)
    assert _plain(run(compiled.sql, shop)) == _plain(expected), _told(query, compiled.sql)


def _told(query: SemanticQuery, sql: str) -> str:
    return f"{query.model_dump_json(exclude_defaults=True)}\n{sql}"


def _plain(rows: Any) -> list[tuple[Any, ...]]:
    """Numbers as floats, rounded where sums of the same numbers may differ in their last bit."""
    return [
        tuple(
            round(float(cell), 9) if isinstance(cell, Decimal | float | int) else cell
            for cell in row
        )
        for row in rows
    ]
