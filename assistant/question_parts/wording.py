"""The sentences of the linked parser: questions back, assumptions, refusals; zh and en.

Imports nothing of the line but the types that it words.
"""

from __future__ import annotations

from collections.abc import Iterable

from semantic_layer import Issue, SemanticModel, Text
from semantic_layer.query import Comparison, Grain, PresetTime, TimeWindow

MAX_QUESTION = 500

WINDOWS_TO_COMPARE: tuple[tuple[Text, TimeWindow], ...] = (
    (Text(zh="上月", en="last month"), PresetTime(unit=Grain.month, count=1, offset=-1)),
    (Text(zh="本月", en="this month"), PresetTime(unit=Grain.month, count=1, offset=0)),
    (Text(zh="近7天", en="the last 7 days"), PresetTime(unit=Grain.day, count=7, offset=-1)),
)

COMPARISONS: tuple[tuple[Text, Comparison], ...] = (
    (Text(zh="环比（和上一期比）", en="against the prior period"), Comparison.prior_period),
    (Text(zh="同比（和去年同期比）", en="against last year"), Comparison.same_period_last_year),
)

WHICH_COMPARISON = Text(zh="和哪段时间比？", en="Compared with which period?")
WHICH_METRIC = Text(zh="想看哪个指标？", en="Which metric do you want to see?")
WHICH_WINDOW = Text(zh="要比较哪一段时间？", en="Which period should be compared?")
WHICH_TIME = Text(zh="指哪一段时间？", en="Which period is meant?")
NO_PERIOD = Text(
    zh="没有说时间：按已载入的全部数据计算",
    en="No period was given: everything that is loaded is counted",
)

EMPTY_QUESTION = Issue(
    code="empty_question",
    message=Text(
        zh="问题是空的；请输入一个问题，例如“上月各渠道的付款订单数”。",
        en='The question is empty; ask for example "paid orders by channel last month".',
    ),
)
UNSUPPORTED_LANGUAGE = Issue(
    code="unsupported_language",
    message=Text(
        zh="只能理解中文和英文；请用其中一种语言提问。",
        en="Only Chinese and English are understood; ask in one of them.",
    ),
)


def question_too_long(length: int) -> Issue:
    """More characters than a question may have."""
    return Issue(
        code="question_too_long",
        message=Text(
            zh=f"问题有 {length} 个字符，最多 {MAX_QUESTION} 个；请缩短后再问。",
            en=f"The question has {length} characters and may have {MAX_QUESTION}; shorten it.",
        ),
    )


def no_metric(model: SemanticModel, names: Iterable[str]) -> Issue:
    """Nothing in the question says what to count."""
    near = tuple(names)
    labels = [model.metrics[name].label for name in near]
    return Issue(
        code="no_metric",
        message=Text(
            zh="问题里没有指标；请说明要看什么，例如"
            + "、".join(label.zh for label in labels)
            + "。",
            en="The question names no metric; say what to show, for example "
            + ", ".join(label.en for label in labels)
            + ".",
        ),
        suggestions=near,
    )


def which_meaning(terms: Iterable[str], *, has_more: bool) -> Text:
    """Asks what ambiguous words mean; `has_more` when not every reading is offered."""
    listed = tuple(dict.fromkeys(terms))
    zh = "".join(f"“{term}”" for term in listed)
    en = " and ".join(f'"{term}"' for term in listed)
    return Text(
        zh=f"{zh}指哪一个？" + ("也可以直接说出其他指标。" if has_more else ""),
        en=f"Which one does {en} mean?"
        + (" You may also name another metric." if has_more else ""),
    )


def metric_labels(model: SemanticModel, names: Iterable[str]) -> Text:
    """The labels of metrics, joined."""
    labels = [model.metrics[name].label for name in dict.fromkeys(names)]
    return Text(
        zh="、".join(label.zh for label in labels), en=", ".join(label.en for label in labels)
    )


def member_label(model: SemanticModel, dimension: str, value: str) -> Text:
    """A member with the dimension that it belongs to."""
    label = model.dimensions[dimension].label
    return Text(zh=f"{label.zh}：{value}", en=f"{label.en}: {value}")


def grouped_by(model: SemanticModel, dimension: str) -> Text:
    """A dimension that the question names without saying "by"."""
    label = model.dimensions[dimension].label
    return Text(zh=f"按{label.zh}分组", en=f"Grouped by {label.en}")


def combined(values: Iterable[str]) -> Text:
    """Several members under one number."""
    listed = tuple(values)
    return Text(zh=f"{'、'.join(listed)}合并计算", en=f"{', '.join(listed)} are counted together")


def only_loaded(model: SemanticModel, term: str, chosen: str, unloaded: Iterable[str]) -> Text:
    """A term that is ambiguous by definition, but has one reading with data."""
    label = model.metrics[chosen].label
    others = metric_labels(model, unloaded)
    return Text(
        zh=f"“{term}”按{label.zh}理解；{others.zh}没有数据",
        en=f'"{term}" is read as {label.en}; there are no data for {others.en}',
    )


def as_chosen_before(model: SemanticModel, term: str, chosen: str) -> Issue:
    """An ambiguous term that is read as its asker chose before."""
    label = model.metrics[chosen].label
    return Issue(
        code="remembered_choice",
        message=Text(
            zh=f"“{term}”按您上次的选择理解为{label.zh}",
            en=f'"{term}" is read as {label.en}, as you chose before',
        ),
        where=term,
    )


def carried(model: SemanticModel, names: Iterable[str], *, has_time: bool) -> Text | None:
    """What a follow-up keeps from the question before: its time, and conditions on these fields."""
    labels = [model.dimensions[name].label for name in names if name in model.dimensions]
    zh = [*(["时间"] if has_time else []), *(f"{label.zh}条件" for label in labels)]
    en = [*(["its period"] if has_time else []), *(f"its {label.en}" for label in labels)]
    if not zh:
        return None
    return Text(
        zh=f"沿用上一个问题的{'、'.join(zh)}",
        en=f"Kept from the question before: {', '.join(en)}",
    )


def group_left_out(model: SemanticModel, dimension: str, metrics: Iterable[str]) -> Text:
    """A group of the question before that the new metric does not have."""
    label, shown = model.dimensions[dimension].label, metric_labels(model, metrics)
    return Text(
        zh=f"{shown.zh}不能按{label.zh}拆分，已不再按{label.zh}分组",
        en=f"{shown.en} cannot be split by {label.en}, so that grouping is left out",
    )


NOTHING_BEFORE = Issue(
    code="nothing_before",
    message=Text(
        zh="前面没有可以回到的问题；请直接提问。",
        en="There is no earlier question to go back to; ask a new one.",
    ),
)
STILL_OPEN = Text(zh="还需要先确定指哪一个？", en="Which one is meant?")
