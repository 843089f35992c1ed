"""`koujing check`: one line a finding, status 1 if something must be mended, and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from ui.command_line import main


def check(project: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", "--project", str(project), *options])


def define(project: Path, **files: str) -> None:
    folder = project / "models"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")


METRIC = """\
extends: orders
metrics:
  - name: NAME
    type: simple
    agg: sum
    expr: EXPR
    agg_time_dimension: paid_at
    label: {zh: NAME指标, en: NAME metric}
    description: {zh: 说明, en: described}
    unit: count
    additivity: additive
    owner: analyst
    status: draft
    version: 1
"""


def metric(name: str, expr: str) -> str:
    return METRIC.replace("NAME", name).replace("EXPR", expr)


def test_sound_definitions_end_well(shop: Path) -> None:
    result = check(shop, "--lang", "zh")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("个指标，没有问题。\n")


def test_each_problem_is_one_line_by_file_and_line(own_shop: Path) -> None:
    define(own_shop, b=metric("second", "quantiti"), a=metric("first", "order_amout"))
    result = check(own_shop, "--lang", "en")
    assert result.exit_code == 1
    assert [line.split(" ")[0] for line in result.stderr.splitlines()] == ["a.yml:6:", "b.yml:6:"]
    assert "did you mean" in result.stderr


def test_as_json_each_finding_is_an_object(own_shop: Path) -> None:
    define(own_shop, mine=metric("mine", "quantiti"))
    result = check(own_shop, "--json", "--lang", "en")
    assert result.exit_code == 1
    (finding,) = map(json.loads, result.stdout.splitlines())
    assert (finding["severity"], finding["code"], finding["where"]) == (
        "problem",
        "column_unknown",
        "mine.yml:6",
    )
    assert finding["suggestions"] == ["quantity"]


def test_definitions_that_do_not_load_are_told_the_same_way(own_shop: Path) -> None:
    define(own_shop, mine=metric("mine", "quantity").replace("additive", "semi_additive", 1))
    result = check(own_shop, "--json")
    assert result.exit_code == 1
    (finding,) = map(json.loads, result.stdout.splitlines())
    assert finding["where"] == "mine.yml:3"


def test_json_of_sound_definitions_is_empty(shop: Path) -> None:
    result = check(shop, "--json")
    assert (result.exit_code, result.stdout) == (0, "")
