"""`RULES`: the table of charts — when a row holds, and which forms it prefers, best first.

Between `conditions` and `recommending`. Rows that need more of a result stand above those that need
less: the order is part of the rule, and the first row that holds decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.charts import conditions as when
from assistant.charts import forms
from assistant.charts import special_forms as special
from assistant.charts.bars import MANY_BARS
from assistant.charts.forms import Form
from assistant.charts.profile import Profile
from assistant.charts.relations import has_sizes
from assistant.charts.series import MANY_SERIES
from assistant.charts.steps import shrink
from assistant.charts.tiles import TILE_MAP
from semantic_layer.issues import Text

_ALL_VALUES = Text(zh="表格给出全部数值", en="The table has every value")
_TOO_MUCH = Text(
    zh="维度或指标太多，一张图画不清，表格最清楚",
    en="Too much for one chart; the table is clearest",
)


@dataclass(frozen=True)
class Rule:
    """A row of the table; `table_first` where the rows themselves are the best answer."""

    id: str
    when: Callable[[Profile], bool]
    ranking: tuple[Form, ...] = ()
    table: Text = _ALL_VALUES
    table_first: bool = False


_ASKED: tuple[Rule, ...] = (
    Rule("D2", when.spread_by_group, (special.BOX, special.GROUP_HISTOGRAMS)),
    Rule("D1", when.spread, (special.HISTOGRAM, special.BOX)),
    Rule(
        "R2",
        lambda p: when.related(p, 3) and has_sizes(p),
        (special.BUBBLE, special.SCATTER, special.BINNED),
    ),
    Rule(
        "R1",
        lambda p: when.related(p, 2) or when.related(p, 3),
        (special.SCATTER, special.BINNED),
    ),
    Rule("Z", when.unreadable, table=_TOO_MUCH),
    Rule("K3", when.with_target, (special.BULLET, forms.CARD)),
    Rule(
        "A2",
        lambda p: when.explained(p) and when.of_a_ratio(p),
        (special.CONTRIBUTION_BARS, special.WATERFALL),
    ),
    Rule("A1", when.explained, (special.WATERFALL, special.CONTRIBUTION_BARS)),
    Rule("F1", lambda p: when.in_steps(p) and shrink(p), (special.FUNNEL, special.STEP_BARS)),
    Rule("F2", lambda p: when.in_steps(p) and p.one_unit, (special.STEP_BARS,)),
    Rule("S1", when.in_segments, (special.SEGMENT_PANELS, special.SEGMENT_BAR)),
    Rule("S2", when.in_cohorts, (special.COHORT_HEATMAP, special.COHORT_LINES)),
    Rule("T9", when.forecast, (special.FORECAST,)),
    Rule("T10", when.anomaly, (special.ANOMALIES,)),
)

_OVER_TIME: tuple[Rule, ...] = (
    Rule(
        "T8",
        when.compared_over_time,
        (special.LINE_WITH_BASE, special.PANELS_WITH_BASE, special.COURSE_PANELS),
    ),
    Rule(
        "T11",
        when.cycles,
        (special.CYCLE_HEATMAP, forms.TIME_HEATMAP, special.CYCLE_LINES),
    ),
    Rule(
        "T5",
        when.mix_over_time,
        (forms.SHARE_COLUMNS, forms.SHARE_AREA, forms.STACKED_COLUMNS, forms.LINES),
    ),
    Rule(
        "T1",
        lambda p: when.one(p) and when.over_time(p, 0),
        (forms.LINE, forms.TIME_COLUMN, forms.AREA),
    ),
    Rule(
        "T1b",
        lambda p: (
            when.one(p)
            and p.periods == 2
            and len(p.dimensions) == 1
            and when.members(p) <= MANY_BARS
        ),
        (forms.PERIOD_PAIRS,),
    ),
    Rule(
        "T3",
        lambda p: when.series(p) and when.members(p) <= MANY_SERIES,
        (forms.LINES, forms.MEMBER_PANELS),
    ),
    Rule(
        "T4",
        when.series,
        (forms.LINES_WITH_OTHERS, forms.LINES, forms.MEMBER_PANELS, forms.TIME_HEATMAP),
    ),
    Rule(
        "T6",
        lambda p: when.several_measures(p) and p.one_unit,
        (forms.LINES_BY_MEASURE, forms.MEASURE_PANELS),
    ),
    Rule("T7", when.several_measures, (forms.MEASURE_PANELS, forms.INDEXED_LINES)),
    Rule("W1", when.many_courses, (special.COURSE_PANELS,)),
)

_BY_NAME: tuple[Rule, ...] = (
    Rule("N12", when.compared, (forms.BASE_BARS, special.DUMBBELL)),
    Rule(
        "T2",
        lambda p: when.listed(p) and p.dimensions[0].cyclic,
        (special.CYCLE_COLUMN, special.CYCLE_LINE),
    ),
    Rule("N4", when.ranking, (forms.RANKED_BAR,)),
    Rule(
        "N6",
        lambda p: when.listed(p) and p.measure.negative and when.members(p) <= when.MOST_BARS,
        (forms.DIVERGING_BAR,),
    ),
    Rule("N5", when.shares, (forms.DONUT, forms.SHARE_BAR, forms.SINGLE_STACK)),
    Rule("N7", when.on_a_scale, (special.SCALE_COLUMN, special.SCALE_BAR, special.SCALE_LINE)),
    Rule(
        "G1",
        lambda p: when.provinces(p) and not p.measure.summable,
        (TILE_MAP, special.PLACES_BAR),
    ),
    Rule("G2", when.provinces, (special.PLACES_BAR, TILE_MAP)),
    Rule("G3", when.cities, (special.TOP_PLACES_BAR,)),
    Rule(
        "N3",
        lambda p: when.listed(p) and (when.members(p) > when.MOST_BARS or when.asked(p, "detail")),
        (forms.TOP_BAR,),
        table_first=True,
        table=Text(
            zh="项目多，表格便于排序和查找",
            en="With so many rows, a table is best to sort and search",
        ),
    ),
    Rule(
        "N2",
        lambda p: when.listed(p) and when.members(p) > MANY_BARS,
        (forms.TOP_BAR_WITH_OTHERS, forms.TOP_BAR),
    ),
    Rule("N1", when.listed, (forms.BAR, forms.COLUMN)),
    Rule("N8", when.short_lists, (forms.GROUPED_BAR, forms.STACKED_BAR, forms.HEATMAP)),
    Rule("N9", when.long_lists, (forms.HEATMAP, forms.CROSSED_PANELS)),
    Rule(
        "N10",
        lambda p: when.few_measures(p) and when.members(p) <= MANY_BARS,
        (forms.MEASURE_BARS,),
    ),
    Rule(
        "N11",
        lambda p: len(p.measures) > 1 and when.by_name(p),
        (forms.MEASURE_BAR_PANELS, special.SCATTER_OF_TWO),
        table_first=True,
        table=Text(
            zh="指标单位不同，表格逐行对照最清楚",
            en="The measures differ in unit; a table sets them side by side",
        ),
    ),
)

RULES: tuple[Rule, ...] = (
    Rule(
        "E0",
        lambda p: p.rows == 0,
        table=Text(
            zh="没有符合条件的数据；去掉一个筛选条件或换个时间再试",
            en="No rows meet the conditions; drop a filter or ask for another time",
        ),
    ),
    *_ASKED,
    Rule("K1", when.single_value, (forms.CARD, forms.TIME_COLUMN)),
    Rule("K2", lambda p: p.rows == 1 and 2 <= len(p.measures) <= 6, (forms.CARDS,)),
    *_OVER_TIME,
    *_BY_NAME,
    Rule("Z", lambda _: True, table=_TOO_MUCH),
)
