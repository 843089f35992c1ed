"""The command line's contract: arguments, output, exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant import Answer
from tests.source_tree import ROOT
from tests.ui.small_shop import AS_OF, CREATED, PAID, count, lines, write_export
from ui.command_line import main

QUESTION = "上个月下单多少单, 付款多少单?"
AT = ("--as-of", AS_OF.date().isoformat())


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def told(result: Result) -> str:
    """The one line on stderr of a command that failed."""
    assert result.exit_code == 1, (result.exit_code, result.output, result.exception)
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def answer_of(result: Result) -> dict[str, Any]:
    """The one JSON object on stdout of a command that went well."""
    assert result.exit_code == 0, (result.output, result.exception)
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("before", [True, False])
def test_project_stands_before_or_after_the_command(shop: Path, before: bool) -> None:
    project = ("--project", shop)
    arguments = (*project, "ask", QUESTION) if before else ("ask", QUESTION, *project)
    answer = answer_of(run(*arguments, *AT, "--json"))
    assert answer["rows"] == [[count(CREATED), count(PAID)]]


def test_the_project_may_come_from_the_environment(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOUJING_PROJECT", str(shop))
    assert answer_of(run("ask", QUESTION, *AT, "--json"))["status"] == "answered"


def test_json_holds_every_key_of_the_answer(shop: Path) -> None:
    answer = answer_of(run("ask", QUESTION, "--project", shop, *AT, "--json"))
    assert list(answer) == list(Answer.model_fields)
    assert [column["name"] for column in answer["columns"]] == ["placed_orders", "paid_orders"]
    assert answer["windows"] == [{"role": "current", "start": "2026-10-01", "end": "2026-11-01"}]


def test_plain_text_shows_numbers_definitions_and_sql(shop: Path) -> None:
    shown = run("ask", QUESTION, "--project", shop, *AT).stdout
    assert f"{count(CREATED)}" in shown
    assert "按付款时间统计的已付款订单数" in shown
    assert "数据截至 2026-11-21" in shown
    assert "FROM mart.orders" in shown


def test_a_question_back_is_no_failure(shop: Path) -> None:
    asked = run("ask", "上个月订单数", "--project", shop, *AT)
    assert asked.exit_code == 0
    assert f"1. 下单数: {count(CREATED)}" in asked.stdout
    answer = answer_of(run("ask", "上个月订单数", "--project", shop, *AT, "--json"))
    assert answer["status"] == "clarify"
    assert [option["value"] for option in answer["options"]] == [count(CREATED), count(PAID)]


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "???",
        "今天天气怎么样",
        "Ça va bien",
        "付" * 5_000,
        "上个月访客数",
        "\udcff\udcfe",
    ],
    ids=["empty", "blank", "signs", "weather", "french", "5000", "no data", "broken bytes"],
)
def test_a_refusal_is_one_line_and_status_1(shop: Path, question: str) -> None:
    assert told(run("ask", question, "--project", shop, *AT))


def test_a_refusal_in_json_keeps_stdout_one_line(shop: Path) -> None:
    refused = run("ask", "今天天气怎么样", "--project", shop, *AT, "--json")
    assert refused.exit_code == 1
    (line,) = refused.stdout.splitlines()
    assert json.loads(line)["status"] == "refused"
    assert len(refused.stderr.splitlines()) == 1


def test_the_language_of_the_answer_is_the_questions_unless_given(shop: Path) -> None:
    english = ("ask", "paid orders last month", "--project", shop, *AT, "--json")
    assert answer_of(run(*english))["language"] == "en"
    assert answer_of(run(*english, "--lang", "zh"))["language"] == "zh"


def test_the_settings_say_language_and_user(own_shop: Path) -> None:
    (own_shop / "koujing.toml").write_text('language = "zh"\n', encoding="utf-8")
    english = ("ask", "paid orders last month", "--project", own_shop, *AT, "--json")
    assert answer_of(run(*english))["language"] == "zh"
    (own_shop / "koujing.toml").write_text('user = "nobody"\n', encoding="utf-8")
    assert "nobody" in told(run(*english))


def test_an_unknown_user_is_told_which_there_are(shop: Path) -> None:
    line = told(run("ask", QUESTION, "--project", shop, "--user", "analist"))
    assert "'analist'" in line
    assert "analyst" in line


def batch(path: Path, *questions: object) -> Path:
    texts = (one if isinstance(one, str) else json.dumps(one) for one in questions)
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_a_batch_answers_in_order_with_ids(shop: Path, tmp_path: Path) -> None:
    file = batch(
        tmp_path / "q.jsonl",
        {"id": "b", "question": QUESTION, "as_of": "2026-11-24"},
        {"id": 7, "question": "", "as_of": "2026-11-24"},
        {"id": "a", "question": "上个月付款订单数", "as_of": "2026-10-24", "user": "executive"},
    )
    done = run("ask", "--batch", file, "--json", "--project", shop)
    assert done.exit_code == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["b", 7, "a"]
    assert [answer["status"] for answer in answers] == ["answered", "refused", "answered"]
    assert answers[2]["windows"][0]["start"] == "2026-09-01"


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        '"x"',
        {"id": 1},
        {"question": "x"},
        {"id": 1, "question": "x", "as_of": "soon"},
        {"id": 1, "question": 5},
        {"id": 1, "question": "x", "user": 5},
    ],
    ids=str,
)
def test_a_broken_line_is_named_and_nothing_is_answered(
    shop: Path, tmp_path: Path, broken: object
) -> None:
    file = batch(tmp_path / "q.jsonl", {"id": 1, "question": QUESTION}, "", broken)
    line = told(run("ask", "--batch", file, "--json", "--project", shop, "--lang", "en"))
    assert line.startswith("Line 3 of the batch")


def test_an_unknown_user_in_a_batch_answers_nothing(shop: Path, tmp_path: Path) -> None:
    file = batch(
        tmp_path / "q.jsonl",
        {"id": 1, "question": QUESTION},
        {"id": 2, "question": QUESTION, "user": "nobody"},
    )
    assert "'nobody'" in told(run("ask", "--batch", file, "--json", "--project", shop))


def test_a_batch_in_another_encoding_is_told(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_bytes(json.dumps({"id": 1, "question": "订单"}, ensure_ascii=False).encode("gbk"))
    assert "UTF-8" in told(run("ask", "--batch", file, "--json", "--project", shop))


def test_a_plan_comes_from_a_file_or_standard_input(shop: Path, tmp_path: Path) -> None:
    answer = answer_of(run("ask", QUESTION, "--project", shop, *AT, "--json"))
    plan = json.dumps(answer["query"])
    piped = answer_of(run("query", "-", "--json", "--project", shop, *AT, stdin=plan))
    assert piped["rows"] == answer["rows"]
    (tmp_path / "plan.json").write_text(plan, encoding="utf-8")
    filed = answer_of(run("query", tmp_path / "plan.json", "--json", "--project", shop, *AT))
    assert filed["rows"] == answer["rows"]


def test_a_plan_can_be_compiled_only(shop: Path) -> None:
    shown = run("query", "-", "--sql", "--project", shop, *AT, stdin='{"metrics":["paid_orders"]}')
    assert shown.exit_code == 0
    assert "COUNT" in shown.stdout


@pytest.mark.parametrize(
    ("plan", "named"),
    [
        ("{", "JSON"),
        ('{"metrics": []}', "metrics"),
        ('{"metrics": ["paid_order"]}', "paid_orders"),
        ('{"metrics": ["paid_orders"], "grup_by": []}', "grup_by"),
    ],
)
@pytest.mark.parametrize("form", ["--json", "--sql"])
def test_a_plan_that_does_not_fit_is_told(shop: Path, plan: str, named: str, form: str) -> None:
    result = run("query", "-", form, "--project", shop, "--lang", "en", stdin=plan)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert named in line


def test_the_catalogue_and_one_definition(shop: Path) -> None:
    listed = run("metrics", "--project", shop).stdout
    assert "paid_orders" in listed
    one = run("metrics", "paid_orders", "--project", shop, "--lang", "en").stdout
    assert "definition: The number of paid orders" in one or "definition: " in one
    assert "version: 1" in one
    entries = run("metrics", "--json", "--project", shop).stdout.splitlines()
    assert "paid_orders" in {json.loads(entry)["name"] for entry in entries}
    assert "paid_orders" in told(run("metrics", "paid_order", "--project", shop))


def test_check_names_file_line_and_the_near_column(own_shop: Path) -> None:
    assert run("check", "--project", own_shop, "--lang", "en").exit_code == 0
    (own_shop / "models").mkdir()
    (own_shop / "models" / "mine.yml").write_text(MISTYPED, encoding="utf-8")
    line = told(run("check", "--project", own_shop, "--lang", "en"))
    assert line.startswith("mine.yml:")
    assert "paid_att" in line
    assert "paid_at" in line.replace("paid_att", "")


MISTYPED = """\
extends: orders
metrics:
  - name: my_orders
    type: simple
    agg: count
    expr: order_key
    filter: paid_att is not null
    agg_time_dimension: paid_at
    label: {zh: 我的订单, en: my orders}
    description: {zh: 我的订单数, en: The number of my orders.}
    unit: count
    additivity: additive
    good_direction: up
    owner: 我
    status: draft
    version: 1
"""


def test_an_export_is_loaded_and_reported(tmp_path: Path) -> None:
    export = write_export(tmp_path / "ExportOrderList.csv")
    project = tmp_path / "new"
    loaded = run("ingest", export, "--project", project, "--lang", "en")
    assert loaded.exit_code == 0
    assert f"{len(lines())} rows, {len(lines())} new" in loaded.stdout
    again = run("ingest", export, "--project", project, "--lang", "en")
    assert "loaded before, nothing new" in again.stdout


@pytest.mark.parametrize(
    "content", [b"", bytes(range(256)) * 40, b"a,b\n1,2\n"], ids=["empty", "binary", "unknown"]
)
def test_a_file_that_cannot_be_loaded_changes_nothing(
    own_shop: Path, tmp_path: Path, content: bytes
) -> None:
    current = (own_shop / "warehouse" / "CURRENT").read_bytes()
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    assert "bad.csv" in told(run("ingest", bad, "--project", own_shop))
    assert "nowhere.csv" in told(run("ingest", tmp_path / "nowhere.csv", "--project", own_shop))
    assert (own_shop / "warehouse" / "CURRENT").read_bytes() == current


def test_a_project_without_data_is_told_what_to_do(tmp_path: Path) -> None:
    assert told(run("ask", QUESTION, "--project", tmp_path / "new", *AT))


def test_a_project_that_is_a_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KOUJING_PROJECT", str(tmp_path / "file"))
    assert "file" in told(run("ask", QUESTION))


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", QUESTION, "--batch", "-"),
        ("ask", QUESTION, "--as-of", "yesterday"),
        ("ask", QUESTION, "--lang", "fr"),
        ("ask", QUESTION, "--parser", "magic"),
        ("query",),
        ("query", "/nowhere/plan.json"),
        ("ingest",),
        ("nothing",),
        ("demo", "--orders", "7"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def koujing(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = "import sys; from ui.command_line import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        check=False,
    )


def test_a_real_process_answers_in_utf8(shop: Path) -> None:
    done = koujing("ask", QUESTION, "--project", shop, *AT, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.decode("utf-8"))
    assert answer["rows"] == [[count(CREATED), count(PAID)]]
    assert "下单数" in done.stdout.decode("utf-8")


def test_a_real_process_refuses_with_one_line(shop: Path) -> None:
    done = koujing("ask", "", "--project", shop)
    assert done.returncode == 1
    assert done.stdout == b""
    assert len(done.stderr.decode().splitlines()) == 1


def test_help_needs_neither_pages_nor_models() -> None:
    program = (
        "import sys; from ui.command_line import main; main(['--help'], standalone_mode=False); "
        "heavy = {'streamlit', 'duckdb', 'langchain', 'pandas'} & set(sys.modules); "
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"demo" in done.stdout
