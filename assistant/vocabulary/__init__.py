"""The closed-class words of both languages, read from the YAML beside this file.

First step of the line, below `lexicon`. A word may be written as a pattern of several, see
`expansion`. It knows no metric and no shop; it may import neither the
semantic layer's definitions nor any other stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.vocabulary.expansion import expand

_FILES = ("follow_ups.yml", "zh.yml", "en.yml")  # what a later file says of a word stands


@dataclass(frozen=True)
class Word:
    """A closed-class phrase as it is written, its kind, and its name within the kind."""

    phrase: str
    kind: str
    name: str


@dataclass(frozen=True)
class Vocabulary:
    """All closed-class words, and the parts of words that the lexicon builds others from.

    `region_suffixes` are the endings that a region's short name leaves out, `place_suffixes` those
    of the shop's own places. `before_event` and
    `after_event` are words that, beside an event, say that it has not happened.
    `member_groups` are names for several members, `homophones` characters of one sound.
    """

    words: tuple[Word, ...]
    region_suffixes: tuple[str, ...]
    place_suffixes: tuple[str, ...]
    before_event: tuple[str, ...]
    after_event: tuple[str, ...]
    member_groups: Mapping[str, tuple[str, ...]]
    homophones: tuple[str, ...]


_NOT_WORDS = ("region_suffixes", "place_suffixes", "not_yet", "member_groups", "homophones")


@cache
def load_vocabulary() -> Vocabulary:
    """Read the shipped words; the files are part of the package, so a broken one is our defect."""
    documents = [_read(name) for name in _FILES]
    words = tuple(word for document in documents for word in _words(document))
    suffixes = (str(suffix) for part in documents for suffix in part.get("region_suffixes", ()))
    return Vocabulary(
        words,
        tuple(sorted(suffixes, key=len, reverse=True)),
        tuple(str(ending) for part in documents for ending in part.get("place_suffixes", ())),
        before_event=tuple(word for part in documents for word in _not_yet(part, "before")),
        after_event=tuple(word for part in documents for word in _not_yet(part, "after")),
        member_groups={
            str(name): tuple(members)
            for part in documents
            for name, members in part.get("member_groups", {}).items()
        },
        homophones=tuple(group for part in documents for group in part.get("homophones", ())),
    )


def _not_yet(document: Mapping[str, Any], place: str) -> Sequence[str]:
    words: Sequence[str] = document.get("not_yet", {}).get(place, ())
    return words


def _read(name: str) -> Mapping[str, Any]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    document: Mapping[str, Any] = yaml.safe_load(text)
    return document


def _words(document: Mapping[str, Any]) -> Iterator[Word]:
    for kind, names in document.items():
        if kind in _NOT_WORDS:
            continue
        for name, phrases in names.items():
            yield from (
                Word(word, kind, name) for phrase in phrases for word in expand(str(phrase))
            )
