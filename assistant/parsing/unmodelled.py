"""What shops ask for and no metric counts: recognised by name, explained, and given its nearest.

Below `lexicon`, which keeps these words from being taken apart, and `refusals`, which names them.
The words are data in `vocabulary/unmodelled.yml`. Imports `normalize` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from assistant.linking.normalize import key_of
from semantic_layer import Text

_FILE = Path(__file__).parent.parent / "vocabulary" / "unmodelled.yml"


@dataclass(frozen=True)
class Concept:
    """`means` says what the words stand for, `near` describes what is governed instead."""

    means: Text
    near: Text


@cache
def unmodelled_words() -> Mapping[tuple[str, ...], Concept]:
    """Every word, as the lexicon keys it, with its concept."""
    entries = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        key_of(str(word)): concept
        for entry in entries
        for concept in (Concept(Text(**entry["means"]), Text(**entry["near"])),)
        for word in (*entry["words"]["zh"], *entry["words"]["en"])
    }


def concepts_in(phrases: Iterable[str]) -> Iterator[Concept]:
    """The concepts that phrases name; of words within words, the longest."""
    known = unmodelled_words()
    for phrase in phrases:
        tokens = key_of(phrase)
        at = 0
        while at < len(tokens):
            ends = (end for end in range(len(tokens), at, -1) if tokens[at:end] in known)
            end = next(ends, None)
            if end is not None:
                yield known[tokens[at:end]]
            at = end or at + 1
