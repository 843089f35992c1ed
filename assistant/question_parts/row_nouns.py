"""The rows' own noun beside a member: the 订单 of 预售订单的支付金额 asks for no second number.

Imports `sentence` only; the lexicon knows the nouns.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.lexicon import row_nouns
from assistant.normalize import key_of
from assistant.outcome import LinkKind
from assistant.question_parts.sentence import Sentence
from semantic_layer import SemanticModel

_OF = re.compile(r"(?:of|from|for|in|on)(?: all)?(?: the)?", re.IGNORECASE)


def without_row_nouns(sentence: Sentence, model: SemanticModel) -> Sentence:
    """The sentence without the nouns that only say what a member is a member of."""
    nouns = row_nouns(model)
    silent = {
        index
        for index in range(1, len(sentence.links))
        if sentence.is_metric_like(index)
        and key_of(sentence.links[index].text) in nouns
        and (_stands_behind(sentence, index) or _stands_before(sentence, index))
    }
    kept = (link for index, link in enumerate(sentence.links) if index not in silent)
    return replace(sentence, links=tuple(kept))


def _stands_behind(sentence: Sentence, index: int) -> bool:
    """Whether the noun follows its member: 天猫订单的支付金额, paid amount of Tmall orders."""
    is_beside = sentence.kind(index - 1) is LinkKind.member
    return is_beside and (_leads_to_metric(sentence, index) or _is_of_metric(sentence, index))


def _stands_before(sentence: Sentence, index: int) -> bool:
    """Whether the noun precedes its member: paid amount of orders in Zhejiang."""
    is_beside = sentence.kind(index + 1) is LinkKind.member
    return is_beside and _joins_to_metric(sentence, index)


def _leads_to_metric(sentence: Sentence, index: int) -> bool:
    following = index + 1
    if not sentence.is_metric_like(following):
        return False
    gap = sentence.gap(following)
    return gap == "的" or (gap == "" and sentence.kind(following) is LinkKind.metric)


def _is_of_metric(sentence: Sentence, index: int) -> bool:
    first = index - 1
    while sentence.kind(first - 1) is LinkKind.member or (
        sentence.role(first - 1) == "conjunction" and sentence.kind(first - 2) is LinkKind.member
    ):
        first -= 1
    return _joins_to_metric(sentence, first) and not sentence.is_metric_like(index + 1)


def _joins_to_metric(sentence: Sentence, index: int) -> bool:
    """Whether "of" or the like joins a link to a metric before it."""
    is_joined = _OF.fullmatch(sentence.gap(index).strip()) is not None
    return is_joined and sentence.is_metric_like(index - 1)
