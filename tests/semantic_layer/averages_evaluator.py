"""A slow evaluator of averages per period and of parts of the time, apart from the planner.

Each mean is taken over a list of days: those of the window that are loaded and meet the conditions,
put into periods one by one.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from semantic_layer import DateRange, SemanticQuery
from semantic_layer.query import Compare, DatePart, Filter, GroupBy, In
from tests.semantic_layer.evaluator import (
    AGGREGATES,
    RATIOS,
    TIME_OF,
    Key,
    Row,
    Shop,
    truncate,
    truth,
)

DAY = timedelta(days=1)
Rows = dict[Key, dict[str, Any]]


def evaluate_averages(
    query: SemanticQuery, shop: Shop, window: DateRange, base: DateRange | None, loaded: DateRange
) -> dict[Key, Key]:
    """The numbers of each group: each metric's mean, then its base, difference and rate."""
    asked = _means(query, shop, window, loaded)
    against = _means(query, shop, base, loaded) if base else {}
    found: dict[Key, Key] = {}
    for key in {*asked, *against}:
        now = _shown(query, asked, key, window, loaded)
        numbers = tuple(now[name] for name in query.metrics)
        if base is not None:
            then = _shown(query, against, key, base, loaded)
            for name in query.metrics:
                numbers += _change(now[name], then[name], has_rate=name != "payment_rate")
        found[key] = numbers
    return found


def _shown(
    query: SemanticQuery, means: Rows, key: Key, window: DateRange, loaded: DateRange
) -> dict[str, Any]:
    """The means of a group; one that has no rows on this side is zero where it has days."""
    if key in means:
        return means[key]
    has_days = bool(_periods(query, window, loaded, key))
    return {name: 0.0 if has_days and name not in RATIOS else None for name in query.metrics}


def _change(now: float | None, then: float | None, *, has_rate: bool) -> Key:
    delta = None if now is None or then is None else now - then
    if not has_rate:
        return (then, delta)
    return (then, delta, delta / then if delta is not None and then else None)


def _means(query: SemanticQuery, shop: Shop, window: DateRange, loaded: DateRange) -> Rows:
    rows = {
        name: [row for row in shop.table(name) if _is_meant(query, shop, name, row, window)]
        for metric in query.metrics
        for name in RATIOS.get(metric, (metric,))
    }
    keys = {_key(query, shop, name, row) for name, own in rows.items() for row in own}
    if not query.group_by:
        keys = {()}
    elif all(group.is_time and group.part is not DatePart.hour for group in query.group_by):
        keys |= {
            tuple(
                _time_of(group, datetime.combine(day, datetime.min.time()))
                for group in query.group_by
            )
            for day in _days(query, window, loaded)
        }
    return {
        key: {
            metric: _mean(query, shop, metric, rows, _periods(query, window, loaded, key), key)
            for metric in query.metrics
        }
        for key in keys
    }


def _mean(
    query: SemanticQuery,
    shop: Shop,
    metric: str,
    rows: dict[str, list[Row]],
    periods: set[date],
    key: Key,
) -> float | None:
    values = []
    for period in sorted(periods):
        parts = [
            AGGREGATES[name](
                [
                    row
                    for row in rows[name]
                    if _key(query, shop, name, row) == key
                    and truncate(_moment(name, row).date(), query.average_per) == period
                ]
            )
            for name in RATIOS.get(metric, (metric,))
        ]
        if metric not in RATIOS:
            values.append(float(parts[0]))
        elif parts[1]:
            values.append(float(parts[0]) / float(parts[1]))
    return sum(values) / len(values) if values else None


def _periods(query: SemanticQuery, window: DateRange, loaded: DateRange, key: Key) -> set[date]:
    """The periods that hold some loaded day of a group."""
    times = {
        at: group
        for at, group in enumerate(query.group_by)
        if group.is_time and group.part is not DatePart.hour
    }
    return {
        truncate(day, query.average_per)
        for day in _days(query, window, loaded)
        if all(
            _time_of(group, datetime.combine(day, datetime.min.time())) == key[at]
            for at, group in times.items()
        )
    }


def _days(query: SemanticQuery, window: DateRange, loaded: DateRange) -> list[date]:
    days = [window.start + DAY * number for number in range(window.days)]
    weekdays = _weekdays(query.where)
    return [
        day
        for day in days
        if loaded.start <= day < loaded.end and (weekdays is None or day.isoweekday() in weekdays)
    ]


def _weekdays(condition: Filter | None) -> tuple[Any, ...] | None:
    parts = condition.parts if condition is not None and condition.kind == "and" else (condition,)
    for part in parts:
        if isinstance(part, In) and part.field == "metric_time__extract_dow":
            return part.values
        if isinstance(part, Compare) and part.field == "metric_time__extract_dow":
            return (part.value,)
    return None


def _is_meant(query: SemanticQuery, shop: Shop, name: str, row: Row, window: DateRange) -> bool:
    moment = row[TIME_OF.get(name, "paid_at")]
    if moment is None or not window.start <= moment.date() < window.end:
        return False
    value = partial(_field, shop, name, row)
    return query.where is None or truth(query.where, value) is True


def _field(shop: Shop, name: str, row: Row, field: str) -> Any:
    moment = _moment(name, row)
    match field:
        case "metric_time__extract_dow":
            return moment.isoweekday()
        case "metric_time__extract_hour":
            return moment.hour
        case _:
            return shop.dimension(row, field)


def _moment(name: str, row: Row) -> datetime:
    moment: datetime = row[TIME_OF.get(name, "paid_at")]
    return moment


def _key(query: SemanticQuery, shop: Shop, name: str, row: Row) -> Key:
    return tuple(
        _time_of(group, _moment(name, row)) if group.is_time else shop.dimension(row, group.name)
        for group in query.group_by
    )


def _time_of(group: GroupBy, moment: datetime) -> Any:
    match group.part:
        case None:
            return truncate(moment.date(), group.grain)
        case DatePart.dow:
            return moment.isoweekday()
        case DatePart.hour:
            return moment.hour
        case _:
            raise AssertionError("the drawn questions have no other parts")
