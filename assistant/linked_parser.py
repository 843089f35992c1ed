"""`parse_linked`: question → exactly one plan, a question back, a refusal, or an abstention.

Third step of the line, the deterministic parser: `link` gives the links, `question_parts` says
what each does. It never guesses: a word that nothing explains, or a link that the plan cannot
hold, makes it abstain and name the words, so that a language model may try. It may import neither
a model nor a database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from assistant.lexicon import Lexicon
from assistant.linker import link, unlinked_words
from assistant.normalize import is_readable, language_of
from assistant.outcome import (
    Abstention,
    Clarification,
    Link,
    LinkKind,
    Option,
    Parsed,
    ParseOutcome,
    Refusal,
)
from assistant.question_parts import wording
from assistant.question_parts.draft import Draft, read_draft, readings_that_fit
from assistant.question_parts.metrics import Choices, slots_of
from assistant.question_parts.row_nouns import without_row_nouns
from assistant.question_parts.sentence import NotCovered, Sentence
from assistant.time_expressions import find_time_expressions
from semantic_layer import Issue, SemanticModel, SemanticQuery, Text
from semantic_layer.joins import ways_to

__all__ = ["ParseContext", "language_of", "parse_linked"]

_MAX_OPTIONS = 4

_Reading = tuple[str | None, tuple[str, ...], SemanticQuery]


@dataclass(frozen=True)
class ParseContext:
    """What a question is read with; `available` are the metrics that have data."""

    model: SemanticModel
    lexicon: Lexicon
    now: datetime
    available: Collection[str]


def parse_linked(question: str, context: ParseContext) -> ParseOutcome:
    """Read `question`; the same question in the same context gives the same outcome."""
    issue = _unreadable(question)
    if issue:
        return Refusal(issues=(issue,))
    links = link(question, context.lexicon, find_time_expressions(question, now=context.now))
    unexplained = unlinked_words(question, links)
    if unexplained:
        return Abstention(unexplained=unexplained, links=links)
    try:
        sentence = without_row_nouns(Sentence.of(question, links), context.model)
        return _decide(read_draft(sentence, context.model, context.available), context, links)
    except NotCovered as problem:
        return Abstention(unexplained=problem.words, links=links, reason=problem.reason)


def _unreadable(question: str) -> Issue | None:
    if not question.strip():
        return wording.EMPTY_QUESTION
    if len(question) > wording.MAX_QUESTION:
        return wording.question_too_long(len(question))
    return None if is_readable(question) else wording.UNSUPPORTED_LANGUAGE


def _decide(draft: Draft, context: ParseContext, links: tuple[Link, ...]) -> ParseOutcome:
    if not draft.blocks:
        return _ask_for_metric(draft, context, links)
    readings = readings_that_fit(draft, _combinations(draft))
    if len(readings) > 1:
        terms = tuple(_ambiguous_terms(draft))
        question = wording.which_meaning(terms, has_more=len(readings) > _MAX_OPTIONS)
        return _ask(question, tuple(_options(draft, readings)), links)
    _, metrics, query = readings[0]
    if query.compare and query.time is None:
        return _ask_for_window(query, links)
    return Parsed(query=query, links=links, assumptions=tuple(_assumptions(draft, metrics)))


def _ask(question: Text, options: tuple[Option, ...], links: tuple[Link, ...]) -> Clarification:
    return Clarification(question=question, options=options[:_MAX_OPTIONS], links=links)


def _combinations(draft: Draft) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """Every choice of a metric for each slot, and of a dimension for an ambiguous member.

    Slots with the same candidates are one question. When that leaves too many, readings that mix
    events (orders placed, sales paid) are not offered.
    """
    slots = tuple(slots_of(draft.blocks))
    distinct = tuple(dict.fromkeys(slot.candidates for slot in slots))
    chosen = [dict(zip(distinct, choice, strict=True)) for choice in product(*distinct)]
    every = [tuple(choice[slot.candidates] for slot in slots) for choice in chosen]
    if len(every) > _MAX_OPTIONS:
        alike = [metrics for metrics in every if len(_events(draft, metrics)) == 1]
        every = alike if len(alike) > 1 else every
    ambiguous = draft.members.ambiguous
    dimensions = tuple(ambiguous.readings) if ambiguous else (None,)
    yield from product(dimensions, every)


def _events(draft: Draft, metrics: tuple[str, ...]) -> set[str | None]:
    return {draft.model.metrics[name].facets.get("event") for name in metrics}


def _ambiguous_terms(draft: Draft) -> Iterator[str]:
    for slot in slots_of(draft.blocks):
        if len(slot.candidates) > 1:
            yield slot.term
    if draft.members.ambiguous:
        yield draft.sentence.links[draft.members.ambiguous.index].text


def _options(draft: Draft, readings: tuple[_Reading, ...]) -> Iterator[Option]:
    open_slots = [len(slot.candidates) > 1 for slot in slots_of(draft.blocks)]
    for dimension, metrics, query in readings:
        asked = [name for name, is_open in zip(metrics, open_slots, strict=True) if is_open]
        labels = [wording.metric_labels(draft.model, asked)] if asked else []
        if dimension and draft.members.ambiguous:
            value = draft.members.ambiguous.readings[dimension]
            labels.append(wording.member_label(draft.model, dimension, value))
        yield Option(
            label=Text(
                zh="，".join(label.zh for label in labels),
                en=", ".join(label.en for label in labels),
            ),
            query=query,
        )


def _ask_for_metric(draft: Draft, context: ParseContext, links: tuple[Link, ...]) -> ParseOutcome:
    names = tuple(_near_metrics(draft, context))[:_MAX_OPTIONS]
    readings = readings_that_fit(draft, ((None, (name,)) for name in names))
    says_something = any(link.kind is not LinkKind.filler for link in links)
    if draft.members.ambiguous or len(readings) < 2 or not says_something:
        return Refusal(issues=(wording.no_metric(context.model, names),), links=links)
    options = tuple(
        Option(label=context.model.metrics[name].label, query=query)
        for _, (name,), query in readings
    )
    return _ask(wording.WHICH_METRIC, options, links)


def _near_metrics(draft: Draft, context: ParseContext) -> list[str]:
    """Metrics with data that reach what the question names, those the common ones first."""
    model = draft.model
    named = {group.name for group in draft.grouping.group_by} & model.dimensions.keys()
    named |= {name for member in draft.members.members for name in member.readings}
    near = [
        name
        for name in model.metrics
        if name in context.available
        and all(
            ways_to(model, part.dataset, dimension)
            for part in model.simple_metrics_of(name)
            for dimension in named
        )
    ]
    choices = Choices(model, context.available)
    return sorted(near, key=lambda name: choices.facet_order(model.metrics[name]))


def _ask_for_window(query: SemanticQuery, links: tuple[Link, ...]) -> Clarification:
    options = tuple(
        Option(label=label, query=query.model_copy(update={"time": window}))
        for label, window in wording.WINDOWS_TO_COMPARE
    )
    return _ask(wording.WHICH_WINDOW, options, links)


def _assumptions(draft: Draft, metrics: tuple[str, ...]) -> Iterator[Text]:
    model = draft.model
    for slot, name in zip(slots_of(draft.blocks), metrics, strict=True):
        if slot.unloaded:
            yield wording.only_loaded(model, slot.term, name, slot.unloaded)
    if not draft.ranking and not draft.thresholds:
        yield from (wording.grouped_by(model, name) for name in draft.grouping.unmarked)
    yield from draft.grouping.assumptions
    grouped = {group.name for group in draft.grouping.group_by}
    for name, members in draft.members.listed().items():
        if name not in grouped:
            yield wording.combined(dict.fromkeys(member.readings[name] for member in members))
    if draft.time.window is None:
        yield wording.NO_PERIOD
