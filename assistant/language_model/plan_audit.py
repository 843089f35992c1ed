"""The audit of a plan that a language model wrote: does it say what the question says, and no more?

Between the reply and the outcome of the parser. The linker has read the question deterministically:
each link must be found again in the plan, each name and value must exist, and whatever the plan
adds must have a word to stand for. Pure: imports neither langchain nor prompts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import TypeAdapter

from assistant.language_model import plan_audit_messages as say
from assistant.language_model.plan_audit_finishes import FINISH_RULES, added_finishes, said_checks
from assistant.language_model.plan_evidence import Check, Evidence, Rule, checks_of, is_new
from assistant.linking.lexicon import readings_of
from assistant.outcome import Link, LinkKind
from assistant.question_parts.sentence import Sentence
from assistant.question_parts.thresholds import is_preposition
from semantic_layer import DateRange, Issue, QueryError, SemanticModel, SemanticQuery, Text, nearest
from semantic_layer.final_steps.finishing_rules import finished_columns
from semantic_layer.query import (
    METRIC_TIME,
    Comparison,
    CustomComparison,
    EventComparison,
    EventTime,
    Grain,
    GroupBy,
    TimeWindow,
)
from semantic_layer.resolving import messages
from semantic_layer.resolving.comparisons import compared_days, comparison_columns
from semantic_layer.resolving.fields import field_of, grouped_field
from semantic_layer.resolving.filters import fields_of, metric_filters_of
from semantic_layer.resolving.windows import resolve_window

_WINDOW: TypeAdapter[TimeWindow] = TypeAdapter(TimeWindow)

# For each comparator, the operators of which the plan must have one; a range needs two.
_BETWEEN = ({">=", ">"}, {"<=", "<"})
_OPERATORS: dict[str, tuple[set[str], ...]] = {
    "more_than": ({">"},),
    "over": ({">"},),
    "at_least": ({">="},),
    "or_more": ({">="},),
    "less_than": ({"<"},),
    "at_most": ({"<="},),
    "or_less": ({"<="},),
    "between": _BETWEEN,
    "between_ends": _BETWEEN,
}
_DESCENDING = {
    **dict.fromkeys(("top", "highest", "higher", "descending"), True),
    **dict.fromkeys(("bottom", "lowest", "lower", "ascending"), False),
}


def audit(query: SemanticQuery, evidence: Evidence) -> tuple[Issue, ...]:
    """Everything that keeps the plan from being what was asked; empty when it is."""
    return tuple(dict.fromkeys(issue for rule in RULES for issue in rule(query, evidence)))


def audit_choice(query: SemanticQuery, evidence: Evidence) -> tuple[Issue, ...]:
    """The same for one reading of a clarification, which leaves its metric to the user."""
    rules = (rule for rule in RULES if rule not in (_metric_links, _ambiguity, _nothing_added))
    return tuple(dict.fromkeys(issue for rule in rules for issue in rule(query, evidence)))


def assumptions(query: SemanticQuery, evidence: Evidence) -> tuple[Text, ...]:
    """What the user should check in a plan that passed: words that only the model has read."""
    if not evidence.unexplained:
        return ()
    read = tuple(say.read_by_model(words) for words in evidence.unexplained)
    return read + tuple(issue.message for issue in _additions(query, evidence))


def _measured(query: SemanticQuery) -> tuple[str, ...]:
    """The metrics that the query shows or tests."""
    tested = (check.field for check in checks_of(query.having))
    compared = f"__{query.compared_as}"
    named = (leaf.metric for leaf in metric_filters_of(query.where))
    return (*query.metrics, *(name.partition(compared)[0] for name in tested), *named)


def _metrics_exist(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    model = evidence.model
    compared = comparison_columns(query, model)
    for name in (*query.metrics, *(leaf.metric for leaf in metric_filters_of(query.where))):
        if name not in model.metrics:
            yield messages.unknown_metric(name, nearest(name, model.metrics))
    for check in checks_of(query.having):
        if check.field not in model.metrics and check.field not in compared:
            near = nearest(check.field, (*model.metrics, *compared))
            yield messages.unknown_metric(check.field, near)
    groups = (group.column for group in query.group_by)
    columns = {*query.metrics, *groups, *compared, *finished_columns(query)}
    for order in query.order_by:
        if order.name not in columns:
            yield messages.unknown_order(order.name, sorted(columns))


def _fields_exist(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    model = evidence.model
    grouped = (grouped_field(group, model).name for group in query.group_by)
    tested = (field_of(name, model).name for name in fields_of(query.where))
    for name in dict.fromkeys((*grouped, *tested)):
        if name == METRIC_TIME:
            continue
        if name not in model.dimensions:
            yield messages.unknown_dimension(name, nearest(name, model.dimensions))
        elif model.dimensions[name].personal:
            yield messages.personal_dimension(model.dimensions[name])


def _events_exist(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    """The events of the window and of the comparison, their years and phases."""
    named: list[TimeWindow | None] = [query.time]
    if isinstance(query.compare, EventComparison):
        named.append(EventTime(event=query.compare.event))
    elif isinstance(query.compare, CustomComparison):
        named.append(query.compare.time)
    for window in named:
        try:
            resolve_window(window, evidence.today, evidence.model.events)
        except QueryError as error:
            yield from error.issues


def _values_exist(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    for check in checks_of(query.where):
        dimension = evidence.model.dimensions.get(check.field)
        if dimension is None or dimension.type == "time" or not isinstance(check.value, str):
            continue
        if evidence.lexicon.member_of(check.field, check.value) != check.value:
            linked = (link.value for link in evidence.of_kind(LinkKind.member))
            near = {*dimension.member_synonyms, *(one for one in linked if isinstance(one, str))}
            yield say.unknown_value(check.field, check.value, nearest(check.value, sorted(near)))
    for check in checks_of(query.having):
        if isinstance(check.value, bool) or not isinstance(check.value, int | float | None):
            yield say.not_a_number(check.field, check.value)


def _metric_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    measured = _measured(query)
    for link in evidence.of_kind(LinkKind.metric):
        if link.name not in measured:
            yield say.link_ignored(link)
    for link in evidence.of_kind(LinkKind.event, LinkKind.quantity):
        if not any(_has_facet(evidence.model, name, link) for name in measured):
            yield say.link_ignored(link)
    for link in evidence.of_kind(LinkKind.ambiguous_metric):
        if not set(evidence.candidates(link)).intersection(measured):
            yield say.link_ignored(link)


def _has_facet(model: SemanticModel, name: str, link: Link) -> bool:
    if name not in model.metrics:
        return False
    parts = (model.metrics[name], *model.simple_metrics_of(name))
    return any(part.facets.get(link.kind) == link.name for part in parts)


def _ambiguity(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    """A term of several metrics is the user's to settle, unless words for a model to read do."""
    if evidence.unexplained or evidence.previous:
        return
    if evidence.of_kind(LinkKind.event, LinkKind.metric):
        return
    for link in evidence.of_kind(LinkKind.ambiguous_metric, LinkKind.quantity):
        candidates = evidence.candidates(link)
        if len(candidates) > 1 and not set(candidates) <= set(query.metrics):
            yield say.ambiguous_term(link, candidates, evidence.model)


def _dimension_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    checks = tuple(checks_of(query.where))
    used = {group.name for group in query.group_by} | {check.field for check in checks}
    for link in evidence.of_kind(LinkKind.dimension):
        if link.name not in used:
            yield say.link_ignored(link)
    negations = evidence.of_kind(LinkKind.negation)
    for link in evidence.of_kind(LinkKind.member):
        meant = readings_of(link.name, link.value)
        own = [check for check in checks if meant.get(check.field, check) == check.value]
        inverted = not negations and any(check.negated for check in own)
        if not own or inverted:
            yield say.link_ignored(link)
    if not any(check.negated for check in (*checks, *checks_of(query.having))):
        yield from (say.link_ignored(link) for link in negations)


def _time_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    meant = _days_of(query, evidence)
    tested = {str(check.value)[:10] for check in checks_of(query.where)}
    for link in evidence.of_kind(LinkKind.time):
        asked = _WINDOW.validate_python(link.value)
        days = days_asked(asked, evidence)
        on_a_column = days and {days.start.isoformat(), days.end.isoformat()} <= tested
        is_used = days in meant or on_a_column or query.time == asked
        if not is_used and not _begins(days, meant[1:]):
            yield say.link_ignored(link)
    grains = {str(group.grain) for group in query.group_by if group.grain}
    grains |= {str(query.average_per)} if query.average_per else set()
    parts = {f"part_{group.part}" for group in query.group_by if group.part}
    for link in evidence.of_kind(LinkKind.grain):
        asked_grain = link.name.removeprefix("which_").removeprefix("row_")
        if asked_grain in Grain.__members__:
            # By hour is by the hour of the day where the window has many days.
            is_used = asked_grain in grains or f"part_{asked_grain}" in parts
        elif asked_grain.startswith("part_"):
            is_used = asked_grain in parts
        else:
            is_used = bool(grains)
        if not is_used:
            yield say.link_ignored(link)


def _begins(days: DateRange | None, compared: Sequence[DateRange | None]) -> bool:
    """Whether a compared window is the beginning of these days: of an unfinished month, as much."""
    return days is not None and any(
        other is not None and days.start == other.start and other.end <= days.end
        for other in compared
    )


def days_asked(window: TimeWindow, evidence: Evidence) -> DateRange | None:
    """The days of a window; None for all days, and for an event that the calendar lacks."""
    try:
        resolved = resolve_window(window, evidence.today, evidence.model.events)
    except QueryError:
        return None
    return resolved.days if resolved else None


def _days_of(query: SemanticQuery, evidence: Evidence) -> tuple[DateRange | None, ...]:
    """The days of the query's window, and of the one that it is set against; none if unknown."""
    events, today = evidence.model.events, evidence.today
    try:
        window = resolve_window(query.time, today, events)
        if window is None or query.time is None:
            return (None,)
        if query.compare is None:
            return (window.days,)
        compared = compared_days(query.compare, query.time, window, window.days, events, today)
    except QueryError:
        return ()
    return (window.days, compared)


def _number_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    checks = said_checks(query, evidence)
    numbers = {query.limit, *(check.value for check in checks)}
    for link in evidence.of_kind(LinkKind.number):
        if link.value not in numbers:
            yield say.link_ignored(link)
    operators = {check.operator for check in checks if not check.negated}
    sentence = Sentence.of(evidence.question, evidence.links)
    for index in sentence.indices(LinkKind.comparator):
        link = sentence.links[index]
        is_used = all(one & operators for one in _OPERATORS[link.name])
        if not is_used and not is_preposition(sentence, index):
            yield say.link_ignored(link)


def _ranking_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    directions = {order.descending for order in query.order_by}
    words = evidence.of_kind(LinkKind.ranking)
    for link in words:
        if query.ranks and link.name in ("ranked", "first"):
            continue
        if directions and link.name == "descending" and len(words) > 1:
            continue  # sorted by … lowest first: the other word says which way
        if not directions or _DESCENDING.get(link.name, True in directions) not in directions:
            yield say.link_ignored(link)
    for link in evidence.of_kind(LinkKind.comparison):
        named = link.name in Comparison.__members__
        is_period = link.name.startswith(("before_", "previous_", "year_ago_"))
        shown = query.compare or query.group_by or (is_period and query.time)
        if (query.compared_as != link.name) if named else not shown:
            yield say.link_ignored(link)


def _no_word_changes_meaning(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    """A word known to change a number must stand in a definition that the plan uses."""
    if not evidence.blocked:
        return
    model = evidence.model
    metrics = [model.metrics[name] for name in _measured(query) if name in model.metrics]
    fields = {group.name for group in query.group_by} | {
        check.field for check in checks_of(query.where)
    }
    dimensions = [model.dimensions[name] for name in fields if name in model.dimensions]
    words = "\n".join(
        "\n".join((*d.synonyms.all(), d.label.zh, d.label.en, d.description.zh, d.description.en))
        for d in (*metrics, *dimensions)
    ).casefold()
    for word in evidence.blocked:
        if word.casefold() not in words:
            yield say.not_expressible(word)


def _nothing_added(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    """With every word linked, nothing in the plan may come from elsewhere."""
    if not evidence.unexplained:
        yield from _additions(query, evidence)


def _additions(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    """The parts of the plan that neither a link nor the query before stands for."""
    for part, where in (*_added_clauses(query, evidence), *_added_names(query, evidence)):
        yield say.not_asked(part, where)


def _added_clauses(query: SemanticQuery, evidence: Evidence) -> Iterator[tuple[Text, str]]:
    before = evidence.previous
    time = query.time if query.time and query.time.kind != "all" else None
    said_time = evidence.of_kind(LinkKind.time) or any(
        link.name.startswith(("before_", "previous_")) for link in _comparisons(evidence)
    )
    if is_new(time, before and before.time) and not said_time:
        yield Text(zh="时间范围", en="a time window"), "time"
    yield from added_finishes(query, evidence)
    kinds = (LinkKind.ranking, LinkKind.number, LinkKind.grain, LinkKind.change)
    counted = evidence.of_kind(*kinds)
    if is_new(query.limit, before and before.limit) and not counted:
        yield Text(zh="行数限制", en="a limit"), "limit"
    for check in _added_checks(query, evidence):
        yield Text(zh=f"条件 {check.field}", en=f"a condition on {check.field}"), check.field


def _comparisons(evidence: Evidence) -> tuple[Link, ...]:
    return evidence.of_kind(LinkKind.comparison)


def _added_checks(query: SemanticQuery, evidence: Evidence) -> Iterator[Check]:
    before = evidence.previous
    kept = {*checks_of(before.where), *checks_of(before.having)} if before else set()
    dimensions = _linked_dimensions(evidence)
    for check in checks_of(query.where):
        column = GroupBy.model_validate(check.field)
        is_asked = column.name in dimensions or (
            column.is_time and evidence.of_kind(LinkKind.time, LinkKind.part)
        )
        if check not in kept and not is_asked:
            yield check
    conditions = evidence.of_kind(LinkKind.comparator, LinkKind.number, LinkKind.change)
    yield from (check for check in checks_of(query.having) if check not in kept and not conditions)


def _added_names(query: SemanticQuery, evidence: Evidence) -> Iterator[tuple[Text, str]]:
    before = evidence.previous
    metrics = {link.name for link in evidence.of_kind(LinkKind.metric)}
    for link in evidence.of_kind(LinkKind.ambiguous_metric, LinkKind.event, LinkKind.quantity):
        metrics.update(evidence.candidates(link))
    for name in query.metrics:
        if name not in metrics and (before is None or name not in before.metrics):
            yield Text(zh=f"指标 {name}", en=f"the metric {name}"), name
    dimensions = _linked_dimensions(evidence)
    grained = evidence.of_kind(LinkKind.grain, LinkKind.running)
    for group in query.group_by:
        asked = grained if group.is_time else group.name in dimensions
        if not asked and (before is None or group not in before.group_by):
            yield Text(zh=f"分组 {group.name}", en=f"a grouping by {group.name}"), group.name


def _linked_dimensions(evidence: Evidence) -> frozenset[str]:
    names = [link.name for link in evidence.of_kind(LinkKind.dimension)]
    for link in evidence.of_kind(LinkKind.member):
        names.extend(readings_of(link.name, link.value))
    return frozenset(names)


RULES: tuple[Rule, ...] = (
    _metrics_exist,
    _fields_exist,
    _events_exist,
    _values_exist,
    _metric_links,
    _ambiguity,
    _dimension_links,
    _time_links,
    _number_links,
    _ranking_links,
    *FINISH_RULES,
    _no_word_changes_meaning,
    _nothing_added,
)
