"""`koujing import ossie` and `koujing export ossie`, from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from semantic_layer.loader import SHIPPED, load_model
from tests.ossie_library import DOCUMENT, TABLES
from tests.semantic_layer.ossie_models import placeless
from ui.command_line import main

OWN_METRIC = """\
extends: orders
metrics:
  - name: fines
    type: simple
    agg: sum
    expr: refund_amount
    agg_time_dimension: paid_at
    label: {zh: 罚金, en: fines paid back}
    description: {zh: 罚金, en: fines}
    unit: CNY
    additivity: additive
    owner: data team
    status: draft
    version: 1
"""
DEMO = ("demo", "--orders", "1000", "--end", "2024-03-09")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "project"


def imported(project: Path, path: Path = DOCUMENT, *more: str | Path) -> str:
    done = run("--project", project, "import", "ossie", path, "--lang", "en", *more)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def told(result: Result) -> str:
    assert result.exit_code == 1, (result.exit_code, result.output, result.exception)
    assert result.stdout == ""
    return result.stderr


def files(project: Path) -> dict[str, str]:
    folder = project / "models"
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*"))}


def test_an_import_becomes_files_and_says_what_it_left_out(project: Path) -> None:
    printed = imported(project)
    first, *rest = printed.splitlines()
    assert first == (
        "2 datasets and 12 metrics imported. Tables not loaded yet: source.loans, source.members."
    )
    assert "Left out:" in rest
    assert "  running_loans: it uses a window function. (library.ossie.yaml:122)" in rest
    assert "Taken for granted:" in rest
    assert set(files(project)) == {"ossie_loans.yml", "ossie_members.yml"}
    assert "loan_count" in load_model(SHIPPED, project / "models").metrics


def test_the_report_is_in_the_readers_language(project: Path) -> None:
    done = run("--project", project, "import", "ossie", DOCUMENT, "--lang", "zh")
    assert done.stdout.startswith("已导入 2 个数据集、12 个指标。")
    assert "  running_loans：它用到窗口函数。 (library.ossie.yaml:122)" in done.stdout


def test_imported_metrics_answer_beside_those_of_the_shop(project: Path, tmp_path: Path) -> None:
    assert run("--project", project, *DEMO).exit_code == 0
    assert "not loaded yet" not in imported(project, DOCUMENT, "--tables", TABLES)
    query = tmp_path / "query.json"
    query.write_text(
        json.dumps(
            {"metrics": ["loan_count", "fines"], "group_by": ["metric_time__month"]}
            | {"time": {"kind": "range", "start": "2024-01-01", "end": "2024-03-01"}}
        ),
        encoding="utf-8",
    )
    done = run("--project", project, "query", query, "--json", "--as-of", "2024-03-10")
    assert done.exit_code == 0, (done.output, done.exception)
    assert [row[1:] for row in json.loads(done.stdout)["rows"]] == [[2, 2.5], [2, 4.0]]


def test_a_later_import_replaces_the_earlier_one_and_nothing_else(
    project: Path, tmp_path: Path
) -> None:
    imported(project)
    (project / "models" / "ossie_mine.yml").write_text(OWN_METRIC, encoding="utf-8")
    data = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    data["datasets"] = data["datasets"][:1]
    only_loans = tmp_path / "loans.json"
    only_loans.write_text(json.dumps(data), encoding="utf-8")
    printed = imported(project, only_loans)
    assert set(files(project)) == {"ossie_loans.yml", "ossie_mine.yml"}
    assert "fines: it is called library_fines here" in printed


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("version: 0.2.0.dev0\nname: [", "broken.yaml:3: This is not valid YAML"),
        ("version: 0.2.0.dev0\nname: x\ndatasets: [{name: a}]", "broken.yaml:3: The key 'source'"),
        (
            "version: 0.2.0.dev0\nname: x\ndatasets: [{name: a, source: select 1}]",
            "There is no dataset in ",
        ),
    ],
)
def test_nothing_changes_when_a_document_is_wrong(
    project: Path, tmp_path: Path, text: str, named: str
) -> None:
    imported(project)
    before = files(project)
    broken = tmp_path / "broken.yaml"
    broken.write_text(text, encoding="utf-8")
    line = told(run("--project", project, "import", "ossie", broken, "--lang", "en"))
    assert line.startswith(named)
    assert line.count("\n") == 1
    assert files(project) == before


def test_nothing_changes_when_the_tables_are_wrong(project: Path, tmp_path: Path) -> None:
    line = told(run("--project", project, "import", "ossie", DOCUMENT, "--tables", tmp_path))
    assert "--tables" in line
    assert not (project / "models").exists()


def test_an_export_moves_a_project_to_another(project: Path, tmp_path: Path) -> None:
    models = project / "models"
    models.mkdir(parents=True)
    (models / "fines.yml").write_text(OWN_METRIC, encoding="utf-8")
    done = run("--project", project, "export", "ossie", "--out", tmp_path / "out", "--lang", "en")
    assert done.exit_code == 0, (done.output, done.exception)
    file, _, title, first, *_ = done.stdout.splitlines()
    assert file == str(tmp_path / "out" / "shop.ossie.yaml")
    assert title == "A tool that does not know the KOUJING extensions loses:"
    assert first.startswith("  everything: ")
    assert "\n  fines: It is dated by paid_at, others may use another time.\n" in done.stdout
    other = tmp_path / "other"
    assert imported(other, Path(file)).startswith("11 datasets and ")
    again = load_model(SHIPPED, other / "models")
    assert placeless(again) == placeless(load_model(SHIPPED, models))


def test_a_definition_of_ours_that_breaks_a_rule_is_told_at_its_line(
    project: Path, tmp_path: Path
) -> None:
    assert run("--project", project, "export", "ossie", "--out", tmp_path).exit_code == 0
    document = tmp_path / "shop.ossie.yaml"
    text = document.read_text(encoding="utf-8")
    wrong = text.replace("agg_time_dimension: paid_at", "agg_time_dimension: paid", 1)
    document.write_text(wrong, encoding="utf-8")
    line = told(run("--project", project, "import", "ossie", document, "--lang", "en"))
    place, _, sentence = line.partition(": ")
    number = int(place.removeprefix("shop.ossie.yaml:"))
    name = wrong.splitlines()[number - 1].partition("name: ")[2]
    assert f"of metric {name!r} is no time dimension of dataset 'orders'" in sentence
    assert not (project / "models").exists()


def test_a_metric_that_breaks_a_rule_is_left_out_with_what_uses_it(
    project: Path, tmp_path: Path
) -> None:
    data = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    metrics = {one["name"]: one["expression"]["dialects"][0] for one in data["metrics"]}
    slow = metrics["slow_days"]
    slow["expression"] = slow["expression"].replace("0.9", "1.5")
    metrics["loans_per_reader"]["expression"] = "slow_days / readers"
    document = tmp_path / "library.json"
    document.write_text(json.dumps(data), encoding="utf-8")
    printed = imported(project, document)
    assert "  slow_days: 'fraction' must be at most 1.0. (library.json:1)\n" in printed
    assert "  loans_per_reader: The numerator of metric 'loans_per_reader' is" in printed
    assert "slow_days: it is dated by" not in printed
    assert printed.startswith("2 datasets and 10 metrics imported.")
    assert not {"slow_days", "loans_per_reader"} & set(
        load_model(SHIPPED, project / "models").metrics
    )


def test_tables_are_not_loaded_past_an_engine_that_has_its_own(project: Path) -> None:
    project.mkdir()
    (project / "koujing.toml").write_text('engine = "postgres"\n', encoding="utf-8")
    refused = run("--project", project, "import", "ossie", DOCUMENT, "--tables", TABLES)
    assert "PostgreSQL" in told(refused)
    assert not (project / "models").exists()
    assert not (project / "warehouse").exists()
