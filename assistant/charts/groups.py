"""Drawings of bars in groups: several measures, now and before, two periods, two dimensions.

Between `bars` and `forms`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.charts import captions
from assistant.charts.bars import LABELLED_MARKS, Item, by_value, items, told_of, value_text
from assistant.charts.encoding import (
    BLUE,
    GREY,
    PALETTE,
    Row,
    Spec,
    category_channel,
    colour_channel,
    framed,
    shared_title,
    tooltip,
    value_channel,
)
from assistant.charts.profile import Profile
from assistant.charts.series import distinct_labels, timeline_of
from assistant.presentation.numbers import full, period, short

_GROUP_STEP = {"step": 16, "for": "offset"}


def grouped_by_measure(profile: Profile) -> Spec:
    """For each member a bar for each measure; all have the same unit."""
    names = distinct_labels(profile.measures)
    groups = [
        (name, measure.values, colour)
        for name, measure, colour in zip(names, profile.measures, PALETTE, strict=False)
    ]
    return _grouped(profile, groups, told_of(profile))


def grouped_by_base(profile: Profile) -> Spec:
    """For each member now and before, the base in grey."""
    measure, base = profile.measure, profile.base
    assert base is not None, "the rule of this form asks for a comparison"
    now, before = distinct_labels((measure, base))
    dimension = profile.dimensions[0]
    names = [dimension.full[name] for name in dimension.of_row]
    told = captions.most_changed(profile, measure, base, names)
    return _grouped(profile, [(before, base.values, GREY), (now, measure.values, BLUE)], told)


def grouped_by_period(profile: Profile) -> Spec:
    """For each member two bars, the earlier period in grey."""
    time, language = timeline_of(profile), profile.language
    full_names = profile.dimensions[0].full
    cells = {
        (name, moment): value
        for name, moment, value in zip(
            profile.dimensions[0].of_row, time.of_row, profile.measure.values, strict=True
        )
    }
    latest = [
        Item(name, full_names[name], cells.get((name, time.periods[-1]))) for name in full_names
    ]
    ordered = latest if profile.dimensions[0].ordered else sorted(latest, key=by_value)
    labels = [period(moment, time.grain, language, with_year=True) for moment in time.periods]
    bars = [
        (item, label, cells.get((item.name, moment)))
        for item in ordered
        for label, moment in zip(labels, time.periods, strict=True)
    ]
    told = captions.extremes(
        profile, profile.measure, [(item.full_name, item.value) for item in latest], len(latest)
    )
    titles = (profile.dimensions[0].label, time.label)
    notes = [captions.UNFINISHED.in_(language)] if profile.request.partial_last else []
    return grouped_view(profile, bars, labels, (GREY, BLUE), told, titles, notes)


def grouped_view(
    profile: Profile,
    bars: Sequence[tuple[Item, str, float | None]],
    groups: Sequence[str],
    colours: Sequence[str],
    told: str,
    titles: tuple[str, str],
    notes: Iterable[str] = (),
) -> Spec:
    """Lying bars in groups: each is (item, its name within the group, value).

    `titles` are those of the items and of the groups' bars.
    """
    measure, language = profile.measure, profile.language
    rows: list[Row] = [
        {
            "c0": item.name,
            "f0": item.full_name,
            "c1": group,
            "v0": value,
            "x0": full(value, measure.unit, language),
            "l0": short(value, measure.unit, language),
        }
        for item, group, value in bars
    ]
    largest = max((abs(row["v0"]) for row in rows if row["v0"] is not None), default=0.0)
    title = shared_title(profile.measures, language)
    view = {
        "width": "container",
        "height": _GROUP_STEP,
        "layer": _labelled_bars(rows, colour_channel("c1", None, groups, colours)),
        "encoding": {
            "y": category_channel("c0", titles[0]),
            "yOffset": {"field": "c1", "type": "nominal", "sort": None},
            "x": value_channel("v0", measure, language, largest=largest, title=title),
            "tooltip": tooltip(("f0", titles[0]), ("c1", titles[1]), ("x0", measure.label)),
        },
    }
    return framed(profile, view, rows, told, notes)


def _labelled_bars(rows: Sequence[Row], colour: Spec) -> list[Spec]:
    """Bars, with their values where there are few; the text keeps its own colour."""
    layers: list[Spec] = [{"mark": {"type": "bar"}, "encoding": {"color": colour}}]
    if len(rows) <= LABELLED_MARKS:
        negative = any((row["v0"] or 0.0) < 0 for row in rows)
        layers += value_text("v0", "l0", negative=negative)
    return layers


def _grouped(
    profile: Profile, groups: Sequence[tuple[str, Sequence[float | None], str]], told: str
) -> Spec:
    dimension = profile.dimensions[0]
    row_of = {name: row for row, name in enumerate(dimension.of_row)}
    bars = [
        (item, name, values[row_of[item.name]])
        for item in items(profile)
        for name, values, _ in groups
    ]
    title = "指标" if profile.language == "zh" else "metric"
    names, colours = [name for name, _, _ in groups], [colour for _, _, colour in groups]
    return grouped_view(profile, bars, names, colours, told, (dimension.label, title))
