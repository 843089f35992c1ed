"""Drawings of steps that follow each other: the funnel, and bars of steps that are none.

Between `bars` and `forms`. The steps stand as the rows have them, or are the measures of one row.
Their order is the whole point, so no value sorts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.charts.bars import Item
from assistant.charts.encoding import (
    BLUE,
    INK,
    Row,
    Spec,
    category_channel,
    framed,
    titled,
    tooltip,
    value_channel,
)
from assistant.charts.profile import Profile
from assistant.charts.series import distinct_labels
from assistant.presentation.numbers import full, short
from semantic_layer.issues import Text

FEWEST_STEPS = 3
MOST_STEPS = 12
_STEP = Text(zh="步骤", en="step")
_OF_LAST = Text(zh="占上一步", en="of the step before")
_OF_FIRST = Text(zh="占第一步", en="of the first step")
_LABEL = Text(
    zh="{value}　上一步的 {last}　总体 {first}", en="{value} · {last} of the last · {first} overall"
)
_KEY = Text(
    zh="条旁是数值、占上一步的比例、占第一步的比例",
    en="Beside each bar: its value, its part of the step before and of the first",
)
_NO_FUNNEL = Text(
    zh="步骤不是逐级减少，或单位不同，不能按漏斗读",
    en="The steps do not shrink one by one, or differ in unit: this is no funnel",
)
_TOLD = Text(
    zh="从{start}到{end}，总转化 {whole}；流失最多的一步是{worst}，只剩上一步的 {kept}。",
    en="From {start} to {end} {whole} remain; {worst} loses most, {kept} of the step before.",
)
_TOLD_STEPS = Text(
    zh="{count} 个步骤，最后一步{end}为 {value}。", en="{count} steps; the last, {end}, is {value}."
)


def steps_of(profile: Profile) -> list[Item]:
    """The steps in their order; none where the result has no such form."""
    if profile.rows == 1 and not profile.time:
        names = distinct_labels(profile.measures)
        values = [measure.values[0] for measure in profile.measures]
        return [Item(name, name, value) for name, value in zip(names, values, strict=True)]
    if profile.time or len(profile.dimensions) != 1 or not profile.measures:
        return []
    dimension = profile.dimensions[0]
    rows = zip(dimension.of_row, profile.measure.values, strict=True)
    return [Item(name, dimension.full[name], value) for name, value in rows]


def are_steps(profile: Profile) -> bool:
    """Three steps or more, as many as can be read."""
    one_list = profile.rows == 1 or len(profile.measures) == 1
    return one_list and FEWEST_STEPS <= len(steps_of(profile)) <= MOST_STEPS


def shrink(profile: Profile) -> bool:
    """Whether each step is a part of the one before: one unit, known, none larger."""
    values = [item.value for item in steps_of(profile)]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known or known[0] <= 0 or known[-1] < 0:
        return False
    whole = profile.measure.unit not in ("ratio", "points")
    return profile.one_unit and whole and all(a >= b for a, b in pairwise(known))


def funnel(profile: Profile) -> Spec:
    """Left-aligned bars from zero with their part of the step before and of the first."""
    rows = _rows(profile)
    for row in rows:
        row["l0"] = _LABEL.in_(profile.language).format(
            value=row["l0"], last=row["x1"], first=row["x2"]
        )
    rows[0]["l0"] = short(rows[0]["v0"], profile.measure.unit, profile.language)
    return framed(profile, _view(profile, rows), rows, _told(profile), [_KEY.in_(profile.language)])


def step_bars(profile: Profile) -> Spec:
    """Plain bars in the order of the steps, and a warning."""
    rows, language = _rows(profile), profile.language
    last = rows[-1]
    told = _TOLD_STEPS.in_(language).format(count=len(rows), end=last["f0"], value=last["x0"])
    note = "" if shrink(profile) else _NO_FUNNEL.in_(language)
    view = _view(profile, rows)
    view["encoding"]["tooltip"] = view["encoding"]["tooltip"][:2]
    return framed(profile, view, rows, told, [note])


def _rows(profile: Profile) -> list[Row]:
    unit, language, found = profile.measure.unit, profile.language, steps_of(profile)
    rows: list[Row] = []
    for place, item in enumerate(found):
        rows.append(
            {
                "c0": item.name,
                "f0": item.full_name,
                "o": place,
                "v0": item.value,
                "x0": full(item.value, unit, language),
                "l0": short(item.value, unit, language),
                "x1": full(_part(item, found[max(place - 1, 0)]), "ratio", language),
                "x2": full(_part(item, found[0]), "ratio", language),
            }
        )
    return rows


def _view(profile: Profile, rows: Sequence[Row]) -> Spec:
    measure, language = profile.measure, profile.language
    by_row = profile.rows > 1
    name = profile.dimensions[0].label if by_row else _STEP.in_(language)
    value = measure.label if by_row else ("数值", "value")[language == "en"]
    reach = max((abs(row["v0"]) for row in rows if row["v0"] is not None), default=0.0)
    x = value_channel("v0", measure, language, largest=reach)
    x["title"] = titled(measure, language) if by_row else None
    x["scale"] |= {"padding": 0}
    text = {"type": "text", "align": "left", "dx": 5, "color": INK}
    return {
        "width": "container",
        "height": {"step": 34},
        "layer": [
            {"mark": {"type": "bar", "color": BLUE}},
            {"mark": text, "encoding": {"text": {"field": "l0", "type": "nominal"}}},
        ],
        "encoding": {
            "y": category_channel("c0", name),
            "x": x,
            "tooltip": tooltip(
                ("f0", name),
                ("x0", value),
                ("x1", _OF_LAST.in_(language)),
                ("x2", _OF_FIRST.in_(language)),
            ),
        },
    }


def _part(item: Item, of: Item) -> float | None:
    if item.value is None or not of.value:
        return None
    return item.value / of.value


def _told(profile: Profile) -> str:
    found, language = steps_of(profile), profile.language
    kept = [(_part(after, before) or 0.0, after.full_name) for before, after in pairwise(found)]
    least, worst = min(kept)
    return _TOLD.in_(language).format(
        start=found[0].full_name,
        end=found[-1].full_name,
        whole=full(_part(found[-1], found[0]), "ratio", language),
        worst=worst,
        kept=full(least, "ratio", language),
    )
