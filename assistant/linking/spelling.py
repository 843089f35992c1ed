"""`respell`: links of a question whose unexplained words are known words with a slip in them.

Beside the linker, tried when words are left unexplained. A word of letters may be one or two edits
away from a word of a name (provice), of a time (yesturday) or of the language (comapre), a Chinese
character may be replaced by one that sounds the same (付款订单树). It counts only if every word is
explained then and one reading is left, and the answer shows what was read for what. It may import
neither a parser nor a model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

from assistant.linking.lexicon import Lexicon
from assistant.linking.linker import link, unlinked_words
from assistant.linking.normalize import Token, key_of, singular, tokenize
from assistant.outcome import Link, LinkKind
from assistant.time_expressions import TIME_WORDS, TimeExpression
from assistant.vocabulary import load_vocabulary
from semantic_layer import Text

# A word of four letters is like many others: it must be part of a longer name (units solt).
_SHORTEST_FOR_ONE, _SHORTEST_ALONE, _SHORTEST_FOR_TWO = 4, 5, 9
_MOST_UNEXPLAINED, _MOST_SLIPS, _MOST_SPELLINGS = 6, 4, 120
_NAMES = frozenset(
    {
        *(LinkKind.metric, LinkKind.ambiguous_metric, LinkKind.event, LinkKind.quantity),
        *(LinkKind.dimension, LinkKind.member, LinkKind.member_group, LinkKind.intent),
        LinkKind.share,
    }
)
# A slip in one of these may turn a question around (excluded, changed), so it is not guessed.
_NOT_RESPELLED = frozenset({"negation", "edit", "change", "blocked", "number", "intent"})

FindTimes = Callable[[str], Sequence[TimeExpression]]


@dataclass(frozen=True)
class Respelling:
    """The links of the question as it was meant, and what was read for what."""

    links: tuple[Link, ...]
    assumptions: tuple[Text, ...]


def respell(
    question: str,
    links: Iterable[Link],
    lexicon: Lexicon,
    times: Sequence[TimeExpression],
    find_times: FindTimes | None = None,
) -> Respelling | None:
    """The one way to explain every word of `question` by respelling some; None if there is none.

    `times` are those of the question as it is written; `find_times` finds those of a respelled one,
    and words of times are respelled only with it.
    """
    tokens = tokenize(question)
    slips = [place for place, token in enumerate(tokens) if not _is_covered(token, links)]
    if not 0 < len(slips) <= _MOST_UNEXPLAINED or _is_known(tokens, slips, lexicon):
        return None
    slips = sorted({*slips, *_linked_slips(tokens, slips, links)})
    choices = [
        (tokens[place].text, *_spellings(question, tokens[place], lexicon, find_times is not None))
        for place in slips
    ]
    found: dict[object, tuple[tuple[int, int, int], Respelling]] = {}
    for spelled in _tried(choices):
        meant = list(tokens)
        for place, word in zip(slips, spelled, strict=True):
            meant[place] = replace(tokens[place], text=word)
        changed = [place for place in slips if meant[place] != tokens[place]]
        if not 0 < len(changed) <= _MOST_SLIPS:
            continue
        words = [meant[place] for place in changed]
        moments = _times_of(question, words, find_times) if find_times else times
        reading = link(question, lexicon, moments, meant)
        if not unlinked_words(question, reading) and _are_known(reading, tokens, changed):
            key = tuple((one.kind, one.name, str(one.value), one.start) for one in reading)
            assumptions = tuple(_assumptions(question, reading, meant, changed))
            edits = sum(one.kind is LinkKind.edit for one in reading)
            weight = (_closed_among(changed, meant, lexicon), edits, len(reading))
            found.setdefault(key, (weight, Respelling(reading, assumptions)))
    least = min((weight for weight, _ in found.values()), default=None)
    likely = [respelling for weight, respelling in found.values() if weight == least]
    return likely[0] if len(likely) == 1 else None


def _linked_slips(
    tokens: Sequence[Token], slips: Sequence[int], links: Iterable[Link]
) -> Iterator[int]:
    """A lone character beside a slip that is itself a word of the language: 只 of 只付金额."""
    words = {(one.start, one.end) for one in links if one.kind in (LinkKind.filler, LinkKind.edit)}
    for place in slips:
        for beside in (place - 1, place + 1):
            token = tokens[beside] if 0 <= beside < len(tokens) else None
            if token and not token.text.isascii() and (token.start, token.end) in words:
                yield beside


def _closed_among(places: Iterable[int], meant: Sequence[Token], lexicon: Lexicon) -> int:
    """How many of the words are in no name: a province is likelier misspelled than a "provide"."""
    words = (meant[place].text for place in places)
    return sum(word not in lexicon.words_like(word[0], len(word), 0) for word in words)


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


def _spellings(question: str, token: Token, lexicon: Lexicon, with_times: bool) -> Iterator[str]:
    word, written = token.text, question[token.start : token.end].casefold()
    if not word.isascii():
        for group in load_vocabulary().homophones:
            if word in group:
                yield from (other for other in group if other != word)
        return
    if len(written) < _SHORTEST_FOR_ONE or not word.isalpha():
        return
    edits = 2 if len(word) >= _SHORTEST_FOR_TWO else 1
    sizes = range(len(written) - edits, len(written) + edits + 1)
    closed = _words_in_time() if with_times else _closed_words()
    near = [known for size in sizes for known in closed.get((word[0], size), ())]
    names = tuple(lexicon.words_like(word[0], len(word), edits))
    if word in names or written in near:
        return
    found = [known for known in names if distance(word, known) <= edits]
    found = found if len(word) >= _SHORTEST_FOR_ONE else []
    found += (known for known in near if _is_slip(written, known, edits))
    yield from dict.fromkeys(found)


def _is_slip(word: str, known: str, edits: int) -> bool:
    """Whether a word of the language is meant; of four letters only swapped or missing ones are."""
    if len(word) < _SHORTEST_ALONE and len(known) <= len(word):
        return sorted(word) == sorted(known) and distance(word, known) == 1
    return distance(word, known) <= edits


@cache
def _closed_words() -> Mapping[tuple[str, int], tuple[str, ...]]:
    """The words of letters of the vocabulary, by first letter and length."""
    vocabulary = load_vocabulary()
    return _by_shape(
        part
        for word in vocabulary.words
        if word.kind not in _NOT_RESPELLED and word.name != "difference"
        for part in key_of(word.phrase)
    )


@cache
def _words_in_time() -> Mapping[tuple[str, int], tuple[str, ...]]:
    """The words of the vocabulary and those of times, in the same order."""
    closed = _closed_words()
    times = _by_shape(singular(word) for word in TIME_WORDS)
    return {
        shape: tuple(dict.fromkeys((*closed.get(shape, ()), *times.get(shape, ()))))
        for shape in (*closed, *times)
    }


def _by_shape(words: Iterable[str]) -> dict[tuple[str, int], tuple[str, ...]]:
    found: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
    for word in words:
        if len(word) >= _SHORTEST_FOR_ONE and word.isascii() and word.isalpha():
            found[word[0], len(word)][word] = None
    return {shape: tuple(alike) for shape, alike in found.items()}


def _times_of(
    question: str, changed: Sequence[Token], find_times: FindTimes
) -> tuple[TimeExpression, ...]:
    """The times of the question with its changed words in it, where they stand as it is written."""
    text, moves = question, []
    for token in sorted(changed, key=lambda one: -one.start):
        text = text[: token.start] + token.text + text[token.end :]
    shift = 0
    for token in sorted(changed, key=lambda one: one.start):
        shift += len(token.text) - (token.end - token.start)
        moves.append((token.end + shift, shift))

    def written(place: int) -> int:
        return place - next((by for end, by in reversed(moves) if place >= end), 0)

    return tuple(
        one.model_copy(
            update={
                "start": written(one.start),
                "end": written(one.end),
                "text": question[written(one.start) : written(one.end)],
            }
        )
        for one in find_times(text)
    )


def _are_known(links: Iterable[Link], tokens: Sequence[Token], slips: Sequence[int]) -> bool:
    """Whether each slip is in a name or is a word; a character or a short name is too little."""
    for place in slips:
        token = tokens[place]
        holder = next(one for one in links if _is_covered(token, (one,)))
        is_alone = (holder.start, holder.end) == (token.start, token.end)
        is_name = holder.kind in _NAMES
        if not (is_name or token.text.isascii()):
            return False
        if is_name and is_alone and len(token.text) < _SHORTEST_ALONE:
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
