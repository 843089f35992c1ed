"""Drawings of two or three measures of the same things against each other.

Between `profile` and `forms`. Every row is a point, which says that things go together and never
why. Where points would hide each other, they are counted in cells.
"""

from __future__ import annotations

from math import hypot
from typing import Final

from assistant.charts.encoding import (
    BLUE,
    Row,
    Spec,
    framed,
    titled,
    tooltip,
    value_channel,
)
from assistant.charts.profile import Measure, Profile
from assistant.charts.series import distinct_labels
from assistant.presentation.numbers import full
from semantic_layer.issues import Text

FEWEST_POINTS = 3
_CELLS_ACROSS: Final = 20
_STRENGTH = Text(zh="n = {count}，相关系数 r = {r}", en="n = {count}, correlation r = {r}")
_NO_STRENGTH = Text(zh="n = {count}", en="n = {count}")
_SIZE = Text(zh="气泡面积是{measure}", en="The area of a bubble is {measure}")
_TOLD = Text(
    zh="{count} 个点，{first}与{second}的相关系数为 {r}；相关不等于因果。",
    en="{count} points: {first} and {second} correlate at {r}, which says nothing of causes.",
)
_TOLD_WEAK = Text(
    zh="{count} 个点，{first}与{second}之间算不出相关系数。",
    en="{count} points: no correlation of {first} and {second} can be computed.",
)
_COUNT = Text(zh="个数", en="count")

Point = tuple[int, float, float]


def points_of(profile: Profile) -> list[Point]:
    """The rows that have both values: their place and the pair."""
    pairs = zip(profile.measures[0].values, profile.measures[1].values, strict=True)
    return [(i, x, y) for i, (x, y) in enumerate(pairs) if x is not None and y is not None]


def correlation(points: list[Point]) -> float | None:
    """Pearson's r; None where one of the two does not vary.

    >>> correlation([(0, 1.0, 2.0), (1, 2.0, 4.0), (2, 3.0, 6.0)])
    1.0
    """
    if len(points) < FEWEST_POINTS:
        return None
    mean_x = sum(x for _, x, _ in points) / len(points)
    mean_y = sum(y for _, _, y in points) / len(points)
    spread_x = hypot(*(x - mean_x for _, x, _ in points))
    spread_y = hypot(*(y - mean_y for _, _, y in points))
    if not spread_x or not spread_y:
        return None
    r = sum((x - mean_x) / spread_x * ((y - mean_y) / spread_y) for _, x, y in points)
    return round(max(-1.0, min(1.0, r)), 6)


def scatter(profile: Profile) -> Spec:
    """A point for each row."""
    mark = {"type": "point", "filled": True, "color": BLUE, "size": 50, "opacity": 0.65}
    return _cloud(profile, mark, {}, [])


def bubble(profile: Profile) -> Spec:
    """A point for each row, its area the third measure."""
    third, language = profile.measures[2], profile.language
    size = {
        "field": "v2",
        "type": "quantitative",
        "scale": {"zero": True, "range": [0, 900]},
        "legend": None,
    }
    note = _SIZE.in_(language).format(measure=titled(third, language))
    mark = {"type": "circle", "color": BLUE, "opacity": 0.55, "stroke": "white"}
    return _cloud(profile, mark, {"size": size}, [note])


def has_sizes(profile: Profile) -> bool:
    """Whether the third measure can be an area: there, and never below zero."""
    if len(profile.measures) != 3:
        return False
    third = profile.measures[2]
    return not third.has_gap and not third.negative


def binned(profile: Profile) -> Spec:
    """How many points lie in each cell of a grid."""
    points, language = points_of(profile), profile.language
    first, second = profile.measures[:2]
    low_x, wide = _cells([x for _, x, _ in points])
    low_y, high = _cells([y for _, _, y in points])
    counts: dict[tuple[int, int], int] = {}
    for _, x, y in points:
        cell = (_place(x, low_x, wide), _place(y, low_y, high))
        counts[cell] = counts.get(cell, 0) + 1
    rows: list[Row] = []
    for (across, up), count in sorted(counts.items()):
        ends = [low_x + across * wide, low_x + (across + 1) * wide]
        sides = [low_y + up * high, low_y + (up + 1) * high]
        rows.append(
            {
                **{"v0": ends[0], "v2": ends[1], "v1": sides[0], "v3": sides[1], "v4": count},
                "x0": " – ".join(full(round(end, 6), first.unit, language) for end in ends),
                "x1": " – ".join(full(round(end, 6), second.unit, language) for end in sides),
                "x2": f"{count:,}",
            }
        )
    labels, counted = distinct_labels((first, second)), _COUNT.in_(language)
    shade = {
        "field": "v4",
        "type": "quantitative",
        "title": counted,
        "scale": {"scheme": "blues", "zero": True},
        "legend": {"tickMinStep": 1},
    }
    view = {
        "width": "container",
        "height": 360,
        "mark": {"type": "rect"},
        "encoding": {
            "x": _axis("v0", first, profile),
            "x2": {"field": "v2"},
            "y": _axis("v1", second, profile),
            "y2": {"field": "v3"},
            "color": shade,
            "tooltip": tooltip(("x0", labels[0]), ("x1", labels[1]), ("x2", counted)),
        },
    }
    return framed(profile, view, rows, _told(profile, points), [_strength(profile, points)])


def _cloud(profile: Profile, mark: Spec, more: Spec, notes: list[str]) -> Spec:
    points, language = points_of(profile), profile.language
    names = [
        " · ".join(dimension.full[dimension.of_row[row]] for dimension in profile.dimensions)
        for row, _, _ in points
    ]
    rows: list[Row] = []
    for (row, *_), name in zip(points, names, strict=True):
        found: Row = {"f0": name or "·"}
        for place, measure in enumerate(profile.measures[:3]):
            value = measure.values[row]
            found |= {f"v{place}": value, f"x{place}": full(value, measure.unit, language)}
        rows.append(found)
    labels = distinct_labels(profile.measures[:3])
    heading = " · ".join(dimension.label for dimension in profile.dimensions)
    tips = [("f0", heading)] if heading else []
    view = {
        "width": "container",
        "height": 360,
        "mark": mark,
        "encoding": {
            "x": _axis("v0", profile.measures[0], profile),
            "y": _axis("v1", profile.measures[1], profile),
            **more,
            "tooltip": tooltip(*tips, *((f"x{i}", label) for i, label in enumerate(labels))),
        },
    }
    notes = [_strength(profile, points), *notes]
    return framed(profile, view, rows, _told(profile, points), notes)


def _axis(field: str, measure: Measure, profile: Profile) -> Spec:
    return value_channel(field, measure, profile.language, zero=False)


def _cells(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return low, (high - low) / _CELLS_ACROSS or 1.0


def _place(value: float, low: float, width: float) -> int:
    return min(int((value - low) / width), _CELLS_ACROSS - 1)


def _strength(profile: Profile, points: list[Point]) -> str:
    r = correlation(points)
    text = (_NO_STRENGTH if r is None else _STRENGTH).in_(profile.language)
    return text.format(count=f"{len(points):,}", r="" if r is None else f"{r:.2f}")


def _told(profile: Profile, points: list[Point]) -> str:
    first, second = distinct_labels(profile.measures[:2])
    r = correlation(points)
    text = (_TOLD_WEAK if r is None else _TOLD).in_(profile.language)
    return text.format(
        count=f"{len(points):,}", first=first, second=second, r="" if r is None else f"{r:.2f}"
    )
