"""Drawings of the parts of a whole: share bars, one cut bar, the donut.

Between `bars` and `forms`. The laws see to it that the whole is known: summable, complete, no gap,
nothing below zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.charts import captions
from assistant.charts.bars import TOP_BARS, Item, bar_layers, item_rows, items, with_others
from assistant.charts.encoding import (
    GREY,
    PALETTE,
    Spec,
    category_channel,
    colour_channel,
    framed,
    share_title,
    tooltip,
    value_channel,
    value_labels,
)
from assistant.charts.profile import Profile
from assistant.presentation.numbers import full
from semantic_layer.issues import Language

MOST_SLICES = 5
SMALLEST_SLICE = 0.03
CLEAR_LEAD = 0.02


def slices_can_be_told_apart(profile: Profile) -> bool:
    """Angles are hard to compare: few slices, none tiny, and a clear first."""
    total = sum(profile.measure.present)
    found = sorted((value / total for value in profile.measure.present), reverse=True)
    if not 2 <= len(found) <= MOST_SLICES:
        return False
    return found[-1] >= SMALLEST_SLICE and found[0] - found[1] >= CLEAR_LEAD


def share_bar(profile: Profile) -> Spec:
    """Each member's part of the whole, as a bar."""
    shown, total, language = _parts(profile)
    title = share_title(profile.measure, language)
    x = value_channel("v1", profile.measure, language, title=title)
    x["axis"] = {"labelExpr": value_labels("ratio", 1, language)}
    rows = item_rows(shown, profile.measure, language, total)
    view = bar_layers(profile, rows, x, "x1")
    for layer in view["layer"]:
        layer["encoding"]["tooltip"] = _share_tooltip(profile)
    note = captions.shares_of(profile.measure, total, language)
    return framed(profile, view, rows, _largest(profile, shown, total), [note])


def single_stack(profile: Profile) -> Spec:
    """One bar of 100%, cut into the members."""
    shown, total, language = _parts(profile, keep=len(PALETTE) - 1)
    rows = item_rows(_with_shares(shown, total, language), profile.measure, language, total)
    for row in rows:
        row["c1"] = "合计" if language == "zh" else "total"
    x = value_channel("v0", profile.measure, language, title=share_title(profile.measure, language))
    x |= {"stack": "normalize", "axis": {"labelExpr": value_labels("ratio", 1, language)}}
    view = {
        "width": "container",
        "height": {"step": 48},
        "mark": {"type": "bar"},
        "encoding": {
            "x": x,
            "y": category_channel("c1", None),
            "color": colour_channel("c0", None, [row["c0"] for row in rows], _colours(shown)),
            "order": {"field": "o", "type": "quantitative"},
            "tooltip": _share_tooltip(profile),
        },
    }
    note = captions.shares_of(profile.measure, total, language)
    return framed(profile, view, rows, _largest(profile, shown, total), [note])


def donut(profile: Profile) -> Spec:
    """Parts of a whole, the largest first from twelve o'clock; the legend has the shares.

    Of more than five, the largest four and all others together.
    """
    shown, total, language = _parts(profile, keep=MOST_SLICES - 1)
    rows = item_rows(_with_shares(shown, total, language), profile.measure, language, total)
    view = {
        "width": "container",
        "mark": {"type": "arc", "innerRadius": {"expr": "min(width, height) / 4"}},
        "encoding": {
            "theta": {"field": "v0", "type": "quantitative", "stack": True},
            "color": colour_channel("c0", None, [row["c0"] for row in rows], _colours(shown)),
            "order": {"field": "o", "type": "quantitative"},
            "tooltip": _share_tooltip(profile),
        },
    }
    note = captions.shares_of(profile.measure, total, language)
    return framed(profile, view, rows, _largest(profile, shown, total), [note])


def _parts(profile: Profile, keep: int = TOP_BARS) -> tuple[list[Item], float, Language]:
    listed = items(profile)
    shown = with_others(listed, profile.language, keep) if len(listed) > keep + 1 else listed
    return shown, sum(profile.measure.present), profile.language


def _with_shares(shown: Iterable[Item], total: float, language: Language) -> list[Item]:
    """The items named with their share, for a legend that needs no label on the mark."""
    return [
        Item(
            f"{item.name}  {full((item.value or 0.0) / total, 'ratio', language)}",
            item.full_name,
            item.value,
            item.rest,
        )
        for item in shown
    ]


def _colours(shown: Iterable[Item]) -> list[str]:
    return [GREY if item.rest else colour for item, colour in zip(shown, PALETTE, strict=False)]


def _share_tooltip(profile: Profile) -> list[Spec]:
    share = "占比" if profile.language == "zh" else "share"
    dimension, measure = profile.dimensions[0], profile.measure
    return tooltip(("f0", dimension.label), ("x0", measure.label), ("x1", share))


def _largest(profile: Profile, shown: Sequence[Item], total: float) -> str:
    top = max((item for item in shown if not item.rest), key=lambda item: item.value or 0.0)
    return captions.largest_share(
        profile, profile.measure, top.full_name, (top.value or 0.0) / total
    )
