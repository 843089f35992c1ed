r"""Words that people type, as they are kept: bounded, and without characters that nobody sees.

Below the records. Control characters, marks that turn the direction of text and halves of
characters are left out; Markdown, HTML and formulas stay what they are, text, and are shown as
text.
"""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def one_line(text: str, most: int) -> str:
    r"""The words on one line, at most `most` characters of them.

    >>> one_line("  paid\n orders\u202e ", 20)
    'paid orders'
    """
    seen = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _UNSEEN
    )
    joined = " ".join(seen.split())
    return joined if len(joined) <= most else joined[: most - 1] + "…"


def paragraphs(text: str, most: int) -> str:
    """The words with their line breaks, at most `most` characters of them."""
    lines = (one_line(line, most) for line in text.splitlines())
    joined = "\n".join(line for line in lines if line)
    return joined if len(joined) <= most else joined[: most - 1] + "…"
