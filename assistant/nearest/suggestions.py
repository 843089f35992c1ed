"""Questions to ask next, or first, each of which this project can answer.

A suggestion is a plan before it is a text: the plan is worded, read back by the linked parser, and
offered only if the reading is that very plan and it resolves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from assistant.answer import Answer, Cell
from assistant.follow_ups.plan_edits import conditions, with_condition
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
from semantic_layer.query import (
    METRIC_TIME,
    Comparison,
    Filter,
    Grain,
    GroupBy,
    In,
    RangeTime,
    TimeWindow,
)
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.windows import latest_complete_period, shift_period

_NEXT = 3
_FIRST = 6
_DAYS_WORTH_A_COURSE = 3
_DAYS_IN_A_COURSE = 62


def follow_ups(
    resolved: ResolvedQuery,
    knowledge: Knowledge,
    now: datetime,
    language: Language,
    rows: Sequence[Sequence[Cell]] = (),
) -> tuple[str, ...]:
    """Up to three questions about the same metric, days and conditions, seen from another side.

    `rows` are those of the answer, the leading one first; its member is looked into.
    """
    near = _next_steps(resolved, knowledge, rows)
    return _answerable(near, knowledge, now, language, _NEXT)


def first_questions(knowledge: Knowledge, now: datetime, language: Language) -> tuple[str, ...]:
    """Up to six questions for someone who has asked nothing yet."""
    return _answerable(_openings(knowledge, now), knowledge, now, language, _FIRST)


def questions_of_metric(
    metric: str, knowledge: Knowledge, now: datetime, language: Language
) -> tuple[str, ...]:
    """Up to three questions about one metric: its number, its course, and by a dimension."""
    return _answerable(_views(metric, knowledge, now), knowledge, now, language, _NEXT)


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


def _next_steps(
    resolved: ResolvedQuery, knowledge: Knowledge, rows: Sequence[Sequence[Cell]]
) -> Iterator[SemanticQuery]:
    """The plan against the period before, into its leading member, then its other sides."""
    query = resolved.query
    if not query.metrics:
        return
    plain = SemanticQuery(
        metrics=query.metrics[:1],
        group_by=query.group_by,
        where=_kept(query),
        time=_asked_days(resolved),
    )
    if resolved.window is not None and query.compare is None and not query.metric_times:
        yield plain.model_copy(update={"compare": Comparison.prior_period})
    yield from _into_leader(plain, knowledge, rows)
    yield from _neighbours(resolved, knowledge)


def _into_leader(
    plain: SemanticQuery, knowledge: Knowledge, rows: Sequence[Sequence[Cell]]
) -> Iterator[SemanticQuery]:
    """The member of the first row, by the first dimension that is not fixed yet."""
    if len(rows) < 2 or len(plain.group_by) != 1 or plain.group_by[0].is_time:
        return
    name, leader = plain.group_by[0].name, rows[0][0]
    if leader not in knowledge.members.get(name, ()):
        return
    narrowed = with_condition(plain, In.model_validate({"field": name, "values": (leader,)}))
    fixed = {name, *fields_of(plain.where)}
    for other in _dimensions(plain.metrics[0], knowledge):
        if other not in fixed:
            yield narrowed.model_copy(update={"group_by": (GroupBy(name=other),)})
            return


def _asked_days(resolved: ResolvedQuery) -> RangeTime | None:
    """The asked days by their dates; None where everything that is loaded is meant."""
    window = resolved.window
    return RangeTime(start=window.days.start, end=window.days.end) if window else None


def _neighbours(resolved: ResolvedQuery, knowledge: Knowledge) -> Iterator[SemanticQuery]:
    """The metric over the same days and under the same conditions, as a course and by dimension."""
    if not resolved.metrics:
        return
    query, window = resolved.query, resolved.window
    grouped = {group.name for group in query.group_by} | set(fields_of(query.where))
    sides = [GroupBy(name=name) for name in _dimensions(query.metrics[0], knowledge)]
    if window is None or window.days.days > _DAYS_IN_A_COURSE:
        sides.insert(0, GroupBy(name=METRIC_TIME, grain=Grain.month))
    elif window.days.days >= _DAYS_WORTH_A_COURSE:
        sides.insert(0, GroupBy(name=METRIC_TIME, grain=Grain.day))
    for group in sides:
        if group.name not in grouped:
            yield SemanticQuery(
                metrics=query.metrics[:1],
                group_by=(group,),
                where=_kept(query),
                time=_asked_days(resolved),
            )


def _kept(query: SemanticQuery) -> Filter | None:
    """The conditions, if a question can name them in plain words."""
    return query.where if _only(query) is not None else None


def _openings(knowledge: Knowledge, now: datetime) -> Iterator[SemanticQuery]:
    answerable = [*HEADLINES, *(name for name in knowledge.model.metrics if name not in HEADLINES)]
    for number, name in enumerate(name for name in answerable if name in knowledge.available):
        views = tuple(_views(name, knowledge, now))
        yield views[number % len(views)]


def _views(metric: str, knowledge: Knowledge, now: datetime) -> Iterator[SemanticQuery]:
    """A metric in the latest complete month: its number, its course, then by each dimension."""
    simple = next(iter(knowledge.model.simple_metrics_of(metric)))
    covered = covered_days(knowledge.model, simple, knowledge.catalog)
    days = latest_complete_period(Grain.month, covered[-1].last_day, now.date())
    yield _by(metric, None, days)
    yield _by(metric, GroupBy(name=METRIC_TIME, grain=Grain.day), days)
    for dimension in _dimensions(metric, knowledge):
        yield _by(metric, GroupBy(name=dimension), days)


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
    """The plan as a person would ask it; a condition that has no plain words is not said."""
    only = _only(query) or ()
    metric = field_label(query.metrics[0], knowledge.model, language)
    by = "".join(_grouping(group, knowledge, language) for group in query.group_by)
    against = pick(("环比", " vs the previous period"), language) if query.compare else ""
    days = _days(query.time, language)
    zh = f"{days}{''.join(only)}{by}"
    return pick(
        (
            f"{zh}的{metric}{against}" if zh else f"{metric}{against}",
            " ".join(filter(None, (*only, f"{metric}{by}", days))) + against,
        ),
        language,
    )


def _only(query: SemanticQuery) -> tuple[str, ...] | None:
    """The one member of each condition; None where a condition is more than that."""
    members = []
    for condition in conditions(query.where):
        if not isinstance(condition, In) or len(condition.values) != 1:
            return None
        members.append(str(condition.values[0]))
    return tuple(members)


def _days(time: TimeWindow | None, language: Language) -> str:
    if not isinstance(time, RangeTime):
        return ""
    first, last = time.start, time.end - timedelta(days=1)
    if first.day == 1 and time.end == shift_period(first, Grain.month, 1):
        return pick((f"{first.year}年{first.month}月", f"in {first:%B %Y}"), language)
    if first == last:
        return pick((f"{first}", f"on {first}"), language)
    return pick((f"{first}到{last}", f"from {first} to {last}"), language)


def _grouping(group: GroupBy, knowledge: Knowledge, language: Language) -> str:
    if group.name == METRIC_TIME:
        is_day = group.grain is Grain.day
        return pick(("按天", " by day") if is_day else ("按月", " by month"), language)
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
