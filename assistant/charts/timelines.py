"""Drawings over time: lines, areas, columns, stacks.

Between `series` and `forms`. A missing value breaks a line; the unfinished last period is drawn
dashed and, in columns, pale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from assistant.charts import captions
from assistant.charts.bars import LABELLED_MARKS
from assistant.charts.encoding import (
    BLUE,
    DASH,
    INK,
    Row,
    Spec,
    category_channel,
    colour_channel,
    framed,
    period_text,
    share_title,
    shared_title,
    time_channel,
    timestamp,
    tooltip,
    value_channel,
    value_labels,
)
from assistant.charts.profile import Measure, Profile
from assistant.charts.series import (
    MANY_SERIES,
    Series,
    along,
    by_measure,
    by_member,
    single,
    summed,
    timeline_of,
    top_and_others,
    top_series,
)
from assistant.presentation.numbers import full, short
from semantic_layer.issues import Language, Text

_POINTS_SHOWN = 60
_NAMED_LINES = 5
_LINE_OF_TEXT = 0.07  # of the height of a chart


def line(profile: Profile) -> Spec:
    """One line."""
    spec = _lines(profile, single(profile), profile.measure)
    if len(timeline_of(profile).calendar) <= LABELLED_MARKS:
        text = {"text": {"field": "l0", "type": "nominal"}}
        mark = {"type": "text", "dy": -10, "color": INK}
        spec["layer"].append({"mark": mark, "encoding": text})
    return spec


def line_by_member(profile: Profile) -> Spec:
    """A line for each member, as many as can be told apart."""
    shown = top_series(profile, MANY_SERIES)
    left_out = profile.dimensions[0].size - len(shown)
    spec = _lines(profile, shown, profile.measure, captions.hidden(left_out, profile.language))
    return _named_at_the_end(spec) if _ends_apart(shown) else spec


def _ends_apart(series: Sequence[Series]) -> bool:
    """Whether few lines end so far from each other that names beside them do not collide."""
    ends = sorted(item.values[-1] for item in series if item.values[-1] is not None)
    if not 2 <= len(series) <= _NAMED_LINES or len(ends) < len(series):
        return False
    present = [value for item in series for value in item.values if value is not None]
    reach = max(*present, 0.0) - min(*present, 0.0)
    return all(b - a >= _LINE_OF_TEXT * reach for a, b in pairwise(ends))


def _named_at_the_end(spec: Spec) -> Spec:
    """The lines with their names beside their ends, which says more than a legend far off."""
    last = spec["data"]["values"][-1]["t"]
    for row in spec["data"]["values"]:
        row["rest"] = row["t"] == last
    name: Spec = {
        "transform": [{"filter": {"field": "rest", "equal": True}}],
        "mark": {"type": "text", "align": "left", "dx": 8},
        "encoding": {"text": {"field": "c0", "type": "nominal"}},
    }
    colour = spec["encoding"]["color"] | {"legend": None}
    encoding = spec["encoding"] | {"color": colour}
    return spec | {"layer": [*spec["layer"], name], "encoding": encoding}


def line_with_others(profile: Profile) -> Spec:
    """Lines of the largest members, and one of all others together."""
    return _lines(profile, top_and_others(profile), profile.measure)


def line_by_measure(profile: Profile) -> Spec:
    """A line for each measure; all have the same unit."""
    return _lines(profile, by_measure(profile), profile.measure)


def area(profile: Profile) -> Spec:
    """One filled line from zero."""
    series = single(profile)
    view = line_view(profile, series, profile.measure, zero=True)
    view["layer"][-1]["mark"] = {
        "type": "area",
        "color": BLUE,
        "opacity": 0.5,
        "line": {"color": BLUE},
        "invalid": "break-paths-show-path-domains",
    }
    view["encoding"]["y"]["stack"] = None
    return framed(
        profile,
        view,
        line_rows(profile, series, profile.measure),
        told_of(profile),
        notes_of(profile, series),
    )


def column(profile: Profile) -> Spec:
    """One column a period."""
    series, measure = single(profile), profile.measure
    view = {
        "width": "container",
        "layer": [
            {"mark": {"type": "bar", "color": BLUE, "stroke": BLUE}, "encoding": _pale_when_open()},
            *_column_text(profile),
        ],
        "encoding": {
            "x": category_channel("p", timeline_of(profile).label, upright=True),
            "y": value_channel("v0", measure, profile.language),
            "tooltip": _tooltip(profile, series, measure),
        },
    }
    return framed(
        profile,
        view,
        line_rows(profile, series, measure),
        told_of(profile),
        notes_of(profile, series, captions.UNFINISHED_PALE),
    )


def _column_text(profile: Profile) -> list[Spec]:
    """The values above the columns; of losses, which hang down, the axis says enough."""
    few = len(timeline_of(profile).calendar) <= LABELLED_MARKS
    if profile.measure.negative or not few:
        return []
    text = {"text": {"field": "l0", "type": "nominal"}}
    return [{"mark": {"type": "text", "dy": -8, "color": INK}, "encoding": text}]


def stacked_column(profile: Profile) -> Spec:
    """Columns of the parts, in the measure's own unit."""
    return _stacked(profile, "bar", share=False)


def share_column(profile: Profile) -> Spec:
    """Columns of the parts, each column 100%."""
    return _stacked(profile, "bar", share=True)


def share_area(profile: Profile) -> Spec:
    """Bands of the parts, 100% together."""
    return _stacked(profile, "area", share=True)


def line_view(profile: Profile, series: Sequence[Series], measure: Measure, *, zero: bool) -> Spec:
    """The layers of a line chart: settled periods solid, the way to an unfinished one dashed."""
    present = [value for item in series for value in item.values if value is not None]
    reach = max(map(abs, present), default=0.0)
    encoding: Spec = {
        "x": time_channel(timeline_of(profile), profile.language),
        "y": value_channel("v0", measure, profile.language, largest=reach, zero=zero),
        "tooltip": _tooltip(profile, series, measure),
    }
    colour = {} if len(series) > 1 else {"color": series[0].colour}
    if not colour:
        names = [item.name for item in series]
        encoding["color"] = colour_channel("c0", None, names, [item.colour for item in series])
    gaps = any(None in item.values for item in series)
    crowded = len(timeline_of(profile).calendar) > _POINTS_SHOWN and not gaps
    mark: Spec = {
        "type": "line",
        "point": "transparent" if crowded else {"size": 24, **colour},
        "invalid": "break-paths-show-path-domains",
        **colour,
    }
    layers: list[Spec] = [{"mark": mark}]
    if profile.request.partial_last:
        hollow = {"size": 30, "filled": False, "fill": "white", **colour}
        layers[0]["transform"] = [{"filter": {"field": "open", "equal": False}}]
        tail = {"filter": {"field": "tail", "equal": True}}
        dashed = mark | {"strokeDash": DASH, "point": hollow}
        layers.insert(0, {"transform": [tail], "mark": dashed})
    return {"width": "container", "layer": layers, "encoding": encoding}


def line_rows(profile: Profile, series: Iterable[Series], measure: Measure) -> list[Row]:
    """A row for each period and series, those without a value as well: they break the line."""
    time, language = timeline_of(profile), profile.language
    periods = time.calendar
    last = len(periods) - 1 if profile.request.partial_last else len(periods)
    named = [(timestamp(day), period_text(time, day, language)) for day in periods]
    return [
        {
            "t": start,
            "p": name,
            "c0": item.name,
            "f0": item.full_name,
            "v0": value,
            "x0": full(value, measure.unit, language),
            "l0": "" if value is None else short(value, measure.unit, language),
            "open": index >= last,
            "tail": index >= last - 1,
        }
        for item in series
        for index, ((start, name), value) in enumerate(zip(named, item.values, strict=True))
    ]


def _lines(profile: Profile, series: Sequence[Series], measure: Measure, note: str = "") -> Spec:
    zero = not _may_leave_zero(measure, series)
    view = line_view(profile, series, measure, zero=zero)
    view["encoding"]["y"]["title"] = shared_title(profile.measures, profile.language)
    return framed(
        profile,
        view,
        line_rows(profile, series, measure),
        told_of(profile),
        [note, *notes_of(profile, series, cropped=not zero)],
    )


def _stacked(profile: Profile, mark: str, *, share: bool) -> Spec:
    few = profile.dimensions[0].size <= MANY_SERIES
    series = by_member(profile) if few else top_and_others(profile)
    measure, language, time = profile.measure, profile.language, timeline_of(profile)
    totals = [summed(values) or 0.0 for values in zip(*(s.values for s in series), strict=True)]
    y = value_channel("v0", measure, language, largest=max(totals))
    y["stack"] = "zero"
    if share:
        y |= {"stack": "normalize", "title": share_title(measure, language)}
        y["axis"] = {"labelExpr": value_labels("ratio", 1, language)}
    columns = mark == "bar"
    names = [item.name for item in series]
    view = {
        "width": "container",
        "mark": {"type": mark},
        "encoding": {
            "x": category_channel("p", time.label, upright=True)
            if columns
            else time_channel(time, language),
            "y": y,
            "color": colour_channel("c0", None, names, [item.colour for item in series]),
            "order": {"field": "o", "type": "quantitative"},
            **(_pale_when_open() if columns else {}),
            "tooltip": [
                *_tooltip(profile, series, measure),
                *tooltip(("x1", "占比" if language == "zh" else "share")),
            ],
        },
    }
    notes = notes_of(profile, (), captions.UNFINISHED_PALE if columns else captions.UNFINISHED)
    rows = list(_parts(line_rows(profile, series, measure), totals, language))
    return framed(profile, view, rows, told_of(profile), notes)


def _parts(rows: Iterable[Row], totals: Sequence[float], language: Language) -> Iterator[Row]:
    """The rows of each series in turn, with the place in the stack and the share of the period."""
    for index, row in enumerate(rows):
        place, period = divmod(index, len(totals))
        # A member without a row has no part in a sum; a row without a value forbids the stack.
        part, total = row["v0"] or 0.0, totals[period]
        share = full(part / total if total else None, "ratio", language)
        yield row | {"v0": part, "o": place, "x1": share}


def told_of(profile: Profile) -> str:
    """The takeaway: the course of one measure, or who leads in the last settled period."""
    time, measure = timeline_of(profile), profile.measure
    if not profile.dimensions:
        return captions.trend(
            profile, measure, list(zip(time.calendar, along(profile, measure), strict=True))
        )
    last = -2 if profile.request.partial_last else -1
    latest = [(item.full_name, item.values[last]) for item in by_member(profile)]
    when = period_text(time, time.calendar[last], profile.language)
    told = captions.extremes(profile, measure, latest, len(latest))
    return f"{when}：{told}" if profile.language == "zh" else f"{when}: {told}"


def notes_of(
    profile: Profile,
    series: Iterable[Series],
    unfinished: Text = captions.UNFINISHED_DASHED,
    *,
    cropped: bool = False,
) -> list[str]:
    """What must be said below the title: an unfinished end, a cut axis, gaps."""
    gaps = any(None in item.values for item in series)
    said = (
        (profile.request.partial_last, unfinished),
        (cropped, captions.CROPPED),
        (gaps, captions.GAPS),
    )
    return [text.in_(profile.language) for holds, text in said if holds]


def _tooltip(profile: Profile, series: Sequence[Series], measure: Measure) -> list[Spec]:
    fields = [("p", timeline_of(profile).label)]
    if len(profile.measures) > 1:
        label = "数值" if profile.language == "zh" else "value"
        fields += [("f0", "指标" if profile.language == "zh" else "metric"), ("x0", label)]
    elif len(series) > 1:
        fields += [("f0", profile.dimensions[0].label), ("x0", measure.label)]
    else:
        fields += [("x0", measure.label)]
    return tooltip(*fields)


def _pale_when_open() -> Spec:
    return {
        "fillOpacity": {
            "condition": {"test": {"field": "open", "equal": True}, "value": 0.35},
            "value": 1,
        },
        "strokeDash": {
            "condition": {"test": {"field": "open", "equal": True}, "value": DASH},
            "value": [1, 0],
        },
    }


def _may_leave_zero(measure: Measure, series: Iterable[Series]) -> bool:
    """Only where small differences matter and none is drawn as a length: ratios, scores, prices."""
    price = measure.unit == "CNY" and measure.additivity == "non_additive"
    if not (price or measure.unit in ("ratio", "score")):
        return False
    present = [value for item in series for value in item.values if value is not None]
    return min(present) > 0 and max(present) - min(present) < max(present) / 3
