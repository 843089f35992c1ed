"""`normal_form`: a `SemanticQuery` without the choices that change no number.

Two plans mean the same if their normal forms are equal: the order of metrics, groups and conditions
does not count, nor does the way to say the same days. Beside the line; evaluation and `koujing
check` hold plans against each other with it. Pure; imports the query, the windows and the events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from semantic_layer.events import Event, event_year
from semantic_layer.query import (
    AllTime,
    And,
    Compare,
    CompareMetric,
    EventTime,
    Filter,
    In,
    IsNull,
    Not,
    Or,
    RangeTime,
    SemanticQuery,
    TimeWindow,
)
from semantic_layer.resolving.windows import resolve_window


def normal_form(query: SemanticQuery, today: date, events: Mapping[str, Event]) -> SemanticQuery:
    """The one spelling of all plans that give the same numbers as `query` on `today`.

    A window that is compared keeps its own words: the month before October is September, the 31
    days before are not; an event gets its year. Days ahead hold no numbers and are left out.
    Sorting is kept: whether it was asked for is for the caller to know.

    Raises:
        QueryError: the time names an event, a phase or a year of it that `events` does not have.

    >>> last = SemanticQuery(metrics=("paid_orders", "refund_rate"))
    >>> first = SemanticQuery(metrics=("refund_rate", "paid_orders"))
    >>> normal_form(last, date(2026, 11, 24), {}) == normal_form(first, date(2026, 11, 24), {})
    True
    """
    share_of = query.share_of
    if share_of is not None:
        within, beyond = tuple(sorted(share_of.within)), tuple(sorted(share_of.beyond))
        share_of = share_of.model_copy(update={"within": within, "beyond": beyond})
    is_compared = query.compare is not None
    return query.model_copy(
        update={
            "metrics": tuple(sorted(query.metrics)),
            "group_by": tuple(sorted(query.group_by, key=lambda group: group.column)),
            "where": _filter(query.where) if query.where else None,
            "having": _filter(query.having) if query.having else None,
            "time": (_dated if is_compared else _days)(query.time, today, events),
            "share_of": share_of,
            "limit_within": tuple(sorted(query.limit_within)),
        }
    )


def same_plan(
    one: SemanticQuery, other: SemanticQuery, today: date, events: Mapping[str, Event]
) -> bool:
    """Whether two plans give the same numbers; how rows are sorted counts where both say it.

    Raises:
        QueryError: as `normal_form`.
    """
    first, second = normal_form(one, today, events), normal_form(other, today, events)
    if not (first.order_by and second.order_by) and first.limit is None and second.limit is None:
        first = first.model_copy(update={"order_by": ()})
        second = second.model_copy(update={"order_by": ()})
    return first == second


def _days(
    time: TimeWindow | None, today: date, events: Mapping[str, Event]
) -> RangeTime | AllTime | None:
    window = resolve_window(time, today, events)
    if window is None:
        return None if time is None else AllTime()
    start, end = window.days.start, window.days.end
    tomorrow = today + timedelta(days=1)
    return RangeTime(start=start, end=min(end, tomorrow) if start < tomorrow else end)


def _dated(time: TimeWindow | None, today: date, events: Mapping[str, Event]) -> TimeWindow | None:
    if isinstance(time, EventTime):
        return time.model_copy(update={"year": event_year(time, events, today)})
    return time


def _filter(condition: Filter) -> Filter:
    """Without double negation and nesting, every list of values or of parts in order, each once."""
    match condition:
        case Compare(operator="=", field=field, value=value):
            return In(field=field, values=(value,))
        case Compare(operator="!=", field=field, value=value):
            return Not(part=In(field=field, values=(value,)))
        case In(field=field, values=values):
            return In(field=field, values=tuple(sorted(set(values), key=repr)))
        case Not(part=part):
            inner = _filter(part)
            return inner.part if isinstance(inner, Not) else Not(part=inner)
        case And(parts=parts):
            return _joined(And, [one for part in parts for one in _parts(And, _filter(part))])
        case Or(parts=parts):
            inner_parts = [one for part in parts for one in _parts(Or, _filter(part))]
            return _joined(Or, list(_with_lists_merged(inner_parts)))
        case Compare() | CompareMetric() | IsNull():
            return condition


def _parts(kind: type[And | Or], condition: Filter) -> tuple[Filter, ...]:
    return condition.parts if isinstance(condition, kind) else (condition,)


def _with_lists_merged(parts: Iterable[Filter]) -> Iterator[Filter]:
    """Either of two lists of values of one field is their union."""
    values: dict[str, set[object]] = {}
    for part in parts:
        if isinstance(part, In):
            values.setdefault(part.field, set()).update(part.values)
        else:
            yield part
    for field, found in values.items():
        yield In.model_validate({"field": field, "values": tuple(sorted(found, key=repr))})


def _joined(kind: type[And | Or], parts: list[Filter]) -> Filter:
    ordered = tuple(dict.fromkeys(sorted(parts, key=lambda part: part.model_dump_json())))
    return kind(parts=ordered) if len(ordered) > 1 else ordered[0]
