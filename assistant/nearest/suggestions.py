"""Questions to ask next, or first, each of which this project can answer.

A suggestion is a plan before it is a text: the plan is worded, read back by the linked parser, and
offered only if the reading is that very plan and it resolves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from assistant.answer import Answer
from assistant.knowledge import Knowledge
from assistant.outcome import Parsed
from assistant.parsing.linked_parser import parse_linked
from assistant.presentation.headlines import HEADLINES
from assistant.presentation.wording import field_label, pick
from semantic_layer import (
    DateRange,
    Language,
    QueryError,
    ResolvedQuery,
    SemanticQuery,
    covered_days,
    reachable_dimensions,
    resolve,
)
from semantic_layer.query import METRIC_TIME, Comparison, Grain, GroupBy, RangeTime
from semantic_layer.resolving.windows import latest_complete_period, shift_period

_NEXT = 3
_FIRST = 6
_DAYS_WORTH_A_COURSE = 3


def follow_ups(
    resolved: ResolvedQuery, knowledge: Knowledge, now: datetime, language: Language
) -> tuple[str, ...]:
    """Up to three questions about the same metric and days, seen from another side."""
    return _answerable(_neighbours(resolved, knowledge), knowledge, now, language, _NEXT)


def first_questions(knowledge: Knowledge, now: datetime, language: Language) -> tuple[str, ...]:
    """Up to six questions for someone who has asked nothing yet."""
    return _answerable(_openings(knowledge, now), knowledge, now, language, _FIRST)


def with_questions_about(
    query: SemanticQuery | None, answer: Answer, knowledge: Knowledge, now: datetime
) -> Answer:
    """A refusal of a reason, with the comparison and the breakdowns that show where to look."""
    if query is None:
        return answer
    try:
        resolved = resolve(query, knowledge.model, knowledge.catalog, now.date())
    except QueryError:
        return answer
    near = _answerable(_sides_of(resolved, knowledge), knowledge, now, answer.language, _NEXT)
    return answer.model_copy(update={"follow_ups": near})


def _sides_of(resolved: ResolvedQuery, knowledge: Knowledge) -> Iterator[SemanticQuery]:
    """One metric against the period before, alone and by each dimension; then its course."""
    if resolved.window is None or not resolved.metrics:
        return
    metric, days = resolved.query.metrics[0], resolved.window.days
    against = {"compare": Comparison.prior_period}
    yield _by(metric, None, days).model_copy(update=against)
    for name in islice(_dimensions(metric, knowledge), 1):
        yield _by(metric, GroupBy(name=name), days).model_copy(update=against)
    yield from _neighbours(resolved, knowledge)


def _neighbours(resolved: ResolvedQuery, knowledge: Knowledge) -> Iterator[SemanticQuery]:
    if resolved.window is None or resolved.query.where is not None or not resolved.metrics:
        return
    metric, days = resolved.query.metrics[0], resolved.window.days
    grouped = {group.name for group in resolved.query.group_by}
    if METRIC_TIME not in grouped and days.days >= _DAYS_WORTH_A_COURSE:
        yield _by(metric, GroupBy(name=METRIC_TIME, grain=Grain.day), days)
    for name in _dimensions(metric, knowledge):
        if name not in grouped:
            yield _by(metric, GroupBy(name=name), days)


def _openings(knowledge: Knowledge, now: datetime) -> Iterator[SemanticQuery]:
    answerable = [*HEADLINES, *(name for name in knowledge.model.metrics if name not in HEADLINES)]
    for number, name in enumerate(name for name in answerable if name in knowledge.available):
        simple = next(iter(knowledge.model.simple_metrics_of(name)))
        covered = covered_days(knowledge.model, simple, knowledge.catalog)
        days = latest_complete_period(Grain.month, covered[-1].last_day, now.date())
        groups = [GroupBy(name=METRIC_TIME, grain=Grain.day)]
        groups += [GroupBy(name=dimension) for dimension in _dimensions(name, knowledge)]
        chosen = number % (len(groups) + 1)  # a number first, then a course, then each dimension
        yield _by(name, groups[chosen - 1] if chosen else None, days)


def _dimensions(metric: str, knowledge: Knowledge) -> Iterator[str]:
    simple = next(iter(knowledge.model.simple_metrics_of(metric)))
    for name in reachable_dimensions(knowledge.model, simple.dataset):
        if knowledge.model.dimensions[name].type == "categorical" and knowledge.members.get(name):
            yield name


def _by(metric: str, group: GroupBy | None, days: DateRange) -> SemanticQuery:
    return SemanticQuery(
        metrics=(metric,),
        group_by=(group,) if group else (),
        time=RangeTime(start=days.start, end=days.end),
    )


def _answerable(
    queries: Iterable[SemanticQuery],
    knowledge: Knowledge,
    now: datetime,
    language: Language,
    most: int,
) -> tuple[str, ...]:
    def worded() -> Iterator[str]:
        for query in queries:
            text = _worded(query, knowledge, language)
            if _reads_back(text, query, knowledge, now):
                yield text

    return tuple(islice(worded(), most))


def _worded(query: SemanticQuery, knowledge: Knowledge, language: Language) -> str:
    time = query.time
    assert isinstance(time, RangeTime), "suggestions name absolute days"
    metric = field_label(query.metrics[0], knowledge.model, language)
    by = "".join(_grouping(group, knowledge, language) for group in query.group_by)
    against = pick(("环比", " vs the previous period"), language) if query.compare else ""
    return pick(
        (
            f"{_days(time, language)}{by}的{metric}{against}",
            f"{metric}{by} {_days(time, language)}{against}",
        ),
        language,
    )


def _days(time: RangeTime, language: Language) -> str:
    first, last = time.start, time.end - timedelta(days=1)
    if first.day == 1 and time.end == shift_period(first, Grain.month, 1):
        return pick((f"{first.year}年{first.month}月", f"in {first:%B %Y}"), language)
    return pick((f"{first}到{last}", f"from {first} to {last}"), language)


def _grouping(group: GroupBy, knowledge: Knowledge, language: Language) -> str:
    if group.name == METRIC_TIME:
        return pick(("按天", " by day"), language)
    label = field_label(group.name, knowledge.model, language)
    return pick((f"按{label}", f" by {label}"), language)


def _reads_back(text: str, query: SemanticQuery, knowledge: Knowledge, now: datetime) -> bool:
    outcome = parse_linked(text, knowledge.parse_context(now))
    if not isinstance(outcome, Parsed) or outcome.query != query:
        return False
    try:
        resolve(query, knowledge.model, knowledge.catalog, now.date())
    except QueryError:
        return False
    return True
