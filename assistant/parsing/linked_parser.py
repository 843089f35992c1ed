"""`parse_linked`: question → exactly one plan, a question back, a refusal, or an abstention.

Third step of the line, the deterministic parser: `link` gives the links, `question_parts` says
what each does. It never guesses: a word that nothing explains, or a link that the plan cannot
hold, makes it abstain and name the words, so that a language model may try. It may import neither
a model nor a database.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import product

from assistant.linking.level_times import find_times
from assistant.linking.lexicon import Lexicon
from assistant.linking.linker import link, unlinked_words
from assistant.linking.normalize import is_readable, language_of
from assistant.linking.spelling import respell
from assistant.linking.split_names import link_split_names
from assistant.outcome import (
    Abstention,
    Clarification,
    Link,
    LinkKind,
    Option,
    Parsed,
    ParseOutcome,
    Refusal,
    with_assumptions,
)
from assistant.parsing.ambiguous_dates import read_the_other_way, which_day
from assistant.parsing.intents import out_of_scope, read_inquiry
from assistant.question_parts import reasons, wording
from assistant.question_parts.asked_units import in_asked_units, narrowed
from assistant.question_parts.averages import with_averaged_periods
from assistant.question_parts.date_parts import with_weekdays_apart
from assistant.question_parts.draft import Draft, read_draft, readings_that_fit
from assistant.question_parts.exclusions import with_plain_exclusions
from assistant.question_parts.listed_periods import with_listed_periods
from assistant.question_parts.member_homes import with_reachable_members
from assistant.question_parts.metrics import Choices, settled, slots_of
from assistant.question_parts.neutral_words import without_neutral_words
from assistant.question_parts.places import place_notes, with_places
from assistant.question_parts.rankings import with_degrees
from assistant.question_parts.row_nouns import without_row_nouns
from assistant.question_parts.sentence import NotCovered, Sentence
from assistant.question_parts.shares import with_named_ratios, without_wholes
from semantic_layer import Issue, SemanticModel, SemanticQuery, Text
from semantic_layer.query import EventTime
from semantic_layer.resolving.joins import ways_to

__all__ = ["ParseContext", "language_of", "parse_linked", "read_links"]

MAX_OPTIONS = 4
_SAYS_MORE = (
    *(LinkKind.time, LinkKind.part, LinkKind.comparison, LinkKind.change, LinkKind.share),
    *(LinkKind.ranking, LinkKind.comparator, LinkKind.running, LinkKind.average),
)
_LISTING = re.compile(r"\W*(?:列出|列一下|都?有什么|list|what)", re.IGNORECASE)

_Reading = tuple[str | None, tuple[str, ...], SemanticQuery]


@dataclass(frozen=True)
class ParseContext:
    """What a question is read with; `available` are the metrics that have data.

    `choices` are the metrics that the asker took ambiguous terms for before, by term.
    """

    model: SemanticModel
    lexicon: Lexicon
    now: datetime
    available: Collection[str]
    choices: Mapping[str, str] = field(default_factory=dict)


def parse_linked(question: str, context: ParseContext) -> ParseOutcome:
    """Read `question`; the same question in the same context gives the same outcome."""
    own = _parse(question, context)
    turned = read_the_other_way(question) if isinstance(own, Parsed) else None
    other = _parse(turned, context) if turned else None
    if isinstance(own, Parsed) and isinstance(other, Parsed):
        return which_day(own, other) or own
    return own


def _parse(question: str, context: ParseContext) -> ParseOutcome:
    issue = _unreadable(question)
    if issue:
        return Refusal(issues=(issue,))
    times_in = partial(find_times, now=context.now, events=context.model.events)
    times = times_in(question)
    links = link(question, context.lexicon, times)
    refusal = out_of_scope(links, context.model)
    if refusal:
        return _with_plan_near(refusal, _plan_without_reason(question, links, context))
    unexplained = unlinked_words(question, links)
    outcome = None if unexplained else read_links(question, links, context)
    if outcome and not isinstance(outcome, Abstention | Clarification):
        return outcome
    split = link_split_names(question, links, context.lexicon, times)
    around = read_links(question, split, context) if split else None
    if around and (outcome is None or isinstance(around, Parsed)):
        return around
    if outcome:
        return outcome
    respelling = respell(question, links, context.lexicon, times, times_in)
    if respelling is None:
        return Abstention(unexplained=unexplained, links=links)
    outcome = read_links(question, respelling.links, context)
    return with_assumptions(outcome, respelling.assumptions)


def read_links(question: str, links: tuple[Link, ...], context: ParseContext) -> ParseOutcome:
    """Read a question of which every word is explained."""
    refusal = out_of_scope(links, context.model)
    if refusal:
        return refusal
    try:
        whole = with_plain_exclusions(Sentence.of(question, links))
        inquiry = read_inquiry(whole, context.model, context.available)
        if inquiry:
            return inquiry.model_copy(update={"links": links})
        whole = with_listed_periods(without_neutral_words(whole))
        whole = in_asked_units(whole, context.model)
        sentence = with_reachable_members(with_degrees(with_places(whole)), context.model)
        sentence = without_row_nouns(sentence, context.model)
        sentence = with_weekdays_apart(with_named_ratios(sentence, context.model))
        sentence = with_averaged_periods(without_wholes(sentence, context.model))
        draft = read_draft(sentence, context.model, context.available)
        draft = replace(draft, blocks=narrowed(draft.blocks, sentence, context.model))
        return _decide(with_choices(draft, context.choices), context, links)
    except NotCovered as problem:
        return Abstention(unexplained=problem.words, links=links, reason=problem.reason)


def _unreadable(question: str) -> Issue | None:
    if not question.strip():
        return wording.EMPTY_QUESTION
    if len(question) > wording.MAX_QUESTION:
        return wording.question_too_long(len(question))
    return None if is_readable(question) else wording.UNSUPPORTED_LANGUAGE


def _with_plan_near(refusal: Refusal, near: SemanticQuery | None) -> Refusal:
    """The refusal of a reason, with what it is asked of."""
    if near is None:
        return refusal
    named = {"suggestions": near.metrics}
    issues = tuple(issue.model_copy(update=named) for issue in refusal.issues)
    return refusal.model_copy(update={"issues": issues, "near": near})


def _plan_without_reason(
    question: str, links: tuple[Link, ...], context: ParseContext
) -> SemanticQuery | None:
    """为什么上月GMV下降了 is about GMV last month, which can be looked at."""
    said = tuple(one for one in links if one.kind not in (LinkKind.intent, LinkKind.change))
    if not any(one.name == "why" for one in links if one.kind is LinkKind.intent):
        return None
    try:
        draft = read_draft(Sentence.of(question, said), context.model, context.available)
        readings = readings_that_fit(draft, combinations(draft)) if draft.blocks else ()
    except NotCovered:
        return None
    return readings[0][2] if readings else None


def _decide(draft: Draft, context: ParseContext, links: tuple[Link, ...]) -> ParseOutcome:
    if not draft.blocks and not draft.vague_times:
        listed = _listed_values(draft)
        return (
            Parsed(query=listed, links=links) if listed else _ask_for_metric(draft, context, links)
        )
    readings = readings_that_fit(draft, combinations(draft)) if draft.blocks else ()
    if draft.vague_times and (draft.lacks_comparison or len(readings) != 1):
        raise draft.sentence.not_covered(*draft.vague_times, reason=reasons.VAGUE_TIME)
    if len(readings) > 1:
        terms = tuple(ambiguous_terms(draft))
        question = wording.which_meaning(terms, has_more=len(readings) > MAX_OPTIONS)
        return _ask(question, tuple(options_of(draft, readings)), links)
    dimension, metrics, query = readings[0]
    if draft.vague_times:
        return _ask_for_time(draft, query, links)
    if draft.lacks_comparison:
        return _ask_for_comparison(draft, (dimension, metrics), links)
    if query.compare and query.time is None:
        return ask_for_window(query, links)
    return Parsed(
        query=query,
        links=links,
        assumptions=tuple(_assumptions(draft, metrics)),
        notices=remembered(draft, metrics),
    )


def _ask(question: Text, options: tuple[Option, ...], links: tuple[Link, ...]) -> Clarification:
    return Clarification(question=question, options=options[:MAX_OPTIONS], links=links)


def combinations(draft: Draft) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """Every choice of a metric for each slot, and of a dimension for an ambiguous member.

    Slots with the same candidates are one question. When that leaves too many, readings that mix
    events (orders placed, sales paid) are not offered.
    """
    slots = tuple(slots_of(draft.blocks))
    distinct = tuple(dict.fromkeys(slot.candidates for slot in slots))
    chosen = [dict(zip(distinct, choice, strict=True)) for choice in product(*distinct)]
    every = [tuple(choice[slot.candidates] for slot in slots) for choice in chosen]
    if len(every) > MAX_OPTIONS:
        alike = [metrics for metrics in every if len(_events(draft, metrics)) == 1]
        every = alike if len(alike) > 1 else every
    ambiguous = draft.members.ambiguous
    dimensions = tuple(ambiguous.readings) if ambiguous else (None,)
    yield from product(dimensions, every)


def with_choices(draft: Draft, choices: Mapping[str, str]) -> Draft:
    """The draft with ambiguous terms taken as the asker took them before."""
    return replace(draft, blocks=settled(draft.blocks, choices)) if choices else draft


def remembered(draft: Draft, metrics: tuple[str, ...]) -> tuple[Issue, ...]:
    """What is said of terms that are read as the asker chose before."""
    slots = tuple(slots_of(draft.blocks))
    return tuple(
        wording.as_chosen_before(draft.model, slot.term, name)
        for slot, name in zip(slots, metrics, strict=True)
        if slot.is_remembered
    )


def _events(draft: Draft, metrics: tuple[str, ...]) -> set[str | None]:
    return {draft.model.metrics[name].facets.get("event") for name in metrics}


def ambiguous_terms(draft: Draft) -> Iterator[str]:
    for slot in slots_of(draft.blocks):
        if len(slot.candidates) > 1:
            yield slot.term
    if draft.members.ambiguous:
        yield draft.sentence.links[draft.members.ambiguous.index].text


def options_of(draft: Draft, readings: tuple[_Reading, ...]) -> Iterator[Option]:
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
            choices={
                slot.term: name
                for slot, name in zip(slots_of(draft.blocks), metrics, strict=True)
                if len(slot.candidates) > 1
            },
        )


def _ask_for_metric(draft: Draft, context: ParseContext, links: tuple[Link, ...]) -> ParseOutcome:
    names = tuple(_near_metrics(draft, context))[:MAX_OPTIONS]
    readings = readings_that_fit(draft, ((None, (name,)) for name in names))
    says_something = any(link.kind is not LinkKind.filler for link in links)
    if draft.members.ambiguous or len(readings) < 2 or not says_something:
        return Refusal(issues=(wording.no_metric(context.model, names),), links=links)
    options = tuple(
        Option(label=context.model.metrics[name].label, query=query)
        for _, (name,), query in readings
    )
    return _ask(wording.WHICH_METRIC, options, links)


def _listed_values(draft: Draft) -> SemanticQuery | None:
    """有哪些渠道, list the cities in Zhejiang: the values of one dimension, of which no metric."""
    groups, sentence = draft.grouping.group_by, draft.sentence
    is_asked = bool(sentence.roles("which_many", "which")) or _LISTING.match(sentence.question)
    says_more = bool(sentence.indices(*_SAYS_MORE))
    if not is_asked or says_more or draft.members.ambiguous or len(groups) != 1:
        return None
    if groups[0].is_time:
        return None
    return SemanticQuery(group_by=groups, where=draft.members.condition())


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


def _ask_for_comparison(
    draft: Draft, reading: tuple[str | None, tuple[str, ...]], links: tuple[Link, ...]
) -> ParseOutcome:
    """Growth is against something; the two that people mean are offered."""
    options = []
    for label, comparison in wording.COMPARISONS:
        [(_, _, query)] = readings_that_fit(draft, (reading,), comparison)
        if query.time is None:
            query = query.model_copy(update={"time": wording.WINDOWS_TO_COMPARE[0][1]})
        options.append(Option(label=label, query=query))
    return _ask(wording.WHICH_COMPARISON, tuple(options), links)


def _ask_for_time(draft: Draft, query: SemanticQuery, links: tuple[Link, ...]) -> Clarification:
    """前阵子 is some days, 大促期间 one of the events that are big enough to have a presale."""
    windows = wording.WINDOWS_TO_COMPARE
    if draft.sentence.roles("vague_event"):
        big = (event for event in draft.model.events.values() if "presale" in event.phases)
        windows = tuple((event.label, EventTime(event=event.name)) for event in big) or windows
    options = tuple(
        Option(label=label, query=query.model_copy(update={"time": window}))
        for label, window in windows
    )
    return _ask(wording.WHICH_TIME, options, links)


def ask_for_window(query: SemanticQuery, links: tuple[Link, ...]) -> Clarification:
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
    yield from place_notes(draft.sentence, model)
    grouped = {group.name for group in draft.grouping.group_by}
    for name, members in draft.members.listed().items():
        if name not in grouped:
            yield wording.combined(dict.fromkeys(member.readings[name] for member in members))
    if draft.time.window is None:
        yield wording.NO_PERIOD
