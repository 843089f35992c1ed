"""What an import or an export cannot carry, by name and reason, in both languages.

Shared by the modules of Apache Ossie; imports only `issues`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from semantic_layer.issues import Text


class Reason(Exception):
    """Why something cannot be said; caught where its name is known."""

    def __init__(self, zh: str, en: str) -> None:
        """Keep the half sentence in both languages."""
        self.text = Text(zh=zh, en=en)
        super().__init__(en)


@dataclass(frozen=True)
class Remark:
    """A thing by name, what is to be said of it, and where it stands."""

    name: str
    text: Text
    where: str = ""


def in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Each remark once, in the order of the files and their lines."""

    def line(remark: Remark) -> tuple[str, int]:
        file, _, number = remark.where.rpartition(":")
        return file, int(number) if number.isdigit() else 0

    return tuple(sorted(dict.fromkeys(remarks), key=line))
