"""A question set from its file to its score card, asked of a respondent that is no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from assistant.answer import Answer, AnswerColumn
from assistant.evaluating.evaluation import Outcome, evaluate
from assistant.evaluating.evaluation_set import (
    EvaluationSet,
    GoldQuestion,
    Plans,
    Refuse,
    read_evaluation_set,
)
from assistant.evaluating.score_card import Part, score_card
from semantic_layer import DefinitionError, SemanticModel, SemanticQuery
from semantic_layer.loader import load_model

HEAD = 'shop: demo\nas_of: "2026-11-25T10:00:00"\nauthor: somebody\nquestions:\n'
ONE = """\
  - id: a-1
    q: 上月付款订单数
    category: direct
    plan: {metrics: [paid_orders], time: {kind: preset, unit: month, count: 1, offset: -1}}
"""
REFUSED = "  - {id: a-2, q: 上月利润, category: unanswerable, refuse: {near: [paid_amount]}}\n"
TURN = "  - {id: a-3, q: 那上上月呢, category: multi_turn, previous: a-1, plan: {metrics: [roi]}}\n"


@pytest.fixture(scope="module")
def model() -> SemanticModel:
    return load_model()


def read(tmp_path: Path, model: SemanticModel, *questions: str, head: str = HEAD) -> EvaluationSet:
    file = tmp_path / "set.yml"
    file.write_text(head + "".join(questions), encoding="utf-8")
    return read_evaluation_set(file, model)


def test_a_set_is_read_with_its_golds_and_moments(tmp_path: Path, model: SemanticModel) -> None:
    later = ONE.replace("a-1", "a-9") + '    as_of: "2026-10-01T08:00:00"\n'
    found = read(tmp_path, model, ONE, REFUSED, TURN, later)
    first, second, third, fourth = found.questions
    assert isinstance(first.gold, Plans)
    assert second.gold == Refuse(("paid_amount",))
    assert third.previous == "a-1"
    assert (first.as_of.isoformat(), fourth.as_of.month) == ("2026-11-25T10:00:00", 10)


def test_thresholds_are_numbers(tmp_path: Path, model: SemanticModel) -> None:
    having = "{kind: compare, field: refund_rate, operator: '>', value: 0.05}"
    plan = f"plan: {{metrics: [refund_rate], group_by: [channel], having: {having}}}"
    (one,) = read(tmp_path, model, f"  - {{id: x, q: q, category: direct, {plan}}}\n").questions
    assert isinstance(one.gold, Plans)
    condition = one.gold.plans[0].having
    assert condition is not None
    assert condition.model_dump()["value"] == 0.05


@pytest.mark.parametrize(
    ("questions", "code", "line"),
    [
        (ONE + ONE, "evaluation_id_taken", 9),
        (ONE + "    ask: [roi]\n", "evaluation_gold_unclear", 5),
        ("  - {id: a, q: 问, category: direct}\n", "evaluation_gold_unclear", 5),
        (TURN, "evaluation_previous_unknown", 5),
        (ONE.replace("paid_orders", "profit"), "evaluation_name_unknown", 5),
        (REFUSED.replace("paid_amount", "profit"), "evaluation_name_unknown", 5),
        (ONE.replace("direct", "easy"), "value_unknown", 7),
        (ONE.replace("plan:", "plam:"), "key_unknown", 8),
        (ONE.replace("    q: 上月付款订单数\n", ""), "key_missing", 5),
        (ONE.replace("unit: month", "unit: moon"), "value_unknown", 8),
    ],
)
def test_a_problem_is_told_with_file_and_line(
    questions: str, code: str, line: int, tmp_path: Path, model: SemanticModel
) -> None:
    with pytest.raises(DefinitionError) as raised:
        read(tmp_path, model, questions)
    assert [(issue.code, issue.where) for issue in raised.value.issues] == [
        (code, f"set.yml:{line}")
    ]


@dataclass
class FakeRespondent:
    """Answers from a queue of numbers and remembers what it was asked after what."""

    model: SemanticModel
    numbers: list[int | None]
    histories: list[tuple[str, ...]] = field(default_factory=list)

    def ask(self, question: GoldQuestion, history: Sequence[Answer]) -> Answer:
        self.histories.append(tuple(answer.question for answer in history))
        number = self.numbers.pop(0)
        if number is None:
            return Answer(status="refused", question=question.text, language="zh", parser="linked")
        return _number(number, question.text)

    def answer(self, plan: SemanticQuery, question: GoldQuestion) -> Answer:
        return _number(1, question.text).model_copy(update={"query": plan})

    def model_for(self, _: GoldQuestion) -> SemanticModel:
        return self.model


def _number(value: int, question: str) -> Answer:
    column = AnswerColumn(
        name="n", label="n", type="number", unit=None, role="metric", metric="paid_orders"
    )
    return Answer(
        status="answered",
        question=question,
        language="zh",
        parser="linked",
        columns=(column,),
        rows=((value,),),
        timings_ms={"link": 1.0, "execute": float(value)},
    )


def outcomes(
    tmp_path: Path, model: SemanticModel, *numbers: int | None
) -> tuple[FakeRespondent, tuple[Outcome, ...]]:
    last = TURN.replace("a-3", "a-4").replace("previous: a-1", "previous: a-3")
    questions = read(tmp_path, model, ONE, REFUSED, TURN, last)
    respondent = FakeRespondent(model, list(numbers))
    return respondent, tuple(evaluate(questions, respondent))


def test_a_turn_is_asked_after_the_whole_conversation(tmp_path: Path, model: SemanticModel) -> None:
    respondent, _ = outcomes(tmp_path, model, 1, None, 1, 1)
    first, turn = "上月付款订单数", "那上上月呢"
    assert respondent.histories == [(), (), (first,), (first, turn)]


def test_the_score_card_counts_by_what_the_gold_wants(tmp_path: Path, model: SemanticModel) -> None:
    _, found = outcomes(tmp_path, model, 1, 5, None, 2)
    card = score_card(found)
    assert card.total.right == Part(1, 4)
    assert card.total.executed == Part(1, 3)
    assert card.total.wrong == Part(2, 4)
    assert card.total.refused == Part(1, 4)
    assert card.total.refused_rightly == Part(0, 1)
    assert list(card.by_category) == ["direct", "unanswerable", "multi_turn"]
    assert card.by_category["multi_turn"].executed == Part(0, 2)
    assert (card.stages["execute"].p50, card.stages["execute"].p95) == (2.0, 5.0)
