"""What a result of a shape can be drawn as at all: the forms that a reader may ask for by name.

Between `rules` and `recommending`. Taste does not count here, only whether the columns are there;
the laws decide the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from assistant.charts import conditions as when
from assistant.charts import forms
from assistant.charts import special_forms as special
from assistant.charts.chart_types import ChartType
from assistant.charts.forms import Form
from assistant.charts.profile import Profile
from assistant.charts.relations import has_sizes
from assistant.charts.steps import shrink
from assistant.charts.tiles import TILE_MAP, can_be_placed
from semantic_layer.issues import Text


@dataclass(frozen=True)
class Shape:
    """The forms of all results for which `holds`."""

    holds: Callable[[Profile], bool]
    forms: tuple[Form, ...]


def _course(profile: Profile) -> bool:
    return when.one(profile) and profile.periods > 1 and not profile.dimensions


def _courses(profile: Profile) -> bool:
    return when.one(profile) and profile.periods > 1 and len(profile.dimensions) == 1


def _crossed(profile: Profile) -> bool:
    return when.one(profile) and when.by_name(profile, 2)


def _compared(profile: Profile) -> bool:
    base = profile.base if profile.bases else None
    return when.listed(profile) and base is not None and bool(base.present)


def _ordered(profile: Profile) -> bool:
    return when.listed(profile) and profile.dimensions[0].ordered


def _values(profile: Profile) -> bool:
    return len(profile.measures) >= 1 and len(profile.measure.present) > 1


def _pairs(profile: Profile) -> bool:
    return len(profile.measures) >= 2 and profile.rows > 1


SHAPES: Final = (
    Shape(_course, (forms.LINE, forms.TIME_COLUMN, forms.AREA)),
    Shape(
        _courses,
        (
            *(forms.LINES, forms.MEMBER_PANELS, forms.TIME_HEATMAP, forms.STACKED_COLUMNS),
            *(forms.SHARE_AREA,),
        ),
    ),
    Shape(
        when.listed,
        (
            *(forms.BAR, forms.COLUMN, forms.DONUT, forms.SINGLE_STACK),
            *(special.HISTOGRAM, special.BOX),
        ),
    ),
    Shape(_ordered, (special.CYCLE_LINE,)),
    Shape(_compared, (forms.BASE_BARS, special.DUMBBELL)),
    Shape(
        _crossed,
        (forms.GROUPED_BAR, forms.STACKED_BAR, forms.HEATMAP, forms.CROSSED_PANELS),
    ),
    Shape(lambda p: len(p.measures) > 1 and when.by_name(p) and p.one_unit, (forms.MEASURE_BARS,)),
    Shape(lambda p: len(p.measures) > 1 and when.by_name(p), (forms.MEASURE_BAR_PANELS,)),
    Shape(lambda p: when.several_measures(p) and p.one_unit, (forms.LINES_BY_MEASURE,)),
    Shape(when.several_measures, (forms.MEASURE_PANELS,)),
    Shape(lambda p: _pairs(p) and len(p.measures) == 3 and has_sizes(p), (special.BUBBLE,)),
    Shape(_pairs, (special.SCATTER,)),
    Shape(lambda p: when.by_name(p) and shrink(p), (special.FUNNEL,)),
    Shape(can_be_placed, (TILE_MAP,)),
    Shape(when.with_target, (special.BULLET,)),
)

LACKS: Final[Mapping[ChartType, Text]] = {
    "card": Text(zh="结果不止一个数", en="the result is more than one number"),
    "cards": Text(zh="结果不止一行", en="the result is more than one row"),
    "bullet": Text(zh="没有目标值", en="there is no target"),
    "line": Text(zh="没有时间或有先后的类别", en="there is no time and no order to follow"),
    "bar": Text(
        zh="没有一个维度的项目可以逐项比较", en="there are no items of one list to compare"
    ),
    "column": Text(
        zh="没有一个维度的项目可以逐项比较", en="there are no items of one list to compare"
    ),
    "grouped_bar": Text(zh="每项只有一个数", en="each item has a single number"),
    "stacked_bar": Text(zh="没有可以叠起来的组成部分", en="there are no parts to stack"),
    "dumbbell": Text(zh="没有对比期", en="there is nothing to compare with"),
    "waterfall": Text(zh="没有各项的贡献", en="there are no contributions"),
    "area": Text(zh="没有时间", en="there is no time to follow"),
    "heatmap": Text(zh="没有两个交叉的维度", en="there are no two lists that cross"),
    "small_multiples": Text(
        zh="没有可以分成小图的项目", en="there is nothing to split into panels"
    ),
    "donut": Text(zh="不是一个维度的各部分", en="these are not the parts of one list"),
    "histogram": Text(zh="没有一列可以分组的数值", en="there is no column of values to count"),
    "box": Text(zh="没有一列可以分组的数值", en="there is no column of values to count"),
    "scatter": Text(zh="没有两个指标", en="there are no two measures"),
    "bubble": Text(zh="没有三个不为负的指标", en="there are no three measures above zero"),
    "funnel": Text(zh="没有逐级减少的步骤", en="there are no steps that shrink one by one"),
    "map": Text(zh="没有足够的省份", en="there are not enough provinces"),
    "table": Text(zh="没有行", en="there are no rows"),
}


def forms_of(profile: Profile) -> list[Form]:
    """The forms that the columns of the result allow, whatever its values."""
    return [form for shape in SHAPES if shape.holds(profile) for form in shape.forms]
