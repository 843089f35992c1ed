"""What a parser may say of a question: a plan, a question back, a refusal, or "not mine".

`Link` is what one stretch of the text was taken for. A parser returns links with every outcome, so
that the answer can show what each word became, and so that no word vanishes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from semantic_layer import Issue, SemanticQuery, Text


class LinkKind(StrEnum):
    """What a stretch of the question can be."""

    metric = "metric"
    ambiguous_metric = "ambiguous_metric"  # a term that several metrics share
    event = "event"  # 下单, 付款: one side of a metric's meaning
    quantity = "quantity"  # 订单数, 金额: the other side
    dimension = "dimension"
    member = "member"  # a value of a dimension
    time = "time"
    grain = "grain"  # 按天, per month
    number = "number"
    comparator = "comparator"  # 超过, below
    ranking = "ranking"  # 前, top, 最高
    comparison = "comparison"  # 同比, vs last year
    negation = "negation"  # 除了, not
    filler = "filler"  # closed-class words that carry no content


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Link(_Part):
    """`text` is the true slice `question[start:end]`; `name` is what it was taken for.

    `value` holds what a name cannot: the member, the number, the time window (as JSON-ready data).
    """

    start: int
    end: int
    text: str
    kind: LinkKind
    name: str
    value: Any = None


class Parsed(_Part):
    """Exactly one reading. `assumptions` are shown with the answer."""

    query: SemanticQuery
    links: tuple[Link, ...] = ()
    assumptions: tuple[Text, ...] = ()


class Option(_Part):
    """One reading of an ambiguous question."""

    label: Text
    query: SemanticQuery


class Clarification(_Part):
    """A question back, with two to four readings; at most one turn."""

    question: Text
    options: tuple[Option, ...]
    links: tuple[Link, ...] = ()


class Refusal(_Part):
    """No number: why not, and what is near."""

    issues: tuple[Issue, ...]
    links: tuple[Link, ...] = ()


class Abstention(_Part):
    """The parser does not cover these words of the question; another parser may.

    `reason` is one clause, where the words are known and it is their combination that is not.
    """

    unexplained: tuple[str, ...]
    links: tuple[Link, ...] = ()
    reason: Text | None = None


ParseOutcome = Parsed | Clarification | Refusal | Abstention
