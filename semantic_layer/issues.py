"""Problems as values: what went wrong, where, and what to do about it, in both languages.

Bottom of the package: this module imports nothing from it. Three families, by who must act:
`DefinitionError` (the author of a definition), `QueryError` (the asker of a question), and a plain
`AssertionError` (us).
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]


class Text(BaseModel):
    """One sentence or name in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """The text in `language`.

        >>> Text(zh="下单数", en="placed orders").in_("en")
        'placed orders'
        """
        return self.zh if language == "zh" else self.en


class Issue(BaseModel):
    """One problem: a stable `code`, a sentence, the place it concerns, and what exists instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    message: Text
    where: str | None = None
    suggestions: tuple[str, ...] = ()


class IssuesError(Exception):
    """All issues found in one step, raised once."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        """Keep the issues; the exception's text is their English sentences."""
        self.issues = tuple(issues)
        assert self.issues, "an error needs at least one issue"
        super().__init__(
            "\n".join(
                f"{issue.where}: {issue.message.en}" if issue.where else issue.message.en
                for issue in self.issues
            )
        )


class DefinitionError(IssuesError):
    """The author of a definition must act."""


class QueryError(IssuesError):
    """The asker of a question must act."""


def nearest(name: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The known names closest to `name` in spelling, best first.

    >>> nearest("paid_order", ["paid_orders", "refund_rate"])
    ('paid_orders',)
    """
    return tuple(get_close_matches(name, list(known), n=limit, cutoff=0.6))
