"""`link`: what each stretch of a question was taken for.

Second step of the line: tokens, lexicon and time expressions in, links out; `linked_parser` and
the prompt of the language model read them. It may import neither a parser nor a model.

Candidates overlap; the cover that is chosen explains the most characters, then with the fewest
pieces, then with the fewest of them spent on closed-class words. It is chosen over the whole
question at once, so that an early long match cannot spoil a better one behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from assistant.linking.average_expressions import LONE, find_averages
from assistant.linking.lexicon import Lexicon, Meaning
from assistant.linking.normalize import Token, tokenize
from assistant.linking.numerals import find_numbers
from assistant.linking.part_expressions import find_parts
from assistant.linking.running_expressions import find_running
from assistant.linking.traditional import simplified
from assistant.outcome import Link, LinkKind
from assistant.time_expressions import GrainExpression, TimeExpression

_YEARS = range(1990, 2101)
_MARKED = re.compile(
    r"(?:[各哪每]个?|哪[些款家种几]个?|每[款家种]|\b(?:which|each|every)\s+)$", re.IGNORECASE
)
_LONGEST_GROUP = 6  # tokens, which are single characters in Chinese
_ASKING = re.compile("哪|which|what", re.IGNORECASE)


@dataclass(frozen=True)
class _Piece:
    """A meaning for the tokens `first` up to `last`."""

    first: int
    last: int
    meaning: Meaning


class _Cost(NamedTuple):
    unexplained: int
    pieces: int
    closed_class: int
    data_words: int

    def plus(self, other: _Cost) -> _Cost:
        return _Cost(*(mine + others for mine, others in zip(self, other, strict=True)))


def link(
    text: str,
    lexicon: Lexicon,
    time_expressions: Iterable[TimeExpression],
    meant: Sequence[Token] | None = None,
) -> tuple[Link, ...]:
    """The links of `text`, in order, without overlaps; their spans are true slices of it.

    `meant` are its tokens as they are to be read, where the spelling is not taken as it stands.
    """
    tokens = tokenize(text) if meant is None else meant
    pieces: list[list[_Piece]] = [[] for _ in tokens]
    for piece in _candidates(text, tokens, lexicon, time_expressions):
        pieces[piece.first].append(piece)
    cover = tuple(_best_cover(tokens, pieces))
    return tuple(
        _as_link(text, tokens, _as_way_to(text, tokens, cover, place))
        for place, piece in enumerate(cover)
        if piece.meaning.kind is not None
        and not _is_stray_joint(cover, place)
        and not _ends_unknown_word(cover, place)
    )


def unlinked_words(text: str, links: Iterable[Link]) -> tuple[str, ...]:
    """The stretches of `text` that no link explains, each once.

    >>> unlinked_words("下个季度", ())
    ('下个季度',)
    """
    covered = [(link.start, link.end) for link in links]
    runs: list[tuple[int, int]] = []
    previous: Token | None = None
    for token in tokenize(text):
        if any(start <= token.start and token.end <= end for start, end in covered):
            previous = None
            continue
        start = runs.pop()[0] if previous else token.start
        runs.append((start, token.end))
        previous = token
    return tuple(dict.fromkeys(text[start:end] for start, end in runs))


def _candidates(
    text: str,
    tokens: Sequence[Token],
    lexicon: Lexicon,
    time_expressions: Iterable[TimeExpression],
) -> Iterator[_Piece]:
    texts = tuple(token.text for token in tokens)
    times = tuple(time_expressions)
    for first in range(len(tokens)):
        for last, meaning in lexicon.matches(texts, first):
            inside = tokens[first:last]
            if meaning.kind is LinkKind.comparison and _cuts(inside, times):
                continue
            if meaning.kind is LinkKind.metric and _is_group_first(text, inside, lexicon):
                continue
            if meaning.kind is LinkKind.member or not _is_torn(text, inside):
                yield _Piece(first, last, meaning)
    for expression in times:
        yield from _over(tokens, expression.start, expression.end, _time_meaning(expression))
    plain = simplified(text)
    for number in find_numbers(plain):
        if number.value in _YEARS and any(_holds(time, number.start, number.end) for time in times):
            continue
        name = "percent" if number.is_percent else "number"
        meaning = Meaning(LinkKind.number, name, number.value)
        yield from _over(tokens, number.start, number.end, meaning)
    for start, end, meaning in _computed(plain):
        yield from _over(tokens, start, end, meaning)


def _computed(text: str) -> Iterator[tuple[int, int, Meaning]]:
    """Running values, averages per period, weekdays and hours, with their places."""
    for run in find_running(text):
        value = run.running.model_dump(mode="json", exclude_none=True)
        yield run.start, run.end, Meaning(LinkKind.running, run.running.agg, value)
    for mean in find_averages(text):
        yield mean.start, mean.end, Meaning(LinkKind.average, mean.per or LONE)
    for part in find_parts(text):
        value = part.condition.model_dump(mode="json")
        yield part.start, part.end, Meaning(LinkKind.part, part.name, value)


def _cuts(tokens: Sequence[Token], times: Iterable[TimeExpression]) -> bool:
    """Whether a phrase ends within a time: the 较去年 of 较去年618."""
    end = tokens[-1].end
    return any(one.start < end < one.end and tokens[0].start <= one.start for one in times)


def _holds(time: TimeExpression, start: int, end: int) -> bool:
    """Whether a number is a part of a time: the 2025 of "growth in 2025"."""
    return time.start <= start and end <= time.end


def _is_group_first(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a metric's first word is a group that is marked as one: 哪个 商品 浏览量最高."""
    if not _MARKED.search(text, 0, tokens[0].start):
        return False
    lengths = range(1, min(len(tokens), _LONGEST_GROUP))
    starts = (lexicon.entries.get(tuple(one.text for one in tokens[:size])) for size in lengths)
    return any(meaning is not None and meaning.kind is LinkKind.dimension for meaning in starts)


def _is_torn(text: str, tokens: Sequence[Token]) -> bool:
    """Whether a blank parts two Chinese characters: the 商品 销量 of a telegram are two words.

    One word with a blank behind every character (付 款 率) is whole.
    """
    parted = [
        left.end < right.start and not (left.text.isascii() or right.text.isascii())
        for left, right in pairwise(tokens)
        if not text[left.end : right.start].strip()
    ]
    is_spaced_out = len(tokens) > 2 and len(parted) == len(tokens) - 1 and all(parted)
    return any(parted) and not is_spaced_out


def _time_meaning(expression: TimeExpression) -> Meaning:
    if isinstance(expression, GrainExpression):
        asked = "which_" if _ASKING.search(expression.text) else ""
        return Meaning(LinkKind.grain, f"{asked}{expression.grain}")
    window: dict[str, Any] = expression.window.model_dump(mode="json")
    return Meaning(LinkKind.time, str(expression.grain), window)


def _over(tokens: Sequence[Token], start: int, end: int, meaning: Meaning) -> Iterator[_Piece]:
    inside = [
        place for place, token in enumerate(tokens) if token.end > start and token.start < end
    ]
    if inside and tokens[inside[0]].start >= start and tokens[inside[-1]].end <= end:
        yield _Piece(inside[0], inside[-1] + 1, meaning)


def _best_cover(tokens: Sequence[Token], pieces: Sequence[Sequence[_Piece]]) -> Iterator[_Piece]:
    best: list[tuple[_Cost, _Piece | None]] = [(_Cost(0, 0, 0, 0), None)] * (len(tokens) + 1)
    for first in reversed(range(len(tokens))):
        skipped = _Cost(len(tokens[first].text), 1, 0, 0).plus(best[first + 1][0])
        choice: tuple[_Cost, _Piece | None] = (skipped, None)
        for piece in pieces[first]:
            cost = _cost(piece).plus(best[piece.last][0])
            if cost < choice[0]:
                choice = (cost, piece)
        best[first] = choice
    at = 0
    while at < len(tokens):
        piece_here = best[at][1]
        if piece_here:
            yield piece_here
        at = piece_here.last if piece_here else at + 1


def _is_stray_joint(cover: Sequence[_Piece], place: int) -> bool:
    """Whether a 到 or "to" joins no numbers and leads nowhere; it is then a part of some word."""
    if cover[place].meaning.name != "range_to":
        return False
    following = cover[place + 1 : place + 2]
    if _is_compared_with(cover[:place], following):
        return False
    if following and following[0].meaning.kind in (LinkKind.member, LinkKind.dimension):
        return False
    beside = [cover[near] for near in (place - 1, place + 1) if 0 <= near < len(cover)]
    amounts = [
        piece
        for piece in beside
        if piece.meaning.kind is LinkKind.number or piece.meaning.name == "currency"
    ]
    return len(amounts) < 2


def _as_way_to(text: str, tokens: Sequence[Token], cover: Sequence[_Piece], place: int) -> _Piece:
    """The "going to" of parcels going to Sichuan, which is no forecast."""
    piece = cover[place]
    following = cover[place + 1 : place + 2]
    if piece.meaning.kind is not LinkKind.intent or not following:
        return piece
    said = text[tokens[piece.first].start : tokens[piece.last - 1].end].casefold()
    is_place = following[0].meaning.kind in (LinkKind.member, LinkKind.member_group)
    if said != "going to" or not is_place:
        return piece
    return _Piece(piece.first, piece.last, Meaning(LinkKind.filler, "filler"))


def _is_compared_with(before: Sequence[_Piece], following: Sequence[_Piece]) -> bool:
    """Compare this week's orders to last week's: the word leads to the other side."""
    is_comparison = any(piece.meaning.name == "contrast" for piece in before)
    return is_comparison and any(piece.meaning.kind is LinkKind.time for piece in following)


def _ends_unknown_word(cover: Sequence[_Piece], place: int) -> bool:
    """Whether a measure stands behind what nothing explains: the 款 of 收到款 measures nothing."""
    piece = cover[place]
    if piece.meaning.name != "measure":
        return False
    if not place or cover[place - 1].last < piece.first:
        return piece.first > 0
    return _is_stray_joint(cover, place - 1)


def _cost(piece: _Piece) -> _Cost:
    length = piece.last - piece.first
    # 退款比例 + 是多少 says more than 退款 + 比例是多少: a share is a word of the language as well.
    closed = length if piece.meaning.kind in (LinkKind.filler, LinkKind.share, None) else 0
    return _Cost(0, 1, closed, int(piece.meaning.kind is LinkKind.member))


def _as_link(text: str, tokens: Sequence[Token], piece: _Piece) -> Link:
    start, end = tokens[piece.first].start, tokens[piece.last - 1].end
    meaning = piece.meaning
    assert meaning.kind is not None, "blocked phrases are left out before"
    return Link(
        start=start,
        end=end,
        text=text[start:end],
        kind=meaning.kind,
        name=meaning.name,
        value=meaning.value,
    )
