"""`recommend`: the table of rules and the way through it — first that fits, legal, then best.

Last of the chart modules; the presenter calls it. A row says when it holds and which forms it
prefers, best first. Rows that need more of a result stand above those that need less: the order is
part of the rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.answer import Chart
from assistant.charts import forms
from assistant.charts.bars import MANY_BARS
from assistant.charts.forms import Form
from assistant.charts.laws import is_legal, keeps_the_laws
from assistant.charts.profile import Profile, measure
from assistant.charts.request import ChartRequest
from assistant.charts.series import MANY_SERIES
from semantic_layer.issues import Text

MOST_OFFERED = 3
MOST_BARS = 50

_ALL_VALUES = Text(zh="表格给出全部数值", en="The table has every value")


@dataclass(frozen=True)
class Rule:
    """A row of the table; `table_first` where the rows themselves are the best answer."""

    id: str
    when: Callable[[Profile], bool]
    ranking: tuple[Form, ...] = ()
    table: Text = _ALL_VALUES
    table_first: bool = False


def _over_time(profile: Profile, dimensions: int) -> bool:
    """A course: three periods or more."""
    return profile.periods > 2 and len(profile.dimensions) == dimensions


def _by_name(profile: Profile, dimensions: int = 1) -> bool:
    return profile.time is None and len(profile.dimensions) == dimensions


def _one(profile: Profile) -> bool:
    return len(profile.measures) == 1


def _listed(profile: Profile) -> bool:
    """One measure of the members of one dimension."""
    return _one(profile) and _by_name(profile)


def _members(profile: Profile) -> int:
    return profile.dimensions[0].size


def _unreadable(profile: Profile) -> bool:
    names = len(profile.dimensions) + (profile.time is not None)
    return not profile.measures or not profile.distinct_keys or names > 2


def _single_value(profile: Profile) -> bool:
    two_periods = profile.periods == 2 and not profile.dimensions
    return _one(profile) and (profile.rows == 1 or two_periods)


def _series(profile: Profile) -> bool:
    """One measure over time for each member, with more than one point to a line."""
    lines = _one(profile) and _over_time(profile, 1)
    return lines and profile.rows >= 2 * _members(profile)


def _mix_over_time(profile: Profile) -> bool:
    return _series(profile) and profile.request.intent == "share" and _whole(profile)


def _whole(profile: Profile) -> bool:
    known = profile.measure.summable and not profile.measure.has_gap
    return known and not profile.measure.negative and profile.request.complete


def _shares(profile: Profile) -> bool:
    return _listed(profile) and profile.request.intent == "share" and _whole(profile)


def _ranking(profile: Profile) -> bool:
    asked = profile.request.ordered_top is not None or profile.request.intent == "rank"
    return _listed(profile) and asked and _members(profile) <= MOST_BARS


def _compared(profile: Profile) -> bool:
    return _listed(profile) and profile.base is not None and _members(profile) <= MANY_BARS


def _sizes(profile: Profile) -> tuple[int, int]:
    small, large = sorted(dimension.size for dimension in profile.dimensions)
    return small, large


def _short_lists(profile: Profile) -> bool:
    if not (_one(profile) and _by_name(profile, 2)):
        return False
    small, large = _sizes(profile)
    return small <= 4 and large <= 12


def _long_lists(profile: Profile) -> bool:
    return _one(profile) and _by_name(profile, 2) and _sizes(profile)[0] <= 30


def _few_measures(profile: Profile) -> bool:
    return 2 <= len(profile.measures) <= 3 and _by_name(profile) and profile.one_unit


def _several_measures(profile: Profile) -> bool:
    return 2 <= len(profile.measures) <= 4 and _over_time(profile, 0)


RULES: tuple[Rule, ...] = (
    Rule(
        "E0",
        lambda p: p.rows == 0,
        table=Text(
            zh="没有符合条件的数据；去掉一个筛选条件或换个时间再试",
            en="No rows meet the conditions; drop a filter or ask for another time",
        ),
    ),
    Rule(
        "Z",
        _unreadable,
        table=Text(
            zh="维度或指标太多，一张图画不清，表格最清楚",
            en="Too much for one chart; the table is clearest",
        ),
    ),
    Rule("K1", _single_value, (forms.CARD, forms.TIME_COLUMN)),
    Rule("K2", lambda p: p.rows == 1 and 2 <= len(p.measures) <= 6, (forms.CARDS,)),
    Rule(
        "T5",
        _mix_over_time,
        (forms.SHARE_COLUMNS, forms.SHARE_AREA, forms.STACKED_COLUMNS, forms.LINES),
    ),
    Rule("T1", lambda p: _one(p) and _over_time(p, 0), (forms.LINE, forms.TIME_COLUMN, forms.AREA)),
    Rule(
        "T1b",
        lambda p: (
            _one(p) and p.periods == 2 and len(p.dimensions) == 1 and _members(p) <= MANY_BARS
        ),
        (forms.PERIOD_PAIRS,),
    ),
    Rule(
        "T3",
        lambda p: _series(p) and _members(p) <= MANY_SERIES,
        (forms.LINES, forms.MEMBER_PANELS),
    ),
    Rule(
        "T4",
        _series,
        (forms.LINES_WITH_OTHERS, forms.LINES, forms.MEMBER_PANELS, forms.TIME_HEATMAP),
    ),
    Rule(
        "T6",
        lambda p: _several_measures(p) and p.one_unit,
        (forms.LINES_BY_MEASURE, forms.MEASURE_PANELS),
    ),
    Rule("T7", _several_measures, (forms.MEASURE_PANELS, forms.INDEXED_LINES)),
    Rule("N12", _compared, (forms.BASE_BARS,)),
    Rule(
        "T2",
        lambda p: _listed(p) and p.dimensions[0].cyclic,
        (forms.CYCLE_COLUMN, forms.CYCLE_LINE),
    ),
    Rule("N4", _ranking, (forms.RANKED_BAR,)),
    Rule(
        "N6",
        lambda p: _listed(p) and p.measure.negative and _members(p) <= MOST_BARS,
        (forms.DIVERGING_BAR,),
    ),
    Rule("N5", _shares, (forms.DONUT, forms.SHARE_BAR, forms.SINGLE_STACK)),
    Rule(
        "N3",
        lambda p: _listed(p) and (_members(p) > MOST_BARS or p.request.intent == "detail"),
        (forms.TOP_BAR,),
        table_first=True,
        table=Text(
            zh="项目多，表格便于排序和查找",
            en="With so many rows, a table is best to sort and search",
        ),
    ),
    Rule(
        "N2",
        lambda p: _listed(p) and _members(p) > MANY_BARS,
        (forms.TOP_BAR_WITH_OTHERS, forms.TOP_BAR),
    ),
    Rule("N1", _listed, (forms.BAR, forms.COLUMN)),
    Rule("N8", _short_lists, (forms.GROUPED_BAR, forms.STACKED_BAR, forms.HEATMAP)),
    Rule("N9", _long_lists, (forms.HEATMAP, forms.CROSSED_PANELS)),
    Rule("N10", lambda p: _few_measures(p) and _members(p) <= MANY_BARS, (forms.MEASURE_BARS,)),
    Rule(
        "N11",
        lambda p: len(p.measures) > 1 and _by_name(p),
        (forms.MEASURE_BAR_PANELS,),
        table_first=True,
        table=Text(
            zh="指标单位不同，表格逐行对照最清楚",
            en="The measures differ in unit; a table sets them side by side",
        ),
    ),
    Rule(
        "Z",
        lambda _: True,
        table=Text(
            zh="维度或指标太多，一张图画不清，表格最清楚",
            en="Too much for one chart; the table is clearest",
        ),
    ),
)


def recommend(request: ChartRequest) -> tuple[Chart, ...]:
    """The charts that a result may be shown as, the recommended one first.

    At most three charts, no type twice, and always the table: last, or first where the rows are the
    best answer.
    """
    profile = measure(request)
    rule = next(rule for rule in RULES if rule.when(profile))
    charts: list[Chart] = []
    for form in rule.ranking:
        if len(charts) == MOST_OFFERED:
            break
        if all(chart.type != form.type for chart in charts):
            charts += _drawn(rule, form, profile)
    table = Chart(rule_id=rule.id, type="table", why=rule.table.in_(request.language))
    if rule.table_first or request.intent == "detail":
        return (table, *charts)
    return (*charts, table)


def _drawn(rule: Rule, form: Form, profile: Profile) -> list[Chart]:
    """The chart, or nothing where it would be illegal or unreadable."""
    if not (is_legal(form, profile) and form.suits(profile)):
        return []
    spec = form.build(profile) if form.build else None
    if spec is not None and not keeps_the_laws(spec):
        return []
    return [Chart(rule_id=rule.id, type=form.type, why=form.reason(profile), spec=spec)]
