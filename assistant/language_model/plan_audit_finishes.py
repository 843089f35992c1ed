"""The audit of what finishes numbers: shares, running values, averages, changes, ranks, others.

Part of `plan_audit`, which joins these rules to its own. A word for one of them must be in the plan
as it was said, and none of them may be in the plan without its word. Pure, like the audit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import TypeAdapter

from assistant.language_model import plan_audit_messages as say
from assistant.language_model.plan_evidence import Check, Evidence, Rule, checks_of, is_new
from assistant.linking.average_expressions import LONE
from assistant.outcome import Link, LinkKind
from assistant.question_parts.changes import ChosenWay, chosen_way
from assistant.question_parts.sentence import NotCovered, Sentence
from semantic_layer import Issue, SemanticQuery, Text
from semantic_layer.query import Filter, Grain, GroupBy, Running

_FILTER: TypeAdapter[Filter] = TypeAdapter(Filter)

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DECLINES = ("decline", "most_decline", "fastest_decline")
_SUPERLATIVES = ("most_growth", "most_decline", "fastest_growth", "fastest_decline")
_ABOUT_NUMBERS = ("how", "mean")  # how are sales, what do we mean by: fillers of a plain question
_EACH = ("each", "grouping", "distributive")
_CLEARED = {
    "no_filters": "where",
    "no_groups": "group_by",
    "no_comparison": "compare",
    "no_order": "order_by",
}
_NEEDS_A_PLAN = ("swap", "remove", "same", "back", *_CLEARED)


def _share_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    if query.share_of is None:
        yield from map(say.link_ignored, evidence.of_kind(LinkKind.share))


def _running_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    """累计 without periods is the total of the window, which is shown anyway."""
    for link in evidence.of_kind(LinkKind.running):
        if link.value is not None:
            is_used = query.running == Running.model_validate(link.value)
        elif query.running is None:
            is_used = not query.metric_times
        else:
            is_used = query.running.agg == "total" and query.running.count is None
        if not is_used:
            yield say.link_ignored(link)


def _average_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    for link in evidence.of_kind(LinkKind.average):
        meant = (query.average_per,) if link.name == LONE else (Grain(link.name),)
        if query.average_per is None or query.average_per not in meant:
            yield say.link_ignored(link)


def _change_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    way = _chosen_way(evidence)
    for link in evidence.of_kind(LinkKind.change):
        if link.name in _SUPERLATIVES:
            is_used = _is_ranked_by_change(query, link, evidence)
        else:
            is_used = query.compare is not None and (way is None or _keeps_way(query, way))
        if not is_used:
            yield say.link_ignored(link)


def _chosen_way(evidence: Evidence) -> ChosenWay | None:
    try:
        return chosen_way(Sentence.of(evidence.question, evidence.links))
    except NotCovered:
        return None


def _is_ranked_by_change(query: SemanticQuery, link: Link, evidence: Evidence) -> bool:
    """增长最快 is by the rate, 增长最多 by the difference; a ratio has no rate."""
    if query.compared_as is None or not query.order_by:
        return False
    first = query.order_by[0]
    metric = evidence.model.metrics.get(first.name.partition("__")[0])
    is_ratio = metric is not None and metric.unit == "ratio"
    by_rate = link.name.startswith("fastest") and not is_ratio
    column = f"__{query.compared_as}__{'rate' if by_rate else 'delta'}"
    return first.name.endswith(column) and first.descending == (link.name not in _DECLINES)


def _keeps_way(query: SemanticQuery, way: ChosenWay) -> bool:
    """上升的渠道: only the groups that went up, whose difference or rate is above a number."""
    wanted = ("<", "<=") if way.is_decline else (">", ">=")
    return any(check.operator in wanted for check in change_checks(query))


def change_checks(query: SemanticQuery) -> tuple[Check, ...]:
    """The conditions on a difference or a rate of change."""
    columns = tuple(f"__{query.compared_as}__{kind}" for kind in ("rate", "delta"))
    return tuple(check for check in checks_of(query.having) if check.field.endswith(columns))


def said_checks(query: SemanticQuery, evidence: Evidence) -> tuple[Check, ...]:
    """The conditions as the words of the question put them: falling by over 20% is rate < -0.2."""
    declines = any(link.name in _DECLINES for link in evidence.of_kind(LinkKind.change))
    on_change = change_checks(query)
    said = list(checks_of(query.where))
    for check in checks_of(query.having):
        mirrors = declines and check in on_change and isinstance(check.value, int | float)
        said.append(_mirrored(check) if mirrors else check)
    return tuple(said)


def _mirrored(check: Check) -> Check:
    value = check.value
    assert isinstance(value, int | float), "only numbers have a sign"
    return replace(check, operator=_MIRRORED.get(check.operator, check.operator), value=-value)


def _part_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    """Weekdays and hours; the weekdays of several words are one condition of the plan."""
    excludes = bool(evidence.of_kind(LinkKind.negation))
    tested = {_plain(check) for check in checks_of(query.where) if excludes or not check.negated}
    for link in evidence.of_kind(LinkKind.part):
        asked = checks_of(_FILTER.validate_python(link.value))
        if not {_plain(check) for check in asked} <= tested:
            yield say.link_ignored(link)
    said = {
        _plain(check)
        for link in evidence.of_kind(LinkKind.part)
        for check in checks_of(_FILTER.validate_python(link.value))
    }
    before = evidence.previous.where if evidence.previous else None
    kept = {_plain(check) for check in checks_of(before)}
    if not evidence.unexplained:
        for check in checks_of(query.where):
            if _is_date_part(check.field) and _plain(check) not in said | kept:
                yield say.not_asked(_CONDITION_ON_PART, check.field)


_CONDITION_ON_PART = Text(zh="星期或时段条件", en="a condition on weekdays or hours")


def _plain(check: Check) -> tuple[str, str, object]:
    return check.field, check.operator, check.value


def _is_date_part(field: str) -> bool:
    return GroupBy.model_validate(field).part is not None


def _intent_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    """A plan holds numbers: no definition, no reason, no forecast."""
    for link in evidence.of_kind(LinkKind.intent):
        is_difference = link.name == "difference" and query.compare is not None
        if link.name not in _ABOUT_NUMBERS and not is_difference:
            yield say.link_ignored(link)


def _edit_links(query: SemanticQuery, evidence: Evidence) -> Iterator[Issue]:
    """不看同比, 换成, 只看: the plan before must have changed, and as the word says."""
    before = evidence.previous
    for link in evidence.of_kind(LinkKind.edit):
        if before is None:
            is_used = link.name not in _NEEDS_A_PLAN
        elif link.name in _CLEARED:
            is_used = not getattr(query, _CLEARED[link.name])
        else:
            is_used = query != before or link.name in ("same", "back")
        if not is_used:
            yield say.link_ignored(link)


def added_finishes(query: SemanticQuery, evidence: Evidence) -> Iterator[tuple[Text, str]]:
    """The shares, running values, averages, ranks and rests that no word stands for."""
    before = evidence.previous
    for name, part, kinds in _FINISHES:
        now, then = getattr(query, name), getattr(before, name, None)
        if is_new(now, then) and not evidence.of_kind(*kinds):
            yield part, name
    says_each = bool(evidence.of_kind(LinkKind.grain)) or any(
        link.name in _EACH for link in evidence.of_kind(LinkKind.filler)
    )
    if is_new(query.limit_within, before and before.limit_within) and not says_each:
        yield Text(zh="分组内的名次", en="a limit within groups"), "limit_within"


_FINISHES: tuple[tuple[str, Text, tuple[LinkKind, ...]], ...] = (
    ("compare", Text(zh="对比", en="a comparison"), (LinkKind.comparison, LinkKind.change)),
    ("share_of", Text(zh="占比", en="a share"), (LinkKind.share,)),
    ("running", Text(zh="累计或移动值", en="a running value"), (LinkKind.running,)),
    ("average_per", Text(zh="平均", en="an average per period"), (LinkKind.average,)),
    ("ranks", Text(zh="名次", en="ranks"), (LinkKind.ranking,)),
    # No kind of link stands for the rest: only words that the model alone has read can ask for it.
    ("others", Text(zh="“其他”一行", en="a row of all others"), ()),
)


FINISH_RULES: tuple[Rule, ...] = (
    _share_links,
    _running_links,
    _average_links,
    _change_links,
    _part_links,
    _intent_links,
    _edit_links,
)
