"""Queries against hand-written SQL, and the compiled text against golden files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from semantic_layer import SemanticQuery
from tests import toy_shop

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases.yml").read_text(encoding="utf-8")
)
GOLDEN = Path(__file__).parents[1] / "golden" / "sql"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_rows_equal_hand_written_sql(case: dict[str, Any]) -> None:
    rows = toy_shop.answer(case["query"])
    assert rows == toy_shop.rows_of(case["reference_sql"])
    assert rows, "a case without rows shows nothing"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_sql_is_the_golden_text(case: dict[str, Any]) -> None:
    path = GOLDEN / f"{case['title']}.sql"
    sql = toy_shop.compiled(SemanticQuery.model_validate(case["query"])).sql + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        assert os.environ.get("CI") is None, "golden files are never updated in CI"
        path.write_text(sql, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == sql


def test_every_golden_file_has_its_case() -> None:
    assert {path.stem for path in GOLDEN.glob("*.sql")} == {case["title"] for case in CASES}
