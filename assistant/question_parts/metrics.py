"""The part of a question that says which number: metrics by name, or an event and a quantity.

Imports `sentence` only. "下单和付款订单数" is two events over one quantity, "付款订单数和金额"
one event over two; what stays open (订单数 alone) is a slot with several candidates, never a
choice made here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from assistant.outcome import Link, LinkKind
from assistant.question_parts.sentence import NotCovered, Sentence
from semantic_layer import SemanticModel
from semantic_layer.model import Metric, SimpleMetric

_Kind = Literal["metric", "event", "quantity", "term"]


@dataclass(frozen=True)
class Slot:
    """One number that is asked for, and the metrics that it may be.

    `unloaded` are further readings that have no data; they are named, not offered. `is_remembered`:
    there were several candidates, and the asker chose this one before.
    """

    term: str
    candidates: tuple[str, ...]
    unloaded: tuple[str, ...] = ()
    is_remembered: bool = False


@dataclass(frozen=True)
class Block:
    """Slots that were said together, and the links from `first` to `last` that say them."""

    first: int
    last: int
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class _Item:
    """A metric-like link. `after` says what stands between it and the item before.

    `says` are the sides that the words name: 付款订单数 says paid and orders, GMV neither.
    """

    index: int
    link: Link
    kind: _Kind
    metric: Metric | None
    after: Literal["nothing", "conjunction", "separation"]
    is_next: bool
    says: frozenset[str]

    @property
    def event(self) -> str | None:
        return self.metric.facets.get("event") if self.metric else self.link.name

    @property
    def quantity(self) -> str | None:
        return self.metric.facets.get("quantity") if self.metric else self.link.name


_Items = tuple[_Item, ...]


def read_metrics(
    sentence: Sentence, model: SemanticModel, available: Collection[str]
) -> tuple[Block, ...]:
    """Read the metric-like links as blocks, in order; every one of them belongs to a block.

    Raises:
        NotCovered: the sides do not fit (付款的下单数), or no metric has such sides.
    """
    places = [index for index in range(len(sentence.links)) if sentence.is_metric_like(index)]
    items = tuple(
        _item(sentence, model, index, before)
        for before, index in zip([-1, *places], places, strict=False)
    )
    choices = Choices(model, available)
    blocks = []
    while items:
        slots, rest = _READERS[items[0].kind](items, choices)
        said = items[: len(items) - len(rest)]
        blocks.append(Block(said[0].index, said[-1].index, tuple(slots)))
        items = rest
    return tuple(blocks)


def _item(sentence: Sentence, model: SemanticModel, index: int, before: int) -> _Item:
    link = sentence.links[index]
    return _Item(
        index=index,
        link=link,
        kind=_kind(model, link),
        metric=model.metrics[link.name] if link.kind is LinkKind.metric else None,
        after=_between(sentence, before, index),
        is_next=index == before + 1,
        says=frozenset(_sides_said(model, link)),
    )


def _kind(model: SemanticModel, link: Link) -> _Kind:
    if link.kind is LinkKind.metric:
        return "metric"
    kinds = {facet.name: facet.kind for facet in model.facets}
    match kinds.get(link.name):
        case "event":
            return "event"
        case "quantity":
            return "quantity"
        case _:
            return "term"


def _sides_said(model: SemanticModel, link: Link) -> Iterator[str]:
    text = link.text.casefold()
    for facet in model.facets:
        words = (facet.label.zh, facet.label.en, *facet.synonyms.all())
        if any(word.casefold() in text for word in words):
            yield facet.kind


def _between(
    sentence: Sentence, before: int, index: int
) -> Literal["nothing", "conjunction", "separation"]:
    # "placed and how many were paid" joins two events; "and how much was paid" does not.
    between = [place for place in range(before + 1, index) if sentence.role(place) != "how_many"]
    joining = [place for place in between if sentence.joins_metrics(place)]
    if len(joining) == len(between) == 1:
        return "conjunction"
    parting = [
        place
        for place in between
        if sentence.role(place) in ("alternative", "comma")
        or (sentence.kind(place) is LinkKind.ranking and not _is_determiner(sentence, place))
    ]
    return "separation" if joining or parting else "nothing"


def _is_determiner(sentence: Sentence, place: int) -> bool:
    """The "most" of "which channel placed the most orders", between an event and its quantity."""
    return sentence.links[place].text.casefold().endswith((" most", " fewest", " least"))


@dataclass(frozen=True)
class Choices:
    """Which metrics a term, an event or a quantity may mean."""

    model: SemanticModel
    available: Collection[str]

    def composed(self, event: _Item, quantity: _Item) -> Slot:
        """The metric of an event and a quantity."""
        sides = {"event": event.event, "quantity": quantity.quantity}
        names = self._with_sides(sides)
        if not names:
            raise NotCovered([event.link, quantity.link])
        if event is quantity or event.metric or quantity.metric:
            return self.slot((quantity if event.metric else event).link.text, names)
        return self.slot(f"{event.link.text}{quantity.link.text}", names)

    def lone(self, item: _Item) -> Slot:
        """The metrics of one side alone; a term that definitions share is already a short list."""
        if item.link.kind is LinkKind.ambiguous_metric:
            return self.slot(item.link.text, item.link.value)
        names = self._with_sides({item.kind: item.link.name})
        if not names:
            raise NotCovered([item.link])
        return self.slot(item.link.text, self._shared_by_definition(item, names) or names)

    def _shared_by_definition(self, item: _Item, names: tuple[str, ...]) -> tuple[str, ...]:
        """单 is short for 订单数, so it means what the definitions let 订单数 mean."""
        words = {
            word
            for facet in self.model.facets
            if (facet.kind, facet.name) == (item.kind, item.link.name)
            for word in (facet.label.zh, facet.label.en, *facet.synonyms.all())
        }
        return tuple(
            name for name in names if words & set(self.model.metrics[name].ambiguous_terms.all())
        )

    def slot(self, term: str, names: Iterable[str]) -> Slot:
        """Offer the readings that have data; all of them when none has."""
        every = tuple(names)
        askable = tuple(name for name in every if self._is_askable(name))
        offered = askable or every
        return Slot(term, offered, tuple(name for name in every if name not in offered))

    def _with_sides(self, sides: dict[str, str | None]) -> tuple[str, ...]:
        fitting = [
            metric
            for metric in self.model.metrics.values()
            if sides.items() <= metric.facets.items()
        ]
        names = {metric.name for metric in fitting}
        found = (
            metric
            for metric in fitting
            if not (isinstance(metric, SimpleMetric) and names & set(metric.substitute_for))
        )
        return tuple(metric.name for metric in sorted(found, key=self.facet_order))

    def facet_order(self, metric: Metric) -> int:
        """How far down the definitions list a metric's sides: the common ones come first."""
        return sum(
            names.index(metric.facets[kind]) if kind in metric.facets else len(names)
            for kind, names in self._facet_names().items()
        )

    def _facet_names(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for facet in self.model.facets:
            names.setdefault(facet.kind, []).append(facet.name)
        return names

    def _is_askable(self, name: str) -> bool:
        return name in self.available or any(
            metric.name in self.available and name in metric.substitute_for
            for metric in self.model.metrics.values()
            if isinstance(metric, SimpleMetric)
        )


_Read = tuple[list[Slot], _Items]


def _list_of(items: _Items) -> tuple[_Items, _Items]:
    """The first item with those of its kind that a conjunction joins to it, and the rest."""
    head, *tail = items
    joined = takewhile(lambda item: item.kind == head.kind and item.after == "conjunction", tail)
    found = (head, *joined)
    return found, items[len(found) :]


def _read_event(items: _Items, choices: Choices) -> _Read:
    """下单 (和 付款)* before 订单数 (和 金额)*, or before a metric whose quantity they share."""
    events, rest = _list_of(items)
    following = rest[0] if rest else None
    if following and following.kind == "quantity" and following.after == "nothing":
        quantities, rest = _list_of(rest)
        return [choices.composed(one, other) for other in quantities for one in events], rest
    if following and following.metric and following.after == "nothing":
        if following.event != events[-1].event:
            if following.says == {"quantity"}:  # delivered … parcels, which alone are shipped ones
                return [choices.composed(event, following) for event in events], rest[1:]
            raise NotCovered([events[-1].link, following.link])
        events = events[:-1]
    elif not (following and following.metric and following.after == "conjunction"):
        return [choices.lone(event) for event in events], rest
    if following.quantity is None or (events and "quantity" not in following.says):
        return [choices.lone(event) for event in events], rest
    shared = [choices.composed(event, following) for event in events]
    slots, rest = _read_metric(rest, choices)
    return [*shared, *slots], rest


def _read_quantity(items: _Items, choices: Choices) -> _Read:
    """订单数 alone, or with its events behind it: "orders placed (and paid)"."""
    quantities, rest = _list_of(items)
    if rest and rest[0].kind == "event" and rest[0].after == "nothing" and not _pairs(rest):
        events, rest = _list_of(rest)
        if _pairs((events[-1], *rest)) and len(events) > 1:
            events, rest = events[:-1], (events[-1], *rest)
        return [choices.composed(one, other) for other in quantities for one in events], rest
    return [choices.lone(quantity) for quantity in quantities], rest


def _read_metric(items: _Items, choices: Choices) -> _Read:
    """A metric by name; a side that repeats it is absorbed, quantities joined share its event."""
    head, rest = items[0], items[1:]
    assert head.metric is not None
    slots = [Slot(head.link.text, (head.metric.name,))]
    if (
        rest
        and rest[0].after == "nothing"
        and (_repeats(rest[0], head) or _is_its_event(rest[0], head, choices.model))
    ):
        rest = rest[1:]
    while rest and rest[0].kind == "quantity" and rest[0].after == "conjunction":
        behind = rest[1] if len(rest) > 1 else None
        if head.event is None or "event" not in head.says:
            break
        if behind and behind.kind == "event" and behind.after == "nothing":
            break
        slots.append(choices.composed(head, rest[0]))
        rest = rest[1:]
    return slots, rest


def _read_term(items: _Items, choices: Choices) -> _Read:
    """A term that several metrics share."""
    return [choices.slot(items[0].link.text, items[0].link.value)], items[1:]


def _pairs(items: _Items) -> bool:
    """Whether an event has its own quantity right behind it."""
    return len(items) > 1 and items[1].kind == "quantity" and items[1].is_next


def _repeats(item: _Item, head: _Item) -> bool:
    if item.kind == "metric":  # 广告费烧了多少
        return item.metric is head.metric
    if item.kind == "event":
        return item.event == head.event
    return item.kind == "quantity" and item.quantity == head.quantity


def _is_its_event(item: _Item, head: _Item, model: SemanticModel) -> bool:
    """Whether an event is the one that a metric is dated by: the postage that buyers pay.

    A metric of an event of its own is no such metric: orders placed and never paid are others.
    """
    if item.kind != "event" or head.event or not isinstance(head.metric, SimpleMetric):
        return False
    return any(
        isinstance(metric, SimpleMetric)
        and metric.facets.get("event") == item.event
        and metric.dataset == head.metric.dataset
        and metric.agg_time_dimension == head.metric.agg_time_dimension
        for metric in model.metrics.values()
    )


_READERS: dict[_Kind, Callable[[_Items, Choices], _Read]] = {
    "metric": _read_metric,
    "event": _read_event,
    "quantity": _read_quantity,
    "term": _read_term,
}


def settled(blocks: tuple[Block, ...], choices: Mapping[str, str]) -> tuple[Block, ...]:
    """The blocks with each ambiguous term as chosen before, where that reading is still offered."""
    return tuple(
        replace(block, slots=tuple(_settled(slot, choices) for slot in block.slots))
        for block in blocks
    )


def _settled(slot: Slot, choices: Mapping[str, str]) -> Slot:
    choice = choices.get(slot.term.casefold())
    if choice not in slot.candidates or len(slot.candidates) == 1:
        return slot
    return replace(slot, candidates=(choice,), is_remembered=True)


def slots_of(blocks: Iterable[Block]) -> Iterator[Slot]:
    """All slots, in order."""
    for block in blocks:
        yield from block.slots
