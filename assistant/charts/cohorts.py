"""Drawings of cohorts: a triangle of cells that shrinks towards today, a line for each cohort.

Between `profile` and `forms`. A cohort goes down, its age across. An age that a cohort has not
reached has no row and stays blank: nothing has happened there, which is not the same as zero.
"""

from __future__ import annotations

from assistant.charts import captions
from assistant.charts.encoding import (
    PALETTE,
    Row,
    Spec,
    category_channel,
    colour_channel,
    colour_labels,
    framed,
    period_text,
    tooltip,
    value_channel,
)
from assistant.charts.profile import Dimension, Profile
from assistant.presentation.numbers import full
from semantic_layer.issues import Text

MOST_COHORTS = 40
MOST_LINES = 6
_COHORT = Text(zh="群组", en="cohort")
_BLANK = Text(
    zh="空白是还没到的时候，不是 0", en="Blank cells have not been reached yet; they are not 0"
)
_SIZED = Text(zh="{name}（{size}）", en="{name} ({size})")


def is_triangle(profile: Profile) -> bool:
    """Whether there is a cohort and an age for each row."""
    return (profile.time is not None) + len(profile.dimensions) == 2


def cohort_heatmap(profile: Profile) -> Spec:
    """A cell for each age that a cohort has reached, its value in it."""
    measure, language = profile.measure, profile.language
    age, rows = _age(profile), _rows(profile)
    low, high = min(measure.present), max(measure.present)
    shade = {"field": "v0", "type": "quantitative", "scale": {"scheme": "blues", "zero": True}}
    shade |= colour_labels(measure, language)
    dark = {"field": "v0", "gt": low + 0.6 * (high - low)}
    ink = {"condition": {"test": dark, "value": "white"}, "value": "#222222"}
    view = {
        "width": "container",
        "height": {"step": 26},
        "layer": [
            {"mark": {"type": "rect"}, "encoding": {"color": shade}},
            {
                "mark": {"type": "text", "fontSize": 11},
                "encoding": {"text": {"field": "l0", "type": "nominal"}, "color": ink},
            },
        ],
        "encoding": {
            "x": category_channel("c0", age.label, upright=True),
            "y": category_channel("c1", _title(profile)),
            "tooltip": _tips(profile),
        },
    }
    return framed(profile, view, rows, _told(profile, rows), [_BLANK.in_(language)])


def cohort_lines(profile: Profile) -> Spec:
    """The course of each cohort along its age."""
    measure, rows = profile.measure, _rows(profile)
    names = list(dict.fromkeys(row["c1"] for row in rows))
    view = {
        "width": "container",
        "mark": {"type": "line", "point": {"size": 24}, "invalid": "break-paths-show-path-domains"},
        "encoding": {
            "x": category_channel("c0", _age(profile).label, upright=True),
            "y": value_channel("v0", measure, profile.language),
            "color": colour_channel("c1", None, names, PALETTE[: len(names)]),
            "tooltip": _tips(profile),
        },
    }
    return framed(profile, view, rows, _told(profile, rows), ())


def few_cohorts(profile: Profile) -> bool:
    """As many as can be told apart."""
    return len({row["c1"] for row in _rows(profile)}) <= MOST_LINES


def _age(profile: Profile) -> Dimension:
    """What counts the periods since the start; beside a cohort that is a date, the only name."""
    if profile.time is not None:
        return profile.dimensions[0]
    return next((d for d in profile.dimensions if _counts(d)), profile.dimensions[1])


def _counts(dimension: Dimension) -> bool:
    return dimension.column.type == "number"


def _title(profile: Profile) -> str:
    if profile.time is not None:
        return profile.time.label
    age = _age(profile)
    cohort = next((one for one in profile.dimensions if one is not age), None)
    return cohort.label if cohort else _COHORT.in_(profile.language)


def _cohorts(profile: Profile) -> tuple[list[str], list[str]]:
    """The cohort of each row, and all of them in order."""
    if profile.time is not None:
        time, language = profile.time, profile.language
        of_row = [period_text(time, moment, language) for moment in time.of_row]
        return of_row, [period_text(time, moment, language) for moment in time.periods]
    age = _age(profile)
    cohort = next(one for one in profile.dimensions if one is not age)
    return list(cohort.of_row), list(cohort.members)


def _rows(profile: Profile) -> list[Row]:
    """A row a cell that there is, cohorts and ages in order; the size stands behind the name."""
    age, (of_row, order), measure = _age(profile), _cohorts(profile), profile.measure
    language, sizes = profile.language, profile.part("size")
    names = {name: name for name in order}
    if sizes is not None:
        for name, size in zip(reversed(of_row), reversed(sizes.values), strict=True):
            shown = f"n={full(size, 'count', language)}"
            names[name] = _SIZED.in_(language).format(name=name, size=shown)
    cells = {
        (name, step): value
        for name, step, value in zip(of_row, age.of_row, measure.values, strict=True)
    }
    return [
        {
            "c0": step,
            "f0": age.full[step],
            "c1": names[name],
            "f1": name,
            "v0": cells.get((name, step)),
            "x0": full(cells.get((name, step)), measure.unit, language),
            "l0": ""
            if cells.get((name, step)) is None
            else full(cells[name, step], measure.unit, language),
        }
        for name in order[-MOST_COHORTS:]
        for step in age.members
    ]


def _tips(profile: Profile) -> list[Spec]:
    return tooltip(
        ("c1", _title(profile)), ("f0", _age(profile).label), ("x0", profile.measure.label)
    )


def _told(profile: Profile, rows: list[Row]) -> str:
    """The best and the worst cohort at the first age after the start that all have reached."""
    language = profile.language
    ages = list(dict.fromkeys(row["c0"] for row in rows))
    step = ages[1] if len(ages) > 1 else ages[0]
    named = [(row["f1"], row["v0"]) for row in rows if row["c0"] == step]
    told = captions.extremes(profile, profile.measure, named, len(named))
    heading = f"{_age(profile).label} {step}"
    return f"{heading}：{told}" if language == "zh" else f"{heading}: {told}"
