"""Drawings in panels: a small chart for each member, a panel for each unit; indexed lines.

Between the other drawings and `forms`. Panels keep one time axis or one list of names, and each
unit has its own value axis: two units never share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.charts import captions
from assistant.charts.bars import items
from assistant.charts.bars import told_of as told_of_names
from assistant.charts.comparisons import over_base, with_base
from assistant.charts.encoding import (
    BLUE,
    PALETTE,
    PANEL,
    Spec,
    category_channel,
    faceted,
    framed,
    tooltip,
    value_channel,
    value_labels,
)
from assistant.charts.profile import Profile
from assistant.charts.series import by_measure, by_member, single
from assistant.charts.timelines import line_rows, line_view, told_of
from assistant.presentation.numbers import full

_STACKED_PANEL = {"width": 560, "height": 120}


def lines_by_member(profile: Profile) -> Spec:
    """A small line chart for each member, all with the same axes."""
    measure = profile.measure
    shades = [replace(item, colour=BLUE) for item in by_member(profile)]
    view = line_view(profile, shades, measure, zero=True)
    del view["encoding"]["color"], view["width"]
    for layer in view["layer"]:
        layer["mark"]["color"] = BLUE
    small = faceted(PANEL | view, "c0", profile.dimensions[0].label)
    rows = line_rows(profile, shades, measure)
    return framed(profile, small, rows, told_of(profile), _open_note(profile))


def lines_by_measure(profile: Profile) -> Spec:
    """A panel for each measure, one below the other, with the same time axis."""
    panels = []
    for item, measure in zip(by_measure(profile), profile.measures, strict=True):
        view = line_view(profile, [item], measure, zero=True) | _STACKED_PANEL
        panels.append(view | {"data": {"values": line_rows(profile, [item], measure)}})
    spec = framed(profile, {"vconcat": panels}, [], told_of(profile), _open_note(profile))
    del spec["data"]
    return spec


def course_panels(profile: Profile) -> Spec:
    """A small course for each of many measures, a few abreast; the base of each is dashed."""
    panels = []
    for measure, base in zip(profile.measures, profile.bases, strict=True):
        alone = replace(profile, measures=(measure,), bases=(base,), dimensions=())
        shown = single(alone)
        view = line_view(alone, shown, measure, zero=True) | PANEL
        rows = line_rows(alone, shown, measure)
        if base is not None and base.present:
            view = over_base(alone, view, measure, base)
            rows = with_base(alone, rows)
        panels.append(view | {"data": {"values": rows}})
    notes = [*_open_note(profile)]
    if any(base is not None and base.present for base in profile.bases):
        notes.append(captions.BASE_DASHED.in_(profile.language))
    spec = framed(profile, {"concat": panels, "columns": 3}, [], told_of(profile), notes)
    del spec["data"]
    return spec


def indexed_lines(profile: Profile) -> Spec:
    """Every measure as a percentage of its first value: courses compared, not sizes."""
    language = profile.language
    named = by_measure(profile)
    series = [replace(item, values=_indexed(item.values)) for item in named]
    view = line_view(profile, series, profile.measure, zero=False)
    view["encoding"]["y"] |= {
        "title": "指数（首期=100）" if language == "zh" else "index (first period = 100)",
        "axis": {"labelExpr": value_labels(None, 1, language)},
    }
    texts = (
        full(value, measure.unit, language)
        for item, measure in zip(named, profile.measures, strict=True)
        for value in item.values
    )
    rows = line_rows(profile, series, profile.measure)
    rows = [row | {"x0": text} for row, text in zip(rows, texts, strict=True)]
    notes = [captions.indexed(language), *_open_note(profile)]
    return framed(profile, view, rows, told_of(profile), notes)


def bars_by_measure(profile: Profile) -> Spec:
    """A panel of bars for each measure, side by side, all in the order of the first."""
    dimension, language = profile.dimensions[0], profile.language
    ordered = items(profile)
    row_of = {name: row for row, name in enumerate(dimension.of_row)}
    panels = []
    for place, measure in enumerate(profile.measures):
        y = category_channel("c0", dimension.label)
        if place:
            y |= {"axis": None}
        rows = [
            {
                "c0": item.name,
                "f0": item.full_name,
                "v0": measure.values[row_of[item.name]],
                "x0": full(measure.values[row_of[item.name]], measure.unit, language),
            }
            for item in ordered
        ]
        panels.append(
            {
                "width": 480 // len(profile.measures),
                "height": {"step": 22},
                "data": {"values": rows},
                "mark": {"type": "bar", "color": PALETTE[place % len(PALETTE)]},
                "encoding": {
                    "y": y,
                    "x": value_channel("v0", measure, language),
                    "tooltip": tooltip(("f0", dimension.label), ("x0", measure.label)),
                },
            }
        )
    spec = framed(profile, {"hconcat": panels}, [], told_of_names(profile), ())
    del spec["data"]
    return spec


def _open_note(profile: Profile) -> list[str]:
    if not profile.request.partial_last:
        return []
    return [captions.UNFINISHED_DASHED.in_(profile.language)]


def _indexed(values: Sequence[float | None]) -> tuple[float | None, ...]:
    base = next(value for value in values if value is not None)
    return tuple(None if value is None else value / base * 100 for value in values)
