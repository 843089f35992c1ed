"""Feedback cannot poison: a thumb changes nothing, and what is approved is replayed first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant import LOCAL_ADMIN, Answer, Assistant, Role, Settings, User, check_definitions
from assistant.records.approval import Approval, Wording, approve
from assistant.records.feedback import Candidate, Feedback, Problem
from assistant.records.verified_file import FILE_NAME, Entry, with_entry
from semantic_layer import QueryError, SemanticQuery
from semantic_layer.issues import IssuesError
from semantic_layer.loading.located_yaml import read_yaml
from semantic_layer.loading.verified_entries import VerifiedFile
from semantic_layer.query import Grain, In, PresetTime
from tests.ui.small_shop import AS_OF, build

OPERATOR, BOSS = User("operator", Role.operator), User("boss", Role.executive)
ANALYST = User("anna", Role.analyst)
PLAN = SemanticQuery(metrics=("paid_orders", "paid_amount"), time=PresetTime(unit=Grain.month))
QUESTION = "上月鲲鹏看板"
HOSTILE = (
    "<img src=x> ![x](http://127.0.0.1:1/x.png) =HYPERLINK(1) \u202e\0 '); DROP TABLE votes;--"
)


@pytest.fixture
def shop(tmp_path: Path) -> Assistant:
    return Assistant(build(tmp_path / "shop"), Settings())


@pytest.fixture
def feedback(shop: Assistant) -> Feedback:
    return Feedback(shop.project / "app.sqlite")


def judged(question: str = QUESTION, query: SemanticQuery | None = PLAN) -> Answer:
    return Answer(status="answered", question=question, language="zh", parser="llm", query=query)


def listed(feedback: Feedback, shop: Assistant, user: User = ANALYST) -> tuple[Candidate, ...]:
    return feedback.candidates(user, shop.knowledge_for(user), AS_OF.date())


def given_one(feedback: Feedback, shop: Assistant, answer: Answer | None = None) -> Candidate:
    feedback.give(OPERATOR, answer or judged(), "up", AS_OF)
    (candidate,) = listed(feedback, shop)
    return candidate


def decision(candidate: Candidate, **changed: object) -> Approval:
    assert candidate.plan is not None
    approval = Approval(candidate.id, Wording(zh=candidate.question), candidate.plan, ANALYST)
    return replace(approval, **changed)  # type: ignore[arg-type]


def codes(attempt: Callable[[], object]) -> set[str]:
    with pytest.raises(IssuesError) as error:
        attempt()
    return {issue.code for issue in error.value.issues}


def test_a_thumb_changes_no_answer(shop: Assistant, feedback: Feedback) -> None:
    before = shop.ask(QUESTION, now=AS_OF)
    for user in (OPERATOR, BOSS, ANALYST):
        feedback.give(user, judged(), "up", AS_OF)
    after = shop.ask(QUESTION, now=AS_OF)
    assert (after.status, after.query, after.issues) == (before.status, None, before.issues)
    assert not shop.models_folder.exists()


def test_the_same_candidate_is_counted_once_a_user(shop: Assistant, feedback: Feedback) -> None:
    feedback.give(OPERATOR, judged(), "up", AS_OF)
    feedback.give(BOSS, judged(f" {QUESTION} "), "down", AS_OF, problem=Problem.wrong_time)
    feedback.give(OPERATOR, judged(), "down", AS_OF, problem=Problem.other, comment="不对")
    (candidate,) = listed(feedback, shop)
    said = {vote.user: (vote.verdict, vote.problem, vote.comment) for vote in candidate.votes}
    assert said == {
        "boss": ("down", Problem.wrong_time, ""),
        "operator": ("down", Problem.other, "不对"),
    }
    other_plan = PLAN.model_copy(update={"metrics": ("paid_orders",)})
    feedback.give(BOSS, judged(query=other_plan), "up", AS_OF)
    assert [len(one.votes) for one in listed(feedback, shop)] == [2, 1]


def test_a_vote_taken_back_leaves_nothing(shop: Assistant, feedback: Feedback) -> None:
    for user in (OPERATOR, BOSS):
        feedback.give(user, judged(), "up", AS_OF)
    feedback.take_back(OPERATOR, judged())
    assert [vote.user for vote in listed(feedback, shop)[0].votes] == ["boss"]
    feedback.take_back(BOSS, judged())
    assert listed(feedback, shop) == ()


def test_hostile_and_endless_words_are_kept_as_bounded_text(
    shop: Assistant, feedback: Feedback
) -> None:
    answer = judged(HOSTILE + "问" * 9_000)
    feedback.give(OPERATOR, answer, "down", AS_OF, comment=HOSTILE + "\n" + "x" * 9_000)
    (candidate,) = listed(feedback, shop)
    (vote,) = candidate.votes
    assert len(candidate.question) == len(vote.comment) == 500
    assert "=HYPERLINK(1)" in vote.comment
    assert not set(candidate.question + vote.comment) & set("\u202e\0")


def test_two_users_at_once_make_one_candidate(shop: Assistant, feedback: Feedback) -> None:
    users = [User(f"user{number}", Role.operator) for number in range(12)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda user: feedback.give(user, judged(), "up", AS_OF), users))
    (candidate,) = listed(feedback, shop)
    assert {vote.user for vote in candidate.votes} == {user.name for user in users}


@pytest.mark.parametrize("user", [OPERATOR, BOSS])
def test_only_reviewers_read_and_decide(shop: Assistant, feedback: Feedback, user: User) -> None:
    candidate = given_one(feedback, shop)
    for attempt in (
        lambda: listed(feedback, shop, user),
        lambda: feedback.reject(candidate.id, user, "no", AS_OF),
        lambda: approve(shop, decision(candidate, reviewer=user), AS_OF),
    ):
        assert codes(attempt) == {"review_not_allowed"}
    assert listed(feedback, shop) == (candidate,)


ACCESS = """
access_policy:
  - role: analyst
    grants:
      - {dataset: orders, where: {kind: in, field: province, values: [广东省]}}
"""


def test_a_plan_that_the_reviewer_may_not_see_is_its_question_only(
    shop: Assistant, feedback: Feedback
) -> None:
    shop.models_folder.mkdir()
    (shop.models_folder / "access.yml").write_text(ACCESS, encoding="utf-8")
    for number, plan in enumerate(
        (
            SemanticQuery(metrics=("page_views",)),
            PLAN.model_copy(update={"where": In(field="province", values=("浙江省",))}),
            PLAN.model_copy(update={"where": In(field="province", values=("广东省",))}),
        )
    ):
        feedback.give(OPERATOR, judged(f"问题{number}", plan), "up", AS_OF)
    shown = [(one.is_hidden, one.plan is None) for one in listed(feedback, shop)]
    assert shown == [(True, True), (True, True), (False, False)]
    assert not any(one.is_hidden for one in listed(feedback, shop, LOCAL_ADMIN))
    hidden = listed(feedback, shop)[1]
    attempt = decision(listed(feedback, shop, LOCAL_ADMIN)[1])
    assert attempt.candidate == hidden.id
    assert codes(lambda: approve(shop, attempt, AS_OF)) == {"plan_hidden"}


def test_what_is_approved_answers_the_question_and_says_who_and_when(
    shop: Assistant, feedback: Feedback
) -> None:
    candidate = given_one(feedback, shop)
    both = Wording(zh=QUESTION, en="kestrel board of last month")
    path = approve(shop, decision(candidate, wording=both), AS_OF)
    assert path == shop.models_folder / FILE_NAME
    for question in (QUESTION, both.en):
        answer = shop.ask(question, now=AS_OF, user=OPERATOR)
        assert (answer.status, answer.parser, answer.query) == ("answered", "verified", PLAN)
        assert any("anna" in one.message and "2026-11-24" in one.message for one in answer.issues)
    assert listed(feedback, shop) == ()
    feedback.give(BOSS, judged(), "down", AS_OF)
    assert listed(feedback, shop) == (), "what was decided is not opened again by a thumb"
    report = check_definitions(shop.models_folder, shop.warehouse, AS_OF.date())
    assert report.problems == ()


KESTREL = """
extends: orders
metrics:
  - name: kestrel_orders
    type: simple
    agg: count
    expr: order_id
    agg_time_dimension: created_at
    label: {zh: 鲲鹏看板, en: kestrel board}
    description: {zh: 鲲鹏看板的下单数。, en: Orders placed on the kestrel board.}
    unit: count
    additivity: additive
    good_direction: up
    owner: 经营分析
    status: draft
    version: 1
"""


def test_what_is_approved_is_replayed_when_definitions_change(
    shop: Assistant, feedback: Feedback
) -> None:
    def problems() -> set[tuple[str, str]]:
        found = check_definitions(shop.models_folder, shop.warehouse, AS_OF.date()).problems
        return {(one.code, (one.where or "").partition(":")[0]) for one in found}

    approve(shop, decision(given_one(feedback, shop)), AS_OF)
    assert problems() == set()
    (shop.models_folder / "kestrel.yml").write_text(KESTREL, encoding="utf-8")
    assert problems() == {("verified_question_contradicted", FILE_NAME)}


OWN_FILE = """\
# 老板的问题
verified_questions:
    # 每周一看
    - question: {zh: 本周生意咋样了呀}
      query: {metrics: [paid_orders], time: {kind: preset, unit: week, offset: 0}}
      verified_by: 王   # 店长
      verified_at: 2026-11-01
# 结束
"""


@pytest.mark.parametrize(
    "own",
    [
        OWN_FILE,
        OWN_FILE.replace("\n", "\r\n"),
        OWN_FILE.rstrip(),
        "verified_questions: []  # 还没有\n",
        "verified_questions: [{question: {zh: 甲乙丙}, query: {metrics: [paid_orders]}, "
        "verified_by: 王, verified_at: 2026-11-01}]\n",
    ],
)
def test_the_file_keeps_what_its_authors_wrote(
    shop: Assistant, feedback: Feedback, own: str
) -> None:
    shop.models_folder.mkdir()
    path = shop.models_folder / FILE_NAME
    path.write_text(own, encoding="utf-8", newline="")
    approve(shop, decision(given_one(feedback, shop)), AS_OF)
    kept = path.read_bytes().decode()
    for line in own.splitlines():
        assert line.rstrip("]").split(": []")[0] in kept
    assert ("\r\n" in kept) == ("\r\n" in own)
    assert shop.ask(QUESTION, now=AS_OF).parser == "verified"
    assert [one.name for one in shop.models_folder.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        (FILE_NAME, "verified_questions:\n  - [\n"),
        (FILE_NAME, "verified_questions:\n  - question: {zh: x}\n"),
        (FILE_NAME, "datasets: 1\n"),
        ("mine.yml", "extends: orders\nmetrcs: []\n"),
    ],
)
def test_beside_broken_definitions_nothing_is_written(
    shop: Assistant, feedback: Feedback, name: str, broken: str
) -> None:
    approval = decision(given_one(feedback, shop))
    shop.models_folder.mkdir()
    (shop.models_folder / name).write_text(broken, encoding="utf-8")
    with pytest.raises(IssuesError) as error:
        approve(shop, approval, AS_OF)
    assert name in str(error.value)
    assert [one.name for one in shop.models_folder.iterdir()] == [name]
    assert (shop.models_folder / name).read_text(encoding="utf-8") == broken
    feedback.must_be_open(approval.candidate)


@pytest.mark.parametrize(
    ("words", "plan", "code"),
    [
        ("", PLAN, "wording_needed"),
        (" \u202e ", PLAN, "wording_needed"),
        ("上个月订单数", PLAN, "wording_ambiguous"),
        ("按省份呢", PLAN, "wording_depends"),
        ("那上周呢", PLAN, "wording_depends"),
        ("前三", PLAN, "wording_depends"),
        ("上个月付款订单数", PLAN, "verified_question_contradicted"),
        ("上月经营概况", PLAN.model_copy(update={"limit": 3}), None),
        ("近7天经营概况", PLAN, "wording_verified"),
        (QUESTION, SemanticQuery(metrics=("no_such",)), "verified_name_unknown"),
        (
            QUESTION,
            PLAN.model_copy(update={"where": In(field="nowhere", values=("x",))}),
            "verified_name_unknown",
        ),
    ],
)
def test_a_question_that_others_would_trip_over_is_not_approved(
    shop: Assistant, feedback: Feedback, words: str, plan: SemanticQuery, code: str | None
) -> None:
    approval = decision(given_one(feedback, shop), wording=Wording(zh=words), query=plan)
    if code is None:  # the project's own question takes the place of a shipped one
        approve(shop, approval, AS_OF)
        assert shop.ask(words, now=AS_OF).query == plan
        return
    assert code in codes(lambda: approve(shop, approval, AS_OF))
    assert not shop.models_folder.exists()
    feedback.must_be_open(approval.candidate)


def test_a_term_that_users_choose_for_themselves_is_settled_only_on_purpose(
    shop: Assistant, feedback: Feedback
) -> None:
    plan = SemanticQuery(metrics=("paid_orders",), time=PresetTime(unit=Grain.month))
    approval = decision(given_one(feedback, shop, judged("上个月订单数", plan)))
    assert codes(lambda: approve(shop, approval, AS_OF)) == {"wording_ambiguous"}
    assert shop.ask("上个月订单数", now=AS_OF).status == "clarify"
    approve(shop, replace(approval, for_everybody=True), AS_OF)
    assert shop.ask("上个月订单数", now=AS_OF).query == plan


def test_the_same_words_are_not_verified_twice(shop: Assistant, feedback: Feedback) -> None:
    approve(shop, decision(given_one(feedback, shop)), AS_OF)
    other = PLAN.model_copy(update={"metrics": ("paid_orders",)})
    again = decision(given_one(feedback, shop, judged(query=other)))
    before = (shop.models_folder / FILE_NAME).read_text(encoding="utf-8")
    assert "verified_question_twice" in codes(lambda: approve(shop, again, AS_OF))
    assert (shop.models_folder / FILE_NAME).read_text(encoding="utf-8") == before


def test_two_reviewers_at_once_lose_no_question(shop: Assistant, feedback: Feedback) -> None:
    questions = ("鲲鹏甲看板", "鲲鹏乙看板", "鲲鹏丙看板")
    for question in questions:
        feedback.give(OPERATOR, judged(question), "up", AS_OF)
    decisions = [decision(one) for one in listed(feedback, shop)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda one: approve(shop, one, AS_OF), decisions))
    assert all(shop.ask(question, now=AS_OF).parser == "verified" for question in questions)


def test_a_candidate_is_decided_once(shop: Assistant, feedback: Feedback) -> None:
    candidate = given_one(feedback, shop)
    assert codes(lambda: feedback.reject(candidate.id, ANALYST, " ", AS_OF)) == {"reason_needed"}
    feedback.reject(candidate.id, ANALYST, "问得不清楚", AS_OF)
    assert listed(feedback, shop) == ()
    for attempt in (
        lambda: feedback.reject(candidate.id, LOCAL_ADMIN, "again", AS_OF),
        lambda: approve(shop, decision(candidate), AS_OF),
    ):
        assert codes(attempt) == {"candidate_decided"}
    assert not shop.models_folder.exists()


def test_a_folder_that_cannot_be_written_is_told(
    shop: Assistant, feedback: Feedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    approval = decision(given_one(feedback, shop))

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("assistant.defining.whole_file.os.fsync", full)
    with pytest.raises(QueryError, match="models folder cannot be written"):
        approve(shop, approval, AS_OF)
    assert list(shop.models_folder.iterdir()) == []
    feedback.must_be_open(approval.candidate)


printable = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), min_size=1
).filter(lambda text: text.strip() == text != "")


@given(printable, printable, printable)
def test_any_words_are_read_back_from_the_file_as_they_are(zh: str, en: str, member: str) -> None:
    plan = PLAN.model_copy(update={"where": In(field="province", values=(member, 3, True))})
    entry = Entry(zh, en, plan, "anna", AS_OF.date())
    text = with_entry(with_entry("", entry), entry)
    assert yaml.safe_load(text)["verified_questions"][1]["question"] == {"zh": zh, "en": en}
    first, second = VerifiedFile.model_validate(read_yaml(FILE_NAME, text).data).verified_questions
    assert (first.question.zh, first.question.en, first.query) == (zh, en, plan)
    assert second == first
