"""`Form`: a way to draw a result — its plain type, its drawing, what it claims, and why it is good.

Between the drawings and `laws`. `combines` says that parts are added up in one mark, `whole` that
marks are parts of a known total: the laws ask more of such forms. `reads` says what a mark is: the
row of a key, any row, or a count of rows. `suits` is taste, not law. Rarer forms are in
`special_forms`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from assistant.charts import bars, crossed, groups, panels, shares, timelines
from assistant.charts.chart_types import ChartType
from assistant.charts.encoding import Spec
from assistant.charts.profile import Profile, width
from semantic_layer.issues import Text
from semantic_layer.query import Grain

FEW_PERIODS = 12
FEW_PANELS = 12
FEW_COLUMNS = 7
SHORT_LABEL = 8

_PER = {
    Grain.hour: ("按小时", "hour by hour"),
    Grain.day: ("按天", "day by day"),
    Grain.week: ("按周", "week by week"),
    Grain.month: ("按月", "month by month"),
    Grain.quarter: ("按季度", "quarter by quarter"),
    Grain.year: ("按年", "year by year"),
}


def _always(_: Profile) -> bool:
    return True


@dataclass(frozen=True)
class Form:
    """A drawing; `build` is None where the page shows the rows themselves, as a card or a table."""

    type: ChartType
    build: Callable[[Profile], Spec] | None
    why: Text
    combines: bool = False
    whole: bool = False
    suits: Callable[[Profile], bool] = _always
    reads: Literal["keys", "points", "bins"] = "keys"

    def reason(self, profile: Profile) -> str:
        """Why this form, in the reader's language."""
        grain = profile.time.grain if profile.time else Grain.day
        return self.why.in_(profile.language).format(
            per=_PER[grain][profile.language == "en"],
            periods=profile.periods,
            members=profile.dimensions[0].size if profile.dimensions else 1,
            asked=min(profile.request.ordered_top or bars.MANY_BARS, profile.rows),
            measures=len(profile.measures),
        )


def _few_periods(profile: Profile) -> bool:
    return 2 <= profile.periods <= FEW_PERIODS


def _many_periods(profile: Profile) -> bool:
    return profile.periods > FEW_PERIODS


def _few_panels(profile: Profile) -> bool:
    return profile.dimensions[0].size <= FEW_PANELS


def _columns_fit(profile: Profile) -> bool:
    members = profile.dimensions[0].members
    return len(members) <= FEW_COLUMNS and max(map(width, members)) <= SHORT_LABEL


def _positive_start(profile: Profile) -> bool:
    return all(measure.present and measure.present[0] > 0 for measure in profile.measures)


CARD = Form(
    "card",
    None,
    Text(zh="只有一个数，直接看数最清楚", en="A single number is read best as it is"),
    suits=lambda profile: not profile.dimensions,
)
CARDS = Form(
    "cards",
    None,
    Text(zh="{measures} 个数并列看最清楚", en="{measures} numbers are read best side by side"),
)
LINE = Form(
    "line",
    timelines.line,
    Text(zh="{per}的走势用折线最清楚", en="A line shows the course {per} best"),
)
TIME_COLUMN = Form(
    "column",
    timelines.column,
    Text(zh="期数不多，柱形便于逐期比较", en="With few periods, columns compare them one by one"),
    suits=_few_periods,
)
AREA = Form(
    "area",
    timelines.area,
    Text(zh="面积图突出总量的起伏", en="An area stresses how the total rises and falls"),
    combines=True,
)
LINES = Form(
    "line",
    timelines.line_by_member,
    Text(
        zh="几条折线放在一起，{per}的高低和走势都能比",
        en="Lines together compare size and course {per}",
    ),
)
LINES_WITH_OTHERS = Form(
    "line",
    timelines.line_with_others,
    Text(
        zh="共 {members} 项，画出最大的几项，其余合并为一条，才看得清",
        en="Of {members} lines only the largest can be told apart; the rest are added up in one",
    ),
    combines=True,
)
LINES_BY_MEASURE = Form(
    "line",
    timelines.line_by_measure,
    Text(
        zh="单位相同，几个指标可以共用一根轴", en="The measures have one unit and can share an axis"
    ),
)
MEMBER_PANELS = Form(
    "small_multiples",
    panels.lines_by_member,
    Text(zh="每项一张小图，互不遮挡", en="A small chart for each, so that none hides another"),
    suits=_few_panels,
)
MEASURE_PANELS = Form(
    "small_multiples",
    panels.lines_by_measure,
    Text(zh="单位不同的指标上下分开，共用时间轴", en="One panel a measure, one time axis for all"),
)
INDEXED_LINES = Form(
    "line",
    panels.indexed_lines,
    Text(
        zh="以首期为 100，可以比较不同单位的涨跌",
        en="With the first period as 100, changes in different units can be compared",
    ),
    suits=_positive_start,
)
SHARE_COLUMNS = Form(
    "stacked_bar",
    timelines.share_column,
    Text(zh="每期都是 100%，看构成怎样变化", en="Every period is 100%, so the mix can be followed"),
    combines=True,
    whole=True,
    suits=_few_periods,
)
SHARE_AREA = Form(
    "area",
    timelines.share_area,
    Text(
        zh="期数多，用百分比面积看构成怎样变化", en="Over many periods, bands of 100% show the mix"
    ),
    combines=True,
    whole=True,
    suits=_many_periods,
)
STACKED_COLUMNS = Form(
    "stacked_bar",
    timelines.stacked_column,
    Text(zh="堆积柱同时看总量和各部分", en="Stacked columns show the total and its parts"),
    combines=True,
)
TIME_HEATMAP = Form(
    "heatmap",
    crossed.heatmap_over_time,
    Text(
        zh="项多期多，用颜色深浅一眼看出高低",
        en="With many items and periods, shades show the peaks",
    ),
)
PERIOD_PAIRS = Form(
    "grouped_bar",
    groups.grouped_by_period,
    Text(zh="只有两期，逐项并排比较最清楚", en="With two periods, pairs of bars compare best"),
)
BAR = Form(
    "bar",
    bars.bar,
    Text(
        zh="{members} 项从大到小排列，条形最便于比较",
        en="{members} bars from large to small compare best",
    ),
)
COLUMN = Form(
    "column",
    bars.column,
    Text(zh="项少、名称短，柱形也清楚", en="With few short names, columns are clear as well"),
    suits=_columns_fit,
)
TOP_BAR = Form(
    "bar",
    bars.top_bar,
    Text(zh="共 {members} 项，画出最大的几项", en="Of {members}, the largest are drawn"),
)
TOP_BAR_WITH_OTHERS = Form(
    "bar",
    bars.top_bar_with_others,
    Text(
        zh="共 {members} 项，画出最大的几项，其余合并",
        en="Of {members}, the largest are drawn and the rest are added up",
    ),
    combines=True,
)
RANKED_BAR = Form(
    "bar",
    bars.ranked_bar,
    Text(zh="问的是排名，按名次列出 {asked} 项", en="A ranking was asked: {asked} bars in order"),
)
DIVERGING_BAR = Form(
    "bar",
    bars.diverging_bar,
    Text(
        zh="有正有负，条形从零向两侧展开", en="Values lie on both sides of zero, and so do the bars"
    ),
)
DONUT = Form(
    "donut",
    shares.donut,
    Text(
        zh="项少且合计为整体，环形图一眼看出占比",
        en="A few parts of one whole are seen at a glance",
    ),
    combines=True,
    whole=True,
    suits=shares.slices_can_be_told_apart,
)
SHARE_BAR = Form(
    "bar",
    shares.share_bar,
    Text(
        zh="占比从大到小排列，条形便于比较", en="Bars of the shares, large to small, compare best"
    ),
    combines=True,
    whole=True,
)
SINGLE_STACK = Form(
    "stacked_bar",
    shares.single_stack,
    Text(
        zh="一根 100% 的条，看各部分怎样拼成整体",
        en="One bar of 100% shows how the parts make the whole",
    ),
    combines=True,
    whole=True,
)
GROUPED_BAR = Form(
    "grouped_bar",
    crossed.grouped_by_member,
    Text(
        zh="两个维度都不大，分组条形便于逐组比较",
        en="Two short lists compare well as groups of bars",
    ),
)
STACKED_BAR = Form(
    "stacked_bar",
    crossed.stacked_by_member,
    Text(zh="堆积条同时看总量和各部分", en="Stacked bars show the total and its parts"),
    combines=True,
)
SHARE_STACKED_BAR = Form(
    "stacked_bar",
    crossed.share_by_member,
    Text(zh="每根都是 100%，比较各自的构成", en="Every bar is 100%, so the mixes can be compared"),
    combines=True,
    whole=True,
)
HEATMAP = Form(
    "heatmap",
    crossed.heatmap,
    Text(
        zh="两个维度交叉，用颜色深浅一眼看出高低", en="Where two lists cross, shades show the peaks"
    ),
)
CROSSED_PANELS = Form(
    "small_multiples",
    crossed.bars_by_member,
    Text(zh="每项一张小图，坐标一致便于比较", en="A small chart for each, on the same axes"),
)
MEASURE_BARS = Form(
    "grouped_bar",
    groups.grouped_by_measure,
    Text(zh="单位相同的指标并排比较", en="Measures of one unit side by side"),
)
MEASURE_BAR_PANELS = Form(
    "small_multiples",
    panels.bars_by_measure,
    Text(zh="单位不同的指标各用一根轴，左右对齐", en="One axis for each measure, aligned by name"),
)
BASE_BARS = Form(
    "grouped_bar",
    groups.grouped_by_base,
    Text(
        zh="本期与对比期逐项并排，灰色是对比期",
        en="Now beside before, item by item; grey is before",
    ),
)
