"""`edited`: the plan before with everything changed that a follow-up names.

Behind `turn_parts`, below `conversation`: a `Turn`, the plan before and one reading of what is
ambiguous in it → a plan. What the turn does not name stays. Pure; imports no parser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.follow_ups import plan_edits
from assistant.follow_ups.turn_parts import Turn
from assistant.outcome import Link, LinkKind
from assistant.question_parts.changes import named_by_comparison
from assistant.question_parts.draft import Draft
from assistant.question_parts.sentence import METRIC_LIKE
from assistant.vocabulary import load_vocabulary
from semantic_layer import SemanticQuery
from semantic_layer.query import (
    METRIC_TIME,
    And,
    AnyComparison,
    CustomComparison,
    Filter,
    Grain,
    GroupBy,
    In,
    Not,
)
from semantic_layer.resolving.filters import fields_of, leaves_of
from semantic_layer.resolving.windows import is_finer

_SPLITS = ("拆", "split", "break")


def edited(
    turn: Turn,
    before: SemanticQuery,
    metrics: tuple[str, ...],
    dimension: str | None = None,
    compare: AnyComparison | None = None,
) -> SemanticQuery:
    """The plan of a follow-up.

    Args:
        turn: the follow-up.
        before: the plan that it follows.
        metrics: one for each slot of the turn, in order.
        dimension: what an ambiguous member is a member of.
        compare: the comparison where a change is asked for and not against what.

    Raises:
        NotCovered: a condition or a ranking does not fit the plan.
    """
    query = _with_metrics(turn, before, metrics)
    query = _without_removed(turn, query)
    query = plan_edits.with_group_by(query, _groups(turn, query))
    query = _with_conditions(turn, query, dimension)
    query = _with_time(turn.draft, query, compare)
    query = _with_finish(turn.draft, query)
    return _with_selection(turn.draft, query, metrics)


def _with_metrics(turn: Turn, query: SemanticQuery, metrics: tuple[str, ...]) -> SemanticQuery:
    if not metrics:
        return query
    adds = "add" in turn.edits and not turn.draft.grouping.group_by
    kept = query.metrics if adds or _is_condition_only(turn.draft) else ()
    return plan_edits.with_metrics(query, tuple(dict.fromkeys((*kept, *metrics))))


def _is_condition_only(draft: Draft) -> bool:
    """Whether metrics are named only to select by: 支付金额超过1万的, 按GMV排序."""
    beside = {place for threshold in draft.thresholds for place in threshold.beside}
    beside |= {index + 1 for index in draft.order_markers}
    said = draft.sentence.indices(*METRIC_LIKE)
    return bool(beside) and beside.issuperset(said)


def _without_removed(turn: Turn, query: SemanticQuery) -> SemanticQuery:
    for one in turn.removed:
        query = _without(one, query, turn.draft)
    if "no_filters" in turn.edits:
        query = plan_edits.without_conditions_on(query, tuple(fields_of(query.where)))
        query = query.model_copy(update={"having": None})
    if "no_groups" in turn.edits or turn.wants_total:
        query = plan_edits.with_group_by(query, ())
    if "no_comparison" in turn.edits:
        query = plan_edits.with_comparison(query, None)
    if "no_order" in turn.edits:
        query = _without_order(query)
    query = plan_edits.without_conditions_on(query, turn.wholes)
    if turn.whole_country:
        query = plan_edits.without_conditions_on(query, tuple(_regions(query)))
    return query


def _without(one: Link, query: SemanticQuery, draft: Draft) -> SemanticQuery:
    match one.kind:
        case LinkKind.dimension:
            grouped = {group.name for group in query.group_by}
            if one.name in grouped:
                return plan_edits.without_dimension(query, one.name)
            return plan_edits.without_conditions_on(query, (one.name,))
        case LinkKind.grain:
            return plan_edits.without_dimension(query, METRIC_TIME)
        case LinkKind.comparison:
            return plan_edits.with_comparison(query, None)
        case LinkKind.share:
            return query.model_copy(update={"share_of": None})
        case LinkKind.running:
            return query.model_copy(update={"running": None})
        case LinkKind.average:
            return query.model_copy(update={"average_per": None})
        case LinkKind.ranking:
            return _without_order(query)
        case LinkKind.part:
            fields = (name for name in fields_of(query.where) if name.startswith(METRIC_TIME))
            return plan_edits.without_conditions_on(query, tuple(fields))
        case _:
            return _without_metric(one, query, draft)


def _without_order(query: SemanticQuery) -> SemanticQuery:
    return query.model_copy(
        update={"order_by": (), "limit": None, "limit_within": (), "others": False}
    )


def _without_metric(one: Link, query: SemanticQuery, draft: Draft) -> SemanticQuery:
    """The plan without a metric that the link names, if another one is left."""
    metrics = draft.model.metrics
    left = tuple(
        name
        for name in query.metrics
        if name != one.name
        and name not in (one.value or ())
        and one.name not in metrics[name].facets.values()
    )
    return plan_edits.with_metrics(query, left) if left else query


def _groups(turn: Turn, query: SemanticQuery) -> Iterator[GroupBy]:
    asked = turn.draft.running.group_by
    if not asked:
        yield from (group for group in query.group_by if not _is_averaged(turn.draft, group))
        return
    question = turn.draft.sentence.question.casefold()
    adds = bool(turn.edits & {"add", "drill"}) or any(word in question for word in _SPLITS)
    new_time = any(group.name == METRIC_TIME for group in asked)
    only_time = all(group.name == METRIC_TIME for group in asked)
    swaps_all = "swap" in turn.edits and not query.metric_times
    for group in query.group_by:
        is_replaced = new_time and group.name == METRIC_TIME
        if not is_replaced and (adds or (only_time and not swaps_all)):
            yield group
    yield from asked


def _is_averaged(draft: Draft, group: GroupBy) -> bool:
    """日均 after a course by day: the days are what is averaged over."""
    per, grain = draft.average.per, group.grain
    return per is not None and isinstance(grain, Grain) and not is_finer(per, grain)


def _with_conditions(turn: Turn, query: SemanticQuery, dimension: str | None) -> SemanticQuery:
    draft = turn.draft
    joins = "add" in turn.edits or turn.joins_members
    shown = {group.name for group in draft.grouping.group_by}
    for part in plan_edits.conditions(draft.members.condition(dimension)):
        if isinstance(part, Not) and isinstance(part.part, In):
            query = plan_edits.without_values(query, part.part.field, part.part.values)
        elif isinstance(part, In):
            query = _with_members(part, query, joins=joins, is_shown=part.field in shown)
            if turn.joins_members:
                groups = (*query.group_by, GroupBy(name=part.field))
                query = plan_edits.with_group_by(query, groups)
    date_parts = draft.date_parts.conditions
    return plan_edits.with_condition(query, And(parts=date_parts)) if date_parts else query


def _with_members(part: In, query: SemanticQuery, *, joins: bool, is_shown: bool) -> SemanticQuery:
    """只看浙江: of one value no column is shown. Another region takes the place of the first."""
    if joins and plan_edits.wanted_values(query, part.field):
        return plan_edits.with_values(query, part.field, part.values)
    if _is_region(part):
        query = plan_edits.without_conditions_on(query, tuple(_regions(query)))
    query = plan_edits.with_condition(query, part)
    if len(part.values) == 1 and not is_shown:
        query = plan_edits.without_dimension(query, part.field)
    return query


def _regions(query: SemanticQuery) -> Iterator[str]:
    """The fields whose conditions name places."""
    return (
        leaf.field for leaf in leaves_of(query.where) if isinstance(leaf, In) and _is_region(leaf)
    )


def _is_region(part: In) -> bool:
    suffixes = load_vocabulary().region_suffixes
    return all(isinstance(value, str) and value.endswith(suffixes) for value in part.values)


def _with_time(draft: Draft, query: SemanticQuery, compare: AnyComparison | None) -> SemanticQuery:
    if draft.time.window is not None:
        query = query.model_copy(update={"time": draft.time.window})
    said = draft.time.compare or (compare if query.compare is None else None)
    if said is None:
        return query
    base = draft.time.base
    aligned = CustomComparison(time=base) if base and query.metric_times else said
    return plan_edits.with_comparison(query, aligned)


def _with_finish(draft: Draft, query: SemanticQuery) -> SemanticQuery:
    said = {
        "share_of": draft.share.share_of,
        "running": draft.running.running,
        "average_per": draft.average.per,
    }
    return query.model_copy(update={name: value for name, value in said.items() if value})


def _with_selection(draft: Draft, query: SemanticQuery, metrics: tuple[str, ...]) -> SemanticQuery:
    """Top 5, over 1000: read as if the whole plan had been said."""
    if draft.asides.with_others and query.limit is not None:
        query = query.model_copy(update={"others": True})
    if not (draft.ranking or draft.thresholds or draft.is_chosen_by_change):
        return query
    grouping = replace(draft.grouping, group_by=query.group_by)
    running = replace(draft.running, group_by=query.group_by, running=query.running)
    whole = replace(draft, grouping=grouping, running=running)
    asked = whole.selection(metrics or _ordered_by(query))
    names = ["order_by", "limit", "limit_within", "others"] if draft.ranking else []
    if asked["having"] is not None:
        names.append("having")
    return named_by_comparison(query.model_copy(update={name: asked[name] for name in names}))


def _ordered_by(query: SemanticQuery) -> tuple[str, ...]:
    """The metric that the rows are in the order of; all of them, if there is no order."""
    ordered = (order.name.partition("__")[0] for order in query.order_by)
    return next(((name,) for name in ordered if name in query.metrics), query.metrics)


def conditions_kept(turn: Turn, before: SemanticQuery, query: SemanticQuery) -> tuple[str, ...]:
    """The fields whose conditions the plan keeps from the one before."""
    old = tuple(plan_edits.conditions(before.where))
    kept: tuple[Filter, ...] = tuple(
        part for part in plan_edits.conditions(query.where) if part in old
    )
    said = set(fields_of(turn.draft.members.condition()))
    return tuple(
        dict.fromkeys(name for part in kept for name in fields_of(part) if name not in said)
    )
