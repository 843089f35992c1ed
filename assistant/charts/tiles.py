"""The map: a tile of equal size for each provincial unit, so that small ones are read as well.

Between `forms` and `rules`. There is no boundary in it, and its note says that it is a scheme: a
map of China with borders needs an approval that a drawing of squares does not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from assistant.charts import captions
from assistant.charts.encoding import Row, Spec, colour_labels, framed, tooltip
from assistant.charts.forms import Form
from assistant.charts.profile import Dimension, Measure, Profile, width
from assistant.charts.provinces import PROVINCES, Province, province_of
from assistant.presentation.numbers import full, short
from semantic_layer.issues import Language, Text

FEWEST_TILES = 10  # fewer provinces are quicker read as bars

_SCHEME_NOTE = Text(zh="示意图，非地理比例", en="Schematic, not to scale")
_EMPTY, _EMPTY_INK = "#E4E4E4", "#5A5A5A"
_TILE: dict[Language, int] = {"zh": 62, "en": 88}
_TILE_HEIGHT = 50
_CHARACTER = 6.2  # pixels that a digit takes at the size of a tile's text
_DARK = 0.55  # of the way from pale to deep blue, where white text becomes the readable one

Placed = dict[Province, str]


def placed(dimension: Dimension) -> Placed | None:
    """The member of each province, or None where the members are no provinces.

    Members such as 海外 that have no tile are left out, as long as most have one.
    """
    found: Placed = {}
    strangers = 0
    for member in dimension.members:
        province = province_of(dimension.full[member])
        if province is None:
            strangers += 1
        elif province in found:  # 广东 and 广东省 are two rows for one tile
            return None
        else:
            found[province] = member
    return found if found and strangers * 5 <= len(found) else None


def can_be_placed(profile: Profile) -> bool:
    """Whether the one dimension of one measure is enough provinces for a map."""
    if profile.time or len(profile.dimensions) != 1 or len(profile.measures) != 1:
        return False
    provinces = placed(profile.dimensions[0]) or {}
    shown = zip(profile.dimensions[0].of_row, profile.measure.values, strict=True)
    valued = {member for member, value in shown if value is not None}
    return len(provinces) >= FEWEST_TILES and not valued.isdisjoint(provinces.values())


def tile_map(profile: Profile) -> Spec:
    """A tile a province with its name and value; a province without a value is grey."""
    dimension, language = profile.dimensions[0], profile.language
    provinces = placed(dimension)
    assert provinces is not None, "the form suits provinces only"
    values = dict(zip(dimension.of_row, profile.measure.values, strict=True))
    drawn = replace(
        profile.measure, values=tuple(values.get(provinces.get(one, "")) for one in PROVINCES)
    )
    left_out = dimension.size - len(provinces)
    notes = [_SCHEME_NOTE.in_(language), captions.hidden(left_out, language)]
    named = [
        (province.name.in_(language), value)
        for province, value in zip(PROVINCES, drawn.values, strict=True)
        if province in provinces
    ]
    told = captions.extremes(profile, drawn, named, len(named))
    rows = _rows(drawn, language, {one: dimension.full[name] for one, name in provinces.items()})
    return framed(profile, _view(profile, drawn), rows, told, notes)


def _rows(drawn: Measure, language: Language, members: Placed) -> list[Row]:
    """A row a tile; `f1` is the province as the data write it, by which a click is known."""
    rows: list[Row] = []
    for province, value in zip(PROVINCES, drawn.values, strict=True):
        label = short(value, drawn.unit, language)
        fits = width(label) * _CHARACTER <= _TILE[language]
        rows.append(
            {
                "c0": province.column,
                "c1": province.row,
                "f0": province.name.in_(language),
                "f1": members.get(province, ""),
                "v0": value,
                "x0": full(value, drawn.unit, language),
                "l0": label if fits else "",
            }
        )
    return rows


def _view(profile: Profile, drawn: Measure) -> Spec:
    language = profile.language
    tile = {"type": "rect", "cornerRadius": 3}
    return {
        "width": {"step": _TILE[language]},
        "height": {"step": _TILE_HEIGHT},
        "layer": [
            {"mark": {**tile, "color": _EMPTY}},  # what has no value is not painted over
            {"mark": tile, "encoding": {"color": _shade(drawn, language)}},
            _text(drawn, "f0", -8, weight="bold"),
            _text(drawn, "l0", 8),
        ],
        "encoding": {
            "x": _grid("c0"),
            "y": _grid("c1"),
            "tooltip": tooltip(("f0", profile.dimensions[0].label), ("x0", drawn.label)),
        },
        "config": {"view": {"stroke": None}},
    }


def _grid(field: str) -> Spec:
    return {"field": field, "type": "ordinal", "axis": None, "scale": {"padding": 0.06}}


def _shade(drawn: Measure, language: Language) -> Spec:
    """Shades of blue; where values lie on both sides of zero, orange below it."""
    scale: Spec = {"scheme": "blues", "nice": True}
    if drawn.negative:
        scale = {"scheme": "blueorange", "reverse": True, "domainMid": 0}
    shade = {"field": "v0", "type": "quantitative", "scale": scale}
    return shade | colour_labels(drawn, language)


def _text(drawn: Measure, field: str, offset: int, weight: str = "normal") -> Spec:
    """A line of a tile's text: white on a deep shade, dark on a pale one."""
    low, high = min(drawn.present), max(drawn.present)
    ink: list[Spec] = [{"test": {"field": "v0", "valid": False}, "value": _EMPTY_INK}]
    pale = low if low >= 0 else 0.0
    ink.append({"test": {"field": "v0", "gt": pale + _DARK * (high - pale)}, "value": "white"})
    if low < 0:
        ink.append({"test": {"field": "v0", "lt": _DARK * low}, "value": "white"})
    return {
        "mark": {"type": "text", "dy": offset, "fontSize": 11, "fontWeight": weight},
        "encoding": {
            "text": {"field": field, "type": "nominal"},
            "color": {"condition": ink, "value": "#222222"},
        },
    }


TILE_MAP: Final = Form(
    "map",
    tile_map,
    Text(
        zh="每省一格，大小相同，小省份也看得清；颜色越深数值越大",
        en="A tile of one size for each province, so that small ones count; deeper means more",
    ),
    suits=can_be_placed,
)
