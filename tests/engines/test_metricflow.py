"""MetricFlow's requests: the same answers from PostgreSQL as from DuckDB, or a refusal by name.

Over the small shop of `tests/metricflow_shop`, and over MetricFlow's own cases, which need the
folder that KOUJING_SHARED_DATA names.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from assistant import Answer, Assistant, Settings
from assistant.defining.metricflow import import_definitions
from tests.engines.copied_tables import DECLARATION, copy_tables, tables_of
from tests.metricflow_shop import DEFINITIONS, TABLES
from tests.semantic_layer.test_metricflow_answers import CASES
from warehouse import load_source_tables

NOW = datetime(2025, 3, 10)
MANIFESTS = {
    "EXTENDED_DATE_MODEL": "extended_date_manifest",
    "PARTITIONED_MULTI_HOP_JOIN_MODEL": "partitioned_multi_hop_join_manifest",
    "SCD_MODEL": "scd_manifest",
    "SIMPLE_MODEL": "simple_manifest",
    "UNPARTITIONED_MULTI_HOP_JOIN_MODEL": "multi_hop_join_manifest",
}
NOT_ON_POSTGRES = {"APPROX_QUANTILE"}


def both_engines(
    server: str, name: str, tables: Path, project: Path
) -> tuple[Assistant, Assistant]:
    """The same source tables behind either engine, in one project folder."""
    load_source_tables(project / "warehouse", tables, now=NOW)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = server.replace("dbname=postgres", f"dbname={name}")
    (snapshot,) = (project / "warehouse").glob("*.duckdb")
    with (
        psycopg.connect(url) as target,
        duckdb.connect(str(snapshot), read_only=True) as source,
    ):
        names = [one for one in tables_of(source) if one.startswith("source.")]
        copy_tables(source, target, names)
        target.execute(DECLARATION)
        for one in names:
            target.execute("INSERT INTO koujing.coverage VALUES (%s, NULL, NULL, NULL)", (one,))
    remote = Settings(engine="postgres", engine_url=SecretStr(url))
    return Assistant(project, Settings()), Assistant(project, remote)


@pytest.fixture(scope="module")
def small_shop(
    server: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Assistant, Assistant]:
    project = tmp_path_factory.mktemp("small")
    engines = both_engines(server, "small_shop", TABLES, project)
    import_definitions(project / "models", DEFINITIONS)
    return engines


@pytest.mark.parametrize("name", CASES)
def test_small_shop(name: str, small_shop: tuple[Assistant, Assistant]) -> None:
    local, remote = (answer(one, CASES[name][0]) for one in small_shop)
    assert local.status == remote.status == "answered", remote.summary
    assert rows_of(remote) == rows_of(local), remote.sql
    assert [one.type for one in remote.columns] == [one.type for one in local.columns]


def test_metricflows_own_cases(server: str, shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "metricflow"
    local, remote = both_engines(server, "own_cases", folder / "tables", tmp_path)
    lines = (folder / "cases" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases: list[dict[str, Any]] = sorted(map(json.loads, lines), key=lambda case: case["model"])
    model, outcomes, differing = "", Counter[str](), []
    for case in cases:
        if case["model"] != model:
            model = case["model"]
            import_definitions(tmp_path / "models", folder / "manifests" / MANIFESTS[model])
        one, other = answer(local, request_of(case)), answer(remote, request_of(case))
        lacking = [issue.where for issue in other.issues if issue.code == "not_on_engine"]
        outcomes[str(lacking[0]) if lacking else other.status] += 1
        if not lacking and (one.status, rows_of(one)) != (other.status, rows_of(other)):
            differing.append((case["name"], other.summary, other.sql))
    assert differing == []
    assert set(outcomes) <= {"answered", "refused", *NOT_ON_POSTGRES}, outcomes
    assert outcomes["answered"] >= 95, outcomes


def request_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """A case as a request: its filter is the one whose template is filled in."""
    asked = {name: value for name, value in case.items() if name != "where_filter_rendered"}
    return {**asked, "where_filter": case.get("where_filter_rendered")}


def answer(assistant: Assistant, request: Mapping[str, Any]) -> Answer:
    (found,) = assistant.answer_requests([request], now=NOW)
    return found


def rows_of(found: Answer) -> list[tuple[Any, ...]]:
    """The rows in any order; numbers agree in ten digits."""
    rows = [
        tuple(f"{cell:.10g}" if isinstance(cell, int | float) else cell for cell in row)
        for row in found.rows
    ]
    return sorted(rows, key=str)
