"""How many periods an average is over: days that are known and meet the conditions, put together.

Pure arithmetic on days, so that the number is the same in every engine. Conditions on the time of
a metric (weekends, a month) take days away; conditions on hours do not, as every day has each hour.
Used by `averages`; imports `catalog`, `fields`, `known_days`, `query` and `windows`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from semantic_layer.catalog import DateRange, missing_days
from semantic_layer.model import SemanticModel
from semantic_layer.query import (
    METRIC_TIME,
    And,
    Compare,
    DatePart,
    Filter,
    Grain,
    In,
    Not,
    Or,
    Scalar,
)
from semantic_layer.resolving.fields import Field, field_of
from semantic_layer.resolving.filters import fields_of
from semantic_layer.resolving.known_days import merge
from semantic_layer.resolving.windows import is_finer, period_start, shift_period

_DAY = timedelta(days=1)

Key = tuple[date | int, ...]


def time_parts(condition: Filter | None, model: SemanticModel) -> Iterator[Filter]:
    """The parts of a filter that speak of `metric_time`, and perhaps of more."""
    for part in condition.parts if isinstance(condition, And) else (condition,):
        if isinstance(part, And):
            yield from time_parts(part, model)
        elif part is not None and any(
            field_of(name, model).name == METRIC_TIME for name in fields_of(part)
        ):
            yield part


def can_tell_days(condition: Filter, model: SemanticModel) -> bool:
    """Whether a condition on time holds for whole days, or for hours that every day has."""
    fields = [field_of(name, model) for name in fields_of(condition)]
    if any(field.name != METRIC_TIME for field in fields):
        return False
    if all(field.part is DatePart.hour for field in fields):
        return True
    return all(map(_is_of_a_day, fields)) and _is_readable(condition, model)


def counted_days(
    known: Iterable[DateRange], conditions: Iterable[Filter], model: SemanticModel
) -> Iterator[date]:
    """The days of `known` that meet all conditions; each of them `can_tell_days`."""
    daily = [
        part
        for part in conditions
        if any(field_of(name, model).part is not DatePart.hour for name in fields_of(part))
    ]
    for days in merge(known):
        for number in range(days.days):
            day = days.start + number * _DAY
            if all(_holds(part, day, model) for part in daily):
                yield day


def periods_by_key(days: Iterable[date], keys: Sequence[Field], per: Grain) -> dict[Key, int]:
    """The number of periods that hold some of the days, for each value of the time columns.

    >>> week = [date(2025, 6, 1) + timedelta(days=number) for number in range(7)]
    >>> periods_by_key(week, [Field(METRIC_TIME, Grain.month)], Grain.week)
    {(datetime.date(2025, 6, 1),): 2}
    """
    found = {(tuple(value_on(day, key) for key in keys), period_start(day, per)) for day in days}
    return dict(sorted(Counter(key for key, _ in found).items()))


def value_on(day: date, field: Field) -> date | int:
    """The period of a day, or the part of it: what a time column shows for its rows."""
    if field.part is None:
        assert isinstance(field.grain, Grain), "units of one's own are no days of ours"
        return period_start(day, field.grain)
    match field.part:
        case DatePart.year:
            return day.year
        case DatePart.quarter:
            return (day.month + 2) // 3
        case DatePart.month:
            return day.month
        case DatePart.day:
            return day.day
        case DatePart.dow:
            return day.isoweekday()
        case DatePart.doy:
            return day.timetuple().tm_yday
        case DatePart.hour:
            raise AssertionError("every day has each hour")


def cut_periods(known: Iterable[DateRange], per: Grain) -> tuple[DateRange, ...]:
    """What is known of the periods of which some days are not, one stretch for each period."""
    loaded = merge(known)
    cut = []
    for days in loaded:
        start = period_start(days.start, per)
        while start < days.end:
            after = shift_period(start, per, 1)
            common = DateRange(start, after).intersect(days)
            if common and missing_days(DateRange(start, after), loaded):
                cut.append(common)
            start = after
    return tuple(cut)


def whole_periods_of(known: Iterable[DateRange], per: Grain) -> tuple[DateRange, ...]:
    """The periods that hold known days, from their first to their last day."""
    return merge(
        DateRange(
            period_start(days.start, per), shift_period(period_start(days.last_day, per), per, 1)
        )
        for days in known
    )


def _is_of_a_day(field: Field) -> bool:
    if field.part is not None:
        return field.part is not DatePart.hour
    return field.grain is None or (
        isinstance(field.grain, Grain) and not is_finer(field.grain, Grain.day)
    )


def _is_readable(condition: Filter, model: SemanticModel) -> bool:
    """Whether every value of a condition is a number or a day, as its field wants."""
    match condition:
        case And(parts=parts) | Or(parts=parts):
            return all(_is_readable(part, model) for part in parts)
        case Not(part=part):
            return _is_readable(part, model)
        case Compare(field=field, value=value):
            return _comparable(value, field_of(field, model)) is not None
        case In(field=field, values=values):
            return all(_comparable(value, field_of(field, model)) is not None for value in values)
        case _:
            return False


def _comparable(value: Scalar, field: Field) -> date | int | float | None:
    """A value as `value_on` would give it; None where it is no whole day."""
    if field.part is not None:
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (
            value.date() if value == datetime.combine(value.date(), datetime.min.time()) else None
        )
    return value if isinstance(value, date) else None


def _holds(condition: Filter, day: date, model: SemanticModel) -> bool:
    match condition:
        case And(parts=parts):
            return all(_holds(part, day, model) for part in parts)
        case Or(parts=parts):
            return any(_holds(part, day, model) for part in parts)
        case Not(part=part):
            return not _holds(part, day, model)
        case Compare(field=name, operator=operator, value=value):
            return _compares(*_sides(day, name, value, model), operator)
        case In(field=name, values=values):
            sides = (_sides(day, name, value, model) for value in values)
            return any(left == right for left, right in sides)
        case _:
            raise AssertionError("such a condition was refused")


def _sides(day: date, name: str, value: Scalar, model: SemanticModel) -> tuple[float, float]:
    """What a condition compares, as numbers: days count from the first there is."""
    field = field_of(name, model)
    if field.part is None and field.grain is None:
        field = Field(METRIC_TIME, Grain.day)
    wanted = _comparable(value, field)
    assert wanted is not None, "values were read before"
    return _number(value_on(day, field)), _number(wanted)


def _number(value: date | float) -> float:
    return value.toordinal() if isinstance(value, date) else value


def _compares(left: float, right: float, operator: str) -> bool:
    match operator:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right
