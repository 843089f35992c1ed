"""The part of a question that asks for an order: 前5, top 5, 最高, worst, 从高到低, 增长最快.

Imports `sentence` and `changes` only. Which metric the order is by, and which way best and worst
point, is settled when the plan is put together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from assistant.outcome import Link, LinkKind
from assistant.question_parts.changes import ChangePart, ranked_change
from assistant.question_parts.sentence import Sentence

Direction = Literal["descending", "ascending", "best", "worst"]

_DIRECTIONS: dict[str, Direction] = {
    "top": "descending",
    "first": "descending",
    "ranked": "descending",
    "place": "descending",
    "bottom": "ascending",
    "highest": "descending",
    "higher": "descending",
    "lowest": "ascending",
    "lower": "ascending",
    "best": "best",
    "worst": "worst",
    "best_first": "best",
    "worst_first": "worst",
    # Of what is counted, the slowest day is the one with the fewest.
    **dict.fromkeys(("slowest", "slowest_first"), "worst"),
    **dict.fromkeys(("fastest", "fastest_first"), "best"),
    "descending": "descending",
    "ascending": "ascending",
}
_SUPERLATIVES = frozenset({"highest", "lowest", "best", "worst", "slowest", "fastest"})
_COMPARATIVES = frozenset({"higher", "lower"})
_DEGREES = {"多": "high", "少": "low", "高": "high", "低": "low"}
_BEFORE_QUALITIES = {"most": "highest", "more": "higher"}
_SORTS = frozenset(
    {"descending", "ascending", "best_first", "worst_first", "slowest_first", "fastest_first"}
)
_FIRST = {
    **{"highest": "descending", "lowest": "ascending"},
    **{"best": "best_first", "worst": "worst_first"},
}
_ORDERS = _SORTS | {"ranked", "first", "place"}


@dataclass(frozen=True)
class Ranking:
    """The order and how many rows; `words` are the ranking words, `used` also their numbers.

    `is_sort`: no more than the order of the rows is asked for (从高到低), nobody's place in it.
    `change`: the order is by the change against another window, not by the number itself.
    `shows_places`: the place of each group is asked for (排第几).
    """

    direction: Direction
    limit: int | None
    is_superlative: bool
    is_comparative: bool
    is_sort: bool
    change: ChangePart | None
    words: tuple[int, ...]
    used: frozenset[int]
    shows_places: bool = False


def with_degrees(sentence: Sentence) -> Sentence:
    """The sentence with its degrees as what they are: 卖得多, 谁的客单价高, 最舍得花钱."""
    links = list(sentence.links)
    owners: set[int] = set()
    for index in sentence.indices(LinkKind.ranking):
        name = _BEFORE_QUALITIES.get(links[index].name)
        if name and sentence.is_metric_like(index + 1):
            links[index] = links[index].model_copy(update={"name": name})
            owners |= {index - 1} if sentence.kind(index - 1) is LinkKind.quantity else set()
    for index in sentence.roles("difference", "degree"):
        name = _degree(sentence, index)
        if name:
            links[index] = links[index].model_copy(update={"kind": LinkKind.ranking, "name": name})
    owners |= _sorted_first(sentence, links)
    ordered_by = _bare_order(sentence)
    if ordered_by is not None:
        links[ordered_by] = links[ordered_by].model_copy(
            update={"kind": LinkKind.ranking, "name": "descending"}
        )
    # 哪个省的人最舍得花钱 asks who they are, not how many.
    kept = (link for index, link in enumerate(links) if index not in owners)
    return replace(sentence, links=tuple(kept))


def _sorted_first(sentence: Sentence, links: list[Link]) -> set[int]:
    """Highest ROI first is the order of all rows; the places of "first"."""
    found = set()
    for index in sentence.roles("ahead"):
        word = index - 2
        if not sentence.is_metric_like(index - 1) or sentence.kind(word) is not LinkKind.ranking:
            continue
        if order := _FIRST.get(links[word].name):
            links[word] = links[word].model_copy(update={"name": order})
            found.add(index)
    return found


def _bare_order(sentence: Sentence) -> int | None:
    """The "by" of "which reasons do people give, by number of refunds": the order of the rows."""
    measured = [i for i in range(len(sentence.links)) if sentence.is_metric_like(i)]
    asked = sentence.roles("which", "which_many")
    groups = sentence.indices(LinkKind.dimension)
    others = sentence.indices(LinkKind.ranking, LinkKind.change, LinkKind.share, LinkKind.running)
    if len(measured) != 1 or not asked or not groups or others or sentence.contrasts:
        return None
    by = measured[0] - 1
    is_by = sentence.role(by) == "grouping" and sentence.links[by].text.casefold() == "by"
    return by if is_by and groups[0] < by else None


def _degree(sentence: Sentence, index: int) -> str | None:
    """Which end the 多 of 哪个卖得多 and the 高 of 谁的客单价高 ask for, if they do."""
    way = _DEGREES.get(sentence.links[index].text)
    if way is None or not sentence.is_metric_like(index - 1):
        return None
    if sentence.role(index) == "difference":
        return f"{way}er" if sentence.links[index - 1].text.endswith("得") else None
    asked = sentence.roles("which", "which_many")
    is_last = index + 1 == len(sentence.links) or sentence.role(index + 1) == "comma"
    if not is_last or not any(place < index for place in asked):
        return None
    has_groups = bool(sentence.indices(LinkKind.dimension, LinkKind.grain))
    return f"{way}est" if has_groups else f"{way}er"


def read_ranking(sentence: Sentence, taken: frozenset[int]) -> Ranking | None:
    """Read the ranking words as one ranking; `taken` are numbers that thresholds have used."""
    change = ranked_change(sentence)
    ranking_words = sentence.indices(LinkKind.ranking)
    words = tuple(sorted({*ranking_words, *(change.words if change else ())}))
    if not words:
        return None
    names = [sentence.links[index].name for index in ranking_words]
    if any(name in _BEFORE_QUALITIES for name in names):
        raise sentence.not_covered(*words)
    numbers = {index: _number(sentence, index, taken) for index in words}
    limits = {sentence.links[place].value for place in numbers.values() if place is not None}
    limits |= {1} if "first" in names else set()
    if len(limits) > 1 or not all(isinstance(limit, int) and limit > 0 for limit in limits):
        raise sentence.not_covered(*words)
    if not limits and not _may_lack_number(sentence, ranking_words):
        raise sentence.not_covered(*words)
    is_superlative = any(_is_superlative(sentence, index) for index in ranking_words)
    return Ranking(
        direction=_direction(sentence, ranking_words, change),
        limit=next(iter(limits), None),
        is_superlative=not limits and (is_superlative or bool(change and change.is_superlative)),
        is_comparative=any(name in _COMPARATIVES for name in names),
        is_sort=not limits and bool(names) and all(name in _SORTS for name in names),
        change=change,
        words=words,
        used=frozenset(_used(sentence, words, numbers)),
        shows_places="place" in names,
    )


def _number(sentence: Sentence, index: int, taken: frozenset[int]) -> int | None:
    """The number of a ranking word: behind it (top 5), or before it (5个最高的)."""
    # 排名5 may be the fifth or the first five; 前5 and 最高的5个 can only be the latter.
    takes_number = sentence.links[index].name not in _ORDERS
    for place in (index + 1, index - 1, index - 2) if takes_number else ():
        if place == index - 2 and sentence.role(index - 1) != "measure":
            continue
        link = sentence.links[place] if sentence.kind(place) is LinkKind.number else None
        if link and place not in taken and link.name == "number":
            return place
    return _counted_groups(sentence, taken)


def _is_superlative(sentence: Sentence, index: int) -> bool:
    """Highest, and the top of "top city": one row, unless the groups are in the plural."""
    name = sentence.links[index].name
    is_group = sentence.kind(index + 1) in (LinkKind.dimension, LinkKind.grain)
    return name in _SUPERLATIVES or (name in ("top", "bottom") and is_group)


def _counted_groups(sentence: Sentence, taken: frozenset[int]) -> int | None:
    """The number of the groups themselves: which 3 provinces had the most, 3个省份."""
    for place in sentence.indices(LinkKind.number):
        following = place + 1 + (sentence.role(place + 1) == "measure")
        is_group = sentence.kind(following) is LinkKind.dimension or sentence.is_row_unit(following)
        if not is_group or "的" in sentence.gap(following):
            continue
        if place not in taken and sentence.links[place].name == "number":
            return place
    return None


def _may_lack_number(sentence: Sentence, words: tuple[int, ...]) -> bool:
    # 前 and 后 say nothing without a number; "top provinces" asks for the order.
    return all(
        sentence.links[index].name not in ("top", "bottom") or sentence.links[index].text.isascii()
        for index in words
    )


def _direction(sentence: Sentence, words: tuple[int, ...], change: ChangePart | None) -> Direction:
    stated = {
        _DIRECTIONS[sentence.links[index].name]
        for index in words
        if sentence.links[index].name not in ("top", "first", "ranked", "place", "descending")
    }
    if change and change.is_decline is not None:
        # 增长最多 says its way itself; 同比下降前5 are the five that fell most.
        stated = {"ascending" if change.is_decline else "descending"}
    if len(stated) > 1:
        raise sentence.not_covered(*words)
    return next(iter(stated), "descending")


def _used(
    sentence: Sentence, words: tuple[int, ...], numbers: dict[int, int | None]
) -> Iterator[int]:
    yield from words
    for number in numbers.values():
        if number is not None:
            yield number
            if sentence.role(number + 1) == "measure":
                yield number + 1
