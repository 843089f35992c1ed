"""画成柱状图, "as a pie chart": the chart that a question names, taken out before it is read.

Before every parser: a chart is no part of a plan, so that the same plan may be drawn in another
way. The text keeps its length, and so the place of every other word. A line chart is wanted of a
course over time, which the plan must know: its words become those for a trend.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer import Answer
from assistant.charts.asked_charts import asked_chart
from assistant.charts.chart_types import ChartType

_BEFORE = re.compile(
    r"(?:[，,;；、]\s*)?(?:请|麻烦)?(?:帮我|给我)?(?:换|改)?"
    r"(?:用|以|拿|画|做|弄|出|生成|绘制|绘|展示|显示|呈现)?(?:成|出|为|一下)?(?:个|张|一个|一张)?$"
    r"|(?:,\s*)?(?:\b(?:please|can you|could you)\s+)?"
    r"(?:\b(?:show|draw|plot|render|display|make|give me|present|visuali[sz]e|chart|graph|turn)"
    r"\s+)?"
    r"(?:\b(?:it|that|this|them)\s+)?(?:\b(?:as|in|into|with|using|on)\s+)?(?:\b(?:an?|the|one)\s+)?$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"s?\s+(?:of|for|please)\b|s\b"
    r"|(?:的形式|形式|的方式|方式)?(?:来)?"
    r"(?:展示|显示|表示|呈现|看看|看一下|画出来|列出来|列出|看|画)?(?:一下)?(?:吧|呗|出来)?",
    re.IGNORECASE,
)
_COURSE = {"zh": "走势", "en": "trend"}
_TIME_TYPES: frozenset[ChartType] = frozenset({"line", "area"})


@dataclass(frozen=True)
class ChartWish:
    """The type of chart that is wanted, and the question without the words for it."""

    type: ChartType
    rest: str

    @property
    def says_more(self) -> bool:
        """Whether anything but the chart is asked for."""
        said = re.sub(r"\W", "", self.rest)
        return bool(said) and said not in _COURSE.values()


def chart_wish(question: str) -> ChartWish | None:
    """The chart that the question names and does not refuse, if it does.

    >>> chart_wish("上个月各渠道支付金额，画成饼图")
    ChartWish(type='donut', rest='上个月各渠道支付金额     ')
    >>> chart_wish("支付金额折线图").rest
    '支付金额走势 '
    >>> chart_wish("bar chart of paid orders by channel").rest
    '             paid orders by channel'
    >>> chart_wish("不要饼图") is None
    True
    """
    found = asked_chart(question)
    if found is None:
        return None
    kind, (start, end) = found
    before = _BEFORE.search(question[:start])
    behind = _BEHIND.match(question, end)
    first = before.start() if before else start
    last = behind.end() if behind else end
    width = last - first
    word = _COURSE["zh" if re.search("[\u4e00-\u9fff]", question[start:end]) else "en"]
    course = word if kind in _TIME_TYPES and len(word) <= width else ""
    return ChartWish(kind, question[:first] + course.ljust(width) + question[last:])


def as_asked(answer: Answer, question: str) -> Answer:
    """The answer to the rest of a question, as one to the whole of it.

    Links keep their places, and get the words that stand there.
    """
    links = tuple(
        link.model_copy(update={"text": question[link.start : link.end]}) for link in answer.links
    )
    return answer.model_copy(update={"question": question, "links": links})
