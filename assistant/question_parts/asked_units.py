"""What the question word says of the number: how much money, how many things, how many days.

Imports `metrics` and `sentence`. How many refunds is a count and how much was refunded an amount,
so a term that may be either is settled by its question word; how long needs a metric in days, of
which the slowest is the worst. A mean is one without saying so (a click costs … on average), and
the end of a period is that of a level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from assistant.linking.average_expressions import LONE, says_period
from assistant.outcome import Link, LinkKind
from assistant.question_parts.metrics import Block, Slot
from assistant.question_parts.sentence import METRIC_LIKE, Sentence
from semantic_layer import SemanticModel
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Metric,
    RatioMetric,
    SimpleMetric,
)

_DAYS = "days"
_IN = re.compile(r"\bin\b", re.IGNORECASE)
_MONEY = re.compile(r"\b(?:money|cash)\b", re.IGNORECASE)
_UNITS = {"how_much": "CNY", "how_many": "count"}
_SALES = ("sell", "sells", "sold", "selling")
_SLOW = ("slowest", "slowest_first")
_ENDS = frozenset({*_SLOW, "fastest", "fastest_first"})


def in_asked_units(
    sentence: Sentence, model: SemanticModel, before: Sequence[str] = ()
) -> Sentence:
    """The sentence with its durations and plain means as the metrics that they ask for.

    `before` are the metrics of the question that this one follows: slowest first may be of those.
    """
    sentence = _as_money(_as_one_event(_as_list(sentence, model)), model)
    sentence = _with_durations(_without_subjects(sentence, model), model, before)
    return _without_plain_means(_without_now(sentence, model), model)


def _without_subjects(sentence: Sentence, model: SemanticModel) -> Sentence:
    """The buyers of "how much buyers paid" are who paid; much is said of no count."""
    silent = {
        index
        for index in range(1, len(sentence.links) - 1)
        if sentence.role(index - 1) == "how_much"
        and sentence.kind(index + 1) is LinkKind.event
        and sentence.kind(index) in (LinkKind.quantity, LinkKind.ambiguous_metric)
        and _units(sentence.links[index], model) == {"count"}
    }
    return _without(sentence, silent)


def _as_list(sentence: Sentence, model: SemanticModel) -> Sentence:
    """CPC + CTR are two numbers; of numbers in one unit a plus may ask for their sum."""
    links = list(sentence.links)
    for index in sentence.roles("plus"):
        sides = [
            _units(links[place], model) if sentence.kind(place) in METRIC_LIKE else set()
            for place in (index - 1, index + 1)
            if place < len(links)
        ]
        if len(sides) == 2 and all(sides) and not sides[0] & sides[1]:
            links[index] = links[index].model_copy(update={"name": "conjunction"})
    return replace(sentence, links=tuple(links))


def _as_one_event(sentence: Sentence) -> Sentence:
    """How many did we sell last week, in units: the quantity belongs to what was done."""
    links = list(sentence.links)
    events = sentence.indices(LinkKind.event)
    last = len(links) - 1 - (sentence.role(len(links) - 1) == "comma")
    is_apart = sentence.kind(last) is LinkKind.quantity and len(events) == 1 and events[0] < last
    if not is_apart or not _IN.search(sentence.gap(last)):
        return sentence
    before = links[last - 1 : last] if sentence.role(last - 1) == "comma" else []
    quantity = links[last]
    kept = [link for link in links if link not in (*before, quantity)]
    at = kept.index(links[events[0]]) + 1
    return replace(sentence, links=(*kept[:at], quantity, *kept[at:]))


def _as_money(sentence: Sentence, model: SemanticModel) -> Sentence:
    """How much money is in unpaid orders: what they are worth, not how many they are."""
    links = list(sentence.links)
    silent = set()
    for index in (*sentence.indices(LinkKind.quantity), *sentence.roles("how_much")):
        place = index + 1
        if not _MONEY.search(links[index].text) or sentence.kind(place) is not LinkKind.metric:
            continue
        event = model.metrics[links[place].name].facets.get("event")
        worth = [
            metric.name
            for metric in model.metrics.values()
            if metric.facets == {"event": event, "quantity": "amount"}
        ]
        if model.metrics[links[place].name].unit != "count":
            continue
        if not event or len(worth) != 1:
            raise sentence.not_covered(index, place)
        links[place] = links[place].model_copy(update={"name": worth[0]})
        silent.add(index)
    return _without(replace(sentence, links=tuple(links)), silent)


def _with_durations(sentence: Sentence, model: SemanticModel, before: Sequence[str]) -> Sentence:
    asked = sentence.roles("how_long")
    words = [i for i in sentence.indices(LinkKind.ranking) if sentence.links[i].name in _ENDS]
    if not asked and not words:
        return sentence
    links = list(sentence.links)
    for index in range(len(links)) if asked else ():
        if sentence.is_metric_like(index):
            links[index] = _in_days(links[index], model) or links[index]
    repeated = _said_of_durations(links, model) if asked else set()
    # How long do customers wait: whoever waits is not counted.
    repeated |= {
        place + 1
        for place in asked
        if sentence.is_metric_like(place + 1) and _units(links[place + 1], model) == {"count"}
    }
    measured = [
        link
        for index, link in enumerate(links)
        if link.kind in METRIC_LIKE and index not in repeated
    ]
    is_in_days = bool(measured) and all(_units(link, model) == {_DAYS} for link in measured)
    if asked and not is_in_days:
        raise sentence.not_covered(*asked)
    for index in words:
        if not is_in_days and measured and links[index].name not in _SLOW:
            raise sentence.not_covered(index)
    goes_on = bool(before) and all(model.metrics[name].unit == _DAYS for name in before)
    if not measured and not goes_on:
        links = [*links, _only_duration(sentence, words[0], model)]
    took = sentence.roles("take") if is_in_days and not sentence.roles("out") else ()
    return _without(replace(sentence, links=tuple(links)), {*asked, *took, *repeated})


def _only_duration(sentence: Sentence, index: int, model: SemanticModel) -> Link:
    """The slowest courier: what the one metric in days says of something that its rows have."""
    metrics = [
        metric
        for metric in model.metrics.values()
        if metric.unit == _DAYS and isinstance(metric, SimpleMetric)
    ]
    named = {sentence.links[place].name for place in sentence.indices(LinkKind.dimension)}
    homes = {model.dimensions[name].dataset for name in named if name in model.dimensions}
    if len(metrics) != 1 or homes != {metrics[0].dataset}:
        raise sentence.not_covered(index)
    word = sentence.links[index]
    return word.model_copy(update={"kind": LinkKind.metric, "name": metrics[0].name, "value": None})


def _in_days(link: Link, model: SemanticModel) -> Link | None:
    """What is asked of something that takes days: delivery, or parcels that are delivered."""
    clocks = {_clock(model.metrics[name]) for name in _candidates(link, model)} - {None}
    fitting = [
        metric.name
        for metric in model.metrics.values()
        if metric.unit == _DAYS and _clock(metric) in clocks
    ]
    if len(fitting) != 1:
        return None
    return link.model_copy(update={"kind": LinkKind.metric, "name": fitting[0], "value": None})


def _clock(metric: Metric) -> tuple[str, str | None] | None:
    """The rows that a metric is measured on, and the time by which they count."""
    return (metric.dataset, metric.agg_time_dimension) if isinstance(metric, SimpleMetric) else None


def _said_of_durations(links: list[Link], model: SemanticModel) -> set[int]:
    """Whatever else names the rows of a duration: the parcels of "how fast do parcels arrive"."""
    places = [index for index, link in enumerate(links) if link.kind in METRIC_LIKE]
    timed = [index for index in places if _units(links[index], model) == {_DAYS}]
    if not timed:
        return set()
    home = _datasets(links[timed[0]], model)
    return {
        index for index in places if index != timed[0] and _datasets(links[index], model) == home
    }


def _datasets(link: Link, model: SemanticModel) -> set[str]:
    metrics = (model.metrics[name] for name in _candidates(link, model))
    return {metric.dataset for metric in metrics if isinstance(metric, SimpleMetric)}


def _without_now(sentence: Sentence, model: SemanticModel) -> Sentence:
    """Stock right now is that of the last day, which a level without a time is anyway."""
    now = {
        index
        for index, link in enumerate(sentence.links)
        if link.name == "now" or (link.kind is LinkKind.edit and link.text.casefold() == "now")
    }
    measured = [link for link in sentence.links if link.kind in METRIC_LIKE]
    names = [name for link in measured for name in _candidates(link, model)]
    is_level = all(model.metrics[name].additivity == "semi_additive" for name in names)
    return _without(sentence, now) if names and is_level else sentence


def _without_plain_means(sentence: Sentence, model: SemanticModel) -> Sentence:
    """Without the average of what is one by itself; an average per day is another number."""
    lone = {
        index for index in sentence.indices(LinkKind.average) if sentence.links[index].name == LONE
    }
    measured = [link for link in sentence.links if link.kind in METRIC_LIKE]
    metrics = [model.metrics[name] for link in measured for name in _candidates(link, model)]
    if not lone or not metrics or says_period(sentence.question):
        return sentence
    return _without(sentence, lone) if all(map(_is_mean, metrics)) else sentence


def _is_mean(metric: Metric) -> bool:
    match metric:
        case RatioMetric():
            return True
        case SimpleMetric():
            return metric.agg == "average"
        case DerivedMetric() | CumulativeMetric() | ConversionMetric():
            return False
        case _:
            assert_never(metric)


def _candidates(link: Link, model: SemanticModel) -> tuple[str, ...]:
    if link.kind is LinkKind.metric:
        return (link.name,)
    if link.kind is LinkKind.ambiguous_metric:
        return tuple(link.value)
    side = {"event": link.name} if link.kind is LinkKind.event else {"quantity": link.name}
    return tuple(name for name, one in model.metrics.items() if side.items() <= one.facets.items())


def _units(link: Link, model: SemanticModel) -> set[str]:
    return {model.metrics[name].unit for name in _candidates(link, model)}


def _without(sentence: Sentence, places: set[int]) -> Sentence:
    kept = tuple(link for index, link in enumerate(sentence.links) if index not in places)
    return replace(sentence, links=kept)


def level_ends(
    sentence: Sentence, model: SemanticModel, blocks: tuple[Block, ...], shown: tuple[str, ...]
) -> frozenset[int]:
    """The words for the end of a period, where all that is asked for are levels at that end.

    `shown` are the metrics of the question that this one follows.
    """
    names = {name for block in blocks for slot in block.slots for name in slot.candidates}
    is_level = all(model.metrics[name].additivity == "semi_additive" for name in names or shown)
    ends = (
        index
        for index in sentence.roles("at_end")
        if LinkKind.time
        is sentence.kind(index + 1 if sentence.links[index].text.isascii() else index - 1)
    )
    return frozenset(ends) if is_level and (names or shown) else frozenset()


def narrowed(
    blocks: tuple[Block, ...], sentence: Sentence, model: SemanticModel
) -> tuple[Block, ...]:
    """The blocks with ambiguous terms as their question words want them, where one reading fits."""
    return tuple(
        replace(block, slots=tuple(_narrowed_slots(block, sentence, model))) for block in blocks
    )


def _narrowed_slots(block: Block, sentence: Sentence, model: SemanticModel) -> Iterator[Slot]:
    unit = _UNITS.get(sentence.role(block.first - 1))
    said = sentence.links[block.first]
    # How much did we sell may be units or money, before or after refunds.
    is_open = said.kind is LinkKind.event and said.text.casefold() in _SALES
    for slot in block.slots:
        fitting = tuple(name for name in slot.candidates if model.metrics[name].unit == unit)
        is_settled = said.kind is LinkKind.event or len(fitting) == 1
        if unit is None or is_open or not fitting or not is_settled:
            yield slot
        else:
            yield replace(slot, candidates=fitting[:1])
