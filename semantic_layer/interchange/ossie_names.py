"""Names and words for imported definitions: none that the project already uses for something else.

An Ossie model knows nothing of the definitions that it comes beside. A name or word that means
something there keeps that meaning; the newcomer is called after its owner as well, or goes without
the word. Used by the import of foreign documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count

from semantic_layer.model import SemanticModel, Words
from semantic_layer.query import METRIC_TIME
from semantic_layer.rules.terms import normalised, terms_of

_NO_WORD = re.compile(r"[^a-z0-9]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


class Names:
    """What is taken, and what each newcomer is called; it grows with every name given."""

    def __init__(self, known: SemanticModel) -> None:
        """Take every name and word of the definitions that are there already."""
        self._datasets = set(known.datasets)
        self._entities = {
            entity.name for dataset in known.datasets.values() for entity in dataset.entities
        }
        self._terms = {normalised(METRIC_TIME), *_terms_in(known)}

    def dataset(self, wanted: str, owner: str) -> str:
        """The name of a dataset."""
        return _first_free(_candidates(wanted, owner), self._datasets)

    def entity(self, wanted: str, owner: str) -> str:
        """The name of a key."""
        return _first_free(_candidates(wanted, owner), self._entities)

    def definition(self, wanted: str, owner: str) -> tuple[str, str]:
        """The name and the label of a metric or dimension, of which no word is taken."""
        for name, label in _candidates(wanted, owner):
            words = {normalised(name.replace("_", " ")), normalised(label)}
            if not words & self._terms:
                self._terms |= words
                return name, label
        raise AssertionError("the numbers never end")

    def words(self, synonyms: Iterable[str]) -> tuple[Words, tuple[str, ...]]:
        """The synonyms that are still free, by language, and those that mean something else."""
        kept: dict[str, None] = {}
        taken: list[str] = []
        for word in filter(None, map(str.strip, synonyms)):
            if normalised(word) in self._terms:
                taken.append(word)
            else:
                self._terms.add(normalised(word))
                kept[word] = None
        chinese = tuple(word for word in kept if _CHINESE.search(word))
        others = tuple(word for word in kept if word not in chinese)
        return Words(zh=chinese, en=others), tuple(taken)


def snake_case(text: str) -> str:
    """A name in the form of ours; a name without Latin letters is told by what it names.

    >>> snake_case("Total Sales (USD)"), snake_case("2nd order"), snake_case("销售额")
    ('total_sales_usd', 'n_2nd_order', '')
    """
    name = _NO_WORD.sub("_", text.casefold()).strip("_")
    return f"n_{name}" if name[:1].isdigit() else name


def _spaced(text: str) -> str:
    return " ".join(text.replace("_", " ").split())


def _candidates(wanted: str, owner: str) -> Iterator[tuple[str, str]]:
    """Names and labels: the wanted ones, then with the owner's, then numbered."""
    name, label = snake_case(wanted) or "unnamed", _spaced(wanted)
    yield name, label
    name, label = f"{snake_case(owner) or 'imported'}_{name}", f"{_spaced(owner)} {label}"
    yield name, label
    for number in count(2):
        yield f"{name}_{number}", f"{label} {number}"


def _first_free(candidates: Iterable[tuple[str, str]], taken: set[str]) -> str:
    name = next(name for name, _ in candidates if name not in taken)
    taken.add(name)
    return name


def _terms_in(model: SemanticModel) -> Iterator[str]:
    """Every word that already means something, normalised."""
    for one in (*model.metrics.values(), *model.dimensions.values()):
        yield from terms_of(one)
    for metric in model.metrics.values():
        yield from map(normalised, metric.ambiguous_terms.all())
    for dimension in model.dimensions.values():
        for member, words in dimension.member_synonyms.items():
            yield from map(normalised, (member, *words))
    for event in model.events.values():
        yield from map(normalised, event.terms)
    for facet in model.facets:
        words = (facet.label.zh, facet.label.en, *facet.synonyms.all())
        yield from map(normalised, words)
