"""The shipped definitions with the members of a small shop, to read questions with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from assistant.linking.lexicon import Lexicon
from assistant.parsing.linked_parser import ParseContext
from semantic_layer import SemanticModel
from semantic_layer.loader import load_model

NOW = datetime(2026, 11, 24, 10, 30)

MEMBERS: Mapping[str, tuple[str, ...]] = {
    "province": ("浙江省", "广东省", "江苏省", "四川省", "吉林省", "内蒙古自治区", "北京", "上海"),
    "city": ("杭州市", "宁波市", "广州市", "深圳市", "成都市", "吉林市", "北京市", "上海市"),
    "channel": ("天猫", "京东", "抖音", "线下"),
    "shop": ("口径旗舰店", "口径专营店", "口径店"),
    "order_status": ("交易成功", "交易关闭", "等待买家付款", "买家已付款,等待卖家发货"),
    "order_type": ("预售", "非预售"),
    "refund_reason": ("质量问题", "不想要了"),
    "category": ("耳机", "手机壳", "数据线"),
    "brand": ("声阔", "绿联", "口径店"),
    "product_name": ("声阔 Liberty 4 降噪耳机", "绿联 100W 数据线", "Moonlight Pro (白)"),
    "warehouse": ("杭州仓", "广州仓"),
    "carrier": ("顺丰速运", "中通快递"),
    "member_level": ("普通", "银卡", "金卡", "黑卡"),
    "gender": ("男", "女"),
    "age_band": ("18-24", "25-29", "30-39", "50+"),
}


@cache
def shipped_model() -> SemanticModel:
    """The shipped definitions, read once."""
    return load_model()


@cache
def shop_lexicon() -> Lexicon:
    """Their words and the members above."""
    return Lexicon.build(shipped_model(), MEMBERS)


def context(*, without: frozenset[str] = frozenset()) -> ParseContext:
    """Everything has data, but for the metrics in `without`."""
    return ParseContext(
        model=shipped_model(),
        lexicon=shop_lexicon(),
        now=NOW,
        available=frozenset(shipped_model().metrics) - without,
    )
