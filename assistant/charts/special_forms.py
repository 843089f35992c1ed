"""Forms for asked purposes: orders, comparisons, causes, spread, relations, steps, cohorts.

Beside `forms`, which has the forms that any result may take.
"""

from __future__ import annotations

from assistant.charts import (
    attribution,
    bars,
    cohorts,
    comparisons,
    crossed,
    distributions,
    expectations,
    panels,
    relations,
    steps,
)
from assistant.charts.forms import FEW_PANELS, Form
from assistant.charts.profile import Profile, width
from semantic_layer.issues import Text

_LONG_SCALE = 7
_MANY_POINTS = 500
_ROOM_ABREAST = 90  # characters that fit side by side below columns


def _scale_fits(profile: Profile) -> bool:
    members = profile.dimensions[0].members
    return len(members) * (max(map(width, members)) + 2) <= _ROOM_ABREAST


def _has_a_target(profile: Profile) -> bool:
    target = profile.part("target")
    return target is not None and bool(target.present)


def _has_a_base(profile: Profile) -> bool:
    return profile.base is not None and bool(profile.base.present)


def _fits_with_a_base(profile: Profile) -> bool:
    few = len(profile.dimensions) == 1 and profile.dimensions[0].size <= FEW_PANELS
    return few and _has_a_base(profile)


def _alone_with_a_base(profile: Profile) -> bool:
    return len(profile.measures) == 1 and not profile.dimensions and _has_a_base(profile)


def _two_of_many(profile: Profile) -> bool:
    return len(profile.measures) == 2 and profile.dimensions[0].size >= 10


CYCLE_COLUMN = Form(
    "column",
    bars.column,
    Text(zh="按时间先后排列的柱形，便于看出规律", en="Columns in calendar order show the pattern"),
)
CYCLE_LINE = Form(
    "line",
    bars.ordered_line,
    Text(zh="折线突出一个周期里的起伏", en="A line stresses the rise and fall within the cycle"),
)
SCALE_COLUMN = Form(
    "column",
    bars.column,
    Text(
        zh="这些级别有先后，柱形按它们的顺序排", en="The levels have an order, and columns keep it"
    ),
    suits=_scale_fits,
)
SCALE_BAR = Form(
    "bar",
    bars.bar,
    Text(zh="这些级别有先后，条形按它们的顺序排", en="The levels have an order, and bars keep it"),
)
SCALE_LINE = Form(
    "line",
    bars.ordered_line,
    Text(zh="级别多，折线看得出沿着它们怎样变", en="Over many levels, a line shows the course"),
    suits=lambda profile: profile.dimensions[0].size >= _LONG_SCALE,
)
BULLET = Form(
    "bullet",
    comparisons.bullet,
    Text(zh="有目标值，子弹图看离目标还有多远", en="A bullet chart shows how far the target is"),
    suits=_has_a_target,
)
LINE_WITH_BASE = Form(
    "line",
    comparisons.line_with_base,
    Text(
        zh="{per}与对比期逐点对齐，下方是每期的变化",
        en="Now over its compared periods {per}, with the change of each below",
    ),
    suits=_alone_with_a_base,
)
PANELS_WITH_BASE = Form(
    "small_multiples",
    comparisons.panels_with_base,
    Text(
        zh="每项一张小图，灰色虚线是它自己的对比期",
        en="A small chart for each, its own compared periods dashed",
    ),
    suits=_fits_with_a_base,
)
DUMBBELL = Form(
    "dumbbell",
    comparisons.dumbbell,
    Text(zh="两点之间的距离就是变化", en="The way between the two points is the change"),
    suits=_has_a_base,
)
FORECAST = Form(
    "line",
    expectations.forecast,
    Text(
        zh="实际用实线、预测用虚线，色带是预测区间",
        en="Actuals are solid, the forecast dashed, its interval a band",
    ),
    suits=expectations.can_be_forecast,
)
ANOMALIES = Form(
    "line",
    expectations.anomalies,
    Text(
        zh="走势上标出异常点和预期范围",
        en="Anomalies stand out of the line and of the expected range",
    ),
    suits=expectations.can_stand_out,
)
COURSE_PANELS = Form(
    "small_multiples",
    panels.course_panels,
    Text(zh="每个指标一张小图，一页看完", en="A small chart for each measure, all on one page"),
    suits=lambda profile: len(profile.measures) > 1,
)
CYCLE_HEATMAP = Form(
    "heatmap",
    crossed.heatmap,
    Text(
        zh="两个周期交叉，颜色深的就是高峰时段",
        en="Where two cycles cross, deep cells are the peaks",
    ),
)
CYCLE_LINES = Form(
    "line",
    crossed.lines_by_cycle,
    Text(zh="每一类一条线，比较起伏的形状", en="A line for each, to compare the shapes"),
    suits=lambda profile: min(one.size for one in profile.dimensions) <= _LONG_SCALE,
)
WATERFALL = Form(
    "waterfall",
    attribution.waterfall,
    Text(
        zh="从基期到本期，一步步看谁拉动、谁拖累",
        en="From before to now, step by step: who lifted and who held back",
    ),
    suits=attribution.adds_up,
)
CONTRIBUTION_BARS = Form(
    "bar",
    attribution.contribution_bars,
    Text(zh="贡献从大到小排，正负分两侧", en="Contributions by size, to both sides of zero"),
    suits=attribution.can_be_explained,
)
HISTOGRAM = Form(
    "histogram",
    distributions.histogram,
    Text(zh="直方图看数值集中在哪里", en="A histogram shows where the values lie"),
    reads="bins",
)
GROUP_HISTOGRAMS = Form(
    "small_multiples",
    distributions.histograms_by_group,
    Text(zh="每组一张直方图，分组区间相同", en="A histogram for each group, with the same bins"),
    reads="bins",
)
BOX = Form(
    "box",
    distributions.box_plot,
    Text(zh="箱线图看中位数、离散程度和离群值", en="A box plot shows median, spread and outliers"),
    reads="bins",
)
SCATTER = Form(
    "scatter",
    relations.scatter,
    Text(zh="两个指标的关系用散点最清楚", en="Points show how two measures go together"),
    reads="points",
    suits=lambda profile: len(profile.measures) >= 2,
)
SCATTER_OF_TWO = Form(
    "scatter",
    relations.scatter,
    Text(zh="项多，散点看两个指标是否一起变", en="With many items, points show if two go together"),
    reads="points",
    suits=_two_of_many,
)
BUBBLE = Form(
    "bubble",
    relations.bubble,
    Text(
        zh="位置是前两个指标，面积是第三个", en="Two measures place a bubble, the third is its area"
    ),
    reads="points",
    suits=relations.has_sizes,
)
BINNED = Form(
    "heatmap",
    relations.binned,
    Text(zh="点太多会互相遮挡，按格计数", en="So many points hide each other; cells count them"),
    reads="bins",
    suits=lambda profile: profile.rows >= _MANY_POINTS,
)
FUNNEL = Form(
    "funnel",
    steps.funnel,
    Text(zh="逐级减少的步骤，条长就是还剩多少", en="Steps that shrink: the length is what remains"),
    suits=steps.shrink,
)
STEP_BARS = Form(
    "bar",
    steps.step_bars,
    Text(zh="步骤按顺序排成条形", en="Bars in the order of the steps"),
)
SEGMENT_BAR = Form(
    "bar",
    bars.bar,
    Text(zh="人群按固定顺序排列", en="The segments in their fixed order"),
)
SEGMENT_PANELS = Form(
    "small_multiples",
    panels.bars_by_measure,
    Text(zh="人数、金额各一列，人群顺序相同", en="A column a measure, the segments in one order"),
    suits=lambda profile: len(profile.measures) > 1,
)
COHORT_HEATMAP = Form(
    "heatmap",
    cohorts.cohort_heatmap,
    Text(
        zh="每行一批客户，向右看他们留下多少",
        en="A row for each cohort; read to the right how much remains",
    ),
)
COHORT_LINES = Form(
    "line",
    cohorts.cohort_lines,
    Text(zh="批次不多，折线比较衰减快慢", en="With few cohorts, lines compare how fast they fade"),
    suits=cohorts.few_cohorts,
)
PLACES_BAR = Form(
    "bar",
    bars.bar,
    Text(
        zh="比较大小，条形比地图准",
        en="Sizes compare better as bars than on a map",
    ),
)
TOP_PLACES_BAR = Form(
    "bar",
    bars.top_places,
    Text(zh="地方多，画出最大的 20 个", en="Of many places, the largest 20"),
)
