"""PostgreSQL gives the rows of DuckDB: the cases, governed SQL, and any query of any shop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from semantic_layer import SemanticQuery
from semantic_layer.governed_sql import compile_sql
from tests import toy_shop
from tests.engines.same_rows import in_words, plain, rows_over
from tests.semantic_layer.evaluator import Shop
from tests.semantic_layer.shops import run
from tests.semantic_layer.test_against_evaluator import queries, shops
from tests.semantic_layer.test_finishing_against_evaluator import finished_queries
from warehouse.postgres import PostgresEngine

CASES = Path(__file__).parents[1] / "semantic_layer"


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("case", cases("cases.yml"), ids=lambda case: case["title"])
def test_cases(case: dict[str, Any], engine: PostgresEngine) -> None:
    found = engine.execute(in_words(case["query"])).rows
    assert plain(found) == plain(toy_shop.answer(case["query"]))
    assert found, "a case without rows shows nothing"


@pytest.mark.parametrize("case", cases("governed_cases.yml"), ids=lambda case: case["title"])
def test_governed_sql(case: dict[str, Any], engine: PostgresEngine) -> None:
    compiled = compile_sql(
        case["sql"], toy_shop.model(), toy_shop.catalog(), toy_shop.TODAY, "postgres"
    )
    print(compiled.sql)  # noqa: T201 - pytest shows it when the test fails
    found = engine.execute(compiled.sql).rows
    assert plain(found) == plain(toy_shop.rows_of(case["reference_sql"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shop=shops(), query=queries())
def test_any_query_of_any_shop(owner: psycopg.Connection, shop: Shop, query: SemanticQuery) -> None:
    expected = run(toy_shop.compiled(query).sql, shop)
    assert plain(rows_over(owner, shop, query)) == plain(expected)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shop=shops(), query=finished_queries())
def test_any_share_rank_and_rest(
    owner: psycopg.Connection, shop: Shop, query: SemanticQuery
) -> None:
    expected = run(toy_shop.compiled(query).sql, shop)
    assert plain(rows_over(owner, shop, query)) == plain(expected)
