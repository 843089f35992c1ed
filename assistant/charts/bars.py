"""Drawings of one measure of named things: bars and columns.

Between `profile` and `forms`. Bars lie, so that Chinese names stay upright, start at zero and are
sorted by value; names that follow a calendar keep its order, an asked ranking that of its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.charts import captions
from assistant.charts.encoding import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    Row,
    Spec,
    category_channel,
    framed,
    tooltip,
    value_channel,
)
from assistant.charts.profile import Measure, Profile
from assistant.charts.series import summed
from assistant.presentation.numbers import full, short
from semantic_layer.issues import Language

TOP_BARS = 15
MANY_BARS = 20
LABELLED_MARKS = 12
_TOLD_IN_ORDER = ("segment", "funnel")  # the rows come in the order in which they are read
_BAR_STEP = {"step": 26}


@dataclass(frozen=True)
class Item:
    """A bar: its name as shown and in full, its value."""

    name: str
    full_name: str
    value: float | None
    rest: bool = False  # what is left over, added up


def items(profile: Profile) -> list[Item]:
    """One item a member, in the order in which they are drawn."""
    dimension, values = profile.dimensions[0], profile.measure.values
    found = dict(zip(dimension.of_row, values, strict=True))
    listed = [
        Item(name, full_name, found.get(name), rest=full_name == profile.request.rest)
        for name in dimension.members
        for full_name in [dimension.full[name]]
    ]
    told = profile.request.intent in _TOLD_IN_ORDER
    if dimension.ordered or told or (profile.request.ordered_top and _monotone(profile.measure)):
        return listed
    return sorted(listed, key=by_value)


def bar(profile: Profile) -> Spec:
    """A bar for each member."""
    return _bars(profile, items(profile))


def top_bar(profile: Profile) -> Spec:
    """The largest members; how many are left out is said."""
    listed = items(profile)
    note = captions.hidden(max(0, len(listed) - TOP_BARS), profile.language)
    return _bars(profile, listed[:TOP_BARS], note)


def top_places(profile: Profile) -> Spec:
    """The twenty largest places; how many are left out is said."""
    listed = sorted(items(profile), key=by_value)
    note = captions.hidden(max(0, len(listed) - MANY_BARS), profile.language)
    return _bars(profile, listed[:MANY_BARS], note)


def top_bar_with_others(profile: Profile) -> Spec:
    """The largest members, and all others together in grey."""
    return _bars(profile, with_others(items(profile), profile.language))


def ranked_bar(profile: Profile) -> Spec:
    """As many bars as were asked for, each with its rank and its value."""
    listed = items(profile)
    count = profile.request.ordered_top or MANY_BARS
    shown = [item for index, item in enumerate(listed) if index < count or item.rest]
    note = captions.hidden(len(listed) - len(shown), profile.language)
    ranks = _ranks(shown)
    numbered = [
        replace(item, name=f"{rank}. {item.name}") if rank else item
        for rank, item in zip(ranks, shown, strict=True)
    ]
    return _bars(profile, numbered, note, labelled=True)


def diverging_bar(profile: Profile) -> Spec:
    """Bars to both sides of zero; of many, those that reach furthest."""
    listed = items(profile)
    far = sorted(listed, key=lambda item: -abs(item.value or 0.0))[:MANY_BARS]
    names = {item.name for item in far}
    shown = [item for item in listed if item.name in names]
    return _bars(profile, shown, captions.hidden(len(listed) - len(shown), profile.language))


def column(profile: Profile) -> Spec:
    """A standing bar for each member."""
    rows = item_rows(items(profile), profile.measure, profile.language)
    return _standing(profile, rows, {"type": "bar", "color": BLUE})


def ordered_line(profile: Profile) -> Spec:
    """A line through names that have an order of their own: a cycle, a scale."""
    rows = item_rows(items(profile), profile.measure, profile.language)
    mark = {
        "type": "line",
        "point": True,
        "color": BLUE,
        "invalid": "break-paths-show-path-domains",
    }
    return _standing(profile, rows, mark)


def with_others(listed: Sequence[Item], language: Language, keep: int = TOP_BARS) -> list[Item]:
    """The first items, and the sum of the others as the last."""
    rest = listed[keep:]
    if len(rest) < 2:
        return list(listed)
    label = captions.others(len(rest), language)
    return [*listed[:keep], Item(label, label, summed(item.value for item in rest), rest=True)]


def by_value(item: Item) -> tuple[bool, float, str]:
    """Sort key: the largest first, then what has no value, the rest last; ties by name."""
    return (item.rest, float("inf") if item.value is None else -item.value, item.name)


def _monotone(measure: Measure) -> bool:
    values = measure.present
    return list(values) in (sorted(values), sorted(values, reverse=True))


def _ranks(listed: Sequence[Item]) -> list[int | None]:
    """Equal values share a rank; what has no value has none."""
    ranks: list[int | None] = []
    place: dict[float, int] = {}
    for position, item in enumerate(listed, start=1):
        ranked = item.value is not None and not item.rest
        ranks.append(
            None if not ranked or item.value is None else place.setdefault(item.value, position)
        )
    return ranks


def item_rows(
    listed: Iterable[Item], measure: Measure, language: Language, total: float | None = None
) -> list[Row]:
    """A row an item; with a `total` also its share."""
    rows: list[Row] = []
    for place, item in enumerate(listed):
        row: Row = {
            "c0": item.name,
            "f0": item.full_name,
            "o": place,
            "v0": item.value,
            "x0": full(item.value, measure.unit, language),
            "l0": short(item.value, measure.unit, language),
            "rest": item.rest,
        }
        if total is not None:
            row["v1"] = None if item.value is None else item.value / total
            row["x1"] = full(row["v1"], "ratio", language)
        rows.append(row)
    return rows


def _bars(
    profile: Profile, listed: Sequence[Item], note: str = "", *, labelled: bool = False
) -> Spec:
    measure, language = profile.measure, profile.language
    rows = item_rows(listed, measure, language)
    largest = max((abs(item.value) for item in listed if item.value is not None), default=0.0)
    x = value_channel("v0", measure, language, largest=largest)
    view = bar_layers(profile, rows, x, "l0", labelled=labelled)
    return framed(profile, view, rows, told_of(profile), [note])


def bar_layers(
    profile: Profile, rows: Sequence[Row], x: Spec, label: str, *, labelled: bool = False
) -> Spec:
    """Lying bars along `x`, with the text field `label` at their ends where there is room."""
    conditions = [{"test": {"field": "rest", "equal": True}, "value": GREY}]
    negative = any((row["v0"] or 0.0) < 0 for row in rows)
    if negative:
        conditions.append({"test": {"field": "v0", "lt": 0}, "value": ORANGE})
    colour = {"condition": conditions, "value": BLUE}
    layers: list[Spec] = [{"mark": {"type": "bar"}, "encoding": {"color": colour}}]
    if labelled or len(rows) <= LABELLED_MARKS:
        layers += value_text(str(x["field"]), label, negative=negative)
    dimension = profile.dimensions[0]
    for layer in layers:
        layer["encoding"] |= {
            "y": category_channel("c0", dimension.label),
            "tooltip": tooltip(("f0", dimension.label), ("x0", profile.measure.label)),
        }
    if negative:
        zero = {"mark": {"type": "rule", "color": GREY}, "encoding": {"x": {"datum": 0}}}
        layers.append(zero)
    return {"width": "container", "height": _BAR_STEP, "layer": layers, "encoding": {"x": x}}


def value_text(value: str, label: str, *, negative: bool) -> list[Spec]:
    """The text field `label` behind the ends of lying bars."""

    def text(align: str, offset: int) -> Spec:
        mark = {"type": "text", "align": align, "dx": offset, "color": INK}
        return {"mark": mark, "encoding": {"text": {"field": label, "type": "nominal"}}}

    if not negative:
        return [text("left", 4)]
    return [
        text("left", 4) | {"transform": [{"filter": {"field": value, "gte": 0}}]},
        text("right", -4) | {"transform": [{"filter": {"field": value, "lt": 0}}]},
    ]


def _standing(profile: Profile, rows: list[Row], mark: Spec) -> Spec:
    dimension, measure = profile.dimensions[0], profile.measure
    layers: list[Spec] = [{"mark": mark}]
    if len(rows) <= LABELLED_MARKS and not measure.negative:
        text = {"type": "text", "dy": -8, "color": INK}
        layers.append({"mark": text, "encoding": {"text": {"field": "l0", "type": "nominal"}}})
    view = {
        "width": "container",
        "layer": layers,
        "encoding": {
            "x": category_channel("c0", dimension.label, upright=True),
            "y": value_channel("v0", measure, profile.language),
            "tooltip": tooltip(("f0", dimension.label), ("x0", measure.label)),
        },
    }
    return framed(profile, view, rows, told_of(profile), ())


def told_of(profile: Profile) -> str:
    """The takeaway of one measure by one dimension: of all members, drawn or not."""
    named = [(item.full_name, item.value) for item in items(profile)]
    return captions.extremes(profile, profile.measure, named, len(named))
