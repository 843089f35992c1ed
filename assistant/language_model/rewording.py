"""The facts of an answer in a model's words, with every number and name locked.

Beside the parser, after the answer; off unless a setting asks for it. A text that says one number
more or less than the facts, that loses a name, or that holds a link or markup is thrown away, and
the facts stay as the templates word them. No failure of a model reaches the reader.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer, AnswerFact
from assistant.language_model.chat_model import ChatModel
from assistant.language_model.chat_model_error import ChatModelError
from assistant.language_model.prompting import as_data, load_prompt

REWORDED = "reworded"
_LONGEST = 800
_LANGUAGES = {"zh": "Chinese", "en": "English"}
_NUMERAL = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?\s?(?:%|万|亿|pp|个百分点)?")
_CHINESE_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千]+(?=[成倍万亿个分])|百分之")
_MARKUP = re.compile(r"https?:|www\.|[<>\[\]`*#|!]\(?|\(http")


class Paragraph(BaseModel):
    """What the model returns."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=_LONGEST)


def reworded(answer: Answer, chat_model: ChatModel) -> Answer:
    """The answer with its facts as one paragraph, or as it was if the model does not keep to them.

    `chat_model` is asked once; names are the group values of the rows that the facts speak of.
    """
    if not answer.facts:
        return answer
    told = [fact.text for fact in answer.facts]
    prompt = load_prompt("reword").render(language=_LANGUAGES[answer.language])
    try:
        completion = chat_model.complete(prompt, as_data(told), Paragraph)
    except ChatModelError as error:
        return answer.model_copy(update={"tokens": answer.tokens + error.tokens})
    text = " ".join(completion.value.text.split())
    tokens = answer.tokens + completion.tokens
    if not keeps_to(text, told, _names(answer)):
        return answer.model_copy(update={"tokens": tokens})
    fact = AnswerFact(kind=REWORDED, text=text)
    return answer.model_copy(update={"facts": (fact,), "tokens": tokens})


def keeps_to(text: str, told: Iterable[str], names: Iterable[str]) -> bool:
    """Whether `text` says the numbers and names of `told`, as often, and no other number.

    >>> keeps_to("浙江省以 ¥300 领先。", ["浙江省最高，¥300。"], ["浙江省"])
    True
    >>> keeps_to("浙江省领先三成，¥300。", ["浙江省最高，¥300。"], ["浙江省"])
    False
    """
    whole = " ".join(told)
    return (
        _numerals(text) == _numerals(whole)
        and not (_written_numerals(text) - _written_numerals(whole))
        and all(name in text for name in names if name in whole)
        and not (_marks(text) - _marks(whole))
    )


def _numerals(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", found) for found in _NUMERAL.findall(text))


def _written_numerals(text: str) -> Counter[str]:
    return Counter(_CHINESE_NUMERAL.findall(text))


def _marks(text: str) -> Counter[str]:
    return Counter(_MARKUP.findall(text))


def _names(answer: Answer) -> Iterable[str]:
    keys = [i for i, column in enumerate(answer.columns) if column.role == "dimension"]
    return {str(row[i]) for row in answer.rows for i in keys if row[i] is not None}
