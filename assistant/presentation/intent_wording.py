"""The sentences of questions that want no number: what is not answered, and what is instead.

Imports nothing of the line; `intents` recognises the questions, `inquiries` answers those that
can be answered.
"""

from __future__ import annotations

from semantic_layer import Issue, Text

OF_WHAT = Text(zh="没有说清是哪个指标的定义", en="it is not said which metric is to be explained")
NO_PART_OF_A_DEFINITION = Text(
    zh="指标的定义和它无关，请只写指标名称",
    en="a definition does not depend on it; name the metric alone",
)

_EXAMPLES = Text(
    zh="可以问“上月各渠道的付款订单数”，或问“有哪些指标”",
    en='ask for example "paid orders by channel last month", or "which metrics are there"',
)


def refused(intent: str, words: str) -> Issue:
    """Why a question of this intent has no answer, and what can be asked instead."""
    match intent:
        case "small_talk":
            return _small_talk()
        case "write":
            return _write(words)
        case "forecast":
            return _forecast(words)
        case "personal":
            return _personal(words)
        case "why":
            return _why(words)
        case _:
            raise AssertionError(f"{intent} is answered, not refused")


def _small_talk() -> Issue:
    return Issue(
        code="small_talk",
        message=Text(
            zh=f"您好！这里回答店铺经营数据的问题；{_EXAMPLES.zh}。",
            en=f"Hello! Questions about the shop's figures are answered here; {_EXAMPLES.en}.",
        ),
    )


def _write(words: str) -> Issue:
    return Issue(
        code="read_only",
        message=Text(
            zh=f"只能查询数据，不能执行“{words}”这类操作，请到店铺后台处理；{_EXAMPLES.zh}。",
            en=f"Data can be read here and nothing can be changed, so '{words}' belongs in the "
            f"shop's back office; {_EXAMPLES.en}.",
        ),
    )


def _forecast(words: str) -> Issue:
    return Issue(
        code="no_forecast",
        message=Text(
            zh=f"只统计已经发生的数据，不做预测（“{words}”）；可以改问过去的走势，例如“近30天每天的支付金额”。",
            en=f"Only what has happened is counted and nothing is forecast ('{words}'); ask for "
            'the past instead, for example "daily paid amount for the last 30 days".',
        ),
    )


def _personal(words: str) -> Issue:
    return Issue(
        code="personal_data",
        message=Text(
            zh=f"“{words}”涉及个人信息，不能查询；可以改问汇总数据，例如“上月各省份的支付买家数”。",
            en=f"'{words}' is about personal data, which cannot be shown; ask for totals instead, "
            'for example "paid buyers by province last month".',
        ),
    )


def _why(words: str) -> Issue:
    return Issue(
        code="why_not_explained",
        message=Text(
            zh=f"看懂了是在问原因（“{words}”），但还不能给出原因，也不猜；可以先看对比和拆分，找到变化在哪里。",
            en=f"This asks for a reason ('{words}'), which cannot be given yet and is not guessed; "
            "a comparison and a breakdown show where the change is.",
        ),
    )
