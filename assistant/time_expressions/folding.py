"""One spelling for the patterns: as long as the original, so that offsets stay true."""

from __future__ import annotations

import re
from unicodedata import normalize

from assistant.linking.traditional import SIMPLIFIED

_TRADITIONAL = str.maketrans(SIMPLIFIED)
_PUNCTUATION = str.maketrans("–—―−～〜’‘\t\n\r\u00a0\u3000", "----~~''     ")
_FULL_WIDTH_FIRST, _FULL_WIDTH_LAST = "\uff01", "\uffee"
_CAPITAL_MAY = re.compile(r"(?<![A-Za-z])M(?:ay|AY)(?![A-Za-z])(?! (?:i|I|we|you|it|be|not) )")


def fold(text: str) -> str:
    """Half-width, simplified, lower-case; only May keeps its capital, which tells it from the verb.

    >>> fold("２０２４年 上個月 vs May")
    '2024年 上个月 vs May'
    """
    folded = text.translate(_PUNCTUATION).translate(_TRADITIONAL)
    folded = "".join(
        character if character < "\u3000" else _narrow(character) for character in folded
    )
    lowered = folded.lower()
    if len(lowered) != len(folded):
        lowered = "".join(_lower(character) for character in folded)
    characters = list(lowered)
    for found in _CAPITAL_MAY.finditer(folded):
        characters[found.start()] = "M"
    return "".join(characters)


def _narrow(character: str) -> str:
    if not _FULL_WIDTH_FIRST <= character <= _FULL_WIDTH_LAST:
        return character
    narrow = normalize("NFKC", character)
    return narrow if len(narrow) == 1 else character


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character
