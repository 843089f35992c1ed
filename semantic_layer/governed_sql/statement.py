"""`Statement`: what the SELECTs of one governed statement share, and what goes wrong in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from semantic_layer.catalog import Catalog
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.resolver import ResolvedQuery


@dataclass
class Statement:
    """Used by one compilation and thrown away. Problems are collected and raised once."""

    model: SemanticModel
    catalog: Catalog
    today: date
    issues: list[Issue] = field(default_factory=list)
    notices: list[Issue] = field(default_factory=list)
    queries: list[ResolvedQuery] = field(default_factory=list)
    governed_selects: int = 0

    def report(self, *issues: Issue) -> None:
        """Keep problems, each once."""
        _add(self.issues, issues)

    def notify(self, *notices: Issue) -> None:
        """Keep notices, each once."""
        _add(self.notices, notices)


def _add(kept: list[Issue], issues: Iterable[Issue]) -> None:
    kept.extend(issue for issue in issues if issue not in kept)
