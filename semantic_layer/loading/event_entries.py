"""Entries of the event calendar → `Event`: later folders add years, and replace those they repeat.

Part of `merging`. The label and the words of an entry replace earlier ones if it has them; a phase
replaces that of its name, a year that of its number. What the days must keep stands in
`event_rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from semantic_layer.catalog import DateRange
from semantic_layer.events import Event, Occurrence, Phase
from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.loading.definition_files import (
    DaysEntry,
    EventEntry,
    OccurrenceEntry,
    PhaseEntry,
)
from semantic_layer.model import Place


@dataclass(frozen=True)
class EventAt:
    """An entry, and where it and its keys stand."""

    entry: EventEntry
    place: Callable[..., Place]


def event_of_entries(entries: Sequence[EventAt]) -> Event:
    """The event that the entries of one name define together, in the order of their folders.

    Raises:
        DefinitionError: no entry has a label.
    """
    last = entries[-1]
    labelled = [at.entry for at in entries if at.entry.label is not None]
    label = labelled[-1].label if labelled else None
    if label is None:
        raise DefinitionError([_no_label(last.entry.name, last.place())])
    worded = [at.entry for at in entries if at.entry.synonyms.zh or at.entry.synonyms.en]
    words = worded[-1].synonyms if worded else last.entry.synonyms
    phases = {phase.name: phase for at in entries for phase in at.entry.phases}
    return Event(
        name=last.entry.name,
        label=label,
        synonyms=words.zh + words.en,
        phases={name: _phase(entry) for name, entry in phases.items()},
        occurrences=_occurrences(entries, phases),
        place=str(last.place()),
    )


def _phase(entry: PhaseEntry) -> Phase:
    return Phase(entry.name, entry.label, entry.synonyms.zh + entry.synonyms.en)


def _occurrences(
    entries: Sequence[EventAt], phases: Mapping[str, PhaseEntry]
) -> dict[int, Occurrence]:
    anchored = tuple(name for name, phase in phases.items() if phase.is_anchor)
    years = {
        year: _occurrence(occurrence, anchored, at.place("years", str(year)))
        for at in entries
        for year, occurrence in at.entry.years.items()
    }
    return dict(sorted(years.items()))


def _occurrence(entry: OccurrenceEntry, anchored: Sequence[str], place: Place) -> Occurrence:
    anchor = entry.anchor or entry.first
    the_day = DateRange(anchor, anchor + timedelta(days=1))
    return Occurrence(
        days=_days(entry),
        anchor=anchor,
        phases={name: _days(days) for name, days in entry.phases.items()}
        | dict.fromkeys(anchored, the_day),
        is_assumed=entry.status == "assumed",
        place=str(place),
    )


def _days(entry: DaysEntry) -> DateRange:
    return DateRange(entry.first, (entry.last or entry.first) + timedelta(days=1))


def _no_label(name: str, place: Place) -> Issue:
    return Issue(
        code="event_label_missing",
        message=Text(
            zh=f"日历里还没有活动 {name!r}，新活动需要 label；请写上中英文名称，或改正 name。",
            en=f"The calendar has no event {name!r} yet and a new one needs a label; "
            "give it one in both languages, or correct the name.",
        ),
        where=str(place),
    )
