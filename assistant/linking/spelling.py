"""`respell`: links of a question whose unexplained words are governed names with a slip in them.

Beside the linker, tried when words are left unexplained. A word of letters may be one or two edits
away from a word of a name (provice), a Chinese character may be replaced by one that sounds the
same (付款订单树). It counts only if every word is explained then and one reading is left, and the
answer shows what was read for what. It may import neither a parser nor a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from assistant.linking.lexicon import Lexicon
from assistant.linking.linker import link, unlinked_words
from assistant.linking.normalize import Token, tokenize
from assistant.outcome import Link, LinkKind
from assistant.time_expressions import TimeExpression
from assistant.vocabulary import load_vocabulary
from semantic_layer import Text

# A word of four letters is like many others: it must be part of a longer name (units solt).
_SHORTEST_FOR_ONE, _SHORTEST_ALONE, _SHORTEST_FOR_TWO = 4, 5, 9
_MOST_UNEXPLAINED, _MOST_SLIPS, _MOST_SPELLINGS = 6, 2, 200
_NAMES = frozenset(
    {
        *(LinkKind.metric, LinkKind.ambiguous_metric, LinkKind.event, LinkKind.quantity),
        *(LinkKind.dimension, LinkKind.member, LinkKind.member_group, LinkKind.intent),
    }
)


@dataclass(frozen=True)
class Respelling:
    """The links of the question as it was meant, and what was read for what."""

    links: tuple[Link, ...]
    assumptions: tuple[Text, ...]


def respell(
    question: str, links: Iterable[Link], lexicon: Lexicon, times: Sequence[TimeExpression]
) -> Respelling | None:
    """The one way to explain every word of `question` by respelling some; None if there is none."""
    tokens = tokenize(question)
    slips = [place for place, token in enumerate(tokens) if not _is_covered(token, links)]
    if not 0 < len(slips) <= _MOST_UNEXPLAINED or _is_known(tokens, slips, lexicon):
        return None
    choices = [(tokens[place].text, *_spellings(tokens[place].text, lexicon)) for place in slips]
    found: dict[object, Respelling] = {}
    for spelled in _tried(choices):
        meant = list(tokens)
        for place, word in zip(slips, spelled, strict=True):
            meant[place] = replace(tokens[place], text=word)
        changed = [place for place in slips if meant[place] != tokens[place]]
        if not 0 < len(changed) <= _MOST_SLIPS:
            continue
        reading = link(question, lexicon, times, meant)
        if not unlinked_words(question, reading) and _are_names(reading, tokens, changed):
            key = tuple((one.kind, one.name, str(one.value), one.start) for one in reading)
            assumptions = tuple(_assumptions(question, reading, meant, changed))
            found.setdefault(key, Respelling(reading, assumptions))
    return next(iter(found.values())) if len(found) == 1 else None


def _tried(choices: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    size = 1
    for choice in choices:
        size *= len(choice)
    if 0 < size <= _MOST_SPELLINGS:
        yield from product(*choices)


def _is_covered(token: Token, links: Iterable[Link]) -> bool:
    return any(one.start <= token.start and token.end <= one.end for one in links)


def _is_known(tokens: Sequence[Token], slips: Sequence[int], lexicon: Lexicon) -> bool:
    """Whether an unexplained word belongs to a phrase that is known to mean something else."""
    texts = tuple(token.text for token in tokens)
    return any(
        meaning.kind is None and first <= place < last
        for first in range(len(texts))
        for last, meaning in lexicon.matches(texts, first)
        for place in slips
    )


def _spellings(word: str, lexicon: Lexicon) -> Iterator[str]:
    if not word.isascii():
        for group in load_vocabulary().homophones:
            if word in group:
                yield from (other for other in group if other != word)
        return
    edits = 2 if len(word) >= _SHORTEST_FOR_TWO else 1
    is_known = word in lexicon.words_like(word[0], len(word), 0)
    if len(word) >= _SHORTEST_FOR_ONE and word.isalpha() and not is_known:
        for known in lexicon.words_like(word[0], len(word), edits):
            if known != word and distance(word, known) <= edits:
                yield known


def _are_names(links: Iterable[Link], tokens: Sequence[Token], slips: Sequence[int]) -> bool:
    """Whether each slip is in a name; a character or a short word, alone, is too little for one."""
    for place in slips:
        token = tokens[place]
        holder = next(one for one in links if _is_covered(token, (one,)))
        is_alone = (holder.start, holder.end) == (token.start, token.end)
        if holder.kind not in _NAMES or (is_alone and len(token.text) < _SHORTEST_ALONE):
            return False
    return True


def _assumptions(
    question: str, links: Iterable[Link], meant: Sequence[Token], slips: Sequence[int]
) -> Iterator[Text]:
    for place in slips:
        slip = meant[place]
        written, read = question[slip.start : slip.end], slip.text
        if not read.isascii():
            holder = next(one for one in links if _is_covered(slip, (one,)))
            inside = (one for one in meant if holder.start <= one.start < holder.end)
            written, read = holder.text, "".join(one.text for one in inside)
        yield Text(zh=f"“{written}”按“{read}”理解", en=f'"{written}" is read as "{read}"')


def distance(left: str, right: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words.

    >>> distance("provice", "province"), distance("brnad", "brand")
    (1, 1)
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        before, above, row = row, before, [i]
        for j, b in enumerate(right, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
