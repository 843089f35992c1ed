"""Names with something else inside them: spent on Tmall ads, spends the most per order.

Second step of the line, behind `linker`, for questions of which a word is unexplained. What stands
inside a name of a metric says which rows, when, or in which order; without it the words are that
name. Also two names that share their end: positive and negative review rate. Imports neither a
parser nor a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise, product

from assistant.linking.lexicon import Lexicon
from assistant.linking.linker import link, unlinked_words
from assistant.linking.normalize import Token, tokenize
from assistant.outcome import Link, LinkKind
from assistant.time_expressions import TimeExpression

_INSIDE = frozenset({LinkKind.member, LinkKind.member_group, LinkKind.time, LinkKind.ranking})
_GOVERNED = frozenset({LinkKind.metric, LinkKind.ambiguous_metric})
_WIDEST = 2  # words that carry nothing beside what stands inside: "in" and "the"
_ARTICLES = {"a": "an", "an": "a"}

_Inside = tuple[tuple[Link, ...], ...]
_Times = tuple[TimeExpression, ...]


def link_split_names(
    text: str, links: Sequence[Link], lexicon: Lexicon, times: Iterable[TimeExpression]
) -> tuple[Link, ...] | None:
    """The links of `text` where that explains every word of it in one way; None otherwise."""
    moments = tuple(times)
    shared = _with_shared_ends(text, links, lexicon)
    if shared is not None and not unlinked_words(text, shared):
        return shared
    tokens = tokenize(text)
    holes = tuple(_holes(links))
    for count in (1, 2):
        found: dict[tuple[str, ...], tuple[Link, ...]] = {}
        for chosen in combinations(holes, count):
            if all(left.stop < right.start for left, right in pairwise(chosen)):
                inside = tuple(tuple(links[place] for place in hole) for hole in chosen)
                read = _around(text, tokens, inside, lexicon, moments)
                if read is not None:
                    found.setdefault(_names(read), read)
        if found:
            return next(iter(found.values())) if len(found) == 1 else None
    return None


def _names(links: Iterable[Link]) -> tuple[str, ...]:
    return tuple(sorted(one.name for one in links if one.kind is not LinkKind.filler))


def _holes(links: Sequence[Link]) -> Iterator[range]:
    """What may stand inside a name, with the words that carry nothing beside it."""
    for place, one in enumerate(links):
        if one.kind not in _INSIDE:
            continue
        for before, behind in product(range(_WIDEST + 1), range(_WIDEST)):
            first, end = place - before, place + behind + 1
            beside = (*links[max(first, 0) : place], *links[place + 1 : end])
            if first >= 0 and end <= len(links) and all(map(_carries_nothing, beside)):
                yield range(first, end)


def _carries_nothing(one: Link) -> bool:
    return one.kind is LinkKind.filler and one.name in ("filler", "of")


def _around(
    text: str, tokens: Sequence[Token], inside: _Inside, lexicon: Lexicon, times: _Times
) -> tuple[Link, ...] | None:
    """The links with one name around all of `inside`, if that explains every word."""
    start, end = inside[0][0].start, inside[-1][-1].end
    for outside in _without(tokens, inside):
        read = link(text, lexicon, times, outside)
        split = [one for one in read if one.start < start and end < one.end]
        if len(split) == 1 and split[0].kind in _GOVERNED:
            pieces = _pieces(text, split[0], inside)
            apart = tuple(p for one in read for p in (pieces if one is split[0] else (one,)))
            if not unlinked_words(text, apart):
                return apart
    return None


def _without(tokens: Sequence[Token], inside: _Inside) -> Iterator[tuple[Token, ...]]:
    """The words outside; "a" before what stands inside may be the "an" of the name."""
    spans = [(hole[0].start, hole[-1].end) for hole in inside]
    outside = tuple(
        token
        for token in tokens
        if not any(start <= token.start and token.end <= end for start, end in spans)
    )
    yield outside
    for place, token in enumerate(outside):
        if token.text in _ARTICLES and any(token.end == start - 1 for start, _ in spans):
            article = Token(_ARTICLES[token.text], token.start, token.end)
            yield (*outside[:place], article, *outside[place + 1 :])


def _pieces(text: str, name: Link, inside: _Inside) -> Iterator[Link]:
    """The head of a name as the name, and the rest of it as words of no weight."""
    at, said = name.start, name
    for start, end, links in (
        *((hole[0].start, hole[-1].end, hole) for hole in inside),
        (name.end, name.end, ()),
    ):
        words = text[at:start].strip()
        if words:
            begin = text.index(words, at)
            yield said.model_copy(update={"start": begin, "end": begin + len(words), "text": words})
        yield from links
        at, said = end, Link(start=0, end=0, text="", kind=LinkKind.filler, name="filler")


def _with_shared_ends(
    text: str, links: Sequence[Link], lexicon: Lexicon
) -> tuple[Link, ...] | None:
    """Positive and negative review rate: the word before the joint is a name with the same end."""
    tokens = tokenize(text)
    for place, joint in enumerate(links[:-1]):
        name = links[place + 1]
        if joint.name != "conjunction" or name.kind is not LinkKind.metric:
            continue
        floor = links[place - 1].end if place else 0
        head = tuple(token for token in tokens if floor <= token.start and token.end <= joint.start)
        words = tuple(token.text for token in tokens if name.start <= token.start < name.end)
        for cut in range(1, len(words)) if head else ():
            meaning = lexicon.entries.get((*(token.text for token in head), *words[cut:]))
            if meaning is not None and meaning.kind is LinkKind.metric:
                first = Link(
                    start=head[0].start,
                    end=head[-1].end,
                    text=text[head[0].start : head[-1].end],
                    kind=LinkKind.metric,
                    name=meaning.name,
                )
                return (*links[:place], first, *links[place:])
    return None
