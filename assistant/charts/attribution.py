"""Drawings of why a number changed: the waterfall from base to now, bars of each contribution.

Between `bars` and `forms`. Contributions are stated by the result or, of an additive measure, the
difference of each item; the waterfall is drawn only if they add up to the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose

from assistant.charts.bars import Item
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
    value_labels,
)
from assistant.charts.profile import Measure, Profile
from assistant.charts.series import distinct_labels
from assistant.presentation.numbers import change, full, short
from semantic_layer.issues import Language, Text

MOST_STEPS = 20
_SUM = Text(zh="合计变化", en="total change")
_CONTRIBUTION = Text(zh="对变化的贡献", en="contribution to the change")
_SHARE = Text(zh="贡献率", en="share of the change")
_ADD_UP = Text(
    zh="各项贡献合计 {total}，等于总变化",
    en="The contributions add up to {total}, the whole change",
)
_TOLD = Text(
    zh="变化合计 {total}，影响最大的是 {name}（{most}）。",
    en="The change is {total} in all; {name} contributed most ({most}).",
)


def contributions(profile: Profile) -> list[Item]:
    """What each member added to the change or took from it, the largest rise first."""
    if not profile.measures or len(profile.dimensions) != 1:
        return []
    dimension, stated = profile.dimensions[0], profile.part("contribution")
    effects = (profile.part("mix"), profile.part("rate"))
    if stated is not None:
        values: Sequence[float | None] = stated.values
    elif effects[0] and effects[1]:
        values = _added(effects[0], effects[1])
    elif profile.base is not None:
        values = _moved(profile.measure, profile.base) if profile.measure.summable else ()
    elif len(profile.measures) == 2 and profile.one_unit:
        values = _added(*profile.measures)
    else:
        values = profile.measure.values
    found = [
        Item(name, dimension.full[name], value)
        for name, value in zip(dimension.of_row, values, strict=bool(values))
        if value is not None
    ]
    return sorted(found, key=lambda item: (-(item.value or 0.0), item.name))


def can_be_explained(profile: Profile) -> bool:
    """Whether there is a contribution to draw."""
    return bool(contributions(profile))


def adds_up(profile: Profile) -> bool:
    """Whether the contributions are few, complete, and together the change of the whole."""
    found = contributions(profile)
    if not found or len(found) > MOST_STEPS or len(found) < profile.dimensions[0].size:
        return False
    totals = _totals(profile)
    if totals is None:
        return True
    return isclose(_sum(found), totals[1] - totals[0], rel_tol=1e-6, abs_tol=1e-6)


def waterfall(profile: Profile) -> Spec:
    """From the base, item by item, to now; without the two totals, from zero to the change."""
    found, totals, language = contributions(profile), _totals(profile), profile.language
    unit = _unit(profile)
    start = totals[0] if totals else 0.0
    rows: list[Row] = []
    if totals is not None and profile.base is not None:
        rows.append(_total(profile.base.label, start, unit, language))
    level = start
    for item in found:
        rows.append(_step(profile, item, level, _sum(found)))
        level += item.value or 0.0
    end = profile.measure.label if totals is not None else _SUM.in_(language)
    if any(row["f0"] == end for row in rows):
        end = distinct_labels((profile.measure, profile.measure))[1]
    rows.append(_total(end, level, unit, language))
    reach = max(abs(row[field]) for row in rows for field in ("v0", "v1"))
    x = _axis(profile, reach)
    if totals is None:
        x["title"] = _title(profile)
    note = _ADD_UP.in_(language).format(total=_signed(_sum(found), unit, language))
    return framed(profile, _view(profile, x), rows, _told(profile, found), [note])


def contribution_bars(profile: Profile) -> Spec:
    """The contributions to both sides of zero; of many, those that reach furthest."""
    found, language, unit = contributions(profile), profile.language, _unit(profile)
    far = sorted(found, key=lambda item: -abs(item.value or 0.0))[:MOST_STEPS]
    rows = [_step(profile, item, 0.0, _sum(found)) for item in found if item in far]
    reach = max(abs(row["v1"]) for row in rows)
    x = _axis(profile, reach)
    x["title"] = _title(profile)
    told = _told(profile, found)
    left_out = len(found) - len(rows)
    total = _signed(_sum(found), unit, language)
    note = f"{_SUM.in_(language)} {total}"
    if left_out:
        note += f"（其余 {left_out} 项未显示）" if language == "zh" else f" ({left_out} not shown)"
    return framed(profile, _view(profile, x), rows, told, [note])


def _view(profile: Profile, x: Spec) -> Spec:
    """Lying bars from v0 to v1, with the signed number beside the far end."""
    language = profile.language
    fall: Spec = {"test": {"field": "v2", "lt": 0}, "value": ORANGE}
    total: Spec = {"test": {"field": "rest", "equal": True}, "value": GREY}
    bars: Spec = {
        "mark": {"type": "bar"},
        "encoding": {
            "x": x,
            "x2": {"field": "v1"},
            "color": {"condition": [total, fall], "value": BLUE},
        },
    }
    labels: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 5, "color": INK},
        "encoding": {"x": x | {"field": "v3"}, "text": {"field": "l0", "type": "nominal"}},
    }
    zero: Spec = {"mark": {"type": "rule", "color": GREY}, "encoding": {"x": {"datum": 0}}}
    name = profile.dimensions[0].label
    for layer in (bars, labels):
        layer["encoding"] |= {
            "y": category_channel("c0", name),
            "tooltip": tooltip(
                ("f0", name), ("x0", _CONTRIBUTION.in_(language)), ("x1", _SHARE.in_(language))
            ),
        }
    return {"width": "container", "height": {"step": 28}, "layer": [bars, labels, zero]}


def _step(profile: Profile, item: Item, level: float, whole: float) -> Row:
    moved, unit, language = item.value or 0.0, _unit(profile), profile.language
    share = full(moved / whole, "ratio", language) if whole else "—"
    return {
        "c0": item.name,
        "f0": item.full_name,
        "v0": level,
        "v1": level + moved,
        "v2": moved,
        "v3": max(level, level + moved),
        "x0": _signed(moved, unit, language),
        "x1": share,
        "l0": _signed(moved, unit, language, brief=True),
        "rest": False,
    }


def _total(name: str, value: float, unit: str | None, language: Language) -> Row:
    return {
        "c0": name,
        "f0": name,
        "v0": 0.0,
        "v1": value,
        "v2": value,
        "v3": max(value, 0.0),
        "x0": full(value, unit, language),
        "x1": "—",
        "l0": short(value, unit, language),
        "rest": True,
    }


def _totals(profile: Profile) -> tuple[float, float] | None:
    """Base and now of all items together, where they may be added up and none is missing."""
    measure, base = profile.measure, profile.base
    if base is None or not measure.summable or measure.has_gap or base.has_gap:
        return None
    return sum(base.present), sum(measure.present)


def _measured(profile: Profile) -> Measure:
    return profile.part("contribution") or profile.part("mix") or profile.measure


def _axis(profile: Profile, reach: float) -> Spec:
    x = value_channel("v0", _measured(profile), profile.language, largest=reach)
    x["axis"]["labelExpr"] = value_labels(_unit(profile), reach, profile.language)
    return x


def _title(profile: Profile) -> str:
    """What is drawn, with its unit."""
    unit, language = _unit(profile), profile.language
    words = _CONTRIBUTION.in_(language)
    shown = {"points": ("个百分点", "pp"), "CNY": ("元", "CNY")}.get(unit or "")
    if shown is None:
        return words
    return f"{words}（{shown[0]}）" if language == "zh" else f"{words} ({shown[1]})"


def _unit(profile: Profile) -> str | None:
    """A change of a ratio is in percentage points."""
    unit = _measured(profile).unit or profile.measure.unit
    return "points" if unit == "ratio" else unit


def _signed(value: float, unit: str | None, language: Language, *, brief: bool = False) -> str:
    if unit == "points":
        return change(value, unit, language)
    text = (short if brief else full)(value, unit, language)
    return f"+{text}" if value > 0 else text


def _sum(found: Sequence[Item]) -> float:
    return sum(item.value or 0.0 for item in found)


def _added(first: Measure, second: Measure) -> list[float | None]:
    pairs = zip(first.values, second.values, strict=True)
    return [None if a is None or b is None else a + b for a, b in pairs]


def _moved(measure: Measure, base: Measure) -> list[float | None]:
    pairs = zip(measure.values, base.values, strict=True)
    return [None if now is None or before is None else now - before for now, before in pairs]


def _told(profile: Profile, found: Sequence[Item]) -> str:
    most = max(found, key=lambda item: abs(item.value or 0.0))
    unit, language = _unit(profile), profile.language
    return _TOLD.in_(language).format(
        total=_signed(_sum(found), unit, language),
        name=most.full_name,
        most=_signed(most.value or 0.0, unit, language),
    )
