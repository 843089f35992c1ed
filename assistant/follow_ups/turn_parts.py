"""`Turn`: what the words of a follow-up say — its parts, and what to do with the plan before.

Between the links and `conversation`. A follow-up is read with the plan that it follows, so that
"占比呢" and "over 100" need not say again of what. Imports the parts of questions; no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.follow_ups.said_years import in_said_year
from assistant.linking.lexicon import Lexicon
from assistant.linking.linker import link, unlinked_words
from assistant.linking.normalize import key_of
from assistant.linking.spelling import respell
from assistant.outcome import Link, LinkKind
from assistant.parsing.linked_parser import ParseContext, with_choices
from assistant.question_parts.averages import with_averaged_periods
from assistant.question_parts.draft import Draft, read_draft
from assistant.question_parts.exclusions import with_plain_exclusions
from assistant.question_parts.member_homes import with_reachable_members
from assistant.question_parts.row_nouns import without_row_nouns
from assistant.question_parts.sentence import Sentence
from assistant.question_parts.shares import without_wholes
from assistant.time_expressions import find_time_expressions
from semantic_layer import SemanticQuery, Text

_LEADING = re.compile(r"\W*(?:那|and\b|what about\b|how about\b|then\b)", re.IGNORECASE)
_TRAILING = re.compile(r"呢\W*$")
_ASKING = re.compile("多少|几|哪|什么|怎|是否|吗")
_MARKERS = ("grouping", "each", "comma")
_REMOVABLE = (
    LinkKind.dimension,
    LinkKind.grain,
    LinkKind.comparison,
    LinkKind.share,
    LinkKind.running,
    LinkKind.average,
    LinkKind.ranking,
    LinkKind.part,
    LinkKind.metric,
    LinkKind.ambiguous_metric,
    LinkKind.event,
    LinkKind.quantity,
)
_WHOLE_COUNTRY = ("全国", "nationwide")
_REGIONS = ("地区", "region")
_ALL = "全"


@dataclass(frozen=True)
class Turn:
    """A question as an edit: its parts, and the words that say what to do with them.

    `removed` are the links that a word of removal stands before (不看同比, without the share);
    `wholes` the dimensions of which all members are meant (全部渠道), `whole_country` every region.
    `joins_members`: members are set beside those that are shown already (和京东对比).
    """

    draft: Draft
    links: tuple[Link, ...]
    assumptions: tuple[Text, ...]
    edits: frozenset[str]
    removed: tuple[Link, ...]
    wholes: tuple[str, ...]
    whole_country: bool
    joins_members: bool
    says_total: bool
    has_cue: bool

    @property
    def leans(self) -> bool:
        """Whether the words themselves refer to the question before."""
        return self.has_cue or self.joins_members or bool(self.edits or self.removed)

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
    links, assumptions = linked
    whole, has_joint = _without_leading_joint(
        _without_pointers(with_plain_exclusions(Sentence.of(question, links)))
    )
    whole, removed = _without_removals(whole)
    whole, wholes = _without_whole_dimensions(whole)
    whole, joins_members = _without_member_contrast(whole)
    whole = with_reachable_members(whole, context.model, before.metrics)
    kept = tuple(one for one in whole.links if one.kind is not LinkKind.edit)
    sentence = without_wholes(
        without_row_nouns(replace(whole, links=kept), context.model), context.model
    )
    draft = with_choices(
        read_draft(
            with_averaged_periods(sentence), context.model, context.available, before=before
        ),
        context.choices,
    )
    draft = _in_said_year(draft, before, context)
    fillers = [one for one in links if one.kind is LinkKind.filler]
    said_whole = [one.text for one in fillers if one.name == "whole"]
    return Turn(
        draft=draft,
        links=links,
        assumptions=assumptions,
        edits=_edits(links),
        removed=removed,
        wholes=(*wholes, *_dimensions_of(said_whole, context.lexicon)),
        whole_country=any(word.casefold() in _WHOLE_COUNTRY for word in said_whole),
        joins_members=joins_members,
        says_total=any(one.name == "total" for one in fillers),
        has_cue=has_joint or _has_cue(question),
    )


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
    times = find_time_expressions(question, now=context.now, events=context.model.events)
    links = link(question, context.lexicon, times)
    if not unlinked_words(question, links):
        return links, ()
    respelling = respell(question, links, context.lexicon, times)
    return (respelling.links, respelling.assumptions) if respelling else None


def _edits(links: tuple[Link, ...]) -> frozenset[str]:
    edits = frozenset(one.name for one in links if one.kind is LinkKind.edit)
    is_along = any(one.kind is LinkKind.filler and one.name == "along" for one in links)
    return edits | {"add"} if is_along else edits


def _has_cue(question: str) -> bool:
    """那…, and …, what about …; 呢 is one only where nothing else asks."""
    trails = bool(_TRAILING.search(question)) and not _ASKING.search(question)
    return bool(_LEADING.match(question)) or trails


def _without_pointers(sentence: Sentence) -> Sentence:
    """The month before that: the plan before is meant anyway. "That channel" is one of them."""
    silent = {
        index
        for index in sentence.roles("this")
        if sentence.kind(index + 1) not in (LinkKind.dimension, LinkKind.grain)
    }
    kept = tuple(one for place, one in enumerate(sentence.links) if place not in silent)
    return replace(sentence, links=kept)


def _without_leading_joint(sentence: Sentence) -> tuple[Sentence, bool]:
    """And last month? 和广东呢?"""
    first = 0
    while sentence.role(first) in ("conjunction", "comma"):
        first += 1
    has_joint = any(sentence.role(place) == "conjunction" for place in range(first))
    return replace(sentence, links=sentence.links[first:]), has_joint


def _without_removals(sentence: Sentence) -> tuple[Sentence, tuple[Link, ...]]:
    """Take out what is not wanted any more, with its word; members stay, as excluded ones."""
    removed: list[Link] = []
    silent: set[int] = set()
    links = list(sentence.links)
    for index, one in enumerate(sentence.links):
        is_removal = one.kind is LinkKind.edit and one.name == "remove"
        if not is_removal and (one.kind is not LinkKind.negation or one.name == "after"):
            continue
        places = tuple(_removed_places(sentence, index))
        if places:
            removed += (sentence.links[place] for place in places)
            silent.update(range(index, places[-1] + 1))
        elif is_removal:
            links[index] = one.model_copy(update={"kind": LinkKind.negation, "name": "before"})
    kept = tuple(one for place, one in enumerate(links) if place not in silent)
    return replace(sentence, links=kept), tuple(removed)


def _removed_places(sentence: Sentence, index: int) -> Iterator[int]:
    """Where the removed things stand behind a word of removal: 去掉省份, 不看同比和占比."""
    place = index + 1
    while True:
        while sentence.role(place) in _MARKERS:
            place += 1
        if sentence.kind(place) not in _REMOVABLE:
            return
        if sentence.kind(place) is LinkKind.dimension and _has_member(sentence, place):
            return
        yield place
        place += 1
        if sentence.role(place) == "conjunction":
            place += 1


def _has_member(sentence: Sentence, place: int) -> bool:
    return sentence.kind(place + 1) is LinkKind.member


def _without_whole_dimensions(sentence: Sentence) -> tuple[Sentence, tuple[str, ...]]:
    """全部渠道, all channels: every member is meant, and nothing is grouped."""
    silent: set[int] = set()
    found: list[str] = []
    for index in sentence.indices(LinkKind.edit):
        following = index + 1
        if sentence.links[index].name == "all" and (
            sentence.kind(following) is LinkKind.dimension and not _has_member(sentence, following)
        ):
            found.append(sentence.links[following].name)
            silent |= {index, following}
    kept = tuple(one for place, one in enumerate(sentence.links) if place not in silent)
    return replace(sentence, links=kept), tuple(found)


def _without_member_contrast(sentence: Sentence) -> tuple[Sentence, bool]:
    """和京东对比一下, compare with JD: the other side is what is shown already."""
    times = sentence.indices(LinkKind.time, LinkKind.comparison)
    members = sentence.indices(LinkKind.member)
    contrasts = sentence.contrasts
    is_one_side = len(contrasts) == 1 == len(members) and set(times) <= set(contrasts)
    if not is_one_side or abs(contrasts[0] - members[0]) != 1:
        return sentence, False
    kept = tuple(one for place, one in enumerate(sentence.links) if place != contrasts[0])
    return replace(sentence, links=kept), True


def _dimensions_of(words: list[str], lexicon: Lexicon) -> Iterator[str]:
    """The dimension inside a word for its whole: 渠道 of 全渠道; of 全国, the region."""
    for word in words:
        names = _REGIONS if word.casefold() in _WHOLE_COUNTRY else (word.removeprefix(_ALL),)
        for name in names:
            meaning = lexicon.entries.get(key_of(name))
            if meaning is not None and meaning.kind is LinkKind.dimension:
                yield meaning.name
