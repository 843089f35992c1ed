"""`Answer`: what every front end shows and `--json` prints. Its keys are a contract."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from assistant.outcome import Link
from semantic_layer import Language, SemanticQuery

Cell = str | int | float | bool | None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Definition(_Part):
    """The governed definition behind a number, in the answer's language."""

    name: str
    label: str
    description: str
    version: int
    owner: str
    status: str
    time_basis: str
    unit: str
    good_direction: str


class Window(_Part):
    """Absolute days, `end` exclusive; `role` is "current" or the comparison's name."""

    role: str
    start: str
    end: str


class AppliedFilter(_Part):
    """A condition that shaped the number, and who put it there."""

    text: str
    origin: Literal["metric", "asked", "policy"]


class AnswerColumn(_Part):
    """`role` tells group-by columns from measures; `metric` names a measure's metric."""

    name: str
    label: str
    type: Literal["string", "number", "date", "boolean"]
    unit: str | None
    role: Literal["dimension", "time", "metric", "comparison", "share", "rank"]
    metric: str | None = None


class Chart(_Part):
    """A way to show the rows. `spec` is Vega-Lite with its data; tables and cards have none."""

    rule_id: str
    type: str
    why: str
    spec: dict[str, Any] | None = None


class AnswerIssue(_Part):
    """A problem in the answer's language, and what exists instead."""

    code: str
    message: str
    where: str | None = None
    suggestions: tuple[str, ...] = ()


class AnswerFact(_Part):
    """A sentence about the rows; every number in it was computed from them."""

    kind: str
    text: str


class AnswerOption(_Part):
    """One reading of an ambiguous question, with its own number when it has a single one.

    `choices` are the metrics that it takes ambiguous terms for, by term.
    """

    label: str
    description: str
    query: SemanticQuery
    choices: dict[str, str] = {}
    value: Cell = None
    value_text: str | None = None


class Answer(_Part):
    """A governed number with all that stands behind it; `docs/contracts.md` explains each key.

    `further` are the answers to the other questions of a text that asks several, in its order.
    """

    status: Literal["answered", "clarify", "refused", "error"]
    question: str
    language: Language
    parser: Literal["verified", "linked", "llm", "none"]
    query: SemanticQuery | None = None
    interpretation: str = ""
    definitions: tuple[Definition, ...] = ()
    windows: tuple[Window, ...] = ()
    filters: tuple[AppliedFilter, ...] = ()
    data_through: str | None = None
    partial_period: bool = False
    sql: str | None = None
    columns: tuple[AnswerColumn, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    row_count: int = 0
    truncated: bool = False
    chart: Chart | None = None
    alternatives: tuple[Chart, ...] = ()
    summary: str = ""
    facts: tuple[AnswerFact, ...] = ()
    follow_ups: tuple[str, ...] = ()
    options: tuple[AnswerOption, ...] = ()
    issues: tuple[AnswerIssue, ...] = ()
    timings_ms: dict[str, float] = {}
    tokens: int = 0
    links: tuple[Link, ...] = ()
    further: tuple[Answer, ...] = ()
