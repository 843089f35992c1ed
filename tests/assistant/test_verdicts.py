"""`judge`: right answers, and each way to be wrong, told apart."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answer import Answer, AnswerColumn, AnswerIssue, AnswerOption, Cell, Definition
from assistant.evaluating.evaluation_set import Ask, Define, Gold, Plans, Refuse, Tell
from assistant.evaluating.verdicts import Verdict, judge
from semantic_layer import SemanticModel, SemanticQuery
from semantic_layer.loader import load_model
from semantic_layer.query import Comparison, Grain, GroupBy, OrderBy, PresetTime

TODAY = date(2026, 11, 25)
LAST_MONTH = PresetTime(unit=Grain.month)
ORDERS = SemanticQuery(metrics=("paid_orders",), time=LAST_MONTH)
AMOUNT = SemanticQuery(metrics=("paid_amount",), time=LAST_MONTH)
BY_CHANNEL = ORDERS.model_copy(update={"group_by": (GroupBy(name="channel"),)})


@pytest.fixture(scope="module")
def model() -> SemanticModel:
    return load_model()


def answered(query: SemanticQuery, *rows: tuple[Cell, ...]) -> Answer:
    names = (*(group.name for group in query.group_by), *query.metrics)
    columns = tuple(
        AnswerColumn(
            name=name,
            label=name,
            type="number",
            unit=None,
            role="metric" if name in query.metrics else "dimension",
            metric=name if name in query.metrics else None,
        )
        for name in names
    )
    return Answer(
        status="answered",
        question="",
        language="zh",
        parser="linked",
        query=query,
        columns=columns,
        rows=rows,
    )


def refused(message: str, *suggestions: str) -> Answer:
    issue = AnswerIssue(code="not_governed", message=message, suggestions=suggestions)
    return Answer(
        status="refused",
        question="",
        language="zh",
        parser="linked",
        summary=message,
        issues=(issue,),
    )


def asked(*queries: SemanticQuery) -> Answer:
    options = (AnswerOption(label="", description="", query=query) for query in queries)
    return Answer(
        status="clarify", question="", language="zh", parser="linked", options=tuple(options)
    )


def verdict(
    answer: Answer, gold: Gold, model: SemanticModel, *gold_answers: Answer
) -> tuple[Verdict, bool | None]:
    judgement = judge(answer, gold, gold_answers, model, TODAY)
    return judgement.verdict, judgement.exact


def test_the_same_plan_and_number_are_right(model: SemanticModel) -> None:
    one = answered(ORDERS, (120,))
    assert verdict(one, Plans((ORDERS,)), model, one) == (Verdict.right, True)


def test_another_number_is_wrong_but_confident(model: SemanticModel) -> None:
    got, gold = answered(AMOUNT, (7,)), answered(ORDERS, (120,))
    assert verdict(got, Plans((ORDERS,)), model, gold) == (Verdict.wrong, False)


def test_the_same_numbers_by_another_plan_are_right_but_not_exact(model: SemanticModel) -> None:
    got, gold = answered(AMOUNT, (120.0,)), answered(ORDERS, (120,))
    assert verdict(got, Plans((ORDERS,)), model, gold) == (Verdict.right, False)


def test_one_of_two_honest_readings_is_enough(model: SemanticModel) -> None:
    golds = answered(AMOUNT, (7.5,)), answered(ORDERS, (120,))
    got = answered(ORDERS, (120,))
    assert verdict(got, Plans((AMOUNT, ORDERS)), model, *golds) == (Verdict.right, True)


def test_rows_are_a_multiset_and_columns_have_no_order(model: SemanticModel) -> None:
    got = answered(BY_CHANNEL, ("京东", 2), ("天猫", 1.0000000001))
    gold = answered(BY_CHANNEL, (1, "天猫"), (2, "京东"))
    assert verdict(got, Plans((BY_CHANNEL,)), model, gold) == (Verdict.right, True)


def test_a_row_more_or_twice_is_wrong(model: SemanticModel) -> None:
    gold = answered(BY_CHANNEL, ("天猫", 1), ("京东", 2))
    for rows in ((("天猫", 1),), (("天猫", 1), ("天猫", 1), ("京东", 2))):
        got = answered(BY_CHANNEL, *rows)
        assert verdict(got, Plans((BY_CHANNEL,)), model, gold)[0] is Verdict.wrong


def test_the_order_counts_where_the_gold_ranks(model: SemanticModel) -> None:
    ranked = BY_CHANNEL.model_copy(update={"order_by": (OrderBy(name="paid_orders"),), "limit": 2})
    gold = answered(ranked, ("京东", 2), ("天猫", 1))
    got = answered(ranked, ("天猫", 1), ("京东", 2))
    assert verdict(got, Plans((ranked,)), model, gold)[0] is Verdict.wrong
    assert verdict(gold, Plans((ranked,)), model, gold)[0] is Verdict.right


@pytest.mark.parametrize("rows", [(), ((None,),)])
def test_two_empty_results_prove_nothing(
    rows: tuple[tuple[Cell, ...], ...], model: SemanticModel
) -> None:
    got, gold = answered(AMOUNT, *rows), answered(ORDERS, *rows)
    assert verdict(got, Plans((ORDERS,)), model, gold)[0] is Verdict.wrong
    assert verdict(gold, Plans((ORDERS,)), model, gold)[0] is Verdict.right


def test_a_gold_that_cannot_be_answered_is_no_fault_of_the_answer(model: SemanticModel) -> None:
    got = answered(ORDERS, (120,))
    assert verdict(got, Plans((ORDERS,)), model, refused("—"))[0] is Verdict.gold_fails


def test_questions_and_refusals_in_vain_are_told_apart(model: SemanticModel) -> None:
    gold = answered(ORDERS, (120,))
    assert verdict(asked(ORDERS), Plans((ORDERS,)), model, gold)[0] is Verdict.asked
    assert verdict(refused("—"), Plans((ORDERS,)), model, gold)[0] is Verdict.refused


def test_a_question_back_must_hold_all_that_the_gold_lists(model: SemanticModel) -> None:
    gold = Ask(("paid_orders", "paid_amount"))
    assert verdict(asked(ORDERS, AMOUNT), gold, model)[0] is Verdict.right
    assert verdict(asked(ORDERS, BY_CHANNEL), gold, model)[0] is Verdict.asked
    assert verdict(answered(ORDERS, (1,)), gold, model)[0] is Verdict.wrong
    assert verdict(refused("—"), gold, model)[0] is Verdict.refused


def test_what_the_options_differ_in_is_what_was_asked(model: SemanticModel) -> None:
    against = [ORDERS.model_copy(update={"compare": each}) for each in list(Comparison)[:2]]
    assert verdict(asked(*against), Ask(("comparison",)), model)[0] is Verdict.right
    assert verdict(asked(*against), Ask(("time",)), model)[0] is Verdict.asked
    assert verdict(asked(BY_CHANNEL, ORDERS), Ask(("channel",)), model)[0] is Verdict.right


def test_a_refusal_names_what_is_near(model: SemanticModel) -> None:
    gold = Refuse(("paid_amount", "net_paid_amount"))
    assert verdict(refused("请看支付金额。"), gold, model)[0] is Verdict.right
    assert verdict(refused("—", "net_paid_amount"), gold, model)[0] is Verdict.right
    assert verdict(refused("请看点击量。"), gold, model)[0] is Verdict.refused
    assert verdict(refused("—"), Refuse(()), model)[0] is Verdict.right
    assert verdict(answered(ORDERS, (1,)), Refuse(()), model)[0] is Verdict.wrong
    assert verdict(asked(ORDERS), gold, model)[0] is Verdict.asked


def test_a_definition_is_words_about_the_asked_metrics(model: SemanticModel) -> None:
    definition = Definition(
        name="paid_orders",
        label="付款订单数",
        description="—",
        version=1,
        owner="—",
        status="certified",
        time_basis="—",
        unit="count",
        good_direction="up",
    )
    told = Answer(
        status="answered",
        question="",
        language="zh",
        parser="linked",
        definitions=(definition,),
    )
    assert verdict(told, Define(("paid_orders",)), model)[0] is Verdict.right
    assert verdict(told, Define(("paid_orders", "roi")), model)[0] is Verdict.refused
    with_number = answered(ORDERS, (1,)).model_copy(update={"definitions": (definition,)})
    assert verdict(with_number, Define(("paid_orders",)), model)[0] is Verdict.wrong
    assert verdict(with_number, Tell("metrics"), model)[0] is Verdict.wrong
