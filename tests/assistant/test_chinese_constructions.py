"""Chinese constructions: each says the same as a plain question, or must stay unread."""

from __future__ import annotations

import pytest

from assistant.outcome import Abstention, Parsed
from assistant.parsing.linked_parser import parse_linked
from semantic_layer import SemanticQuery
from semantic_layer.query import (
    METRIC_TIME,
    Comparison,
    CustomComparison,
    DatePart,
    GroupBy,
    In,
    Or,
    RangeTime,
    ShareOf,
    TimeWindow,
)
from tests.assistant.shop_words import context


def read(question: str) -> SemanticQuery:
    outcome = parse_linked(question, context())
    assert isinstance(outcome, Parsed), outcome
    return outcome.query


def window(question: str) -> TimeWindow:
    time = read(question).time
    assert time is not None
    return time


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("劳驾给咱看一眼上个月的付款订单数呗", "上个月的付款订单数"),
        ("老板让我问下上月付款订单数达到多少了", "上月付款订单数"),
        ("去年全年产生的退款金额", "去年退款金额"),
        ("11月3号那天的下单金额咋样", "11月3日的下单金额"),
        ("本季度截至目前的推广花费", "本季度至今的推广花费"),
        ("从8月到10月各月的下单数", "8月到10月每月下单数"),
        ("浙江、广东两省上月下单数各是多少", "浙江和广东上月下单数分别是多少"),
        ("天猫京东抖音三个平台各自的付款订单数", "天猫、京东、抖音分别的付款订单数"),
        ("因质量问题产生的退款金额，上月", "上月质量问题的退款金额"),
        ("剔除京东之后的上月付款订单数", "不含京东的上月付款订单数"),
        ("寄往浙江的发货包裹数", "浙江的发货包裹数"),
        ("天猫上的付款订单数", "天猫的付款订单数"),
        ("对上月各店铺的退款金额做个排名", "上月各店铺退款金额排名"),
        ("上月支付金额在哪一天达到最高", "上月哪天支付金额最高"),
        ("前3名的省份是谁，按上月付款订单数", "上月付款订单数前3的省份"),
        ("退款原因里面哪个最多，上月退款笔数", "上月哪个退款原因的退款笔数最多"),
        ("上月金卡和黑卡谁的客单价高", "上月金卡和黑卡谁的客单价更高"),
        ("哪个省的人最舍得花钱", "哪个省的客单价最高"),
        ("上月有没有哪个城市付款订单数过百的", "上月付款订单数超过100的城市"),
        ("既付款订单数超过100又退款率高于5%的城市", "付款订单数超过100且退款率高于5%的城市"),
        ("付款订单数超过100但退款率不到5%的城市", "付款订单数大于100且退款率低于5%的城市"),
        ("天猫上月支付金额占全店的百分之多少", "天猫上月支付金额占比"),
        ("上月各渠道退款金额占支付金额的比例", "上月各渠道退款率"),
        ("本月付款订单数跟上月同期比", "本月付款订单数环比"),
        ("今年618付款订单数较去年618增长多少", "今年618和去年618的付款订单数对比"),
        ("近6周的退款笔数，一周一个数", "近6周每周退款笔数"),
    ],
)
def test_what_is_said_is_what_is_meant(said: str, plain: str) -> None:
    assert read(said) == read(plain)


@pytest.mark.parametrize(
    "question",
    [
        "浙江对江苏的付款订单数",
        "支付金额加退款金额",
        "支付金额是下单金额的百分之几",
        "付款后退款的金额",
        "京东之后的付款订单数",
        "没退款的付款订单数",
        "只在天猫的付款买家数",
        "只下单的买家数",
        "浙江、广东三省的付款订单数",
        "天猫京东两个省份的付款订单数",
        "发到杭州仓的发货包裹数",
        "因促销产生的下单数",
        "各渠道的支付金额加起来",
        "10月当天的支付金额",
        "双11支付金额和上月同期比",
        "10月比上周的支付金额",
        "更付款的渠道",
        "周末和工作日的支付金额对比",
        "下单却付款的买家数",
    ],
)
def test_a_word_that_may_change_the_number_is_not_dropped(question: str) -> None:
    assert isinstance(parse_linked(question, context()), Abstention)


def test_a_share_inside_each_group_is_of_that_group() -> None:
    query = read("上月每个渠道内部各品牌的支付件数占比")
    assert query.share_of == ShareOf(within=("channel",))
    assert read("上月各渠道各品牌的支付件数占比").share_of == ShareOf()


def test_two_windows_of_one_length_are_compared() -> None:
    query = read("8月的付款订单数比5月多了多少")
    assert query.time == read("8月付款订单数").time
    assert query.compare == CustomComparison(time=window("5月付款订单数"))


def test_a_time_is_not_cut_by_a_word_of_comparison() -> None:
    query = read("上月付款订单数较去年10月")
    assert (query.time, query.compare) == (
        read("上月付款订单数").time,
        CustomComparison(time=window("去年10月付款订单数")),
    )


def test_weekdays_apart_are_a_row_each() -> None:
    by_weekday = (GroupBy(name=METRIC_TIME, part=DatePart.dow),)
    query = read("上月周六和周日的付款订单数分别是多少")
    assert (query.group_by, query.where) == (
        by_weekday,
        In(field="metric_time__extract_dow", values=(6, 7)),
    )
    week = read("上月周一到周日各自的付款订单数")
    assert (week.group_by, week.where) == (by_weekday, None)


def test_whether_it_rose_needs_no_way() -> None:
    query = read("上月各省付款订单数环比是涨了还是跌了")
    assert (query.compare, query.having) == (Comparison.prior_period, None)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("10月天猫的支付金额比京东高多少", "10月天猫和京东分别的支付金额"),
        ("浙江、广东两省10月各周的支付金额", "10月各省各周的支付金额，只看浙江和广东"),
        ("上周几个仓库各发出多少个包裹", "上周各仓库发货包裹数"),
        ("按品牌和渠道交叉看上月支付金额", "按品牌和渠道看上月支付金额"),
        ("付款订单数超过100、同时退款率低于5%的城市", "付款订单数大于100且退款率低于5%的城市"),
        ("平均配送时长超过3天的快递公司", "平均配送时长大于3的快递公司"),
        ("10月末的库存量", "10月库存量"),
        ("哪个商品浏览量最高", "浏览量最高的商品"),
        ("上月付款率按天是涨了还是跌了", "上月每天的付款率"),
        ("不含浙江，10月其他各省的付款率", "10月除浙江以外各省的付款率"),
        ("10月所有周六、周日加起来的付款订单数", "10月周末的付款订单数"),
        ("只付金额多少", "支付金额多少"),
        ("上月卖了几件商品", "上月卖了几件"),
    ],
)
def test_a_second_round_of_constructions_is_read_as_its_plain_form(said: str, plain: str) -> None:
    asked, meant = read(said), read(plain)
    unordered = {"group_by": tuple(sorted(asked.group_by, key=str))}
    assert asked.model_copy(update=unordered) == meant.model_copy(
        update={"group_by": tuple(sorted(meant.group_by, key=str))}
    )


def test_a_place_is_ranked_among_all_and_says_whose_row_is_meant() -> None:
    outcome = parse_linked("浙江上月付款订单数排第几", context())
    assert isinstance(outcome, Parsed)
    assert outcome.query.ranks
    assert outcome.query.where is None
    assert outcome.query.group_by == (GroupBy(name="province"),)
    assert any("浙江省" in note.zh for note in outcome.assumptions)


def test_an_or_across_two_dimensions_keeps_the_rows_of_either() -> None:
    where = read("收货地在浙江或者渠道是京东的付款订单数").where
    assert where == Or(
        parts=(
            In(field="province", values=("浙江省",)),
            In(field="channel", values=("京东",)),
        )
    )


@pytest.mark.parametrize(
    ("question", "asked", "base"),
    [
        ("2月中旬和下旬的下单数对比", ("02-11", "02-21"), ("02-21", "03-01")),
        ("2月下半月下单数比上半月多多少", ("02-16", "03-01"), ("02-01", "02-16")),
        ("2月3日到9日下单数和上月同期比", ("02-03", "02-10"), ("01-03", "01-10")),
    ],
)
def test_a_part_of_a_month_is_of_the_month_said_before_it(
    question: str, asked: tuple[str, str], base: tuple[str, str]
) -> None:
    def days(bounds: tuple[str, str]) -> RangeTime:
        start, end = (f"2020-{day}" for day in bounds)
        return RangeTime.model_validate({"start": start, "end": end})

    query = read(question.replace("2月", "2020年2月", 1))
    assert query.time == days(asked)
    assert query.compare == CustomComparison(time=days(base))


@pytest.mark.parametrize(
    "question",
    [
        *("上月周末和工作日的支付金额对比", "工作日和周末的客单价分别是多少"),
        *("10月每个周末的支付金额", "江浙沪和广东的支付金额对比", "各城市等级的支付金额"),
        *("多少个省份有付款订单", "付款订单数超过100的城市有几个", "10月底的支付金额"),
        *("支付金额超过3天的省份", "上月浙江天猫支付金额排第几", "上月付款订单数最高的几个省份"),
        *("除了天猫还有京东的付款订单数", "天猫或者浙江或者黑卡的付款订单数"),
    ],
)
def test_what_no_plan_can_say_is_left_unread(question: str) -> None:
    assert isinstance(parse_linked(question, context()), Abstention)


def test_groups_beside_a_change_are_not_listed_without_it() -> None:
    outcome = parse_linked("哪些类目同比下降了", context())
    assert not isinstance(outcome, Parsed)
