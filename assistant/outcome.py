"""What a parser may say of a question: a plan, a question back, a refusal, or "not mine".

`Link` is what one stretch of the text was taken for. A parser returns links with every outcome, so
that the answer can show what each word became, and so that no word vanishes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

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
    member_group = "member_group"  # 江浙沪: several members of one dimension
    time = "time"
    grain = "grain"  # 按天, per month
    number = "number"
    comparator = "comparator"  # 超过, below
    ranking = "ranking"  # 前, top, 最高
    comparison = "comparison"  # 同比, vs last year
    change = "change"  # 增长最快, dropped the most: a place by the change
    share = "share"  # 占比, share of
    running = "running"  # 累计, 7-day moving average
    average = "average"  # 日均, average per month
    part = "part"  # 周末, 晚上8点到10点: some weekdays, some hours
    negation = "negation"  # 除了, not
    edit = "edit"  # 换成, 再加上, 回到上一个: what to do with the plan before
    intent = "intent"  # 怎么算, 为什么, forecast: what is wanted other than a number
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

    def moved_by(self, characters: int) -> Link:
        """The same link in a text that begins so many characters earlier."""
        moved = {"start": self.start + characters, "end": self.end + characters}
        return self.model_copy(update=moved)


class Parsed(_Part):
    """Exactly one reading. `assumptions` and `notices` are shown with the answer.

    `choices`: the question picks a reading of an earlier one; what its terms were thus taken for.
    """

    query: SemanticQuery
    links: tuple[Link, ...] = ()
    assumptions: tuple[Text, ...] = ()
    notices: tuple[Issue, ...] = ()
    choices: dict[str, str] = {}


class Option(_Part):
    """One reading of an ambiguous question; `choices` are the metrics it takes terms for."""

    label: Text
    query: SemanticQuery
    choices: dict[str, str] = {}


class WrittenSql(_Part):
    """Governed SQL that a language model wrote, where no plan could say what was asked."""

    sql: str
    links: tuple[Link, ...] = ()
    notices: tuple[Issue, ...] = ()


class Clarification(_Part):
    """A question back, with up to four readings; at most one turn."""

    question: Text
    options: tuple[Option, ...]
    links: tuple[Link, ...] = ()


class Inquiry(_Part):
    """A question about what is governed or loaded rather than about a number.

    `metrics` and `dimensions` are those that it names; it is about all of them if it names none.
    """

    about: Literal["definitions", "metrics", "dimensions", "coverage"]
    metrics: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    assumptions: tuple[Text, ...] = ()


class Refusal(_Part):
    """No number: why not, and what is near; `near` is the plan of what can be answered instead."""

    issues: tuple[Issue, ...]
    links: tuple[Link, ...] = ()
    near: SemanticQuery | None = None


class Abstention(_Part):
    """The parser does not cover these words of the question; another parser may.

    `reason` is one clause, where the words are known and it is their combination that is not.
    """

    unexplained: tuple[str, ...]
    links: tuple[Link, ...] = ()
    reason: Text | None = None


ParseOutcome = Parsed | WrittenSql | Clarification | Inquiry | Refusal | Abstention


def with_assumptions(outcome: ParseOutcome, assumptions: tuple[Text, ...]) -> ParseOutcome:
    """The outcome with more that was assumed; a question back says it first."""
    if isinstance(outcome, Parsed):
        return outcome.model_copy(update={"assumptions": (*assumptions, *outcome.assumptions)})
    if isinstance(outcome, Clarification):
        asked = Text(
            zh="；".join((*(one.zh for one in assumptions), outcome.question.zh)),
            en="; ".join((*(one.en for one in assumptions), outcome.question.en)),
        )
        return outcome.model_copy(update={"question": asked})
    if isinstance(outcome, Inquiry):
        return outcome.model_copy(update={"assumptions": assumptions})
    return outcome
