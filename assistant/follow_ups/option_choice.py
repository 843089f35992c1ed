"""`chosen`: which of the offered readings a short answer picks — 付款的, 第二个, the net one, both.

Beside `turn_parts`, below `conversation`. A reading is picked by its place, or by words that fit it
and no other one; all of them, if they differ in their metrics only. Pure; imports no parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answer import AnswerOption
from assistant.linking.lexicon import readings_of
from assistant.linking.linker import unlinked_words
from assistant.linking.normalize import key_of
from assistant.outcome import Link, LinkKind
from assistant.question_parts.sentence import METRIC_LIKE
from semantic_layer import SemanticModel, SemanticQuery
from semantic_layer.query import In
from semantic_layer.resolving.filters import leaves_of

_PLACES = (
    ("1", "一", "first"),
    ("2", "二", "second"),
    ("3", "三", "third"),
    ("4", "四", "fourth"),
)
_WANT = r"(?:我|就|那|要|想|选择|选|看|用|是|按|换成|还是)*"
_PLEASE = r"(?:吧|的|呢|那个|好了|就行|就好)*"
_LET = (
    r"(?:(?:i|we|let's|please|just|go|with|take|pick|choose|use|meant?|want|the|option|number"
    r"|no\.?|#|it's) ?)*"
)
_ORDINAL = re.compile(
    rf"{_WANT}第?(?P<zh>[1-4一二三四])[个项种号]?{_PLEASE}"
    rf"|{_LET}(?P<en>first|second|third|fourth|[1-4])(?:st|nd|rd|th)?(?: one| option)?(?: please)?"
)
_LAST = re.compile(
    rf"{_WANT}(?:最后一?[个项]|后者|后[面一]那?个?){_PLEASE}"
    rf"|{_LET}(?:last|latter)(?: one| option)?(?: please)?"
)
_FORMER = re.compile(
    rf"{_WANT}(?:前者|前[面一]那?个?){_PLEASE}|{_LET}former(?: one| option)?(?: please)?"
)
_EVERY = re.compile(
    rf"{_WANT}(?:[两三四]个?|全部?|所有的?|一起)?全?都(?:要|看|显示|列出来?)?(?:一下|看看)?{_PLEASE}"
    rf"|{_WANT}(?:全部|[两三四]者)都?{_PLEASE}"
    rf"|{_LET}(?:show |see |me )*(?:both|all)(?: of them| two| three| four)?(?: please)?"
)
_EDGE = " \t。.!！，,、~?？"
_SMALL = frozenset(
    {*("one", "ones", "after", "before", "that", "which", "as", "only", "just", "mean", "meant")}
)
Key = tuple[str, ...]


def chosen(
    question: str, links: Sequence[Link], options: Sequence[AnswerOption], model: SemanticModel
) -> AnswerOption | None:
    """The one option that the question picks, or None; its `links` cover a choice by words."""
    reply = question.strip(_EDGE).casefold()
    place = _place(reply, len(options))
    if place is not None:
        return options[place]
    if _EVERY.fullmatch(reply):
        return _every(options)
    if _SMALL.issuperset(word.casefold() for word in unlinked_words(question, links)):
        said = [one for one in links if not _says_little(one)]
        fitting = [one for one in options if all(_fits(link, one.query, model) for link in said)]
        if said and len(fitting) == 1:
            return fitting[0]
    return _by_label(question, links, options)


def _says_little(one: Link) -> bool:
    is_small = one.text.casefold() in _SMALL
    return is_small or one.kind in (LinkKind.filler, LinkKind.edit)


def _place(text: str, count: int) -> int | None:
    if _LAST.fullmatch(text):
        return count - 1
    if _FORMER.fullmatch(text):
        return 0
    match = _ORDINAL.fullmatch(text)
    said = match and (match["zh"] or match["en"])
    found = next((place for place, words in enumerate(_PLACES) if said in words), None)
    return found if found is not None and found < count else None


def _every(options: Sequence[AnswerOption]) -> AnswerOption | None:
    """All readings side by side; None if they differ in more than their metrics."""
    metrics = tuple(dict.fromkeys(name for one in options for name in one.query.metrics))
    plans = {one.query.model_copy(update={"metrics": metrics}).model_dump_json() for one in options}
    if len(plans) != 1 or len(metrics) == len(options[0].query.metrics):
        return None
    query = options[0].query.model_copy(update={"metrics": metrics})
    return options[0].model_copy(update={"query": query, "choices": {}})


def _by_label(
    question: str, links: Sequence[Link], options: Sequence[AnswerOption]
) -> AnswerOption | None:
    """The option whose label holds all that is said; of 支付金额 and 净支付金额, the plainer one.

    What no label says (the net one, after refunds), a description may.
    """
    if any(one.kind not in METRIC_LIKE and not _says_little(one) for one in links):
        return None
    said = tuple(_content(question, links))
    labels = {key_of(one.label): one for one in options}
    fitting = [key for key in labels if said and all(_holds(key, word) for word in said)]
    plain = [key for key in fitting if all(_holds(other, key) for other in fitting)]
    if plain:
        return labels[plain[0]]
    told = [key_of(f"{one.label} {one.description}") for one in options]
    places = [i for i, key in enumerate(told) if said and all(_holds(key, w) for w in said)]
    return options[places[0]] if len(places) == 1 else None


def _content(question: str, links: Sequence[Link]) -> Iterator[Key]:
    """The words of a reply that are no mere function words."""
    for one in links:
        if one.kind in METRIC_LIKE:
            yield key_of(one.text)
    for text in unlinked_words(question, links):
        key = key_of(text)
        parts = (key,) if not text.isascii() else ((word,) for word in key)
        yield from (part for part in parts if not _SMALL.issuperset(part))


def _holds(key: Key, word: Key) -> bool:
    return any(key[at : at + len(word)] == word for at in range(len(key) - len(word) + 1))


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
