"""MetricFlow's side of the comparison: requests in on stdin, the time of each `explain` out.

Runs under MetricFlow's own environment and imports nothing of the project, which is no dependency
of that environment as MetricFlow is none of ours. One line of JSON a request and a reply, so that
`metricflow_explain` can let the two sides take turns.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.parsing.dir_to_model import (
    parse_yaml_files_to_validation_ready_semantic_manifest,
)
from metricflow_semantic_interfaces.parsing.objects import YamlConfigFile
from metricflow_semantic_interfaces.type_enums.date_part import DatePart
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from metricflow_semantics.specs.query_param_implementations import (
    DimensionOrEntityParameter,
    TimeDimensionParameter,
)


class DuckDbWithoutData:
    """What `explain` asks of a connection: which SQL to write."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()

    def render_bind_parameter_key(self, key: str) -> str:
        """The place of a parameter in SQL text."""
        return f"${key}"


@cache
def engine_of(folder: Path) -> MetricFlowEngine:
    """The engine of a manifest; the calendar stands in the folder `shared` if it has none."""
    files = [_file(path) for path in sorted(folder.rglob("*.y*ml"))]
    if not any("project_configuration:" in file.contents for file in files):
        files += [_file(path) for path in sorted((folder.parent / "shared").glob("*.y*ml"))]
    built = parse_yaml_files_to_validation_ready_semantic_manifest(
        files, apply_transformations=True, raise_issues_as_exceptions=False
    )
    return MetricFlowEngine(SemanticManifestLookup(built.semantic_manifest), DuckDbWithoutData())


def _file(path: Path) -> YamlConfigFile:
    text = path.read_text(encoding="utf-8").replace("$source_schema", "source")
    return YamlConfigFile(filepath=str(path), contents=text)


def explained(request: Mapping[str, Any], engine: MetricFlowEngine) -> float:
    """Milliseconds from the request to its SQL."""
    started = perf_counter()
    start, end = request.get("time_constraint", (None, None))
    where = request.get("where_filter")
    parts = [_parts(one) for one in request.get("group_by_objs", ())]
    asked = MetricFlowQueryRequest.create(
        saved_query_name=request.get("saved_query_name"),
        metric_names=request.get("metrics"),
        group_by_names=request.get("group_bys"),
        group_by=parts or None,
        where_constraints=[where] if isinstance(where, str) else where,
        time_constraint_start=datetime.fromisoformat(start) if start else None,
        time_constraint_end=datetime.fromisoformat(end) if end else None,
        order_by_names=request.get("order_bys"),
        limit=request.get("limit"),
        min_max_only=bool(request.get("min_max_only")),
    )
    text = engine.explain(asked).sql_statement.sql
    spent = (perf_counter() - started) * 1000
    assert text, "explain writes SQL or raises"
    return spent


def _parts(column: Mapping[str, str]) -> DimensionOrEntityParameter | TimeDimensionParameter:
    if column.keys() == {"name"}:
        return DimensionOrEntityParameter(column["name"])
    part = column.get("date_part")
    return TimeDimensionParameter(
        name=column["name"],
        grain=column.get("grain"),
        date_part=DatePart(part.lower()) if part else None,
    )


def main() -> None:
    """Answer each line with {"milliseconds"} or {"error"}."""
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        asked = json.loads(line)
        engine = engine_of(Path(asked["folder"]))
        reply: dict[str, object]
        try:
            reply = {"milliseconds": explained(asked["request"], engine)}
        except Exception as error:  # noqa: BLE001 - it has no common type for what it refuses
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
