"""The sentences that only follow-ups need: why a turn makes no plan, what is asked back; zh and en.

Beside `question_parts.wording`; imports nothing of the line but the types that it words.
"""

from __future__ import annotations

from semantic_layer import Issue, Text

NOT_SHOWN = Text(
    zh="上一个问题里没有它，没有可替换的", en="the question before does not show it, to replace it"
)
ALL_SHOWN = Text(
    zh="上一个问题没有按它筛选，已包含全部；只看它请说“只看”",
    en="the question before has no such filter, so it is included already; "
    'say "only" to see it alone',
)
NO_ORDER = Text(
    zh="上一个问题没有排序，没有可倒过来的",
    en="the question before is in no order that could be reversed",
)

CHART_IS_CHOSEN = Issue(
    code="chart_by_words",
    message=Text(
        zh="没有这种图；请说折线图、柱形图、条形图、饼图、热力图、地图或表格，或在答案下方换一种图。",
        en="There is no such chart; say line, column, bar, pie, heat map, map or table, or pick "
        "another view below the answer.",
    ),
)

WHICH_PERIOD = Text(zh="没有说时间：看哪一段？", en="No period was given: which one is meant?")
AS_BEFORE = Text(
    zh="接着上一个问题：时间和筛选不变",
    en="as in the question before: its period and its filters",
)
ALL_DAYS = Text(zh="新问题：已载入的全部数据", en="a new question: everything that is loaded")
REVERSED_ROWS = Text(zh="倒过来排哪些行？", en="Which rows should be shown the other way around?")


def other_than_what(label: Text) -> Text:
    """其他渠道, where none was named before."""
    return Text(
        zh=f"上一个问题没有只看某些{label.zh}，没有“其他”可言",
        en=f"the question before names no {label.en}, so it is not clear which are the others",
    )


def which_values(label: Text) -> Text:
    """A split by a field of which one value was asked for."""
    return Text(
        zh=f"按{label.zh}拆分哪些？",
        en=f"Split by {label.en}: which of them?",
    )


def only_values(label: Text, values: tuple[object, ...]) -> Text:
    """The values that were asked for before."""
    listed = [str(value) for value in values]
    return Text(
        zh=f"只看{label.zh}：{'、'.join(listed)}", en=f"only {label.en}: {', '.join(listed)}"
    )


def every_value(label: Text) -> Text:
    """All values of a field."""
    return Text(zh=f"全部{label.zh}", en=f"every {label.en}")


def all_rows(*, descending: bool) -> Text:
    """A whole list in an order."""
    if descending:
        return Text(zh="全部，从高到低", en="all of them, from high to low")
    return Text(zh="全部，从低到高", en="all of them, from low to high")


def edge_rows(count: int, *, descending: bool) -> Text:
    """The first or last of a list."""
    if descending:
        return Text(zh=f"最高的 {count} 个", en=f"the {count} highest")
    return Text(zh=f"最低的 {count} 个", en=f"the {count} lowest")
