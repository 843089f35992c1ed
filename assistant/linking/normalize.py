"""Text → tokens that compare equal when a reader would call them the same, each with its place.

First step of the line: the lexicon keys its phrases and the linker reads questions through these
tokens, so both see the same text. Imports nothing of the project but
`traditional` and the name of a language.

A token is one Chinese character, one word of letters, one run of digits or one symbol. Case,
full-width and traditional forms and the plural s do not count; blanks, and the hyphens and
underscores within words, separate.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from sys import intern

from assistant.linking.traditional import SIMPLIFIED
from semantic_layer import Language

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(
    rf"[{_CJK}]"
    r"|(?:(?<=[a-z])|^)'(?:s|d|re|ll|ve|m)\b"
    rf"|[^\W\d_{_CJK}]+"
    r"|\d+"
    r"|(?:[<>]=|\.\.\.|[^\w\s])"
)
_INNER = re.compile(r"(?<=[a-z])[-_](?=[a-z])|_")
_APOSTROPHE = str.maketrans({"’": "'", "‘": "'", "＇": "'"})
_PLAIN = re.compile(r"[\x00-\x7f\u4e00-\u9fff]*")
_LATIN_WORD = re.compile("[A-Za-z]+")
_HAN = re.compile(f"[{_CJK}]")
_READABLE = re.compile(rf"[{_CJK}a-z]", re.IGNORECASE)
_OTHER_SCRIPT = re.compile(rf"[^\W\d_{_CJK}\u0000-\u024f\uff21-\uff5a]")


@dataclass(frozen=True)
class Normalized:
    """Normalised text; `origin[i]` is the place in the source of its character `i`."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the source behind the characters `start` up to `end`."""
        return self.origin[start], self.origin[end - 1] + 1


@dataclass(frozen=True)
class Token:
    """`text` is what to compare; `start` and `end` say where it stands in the source."""

    text: str
    start: int
    end: int


def normalize(text: str) -> Normalized:
    """Fold width and case, character by character, so that places survive."""
    pieces = [unicodedata.normalize("NFKC", char).casefold() for char in text]
    origin = tuple(place for place, piece in enumerate(pieces) for _ in piece)
    folded = "".join(pieces).translate(_APOSTROPHE)
    return Normalized(_INNER.sub(" ", folded), origin)


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of a question, in order.

    >>> [token.text for token in tokenize("ＧＭＶ按渠道, top-5 Orders")]
    ['gmv', '按', '渠', '道', ',', 'top', '-', '5', 'order']
    """
    normalized = normalize(text)
    return tuple(
        Token(_token_text(match.group()), *normalized.span(*match.span()))
        for match in _TOKEN.finditer(normalized.text)
    )


def _token_text(word: str) -> str:
    return SIMPLIFIED.get(word) or singular(word)


def key_of(phrase: str) -> tuple[str, ...]:
    """The token texts of a phrase of the lexicon; the same function of the text as `tokenize`.

    >>> key_of("Paid orders")
    ('paid', 'order')
    """
    # Folding character by character is only needed where places matter or width can differ.
    plain = _PLAIN.fullmatch(phrase)
    folded = _INNER.sub(" ", phrase.casefold()) if plain else normalize(phrase).text
    words = _TOKEN.findall(folded)
    # A million names are made of few characters: each is kept once.
    return tuple(
        intern(singular(word) if word[-1] == "s" else SIMPLIFIED.get(word, word)) for word in words
    )


def singular(word: str) -> str:
    """A word of letters without its plural ending.

    >>> [singular(word) for word in ("cities", "orders", "boxes", "gross", "is")]
    ['city', 'order', 'box', 'gross', 'is']
    """
    if len(word) < 4 or not word.isascii() or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word[:-1]


def language_of(question: str) -> Language:
    """The language to answer in: English if it has more words in it than Chinese characters.

    Abbreviations in capitals are at home in both.

    >>> language_of("GMV 按渠道"), language_of("GMV by channel"), language_of("units sold of 彩妆")
    ('zh', 'en', 'en')
    """
    words = [word for word in _LATIN_WORD.findall(question) if not word.isupper()]
    characters = len(_HAN.findall(question))
    return "en" if characters == 0 or len(words) > characters else "zh"


def is_readable(question: str) -> bool:
    """Whether the question is in Chinese or Latin letters, not mainly in another script."""
    readable = len(_READABLE.findall(question))
    return readable > 0 and readable >= len(_OTHER_SCRIPT.findall(question))
