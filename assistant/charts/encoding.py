"""The parts that all specs share: the frame, axes, colours, tooltips.

Below the drawing modules. Specs are plain Vega-Lite dictionaries. Vega reads meaning into field
names and expressions, so fields go by generated names (`t`, `p`, `c0`, `v0`, `x0`) and no text of
the data or of a definition ever becomes a part of an expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from assistant.charts.profile import Measure, Profile, Timeline, one_line
from assistant.presentation import numbers
from semantic_layer.issues import Language
from semantic_layer.query import Grain

Spec = dict[str, Any]
Row = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

# Okabe and Ito's colours, which the colour-blind can tell apart, without yellow and black: the one
# is too pale for a line on white, the other is lost on a dark page. The seventh is Paul Tol's wine.
PALETTE: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#882255")
BLUE, ORANGE = PALETTE[0], PALETTE[5]
GREY = "#9A9A9A"
DASH: Final = [4, 4]
PANEL: Final = {"width": 180, "height": 130}
INK = "#767676"  # text that is read on white and on a dark page

_MOST_TICKS = 8
_PANELS_ABREAST = 3
_UNITS: dict[str, tuple[str, str]] = {
    "CNY": ("元", "CNY"),
    "ratio": ("%", "%"),
    "points": ("个百分点", "pp"),
    "days": ("天", "days"),
    "score": ("分", "score"),
}
_TIME_LABELS: dict[Language, dict[Grain, str]] = {
    "zh": {
        Grain.hour: "{day}+hours(datum.value)+'时'",
        Grain.day: "{day}",
        Grain.week: "{day}",
        Grain.month: "year(datum.value)+'年'+(month(datum.value)+1)+'月'",
        Grain.quarter: "year(datum.value)+'年'+quarter(datum.value)+'季度'",
        Grain.year: "year(datum.value)+'年'",
    },
    "en": {
        Grain.hour: "{day}+timeFormat(datum.value,' %H:00')",
        Grain.day: "{day}",
        Grain.week: "{day}",
        Grain.month: "timeFormat(datum.value,'%b %Y')",
        Grain.quarter: "'Q'+quarter(datum.value)+' '+year(datum.value)",
        Grain.year: "timeFormat(datum.value,'%Y')",
    },
}
_DAYS: dict[tuple[Language, bool], str] = {
    ("zh", False): "(month(datum.value)+1)+'月'+date(datum.value)+'日'",
    ("zh", True): "year(datum.value)+'年'+(month(datum.value)+1)+'月'+date(datum.value)+'日'",
    ("en", False): "timeFormat(datum.value,'%b %-d')",
    ("en", True): "timeFormat(datum.value,'%b %-d, %Y')",
}


def framed(
    profile: Profile, view: Mapping[str, Any], rows: list[Row], takeaway: str, notes: Iterable[str]
) -> Spec:
    """A complete spec: the view with its data, title, notes below it and alternative text."""
    title: Spec = {"text": one_line(profile.request.title), "anchor": "start"}
    if subtitle := [note for note in notes if note]:
        title |= {"subtitle": subtitle, "subtitleColor": INK, "subtitlePadding": 6}
    return {
        "$schema": SCHEMA,
        "title": title,
        "description": takeaway,
        "data": {"values": rows},
        **view,
    }


def titled(measure: Measure, language: Language) -> str:
    """A measure's label with its unit."""
    unit = _UNITS.get(measure.unit or "")
    if unit is None:
        return measure.label
    return f"{measure.label}（{unit[0]}）" if language == "zh" else f"{measure.label} ({unit[1]})"


def shared_title(measures: Sequence[Measure], language: Language) -> str:
    """The title of an axis that several measures of one unit share."""
    if len(measures) == 1:
        return titled(measures[0], language)
    unit = _UNITS.get(measures[0].unit or "", ("数值", "value"))
    return unit[0] if language == "zh" else unit[1]


def value_labels(unit: str | None, largest: float, language: Language) -> str:
    """The expression that writes an axis in one unit of size, 万 and 亿 or K, M and B."""
    if unit == "ratio":
        return "format(datum.value, '.3~%')"
    if unit == "points":
        return "format(datum.value * 100, '.3~f')"
    size = numbers.magnitude(largest, language)
    sign = "¥" if unit == "CNY" and language == "en" else ""
    number = f"format(datum.value / {size.divisor}, ',~f')"
    return f"datum.value === 0 ? '0' : '{sign}' + {number} + '{size.suffix}'"


def value_channel(
    field: str,
    measure: Measure,
    language: Language,
    *,
    largest: float | None = None,
    zero: bool = True,
    title: str | None = None,
) -> Spec:
    """A quantitative axis; it starts at zero unless it is said that it need not."""
    reach = max(map(abs, measure.present)) if largest is None else largest
    axis: Spec = {"labelExpr": value_labels(measure.unit, reach, language), "tickCount": 6}
    if measure.unit == "count":
        axis["tickMinStep"] = 1
    return {
        "field": field,
        "type": "quantitative",
        "title": titled(measure, language) if title is None else title,
        "scale": {"zero": zero, "nice": True},
        "axis": axis,
    }


def share_title(measure: Measure, language: Language) -> str:
    """The title of an axis of parts of a whole."""
    return measure.label + ("占比（%）" if language == "zh" else ", share (%)")


def time_channel(time: Timeline, language: Language) -> Spec:
    """A temporal axis whose ticks stand on periods of the result, so that no label comes twice."""
    periods = time.calendar
    step = -(-len(periods) // _MOST_TICKS)
    day = _DAYS[language, time.spans_years]
    if time.grain is Grain.hour and periods[0].date() == periods[-1].date():
        day = "''"
    return {
        "field": "t",
        "type": "temporal",
        "title": time.label,
        "axis": {
            "values": [_vega_date(period) for period in periods[::step]],
            "labelExpr": _TIME_LABELS[language][time.grain].format(day=day),
            "labelOverlap": True,
            "grid": False,
        },
    }


def category_channel(field: str, title: str | None, *, upright: bool = False) -> Spec:
    """A discrete axis in the order of the data; its labels are already short."""
    axis: Spec = {"labelLimit": 240}
    if upright:
        axis["labelAngle"] = 0
    return {"field": field, "type": "nominal", "sort": None, "title": title, "axis": axis}


def colour_channel(
    field: str, title: str | None, names: Sequence[str], colours: Sequence[str] | None = None
) -> Spec:
    """Colours in the order of the names, and a legend below the chart."""
    return {
        "field": field,
        "type": "nominal",
        "sort": None,
        "title": title,
        "scale": {"domain": list(names), "range": list(colours or PALETTE[: len(names)])},
        "legend": {"orient": "bottom", "labelLimit": 240, "columns": 4},
    }


def tooltip(*fields: tuple[str, str]) -> list[Spec]:
    """Name and title of each text that is shown under the pointer."""
    shown: list[Spec] = []
    taken: set[str] = set()
    for name, title in fields:
        heading = _harmless(title)
        while heading in taken:  # Vega keeps only one of two rows that are called the same
            heading += " "
        taken.add(heading)
        shown.append({"field": name, "type": "nominal", "title": heading})
    return shown


def colour_labels(measure: Measure, language: Language) -> Spec:
    """Title and legend of a quantitative colour."""
    reach = max(map(abs, measure.present))
    return {
        "title": titled(measure, language),
        "legend": {"labelExpr": value_labels(measure.unit, reach, language)},
    }


def faceted(inner: Spec, field: str, title: str) -> Spec:
    """A small chart for each value of a field, a few abreast."""
    header = {"title": title, "labelLimit": PANEL["width"]}
    return {
        "facet": {"field": field, "type": "nominal", "sort": None, "header": header},
        "columns": _PANELS_ABREAST,
        "spec": inner,
    }


def period_text(time: Timeline, period: datetime, language: Language) -> str:
    """A period as it is read in full."""
    return numbers.period(period, time.grain, language, with_year=True)


def timestamp(period: datetime) -> str:
    """A time that the browser reads in its own zone; a bare date would be midnight in UTC."""
    return period.isoformat(timespec="seconds")


def _vega_date(period: datetime) -> Spec:
    shown: Spec = {"year": period.year, "month": period.month, "date": period.day}
    return shown | {"hours": period.hour} if period.hour else shown


def _harmless(title: str) -> str:
    # vega-tooltip turns a row called "image" into an <img> that the browser would fetch.
    return title.capitalize() if title in ("image", "title") else title
