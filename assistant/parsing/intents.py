"""`out_of_scope`, `read_inquiry`: what a question wants other than the number of a plan.

Third step of the line, before the parts of a plan are read. Questions about definitions, metrics,
dimensions and the loaded days become an `Inquiry`, if every word of them is explained; reasons,
forecasts, personal data, changes of the data and small talk are refused whatever else is said. It
may import neither a model nor a database.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from assistant.outcome import Inquiry, Link, LinkKind, Refusal
from assistant.presentation import intent_wording as wording
from assistant.question_parts.metrics import read_metrics, slots_of
from assistant.question_parts.sentence import METRIC_LIKE, Sentence
from semantic_layer import Issue, SemanticModel
from semantic_layer.resolving.messages import personal_dimension

_OUT_OF_SCOPE = ("personal", "write", "forecast", "why", "small_talk")
_ABOUT_THE_CATALOGUE = ("metrics", "dimensions", "coverage")
_WHAT_IS = re.compile(r"\W*what(?:'s|’s| is| are)\s+(?!the\b|our\b|my\b|your\b)", re.IGNORECASE)
_WHAT_DOES = re.compile(r"\W*what\s+(?:do|does|is|are)\b", re.IGNORECASE)
_JOINTS = ("comma", "conjunction", "alternative", "which", "which_many", "distributive")


def out_of_scope(links: Iterable[Link], model: SemanticModel) -> Refusal | None:
    """The refusal of what no plan answers, whatever the other words are; None if nothing is."""
    every = tuple(links)
    intents = {one.name: one for one in every if one.kind is LinkKind.intent}
    for name in _OUT_OF_SCOPE:
        if name in intents:
            return Refusal(issues=(wording.refused(name, intents[name].text),), links=every)
    if personal := _personal(every, model):
        return Refusal(issues=personal, links=every)
    said = {(one.kind, one.name) for one in every}
    is_greeting = (LinkKind.filler, "greeting") in said
    if is_greeting and all(kind is LinkKind.filler for kind, _ in said):
        return Refusal(issues=(wording.refused("small_talk", ""),), links=every)
    return None


def _personal(links: Iterable[Link], model: SemanticModel) -> tuple[Issue, ...]:
    named = dict.fromkeys(link.name for link in links if link.kind is LinkKind.dimension)
    return tuple(personal_dimension(model.dimensions[n]) for n in named if _is_personal(n, model))


def _is_personal(name: str, model: SemanticModel) -> bool:
    return name in model.dimensions and model.dimensions[name].personal


def read_inquiry(
    sentence: Sentence, model: SemanticModel, available: Collection[str]
) -> Inquiry | None:
    """The inquiry of a fully linked question, None if it asks for a number.

    Raises:
        NotCovered: it asks for a definition, and names what no definition depends on.
    """
    intents = {sentence.links[index].name for index in sentence.indices(LinkKind.intent)}
    if not intents:
        return _bare_what_is(sentence, model, available)
    for name in _ABOUT_THE_CATALOGUE:
        if name in intents:
            return _about_catalogue(name, sentence, model, available)
    is_definition = bool(intents & {"definition", "difference"}) or (
        "mean" in intents and _WHAT_DOES.match(sentence.question) is not None
    )
    if not is_definition:
        raise sentence.not_covered(*sentence.indices(LinkKind.intent))
    return _definitions(sentence, model, available)


def _bare_what_is(
    sentence: Sentence, model: SemanticModel, available: Collection[str]
) -> Inquiry | None:
    """What is refund rate? asks what it is; what is the refund rate? asks how high it is."""
    if not _WHAT_IS.match(sentence.question) or not sentence.links:
        return None
    if not all(
        sentence.is_metric_like(index) or sentence.role(index) == "comma"
        for index in range(len(sentence.links))
    ):
        return None
    return _definitions(sentence, model, available)


def _definitions(
    sentence: Sentence, model: SemanticModel, available: Collection[str]
) -> Inquiry | None:
    _refuse_others(sentence, {*METRIC_LIKE, LinkKind.intent, LinkKind.dimension})
    metrics = tuple(_metrics(sentence, model, available))
    places = sentence.indices(LinkKind.dimension)
    dimensions = tuple(dict.fromkeys(sentence.links[index].name for index in places))
    if not metrics and not dimensions:
        raise sentence.not_covered(*sentence.indices(LinkKind.intent), reason=wording.OF_WHAT)
    return Inquiry(about="definitions", metrics=metrics, dimensions=dimensions)


def _about_catalogue(
    name: str, sentence: Sentence, model: SemanticModel, available: Collection[str]
) -> Inquiry:
    named = {*METRIC_LIKE, LinkKind.dimension} if name == "coverage" else set()
    _refuse_others(sentence, {*named, LinkKind.intent})
    metrics = tuple(_metrics(sentence, model, available))
    match name:
        case "metrics":
            return Inquiry(about="metrics")
        case "dimensions":
            return Inquiry(about="dimensions")
        case _:
            return Inquiry(about="coverage", metrics=metrics)


def _refuse_others(sentence: Sentence, kinds: Collection[LinkKind]) -> None:
    """A definition holds for all days and rows: what narrows them has no place beside it."""
    others = [
        index
        for index in range(len(sentence.links))
        if sentence.kind(index) not in kinds
        and sentence.role(index) not in _JOINTS
        and index not in sentence.contrasts
    ]
    if others:
        raise sentence.not_covered(*others, reason=wording.NO_PART_OF_A_DEFINITION)


def _metrics(sentence: Sentence, model: SemanticModel, available: Collection[str]) -> Iterator[str]:
    """Every metric that may be meant: of an ambiguous term, the definitions are the answer."""
    links = tuple(link for link in sentence.links if link.kind is not LinkKind.intent)
    blocks = read_metrics(replace(sentence, links=links), model, available)
    yield from dict.fromkeys(
        name for slot in slots_of(blocks) for name in (*slot.candidates, *slot.unloaded)
    )
