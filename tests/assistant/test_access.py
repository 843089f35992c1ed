"""What a role may not see is in no answer, word, suggestion or page, whoever asked before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant import LOCAL_ADMIN, Answer, Assistant, Role, Settings, User, catalogue
from assistant.defining.definition_drafts import definition_text, preview, read_draft
from assistant.presentation.overview import overview
from semantic_layer import Language, SemanticQuery
from semantic_layer.query import Grain
from tests.metricflow_shop import import_into
from tests.ui.small_shop import ADDRESS, AMOUNT, AS_OF, CREATED, LAST_MONTH, PAID, build, lines
from ui.command_line import main

OPERATOR, EXECUTIVE = User("operator", Role.operator), User("boss", Role.executive)
ANALYST = User("analyst", Role.analyst)
ACCESS = """
access_policy:
  - role: operator
    grants:
      - {dataset: orders, where: {kind: in, field: province, values: [广东省]}}
  - role: executive
    grants: [{dataset: "*"}]
    masks:
      - {dataset: orders, column: city, text: 保密}
      - {dataset: orders, column: order_amount}
  - role: analyst
    grants: [{dataset: customers}]
"""
OTHERS = ("浙江", "江苏", "四川", "杭州", "南京", "成都")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop, whose operator sees one province."""
    folder = build(tmp_path_factory.mktemp("narrow"))
    (folder / "models").mkdir()
    (folder / "models" / "access.yml").write_text(ACCESS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def shop(project: Path) -> Assistant:
    """One assistant for all tests, as in the app: users take turns at its caches."""
    return Assistant(project, Settings())


def expected(column: str, province: str = "广东省") -> list[float]:
    """The amounts of last month's orders in a province, read off the export."""
    start, end = (day.isoformat() for day in LAST_MONTH)
    return [
        float(line[AMOUNT])
        for line in lines()
        if line[column] and start <= line[column] < end and line[ADDRESS].startswith(province)
    ]


def ask(shop: Assistant, question: str, user: User, language: Language | None = None) -> Answer:
    return shop.ask(question, now=AS_OF, user=user, language=language)


def no_stranger_in(shown: object) -> None:
    """No province or city of another's."""
    text = json.dumps(shown, ensure_ascii=False, default=str)
    assert not [name for name in OTHERS if name in text], text


@pytest.mark.parametrize("first", [OPERATOR, LOCAL_ADMIN])
def test_users_take_turns_and_see_their_own_rows(shop: Assistant, first: User) -> None:
    for user in (first, LOCAL_ADMIN, OPERATOR, LOCAL_ADMIN):
        answer = ask(shop, "上个月付款金额", user)
        province = "广东省" if user is OPERATOR else ""
        assert answer.rows == ((sum(expected(PAID, province)),),)


def test_an_answer_tells_the_condition_of_the_role(shop: Assistant) -> None:
    policies = {
        language: [
            one.text
            for one in ask(shop, "上个月付款订单数", OPERATOR, language).filters
            if one.origin == "policy"
        ]
        for language in ("zh", "en")
    }
    assert policies == {"zh": ["订单：省份 = 广东省"], "en": ["orders: province = 广东省"]}
    assert all(one.origin != "policy" for one in ask(shop, "上个月付款订单数", LOCAL_ADMIN).filters)


@pytest.mark.parametrize("question", ["上个月各省份付款金额", "上个月各城市下单数", "有哪些城市"])
def test_no_answer_names_a_hidden_member(shop: Assistant, question: str) -> None:
    no_stranger_in(ask(shop, question, OPERATOR).model_dump(mode="json"))


def test_the_words_of_the_data_are_those_of_permitted_rows(shop: Assistant) -> None:
    known = shop.knowledge_for(OPERATOR)
    assert known.members["province"] == ("广东省",)
    assert len(shop.knowledge.members["province"]) == 4
    no_stranger_in(list(known.lexicon.entries))
    assert "gender" not in known.members


def test_a_hidden_member_in_a_question_gets_no_number(shop: Assistant) -> None:
    answer = ask(shop, "上个月浙江省付款金额", OPERATOR)
    assert answer.status == "refused"
    assert not answer.rows


def test_the_options_of_a_question_back_have_the_users_own_numbers(shop: Assistant) -> None:
    answer = ask(shop, "上个月订单数", OPERATOR)
    assert answer.status == "clarify"
    numbers = [option.value for option in answer.options]
    assert numbers == [len(expected(CREATED)), len(expected(PAID))]


def test_suggestions_name_no_hidden_member(shop: Assistant) -> None:
    for language in ("zh", "en"):
        first = shop.first_questions(AS_OF, language, OPERATOR)
        follow_ups = ask(shop, "上个月付款金额", OPERATOR, language).follow_ups
        assert first
        no_stranger_in([first, follow_ups])
        for question in first:
            assert ask(shop, question, OPERATOR).status == "answered", question


def test_the_overview_holds_permitted_rows_only(shop: Assistant) -> None:
    page = overview(shop, grain=Grain.month, now=AS_OF, language="zh", user=OPERATOR)
    values = {one.query.metrics[0]: one.value for one in page.headlines}
    assert values["paid_amount"] == sum(expected(PAID))
    members = [mover.member for one in page.movers for mover in (*one.up, *one.down)]
    no_stranger_in(members)


def test_governed_sql_and_plans_are_answered_as_the_user(shop: Assistant) -> None:
    sql = shop.sql(
        "SELECT province, METRIC(placed_orders) AS n FROM shop GROUP BY province",
        now=AS_OF,
        user=OPERATOR,
    )
    assert [row[0] for row in sql.rows] == ["广东省"]
    assert ("policy", "订单：省份 = 广东省") in [(one.origin, one.text) for one in sql.filters]
    listed = SemanticQuery.model_validate({"group_by": ["city"]})
    assert shop.answer(listed, now=AS_OF, user=OPERATOR).rows == (("广州市",),)
    assert "'广东省'" in shop.compile(listed, now=AS_OF, user=OPERATOR).sql
    assert (
        "'广东省'"
        in shop.compile_sql("SELECT METRIC(paid_orders) FROM shop", now=AS_OF, user=OPERATOR).sql
    )


def test_a_metric_without_access_is_refused_and_says_whom_to_ask(shop: Assistant) -> None:
    answer = ask(shop, "上个月付款金额", ANALYST)
    assert answer.status == "refused"
    (issue,) = answer.issues
    assert (issue.code, issue.where) == ("access_denied", "paid_amount")
    owner = shop.knowledge.model.metrics["paid_amount"].owner
    assert "付款金额" in issue.message or "支付金额" in issue.message
    assert owner in issue.message
    assert shop.first_questions(AS_OF, "zh", ANALYST) == ()
    page = overview(shop, grain=Grain.month, now=AS_OF, language="zh", user=ANALYST)
    assert page.headlines == ()
    assert page.problem is not None


def test_masks_hide_values_and_the_metrics_made_of_them(shop: Assistant) -> None:
    amount = ask(shop, "上个月付款金额", EXECUTIVE)
    assert (amount.status, [issue.code for issue in amount.issues]) == (
        "refused",
        ["metric_masked"],
    )
    by_city = ask(shop, "上个月各城市下单数", EXECUTIVE)
    assert [row[0] for row in by_city.rows] == ["保密"]
    assert "城市已隐藏" in [
        one.text.split("：")[1] for one in by_city.filters if one.origin == "policy"
    ]
    assert shop.knowledge_for(EXECUTIVE).members["city"] == ("保密",)
    loaded = {one.name for one in catalogue(shop.knowledge_for(EXECUTIVE), "zh") if one.loaded}
    assert "paid_orders" in loaded
    assert "paid_amount" not in loaded


def test_a_draft_is_previewed_as_its_author(shop: Assistant) -> None:
    text = definition_text(shop, "placed_orders")
    version = shop.knowledge.model.metrics["placed_orders"].version
    draft = read_draft(
        shop,
        "placed_orders",
        text.replace(f"version: {version}", f"version: {version + 1}"),
        OPERATOR,
    )
    query = SemanticQuery.model_validate(
        {"metrics": ["placed_orders"], "time": {"kind": "preset", "unit": "month"}}
    )
    shown = preview(shop, draft, query, now=AS_OF, language="zh", user=OPERATOR)
    assert shown.old is not None
    assert shown.old.rows == shown.new.rows == ((len(expected(CREATED)),),)


def run(*arguments: object) -> list[dict[str, Any]]:
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exit_code == 0, (done.output, done.exception)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_of_a_batch_is_answered_as_its_user(project: Path, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    question = {"question": "上个月下单数", "as_of": AS_OF.date().isoformat()}
    users = ("operator", "admin", None, "operator")
    batch.write_text(
        "".join(
            json.dumps({"id": number, **question, **({"user": user} if user else {})}) + "\n"
            for number, user in enumerate(users)
        ),
        encoding="utf-8",
    )
    answers = run("ask", "--batch", batch, "--json", "--project", project)
    own, everything = len(expected(CREATED)), len(expected(CREATED, ""))
    assert [answer["rows"] for answer in answers] == [
        [[own]],
        [[everything]],
        [[everything]],
        [[own]],
    ]


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "上个月下单数"],
        [
            "sql",
            "SELECT METRIC(placed_orders) AS n FROM shop WHERE metric_time >= DATE '2026-10-01' "
            "AND metric_time < DATE '2026-11-01'",
        ],
    ],
)
def test_the_command_line_asks_as_its_user(project: Path, command: list[str]) -> None:
    common = ("--project", project, "--as-of", AS_OF.date().isoformat(), "--json")
    (own,) = run(*command, *common, "--user", "operator")
    (everything,) = run(*command, *common)
    assert own["rows"] == [[len(expected(CREATED))]]
    assert everything["rows"] == [[len(expected(CREATED, ""))]]


def test_imported_definitions_need_the_grant_of_everything(tmp_path: Path) -> None:
    folder = import_into(tmp_path)
    (folder / "models" / "access.yml").write_text(ACCESS, encoding="utf-8")
    assistant = Assistant(folder, Settings())
    request = {"metrics": ["orders"]}
    (refused,) = assistant.answer_requests([request], now=AS_OF, user=OPERATOR)
    (answered,) = assistant.answer_requests([request], now=AS_OF)
    assert [issue.code for issue in refused.issues] == ["access_denied"]
    assert answered.status == "answered"
