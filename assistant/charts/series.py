"""`Series`: what one line, band or panel over time stands for, and which series are shown.

Between `profile` and `timelines`. A series has a value, or None, for every period of the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.charts import captions
from assistant.charts.encoding import BLUE, GREY, PALETTE
from assistant.charts.profile import Measure, Profile, Timeline

MANY_SERIES = len(PALETTE)
TOP_SERIES = 5


@dataclass(frozen=True)
class Series:
    """A name, its values along the calendar of the timeline, and how it is drawn."""

    name: str
    values: tuple[float | None, ...]
    colour: str
    full_name: str = ""


def single(profile: Profile) -> tuple[Series, ...]:
    """The one measure over time."""
    measure = profile.measure
    return (Series(measure.label, along(profile, measure), BLUE, measure.label),)


def by_measure(profile: Profile) -> tuple[Series, ...]:
    """One series a measure, in the asked order."""
    measures = profile.measures
    return tuple(
        Series(name, along(profile, measure), colour, measure.label)
        for name, measure, colour in zip(distinct_labels(measures), measures, PALETTE, strict=False)
    )


def by_member(profile: Profile) -> tuple[Series, ...]:
    """One series a member, the largest in the first period first; colours follow that order."""
    dimension = profile.dimensions[0]
    values = {member: along(profile, profile.measure, member) for member in dimension.members}
    rest = next((name for name in values if dimension.full[name] == profile.request.rest), None)
    ranked = list(dimension.members) if dimension.ordered else _by_first_period(values)
    if rest is not None:
        ranked = [*(name for name in ranked if name != rest), rest]
    return tuple(
        Series(name, values[name], _shade(index, name == rest), dimension.full[name])
        for index, name in enumerate(ranked)
    )


def top_series(profile: Profile, count: int) -> tuple[Series, ...]:
    """The `count` largest members over the whole time."""
    every = by_member(profile)
    size = _total if profile.measure.summable else _mean
    largest = {item.name for item in sorted(every, key=size, reverse=True)[:count]}
    kept = (item for item in every if item.name in largest)
    return tuple(
        Series(item.name, item.values, colour, item.full_name)
        for item, colour in zip(kept, PALETTE, strict=False)
    )


def top_and_others(profile: Profile) -> tuple[Series, ...]:
    """The largest members and the sum of the rest, last and grey."""
    kept = top_series(profile, TOP_SERIES)
    names = {item.name for item in kept}
    rest = [item for item in by_member(profile) if item.name not in names]
    if not rest:
        return kept
    label = captions.others(len(rest), profile.language)
    sums = tuple(summed(values) for values in zip(*(item.values for item in rest), strict=True))
    return (*kept, Series(label, sums, GREY, label))


def along(
    profile: Profile, measure: Measure, member: str | None = None
) -> tuple[float | None, ...]:
    """The values of a measure along the calendar; None where there is no row."""
    time = timeline_of(profile)
    found: dict[datetime, float | None] = {}
    for row, period in enumerate(time.of_row):
        if member is None or profile.dimensions[0].of_row[row] == member:
            found[period] = measure.values[row]
    return tuple(found.get(period) for period in time.calendar)


def distinct_labels(measures: Sequence[Measure]) -> tuple[str, ...]:
    """The labels, numbered where two are alike."""
    labels: list[str] = []
    for measure in measures:
        count = labels.count(measure.label)
        labels.append(f"{measure.label} ({count + 1})" if count else measure.label)
    return tuple(labels)


def summed(values: Iterable[float | None]) -> float | None:
    """The sum of the values that there are, or None."""
    present = [value for value in values if value is not None]
    return sum(present) if present else None


def timeline_of(profile: Profile) -> Timeline:
    """The time column of a profile that has one."""
    assert profile.time is not None, "the rule of this form asks for a time column"
    return profile.time


def _shade(index: int, is_rest: bool) -> str:
    return GREY if is_rest else PALETTE[index % len(PALETTE)]


def _by_first_period(values: Mapping[str, tuple[float | None, ...]]) -> list[str]:
    def rank(name: str) -> tuple[float, str]:
        first = next((value for value in values[name] if value is not None), None)
        return (float("inf") if first is None else -first, name)

    return sorted(values, key=rank)


def _total(series: Series) -> float:
    return summed(series.values) or 0.0


def _mean(series: Series) -> float:
    present = [value for value in series.values if value is not None]
    return sum(present) / len(present) if present else float("-inf")
