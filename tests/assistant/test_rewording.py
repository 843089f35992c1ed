"""A model may word the facts; it may not touch a number or a name."""

from __future__ import annotations

import pytest

from assistant.answer import Answer, AnswerColumn, AnswerFact
from assistant.language_model.chat_model_error import ChatModelError
from assistant.language_model.rewording import reworded
from tests.assistant.scripted_chat_model import TOKENS_PER_REPLY, ScriptedChatModel

TOTAL = "paid amount in total: ¥1,400.00."
LEADER = "浙江省 leads with ¥1,000.00, 71.4% of the total."


def _answer() -> Answer:
    column = AnswerColumn(
        name="province", label="province", type="string", unit=None, role="dimension"
    )
    return Answer(
        status="answered",
        question="paid amount by province",
        language="en",
        parser="linked",
        columns=(column,),
        rows=(("浙江省",), ("广东省",)),
        facts=(
            AnswerFact(kind="total", text=TOTAL),
            AnswerFact(kind="leader", text=LEADER),
        ),
    )


def test_a_faithful_paragraph_takes_the_place_of_the_facts() -> None:
    text = "Of ¥1,400.00 in all, 浙江省 brought ¥1,000.00, that is 71.4%."
    model = ScriptedChatModel({"text": text})
    answer = reworded(_answer(), model)
    assert [(fact.kind, fact.text) for fact in answer.facts] == [("reworded", text)]
    assert answer.tokens == TOKENS_PER_REPLY
    assert TOTAL in model.calls[0].user


@pytest.mark.parametrize(
    "text",
    [
        "Of ¥1,400.00 in all, 浙江省 brought ¥1,000.00, that is 71%.",
        "Of ¥1,400.00 in all, 浙江省 brought ¥1,000.00, that is 71.4%, up 5% on May.",
        "Of ¥1,400.00 in all, 浙江省 brought ¥1,000.00.",
        "Of ¥1,400.00 in all, Zhejiang brought ¥1,000.00, that is 71.4%.",
        "Of ¥1,400.00 in all, [浙江省](https://x.test) brought ¥1,000.00, that is 71.4%.",
        "Of ¥1,400.00 in all, 浙江省 brought ¥1,000.00, that is 71.4%, ¥1,000.00 again.",
        "¥1,400.00，浙江省 ¥1,000.00，71.4%，同比涨了三成",
    ],
    ids=["rounded", "added", "lost", "renamed", "linked", "repeated", "written out"],
)
def test_a_paragraph_that_changes_anything_is_thrown_away(text: str) -> None:
    answer = reworded(_answer(), ScriptedChatModel({"text": text}))
    assert answer.facts == _answer().facts
    assert answer.tokens == TOKENS_PER_REPLY


def test_a_model_that_fails_leaves_the_facts() -> None:
    failing = ScriptedChatModel(ChatModelError("timeout", model="scripted"))
    assert reworded(_answer(), failing) == _answer()


def test_without_facts_no_model_is_asked() -> None:
    bare = _answer().model_copy(update={"facts": ()})
    assert reworded(bare, ScriptedChatModel()) == bare
