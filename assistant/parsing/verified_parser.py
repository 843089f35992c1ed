"""`parse_verified`: a question that a person has checked gets the plan that they checked.

First of the parsers. The words must be those of the verified question, but for case, width, plural
and punctuation. Its one time and its members are parameters: another time, or another member of the
same dimension, takes their place in the plan, if that is where the plan has them. Everything else
must match. It may import neither a model nor a database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from assistant.linking.lexicon import Lexicon
from assistant.linking.linker import link
from assistant.linking.normalize import Token, tokenize
from assistant.outcome import Link, LinkKind, Parsed
from assistant.parsing.linked_parser import ParseContext
from assistant.time_expressions import WindowExpression, find_time_expressions
from semantic_layer import QueryError, SemanticModel, SemanticQuery, Text
from semantic_layer.events import Event
from semantic_layer.query import And, Compare, Filter, In, Not, Or, TimeWindow
from semantic_layer.resolving.filters import leaves_of
from semantic_layer.resolving.windows import resolve_window
from semantic_layer.verified_questions import VerifiedQuestion

_SILENT = frozenset("?!.,;:、。，？！；：…\"'“”‘’()（）")


@dataclass(frozen=True)
class _Slot:
    """A stretch of tokens that is a parameter: a time, or a member of `dimension`."""

    first: int
    last: int
    dimension: str | None
    value: Any  # the window of a time, the member itself


@dataclass(frozen=True)
class _Reading:
    """The tokens that count, and the stretches of them that could be parameters."""

    tokens: tuple[str, ...]
    slots: Mapping[int, _Slot]
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class _Pattern:
    """One wording of a verified question: words to match, with the parameters of its plan."""

    question: VerifiedQuestion
    text: str
    parts: tuple[str | _Slot, ...]

    @property
    def words(self) -> frozenset[str]:
        return frozenset(part for part in self.parts if isinstance(part, str))


@dataclass(frozen=True)
class VerifiedIndex:
    """The wordings of all verified questions, each with the words it cannot do without."""

    patterns: tuple[tuple[frozenset[str], _Pattern], ...]

    @classmethod
    def build(cls, model: SemanticModel, lexicon: Lexicon) -> VerifiedIndex:
        """Read every wording once, at the moment that it was verified."""
        patterns = [
            _pattern(question, text, model, lexicon)
            for question in model.verified_questions
            for text in question.texts
        ]
        return cls(tuple((pattern.words, pattern) for pattern in patterns))


def parse_verified(question: str, index: VerifiedIndex, context: ParseContext) -> Parsed | None:
    """The plan of the verified question that `question` is, with its own time and members."""
    words = {token.text for token in tokenize(question)}
    near = [pattern for needed, pattern in index.patterns if needed <= words]
    if not near:
        return None
    reading = _read(question, context.now, context.model.events, context.lexicon)
    for pattern in near:
        given = _match(pattern.parts, reading)
        if given is not None:
            return Parsed(
                query=_with_parameters(pattern.question.query, given),
                links=reading.links,
                assumptions=(_provenance(pattern),),
            )
    return None


def _read(text: str, now: datetime, events: Mapping[str, Event], lexicon: Lexicon) -> _Reading:
    times = find_time_expressions(text, now=now, events=events)
    links = link(text, lexicon, times)
    tokens = [token for token in tokenize(text) if token.text not in _SILENT]
    windows = {
        (one.start, one.end): one.window for one in times if isinstance(one, WindowExpression)
    }
    slots = (_slot(one, tokens, windows) for one in links)
    return _Reading(
        tokens=tuple(token.text for token in tokens),
        slots={slot.first: slot for slot in slots if slot is not None},
        links=links,
    )


def _slot(
    one: Link, tokens: Sequence[Token], windows: Mapping[tuple[int, int], TimeWindow]
) -> _Slot | None:
    inside = [i for i, token in enumerate(tokens) if one.start <= token.start < one.end]
    if not inside:
        return None
    first, last = inside[0], inside[-1] + 1
    window = windows.get((one.start, one.end))
    if one.kind is LinkKind.time and window is not None:
        return _Slot(first, last, None, window)
    if one.kind is LinkKind.member and isinstance(one.value, str):
        return _Slot(first, last, one.name, one.value)
    return None


def _pattern(
    question: VerifiedQuestion, text: str, model: SemanticModel, lexicon: Lexicon
) -> _Pattern:
    moment = datetime.combine(question.verified_at, time(12))
    reading = _read(text, moment, model.events, lexicon)
    allowed = {
        slot.first: slot for slot in _parameters(question, tuple(reading.slots.values()), model)
    }
    return _Pattern(question, text, tuple(_parts(reading.tokens, allowed)))


def _parts(tokens: Sequence[str], slots: Mapping[int, _Slot]) -> Iterator[str | _Slot]:
    at = 0
    while at < len(tokens):
        slot = slots.get(at)
        yield slot or tokens[at]
        at = slot.last if slot else at + 1


def _parameters(
    question: VerifiedQuestion, slots: Sequence[_Slot], model: SemanticModel
) -> Iterator[_Slot]:
    """The stretches whose meaning stands in the plan, once: those may be exchanged."""
    times = [slot for slot in slots if slot.dimension is None]
    if len(times) == 1 and _is_time_of(question, times[0].value, model.events):
        yield times[0]
    said: list[tuple[str | None, object]] = [(slot.dimension, slot.value) for slot in slots]
    planned: list[tuple[str | None, object]] = [
        (leaf.field, value)
        for leaf in leaves_of(question.query.where)
        if isinstance(leaf, In | Compare)
        for value in (leaf.values if isinstance(leaf, In) else (leaf.value,))
    ]
    for slot in slots:
        member = (slot.dimension, slot.value)
        if slot.dimension and said.count(member) == planned.count(member) == 1:
            yield slot


def _is_time_of(
    question: VerifiedQuestion, window: TimeWindow, events: Mapping[str, Event]
) -> bool:
    if question.query.time is None:
        return False
    return _days(question.query.time, question.verified_at, events) == _days(
        window, question.verified_at, events
    )


def _days(window: TimeWindow, today: date, events: Mapping[str, Event]) -> object:
    try:
        return resolve_window(window, today, events)
    except QueryError:
        return window


def _match(parts: Sequence[str | _Slot], asked: _Reading) -> tuple[tuple[_Slot, _Slot], ...] | None:
    """Pairs of a verified parameter and the asked one, if all else is the same; None if not."""
    given: list[tuple[_Slot, _Slot]] = []
    at = 0
    for part in parts:
        if isinstance(part, str):
            if asked.tokens[at : at + 1] != (part,):
                return None
            at += 1
            continue
        slot = asked.slots.get(at)
        if slot is None or slot.dimension != part.dimension:
            return None
        given.append((part, slot))
        at = slot.last
    return tuple(given) if at == len(asked.tokens) else None


def _with_parameters(query: SemanticQuery, given: Sequence[tuple[_Slot, _Slot]]) -> SemanticQuery:
    values: dict[tuple[str, object], Any] = {}
    for verified, asked in given:
        if verified.dimension is None:
            query = query.model_copy(update={"time": asked.value})
        else:
            values[verified.dimension, verified.value] = asked.value
    if query.where is None:
        return query
    return query.model_copy(update={"where": _exchanged(query.where, values)})


def _exchanged(condition: Filter, values: Mapping[tuple[str, object], Any]) -> Filter:
    match condition:
        case And(parts=parts):
            return And(parts=tuple(_exchanged(part, values) for part in parts))
        case Or(parts=parts):
            return Or(parts=tuple(_exchanged(part, values) for part in parts))
        case Not(part=part):
            return Not(part=_exchanged(part, values))
        case Compare(field=field, value=value):
            return condition.model_copy(update={"value": values.get((field, value), value)})
        case In(field=field, values=listed):
            found = tuple(dict.fromkeys(values.get((field, value), value) for value in listed))
            return In(field=field, values=found)
        case _:
            return condition


def _provenance(pattern: _Pattern) -> Text:
    by, at = pattern.question.verified_by, pattern.question.verified_at.isoformat()
    return Text(
        zh=f"按认证问题“{pattern.text}”回答，由{by}于 {at} 认证。",
        en=f"Answered as the verified question “{pattern.text}”, checked by {by} on {at}.",
    )
