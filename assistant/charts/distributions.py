"""Drawings of how values are spread: a histogram, box plots.

Between `profile` and `forms`. Every row is an observation of its own, so two equal rows are two.
Bins and quartiles are counted here; quartiles lie between neighbours, as spreadsheets have them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Final

from assistant.charts.encoding import (
    BLUE,
    INK,
    ORANGE,
    PANEL,
    Row,
    Spec,
    category_channel,
    faceted,
    framed,
    titled,
    tooltip,
    value_channel,
)
from assistant.charts.profile import Dimension, Measure, Profile
from assistant.presentation.numbers import full, short
from semantic_layer.issues import Language, Text

FEWEST_VALUES = 5
MOST_GROUPS = 12
_MOST_BINS = 12
_NICE: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_WHISKER = 1.5  # times the distance of the quartiles, as Tukey drew it
_MOST_POINTS = 200
_COUNT = Text(zh="个数", en="count")
_FROM = Text(zh="{measure}，每组下限", en="{measure}, lower bound of each bin")
_NOTE = Text(zh="共 {count} 个值，中位数 {median}", en="{count} values, median {median}")
_TOLD = Text(
    zh="{label}共 {count} 个值，一半在 {low} 到 {high} 之间，中位数 {median}。",
    en="{count} values of {label}: half lie between {low} and {high}, median {median}.",
)
_BOX_NOTE = Text(
    zh="箱体是中间一半，竖线是中位数；须长至多为箱体的 1.5 倍，之外的画成点",
    en="The box holds the middle half, its rule the median; beyond 1.5 boxes values are points",
)
_GROUP_TOLD = Text(
    zh="{label}的中位数{high}最高（{most}），{low}最低（{least}）。",
    en="The median of {label} is highest for {high} ({most}), lowest for {low} ({least}).",
)


@dataclass(frozen=True)
class Bin:
    """Values from `start` up to, and without, `end`; the last bin holds its end as well."""

    start: float
    end: float
    count: int


@dataclass(frozen=True)
class Box:
    """The quartiles, how far the whiskers reach, and what lies beyond."""

    low: float
    first: float
    median: float
    third: float
    high: float
    beyond: tuple[float, ...]


def groups_of(profile: Profile) -> Dimension | None:
    """The dimension that splits the values into groups; one that names each row is none."""
    found = [one for one in profile.dimensions if one.size <= MOST_GROUPS]
    fit = [one for one in found if profile.rows >= 3 * one.size]
    return fit[0] if fit else None


def bins_of(values: Sequence[float]) -> list[Bin]:
    """Bins of a round width, twelve at the most.

    >>> [(one.start, one.end, one.count) for one in bins_of([0, 1, 1, 2])]
    [(0.0, 1.0, 1), (1.0, 2.0, 2), (2.0, 3.0, 1)]
    """
    low, high = min(values), max(values)
    whole = all(value == int(value) for value in values) and high - low < _MOST_BINS
    width = 1.0 if whole else _nice_width(low, high)
    first = floor(low / width) * width
    count = max(1, floor((high - first) / width + 1e-9) + 1)
    if not whole and count > 1 and high <= first + (count - 1) * width:
        count -= 1
    counts = [0] * count
    for value in values:
        counts[min(int((value - first) / width + 1e-9), count - 1)] += 1
    return [
        Bin(round(first + i * width, 10), round(first + (i + 1) * width, 10), found)
        for i, found in enumerate(counts)
    ]


def box_of(values: Iterable[float]) -> Box:
    """Tukey's five numbers, and the values beyond the whiskers."""
    ranked = sorted(values)
    first, median, third = (_quantile(ranked, part) for part in (0.25, 0.5, 0.75))
    reach = _WHISKER * (third - first)
    inside = [value for value in ranked if first - reach <= value <= third + reach]
    beyond = tuple(value for value in ranked if value < inside[0] or value > inside[-1])
    return Box(inside[0], first, median, third, inside[-1], beyond)


def histogram(profile: Profile) -> Spec:
    """How many values lie in each bin."""
    measure, language = profile.measure, profile.language
    rows = _bin_rows(measure, language, measure.present)
    view = {"width": "container", **_bars(measure, language, rows)}
    box = box_of(measure.present)
    note = _NOTE.in_(language).format(
        count=len(measure.present), median=full(box.median, measure.unit, language)
    )
    return framed(profile, view, rows, _told(profile, box), [note])


def histograms_by_group(profile: Profile) -> Spec:
    """A small histogram for each group, all with the same bins."""
    measure, language, groups = profile.measure, profile.language, _groups(profile)
    edges = bins_of(measure.present)
    rows: list[Row] = []
    for name, values in _grouped(profile).items():
        counted = _bin_rows(measure, language, values, edges)
        rows += [row | {"c1": name, "f1": groups.full[name]} for row in counted]
    inner: Spec = {**PANEL, **_bars(measure, language, rows)}
    inner["encoding"]["x"]["axis"]["values"] = [row["c0"] for row in rows[: len(edges) : 3]]
    note = inner["encoding"]["x"].pop("title")
    inner["encoding"]["x"]["title"] = None  # once for all panels
    spec = faceted(inner, "c1", groups.label)
    return framed(profile, spec, rows, _told_groups(profile), [note])


def box_plot(profile: Profile) -> Spec:
    """A box for each group, or one for all values."""
    measure, language = profile.measure, profile.language
    groups = groups_of(profile)
    values = _grouped(profile) if groups else {measure.label: list(measure.present)}
    boxes = {name: box_of(found) for name, found in values.items() if found}
    order = list(boxes)
    if groups and not groups.ordered:
        order.sort(key=lambda name: (-boxes[name].median, name))
    rows: list[Row] = []
    for name in order:
        full_name = groups.full[name] if groups else name
        rows += _box_rows(measure, language, (name, full_name), boxes[name])
    told = _told_groups(profile) if groups else _told(profile, boxes[measure.label])
    view = _boxes(measure, language, groups.label if groups else None)
    return framed(profile, view, rows, told, [_BOX_NOTE.in_(language)])


def _nice_width(low: float, high: float) -> float:
    if high == low:
        return abs(high) or 1.0
    rough = (high - low) / _MOST_BINS
    size: float = 10.0 ** floor(log10(rough))
    for nice in _NICE:
        width = nice * size
        if width >= rough and (high - floor(low / width) * width) / width <= _MOST_BINS:
            return width
    return 20.0 * size


def _quantile(ranked: Sequence[float], part: float) -> float:
    place = part * (len(ranked) - 1)
    below = floor(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (place - below) * (ranked[above] - ranked[below])


def _groups(profile: Profile) -> Dimension:
    groups = groups_of(profile)
    assert groups is not None, "the rule of this form asks for groups"
    return groups


def _grouped(profile: Profile) -> dict[str, list[float]]:
    groups = _groups(profile)
    found: dict[str, list[float]] = {name: [] for name in groups.members}
    for name, value in zip(groups.of_row, profile.measure.values, strict=True):
        if value is not None:
            found[name].append(value)
    return found


def _bin_rows(
    measure: Measure,
    language: Language,
    values: Sequence[float],
    edges: Sequence[Bin] | None = None,
) -> list[Row]:
    bins = bins_of(values) if edges is None else edges
    last = len(bins) - 1
    rows: list[Row] = []
    for place, one in enumerate(bins):
        held = [
            value
            for value in values
            if one.start <= value < one.end or (place == last and value == one.end)
        ]
        count = one.count if edges is None else len(held)
        bounds = [full(bound, measure.unit, language) for bound in (one.start, one.end)]
        label = short(one.start, measure.unit, language)
        rows.append(
            {"c0": label, "f0": " – ".join(bounds), "o": place, "v0": count, "x0": f"{count:,}"}
        )
    return rows


def _bars(measure: Measure, language: Language, rows: Sequence[Row]) -> Spec:
    largest = max(row["v0"] for row in rows)
    count = _COUNT.in_(language)
    y = value_channel("v0", measure, language, largest=largest, title=count)
    y["axis"] = {"tickMinStep": 1, "tickCount": 5}
    x = category_channel("c0", _FROM.in_(language).format(measure=titled(measure, language)))
    x["axis"] |= {"labelAngle": 0, "labelOverlap": True}
    x |= {"sort": {"field": "o"}, "scale": {"paddingInner": 0.04}}
    return {
        "mark": {"type": "bar", "color": BLUE},
        "encoding": {"x": x, "y": y, "tooltip": tooltip(("f0", measure.label), ("x0", count))},
    }


def _box_rows(measure: Measure, language: Language, names: tuple[str, str], box: Box) -> list[Row]:
    """One row for the box, one for each value beyond its whiskers."""
    unit = measure.unit
    whole = {
        "c0": names[0],
        "f0": names[1],
        "v0": box.first,
        "v1": box.third,
        "v2": box.low,
        "v3": box.high,
        "v4": box.median,
        "x0": full(box.median, unit, language),
        "x1": f"{full(box.first, unit, language)} – {full(box.third, unit, language)}",
        "rest": False,
    }
    step = -(-len(box.beyond) // _MOST_POINTS) or 1
    points = box.beyond[::step]
    return [
        whole,
        *(
            {
                "c0": names[0],
                "f0": names[1],
                "v5": value,
                "x0": full(value, unit, language),
                "x1": "",
                "rest": True,
            }
            for value in points
        ),
    ]


def _boxes(measure: Measure, language: Language, title: str | None) -> Spec:
    x = value_channel("v0", measure, language, zero=False)
    median = ("中位数", "median")[language == "en"]
    half = ("中间一半", "middle half")[language == "en"]
    y = category_channel("c0", title) | {"scale": {"paddingInner": 0.45, "paddingOuter": 0.3}}
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "color": INK},
            "encoding": {"x": x | {"field": "v2"}, "x2": {"field": "v3"}},
        },
        {"mark": {"type": "rect", "color": BLUE}, "encoding": {"x": x, "x2": {"field": "v1"}}},
        {
            "mark": {"type": "tick", "color": "white", "thickness": 3, "size": 20},
            "encoding": {"x": x | {"field": "v4"}},
        },
        {
            "transform": [{"filter": {"field": "rest", "equal": True}}],
            "mark": {"type": "point", "size": 22, "color": ORANGE},
            "encoding": {"x": x | {"field": "v5"}},
        },
    ]
    for layer in layers[:3]:
        layer["transform"] = [{"filter": {"field": "rest", "equal": False}}]
    tips = tooltip(("f0", title or measure.label), ("x0", median), ("x1", half))
    return {
        "width": "container",
        "height": {"step": 44},
        "layer": layers,
        "encoding": {"y": y, "tooltip": tips},
    }


def _told(profile: Profile, box: Box) -> str:
    measure, language = profile.measure, profile.language
    return _TOLD.in_(language).format(
        label=measure.label,
        count=len(measure.present),
        low=full(box.first, measure.unit, language),
        high=full(box.third, measure.unit, language),
        median=full(box.median, measure.unit, language),
    )


def _told_groups(profile: Profile) -> str:
    groups, measure, language = _groups(profile), profile.measure, profile.language
    medians = {
        groups.full[name]: box_of(values).median
        for name, values in _grouped(profile).items()
        if values
    }
    high, low = max(medians, key=medians.__getitem__), min(medians, key=medians.__getitem__)
    return _GROUP_TOLD.in_(language).format(
        label=measure.label,
        high=high,
        most=full(medians[high], measure.unit, language),
        low=low,
        least=full(medians[low], measure.unit, language),
    )
