"""The audit of a plan that a language model wrote: does it say what the question says, and no more?

Between the reply and the outcome of the parser. The linker has read the question deterministically:
each link must be found again in the plan, each name and value must exist, and whatever the plan
adds must have a word to stand for. Pure: imports neither langchain nor prompts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import TypeAdapter

from assistant import plan_audit_messages as say
from assistant.lexicon import readings_of
from assistant.outcome import Link, LinkKind
from assistant.plan_evidence import Check, Evidence, checks_of
from semantic_layer import DateRange, Issue, SemanticModel, SemanticQuery, Text, messages, nearest
from semantic_layer.query import METRIC_TIME, Comparison, Grain, TimeWindow
from semantic_layer.windows import comparison_window, resolve_window

_WINDOW: TypeAdapter[TimeWindow] = TypeAdapter(TimeWindow)

_OPERATORS = {
    "more_than": ">",
    "at_least": ">=",
    "or_more": ">=",
    "less_than": "<",
    "at_most": "<=",
    "or_less": "<=",
}
_DESCENDING = {
    **dict.fromkeys(("top", "highest", "higher", "descending"), True),
    **dict.fromkeys(("bottom", "lowest", "lower", "ascending"), False),
}

Rule = Callable[[SemanticQuery, Evidence], Iterator[Issue]]


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
    return (*query.metrics, *(check.field for check in checks_of(query.having)))


def _names_exist(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    model = evidence.model
    for name in _measured(query):
        if name not in model.metrics:
            yield messages.unknown_metric(name, nearest(name, model.metrics))
    grouped = [group.name for group in query.group_by if group.name != METRIC_TIME]
    for name in (*grouped, *(check.field for check in checks_of(query.where))):
        if name not in model.dimensions:
            yield messages.unknown_dimension(name, nearest(name, model.dimensions))
        elif model.dimensions[name].personal:
            yield messages.personal_dimension(model.dimensions[name])
    columns = {*query.metrics, *(group.column for group in query.group_by)}
    for order in query.order_by:
        if order.name not in columns:
            yield messages.unknown_order(order.name, sorted(columns))


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
        window = resolve_window(_WINDOW.validate_python(link.value), evidence.today)
        days = window.days if window else None
        on_a_column = days and {days.start.isoformat(), days.end.isoformat()} <= tested
        if days not in meant and not on_a_column:
            yield say.link_ignored(link)
    grains = {str(group.grain) for group in query.group_by if group.grain}
    for link in evidence.of_kind(LinkKind.grain):
        asked = link.name.removeprefix("which_")
        if not grains or (asked in Grain.__members__ and asked not in grains):
            yield say.link_ignored(link)


def _days_of(query: SemanticQuery, evidence: Evidence) -> tuple[DateRange | None, ...]:
    """The days of the query's window, and of the one that it is set against."""
    window = resolve_window(query.time, evidence.today)
    if window is None or query.time is None:
        return (None,)
    if query.compare is None:
        return (window.days,)
    return (
        window.days,
        comparison_window(query.time, window.days, window.days, query.compare),
    )


def _number_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    checks = (*checks_of(query.where), *checks_of(query.having))
    numbers = {query.limit, *(check.value for check in checks)}
    for link in evidence.of_kind(LinkKind.number):
        if link.value not in numbers:
            yield say.link_ignored(link)
    operators = {check.operator for check in checks if not check.negated}
    for link in evidence.of_kind(LinkKind.comparator):
        if _OPERATORS[link.name] not in operators:
            yield say.link_ignored(link)


def _ranking_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    directions = {order.descending for order in query.order_by}
    for link in evidence.of_kind(LinkKind.ranking):
        if not directions or _DESCENDING.get(link.name, True in directions) not in directions:
            yield say.link_ignored(link)
    for link in evidence.of_kind(LinkKind.comparison):
        named = link.name in Comparison.__members__
        if (query.compare != link.name) if named else not (query.compare or query.group_by):
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
    if _is_new(time, before and before.time) and not evidence.of_kind(LinkKind.time):
        yield Text(zh="时间范围", en="a time window"), "time"
    compared = evidence.of_kind(LinkKind.comparison)
    if _is_new(query.compare, before and before.compare) and not compared:
        yield Text(zh="对比", en="a comparison"), "compare"
    counted = evidence.of_kind(LinkKind.ranking, LinkKind.number, LinkKind.grain)
    if _is_new(query.limit, before and before.limit) and not counted:
        yield Text(zh="行数限制", en="a limit"), "limit"
    for check in _added_checks(query, evidence):
        yield Text(zh=f"条件 {check.field}", en=f"a condition on {check.field}"), check.field


def _is_new(now: object, before: object) -> bool:
    return now is not None and now != before


def _added_checks(query: SemanticQuery, evidence: Evidence) -> Iterator[Check]:
    before = evidence.previous
    kept = {*checks_of(before.where), *checks_of(before.having)} if before else set()
    dimensions = _linked_dimensions(evidence)
    for check in checks_of(query.where):
        if check not in kept and check.field not in dimensions:
            yield check
    conditions = evidence.of_kind(LinkKind.comparator, LinkKind.number)
    yield from (check for check in checks_of(query.having) if check not in kept and not conditions)


def _added_names(query: SemanticQuery, evidence: Evidence) -> Iterator[tuple[Text, str]]:
    before = evidence.previous
    metrics = {link.name for link in evidence.of_kind(LinkKind.metric)}
    for link in evidence.of_kind(LinkKind.ambiguous_metric, LinkKind.event, LinkKind.quantity):
        metrics.update(evidence.candidates(link))
    for name in query.metrics:
        if name not in metrics and (before is None or name not in before.metrics):
            yield Text(zh=f"指标 {name}", en=f"the metric {name}"), name
    dimensions, grained = _linked_dimensions(evidence), evidence.of_kind(LinkKind.grain)
    for group in query.group_by:
        asked = grained if group.grain else group.name in dimensions
        if not asked and (before is None or group not in before.group_by):
            yield Text(zh=f"分组 {group.name}", en=f"a grouping by {group.name}"), group.name


def _linked_dimensions(evidence: Evidence) -> frozenset[str]:
    names = [link.name for link in evidence.of_kind(LinkKind.dimension)]
    for link in evidence.of_kind(LinkKind.member):
        names.extend(readings_of(link.name, link.value))
    return frozenset(names)


RULES: tuple[Rule, ...] = (
    _names_exist,
    _values_exist,
    _metric_links,
    _ambiguity,
    _dimension_links,
    _time_links,
    _number_links,
    _ranking_links,
    _no_word_changes_meaning,
    _nothing_added,
)
