"""The executive page's content: headline numbers against two bases, a course, and the movers.

Everything on it is a plan and its `Answer`, so that each number opens in the chat as what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from assistant.answer import Answer, Cell
from assistant.facade import Assistant
from assistant.presentation.headlines import HEADLINES
from assistant.users import LOCAL_ADMIN, User
from semantic_layer import DateRange, Language, SemanticQuery
from semantic_layer.query import METRIC_TIME, Comparison, Grain, GroupBy, RangeTime
from semantic_layer.resolving.windows import latest_complete_period

MOVER_DIMENSIONS = ("province", "channel")
_MOVERS = 3


@dataclass(frozen=True)
class Change:
    """A number against one base; `rate` is in percentage points for ratios, relative otherwise."""

    base: Cell
    delta: Cell
    rate: Cell


@dataclass(frozen=True)
class Headline:
    """One card. `query` opens it in the chat."""

    label: str
    unit: str | None
    good_direction: str
    value: Cell
    prior: Change
    last_year: Change
    query: SemanticQuery


@dataclass(frozen=True)
class Mover:
    """A member whose amount changed, against the prior period."""

    member: str
    value: float
    delta: float
    query: SemanticQuery


@dataclass(frozen=True)
class Movers:
    """The members of one dimension that changed most, up and down."""

    label: str
    up: tuple[Mover, ...]
    down: tuple[Mover, ...]
    answer: Answer


@dataclass(frozen=True)
class Overview:
    """One period of a shop at a glance. `problem` says why there is nothing to show."""

    days: DateRange
    headlines: tuple[Headline, ...]
    course: Answer | None
    movers: tuple[Movers, ...]
    problem: str | None = None


def overview(
    assistant: Assistant,
    *,
    grain: Grain,
    now: datetime,
    language: Language,
    user: User = LOCAL_ADMIN,
) -> Overview:
    """The latest complete week or month of what is loaded, as a user may see it."""
    knowledge = assistant.knowledge_for(user)

    def answered(query: SemanticQuery) -> Answer:
        return assistant.answer(query, now=now, language=language, user=user)

    names = tuple(name for name in HEADLINES if name in knowledge.available)
    last_day = _last_day(names, answered)
    if last_day is None:
        answer = answered(_everything(HEADLINES[0]))
        return Overview(DateRange(now.date(), now.date()), (), None, (), answer.summary)
    days = latest_complete_period(grain, last_day, now.date())
    time = RangeTime(start=days.start, end=days.end)
    total = SemanticQuery(metrics=names, time=time)
    prior = answered(total.model_copy(update={"compare": Comparison.prior_period}))
    last_year = answered(total.model_copy(update={"compare": Comparison.same_period_last_year}))
    if prior.status != "answered":
        return Overview(days, (), None, (), prior.summary)
    course = SemanticQuery(
        metrics=names[:1], group_by=(GroupBy(name=METRIC_TIME, grain=Grain.day),), time=time
    )
    return Overview(
        days=days,
        headlines=tuple(_headline(name, time, prior, last_year) for name in names),
        course=answered(course),
        movers=tuple(
            moved
            for dimension in MOVER_DIMENSIONS
            if (moved := _movers(answered(_by(names[0], dimension, time)), dimension))
        ),
    )


def _everything(name: str) -> SemanticQuery:
    return SemanticQuery(metrics=(name,))


def _last_day(names: tuple[str, ...], answered: Callable[[SemanticQuery], Answer]) -> date | None:
    """The last day for which every headline has data."""
    if not names:
        return None
    known = answered(SemanticQuery(metrics=names)).data_through
    return date.fromisoformat(known) if known else None


def _by(metric: str, dimension: str, time: RangeTime) -> SemanticQuery:
    return SemanticQuery(
        metrics=(metric,),
        group_by=(GroupBy(name=dimension),),
        time=time,
        compare=Comparison.prior_period,
    )


def _headline(name: str, time: RangeTime, prior: Answer, last_year: Answer) -> Headline:
    values = _named(prior)
    column = next(column for column in prior.columns if column.name == name)
    definition = next(known for known in prior.definitions if known.name == name)
    return Headline(
        label=column.label,
        unit=column.unit,
        good_direction=definition.good_direction,
        value=values[name],
        prior=_change(values, f"{name}__{Comparison.prior_period}"),
        last_year=_change(_named(last_year), f"{name}__{Comparison.same_period_last_year}"),
        query=SemanticQuery(metrics=(name,), time=time, compare=Comparison.prior_period),
    )


def _named(answer: Answer) -> dict[str, Cell]:
    if not answer.rows:
        return {}
    return {column.name: cell for column, cell in zip(answer.columns, answer.rows[0], strict=True)}


def _change(values: dict[str, Cell], base: str) -> Change:
    delta = values.get(f"{base}__delta")
    return Change(values.get(base), delta, values.get(f"{base}__rate", delta))


def _movers(answer: Answer, dimension: str) -> Movers | None:
    if answer.status != "answered" or answer.query is None:
        return None
    index = {column.name: number for number, column in enumerate(answer.columns)}
    metric = answer.query.metrics[0]
    value_at, delta_at = index[metric], index[f"{metric}__{Comparison.prior_period}__delta"]
    moved = []
    for row in answer.rows:
        member, value, delta = row[index[dimension]], row[value_at], row[delta_at]
        if (
            isinstance(member, str)
            and isinstance(value, int | float)
            and isinstance(delta, int | float)
        ):
            moved.append(Mover(member, value, delta, _only(answer.query, dimension, member)))
    ranked = sorted(moved, key=lambda one: one.delta)
    return Movers(
        label=answer.columns[index[dimension]].label,
        up=tuple(one for one in reversed(ranked[-_MOVERS:]) if one.delta > 0),
        down=tuple(one for one in ranked[:_MOVERS] if one.delta < 0),
        answer=answer,
    )


def _only(query: SemanticQuery, dimension: str, member: str) -> SemanticQuery:
    where = {"kind": "in", "field": dimension, "values": [member]}
    data = query.model_dump(mode="json") | {"group_by": [], "where": where}
    return SemanticQuery.model_validate(data)
