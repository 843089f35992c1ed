"""Drawings over time of what is expected: a forecast with its bounds, values that stand out.

Between `timelines` and `forms`. The bounds are a band without a base line, so the axis need not
start at zero; what happened is solid, what is expected dashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from assistant.charts.encoding import (
    BLUE,
    DASH,
    GREY,
    INK,
    ORANGE,
    Row,
    Spec,
    framed,
    period_text,
    time_channel,
    timestamp,
    tooltip,
    value_channel,
)
from assistant.charts.parts import Part
from assistant.charts.profile import Profile
from assistant.charts.series import along, timeline_of
from assistant.presentation.numbers import full
from semantic_layer.issues import Text

_LINE: Final[Spec] = {"type": "line", "invalid": "break-paths-show-path-domains"}
_FORECAST_KEY = Text(
    zh="实线是实际，虚线是预测，色带是预测区间",
    en="Solid: actual; dashed: forecast; band: interval",
)
_ANOMALY_KEY = Text(zh="橙色三角是异常点（{count} 个）", en="Orange triangles: {count} anomalies")
_BAND_KEY = Text(zh="色带是预期范围", en="The band is the expected range")
_FORECAST_TOLD = Text(
    zh="{label}：实际到 {cut} 为 {last}，预测到 {end} 为 {ahead}。",
    en="{label}: {last} at {cut}, the last actual; forecast {ahead} for {end}.",
)
_ANOMALY_TOLD = Text(
    zh="{label}共有 {count} 个异常点，偏离最大的是 {when} 的 {value}。",
    en="{label} has {count} anomalies; the furthest off is {value} ({when}).",
)
_NONE_TOLD = Text(zh="{label}在 {count} 期里没有异常点。", en="No anomaly of {label} in {count}.")
_EXPECTED = Text(zh="预期", en="expected")


@dataclass(frozen=True)
class _Band:
    """The bounds between which a value is expected, for each period, and what they are called."""

    name: str
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]


def forecast(profile: Profile) -> Spec:
    """What happened, what is forecast from there, and the bounds of the forecast."""
    time, measure, language = timeline_of(profile), profile.measure, profile.language
    actual, stated = along(profile, measure), _part_along(profile, "forecast")
    cut = max(index for index, value in enumerate(actual) if value is not None)
    past: tuple[None, ...] = (None,) * (cut + 1)
    ahead = [*past[1:], actual[cut], *stated[cut + 1 :]]  # the dashes start where actuals end
    bands = [
        _Band(one.name, (*past, *one.lower[cut + 1 :]), (*past, *one.upper[cut + 1 :]))
        for one in _bands(profile)
    ]
    rows = _rows(profile, actual, ahead, bands)
    for row in rows[: cut + 1]:
        row["x1"] = full(None, measure.unit, language)
    y = _value(profile, [*actual, *ahead], bands)
    dashed = {"mark": _LINE | {"color": BLUE, "strokeDash": DASH, "point": {"size": 20}}}
    layers = [
        *_band_layers(bands, y),
        {**dashed, "encoding": {"y": y | {"field": "v1"}}},
        {"mark": _LINE | {"color": BLUE}, "encoding": {"y": y}},
        {
            "mark": {"type": "rule", "color": GREY},
            "transform": [{"filter": {"field": "o", "equal": cut}}],
            "encoding": {},
        },
    ]
    label = profile.part("forecast")
    tips = [("p", time.label), ("x0", measure.label), ("x1", label.label if label else "")]
    view = _view(profile, layers, tips, bands)
    last = max(i for i, value in enumerate(ahead) if value is not None)
    told = _FORECAST_TOLD.in_(language).format(
        label=measure.label,
        cut=period_text(time, time.calendar[cut], language),
        last=full(actual[cut], measure.unit, language),
        end=period_text(time, time.calendar[last], language),
        ahead=full(ahead[last], measure.unit, language),
    )
    return framed(
        profile, view, rows, told, [_FORECAST_KEY.in_(language), *(band.name for band in bands)]
    )


def can_be_forecast(profile: Profile) -> bool:
    """Whether there is an actual value, and a forecast after the last of them."""
    if profile.time is None or profile.part("forecast") is None or not profile.measure.present:
        return False
    actual, ahead = along(profile, profile.measure), _part_along(profile, "forecast")
    cut = max(index for index, value in enumerate(actual) if value is not None)
    return any(value is not None for value in ahead[cut + 1 :])


def anomalies(profile: Profile) -> Spec:
    """The line, the range that was expected, and each value that stands out as a triangle."""
    time, measure, language = timeline_of(profile), profile.measure, profile.language
    actual, expected = along(profile, measure), _part_along(profile, "expected")
    bands = _bands(profile)[:1]
    rows = _rows(profile, actual, expected, bands)
    for row, marked in zip(rows, _marked(profile, actual, bands), strict=True):
        row["rest"] = marked
    y = _value(profile, [*actual, *expected], bands)
    shape = {"type": "point", "shape": "triangle-up", "filled": True, "size": 130, "opacity": 1}
    layers = [
        *_band_layers(bands, y),
        {
            "mark": _LINE | {"color": GREY, "strokeDash": DASH},
            "encoding": {"y": y | {"field": "v1"}},
        },
        {"mark": _LINE | {"color": BLUE, "point": {"size": 16}}, "encoding": {"y": y}},
        {
            "transform": [{"filter": {"field": "rest", "equal": True}}],
            "mark": shape | {"color": ORANGE, "stroke": INK},
            "encoding": {"y": y},
        },
    ]
    tips = [("p", time.label), ("x0", measure.label), ("x1", _EXPECTED.in_(language))]
    if profile.part("expected") is None:
        del layers[-3], tips[-1]
    count = sum(row["rest"] for row in rows)
    notes = [_ANOMALY_KEY.in_(language).format(count=count)]
    notes += [_BAND_KEY.in_(language)] if bands else []
    view = _view(profile, layers, tips, bands)
    return framed(profile, view, rows, _told_anomalies(profile, rows), notes)


def can_stand_out(profile: Profile) -> bool:
    """Whether the result says which values stand out, or between which bounds they should lie."""
    return profile.time is not None and bool(profile.flagged or _bands(profile))


def _bands(profile: Profile) -> list[_Band]:
    """The pairs of bounds in the order of the columns, the wider one first."""
    pairs = zip(profile.parts.get("lower", ()), profile.parts.get("upper", ()), strict=False)
    bands = [
        _Band(f"{low.label} – {high.label}", along(profile, low), along(profile, high))
        for low, high in pairs
    ]
    return sorted(bands, key=_breadth, reverse=True)[:2]


def _breadth(band: _Band) -> float:
    pairs = zip(band.lower, band.upper, strict=True)
    return sum(high - low for low, high in pairs if low is not None and high is not None)


def _part_along(profile: Profile, name: Part) -> list[float | None]:
    part = profile.part(name)
    if part is None:
        return [None] * len(timeline_of(profile).calendar)
    return list(along(profile, part))


def _marked(profile: Profile, actual: Sequence[float | None], bands: Sequence[_Band]) -> list[bool]:
    time = timeline_of(profile)
    if profile.flagged:
        flagged = {t for t, marked in zip(time.of_row, profile.flagged, strict=True) if marked}
        return [
            period in flagged and value is not None
            for period, value in zip(time.calendar, actual, strict=True)
        ]
    low, high = bands[0].lower, bands[0].upper
    return [
        value is not None
        and ((least is not None and value < least) or (most is not None and value > most))
        for value, least, most in zip(actual, low, high, strict=True)
    ]


def _rows(
    profile: Profile,
    first: Sequence[float | None],
    second: Sequence[float | None],
    bands: Sequence[_Band],
) -> list[Row]:
    """A row a period: value, expectation, and low and high of each band."""
    time, language, unit = timeline_of(profile), profile.language, profile.measure.unit
    rows: list[Row] = []
    for place, period in enumerate(time.calendar):
        row = _moment(profile, place, period) | {
            "v0": first[place],
            "x0": full(first[place], unit, language),
            "v1": second[place],
            "x1": full(second[place], unit, language),
        }
        for number, band in enumerate(bands):
            low, high = band.lower[place], band.upper[place]
            row |= {f"l{number}": low, f"h{number}": high, f"b{number}": "—"}
            if low is not None and high is not None:
                row[f"b{number}"] = f"{full(low, unit, language)} – {full(high, unit, language)}"
        rows.append(row)
    return rows


def _moment(profile: Profile, place: int, period: datetime) -> Row:
    name = period_text(timeline_of(profile), period, profile.language)
    return {"t": timestamp(period), "p": name, "o": place}


def _value(profile: Profile, values: Sequence[float | None], bands: Sequence[_Band]) -> Spec:
    bounds = [value for band in bands for value in (*band.lower, *band.upper)]
    reach = max(abs(value) for value in (*values, *bounds) if value is not None)
    return value_channel("v0", profile.measure, profile.language, largest=reach)


def _band_layers(bands: Sequence[_Band], y: Spec) -> list[Spec]:
    """The wider band is the paler one."""
    return [
        {
            "transform": [{"filter": {"field": f"l{number}", "valid": True}}],
            "mark": {"type": "errorband", "color": BLUE, "opacity": 0.16},
            "encoding": {"y": y | {"field": f"h{number}"}, "y2": {"field": f"l{number}"}},
        }
        for number, _ in enumerate(bands)
    ]


def _view(
    profile: Profile,
    layers: list[Spec],
    tips: Sequence[tuple[str, str]],
    bands: Sequence[_Band],
) -> Spec:
    time, language = timeline_of(profile), profile.language
    shown = tooltip(*tips, *((f"b{number}", band.name) for number, band in enumerate(bands)))
    for layer in layers:
        if layer["mark"]["type"] != "errorband":
            layer["encoding"]["tooltip"] = shown
    x = time_channel(time, language)
    return {"width": "container", "layer": layers, "encoding": {"x": x}}


def _told_anomalies(profile: Profile, rows: Sequence[Row]) -> str:
    language, label = profile.language, profile.measure.label
    found = [row for row in rows if row["rest"]]
    if not found:
        return _NONE_TOLD.in_(language).format(label=label, count=len(rows))
    present = profile.measure.present
    usual = sorted(present)[len(present) // 2]

    def off(row: Row) -> float:
        value, expected = row["v0"], row["v1"]
        return abs(float(value) - (usual if expected is None else float(expected)))

    furthest = max(found, key=off)
    return _ANOMALY_TOLD.in_(language).format(
        label=label, count=len(found), when=furthest["p"], value=furthest["x0"]
    )
