"""`edited`: the plan before with everything changed that a follow-up names.

Behind `turn_parts`, below `conversation`: a `Turn`, the plan before and one reading of what is
ambiguous in it → a plan. What the turn does not name stays. Pure; imports no parser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.follow_ups import plan_edits, turn_wording
from assistant.follow_ups.turn_parts import Turn
from assistant.linking.lexicon import readings_of
from assistant.outcome import Link, LinkKind
from assistant.question_parts.changes import named_by_comparison
from assistant.question_parts.draft import Draft
from assistant.question_parts.sentence import METRIC_LIKE, NotCovered
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
    Running,
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
    query = _without_replaced(turn, query)
    query = plan_edits.with_group_by(query, _groups(turn, query))
    query = _with_conditions(turn, query, dimension)
    query = _with_time(turn.draft, query, compare)
    query = _with_finish(turn.draft, query)
    return _with_selection(turn, query, metrics)


def _with_metrics(turn: Turn, query: SemanticQuery, metrics: tuple[str, ...]) -> SemanticQuery:
    if not metrics:
        return query
    replaced = tuple(one for one in turn.words.replaced if one.kind in METRIC_LIKE)
    if replaced:
        return plan_edits.with_metrics(query, _in_place_of(replaced, query, metrics, turn.draft))
    adds = _adds(turn) and not turn.draft.grouping.group_by
    keeps = adds or _is_condition_only(turn.draft) or _is_of_shown_rows(turn, query)
    kept = query.metrics if keeps else ()
    return plan_edits.with_metrics(query, tuple(dict.fromkeys((*kept, *metrics))))


def _in_place_of(
    replaced: tuple[Link, ...], query: SemanticQuery, metrics: tuple[str, ...], draft: Draft
) -> tuple[str, ...]:
    """The metrics of the plan with the new ones where the replaced ones stood."""
    gone = [
        place
        for place, name in enumerate(query.metrics)
        if any(_is_named(name, one, draft) for one in replaced)
    ]
    if not gone:
        raise NotCovered(replaced, turn_wording.NOT_SHOWN)
    first, left = gone[0], [name for i, name in enumerate(query.metrics) if i not in gone]
    return tuple(dict.fromkeys((*left[:first], *metrics, *left[first:])))


def _adds(turn: Turn) -> bool:
    return bool(turn.edits & {"add", "along", "again"})


def _is_of_shown_rows(turn: Turn, query: SemanticQuery) -> bool:
    """这些省的退款率: the rows are still chosen by the metrics of the plan before."""
    return turn.words.points and bool(query.limit or query.having)


def _is_condition_only(draft: Draft) -> bool:
    """Whether metrics are named only to select by: 支付金额超过1万的, 按GMV排序."""
    beside = {place for threshold in draft.thresholds for place in threshold.beside}
    beside |= {index + 1 for index in draft.order_markers}
    said = draft.sentence.indices(*METRIC_LIKE)
    return bool(beside) and beside.issuperset(said)


def _without_removed(turn: Turn, query: SemanticQuery) -> SemanticQuery:
    for one in turn.words.removed:
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


def _without_replaced(turn: Turn, query: SemanticQuery) -> SemanticQuery:
    """The plan without the groups and members in whose place others come."""
    for one in turn.words.replaced:
        if one.kind in (LinkKind.dimension, LinkKind.grain):
            query = _without(one, query, turn.draft)
        elif one.kind is LinkKind.member:
            readings = readings_of(one.name, one.value)
            fields = [
                name
                for name, value in readings.items()
                if value in plan_edits.wanted_values(query, name)
            ]
            if not fields:
                raise NotCovered((one,), turn_wording.NOT_SHOWN)
            query = plan_edits.without_values(query, fields[0], (readings[fields[0]],))
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
    left = tuple(name for name in query.metrics if not _is_named(name, one, draft))
    return plan_edits.with_metrics(query, left) if left else query


def _is_named(metric: str, one: Link, draft: Draft) -> bool:
    """Whether a link says a metric, or a side of it."""
    facets = draft.model.metrics[metric].facets.values()
    return metric == one.name or metric in (one.value or ()) or one.name in facets


def _groups(turn: Turn, query: SemanticQuery) -> Iterator[GroupBy]:
    asked = turn.draft.running.group_by
    if not asked:
        yield from (group for group in query.group_by if not _is_averaged(turn.draft, group))
        return
    question = turn.draft.sentence.question.casefold()
    adds = bool(turn.edits & {"add", "along", "again", "drill"}) or any(
        word in question for word in _SPLITS
    )
    adds = adds or any(one.kind is LinkKind.dimension for one in turn.words.replaced)
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
    shown = {group.name for group in draft.grouping.group_by}
    for part in plan_edits.conditions(draft.members.condition(dimension)):
        if isinstance(part, Not) and isinstance(part.part, In):
            query = plan_edits.without_values(query, part.part.field, part.part.values)
        elif isinstance(part, In):
            query = _with_members(part, query, turn, is_shown=part.field in shown)
            if turn.words.joins_members:
                groups = (*query.group_by, GroupBy(name=part.field))
                query = plan_edits.with_group_by(query, groups)
    for name in turn.words.others:
        query = _with_other_values(turn, query, name)
    date_parts = draft.date_parts.conditions
    return plan_edits.with_condition(query, And(parts=date_parts)) if date_parts else query


def _with_members(part: In, query: SemanticQuery, turn: Turn, *, is_shown: bool) -> SemanticQuery:
    """只看浙江: of one value no column is shown. Another region takes the place of the first."""
    adds = bool(turn.edits & {"add", "along"}) and "only" not in turn.edits
    replaces = any(one.kind is LinkKind.member for one in turn.words.replaced)
    if adds or turn.words.joins_members or replaces:
        if plan_edits.wanted_values(query, part.field):
            return plan_edits.with_values(query, part.field, part.values)
        if plan_edits.unwanted_values(query, part.field):
            return plan_edits.with_values_back(query, part.field, part.values)
        if "add" in turn.edits and not turn.draft.blocks:
            members = turn.draft.sentence.indices(LinkKind.member)
            raise turn.draft.sentence.not_covered(*members, reason=turn_wording.ALL_SHOWN)
    if _is_region(part):
        query = plan_edits.without_conditions_on(query, tuple(_regions(query)))
    query = plan_edits.with_condition(query, part)
    if len(part.values) == 1 and not is_shown:
        query = plan_edits.without_dimension(query, part.field)
    return query


def _with_other_values(turn: Turn, query: SemanticQuery, name: str) -> SemanticQuery:
    """其他渠道 after 只看天猫: all but those that were shown."""
    values = plan_edits.wanted_values(query, name)
    if not values:
        label = turn.draft.model.dimensions[name].label
        raise NotCovered(
            (one for one in turn.links if one.name == "other"), turn_wording.other_than_what(label)
        )
    return plan_edits.without_values(plan_edits.without_conditions_on(query, (name,)), name, values)


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
    """The share, running value or average that is said; a number is a running one or an average."""
    running, per = draft.running.running, draft.average.per
    if draft.share.share_of:
        query = query.model_copy(update={"share_of": draft.share.share_of})
    if per:
        query = query.model_copy(update={"average_per": per, "running": None})
    if running:
        query = query.model_copy(update={"running": running, "average_per": None})
        if not draft.running.group_by:
            query = plan_edits.with_group_by(query, _in_unit_of(running, query))
    return query


def _in_unit_of(running: Running, query: SemanticQuery) -> Iterator[GroupBy]:
    """The groups, periods in the unit that a running value counts in: 7日移动平均 is by day."""
    for group in query.group_by:
        is_time = group.name == METRIC_TIME and group.grain is not None
        is_other = running.unit is not None and group.grain is not running.unit
        yield GroupBy(name=METRIC_TIME, grain=running.unit) if is_time and is_other else group


def _with_selection(turn: Turn, query: SemanticQuery, metrics: tuple[str, ...]) -> SemanticQuery:
    """Top 5, over 1000: read as if the whole plan had been said."""
    draft = turn.draft
    if draft.asides.with_others and query.limit is not None:
        query = query.model_copy(update={"others": True})
    if "reverse" in turn.edits and not draft.ranking:
        query = _reversed(query, turn)
    if not (draft.ranking or draft.thresholds or draft.is_chosen_by_change):
        return query
    is_of_shown = not draft.running.group_by  # 前三 after a course by day: three of the days
    grouping = replace(
        draft.grouping,
        group_by=query.group_by,
        asks_which_time=draft.grouping.asks_which_time or is_of_shown,
    )
    running = replace(draft.running, group_by=query.group_by, running=query.running)
    whole = replace(draft, grouping=grouping, running=running)
    asked = whole.selection(metrics or _ordered_by(query))
    names = ["order_by", "limit", "limit_within", "others"] if draft.ranking else []
    if asked["having"] is not None:
        names.append("having")
    return named_by_comparison(query.model_copy(update={name: asked[name] for name in names}))


def _reversed(query: SemanticQuery, turn: Turn) -> SemanticQuery:
    """The plan in the other order; of the first three that gives the last three, which is asked."""
    if not query.order_by:
        words = (one for one in turn.links if one.name == "reverse")
        raise NotCovered(words, turn_wording.NO_ORDER)
    turned = (
        order.model_copy(update={"descending": not order.descending}) for order in query.order_by
    )
    return query.model_copy(update={"order_by": tuple(turned)})


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
