"""Drawings of now beside before: lines over a dashed base, dumbbells, bullets with their target.

Between `timelines`, `bars` and `forms`. The base is grey and never the more striking of the two. A
change is a rate, that of a ratio a difference in percentage points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assistant.charts import captions
from assistant.charts.bars import items
from assistant.charts.encoding import (
    BLUE,
    DASH,
    GREY,
    INK,
    ORANGE,
    PANEL,
    Row,
    Spec,
    category_channel,
    faceted,
    framed,
    period_text,
    time_channel,
    tooltip,
    value_channel,
    value_labels,
)
from assistant.charts.profile import Measure, Profile, one_line
from assistant.charts.series import along, by_member, distinct_labels, single, timeline_of
from assistant.charts.timelines import line_rows, line_view, notes_of, told_of
from assistant.presentation.numbers import change, full
from semantic_layer.issues import Text

_CHANGES_LABELLED = 12
_ROOM: Final[Spec] = {"padding": 14}
_WIDE: Final[Spec] = {"width": 560}
_OPEN: Final[Spec] = {"test": {"field": "open", "equal": True}, "value": 0.35}
_BASE_MARK: Final[Spec] = {
    "type": "line",
    "color": GREY,
    "strokeDash": DASH,
    "invalid": "break-paths-show-path-domains",
}
_KEY = Text(zh="实线是{now}，灰色虚线是{before}", en="Solid: {now}; dashed grey: {before}")
_CHANGE = Text(zh="变化", en="change")
_COMPARED_PERIOD = Text(zh="对比期", en="compared period")
_REACHED = Text(zh="达成 {share}", en="{share} of target")
_FELL_SHORT = Text(
    zh="{label} {value}，目标 {target}，达成 {share}。",
    en="{label} is {value} against a target of {target}: {share} of it.",
)
_TARGET_RULE = Text(zh="橙色竖线是{target}", en="The orange rule is the {target}")


def line_with_base(profile: Profile) -> Spec:
    """The course over that of the base, each point on the period it is set against; changes below.

    The tooltip names both real periods.
    """
    measure, base = profile.measure, _base(profile)
    rows = with_base(profile, line_rows(profile, single(profile), measure))
    view = line_view(profile, single(profile), measure, zero=True) | _WIDE | {"height": 220}
    view = over_base(profile, view, measure, base)
    # Columns stand on the first and the last period: both axes leave room for half of one.
    view["encoding"]["x"]["scale"] = _ROOM
    panels = {"vconcat": [view, _change_panel(profile, len(rows))]}
    notes = [_key(profile, measure, base), *notes_of(profile, single(profile))]
    return framed(profile, panels, rows, told_of(profile), notes)


def panels_with_base(profile: Profile) -> Spec:
    """A small chart for each member, its own base dashed below it."""
    measure, base = profile.measure, _base(profile)
    shades = [replace(item, colour=BLUE) for item in by_member(profile)]
    view = line_view(profile, shades, measure, zero=True)
    del view["encoding"]["color"], view["width"]
    for layer in view["layer"]:
        layer["mark"]["color"] = BLUE
    view = over_base(profile, view, measure, base)
    rows = with_base(profile, line_rows(profile, shades, measure))
    small = faceted(PANEL | view, "c0", profile.dimensions[0].label)
    notes = [_key(profile, measure, base), *notes_of(profile, ())]
    return framed(profile, small, rows, told_of(profile), notes)


def over_base(profile: Profile, view: Spec, measure: Measure, base: Measure) -> Spec:
    """The view of a line with that of its base below it, on one axis."""
    reach = max(map(abs, (*measure.present, *base.present)), default=0.0)
    y = value_channel("v0", measure, profile.language, largest=reach)
    tips = [*view["encoding"]["tooltip"], *tooltip(("x1", one_line(base.label)))]
    if profile.counterparts:
        tips[-1:-1] = tooltip(("p1", _COMPARED_PERIOD.in_(profile.language)))
    tips += tooltip(("x2", _CHANGE.in_(profile.language)))
    below = {"mark": _BASE_MARK, "encoding": {"y": y | {"field": "v1"}}}
    encoding = view["encoding"] | {"y": y, "tooltip": tips}
    return view | {"layer": [below, *view["layer"]], "encoding": encoding}


def dumbbell(profile: Profile) -> Spec:
    """For each member the way from the base, a grey point, to now, a blue one."""
    measure, base, language = profile.measure, _base(profile), profile.language
    dimension = profile.dimensions[0]
    row_of = {name: row for row, name in enumerate(dimension.of_row)}
    rows = [
        {
            "c0": item.name,
            "f0": item.full_name,
            **_compared(profile, item.value, base.values[row_of[item.name]]),
        }
        for item in items(profile)
    ]
    now, before = distinct_labels((measure, base))
    reach = max(map(abs, (*measure.present, *base.present)))
    x = value_channel("v0", measure, language, largest=reach, zero=False)

    def point(field: str, colour: str) -> Spec:
        mark = {"type": "point", "filled": True, "size": 90, "opacity": 1, "color": colour}
        return {"mark": mark, "encoding": {"x": x | {"field": field}}}

    way = {"mark": {"type": "rule", "color": GREY, "strokeWidth": 2}}
    view = {
        "width": "container",
        "height": {"step": 26},
        "layer": [
            {**way, "encoding": {"x": x, "x2": {"field": "v1"}}},
            point("v1", GREY),
            point("v0", BLUE),
        ],
        "encoding": {
            "y": category_channel("c0", dimension.label),
            "tooltip": tooltip(
                ("f0", dimension.label),
                ("x0", now),
                ("x1", before),
                ("x2", _CHANGE.in_(language)),
            ),
        },
    }
    names = [dimension.full[name] for name in dimension.of_row]
    told = captions.most_changed(profile, measure, base, names)
    key = Text(zh="蓝点是{now}，灰点是{before}", en="Blue: {now}; grey: {before}")
    note = key.in_(language).format(now=now, before=before)
    return framed(profile, view, rows, told, [note])


def bullet(profile: Profile) -> Spec:
    """A bar from zero, a rule where the target is, and how much of it is reached."""
    measure, target, language = profile.measure, profile.part("target"), profile.language
    assert target is not None, "the rule of this form asks for a target"
    names = profile.dimensions[0].of_row if profile.dimensions else (measure.label,)
    full_names = profile.dimensions[0].full if profile.dimensions else {measure.label: ""}
    rows = [
        _reached(profile, name, full_names[name] or name, value, goal)
        for name, value, goal in zip(names, measure.values, target.values, strict=True)
    ]
    reach = max(map(abs, (*measure.present, *target.present)))
    x = value_channel("v0", measure, language, largest=reach)
    goal_mark = {"type": "tick", "color": ORANGE, "thickness": 4, "size": 30}
    text = {"type": "text", "align": "left", "dx": 6, "color": INK}
    end = x | {"field": "v2"}
    view = {
        "width": "container",
        "height": {"step": 44},
        "layer": [
            {"mark": {"type": "bar", "color": BLUE, "size": 18}, "encoding": {"x": x}},
            {"mark": goal_mark, "encoding": {"x": x | {"field": "v1"}}},
            {
                "mark": text,
                "encoding": {"x": end, "text": {"field": "l0", "type": "nominal"}},
            },
        ],
        "encoding": {
            "y": category_channel("c0", None),
            "tooltip": tooltip(("f0", measure.label), ("x0", measure.label), ("x1", target.label)),
        },
    }
    note = _TARGET_RULE.in_(language).format(target=target.label)
    return framed(profile, view, rows, _told_target(profile, rows), [note])


def _reached(
    profile: Profile, name: str, full_name: str, value: float | None, goal: float | None
) -> Row:
    unit, language = profile.measure.unit, profile.language
    share = None if value is None or not goal else value / goal
    return {
        "c0": name,
        "f0": full_name,
        "v0": value,
        "v1": goal,
        "v2": max(value or 0.0, goal or 0.0),
        "x0": full(value, unit, language),
        "x1": full(goal, unit, language),
        "l0": _REACHED.in_(language).format(share=full(share, "ratio", language)),
        "n": share,
    }


def _told_target(profile: Profile, rows: Sequence[Row]) -> str:
    row = min(rows, key=lambda row: (row["n"] is None, row["n"] or 0.0))
    label = profile.measure.label
    return _FELL_SHORT.in_(profile.language).format(
        label=f"{row['f0']} · {label}" if profile.dimensions else label,
        value=row["x0"],
        target=row["x1"],
        share=full(row["n"], "ratio", profile.language),
    )


def _base(profile: Profile) -> Measure:
    assert profile.base is not None, "the rule of this form asks for a comparison"
    return profile.base


def _key(profile: Profile, measure: Measure, base: Measure) -> str:
    now, before = distinct_labels((measure, base))
    return _KEY.in_(profile.language).format(now=now, before=before)


def with_base(profile: Profile, rows: Sequence[Row]) -> list[Row]:
    """The rows of one or more series with the base, its real period and the change."""
    time, base, language = timeline_of(profile), _base(profile), profile.language
    names = [item.name for item in by_member(profile)] if profile.dimensions else [None]
    bases = [value for name in names for value in along(profile, base, name)]
    periods = list(time.calendar) * len(names)
    return [
        row
        | _compared(profile, row["v0"], before)
        | {"p1": period_text(time, there, language) if there else ""}
        for row, before, there in zip(
            rows, bases, map(profile.counterparts.get, periods), strict=True
        )
    ]


def _compared(profile: Profile, now: float | None, before: float | None) -> Row:
    unit, language = profile.measure.unit, profile.language
    moved = None
    if now is not None and before is not None:
        difference = now - before
        moved = difference if unit == "ratio" else difference / abs(before) if before else None
    return {
        "v0": now,
        "x0": full(now, unit, language),
        "v1": before,
        "x1": full(before, unit, language),
        "v2": moved,
        "x2": change(moved, unit, language),
    }


def _change_panel(profile: Profile, count: int) -> Spec:
    """Columns of the change of each period, up or down from zero."""
    language, unit = profile.language, profile.measure.unit
    shown = "points" if unit == "ratio" else "ratio"
    title = ("变化（个百分点）", "change (pp)") if unit == "ratio" else ("变化（%）", "change (%)")
    y = value_channel("v2", profile.measure, language, title=title[language == "en"])
    y["axis"] = {"labelExpr": value_labels(shown, 1, language), "tickCount": 3}
    falls = {"test": {"field": "v2", "lt": 0}, "value": ORANGE}
    bars = {"type": "bar", "size": max(2, min(24, 420 // count))}
    layers: list[Spec] = [
        {
            "mark": bars,
            "encoding": {
                "color": {"condition": falls, "value": BLUE},
                "fillOpacity": {"condition": _OPEN, "value": 1},
            },
        },
        *(_change_labels() if count <= _CHANGES_LABELLED else ()),
    ]
    time = timeline_of(profile)
    for layer in layers:
        layer["encoding"] |= {
            "x": time_channel(time, language) | {"scale": _ROOM},
            "tooltip": tooltip(("p", time.label), ("x2", _CHANGE.in_(language))),
        }
    zero: Spec = {"mark": {"type": "rule", "color": GREY}, "encoding": {"y": {"datum": 0}}}
    return {**_WIDE, "height": 90, "layer": [*layers, zero], "encoding": {"y": y}}


def _change_labels() -> list[Spec]:
    """The change in words, above a rise and below a fall."""
    text = {"text": {"field": "x2", "type": "nominal"}}
    sides = (({"gte": 0}, "bottom", -3), ({"lt": 0}, "top", 3))
    return [
        {
            "transform": [{"filter": {"field": "v2", **side}}],
            "mark": {"type": "text", "baseline": baseline, "dy": offset, "color": INK},
            "encoding": dict(text),
        }
        for side, baseline, offset in sides
    ]
