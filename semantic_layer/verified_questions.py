"""`VerifiedQuestion`: a question in words, and the plan that a person has checked it to mean.

Part of the model; `verified_rules` says what it must keep. Imports the datasets and the query only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from semantic_layer.datasets import Place
from semantic_layer.query import SemanticQuery


@dataclass(frozen=True)
class VerifiedQuestion:
    """The question in one language or both; relative times of it count from `verified_at`."""

    zh: str | None
    en: str | None
    query: SemanticQuery
    verified_by: str
    verified_at: date
    place: Place

    @property
    def texts(self) -> tuple[str, ...]:
        """The question in each language that it is written in."""
        return tuple(text for text in (self.zh, self.en) if text is not None)
