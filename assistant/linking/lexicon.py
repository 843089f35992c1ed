"""`Lexicon`: every phrase that a question can be linked to, as a dictionary over token texts.

Second step of the line: built once per set of definitions and data, read by `linker` for every
question. It may import neither a parser, nor a database, nor a model.

A question is looked up phrase by phrase: for two tokens, the lexicon knows the lengths of the
phrases that begin with them, so the cost of a question does not depend on the number of members.

Names and values of the links (`Meaning` becomes `outcome.Link`):

- metric: the metric. event, quantity: the facet. dimension: the dimension.
- ambiguous_metric: the facet if the term is one as well, else the term; value: the metrics that
  share it.
- member: the dimension; value: the member. One phrase in several dimensions: the names joined
  with "|"; value: {dimension: member}.
- member_group: the dimension; value: those of its members that the data have.
- All others: the name under which `vocabulary` lists the word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from assistant.linking.normalize import key_of
from assistant.outcome import LinkKind
from assistant.parsing.unmodelled import unmodelled_words
from assistant.vocabulary import Vocabulary, load_vocabulary
from semantic_layer import SemanticModel
from semantic_layer.model import Dimension, Metric

Key = tuple[str, ...]
_Phrase = tuple[str, str]  # a phrase, and the member that it names


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for; without a kind, it is known to mean something unsupported.

    `before` are the phrases that must follow it, if any: completed is a member only before orders.
    """

    kind: LinkKind | None
    name: str
    value: Any = None
    before: tuple[Key, ...] = ()

    def holds(self, following: Key) -> bool:
        """Whether what follows lets the phrase mean this."""
        rest = following[1:] if following[:1] == ("的",) else following
        return not self.before or any(rest[: len(key)] == key for key in self.before)


BLOCKED = Meaning(None, "blocked")

#  A phrase with several meanings: names of governed things outrank closed-class words, and those
# outrank members, which are data that nobody proof-read.
_RANK = {
    LinkKind.metric: 0,
    LinkKind.ambiguous_metric: 1,
    LinkKind.quantity: 2,
    LinkKind.event: 3,
    LinkKind.dimension: 4,
}

_NAMES = frozenset({*_RANK, LinkKind.member, LinkKind.intent})
_SHORTEST_ENDING = 4
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Lexicon:
    """Phrases by key, and the lengths of the phrases that begin with two tokens, longest first."""

    entries: Mapping[Key, Meaning]
    lengths: Mapping[Key, tuple[int, ...]]

    @classmethod
    def build(cls, model: SemanticModel, members: Mapping[str, Sequence[str]]) -> Lexicon:
        """Index the words of `model`, the closed-class words, and the members of dimensions."""
        vocabulary = load_vocabulary()
        entries = dict.fromkeys(_not_yet_phrases(model, vocabulary), BLOCKED)
        entries |= dict.fromkeys(unmodelled_words(), BLOCKED)
        entries |= _intent_entries()  # below the members: a product may be so called
        named = _member_entries(model, members, vocabulary)
        entries |= _group_entries(named, vocabulary) | named
        entries |= _vocabulary_entries()
        entries |= _governed_entries(model)
        lengths: dict[Key, set[int]] = defaultdict(set)
        for key in entries:
            lengths[key[:2]].add(len(key))
        return cls(
            entries,
            {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()},
        )

    def matches(self, tokens: Key, at: int) -> Iterator[tuple[int, Meaning]]:
        """The phrases that begin at token `at`: the token after each, and its meaning."""
        for start in dict.fromkeys((tokens[at : at + 2], tokens[at : at + 1])):
            for length in self.lengths.get(start, ()):
                phrase = tokens[at : at + length]
                meaning = self.entries.get(phrase)
                if meaning is None or len(phrase) != length:
                    continue
                if not meaning.before or meaning.holds(tokens[at + length :]):
                    yield at + length, meaning

    def is_blocked(self, phrase: str) -> bool:
        """Whether a phrase holds words that are known to mean something unsupported."""
        tokens = key_of(phrase)
        return any(
            meaning.kind is None
            for first in range(len(tokens))
            for _, meaning in self.matches(tokens, first)
        )

    def words_like(self, first: str, length: int, within: int) -> Iterator[str]:
        """The words of names that begin with a letter and are about as long as `length`."""
        for size in range(length - within, length + within + 1):
            yield from self._words.get((first, size), ())

    @cached_property
    def _words(self) -> Mapping[tuple[str, int], tuple[str, ...]]:
        """The words of letters in names, by first letter and length; most questions need none."""
        found: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
        for key, meaning in self.entries.items():
            if meaning.kind in _NAMES:
                for word in key:
                    if word.isascii() and word.isalpha():
                        found[word[0], len(word)][word] = None
        return {place: tuple(words) for place, words in found.items()}

    def member_of(self, dimension: str, text: str) -> str | None:
        """The member of `dimension` that `text` names, as the data spell it.

        None if `text` names no member of it.
        """
        meaning = self.entries.get(key_of(text))
        if meaning is None or meaning.kind is not LinkKind.member:
            return None
        return readings_of(meaning.name, meaning.value).get(dimension)


def readings_of(name: str, value: Any) -> dict[str, str]:
    """Dimension → member of a member link.

    >>> readings_of("province", "浙江省")
    {'province': '浙江省'}
    """
    return dict(value) if "|" in name else {name: value}


def _governed_entries(model: SemanticModel) -> dict[Key, Meaning]:
    found: dict[Key, list[Meaning]] = defaultdict(list)
    for phrase, meaning in _governed_phrases(model):
        if key := key_of(phrase):
            found[key].append(meaning)
    return {key: _merge(" ".join(key), meanings) for key, meanings in found.items()}


def _governed_phrases(model: SemanticModel) -> Iterator[tuple[str, Meaning]]:
    for metric in model.metrics.values():
        yield from _metric_phrases(metric)
    for facet in model.facets:
        meaning = Meaning(LinkKind(facet.kind), facet.name)
        for phrase in (facet.label.zh, facet.label.en, *facet.synonyms.all()):
            yield phrase, meaning
    for dimension in model.dimensions.values():
        # Personal dimensions are linked, so that the resolver can refuse them by name.
        if dimension.type == "categorical":
            meaning = Meaning(LinkKind.dimension, dimension.name)
            words = (dimension.label.zh, dimension.label.en, dimension.name)
            yield from ((phrase, meaning) for phrase in (*words, *dimension.synonyms.all()))


def _metric_phrases(metric: Metric) -> Iterator[tuple[str, Meaning]]:
    exact = Meaning(LinkKind.metric, metric.name)
    for phrase in (metric.name, metric.label.zh, metric.label.en, *metric.synonyms.all()):
        yield phrase, exact
    for phrase in metric.ambiguous_terms.all():
        yield phrase, Meaning(LinkKind.ambiguous_metric, phrase, (metric.name,))


def _merge(term: str, meanings: Iterable[Meaning]) -> Meaning:
    ordered = sorted(dict.fromkeys(meanings), key=lambda meaning: _RANK[_kind(meaning)])
    first = ordered[0]
    if first.kind is LinkKind.metric:
        metrics = tuple(meaning.name for meaning in ordered if meaning.kind is LinkKind.metric)
        if len(metrics) == 1:
            return first
        return Meaning(LinkKind.ambiguous_metric, term, metrics)
    if first.kind is LinkKind.ambiguous_metric:
        shared = tuple(name for meaning in ordered for name in meaning.value or ())
        facets = (m.name for m in ordered if m.kind in (LinkKind.quantity, LinkKind.event))
        return Meaning(LinkKind.ambiguous_metric, next(facets, first.name), shared)
    return first


def _kind(meaning: Meaning) -> LinkKind:
    assert meaning.kind is not None, "governed words always have a kind"
    return meaning.kind


@cache
def _vocabulary_entries() -> Mapping[Key, Meaning]:
    entries: dict[Key, Meaning] = {}
    for word in load_vocabulary().words:
        if word.kind == LinkKind.intent:
            continue
        if word.kind == "blocked":
            meaning = BLOCKED
        elif word.kind == "number":
            meaning = Meaning(LinkKind.number, "number", int(word.name))
        else:
            meaning = Meaning(LinkKind(word.kind), word.name)
        entries[key_of(word.phrase)] = meaning
    return entries


@cache
def _intent_entries() -> Mapping[Key, Meaning]:
    return {
        key_of(word.phrase): Meaning(LinkKind.intent, word.name)
        for word in load_vocabulary().words
        if word.kind == LinkKind.intent
    }


def _not_yet_phrases(model: SemanticModel, vocabulary: Vocabulary) -> Iterator[Key]:
    """退款中, 待退款, to be paid: an event that is only under way or wanted has not happened."""
    for facet in model.facets:
        if facet.kind != "event":
            continue
        for word in (facet.label.zh, facet.label.en, *facet.synonyms.all()):
            yield from (key_of(before) + key_of(word) for before in vocabulary.before_event)
            yield from (key_of(word) + key_of(after) for after in vocabulary.after_event)


def _member_entries(
    model: SemanticModel, members: Mapping[str, Sequence[str]], vocabulary: Vocabulary
) -> dict[Key, Meaning]:
    # The value as the data spell it outranks a declared synonym, and that a derived short name:
    # 北京 is the province of that very name, although 北京市 is a city whose short name is the
    # same.
    entries: dict[Key, Meaning] = {}
    nouns = row_nouns(model)
    other_names = _other_names(model)
    for phrases_of in (_spelled, _synonyms, _without_suffix, _last_words):
        found: dict[Key, Meaning] = {}
        for dimension, values in members.items():
            phrases = tuple(phrases_of(model.dimensions[dimension], values, vocabulary))
            if phrases_of is _synonyms:  # a warehouse in 杭州 is one in Hangzhou
                phrases += tuple(
                    (other, value)
                    for phrase, value in phrases
                    for other in other_names.get(phrase, ())
                )
            for phrase, value in phrases:
                is_synonym = phrases_of is _synonyms
                key, before = _split_before(key_of(phrase), nouns if is_synonym else ())
                if key and key not in entries and not _is_bare_number(phrase):
                    found[key] = _join_members(found.get(key), dimension, value, before)
        if phrases_of is _last_words:  # they count only if they are those of one member
            found = {key: meaning for key, meaning in found.items() if meaning.name in members}
        entries |= found
    return entries


def _other_names(model: SemanticModel) -> dict[str, tuple[str, ...]]:
    """The declared names of a place by each of them that another language may not have."""
    return {
        name: synonyms
        for dimension in model.dimensions.values()
        for synonyms in dimension.member_synonyms.values()
        for name in synonyms
        if _HAN.search(name)
    }


def _group_entries(named: Mapping[Key, Meaning], vocabulary: Vocabulary) -> dict[Key, Meaning]:
    """江浙沪: those of its members that the data have, all of the dimension that has the most."""
    entries: dict[Key, Meaning] = {}
    for group, phrases in vocabulary.member_groups.items():
        found: dict[str, list[str]] = defaultdict(list)
        for phrase in phrases:
            meaning = named.get(key_of(phrase))
            if meaning and meaning.kind is LinkKind.member:
                for dimension, value in readings_of(meaning.name, meaning.value).items():
                    found[dimension].append(value)
        if found:
            dimension = max(found, key=lambda name: len(found[name]))
            entries[key_of(group)] = Meaning(
                LinkKind.member_group, dimension, tuple(found[dimension])
            )
    return entries


def row_nouns(model: SemanticModel) -> frozenset[Key]:
    """The labels of datasets that also ask for a quantity: 订单, orders; and 单子, which is one."""
    labels = {
        key_of(label)
        for dataset in model.datasets.values()
        for label in (dataset.label.zh, dataset.label.en)
    }
    quantities = (facet for facet in model.facets if facet.kind == "quantity")
    nouns: set[Key] = set()
    for facet in quantities:
        words = {key_of(word) for word in (facet.label.zh, facet.label.en, *facet.synonyms.all())}
        if named := labels & words:
            # 单子 is 订单 with the ending of a thing, and so counts nothing either.
            nouns |= named | {word for word in words if word[-1:] == ("子",) and len(word) == 2}
    return frozenset(nouns)


def _split_before(key: Key, nouns: Collection[Key]) -> tuple[Key, tuple[Key, ...]]:
    """A synonym that ends in the rows' own noun (completed orders) holds only before that noun."""
    for noun in nouns:
        if key[-len(noun) :] == noun and len(key) > len(noun):
            return key[: -len(noun)], (noun,)
    return key, ()


def _spelled(_: Dimension, values: Sequence[str], __: Vocabulary) -> Iterator[_Phrase]:
    return ((value, value) for value in values)


def _synonyms(
    dimension: Dimension, values: Sequence[str], vocabulary: Vocabulary
) -> Iterator[_Phrase]:
    # 杭州 is the city and 杭州仓 alike, so neither name may outrank the other.
    yield from _without_endings(values, vocabulary.place_suffixes)
    declared = dimension.member_synonyms
    present = declared.keys() & set(values) if declared else ()
    for value, synonyms in declared.items():
        if value in present:
            yield from ((synonym, value) for synonym in synonyms)


def _without_suffix(
    _: Dimension, values: Sequence[str], vocabulary: Vocabulary
) -> Iterator[_Phrase]:
    return _without_endings(values, vocabulary.region_suffixes)


def _without_endings(values: Sequence[str], suffixes: tuple[str, ...]) -> Iterator[_Phrase]:
    """The names without the ending that most of them have."""
    if 2 * sum(value.endswith(suffixes) for value in values) < len(values):
        return
    for value in values:
        suffix = next((ending for ending in suffixes if value.endswith(ending)), None)
        if suffix and len(value) >= len(suffix) + 2:
            yield value.removesuffix(suffix), value


def _last_words(_: Dimension, values: Sequence[str], __: Vocabulary) -> Iterator[_Phrase]:
    for value in values:
        words = value.split()
        for first in range(1, len(words)):
            ending = " ".join(words[first:])
            if len(ending) >= _SHORTEST_ENDING and len(_HAN.findall(ending)) >= 3:
                yield ending, value


def _is_bare_number(phrase: str) -> bool:
    return phrase.strip().isdigit() and len(phrase.strip()) < 5


def _join_members(
    known: Meaning | None, dimension: str, value: str, before: tuple[Key, ...]
) -> Meaning:
    if known is None:
        return Meaning(LinkKind.member, dimension, value, before)
    readings = readings_of(known.name, known.value) if known.kind else {}
    # Two members of one dimension: to take either would leave out the rows of the other.
    if readings.get(dimension, value) != value or not readings:
        return BLOCKED
    readings[dimension] = value
    before = tuple(dict.fromkeys((*known.before, *before)))
    if len(readings) == 1:
        return Meaning(LinkKind.member, dimension, value, before)
    return Meaning(LinkKind.member, "|".join(readings), readings, before)
