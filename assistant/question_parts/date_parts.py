"""The part of a question that keeps some weekdays or hours: 周末, 周一和周五, 晚上8点到10点.

Imports `sentence` and `reasons`. Weekdays that a conjunction joins are one condition; two
conditions on hours, or weekdays set against each other, are no single plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from assistant.outcome import LinkKind
from assistant.question_parts import reasons
from assistant.question_parts.sentence import Sentence
from semantic_layer.query import And, Compare, DatePart, Filter, In
from semantic_layer.resolving.filters import fields_of

_FILTER: TypeAdapter[Filter] = TypeAdapter(Filter)


@dataclass(frozen=True)
class DatePartPart:
    """The conditions on weekdays and hours, at most one of each."""

    conditions: tuple[Filter, ...]
    used: frozenset[int]


def with_weekdays_apart(sentence: Sentence) -> Sentence:
    """周六和周日分别, 周一到周日各自: the words that ask for a row each, as a group by weekday."""
    days = [i for i in sentence.indices(LinkKind.part) if sentence.links[i].name == DatePart.dow]
    single = [i for i in days if len(_numbers(_condition(sentence, i))) == 1]
    apart = sentence.roles("distributive")
    if len(days) == len(single) > 1:
        apart += sentence.contrasts
    has_members = len(sentence.indices(LinkKind.member)) > 1
    in_sets = len(days) > max(len(single), 1)  # 工作日和周末 are two numbers, seven rows are not
    if not apart or not _is_several(sentence, days) or has_members or in_sets:
        return sentence
    links = list(sentence.links)
    links[apart[0]] = links[apart[0]].model_copy(
        update={"kind": LinkKind.grain, "name": f"part_{DatePart.dow}"}
    )
    return replace(sentence, links=tuple(links))


def _is_several(sentence: Sentence, days: list[int]) -> bool:
    return len({number for i in days for number in _numbers(_condition(sentence, i))}) > 1


def _condition(sentence: Sentence, index: int) -> Filter:
    return _FILTER.validate_python(sentence.links[index].value)


def read_date_parts(sentence: Sentence) -> DatePartPart:
    """Read the conditions on parts of the time."""
    words = sentence.indices(LinkKind.part)
    found = {index: _condition(sentence, index) for index in words}
    days = [index for index in words if sentence.links[index].name == DatePart.dow]
    hours = [index for index in words if index not in days]
    if len(hours) > 1:
        raise sentence.not_covered(*hours, reason=reasons.TWO_PARTS)
    if words and sentence.contrasts:
        beside = {place + step for place in sentence.contrasts for step in (-1, 1)}
        if len(days) > 1 or beside & set(words):
            raise sentence.not_covered(*words, reason=reasons.PARTS_COMPARED)
    if len(days) > 1 and any(
        sentence.role(place) not in ("conjunction", "alternative")
        for place in range(days[0], days[-1])
        if place not in days
    ):
        raise sentence.not_covered(*days, reason=reasons.TWO_PARTS)
    conditions = (_one_of([found[index] for index in days]), *(found[index] for index in hours))
    if len(days) > 1 and conditions[0] and _is_whole_week(conditions[0]):
        raise sentence.not_covered(*days, reason=reasons.PARTS_COMPARED)
    each = (part for one in conditions if one and not _is_whole_week(one) for part in _parts(one))
    return DatePartPart(tuple(each), frozenset(words))


def _is_whole_week(condition: Filter) -> bool:
    return isinstance(condition, In) and set(condition.values) == set(range(1, 8))


def _parts(condition: Filter) -> tuple[Filter, ...]:
    """From and until are two conditions."""
    return condition.parts if isinstance(condition, And) else (condition,)


def _one_of(days: list[Filter]) -> Filter | None:
    """Weekdays as one condition."""
    if len(days) < 2:
        return next(iter(days), None)
    field = next(fields_of(days[0]))
    numbers = sorted({number for day in days for number in _numbers(day)})
    return In(field=field, values=tuple(numbers))


def _numbers(day: Filter) -> tuple[int, ...]:
    match day:
        case In(values=values):
            return tuple(int(str(value)) for value in values)
        case Compare(value=value):
            return (int(str(value)),)
        case _:
            raise AssertionError("weekdays are listed or one")
