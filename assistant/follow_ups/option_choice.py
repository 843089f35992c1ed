"""`chosen`: which of the offered readings a short answer picks — 付款的, 第二个, the first one.

Beside `turn_parts`, below `conversation`. A reading is picked by its place, or by words that fit it
and no other one. Pure; imports no parser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import AnswerOption
from assistant.linking.lexicon import readings_of
from assistant.linking.linker import unlinked_words
from assistant.outcome import Link, LinkKind
from semantic_layer import SemanticModel, SemanticQuery
from semantic_layer.query import In
from semantic_layer.resolving.filters import leaves_of

_PLACES = (
    ("1", "一", "first"),
    ("2", "二", "second"),
    ("3", "三", "third"),
    ("4", "四", "fourth"),
)
_ORDINAL = re.compile(
    r"(?:我?(?:选|要|看|选择|就|是)*第?(?P<zh>[1-4一二三四])[个项种]?(?:吧|的|那个)?"
    r"|(?:the |option |number |no\. ?)?(?P<en>first|second|third|fourth|[1-4])(?: one| option)?)"
)
_LAST = re.compile(
    r"(?:我?(?:选|要|看|就|是)*(?:最后一个|后者|后面那个)|(?:the )?(?:last|latter)(?: one)?)"
)
_FORMER = re.compile(r"(?:我?(?:选|要|看|就|是)*(?:前者|前面那个)|(?:the )?former(?: one)?)")
_EDGE = " \t。.!！，,、~"


def chosen(
    question: str, links: Sequence[Link], options: Sequence[AnswerOption], model: SemanticModel
) -> AnswerOption | None:
    """The one option that the question picks, or None; its `links` cover a choice by words."""
    place = _place(question.strip(_EDGE).casefold(), len(options))
    if place is not None:
        return options[place]
    if unlinked_words(question, links):
        return None
    said = [one for one in links if one.kind is not LinkKind.filler]
    fitting = [option for option in options if all(_fits(one, option.query, model) for one in said)]
    return fitting[0] if said and len(fitting) == 1 else None


def _place(text: str, count: int) -> int | None:
    if _LAST.fullmatch(text):
        return count - 1
    if _FORMER.fullmatch(text):
        return 0
    match = _ORDINAL.fullmatch(text)
    said = match and (match["zh"] or match["en"])
    found = next((place for place, words in enumerate(_PLACES) if said in words), None)
    return found if found is not None and found < count else None


def _fits(one: Link, query: SemanticQuery, model: SemanticModel) -> bool:
    """Whether a plan holds what a link says."""
    match one.kind:
        case LinkKind.metric:
            return one.name in query.metrics
        case LinkKind.ambiguous_metric:
            return not set(query.metrics).isdisjoint(one.value or ())
        case LinkKind.event | LinkKind.quantity:
            facets = (model.metrics[name].facets for name in query.metrics)
            return any(sides.get(one.kind) == one.name for sides in facets)
        case LinkKind.dimension:
            fields = {leaf.field for leaf in leaves_of(query.where) if isinstance(leaf, In)}
            return one.name in fields | {group.name for group in query.group_by}
        case LinkKind.member:
            readings = readings_of(one.name, one.value)
            return any(
                isinstance(leaf, In) and readings.get(leaf.field) in leaf.values
                for leaf in leaves_of(query.where)
            )
        case LinkKind.comparison:
            return query.compared_as == one.name
        case LinkKind.time:
            return query.time is not None and query.time.model_dump(mode="json") == one.value
        case _:
            return False
