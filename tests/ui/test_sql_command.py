"""`koujing sql`: arguments, output, exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant import Answer
from tests.ui.small_shop import AS_OF, PAID, count, lines
from ui.command_line import main

ONE_NUMBER = "SELECT METRIC(paid_orders) FROM shop"


def run(shop: Path, *arguments: str, stdin: str | None = None) -> Result:
    at = ("--project", str(shop), "--as-of", AS_OF.date().isoformat())
    return CliRunner().invoke(main, ["sql", *arguments, *at], input=stdin)


@pytest.mark.parametrize("from_stdin", [True, False])
def test_json_is_one_answer_with_every_key(shop: Path, from_stdin: bool) -> None:
    text = "-" if from_stdin else ONE_NUMBER
    result = run(shop, text, "--json", stdin=ONE_NUMBER if from_stdin else None)
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    answer = json.loads(line)
    assert set(answer) == set(Answer.model_fields)
    assert answer["rows"] == [[sum(bool(order[PAID]) for order in lines())]]
    assert (answer["parser"], answer["query"]) == ("none", None)


def test_the_card_shows_rows_definitions_and_sql(shop: Path) -> None:
    sql = f"SELECT province, {ONE_NUMBER[7:]} WHERE metric_time__month = '2026-10-01' GROUP BY 1"
    result = run(shop, sql, "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "江苏省" in result.stdout
    assert "paid orders v" in result.stdout
    assert "mart.orders" in result.stdout


def test_the_as_of_day_is_the_current_date(shop: Path) -> None:
    days = "metric_time >= CURRENT_DATE - INTERVAL 7 DAYS AND metric_time < CURRENT_DATE"
    sql = f"{ONE_NUMBER} WHERE {days}"
    rows = json.loads(run(shop, sql, "--json").stdout)["rows"]
    week = (AS_OF.date().replace(day=17), AS_OF.date())
    assert rows == [[count(PAID, week)]]


def test_sql_is_printed_and_not_run(shop: Path) -> None:
    result = run(shop, ONE_NUMBER, "--sql")
    assert result.exit_code == 0
    assert result.stdout.startswith("SELECT")
    assert "METRIC" not in result.stdout


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_csv('x.csv')",
        "LOAD httpfs",
        "COPY mart.orders TO 'x.csv'",
        "SELECT METRIC(paid_ordes) FROM shop",
        "SELECT METRIC(paid_orders) FROM shop WHERE",
        "",
    ],
)
@pytest.mark.parametrize("option", ["--json", "--sql"])
def test_a_refusal_is_one_clear_line(shop: Path, text: str, option: str) -> None:
    result = run(shop, text, option, "--lang", "en")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.endswith(".")
    assert "Traceback" not in result.output
    if option == "--json":
        assert json.loads(result.stdout)["status"] == "refused"


def test_an_unknown_user_is_refused(shop: Path) -> None:
    result = run(shop, ONE_NUMBER, "--user", "nobody")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_usage(shop: Path) -> None:
    assert run(shop).exit_code == 2
