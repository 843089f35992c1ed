"""Why a question that is understood word by word makes no single plan: one clause each, zh and en.

Bottom of the package: `NotCovered` carries one of these to the reader. Imports no other part.
"""

from __future__ import annotations

from semantic_layer import Text

TWO_PERIODS = Text(zh="一句话里有两个时间范围", en="the question names two periods")
VAGUE_TIME = Text(
    zh="没有说清是哪一段时间，请写明日期或月份",
    en="it is not clear which period is meant; name the days or the month",
)
TWO_GRAINS = Text(zh="一句话里有两种时间粒度", en="the question names two grains of time")
NOTHING_TO_COMPARE = Text(
    zh="没有说清拿哪段时间和它比", en="it is not said which period is compared with it"
)
OTHER_UNIT = Text(
    zh="和它比的时间范围长度不同", en="the period that it is compared with has another length"
)
RANKED_WITHIN_GROUPS = Text(zh="不能在每组里分别排名", en="a ranking within groups cannot be shown")
NOTHING_TO_RANK = Text(zh="没有说清给什么排名", en="it is not said what is ranked")
NUMBER_OR_CHANGE = Text(
    zh="没有说清按数值还是按变化排名",
    en="it is not clear whether the number or its change is ranked by",
)
EITHER_OR = Text(zh="不能回答二选一的条件", en="an either-or cannot be read")
BOTH_AT_ONCE = Text(
    zh="不能要求同一行同时满足两件事", en="two conditions on the same row cannot be asked for"
)
UNLIKE_THINGS = Text(zh="它连接的两边不是同一类", en="it joins things of two different kinds")
TWO_QUESTIONS = Text(
    zh="像是两个问题合成了一句，请分开问", en="this reads like two questions in one; ask them apart"
)
ROW_CONDITION = Text(
    zh="不能按单笔的数筛选，只能筛选分组的合计",
    en="single rows cannot be filtered by a number, only the groups of a result",
)
WHICH_METRIC_IS_MEANT = Text(
    zh="没有说清是哪个指标的条件", en="it is not clear which metric the condition is about"
)
NEEDS_PERCENT = Text(
    zh="这个指标是比率，请写明百分号，例如 25%",
    en="this metric is a ratio, so write the percent sign, for example 25%",
)
YEARS_OR_NUMBERS = Text(zh="可能是年份，也可能是数值", en="these may be years or numbers")
COUNTED_GROUPS = Text(zh="不能数有多少组", en="the number of groups cannot be counted")
SHARE_OF_WHAT = Text(
    zh="没有说清占哪个整体的比例，请写明分组或取值",
    en="it is not clear what the share is of; name the groups or the value",
)
TWO_RUNNING_VALUES = Text(
    zh="一句话里有两种累计或移动值", en="the question names two kinds of running values"
)
AVERAGE_OVER_WHAT = Text(
    zh="没有说清是每天、每周还是每月的平均",
    en="it is not clear whether the average is per day, week or month",
)
AVERAGE_OF_ONE = Text(
    zh="平均的时间段要比显示的短，例如每月的日均",
    en="the periods of an average must be shorter than those shown, such as daily by month",
)
AVERAGE_WITH_OTHERS = Text(
    zh="平均数不能同时看占比、累计或移动值",
    en="an average per period has no share and is no running value",
)
TWO_PARTS = Text(
    zh="一句话里有两组星期或时段", en="the question names two sets of weekdays or hours"
)
PARTS_COMPARED = Text(
    zh="不能把星期或时段直接对比；可以按星期几或时段分组",
    en="weekdays or hours cannot be set against each other; group by them instead",
)
GROUPS_COMPARED = Text(
    zh="不能把几个取值的合计和别的取值对比，请分别问",
    en="the sum of several values cannot be set against others; ask for each of them",
)
WHICH_GROUP_IS_RANKED = Text(
    zh="没有说清在每个什么里给什么排名", en="it is not clear what is ranked within what"
)
