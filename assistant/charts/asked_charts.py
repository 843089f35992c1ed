"""What a question says about its chart: the intent, the type that it names, how many it wants.

Below `inference`; words of charts only. What a question asks of the data is read in `parsing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from assistant.charts.chart_types import ChartType
from assistant.charts.request import Intent
from assistant.linking.numerals import chinese_number

# The first that matches is meant: 转化漏斗的占比 is a funnel, 异常的走势 an anomaly.
_INTENTS: Final[Mapping[Intent, re.Pattern[str]]] = {
    "funnel": re.compile(r"漏斗|\bfunnel", re.I),
    "cohort": re.compile(r"留存|同期群|队列|\bcohort|\bretention", re.I),
    "attribution": re.compile(
        r"归因|为什么|为何|原因|(?:增长|变化|变动|下[降滑跌]|涨跌).{0,6}贡献|贡献.{0,4}(?:增长|变化|变动)"
        r"|\battribution|\bdrivers? of\b|\bdrove\b|^why\b|\bbridge\b",
        re.I,
    ),
    "forecast": re.compile(r"预测|预估|预计|未来|\bforecast|\bpredict|\bprojection", re.I),
    "anomaly": re.compile(r"异常|离群|突增|突降|\banomal|\boutliers?\b|\bunusual", re.I),
    "segment": re.compile(r"分群|(?:人群|客户|用户|会员)分层|\brfm\b|\bsegmentation", re.I),
    "relation": re.compile(
        r"相关|关系|关联|\bcorrelat|\brelation|\bscatter|\bversus\b|\bvs\.? ", re.I
    ),
    "distribution": re.compile(r"分布|\bdistribut|\bhistogram|\bspread of\b", re.I),
    "share": re.compile(
        r"占比|构成|比重|份额|贡献|占.{0,6}比例|\bshares?\b|\bproportion|\bbreakdown\b|\bmix\b"
        r"|\bpercentage of\b|\bcomposition|\bcontribut",
        re.I,
    ),
    "compare_period": re.compile(
        r"同比|环比|较上|比上|对比(?:上|去)|与(?:上|去).{0,4}[比较]|\byoy\b|\bmom\b|\bwow\b"
        r"|year[- ]over[- ]year|month[- ]over[- ]month|week[- ]over[- ]week"
        r"|compared? (?:with|to) (?:last|the (?:last|previous|prior))|\b(?:vs|versus) last\b",
        re.I,
    ),
    "rank": re.compile(
        r"排名|排行|排序|榜|最[高低多少大小好差]的?.{0,6}(?:哪|几|\d)|前\s*(?:\d|[一二三四五六七八九十])"
        r"|\btop[\s-]?\d*\b|\brank|\bbottom\s?\d",
        re.I,
    ),
    "geo": re.compile(
        r"地图|地域|地理|各省|各地|省份分布|哪些省|\bgeograph|\bmap\b|\bby province", re.I
    ),
    "trend": re.compile(r"趋势|走势|变化|\btrend|\bover time\b|\bevolution|\bdevelop", re.I),
    "detail": re.compile(r"明细|清单|逐条|\bdetails?\b|\blist all\b|\braw rows\b", re.I),
}
_PLACES = re.compile(
    r"(?:地域|地区|省份?|区域|城市).{0,3}分布|distribution by (?:province|region)", re.I
)

# Longer names first, so that a stacked bar chart is no bar chart.
_TYPES: Final[Mapping[ChartType, re.Pattern[str]]] = {
    "stacked_bar": re.compile(r"堆[叠积](?:柱|条|图)\w{0,2}|\bstacked (?:bar|column)", re.I),
    "grouped_bar": re.compile(
        r"(?:分组|簇状)(?:柱|条)\w{0,2}|\b(?:grouped|clustered) (?:bar|column)", re.I
    ),
    "histogram": re.compile(r"直方图|\bhistogram", re.I),
    "small_multiples": re.compile(r"分面|小多图|\bsmall multiples\b|\bfacet", re.I),
    "waterfall": re.compile(r"瀑布图|\bwaterfall\b", re.I),
    "dumbbell": re.compile(r"哑铃图|\bdumbbell\b", re.I),
    "bullet": re.compile(r"子弹图|\bbullet (?:chart|graph)", re.I),
    "heatmap": re.compile(r"热力图|热图|\bheat ?map", re.I),
    "donut": re.compile(
        r"饼状?图|饼形图|环形图|圆环图|甜甜圈图?|\bpie[ -]?(?:chart|graph|plot)"
        r"|\bas a pie\b(?: chart)?"
        r"|\bdo(?:ugh)?nut (?:chart|graph)",
        re.I,
    ),
    "line": re.compile(r"折线图?|(?<!路)线图|曲线图|走势图|\bline (?:chart|graph|plot)", re.I),
    "area": re.compile(r"面积图|\barea (?:chart|graph|plot)", re.I),
    "column": re.compile(r"柱[状形]图|柱图|\bcolumn (?:chart|graph)", re.I),
    "bar": re.compile(r"条[形状]图|横条图|\bbars?[ -]?(?:chart|graph|plot)|\bas bars\b", re.I),
    "bubble": re.compile(r"气泡图|\bbubble (?:chart|graph|plot)", re.I),
    "scatter": re.compile(r"散点图?|\bscatter", re.I),
    "box": re.compile(r"箱[线形]图|\bbox[ -]?(?:and whisker|plot|chart)", re.I),
    "funnel": re.compile(r"漏斗图|\bfunnel (?:chart|graph|plot)", re.I),
    "map": re.compile(r"地图|\b(?:as|on|in) an? map\b|\bmap chart|\bchoropleth", re.I),
    "card": re.compile(r"指标卡|数字卡|\b(?:number|kpi|score) ?card", re.I),
    "table": re.compile(
        r"(?:用|画|列|做|成|以)[成出为]?(?:个|一个|一张)?表格?|表格|\b(?:as|in) a table\b", re.I
    ),
}
_REFUSED = re.compile(
    r"(?:不要|别|不用|不是|不想要?|而非|而不是|\bnot?\b|\bno\b|\bwithout\b|instead of|rather than)"
    r"[\s用画做成]*(?:an?\s|the\s)?$",
    re.I,
)
_TOP = re.compile(
    r"(?:前|\btop[\s-]?|\bbottom\s?|\bbest\s|\blargest\s)\s*"
    r"(\d{1,3}|[一二两三四五六七八九十]{1,3})(?![\d年月天周日季])",
    re.I,
)


def asked_intent(question: str) -> Intent | None:
    """What the question is after, as far as the choice of a chart depends on it.

    >>> asked_intent("各渠道销售额占比"), asked_intent("price vs. sales"), asked_intent("多少")
    ('share', 'relation', None)
    """
    if _PLACES.search(question):
        return "geo"
    return next((intent for intent, words in _INTENTS.items() if words.search(question)), None)


def asked_type(question: str) -> ChartType | None:
    """The type of chart that the question names and does not refuse.

    >>> asked_type("画成柱状图，不要饼图"), asked_type("Show a stacked bar chart")
    ('column', 'stacked_bar')
    """
    found = asked_chart(question)
    return found[0] if found else None


def asked_chart(question: str) -> tuple[ChartType, tuple[int, int]] | None:
    """The type of chart as `asked_type` finds it, and the start and end of its name."""
    for kind, words in _TYPES.items():
        for match in words.finditer(question):
            if not _REFUSED.search(question[: match.start()]):
                return kind, match.span()
    return None


def asked_top(question: str) -> int | None:
    """How many of the first the question wants.

    >>> asked_top("销售额前十的商品"), asked_top("top 5 brands"), asked_top("前7天")
    (10, 5, None)
    """
    if (match := _TOP.search(question)) is None:
        return None
    count = int(match[1]) if match[1].isdecimal() else chinese_number(match[1])
    return count or None
