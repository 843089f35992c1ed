"""An `Answer` held against its gold: right, or wrong in one of the ways that are not alike.

Second step of an evaluation, after `evaluation` has asked. A wrong number that looks right is the
worst of them and has a verdict of its own. Pure: answers in, verdicts out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from assistant.answer import Answer, AnswerOption, Cell
from assistant.evaluating.evaluation_set import Ask, DataTopic, Define, Gold, Plans, Refuse, Tell
from semantic_layer import SemanticModel
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.normal_form import same_plan

_DIGITS = 9  # of a number that count: sums of floats differ in the last ones


class Verdict(StrEnum):
    """What an answer was worth."""

    right = "right"
    wrong = "wrong"  # a number other than the right one, or one where none may be given
    asked = "asked"  # a question back where there was nothing to ask, or about something else
    refused = "refused"  # no number where there is one, or a refusal without what is near
    failed = "failed"  # an error of ours
    gold_fails = "gold_fails"  # the gold itself cannot be answered: the set must be mended


@dataclass(frozen=True)
class Judgement:
    """`exact`: of a gold plan, whether the answer's plan means the same; None without a plan."""

    verdict: Verdict
    exact: bool | None = None


def judge(
    answer: Answer, gold: Gold, gold_answers: Sequence[Answer], model: SemanticModel, today: date
) -> Judgement:
    """What `answer` is worth.

    Args:
        answer: what the assistant said.
        gold: what it should have said.
        gold_answers: the answers to the gold's plans, in their order; empty if it has none.
        model: the definitions that both speak of.
        today: the day of the question.
    """
    if isinstance(gold, Plans):
        return _judge_number(answer, gold_answers, model, today)
    if answer.status == "error":
        return Judgement(Verdict.failed)
    match gold:
        case Ask(about=names):
            return Judgement(_judge_question(answer, names))
        case Refuse(near=near):
            return Judgement(_judge_refusal(answer, near, model))
        case Define(metrics=metrics):
            shown = {definition.name for definition in answer.definitions}
            return Judgement(_judge_words(answer, is_told=shown.issuperset(metrics)))
        case Tell(topic=topic):
            return Judgement(_judge_words(answer, is_told=_is_told(answer, topic)))
        case _:
            assert_never(gold)


def _judge_number(
    answer: Answer, gold_answers: Sequence[Answer], model: SemanticModel, today: date
) -> Judgement:
    usable = [one for one in gold_answers if one.status == "answered"]
    if not usable:
        return Judgement(Verdict.gold_fails)
    match answer.status:
        case "clarify":
            return Judgement(Verdict.asked, exact=False)
        case "refused":
            return Judgement(Verdict.refused, exact=False)
        case "error":
            return Judgement(Verdict.failed, exact=False)
        case "answered":
            exact = any(_same_plan(answer, one, model, today) for one in usable)
            # Two empty results are alike whatever was asked, so they prove nothing.
            has_rows = any(_has_values(one) for one in usable)
            is_right = exact if not has_rows else any(_same_rows(answer, one) for one in usable)
            return Judgement(Verdict.right if is_right else Verdict.wrong, exact)
        case _:
            assert_never(answer.status)


def _same_plan(answer: Answer, gold: Answer, model: SemanticModel, today: date) -> bool:
    if answer.query is None or gold.query is None:
        return False
    return same_plan(answer.query, gold.query, today, model.events)


def _has_values(answer: Answer) -> bool:
    return any(value is not None for row in answer.rows for value in row)


def _same_rows(answer: Answer, gold: Answer) -> bool:
    """The same values in each row; the rows in the same order only where the gold ranks them."""
    ours, theirs = list(map(_values, answer.rows)), list(map(_values, gold.rows))
    is_ranked = gold.query is not None and gold.query.order_by and gold.query.limit
    return ours == theirs if is_ranked else Counter(ours) == Counter(theirs)


def _values(row: Sequence[Cell]) -> tuple[str, ...]:
    """The cells of a row as text, whatever the order of its columns."""
    return tuple(sorted(map(_value, row)))


def _value(cell: Cell) -> str:
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return f"{cell:.{_DIGITS}g}" if is_number else repr(cell)


def _judge_question(answer: Answer, names: Sequence[str]) -> Verdict:
    if answer.status == "answered":
        return Verdict.wrong
    if answer.status == "refused":
        return Verdict.refused
    offered = set(_offered(answer.options))
    return Verdict.right if offered.issuperset(names) else Verdict.asked


def _offered(options: Sequence[AnswerOption]) -> Iterator[str]:
    """What the options hold: metrics, fields, and the parts of a plan that they differ in."""
    for option in options:
        query = option.query
        yield from query.metrics
        yield from (group.name for group in query.group_by)
        yield from (field.partition("__")[0] for field in fields_of(query.where))
    if len({option.query.compare for option in options}) > 1:
        yield "comparison"
    if len({option.query.time for option in options}) > 1:
        yield "time"


def _judge_refusal(answer: Answer, near: Sequence[str], model: SemanticModel) -> Verdict:
    match answer.status:
        case "answered":
            return Verdict.wrong
        case "clarify":
            return Verdict.asked
        case _:
            is_named = not near or any(_names(answer, name, model) for name in near)
            return Verdict.right if is_named else Verdict.refused


def _names(answer: Answer, name: str, model: SemanticModel) -> bool:
    """Whether a refusal names a metric or dimension, by its name or its label."""
    one = model.metrics.get(name) or model.dimensions[name]
    suggested = {text for issue in answer.issues for text in issue.suggestions}
    called = (name, one.label.zh, one.label.en)
    return any(text in suggested or text in answer.summary for text in called)


def _is_told(answer: Answer, topic: DataTopic) -> bool:
    """Whether an answer without numbers is about what was asked: members come as rows."""
    lists_values = answer.query is not None and not answer.query.metrics
    match topic:
        case "metrics":
            return bool(answer.definitions)
        case "coverage":
            return answer.data_through is not None
        case "members":
            return lists_values
        case "dimensions":
            return not lists_values and not answer.definitions
        case _:
            assert_never(topic)


def _judge_words(answer: Answer, *, is_told: bool) -> Verdict:
    """A definition, or what there is: words, and no number of a metric."""
    match answer.status:
        case "clarify":
            return Verdict.asked
        case "refused" | "error":
            return Verdict.refused
        case "answered":
            has_number = any(column.metric is not None for column in answer.columns)
            if has_number:
                return Verdict.wrong
            return Verdict.right if is_told else Verdict.refused
        case _:
            assert_never(answer.status)
