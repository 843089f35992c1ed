"""`Turn`: what the words of a follow-up say — its parts, and what to do with the plan before.

Between the links and `conversation`. A follow-up is read with the plan that it follows, so that
"占比呢" and "over 100" need not say again of what. Imports the parts of questions; no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from assistant.follow_ups.next_windows import with_told_windows
from assistant.follow_ups.said_years import in_said_year
from assistant.follow_ups.turn_words import TurnWords, read_words
from assistant.linking.level_times import find_times
from assistant.linking.lexicon import Lexicon
from assistant.linking.linker import link, unlinked_words
from assistant.linking.normalize import key_of
from assistant.linking.spelling import respell
from assistant.outcome import Link, LinkKind
from assistant.parsing.linked_parser import ParseContext, with_choices
from assistant.question_parts.asked_units import in_asked_units, narrowed
from assistant.question_parts.averages import with_averaged_periods
from assistant.question_parts.date_parts import with_weekdays_apart
from assistant.question_parts.draft import Draft, read_draft
from assistant.question_parts.member_homes import with_reachable_members
from assistant.question_parts.neutral_words import without_neutral_words
from assistant.question_parts.rankings import with_degrees
from assistant.question_parts.row_nouns import without_row_nouns
from assistant.question_parts.sentence import Sentence
from assistant.question_parts.shares import with_named_ratios, without_wholes
from semantic_layer import SemanticModel, SemanticQuery, Text
from semantic_layer.resolving.filters import fields_of

_LEADING = re.compile(r"\W*(?:那|and\b|what about\b|how about\b|then\b)", re.IGNORECASE)
_TRAILING = re.compile(r"呢\W*$")
_ASKING = re.compile("多少|几|哪|什么|怎|是否|吗")
_ONLY = re.compile(
    r"\W*(?:[再就那先还是]|okay|ok|now)*\W*(?:[只仅光单]|only\b|just\b)", re.IGNORECASE
)
_WHOLE_COUNTRY = ("全国", "nationwide")
_REGIONS = ("地区", "region")
_ALL = "全"


@dataclass(frozen=True)
class Turn:
    """A question as an edit: its parts, and the words that say what to do with them.

    `words` are the verbs and pronouns; `edits` are those of them that say what to do with all that
    is named, `wholes` the dimensions of which all members are meant, `whole_country` every region.
    """

    draft: Draft
    links: tuple[Link, ...]
    assumptions: tuple[Text, ...]
    edits: frozenset[str]
    words: TurnWords
    wholes: tuple[str, ...]
    whole_country: bool
    says_total: bool
    says_only: bool
    has_cue: bool

    @property
    def leans(self) -> bool:
        """Whether the words themselves refer to the question before."""
        words = self.words
        has_verb = self.edits or words.removed or words.replaced or words.wholes or words.others
        is_narrower = self.says_only and self.draft.time.window is None
        return self.has_cue or is_narrower or words.joins_members or words.points or bool(has_verb)

    @property
    def says_nothing(self) -> bool:
        """Whether there are only fillers: 谢谢, the question mark."""
        is_filler = all(one.kind is LinkKind.filler for one in self.links)
        says_whole = self.says_total or bool(self.wholes) or self.draft.asides.with_others
        return is_filler and not says_whole

    @property
    def is_bare_metric(self) -> bool:
        """Whether little but a metric is said: no time, no groups, no members, no order."""
        draft = self.draft
        return bool(draft.blocks) and not (
            draft.time.window
            or draft.running.group_by
            or draft.members.members
            or draft.date_parts.conditions
            or draft.ranking
            or draft.thresholds
        )

    @property
    def wants_total(self) -> bool:
        """那总共呢: no more than the whole is asked for."""
        draft = self.draft
        return self.says_total and not draft.blocks and not draft.running.group_by


def read_turn(question: str, before: SemanticQuery, context: ParseContext) -> Turn | None:
    """Read a question as an edit of `before`; None if some word of it is not known.

    Raises:
        NotCovered: the words are known, and no part of a plan holds some of them.
    """
    linked = _links(question, context)
    if linked is None:
        return None
    links, assumptions = tuple(with_told_windows(linked[0], before.time)), linked[1]
    words = read_words(question, links, shown_dimensions(before))
    sentence = _shaped(words.sentence, before, context.model)
    draft = read_draft(sentence, context.model, context.available, before=before)
    draft = replace(draft, blocks=narrowed(draft.blocks, sentence, context.model))
    draft = with_choices(draft, context.choices)
    draft = _in_said_year(draft, before, context)
    fillers = [one for one in links if one.kind is LinkKind.filler]
    said_whole = [one.text for one in fillers if one.name == "whole"]
    return Turn(
        draft=draft,
        links=links,
        assumptions=assumptions,
        edits=_edits(words, links),
        words=words,
        wholes=(*words.wholes, *_dimensions_of(said_whole, context.lexicon)),
        whole_country=any(word.casefold() in _WHOLE_COUNTRY for word in said_whole),
        says_total=any(one.name == "total" for one in fillers),
        says_only=bool(_ONLY.match(question)),
        has_cue=words.has_joint or _has_cue(question),
    )


def _shaped(sentence: Sentence, before: SemanticQuery, model: SemanticModel) -> Sentence:
    """The sentence as its parts are read: the passes of a question of its own, after a plan."""
    sentence = in_asked_units(without_neutral_words(sentence), model, before.metrics)
    sentence = with_reachable_members(with_degrees(sentence), model, before.metrics)
    sentence = with_named_ratios(without_row_nouns(sentence, model), model)
    return with_averaged_periods(without_wholes(with_weekdays_apart(sentence), model))


def _in_said_year(draft: Draft, before: SemanticQuery, context: ParseContext) -> Draft:
    """The draft with a lone year read as that year of the window before: 双11, 去年呢."""
    time, groups = draft.time, draft.running.group_by
    is_asked_whole = draft.blocks or any(group.is_time for group in groups)
    if time.window is None or time.compare is not None or is_asked_whole:
        return draft
    events, today = context.model.events, context.now.date()
    window = in_said_year(time.window, before.time, events, today)
    return replace(draft, time=replace(time, window=window))


def _links(
    question: str, context: ParseContext
) -> tuple[tuple[Link, ...], tuple[Text, ...]] | None:
    """The links of a question, words with a small typo included, and what is assumed of those."""
    times_in = partial(find_times, now=context.now, events=context.model.events)
    times = times_in(question)
    links = link(question, context.lexicon, times)
    if not unlinked_words(question, links):
        return links, ()
    respelling = respell(question, links, context.lexicon, times, times_in)
    return (respelling.links, respelling.assumptions) if respelling else None


def _edits(words: TurnWords, links: tuple[Link, ...]) -> frozenset[str]:
    is_along = any(one.kind is LinkKind.filler and one.name == "along" for one in links)
    return words.edits | {"along"} if is_along else words.edits


def shown_dimensions(query: SemanticQuery) -> frozenset[str]:
    """The dimensions that a plan groups by, or has conditions on."""
    return frozenset((*(group.name for group in query.group_by), *fields_of(query.where)))


def _has_cue(question: str) -> bool:
    """那…, and …, what about …; 呢 is one only where nothing else asks."""
    trails = bool(_TRAILING.search(question)) and not _ASKING.search(question)
    return bool(_LEADING.match(question)) or trails


def _dimensions_of(words: list[str], lexicon: Lexicon) -> Iterator[str]:
    """The dimension inside a word for its whole: 渠道 of 全渠道; of 全国, the region."""
    for word in words:
        names = _REGIONS if word.casefold() in _WHOLE_COUNTRY else (word.removeprefix(_ALL),)
        for name in names:
            meaning = lexicon.entries.get(key_of(name))
            if meaning is not None and meaning.kind is LinkKind.dimension:
                yield meaning.name
