"""`koujing import metricflow` and `koujing query --metricflow`, from the outside."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from assistant import Answer
from tests.metricflow_shop import DEFINITIONS, SHARED, TABLES, answers, import_into, run
from ui.pages.data_page import covered_days
from warehouse import Warehouse


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "project"


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    """A copy of the definitions that a test may change, the calendar beside it."""
    shutil.copytree(SHARED, tmp_path / "theirs" / "shared")
    return Path(shutil.copytree(DEFINITIONS, tmp_path / "theirs" / "shop"))


def told(result: Result) -> str:
    assert result.exit_code == 1, (result.exit_code, result.output, result.exception)
    assert result.stdout == ""
    return result.stderr


def copied(project: Path) -> dict[str, str]:
    folder = project / "models" / "metricflow"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.yml"))
    }


def test_definitions_and_tables_come_into_the_project(project: Path) -> None:
    done = run(
        *("--project", project, "import", "metricflow", DEFINITIONS),
        *("--tables", TABLES, "--lang", "en"),
    )
    assert done.exit_code == 0, (done.output, done.exception)
    assert done.stdout == "4 semantic models and 16 metrics imported.\n"
    assert set(copied(project)) == {
        "customers.yml",
        "orders.yml",
        "shared/project_configuration.yml",
    }
    assert [path.name for path in (project / "models").iterdir()] == ["metricflow"]


def test_tables_that_are_missing_are_named_and_their_metrics_refused(project: Path) -> None:
    done = run("--project", project, "import", "metricflow", DEFINITIONS, "--lang", "zh")
    assert done.exit_code == 0, done.output
    assert "尚未载入的表：source.card_levels、source.customers、source.days" in done.stdout
    (answer,) = answers(project, [{"id": 1, "metrics": ["orders"]}])
    assert answer["status"] == "refused"
    assert [issue["code"] for issue in answer["issues"]] == ["nothing_loaded"]


def test_a_later_import_replaces_the_earlier_one_whole(project: Path, definitions: Path) -> None:
    import_into(project)
    for path in definitions.glob("*.yml"):
        path.rename(path.with_name(f"new_{path.name}"))
    import_into(project, definitions)
    assert set(copied(project)) == {
        "new_customers.yml",
        "new_orders.yml",
        "shared/project_configuration.yml",
    }


def test_nothing_changes_when_the_definitions_are_wrong(project: Path, definitions: Path) -> None:
    import_into(project)
    before = copied(project)
    orders = definitions / "orders.yml"
    orders.write_text(orders.read_text().replace("agg: max", "agg: most"), encoding="utf-8")
    problem = told(run("--project", project, "import", "metricflow", definitions, "--lang", "en"))
    assert problem.startswith(
        "orders.yml:1: semantic_model 'orders': the value of 'measures.1.agg'"
    )
    assert copied(project) == before
    assert [path.name for path in (project / "models").iterdir()] == ["metricflow"]


def test_nothing_changes_when_a_table_is_wrong(
    project: Path, definitions: Path, tmp_path: Path
) -> None:
    tables = Path(shutil.copytree(TABLES, tmp_path / "tables"))
    (tables / "Order Lines.csv").write_text("a\n1\n", encoding="utf-8")
    problem = told(
        run(
            *("--project", project, "import", "metricflow", definitions),
            *("--tables", tables, "--lang", "en"),
        )
    )
    assert "Order Lines.csv" in problem
    assert "small letters, digits and underscores" in problem
    assert not (project / "models").exists()
    assert not (project / "warehouse" / "CURRENT").exists()


@pytest.mark.parametrize("folder", ["nowhere", "theirs"])
def test_a_folder_without_definitions_is_refused(
    project: Path, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "theirs").mkdir()
    problem = told(run("--project", project, "import", "metricflow", tmp_path / folder))
    assert folder in problem


def test_a_project_without_an_import_says_how_to_get_one(project: Path, tmp_path: Path) -> None:
    batch = tmp_path / "requests.jsonl"
    batch.write_text('{"id": 1, "metrics": ["orders"]}\n', encoding="utf-8")
    problem = told(run("--project", project, "query", "--metricflow", batch, "--lang", "en"))
    assert "koujing import metricflow DIR" in problem


def test_answers_come_in_order_and_a_refused_one_does_not_end_the_batch(project: Path) -> None:
    import_into(project)
    found = answers(
        project,
        [
            {"id": "a", "metrics": ["orders"]},
            {"id": 7, "metrics": ["orders"], "group_bys": ["customer__country"]},
            {"id": "c", "metrics": ["orders"], "limit": [1]},
            {"id": "a", "metrics": ["orders"], "group_bys": ["metric_time__month"]},
        ],
    )
    assert [answer["id"] for answer in found] == ["a", 7, "c", "a"]
    assert [answer["status"] for answer in found] == ["answered", "refused", "refused", "answered"]
    assert found[0]["rows"] == [[9]]
    assert found[3]["rows"] == [["2025-01-01", 4], ["2025-02-01", 5]]
    assert "customer__country" in found[1]["summary"]
    assert list(found[0]) == ["id", *Answer.model_fields]


def test_a_line_that_is_no_request_is_named_before_anything_is_answered(
    project: Path, tmp_path: Path
) -> None:
    import_into(project)
    batch = tmp_path / "requests.jsonl"
    batch.write_text('{"id": 1, "metrics": ["orders"]}\n\n{"metrics": []}\n', encoding="utf-8")
    problem = told(run("--project", project, "query", "--metricflow", batch, "--lang", "en"))
    assert (
        problem == 'Line 3 of the batch is not a JSON object with "id"; correct it and run again.\n'
    )


@pytest.mark.parametrize(
    "arguments",
    [("query",), ("query", "--metricflow", "{batch}", "{batch}"), ("import", "metricflow")],
)
def test_wrong_usage_ends_with_2(project: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    batch = tmp_path / "requests.jsonl"
    batch.write_text("", encoding="utf-8")
    given = (argument.format(batch=batch) for argument in arguments)
    assert run("--project", project, *given).exit_code == 2


def test_a_source_table_shows_no_covered_days(project: Path) -> None:
    import_into(project)
    manifest = Warehouse(project / "warehouse").manifest()
    assert manifest is not None
    for name, table in manifest.tables.items():
        assert covered_days(name, table) is None


def test_the_shop_s_own_definitions_stay_apart(project: Path) -> None:
    import_into(project)
    listed = run("--project", project, "metrics", "--json")
    assert listed.exit_code == 0, listed.output
    names = {json.loads(line)["name"] for line in listed.stdout.splitlines()}
    assert "paid_orders" in names
    assert "revenue_from_hangzhou" not in names
    assert run("--project", project, "check").exit_code == 0
    asked = run("--project", project, "ask", "上个月付款多少单", "--json")
    assert [issue["code"] for issue in json.loads(asked.stdout)["issues"]] == ["nothing_loaded"]
