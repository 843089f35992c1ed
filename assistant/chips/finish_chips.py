"""Chips of what is done with the numbers: compared, averaged, shared, accumulated, ordered, cut."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.chips.chip import Chip, Edit, Editing
from assistant.follow_ups.plan_edits import with_comparison
from assistant.presentation.finish_wording import finish_texts, running_text
from assistant.presentation.wording import (
    column_label,
    comparison_name,
    condition_text,
    days_text,
)
from semantic_layer import SemanticQuery, Text
from semantic_layer.query import Comparison, EventTime, Grain, OrderBy

_COMPARISON = Text(zh="对比", en="comparison")
_NONE = Text(zh="不对比", en="none")
_COMPARISONS: tuple[tuple[Comparison, Text], ...] = (
    (Comparison.prior_period, Text(zh="环比上期", en="prior period")),
    (Comparison.same_period_last_year, Text(zh="同比去年同期", en="same period last year")),
    (Comparison.same_weekday, Text(zh="此前同星期", en="same weekdays before")),
    (Comparison.event_aligned, Text(zh="上年活动同期", en="last year's event")),
)
_AVERAGE = Text(zh="平均", en="average")
_AVERAGES = {
    Grain.day: Text(zh="日均", en="daily"),
    Grain.week: Text(zh="周均", en="weekly"),
    Grain.month: Text(zh="月均", en="monthly"),
}
_SHARE = Text(zh="占比", en="share")
_RUNNING = Text(zh="累计", en="running")
_HAVING = Text(zh="条件", en="condition")
_ORDER = Text(zh="排序", en="order")
_PLAIN_ORDER = Text(zh="默认", en="as listed")
_LIMIT = Text(zh="行数", en="rows")
_ALL = Text(zh="全部", en="all")
_TOPS = (3, 5, 10, 20)
_MOST_ORDERS = 3


def comparison_chip(editing: Editing) -> Iterator[Chip]:
    """What the numbers are set against, or that they are set against nothing."""
    query = editing.query
    if not query.metrics or editing.resolved.window is None:
        return
    others = (
        (editing.say(name), with_comparison(query, comparison))
        for comparison, name in _COMPARISONS
        if comparison is not Comparison.event_aligned or isinstance(query.time, EventTime)
    )
    yield Chip(
        kind="comparison",
        label=editing.say(_COMPARISON),
        text=_compared(editing),
        is_default=query.compare is None,
        is_changed=editing.before is not None and editing.before.compare != query.compare,
        alternatives=tuple(editing.every_offer(others)),  # buttons beside the answer, too
        without=editing.kept(with_comparison(query, None)),
    )


def _compared(editing: Editing) -> str:
    name, baseline = editing.query.compared_as, editing.resolved.baseline
    if name is None:
        return editing.say(_NONE)
    told = comparison_name(name, editing.language)
    return f"{told} {days_text(baseline.days)}" if baseline is not None else told


def average_chip(editing: Editing) -> Iterator[Chip]:
    """Over which periods the numbers are averaged, if they are."""
    query = editing.query
    if query.average_per is None:
        return
    others: Iterator[Edit] = (
        (editing.say(name), query.model_copy(update={"average_per": grain}))
        for grain, name in _AVERAGES.items()
    )
    named = _AVERAGES.get(query.average_per)
    yield Chip(
        kind="average",
        label=editing.say(_AVERAGE),
        text=editing.say(named) if named else query.average_per.value,
        is_changed=editing.before is not None and editing.before.average_per != query.average_per,
        alternatives=tuple(editing.offers(others)),
        without=editing.kept(query.model_copy(update={"average_per": None})),
    )


def share_chip(editing: Editing) -> Iterator[Chip]:
    """What the numbers are parts of, if that was asked."""
    query = editing.query
    if query.share_of is None:
        return
    shares = query.model_copy(update={"ranks": False, "limit": None, "others": False})
    yield Chip(
        kind="share",
        label=editing.say(_SHARE),
        text=next(finish_texts(shares, lambda name: _named(editing, name), editing.language)),
        is_changed=editing.before is not None and editing.before.share_of != query.share_of,
        without=editing.kept(query.model_copy(update={"share_of": None})),
    )


def running_chip(editing: Editing) -> Iterator[Chip]:
    """How the numbers run along the time, if they do."""
    query = editing.query
    if query.running is None:
        return
    yield Chip(
        kind="running",
        label=editing.say(_RUNNING),
        text=editing.say(running_text(query.running)),
        is_changed=editing.before is not None and editing.before.running != query.running,
        without=editing.kept(query.model_copy(update={"running": None})),
    )


def having_chip(editing: Editing) -> Iterator[Chip]:
    """The condition on the numbers themselves, if there is one."""
    query = editing.query
    if query.having is None:
        return
    yield Chip(
        kind="having",
        label=editing.say(_HAVING),
        text=condition_text(query.having, lambda name: _named(editing, name), editing.language),
        is_changed=editing.before is not None and editing.before.having != query.having,
        without=editing.kept(query.model_copy(update={"having": None})),
    )


def order_chip(editing: Editing) -> Iterator[Chip]:
    """By what the rows are sorted, where there are several."""
    query = editing.query
    if not query.group_by or not query.metrics:
        return
    text = "、" if editing.language == "zh" else ", "
    yield Chip(
        kind="order",
        label=editing.say(_ORDER),
        text=text.join(_ordered(editing, order) for order in query.order_by)
        or editing.say(_PLAIN_ORDER),
        is_default=not query.order_by,
        is_changed=editing.before is not None and editing.before.order_by != query.order_by,
        alternatives=tuple(editing.offers(_orders(editing))),
        without=editing.kept(_cut(query, (), None)),
    )


def _orders(editing: Editing) -> Iterator[Edit]:
    columns = [*editing.query.metrics[:_MOST_ORDERS]]
    columns += [group.column for group in editing.query.group_by if group.is_time]
    for name in columns:
        for descending in (True, False):
            order = OrderBy(name=name, descending=descending)
            edited = editing.query.model_copy(update={"order_by": (order,)})
            yield _ordered(editing, order), edited


def _ordered(editing: Editing, order: OrderBy) -> str:
    is_time = any(group.column == order.name and group.is_time for group in editing.query.group_by)
    if is_time:
        way = Text(zh="从晚到早", en="latest first")
        other = Text(zh="从早到晚", en="earliest first")
    else:
        way = Text(zh="从高到低", en="high to low")
        other = Text(zh="从低到高", en="low to high")
    return f"{_named(editing, order.name)} {editing.say(way if order.descending else other)}"


def limit_chip(editing: Editing) -> Iterator[Chip]:
    """How many rows are kept, where names are listed."""
    query = editing.query
    names_listed = any(not group.is_time for group in query.group_by)
    if not query.metrics or not (names_listed or query.limit):
        return
    order_by = query.order_by or (OrderBy(name=query.metrics[0]),)
    tops = (
        (_top(editing, count), query.model_copy(update={"order_by": order_by, "limit": count}))
        for count in _TOPS
    )
    yield Chip(
        kind="limit",
        label=editing.say(_LIMIT),
        text=_top(editing, query.limit) if query.limit else editing.say(_ALL),
        is_default=query.limit is None,
        is_changed=editing.before is not None and editing.before.limit != query.limit,
        alternatives=tuple(editing.offers(tops)),
        without=editing.kept(_cut(query, query.order_by, None)),
    )


def _top(editing: Editing, count: int) -> str:
    return editing.say(Text(zh=f"前 {count} 个", en=f"top {count}"))


def _cut(query: SemanticQuery, order_by: tuple[OrderBy, ...], limit: int | None) -> SemanticQuery:
    return query.model_copy(
        update={"order_by": order_by, "limit": limit, "limit_within": (), "others": False}
    )


def _named(editing: Editing, name: str) -> str:
    return column_label(name, editing.query, editing.knowledge.model, editing.language)
