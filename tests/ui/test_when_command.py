"""`koujing when`: arguments, output, exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ui.command_line import main

_OWN_EVENT = """\
events:
  - name: birthday
    label: {zh: 店庆, en: shop birthday}
    years:
      2025: {first: 2025-08-01, last: 2025-08-08}
"""


def run(project: Path, *arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["when", "--project", str(project), *arguments], input=stdin)


def test_json_is_one_line_with_the_days(tmp_path: Path) -> None:
    result = run(tmp_path, "上个月和去年双11", "--as-of", "2026-11-24", "--json")
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    assert json.loads(line) == {
        "expressions": [
            {"span": "上个月", "start": "2026-10-01", "end": "2026-11-01", "grain": "month"},
            {"span": "去年双11", "start": "2025-11-01", "end": "2025-11-12", "grain": "day"},
        ]
    }


def test_text_shows_the_days_in_columns(tmp_path: Path) -> None:
    result = run(tmp_path, "last week", "--as-of", "2026-11-24", "--lang", "en")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split() == [
        *("last", "week", "2026-11-16", "2026-11-23", "week")
    ]


def test_a_text_without_time_says_so(tmp_path: Path) -> None:
    assert json.loads(run(tmp_path, "各渠道", "--json").stdout) == {"expressions": []}
    assert "没有说到时间" in run(tmp_path, "各渠道", "--lang", "zh").stdout


def test_events_of_the_project_are_known(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "own.yml").write_text(_OWN_EVENT, encoding="utf-8")
    [found] = json.loads(run(tmp_path, "去年店庆", "--as-of", "2026-11-24", "--json").stdout)[
        "expressions"
    ]
    assert (found["start"], found["end"]) == ("2025-08-01", "2025-08-09")


def test_a_batch_is_answered_line_by_line(tmp_path: Path) -> None:
    lines = [
        {"id": 1, "text": "昨天", "as_of": "2020-03-01"},
        {"id": "b", "text": "Black Friday 2024 and 2035年双11", "as_of": "2026-11-24T08:00:00"},
        {"id": 3, "text": "nothing here"},
    ]
    batch = "\n".join(json.dumps(line) for line in lines)
    result = run(tmp_path, "--batch", "-", "--lang", "en", stdin=batch + "\n\n")
    assert result.exit_code == 0, result.output
    first, second, third = map(json.loads, result.stdout.splitlines())
    assert first == {
        "id": 1,
        "expressions": [
            {"span": "昨天", "start": "2020-02-29", "end": "2020-03-01", "grain": "day"}
        ],
    }
    assert [one["span"] for one in second["expressions"]] == ["Black Friday 2024"]
    assert "2018-2030" in second["issues"][0]
    assert third == {"id": 3, "expressions": []}


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        '{"id": 1}',
        '{"text": "昨天"}',
        '{"id": 1, "text": 5}',
        '{"id": 1, "text": "昨天", "as_of": "never"}',
    ],
)
def test_a_wrong_line_stops_the_batch_with_its_number(tmp_path: Path, line: str) -> None:
    good = json.dumps({"id": 0, "text": "昨天"})
    result = run(tmp_path, "--batch", "-", "--lang", "en", stdin=f"{good}\n{line}\n")
    assert result.exit_code == 1
    assert result.stdout == ""
    [sentence] = result.stderr.splitlines()
    assert "Line 2" in sentence
    assert '"text"' in sentence


def test_an_unknown_year_is_one_sentence(tmp_path: Path) -> None:
    result = run(tmp_path, "2035年双11", "--as-of", "2026-11-24", "--json", "--lang", "zh")
    assert (result.exit_code, result.stdout) == (1, "")
    [sentence] = result.stderr.splitlines()
    assert "2018-2030" in sentence


@pytest.mark.parametrize("arguments", [(), ("昨天", "--batch", "-")])
def test_wrong_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run(tmp_path, *arguments).exit_code == 2
