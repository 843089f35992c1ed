"""`koujing eval`: the score card, what was missed, and what a held-out set never shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.ui.small_shop import AS_OF
from ui.command_line import main

HEAD = f'shop: small\nas_of: "{AS_OF.isoformat()}"\nauthor: somebody\nquestions:\n'
RIGHT = "  - {id: t-1, q: 付款订单数, category: direct, plan: {metrics: [paid_orders]}}\n"
MISSED = "  - {id: t-2, q: 下单金额, category: direct, plan: {metrics: [paid_orders]}}\n"


def run(project: Path, *args: str) -> Result:
    arguments = ["eval", *args, "--project", str(project), "--lang", "en"]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture
def question_set(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yml"
    file.write_text(HEAD + RIGHT + MISSED, encoding="utf-8")
    return file


def test_the_card_counts_and_the_missed_question_is_shown(shop: Path, question_set: Path) -> None:
    result = run(shop, str(question_set))
    assert result.exit_code == 0
    (total,) = [line.split() for line in result.stdout.splitlines() if line.startswith("total  ")][
        :1
    ]
    assert total[1:4] == ["2", "50.0", "%"]
    assert "t-2  direct  wrong but confident  下单金额" in result.stdout
    assert "t-1" not in result.stdout


@pytest.mark.parametrize("as_json", [False, True])
def test_a_held_out_set_shows_ids_and_categories_only(
    shop: Path, question_set: Path, as_json: bool
) -> None:
    held_out = question_set.rename(question_set.with_name("mine_held_out.yml"))
    result = run(shop, str(held_out), *(["--json"] if as_json else []))
    assert "t-2" in result.stdout
    assert "下单金额" not in result.stdout
    assert "placed_amount" not in result.stdout


def test_ids_only_hides_any_set(shop: Path, question_set: Path) -> None:
    assert "下单金额" not in run(shop, str(question_set), "--ids-only").stdout


def test_json_is_one_object_a_set(shop: Path, question_set: Path) -> None:
    (line,) = run(shop, str(question_set), "--json").stdout.splitlines()
    card = json.loads(line)
    assert (card["set"], card["questions"], card["parser"]) == ("mine", 2, "auto")
    assert card["scores"]["total"]["wrong"] == {"hit": 1, "of": 2}
    assert [(one["id"], one["verdict"]) for one in card["missed"]] == [("t-2", "wrong")]


def test_the_verified_parser_alone_refuses_what_nobody_checked(
    shop: Path, question_set: Path
) -> None:
    (line,) = run(shop, str(question_set), "--json", "--parser", "verified").stdout.splitlines()
    assert json.loads(line)["scores"]["total"]["refused"] == {"hit": 2, "of": 2}


def test_a_broken_set_is_told_by_line_and_nothing_is_asked(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.yml"
    file.write_text(HEAD + RIGHT + RIGHT, encoding="utf-8")
    result = run(shop, str(file))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("broken.yml:6: The id 't-1' is already taken")


def test_a_user_that_the_project_lacks_is_refused(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "users.yml"
    file.write_text(HEAD + RIGHT.replace("plan:", "user: nobody, plan:"), encoding="utf-8")
    result = run(shop, str(file))
    assert result.exit_code == 1
    assert "nobody" in result.stderr
