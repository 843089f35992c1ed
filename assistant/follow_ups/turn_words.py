"""`read_words`: the words of a follow-up that say what to do, apart from what to do it with.

First step behind the links of a turn, before its parts are read. 把退款率换成客单价, 渠道不用拆了,
"those provinces": verbs, pronouns and joints leave the sentence, what they are said of stays or is
listed. Imports `sentence` and the parts that reshape one; no parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from assistant.outcome import Link, LinkKind
from assistant.question_parts.exclusions import with_plain_exclusions
from assistant.question_parts.sentence import METRIC_LIKE, Sentence

_MARKERS = ("grouping", "each")
_REMOVABLE = frozenset(
    {
        *(LinkKind.dimension, LinkKind.grain, LinkKind.comparison, LinkKind.share),
        *(LinkKind.running, LinkKind.average, LinkKind.ranking, LinkKind.part, *METRIC_LIKE),
    }
)
_REPLACEABLE = frozenset({*_REMOVABLE, LinkKind.member, LinkKind.time})
_FOR = re.compile(r"\b(?:with|for|by)\b", re.IGNORECASE)
_SORT_BY = re.compile(r"(?P<order>.+?) ?(?P<by>by)", re.IGNORECASE)
_KEEPING = ("keep", "keeping", "filter")
_VERBS_OF_TURNS = {"about": "about", "now": "swap", "still": "same", "break": "view"}
_POINTING = frozenset({"they", "them", "their", "theirs", "those", "these"})
_WHICH = ("which", "which_many")
_Says = Callable[[Sentence, int], bool]


@dataclass(frozen=True)
class TurnWords:
    """The sentence that is left, and what was taken out of it.

    `edits` are the verbs that say what to do with all that is left; `removed` the links that a word
    of removal stands beside (不看同比, drop the share), `replaced` those in whose place something
    else is named; `wholes` the dimensions of which all members are meant (全部渠道), `others` those
    of which the other members are (其他渠道). `joins_members`: members are set beside those
    that are shown (和京东对比). `points`: the rows of the result before are meant (这些省, those).
    """

    sentence: Sentence
    edits: frozenset[str]
    removed: tuple[Link, ...]
    replaced: tuple[Link, ...]
    wholes: tuple[str, ...]
    others: tuple[str, ...]
    joins_members: bool
    points: bool
    has_joint: bool


def read_words(question: str, links: Iterable[Link], shown: Collection[str]) -> TurnWords:
    """Take the verbs out of a turn; `shown` are the dimensions that the plan before has.

    Raises:
        NotCovered: a word of removal has nothing beside it.
    """
    said = tuple(links)
    whole = with_plain_exclusions(_with_sort_and_by(Sentence.of(question, said)))
    whole, points = _without_pointers(_with_verbs(whole), shown)
    whole, has_joint = _without_leading_joint(whole)
    whole, replaced = _without_replaced(whole)
    whole, removed = _without_removals(whole)
    whole, wholes = _without_dimensions_behind(whole, _says_all)
    whole, others = _without_dimensions_behind(whole, _says_other)
    whole, joins_members = _without_member_contrast(whole)
    whole = _without_asking(whole)
    verbs = whole.indices(LinkKind.edit)
    return TurnWords(
        sentence=_without(whole, verbs),
        edits=frozenset(whole.links[place].name for place in verbs) - {"about"},
        removed=removed,
        replaced=replaced,
        wholes=wholes,
        others=others,
        joins_members=joins_members,
        points=points or not _POINTING.isdisjoint(_words(said)),
        has_joint=has_joint,
    )


def _words(links: Iterable[Link]) -> Iterator[str]:
    return (word for one in links for word in one.text.casefold().split())


def _with_verbs(sentence: Sentence) -> Sentence:
    """Words that are verbs only in a turn: 把, the "drop" of "drop JD", the "keep" of "keep JD"."""
    links = tuple(_as_verb(sentence, index) for index in range(len(sentence.links)))
    return replace(sentence, links=links)


def _as_verb(sentence: Sentence, index: int) -> Link:
    one = sentence.links[index]
    opens = index == 0 or sentence.role(index - 1) in ("comma", "conjunction")
    if sentence.role(index) in _VERBS_OF_TURNS:
        name = _VERBS_OF_TURNS[sentence.role(index)]
    elif one.kind is LinkKind.change and one.text.casefold() == "drop" and opens:
        name = "remove"
    elif sentence.role(index) == "take" and one.text.casefold() in _KEEPING:
        name = "only"
    else:
        return one
    return one.model_copy(update={"kind": LinkKind.edit, "name": name})


def _with_sort_and_by(sentence: Sentence) -> Sentence:
    """A "sort by" before a metric is an order and a "by", as in 按退款率排序."""
    links: list[Link] = []
    for index, one in enumerate(sentence.links):
        said = _SORT_BY.fullmatch(one.text) if one.kind is LinkKind.ranking else None
        if said is None or not sentence.is_metric_like(index + 1):
            links.append(one)
            continue
        middle = one.start + said.start("by")
        order = {"end": one.start + said.end("order"), "text": said["order"]}
        by = {"start": middle, "text": said["by"], "kind": LinkKind.filler, "name": "grouping"}
        links += (one.model_copy(update=order), one.model_copy(update=by))
    return replace(sentence, links=tuple(links))


def _is_edit(sentence: Sentence, index: int, *names: str) -> bool:
    return sentence.kind(index) is LinkKind.edit and sentence.links[index].name in names


def _without_pointers(sentence: Sentence, shown: Collection[str]) -> tuple[Sentence, bool]:
    """The month before that: the plan before is meant anyway. 这5个省 are the rows that it gave."""
    silent: set[int] = set()
    points = False
    for index in range(len(sentence.links)):
        is_plural = _is_edit(sentence, index, "these")
        if not is_plural and sentence.role(index) != "this":
            continue
        following = index + 1
        while sentence.kind(following) is LinkKind.number or sentence.role(following) == "measure":
            following += 1
        is_counted = following > index + 1 and sentence.kind(index + 1) is LinkKind.number
        is_shown = (
            sentence.kind(following) is LinkKind.dimension
            and sentence.links[following].name in shown
        )
        if is_plural or is_counted:
            points = True
            silent |= {*range(index, following), *([following] if is_shown else ())}
        elif sentence.kind(index + 1) not in (LinkKind.dimension, LinkKind.grain):
            silent.add(index)
    return _without(sentence, silent), points


def _without_leading_joint(sentence: Sentence) -> tuple[Sentence, bool]:
    """And last month? 和广东呢?"""
    first = 0
    while sentence.role(first) in ("conjunction", "comma"):
        first += 1
    has_joint = any(sentence.role(place) == "conjunction" for place in range(first))
    return replace(sentence, links=sentence.links[first:]), has_joint


def _without_replaced(sentence: Sentence) -> tuple[Sentence, tuple[Link, ...]]:
    """Take out what something else comes in the place of: the A of 把A换成B, replace A with B."""
    silent: set[int] = set()
    replaced: list[Link] = []
    for index in sentence.indices(LinkKind.edit):
        match sentence.links[index].name:
            case "swap":
                old = tuple(reversed(tuple(_run(sentence, index, -1))))
                new = tuple(_run(sentence, index, 1))
            case "in_place_of":
                old, new = tuple(_run(sentence, index, 1)), tuple(_run(sentence, index, -1))
            case "replace":
                both = tuple(_run(sentence, index, 1))
                cut = next((i for i in both[1:] if _FOR.search(sentence.gap(i))), None)
                old = tuple(i for i in both if cut is not None and i < cut)
                new = tuple(i for i in both if cut is not None and i >= cut)
            case _:
                continue
        if old and new and _classes(sentence, old) == _classes(sentence, new):
            replaced += (sentence.links[i] for i in old if sentence.kind(i) in _REPLACEABLE)
            silent |= set(old)
    return _without(sentence, silent), tuple(replaced)


def _run(sentence: Sentence, index: int, step: int) -> Iterator[int]:
    """The things beside a verb, as far as its clause goes."""
    place = index + step
    while sentence.kind(place) in _REPLACEABLE or sentence.role(place) in (
        *("conjunction", "grouping", "each"),
    ):
        yield place
        place += step


def _classes(sentence: Sentence, places: Iterable[int]) -> set[LinkKind | str]:
    """What kinds of things stand there; the sides of a metric are one, and so are groups."""
    kinds = {sentence.links[place].kind for place in places} - {LinkKind.filler}
    return {_class(kind) for kind in kinds}


def _class(kind: LinkKind) -> LinkKind | str:
    if kind in METRIC_LIKE:
        return "metric"
    return "group" if kind in (LinkKind.dimension, LinkKind.grain) else kind


def _without_removals(sentence: Sentence) -> tuple[Sentence, tuple[Link, ...]]:
    """Take out what is not wanted any more, with its word; members stay, as excluded ones."""
    removed: list[Link] = []
    silent: set[int] = set()
    links = list(sentence.links)
    for index, one in enumerate(sentence.links):
        is_removal = _is_edit(sentence, index, "remove")
        is_negation = one.kind is LinkKind.negation and one.name == "before"
        is_whole = _is_edit(sentence, index, "all") and sentence.kind(index + 1) is LinkKind.part
        is_split = _is_edit(sentence, index, "no_groups")
        if not (is_removal or is_negation or is_whole or is_split):
            continue
        places = tuple(_removed_places(sentence, index))
        behind = places or _is_of_members(sentence, index)
        if not behind:
            places = tuple(_removed_before(sentence, index))
        if places:
            removed += (sentence.links[place] for place in places)
            silent |= set(range(min(index, *places), max(index, *places) + 1))
        elif not behind and sentence.kind(index - 1) is LinkKind.member:
            links[index] = one.model_copy(update={"kind": LinkKind.negation, "name": "after"})
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


def _is_of_members(sentence: Sentence, index: int) -> bool:
    """Whether a word of removal has its members behind it: 不要京东, exclude the JD channel."""
    place = index + 1
    while sentence.kind(place) is LinkKind.dimension or sentence.role(place) in _MARKERS:
        place += 1
    return sentence.kind(place) is LinkKind.member


def _removed_before(sentence: Sentence, index: int) -> Iterator[int]:
    """Where they stand before it: 渠道不用拆了, 把同比去掉."""
    place = index - 1
    while sentence.kind(place) in _REMOVABLE and not (
        sentence.kind(place) is LinkKind.dimension and sentence.kind(place - 1) is LinkKind.member
    ):
        yield place
        place -= 1
        while sentence.role(place) in ("conjunction", "grouping", "each"):
            place -= 1


def _has_member(sentence: Sentence, place: int) -> bool:
    return sentence.kind(place + 1) is LinkKind.member


def _says_all(sentence: Sentence, index: int) -> bool:
    return _is_edit(sentence, index, "all")


def _says_other(sentence: Sentence, index: int) -> bool:
    return sentence.role(index) == "other"


def _without_dimensions_behind(sentence: Sentence, says: _Says) -> tuple[Sentence, tuple[str, ...]]:
    """全部渠道, 其他渠道: the members are meant, all or the others, and nothing is grouped."""
    silent: set[int] = set()
    found: list[str] = []
    for index in range(len(sentence.links)):
        following = index + 1
        if (
            says(sentence, index)
            and sentence.kind(following) is LinkKind.dimension
            and not _has_member(sentence, following)
        ):
            found.append(sentence.links[following].name)
            silent |= {index, following}
    return _without(sentence, silent), tuple(found)


def _without_member_contrast(sentence: Sentence) -> tuple[Sentence, bool]:
    """和京东对比一下, compare with JD: the other side is what is shown already."""
    times = sentence.indices(LinkKind.time, LinkKind.comparison)
    members = sentence.indices(LinkKind.member)
    contrasts = sentence.contrasts
    is_one_side = len(contrasts) == 1 == len(members) and set(times) <= set(contrasts)
    if not is_one_side or abs(contrasts[0] - members[0]) != 1:
        return sentence, False
    return _without(sentence, contrasts), True


def _without_asking(sentence: Sentence) -> Sentence:
    """哪个最高, who is at the bottom: the groups are those of the plan before."""
    if not sentence.indices(LinkKind.ranking):
        return sentence
    silent: set[int] = set()
    for index in sentence.roles(*_WHICH):
        following = index + 1
        while sentence.kind(following) is LinkKind.number or sentence.role(following) == "measure":
            following += 1
        if sentence.kind(following) is LinkKind.ranking:
            silent.add(index)
    return _without(sentence, silent)


def _without(sentence: Sentence, places: Collection[int]) -> Sentence:
    kept = tuple(one for place, one in enumerate(sentence.links) if place not in places)
    return replace(sentence, links=kept)
