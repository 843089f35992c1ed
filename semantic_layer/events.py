"""Events of the shop's calendar: promotions and holidays, each with its days year by year.

The dates are data (`definitions/`, the project's own `models/`), never rules in code: the lunar new
year moves, and platforms announce new presale days every year. One rule turns an asked event into
days: without a year it is the latest one that has begun. Imports only `catalog`, `issues` and
`query`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from semantic_layer.catalog import DateRange
from semantic_layer.issues import Issue, QueryError, Text, nearest
from semantic_layer.query import EventTime


@dataclass(frozen=True)
class Occurrence:
    """An event in one year: its days, the day that others are counted from, its phases.

    A phase may lie before the days: the presale of 双11 is over when its days begin. `is_assumed`
    marks days that follow the rule of earlier years and that nobody has announced yet.
    """

    days: DateRange
    anchor: date
    phases: Mapping[str, DateRange] = field(default_factory=dict, hash=False)
    is_assumed: bool = False
    place: str = ""


@dataclass(frozen=True)
class Phase:
    """A part of an event that has a name: presale, opening, the day itself."""

    name: str
    label: Text
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """An event by name, with its occurrences by year."""

    name: str
    label: Text
    synonyms: tuple[str, ...]
    phases: Mapping[str, Phase] = field(hash=False)
    occurrences: Mapping[int, Occurrence] = field(hash=False)
    place: str

    @property
    def terms(self) -> tuple[str, ...]:
        """What people call it, each once."""
        return tuple(dict.fromkeys((self.label.zh, self.label.en, *self.synonyms)))


def event_days(time: EventTime, events: Mapping[str, Event], today: date) -> DateRange:
    """The days of an event, or of its phase, in the asked year or the latest that has begun.

    Raises:
        QueryError: there is no such event or phase, or no such year of it.
    """
    return _days(occurrence_of(time, events, today), time.phase)


def occurrence_of(time: EventTime, events: Mapping[str, Event], today: date) -> Occurrence:
    """The event in the asked year, or in the latest year in which it (or its phase) has begun.

    Raises:
        QueryError: as `event_days`.
    """
    return event_of(time.event, events).occurrences[event_year(time, events, today)]


def event_year(time: EventTime, events: Mapping[str, Event], today: date) -> int:
    """The year that `time` means on `today`; its occurrence has the asked phase.

    Raises:
        QueryError: as `event_days`.
    """
    event = event_of(time.event, events)
    if time.phase is not None and time.phase not in event.phases:
        raise QueryError([_phase_unknown(event, time.phase)])
    phase = event.phases[time.phase] if time.phase else None
    year = time.year
    if year is None:
        starts = {year: _start(one, time.phase) for year, one in event.occurrences.items()}
        begun = [year for year, start in starts.items() if start <= today]
        if not begun:
            raise QueryError([_not_begun(event, phase, starts)])
        year = max(begun)
    known = [
        year
        for year, one in event.occurrences.items()
        if time.phase is None or time.phase in one.phases
    ]
    if year not in known:
        raise QueryError([_year_unknown(event, phase, year, known)])
    return year


def anchor_of(event: str, year: int, events: Mapping[str, Event]) -> date:
    """The day that an event of one year is counted from: 11 November, lunar new year's day.

    Raises:
        QueryError: there is no such event or no such year of it.
    """
    found = event_of(event, events)
    if year not in found.occurrences:
        raise QueryError([_year_unknown(found, None, year, found.occurrences)])
    return found.occurrences[year].anchor


def previous_occurrence(
    time: EventTime, events: Mapping[str, Event], today: date
) -> tuple[EventTime, Occurrence]:
    """The same event, or phase of it, a year earlier.

    Raises:
        QueryError: the year before is not in the calendar, or had no such phase.
    """
    earlier = time.model_copy(update={"year": event_year(time, events, today) - 1})
    return earlier, occurrence_of(earlier, events, today)


def event_year_around(event: str, day: date, events: Mapping[str, Event]) -> int:
    """The year of the occurrence whose anchor lies nearest to `day`, the earlier one of two.

    Raises:
        QueryError: there is no such event, or its calendar is empty.
    """
    found = event_of(event, events)
    if not found.occurrences:
        raise QueryError([_year_unknown(found, None, day.year, ())])
    return min(
        sorted(found.occurrences), key=lambda year: abs(found.occurrences[year].anchor - day)
    )


def event_of(name: str, events: Mapping[str, Event]) -> Event:
    """The event called `name`.

    Raises:
        QueryError: there is none.
    """
    if name not in events:
        raise QueryError([_event_unknown(name, events)])
    return events[name]


def _days(occurrence: Occurrence, phase: str | None) -> DateRange:
    return occurrence.days if phase is None else occurrence.phases[phase]


def _start(occurrence: Occurrence, phase: str | None) -> date:
    """When the phase begins; if its days are not known, when the event does."""
    return occurrence.phases.get(phase or "", occurrence.days).start


def _event_unknown(name: str, events: Mapping[str, Event]) -> Issue:
    by_term = {term: event.name for event in events.values() for term in (event.name, *event.terms)}
    near = tuple(dict.fromkeys(by_term[term] for term in nearest(name, by_term)))
    listed = near or tuple(sorted(events))
    return Issue(
        code="event_unknown",
        message=Text(
            zh=f"活动日历里没有 {name!r}；"
            + (
                f"可用的有：{'、'.join(listed)}。"
                if listed
                else "请先在 models/ 里用 events: 定义。"
            ),
            en=f"The event calendar has no {name!r}; "
            + (f"there are {', '.join(listed)}." if listed else "define it under events: first."),
        ),
        where=name,
        suggestions=listed,
    )


def _phase_unknown(event: Event, phase: str) -> Issue:
    known = nearest(phase, event.phases) or tuple(event.phases)
    zh = f"可用的有：{'、'.join(known)}" if known else "它不分阶段，请去掉阶段"
    en = f"there are {', '.join(known)}" if known else "it has none, so leave the phase out"
    return Issue(
        code="event_phase_unknown",
        message=Text(
            zh=f"{event.label.zh}没有名为 {phase!r} 的阶段；{zh}。",
            en=f"{event.label.en} has no phase {phase!r}; {en}.",
        ),
        where=event.name,
        suggestions=known,
    )


def _year_unknown(event: Event, phase: Phase | None, year: int, known: Iterable[int]) -> Issue:
    years = tuple(sorted(known))
    zh, en = _called(event, phase)
    return Issue(
        code="event_year_unknown",
        message=Text(
            zh=f"活动日历里没有 {year} 年的{zh}；"
            f"已有的年份：{years_listed(years) or '无'}。"
            "请换一个年份，或在 models/ 里补上它的日期。",
            en=f"The event calendar has no {en} of {year}; it knows "
            f"{years_listed(years) or 'none'}. "
            "Choose one of these years, or add its days under events: in models/.",
        ),
        where=event.name,
        suggestions=tuple(map(str, sorted(years, key=lambda known: abs(known - year))[:3])),
    )


def _not_begun(event: Event, phase: Phase | None, known: Mapping[int, date]) -> Issue:
    zh, en = _called(event, phase)
    if not known:
        zh_first, en_first = "日历里没有它的日期", "the calendar has no days of it"
    else:
        year, start = min(known.items())
        zh_first = f"最早的是 {year} 年，从 {start} 开始"
        en_first = f"the first is that of {year}, from {start}"
    return Issue(
        code="event_not_begun",
        message=Text(
            zh=f"还没有已开始的{zh}：{zh_first}；请写明年份，或在 models/ 里补上更早的日期。",
            en=f"No {en} has begun yet: {en_first}; name a year, or add earlier days under events: "
            "in models/.",
        ),
        where=event.name,
        suggestions=tuple(map(str, sorted(known)[:3])),
    )


def _called(event: Event, phase: Phase | None) -> tuple[str, str]:
    if phase is None:
        return event.label.zh, event.label.en
    return f"{event.label.zh}{phase.label.zh}", f"{event.label.en} {phase.label.en}"


def years_listed(years: Iterable[int]) -> str:
    """Years as a short list.

    >>> years_listed([2018, 2019, 2020, 2023])
    '2018-2020, 2023'
    """
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
