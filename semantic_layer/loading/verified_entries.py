"""Verified questions as YAML says them: a question in words, the plan that somebody vouches for.

Part of the definitions' line: `definition_files` lists the kind of file, `merging` asks for the
questions of all files together. A plan is written as in JSON; YAML of definitions keeps what is no
whole number as text, so the thresholds of a plan are turned into numbers here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from semantic_layer.datasets import Place
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery
from semantic_layer.resolving.plan_names import unknown_names
from semantic_layer.rules.terms import normalised
from semantic_layer.verified_questions import VerifiedQuestion

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _with_numbers(plan: Any) -> Any:
    """Thresholds as numbers: a metric is never compared with a text."""
    if not isinstance(plan, dict) or "having" not in plan:
        return plan
    return {**plan, "having": _numbers(plan["having"])}


def _numbers(condition: Any) -> Any:
    if isinstance(condition, dict):
        return {
            key: _number(value) if key in ("value", "values") else _numbers(value)
            for key, value in condition.items()
        }
    return [_numbers(part) for part in condition] if isinstance(condition, list) else condition


def _number(value: Any) -> Any:
    if isinstance(value, list):
        return [_number(one) for one in value]
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


WrittenQuery = Annotated[SemanticQuery, BeforeValidator(_with_numbers)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuestionWords(_Entry):
    """The question in one language or in both."""

    zh: _Words | None = None
    en: _Words | None = None


class VerifiedEntry(_Entry):
    """A question, its plan, and who vouched for it on which day."""

    question: QuestionWords
    query: WrittenQuery
    verified_by: _Words
    verified_at: date


class VerifiedFile(_Entry):
    """Questions whose plan somebody has checked."""

    verified_questions: tuple[VerifiedEntry, ...]


ENTRY_TYPES: tuple[type[BaseModel], ...] = (VerifiedFile, VerifiedEntry, QuestionWords)


@dataclass(frozen=True)
class VerifiedAt:
    """An entry, where it stands, and the number of its folder."""

    entry: VerifiedEntry
    place: Place
    folder: int


def questions_of_entries(
    entries: Sequence[VerifiedAt], model: SemanticModel
) -> tuple[VerifiedQuestion, ...]:
    """The questions of all folders; a later folder replaces those whose words it repeats.

    A project that replaces a dataset takes its metrics away from questions shipped about them:
    those of earlier folders that name what is gone are left out.
    """
    last = max((at.folder for at in entries), default=0)
    kept: list[tuple[VerifiedQuestion, int]] = []
    for at in entries:
        question = _question(at)
        said = _said(question)
        kept = [one for one in kept if one[1] == at.folder or said.isdisjoint(_said(one[0]))]
        kept.append((question, at.folder))
    return tuple(
        question
        for question, folder in kept
        if folder == last or not unknown_names(question.query, model)
    )


def _question(at: VerifiedAt) -> VerifiedQuestion:
    words = at.entry.question
    return VerifiedQuestion(
        zh=words.zh,
        en=words.en,
        query=at.entry.query,
        verified_by=at.entry.verified_by,
        verified_at=at.entry.verified_at,
        place=at.place,
    )


def _said(question: VerifiedQuestion) -> frozenset[str]:
    return frozenset(map(normalised, question.texts))
