"""What the event calendar of a model must keep: days in order, years apart, words of its own.

Part of `validation`. A wrong day here would be a wrong number in every answer about the event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

from semantic_layer.catalog import DateRange
from semantic_layer.events import Event, Occurrence
from semantic_layer.issues import Issue, Text, nearest
from semantic_layer.model import SemanticModel
from semantic_layer.rules.terms import normalised, terms_of

_REACH = timedelta(days=60)  # a presale begins a month before; years must not reach into each other


def event_texts_are_bilingual(model: SemanticModel) -> Iterator[Issue]:
    """Events and their phases have labels with words in both languages."""
    for event in model.events.values():
        for name, label in (
            (event.name, event.label),
            *((f"{event.name}.{phase.name}", phase.label) for phase in event.phases.values()),
        ):
            if not (label.zh.strip() and label.en.strip()):
                yield _issue(
                    "text_missing",
                    event.place,
                    f"{name!r} 的 label 缺少中文或英文；请补上。",
                    f"The label of {name!r} lacks Chinese or English; fill in both.",
                )


def event_days_are_in_order(model: SemanticModel) -> Iterator[Issue]:
    """Events and phases end no earlier than they begin."""
    for event, year, occurrence in _occurrences(model):
        for name, days in ((None, occurrence.days), *occurrence.phases.items()):
            if days.days < 1:
                yield _issue(
                    "event_days_reversed",
                    occurrence.place,
                    f"{_titled(event, year, name)}的 last（{days.last_day}）早于 first"
                    f"（{days.start}）；请对调或改正。",
                    f"{_titled(event, year, name)} ends on {days.last_day}, before it starts on "
                    f"{days.start}; correct first or last.",
                )


def event_anchors_are_near(model: SemanticModel) -> Iterator[Issue]:
    """The anchor lies in its year, and in the days of the event or near them."""
    for event, year, occurrence in _occurrences(model):
        if occurrence.anchor.year != year:
            yield _issue(
                "event_year_wrong",
                occurrence.place,
                f"{_titled(event, year)}的 anchor 是 {occurrence.anchor}，不在 {year} 年；"
                "请改正年份或日期。",
                f"The anchor of {_titled(event, year)} is {occurrence.anchor}, which is not in "
                f"{year}; correct the year or the date.",
            )
        elif not _is_near(DateRange(occurrence.anchor, occurrence.anchor), occurrence.days):
            yield _issue(
                "event_anchor_far",
                occurrence.place,
                f"{_titled(event, year)}的 anchor（{occurrence.anchor}）离活动日期太远；"
                f"请改为活动日期之内或前后 {_REACH.days} 天之内的一天。",
                f"The anchor of {_titled(event, year)} ({occurrence.anchor}) lies far from its "
                f"days; choose one within them or within {_REACH.days} days of them.",
            )


def event_phases_are_known(model: SemanticModel) -> Iterator[Issue]:
    """Each phase of a year is defined for its event, and lies in its days or near them."""
    for event, year, occurrence in _occurrences(model):
        for name, days in occurrence.phases.items():
            if name not in event.phases:
                near = nearest(name, event.phases) or tuple(event.phases)
                yield _issue(
                    "event_phase_undefined",
                    occurrence.place,
                    f"{_titled(event, year)}的阶段 {name!r} 没有定义；"
                    f"已定义的有：{'、'.join(near) or '无'}，请改名或在 phases 里定义。",
                    f"The phase {name!r} of {_titled(event, year)} is not defined; there are "
                    f"{', '.join(near) or 'none'}. Rename it or define it under phases.",
                    near,
                )
            elif days.start != occurrence.anchor and not _is_near(days, occurrence.days):
                yield _issue(
                    "event_phase_far",
                    occurrence.place,
                    f"{_titled(event, year, name)}离活动日期超过 {_REACH.days} 天；请改正日期。",
                    f"{_titled(event, year, name)} lies more than {_REACH.days} days from the "
                    "days of the event; correct the dates.",
                )


def event_years_do_not_overlap(model: SemanticModel) -> Iterator[Issue]:
    """An event is over before that of the next year begins."""
    for event in model.events.values():
        for (year, one), (next_year, other) in pairwise(sorted(event.occurrences.items())):
            if one.days.end > other.days.start:
                yield _issue(
                    "event_years_overlap",
                    other.place,
                    f"{_titled(event, next_year)}从 {other.days.start} 开始，而 {year} 年的到 "
                    f"{one.days.last_day} 才结束；请改正其中一个。",
                    f"{_titled(event, next_year)} starts on {other.days.start}, but that of {year} "
                    f"ends on {one.days.last_day}; correct one of the two.",
                )


def event_terms_are_exclusive(model: SemanticModel) -> Iterator[Issue]:
    """A word for an event means no other event, and no metric, dimension, facet or member."""
    owners = _owners(model)
    for event in model.events.values():
        for term in dict.fromkeys(map(normalised, event.terms)):
            owner = owners.setdefault(term, event.name)
            if owner != event.name:
                yield _term_taken(event, term, owner)


def event_phase_terms_are_exclusive(model: SemanticModel) -> Iterator[Issue]:
    """Within an event, a word means one phase."""
    for event in model.events.values():
        owners: dict[str, str] = {}
        for phase in event.phases.values():
            words = (phase.label.zh, phase.label.en, *phase.synonyms)
            for term in dict.fromkeys(map(normalised, words)):
                owner = owners.setdefault(term, phase.name)
                if owner != phase.name:
                    yield _term_taken(event, term, owner)


EVENT_RULES: tuple[Callable[[SemanticModel], Iterator[Issue]], ...] = (
    event_texts_are_bilingual,
    event_days_are_in_order,
    event_anchors_are_near,
    event_phases_are_known,
    event_years_do_not_overlap,
    event_terms_are_exclusive,
    event_phase_terms_are_exclusive,
)


def _occurrences(model: SemanticModel) -> Iterator[tuple[Event, int, Occurrence]]:
    for event in model.events.values():
        for year, occurrence in event.occurrences.items():
            yield event, year, occurrence


def _is_near(days: DateRange, of: DateRange) -> bool:
    return of.start - _REACH <= days.start and days.end <= of.end + _REACH


def _owners(model: SemanticModel) -> dict[str, str]:
    """Term → the definition that has it already."""
    owners: dict[str, str] = {}
    for facet in model.facets:
        for word in (facet.label.zh, facet.label.en, *facet.synonyms.all()):
            owners[normalised(word)] = f"{facet.kind}: {facet.name}"
    for dimension in model.dimensions.values():
        for synonyms in dimension.member_synonyms.values():
            owners |= dict.fromkeys(map(normalised, synonyms), dimension.name)
    for one in (*model.metrics.values(), *model.dimensions.values()):
        owners |= dict.fromkeys(terms_of(one), one.name)
    for metric in model.metrics.values():
        owners |= dict.fromkeys(map(normalised, metric.ambiguous_terms.all()), metric.name)
    return owners


def _titled(event: Event, year: int, phase: str | None = None) -> str:
    return f"{event.name} {year}" + (f" ({phase})" if phase else "")


def _term_taken(event: Event, term: str, owner: str) -> Issue:
    return _issue(
        "event_term_taken",
        event.place,
        f"活动 {event.name!r} 的说法“{term}”也属于 {owner!r}；请删去其中一个。",
        f"The word {term!r} of event {event.name!r} also belongs to {owner!r}; "
        "remove one of the two.",
    )


def _issue(code: str, place: str, zh: str, en: str, suggestions: tuple[str, ...] = ()) -> Issue:
    return Issue(code=code, message=Text(zh=zh, en=en), where=place, suggestions=suggestions)
