"""`ChartType`: the plain type of a chart, one word that pages and programs share, and its names.

Below `request`. Two charts of one type are never offered: the type is what a reader picks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from semantic_layer.issues import Text

ChartType = Literal[
    "card",
    "cards",
    "bullet",
    "line",
    "bar",
    "column",
    "grouped_bar",
    "stacked_bar",
    "dumbbell",
    "waterfall",
    "area",
    "heatmap",
    "small_multiples",
    "donut",
    "histogram",
    "box",
    "scatter",
    "bubble",
    "funnel",
    "map",
    "table",
]

NAMES: Final[Mapping[ChartType, Text]] = {
    "card": Text(zh="数字卡片", en="number card"),
    "cards": Text(zh="数字卡片", en="number cards"),
    "bullet": Text(zh="子弹图", en="bullet chart"),
    "line": Text(zh="折线图", en="line chart"),
    "bar": Text(zh="条形图", en="bar chart"),
    "column": Text(zh="柱形图", en="column chart"),
    "grouped_bar": Text(zh="分组条形图", en="grouped bar chart"),
    "stacked_bar": Text(zh="堆叠条形图", en="stacked bar chart"),
    "dumbbell": Text(zh="哑铃图", en="dumbbell chart"),
    "waterfall": Text(zh="瀑布图", en="waterfall chart"),
    "area": Text(zh="面积图", en="area chart"),
    "heatmap": Text(zh="热力图", en="heat map"),
    "small_multiples": Text(zh="分面小图", en="set of small charts"),
    "donut": Text(zh="环形图（饼图）", en="donut (pie) chart"),
    "histogram": Text(zh="直方图", en="histogram"),
    "box": Text(zh="箱线图", en="box plot"),
    "scatter": Text(zh="散点图", en="scatter plot"),
    "bubble": Text(zh="气泡图", en="bubble chart"),
    "funnel": Text(zh="漏斗图", en="funnel chart"),
    "map": Text(zh="地图", en="map"),
    "table": Text(zh="表格", en="table"),
}
