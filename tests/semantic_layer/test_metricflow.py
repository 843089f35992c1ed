"""MetricFlow's own integration cases, asked on the command line, against their gold rows."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.metricflow_shop import answers, import_into

MANIFESTS = {
    "SIMPLE_MODEL": "simple_manifest",
    "EXTENDED_DATE_MODEL": "extended_date_manifest",
    "UNPARTITIONED_MULTI_HOP_JOIN_MODEL": "multi_hop_join_manifest",
    "PARTITIONED_MULTI_HOP_JOIN_MODEL": "partitioned_multi_hop_join_manifest",
    "SCD_MODEL": "scd_manifest",
}
REQUEST = ("metrics", "group_bys", "group_by_objs", "time_constraint", "order_bys", "limit")
SPECIAL = ("min_max_only", "apply_group_by", "saved_query_name")

# The least number of the cases that must come out right. The one that does not joins through a
# table whose declared key is not unique, twice.
REQUIRED = 99

Case = dict[str, Any]


@pytest.fixture(scope="module")
def metricflow(shared_data: Path) -> Path:
    folder = shared_data / "metricflow"
    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not among the real data on this machine")
    return folder


@pytest.fixture(scope="module")
def asked(
    metricflow: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Case, dict[str, Any]]]:
    """Each case with its answer; one project a manifest."""
    lines = (metricflow / "cases" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    pairs: list[tuple[Case, dict[str, Any]]] = []
    for model, manifest in MANIFESTS.items():
        project = tmp_path_factory.mktemp(manifest)
        import_into(project, metricflow / "manifests" / manifest, metricflow / "tables")
        mine = [case for case in cases if case["model"] == model]
        pairs += zip(mine, answers(project, map(request_of, mine)), strict=True)
    assert len(pairs) == len(cases)
    return pairs


def request_of(case: Case) -> dict[str, Any]:
    request = {key: case.get(key) for key in (*REQUEST, *SPECIAL)}
    return {"id": case["name"], "where_filter": case.get("where_filter_rendered"), **request}


def plain(value: Any) -> Any:
    """A value as both sides write it: numbers to four places, a day as its first second."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), 4)
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return f"{value} 00:00:00"
    return value


def missed(case: Case, answer: dict[str, Any]) -> str | None:
    """What is wrong with an answer, or None."""
    if answer["status"] != "answered":
        return f"{case['name']}: {answer['summary']}"
    names = [column["name"] for column in answer["columns"]]
    if not set(case["gold_columns"]) <= set(names):
        return f"{case['name']}: columns {names} instead of {case['gold_columns']}"
    places = [names.index(name) for name in case["gold_columns"]]
    rows = [[plain(row[place]) for place in places] for row in answer["rows"]]
    gold = [[plain(value) for value in row] for row in case["gold_rows"]]
    order: Callable[[list[Any]], list[Any]] = (
        (lambda found: found) if case.get("check_order") else (lambda found: sorted(found, key=str))
    )
    return None if order(rows) == order(gold) else f"{case['name']}: {rows[:3]} not {gold[:3]}"


def misses(asked: list[tuple[Case, dict[str, Any]]]) -> Iterator[str]:
    for case, answer in asked:
        if problem := missed(case, answer):
            yield problem


def test_the_integration_cases_give_their_gold_rows(
    asked: list[tuple[Case, dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = list(misses(asked))
    with capsys.disabled():
        sys.stdout.writelines(f"\nmissed {problem}" for problem in wrong)
    assert len(asked) - len(wrong) >= REQUIRED, "\n".join(wrong)


def test_every_answer_keeps_its_id_and_shows_no_day_of_the_years_1_and_9999(
    asked: list[tuple[Case, dict[str, Any]]],
) -> None:
    for case, answer in asked:
        assert answer["id"] == case["name"]
        assert answer["data_through"] is None
        told = answer["summary"] + answer["interpretation"] + json.dumps(answer["windows"])
        assert "0001-" not in told
        assert "9999-" not in told
