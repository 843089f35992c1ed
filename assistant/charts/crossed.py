"""Drawings of one measure by two things: heatmaps, groups, stacks, small bar charts.

Between the other drawings and `forms`. The longer of two dimensions goes down the page, where names
have room.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.charts import captions
from assistant.charts.bars import Item, by_value
from assistant.charts.encoding import (
    BLUE,
    PALETTE,
    PANEL,
    Row,
    Spec,
    category_channel,
    colour_channel,
    colour_labels,
    faceted,
    framed,
    period_text,
    share_title,
    tooltip,
    value_channel,
    value_labels,
)
from assistant.charts.groups import grouped_view
from assistant.charts.profile import Dimension, Profile, width
from assistant.charts.series import by_member, timeline_of, top_series
from assistant.presentation.numbers import full, short

HEATMAP_ROWS = 30
_TEXT_CELLS = 60
_ROOM_ABREAST = 80

Cells = dict[tuple[str, str], float | None]


def heatmap_over_time(profile: Profile) -> Spec:
    """Member by period, one cell each."""
    time, language = timeline_of(profile), profile.language
    every = by_member(profile)
    shown = top_series(profile, HEATMAP_ROWS) if len(every) > HEATMAP_ROWS else every
    names = [period_text(time, period, language) for period in time.calendar]
    rows = [
        _cell(profile, (name, name), (item.name, item.full_name), value)
        for item in shown
        for name, value in zip(names, item.values, strict=True)
    ]
    note = captions.hidden(len(every) - len(shown), language)
    return _heat(profile, rows, (time.label, profile.dimensions[0].label), note)


def heatmap(profile: Profile) -> Spec:
    """One dimension across, the other down, one cell each."""
    down, across = axes_of(profile)
    cells = _cells(profile, down, across)
    rows = [
        _cell(profile, (b, across.full[b]), (a, down.full[a]), cells.get((a, b)))
        for a in _ordered(down, cells, 0)
        for b in _ordered(across, cells, 1)
    ]
    return _heat(profile, rows, (across.label, down.label))


def grouped_by_member(profile: Profile) -> Spec:
    """Members of the longer dimension, in each a bar for each member of the shorter."""
    down, groups = axes_of(profile)
    cells = _cells(profile, down, groups)
    names = _ordered(groups, cells, 1)
    bars = [
        (Item(a, down.full[a], None), b, cells.get((a, b)))
        for a in _ordered(down, cells, 0)
        for b in names
    ]
    told = _crossed(profile, down, groups, cells)
    return grouped_view(
        profile, bars, names, PALETTE[: len(names)], told, (down.label, groups.label)
    )


def stacked_by_member(profile: Profile) -> Spec:
    """Members of the longer dimension, cut into the parts of the shorter."""
    return _stacked(profile, share=False)


def share_by_member(profile: Profile) -> Spec:
    """The same, each bar 100%."""
    return _stacked(profile, share=True)


def bars_by_member(profile: Profile) -> Spec:
    """A small bar chart for each member of the shorter dimension, all with the same axes."""
    down, across = axes_of(profile)
    cells = _cells(profile, down, across)
    rows = [
        _cell(profile, (a, down.full[a]), (b, across.full[b]), cells.get((a, b)))
        for b in _ordered(across, cells, 1)
        for a in _ordered(down, cells, 0)
    ]
    measure = profile.measure
    inner = {
        "width": PANEL["width"],
        "height": {"step": 18},
        "mark": {"type": "bar", "color": BLUE},
        "encoding": {
            "y": category_channel("c0", down.label),
            "x": value_channel("v0", measure, profile.language),
            "tooltip": tooltip(("f1", across.label), ("f0", down.label), ("x0", measure.label)),
        },
    }
    told = _crossed(profile, down, across, cells)
    return framed(profile, faceted(inner, "c1", across.label), rows, told, ())


def lines_by_cycle(profile: Profile) -> Spec:
    """A line through the longer cycle for each name of the shorter one, as many as differ."""
    down, across = axes_of(profile)
    cells = _cells(profile, down, across)
    rows = [
        _cell(profile, (a, down.full[a]), (b, across.full[b]), cells.get((a, b)))
        for b in across.members
        for a in down.members
    ]
    measure = profile.measure
    names = list(across.members)
    view = {
        "width": "container",
        "mark": {"type": "line", "point": {"size": 20}, "invalid": "break-paths-show-path-domains"},
        "encoding": {
            "x": category_channel("c0", down.label, upright=True),
            "y": value_channel("v0", measure, profile.language),
            "color": colour_channel("c1", across.label, names, PALETTE[: len(names)]),
            "tooltip": tooltip(("f1", across.label), ("f0", down.label), ("x0", measure.label)),
        },
    }
    return framed(profile, view, rows, _crossed(profile, down, across, cells), ())


def axes_of(profile: Profile) -> tuple[Dimension, Dimension]:
    """The longer dimension first; of two alike the one that was asked first."""
    first, second = profile.dimensions
    return (second, first) if second.size > first.size else (first, second)


def _cells(profile: Profile, down: Dimension, across: Dimension) -> Cells:
    keys = zip(down.of_row, across.of_row, strict=True)
    return dict(zip(keys, profile.measure.values, strict=True))


def _ordered(dimension: Dimension, cells: Cells, side: int) -> list[str]:
    """The members' own order, or those with the largest values first."""
    if dimension.ordered:
        return list(dimension.members)
    largest: dict[str, float] = {}
    for key, value in cells.items():
        if value is not None:
            largest[key[side]] = max(value, largest.get(key[side], value))
    return sorted(dimension.members, key=lambda name: by_value(Item(name, name, largest.get(name))))


def _cell(
    profile: Profile, across: tuple[str, str], down: tuple[str, str], value: float | None
) -> Row:
    """A row of the data; both names as shown and in full."""
    unit, language = profile.measure.unit, profile.language
    return {
        "c0": across[0],
        "f0": across[1],
        "c1": down[0],
        "f1": down[1],
        "v0": value,
        "x0": full(value, unit, language),
        "l0": "" if value is None else short(value, unit, language),
    }


def _heat(profile: Profile, rows: list[Row], titles: tuple[str, str], note: str = "") -> Spec:
    measure = profile.measure
    low, high = min(measure.present), max(measure.present)
    scale: Spec = {"scheme": "blues", "nice": True}
    if low < 0:
        scale = {"scheme": "blueorange", "reverse": True, "domainMid": 0}
    colour = {"field": "v0", "type": "quantitative", "scale": scale}
    colour |= colour_labels(measure, profile.language)
    layers: list[Spec] = [{"mark": {"type": "rect"}, "encoding": {"color": colour}}]
    if len(rows) <= _TEXT_CELLS and low >= 0:
        dark = {"field": "v0", "gt": low + 0.6 * (high - low)}
        ink = {"condition": {"test": dark, "value": "white"}, "value": "#222222"}
        text = {"text": {"field": "l0", "type": "nominal"}, "color": ink}
        layers.append({"mark": {"type": "text"}, "encoding": text})
    view = {
        "width": "container",
        "height": {"step": 24},
        "layer": layers,
        "encoding": {
            "x": category_channel("c0", titles[0], upright=_fit_abreast(rows)),
            "y": category_channel("c1", titles[1]),
            "tooltip": tooltip(("f1", titles[1]), ("f0", titles[0]), ("x0", measure.label)),
        },
    }
    named = [(f"{row['f1']} × {row['f0']}", row["v0"]) for row in rows]
    told = captions.extremes(profile, measure, named, len(named))
    return framed(profile, view, rows, told, [note])


def _fit_abreast(rows: Sequence[Row]) -> bool:
    names = {row["c0"] for row in rows}
    return len(names) * (max(map(width, names)) + 2) <= _ROOM_ABREAST


def _stacked(profile: Profile, *, share: bool) -> Spec:
    spec, language = grouped_by_member(profile), profile.language
    rows: Sequence[Row] = spec["data"]["values"]
    totals: dict[str, float] = {}
    for row in rows:
        totals[row["c0"]] = totals.get(row["c0"], 0.0) + (row["v0"] or 0.0)
    order = list(dict.fromkeys(row["c1"] for row in rows))
    for row in rows:
        total = totals[row["c0"]]
        row["o"] = order.index(row["c1"])
        row["x1"] = full((row["v0"] or 0.0) / total if total else None, "ratio", language)
    x = value_channel("v0", profile.measure, language, largest=max(totals.values()))
    x["stack"] = "normalize" if share else "zero"
    if share:
        x |= {
            "title": share_title(profile.measure, language),
            "axis": {"labelExpr": value_labels("ratio", 1, language)},
        }
    del spec["encoding"]["yOffset"], spec["layer"][1:]
    spec["height"] = {"step": 26}
    spec["encoding"] |= {"x": x, "order": {"field": "o", "type": "quantitative"}}
    spec["encoding"]["tooltip"] += tooltip(("x1", "占比" if language == "zh" else "share"))
    return spec


def _crossed(profile: Profile, down: Dimension, across: Dimension, cells: Cells) -> str:
    named = [(f"{down.full[a]} × {across.full[b]}", value) for (a, b), value in cells.items()]
    return captions.extremes(profile, profile.measure, named, len(named))
