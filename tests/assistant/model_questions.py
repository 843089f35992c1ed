"""What the tests of the language model's parser share: the shop, links, and plans as replies."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from assistant.language_model.chat_model import wire_schema
from assistant.language_model.llm_parser import ModelContext
from assistant.language_model.model_reply import Reply
from assistant.language_model.plan_evidence import Evidence
from assistant.language_model.plan_form import flat_form
from assistant.linking.lexicon import Lexicon
from assistant.linking.linker import link
from assistant.outcome import Parsed
from assistant.parsing.linked_parser import ParseContext, parse_linked
from assistant.time_expressions import find_time_expressions
from semantic_layer import SemanticModel, SemanticQuery
from semantic_layer.loader import load_model

NOW = datetime(2020, 3, 2, 9, 30)
MEMBERS = {
    "province": ["浙江省", "广东省", "江苏省", "上海", "北京"],
    "channel": ["天猫", "京东", "抖音", "线下"],
    "category": ["女装", "男装"],
    "city": ["杭州市", "广州市"],
}

LINKED_QUESTIONS = (
    "2020年2月付款订单数",
    "paid orders per day in February 2020",
    "2020年2月下单数和付款订单数",
    "上个月支付金额前5的省份",
    "top 5 provinces by paid orders last month",
    "哪个省份付款订单最多",
    "上个月浙江和广东的付款订单数",
    "浙江和广东分别的付款订单数",
    "provinces with more than 1,000 paid orders",
    "付款订单数超过1000的省份",
    "除了线下各渠道支付金额",
    "paid amount by channel except offline",
    "上个月支付金额同比",
    "本月退款率环比",
    "近7天每天的支付金额",
    "支付金额趋势",
    "下单多少单，付款多少单",
    "上个月哪天付款订单最多",
    "支付金额最低的3个省份",
    "退款率低于5%的省份",
    "Tmall paid orders vs JD last month",
    "去年2月女装支付件数",
    "近30天客单价按省份从高到低",
    "which channel has the highest refund rate",
    "各渠道付款订单数占比",
    "浙江的支付金额占比",
    "share of paid amount by channel last month",
    "上个月每天累计支付金额",
    "running total of paid amount by day last month",
    "近30天支付金额7日移动平均",
    "上个月周末的支付金额",
    "上个月晚上8点到10点的付款订单数",
    "按星期几看付款订单数",
    "上个月日均支付金额",
    "上个月每天支付金额的平均值",
    "各渠道支付金额前3的省份",
    "2019年双11支付金额",
    "上个月支付金额环比增长最快的5个省份",
    "which provinces grew the most in paid amount vs last month this month",
    "上个月支付金额同比下降超过20%的省份",
    "上个月退款率上升的渠道环比",
    "上个月支付金额对比前一个月",
    "2020年2月和2020年1月的支付金额对比",
)


@cache
def model() -> SemanticModel:
    return load_model()


@cache
def lexicon() -> Lexicon:
    return Lexicon.build(model(), MEMBERS)


def context(question: str, **changes: Any) -> ModelContext:
    """What the facade would hand over for `question`."""
    links = link(
        question, lexicon(), find_time_expressions(question, now=NOW, events=model().events)
    )
    given: dict[str, Any] = {
        "model": model(),
        "lexicon": lexicon(),
        "links": links,
        "now": NOW,
        "language": "zh",
        **changes,
    }
    return ModelContext(**given)


def evidence(question: str, **changes: Any) -> Evidence:
    """What a plan for `question` is held against."""
    links = link(
        question, lexicon(), find_time_expressions(question, now=NOW, events=model().events)
    )
    return Evidence(question, links, model(), lexicon(), NOW.date(), **changes)


def linked_plan(question: str) -> SemanticQuery:
    """The deterministic parser's plan; the question must be one that it can read."""
    available = frozenset(model().metrics)
    outcome = parse_linked(question, ParseContext(model(), lexicon(), NOW, available))
    assert isinstance(outcome, Parsed), outcome
    return outcome.query


def plain(query: SemanticQuery) -> dict[str, Any]:
    """The query as its own JSON."""
    return query.model_dump(mode="json", exclude_none=True)


def flat(query: SemanticQuery) -> dict[str, Any]:
    """The query in the form that the model is asked to fill, every property present or null."""
    nothing = dict.fromkeys(wire_schema(Reply)["properties"])
    return {**nothing, "kind": "plan", **flat_form(query)}
