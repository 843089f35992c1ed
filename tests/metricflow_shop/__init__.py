"""A small shop in MetricFlow's form: definitions, the calendar in `shared`, and its tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from ui.command_line import main

HERE = Path(__file__).parent
DEFINITIONS, SHARED, TABLES = HERE / "shop", HERE / "shared", HERE / "tables"

Line = Mapping[str, Any]


def run(*arguments: str | Path) -> Result:
    """The command line, in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def import_into(project: Path, definitions: Path = DEFINITIONS, tables: Path = TABLES) -> Path:
    """The project, with definitions and tables imported."""
    done = run("--project", project, "import", "metricflow", definitions, "--tables", tables)
    assert done.exit_code == 0, (done.output, done.exception)
    return project


def answers(project: Path, requests: Iterable[Line]) -> list[dict[str, Any]]:
    """What `koujing query --metricflow` prints for requests, each with an id of its own."""
    batch = project / "requests.jsonl"
    batch.write_text("".join(json.dumps(line) + "\n" for line in requests), encoding="utf-8")
    asked = run("--project", project, "query", "--metricflow", batch, "--json")
    assert asked.exit_code == 0, (asked.output, asked.exception)
    return [json.loads(line) for line in asked.stdout.splitlines()]
