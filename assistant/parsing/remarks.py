"""A remark before a question: are we wasting money anywhere? Campaigns with an ROI below 2.

Beside the linked parser, for texts of which a word is unexplained. A first sentence that asks
nothing that is known here and names nothing of the definitions, no time, no number and no word that
narrows or turns a question is left out, and the answer says so. Imports neither a parser nor a
model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.linking.lexicon import Lexicon
from assistant.outcome import Link, LinkKind
from semantic_layer import Text

_FIRST_QUESTION = re.compile(r"[^?.!;\n]*\?\s+(?=\S)")
_SILENT = frozenset({"filler", "greeting", "of", "comma", "this"})
_TURNS = re.compile(r"\b(?:not|no|never|n't|only|but|without|except|new|first|again)\b|n't\b", re.I)


def remark_in(question: str, links: Sequence[Link], lexicon: Lexicon) -> str | None:
    """The remark that `question` begins with, in the words of the asker; None if there is none."""
    found = _FIRST_QUESTION.match(question)
    if found is None or not found[0].isascii() or _TURNS.search(found[0]):
        return None
    inside = [one for one in links if one.start < found.end()]
    is_silent = all(_says_nothing(one) for one in inside)
    return found[0] if is_silent and not lexicon.is_blocked(found[0]) else None


def left_out(remark: str) -> Text:
    """What the answer says of a remark."""
    said = remark.strip()
    return Text(zh=f"“{said}”没有计入问题", en=f'"{said}" is taken as a remark, not as a condition')


def _says_nothing(one: Link) -> bool:
    """Words of no weight, and a bare money or orders of which nothing is asked."""
    is_filler = one.kind is LinkKind.filler and one.name in _SILENT
    return is_filler or one.kind is LinkKind.quantity
