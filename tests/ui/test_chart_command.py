"""`koujing chart --batch`: a result a line in, a chart a line out, whatever the lines hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ui.command_line import main

DAYS: dict[str, Any] = {
    "id": 1,
    "columns": [{"name": "day", "type": "date"}, {"name": "paid_orders", "type": "number"}],
    "rows": [[f"2026-10-{day:02d}", day * 7 % 5] for day in range(1, 31)],
}


def run(*lines: object, language: str = "en") -> Result:
    batch = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return CliRunner().invoke(
        main, ["chart", "--batch", "-", "--json", "--lang", language], input=batch
    )


def charted(*lines: object, language: str = "en") -> list[dict[str, Any]]:
    result = run(*lines, language=language)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_holds_the_chart_and_what_else_it_could_be() -> None:
    [found] = charted(DAYS)
    assert set(found) == {"id", "type", "rule_id", "why", "spec", "alternatives"}
    assert (found["id"], found["type"], found["rule_id"]) == (1, "line", "T1")
    assert len(found["spec"]["data"]["values"]) == 30
    others = found["alternatives"]
    assert others[-1]["type"] == "table"
    assert all({"type", "rule_id", "why", "spec"} == set(other) for other in others)


def test_lines_keep_their_order_and_a_bad_one_stops_none() -> None:
    found = charted({**DAYS, "id": "b"}, "", "not json", {**DAYS, "id": "a"})
    assert [line["id"] for line in found] == ["b", None, "a"]
    assert "Line 3" in found[1]["issues"][0]["message"]


@pytest.mark.parametrize(
    ("line", "identity", "word"),
    [
        ("[]", None, "JSON"),
        ("[" * 100_000, None, "JSON"),
        ('{"columns": [], "rows": []}', None, '"id"'),
        ('{"id": true, "columns": [], "rows": []}', None, '"id"'),
        ('{"id": 7, "rows": []}', 7, '"columns"'),
        ('{"id": 7, "columns": ["day"], "rows": []}', 7, '"columns"'),
        ('{"id": 7, "columns": [{"type": "date"}], "rows": []}', 7, '"columns"'),
        ('{"id": 7, "columns": [{"name": "a"}]}', 7, '"rows"'),
        ('{"id": 7, "columns": [{"name": "a"}], "rows": [1]}', 7, '"rows"'),
        ('{"id": 7, "columns": [{"name": "a"}], "rows": [[1, 2]]}', 7, "cells"),
        ('{"id": 7, "columns": [{"name": "a"}], "rows": [], "intent": 5}', 7, '"intent"'),
    ],
)
def test_a_bad_line_says_what_to_write(line: str, identity: object, word: str) -> None:
    [found] = charted(line)
    assert found["id"] == identity
    [issue] = found["issues"]
    assert issue["code"] == "unreadable_result"
    assert word in issue["message"]
    [chinese] = charted(line, language="zh")
    assert "请" in chinese["issues"][0]["message"]


def test_cells_that_no_chart_can_show_are_no_crash() -> None:
    columns = [{"name": "a", "type": "number"}, {"name": "b", "type": "string"}]
    cells = ["1e400", "NaN", '"x"', "[1]", "null", "1" + "0" * 400, '"\\ud800"']
    lines = [
        f'{{"id": {number}, "columns": {json.dumps(columns)}, "rows": [[{cell}, {cell}], [1, 2]]}}'
        for number, cell in enumerate(cells)
    ]
    assert [line["id"] for line in charted(*lines)] == list(range(len(cells)))


def test_rows_may_be_objects() -> None:
    rows = [dict(zip(("day", "paid_orders"), row, strict=True)) for row in DAYS["rows"]]
    assert charted({**DAYS, "rows": rows})[0]["spec"] == charted(DAYS)[0]["spec"]


def test_the_language_is_that_of_the_question_unless_it_is_given() -> None:
    line = json.dumps({**DAYS, "question": "近30天走势"})
    result = CliRunner().invoke(main, ["chart", "--batch", "-"], input=line)
    assert "走势" in json.loads(result.stdout)["why"]
    assert "course" in charted(line)[0]["why"]


def test_a_type_that_would_lie_is_refused_with_the_reason() -> None:
    [found] = charted(
        {
            "id": 1,
            "columns": [
                {"name": "channel", "type": "string"},
                {"name": "refund rate", "type": "number", "unit": "%"},
            ],
            "rows": [["Tmall", 3.5], ["JD", 2.5], ["Douyin", 8]],
            "question": "refund rate by channel as a pie chart",
        }
    )
    assert found["type"] == "bar"
    assert "refund rate" in found["why"]


def test_a_batch_is_asked_for() -> None:
    assert CliRunner().invoke(main, ["chart"]).exit_code == 2
