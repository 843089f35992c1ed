"""Brace expansion: one pattern of the vocabulary → every phrase that it stands for.

Below `load_vocabulary`, which expands each entry of the YAML with it. `{a,b}` is one of its
alternatives, an empty one leaves the place out, and braces may stand within braces, as in a shell.
Imports nothing of the project.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product


def expand(pattern: str) -> tuple[str, ...]:
    """The phrases of a pattern, each once, in the order in which they are written.

    Raises:
        ValueError: the braces do not pair, or a pair holds a single alternative.

    >>> expand("{和,跟}去年{同期,}比")
    ('和去年同期比', '和去年比', '跟去年同期比', '跟去年比')
    """
    phrases, end = _sequence(pattern, 0, within=False)
    if end < len(pattern):
        raise ValueError(f"{pattern!r} closes a brace that it does not open; remove that '}}'")
    return tuple(dict.fromkeys(phrases))


def _sequence(pattern: str, at: int, *, within: bool) -> tuple[tuple[str, ...], int]:
    """The phrases of what stands in a row from `at` on, and where it ends."""
    parts: list[tuple[str, ...]] = []
    while at < len(pattern) and pattern[at] != "}" and not (within and pattern[at] == ","):
        if pattern[at] == "{":
            alternatives, at = _braces(pattern, at + 1)
            parts.append(alternatives)
        else:
            parts.append((pattern[at],))
            at += 1
    return tuple(_joined(parts)), at


def _joined(parts: list[tuple[str, ...]]) -> Iterator[str]:
    return ("".join(choice) for choice in product(*parts))


def _braces(pattern: str, at: int) -> tuple[tuple[str, ...], int]:
    """The alternatives from behind an opening brace on, and where its closing one ends."""
    found: list[tuple[str, ...]] = []
    while True:
        phrases, at = _sequence(pattern, at, within=True)
        found.append(phrases)
        if at == len(pattern):
            raise ValueError(f"{pattern!r} opens a brace that it does not close; add a '}}'")
        if pattern[at] == "}":
            break
        at += 1
    if len(found) == 1:
        raise ValueError(
            f"{pattern!r} has braces around one alternative; "
            "write it without them, or with a comma if it may be left out"
        )
    return tuple(phrase for phrases in found for phrase in phrases), at + 1
