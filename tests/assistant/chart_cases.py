"""One result for each row of the chart table, by the row's id; small, fixed, in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from assistant.answer import AnswerColumn, Cell
from assistant.charts import ChartRequest
from semantic_layer.issues import Language
from semantic_layer.model import Additivity
from semantic_layer.query import Grain

Role = Literal["dimension", "time", "metric", "comparison"]

LABELS: dict[str, tuple[str, str, str | None]] = {
    "paid_amount": ("支付金额", "paid amount", "CNY"),
    "paid_orders": ("付款订单数", "paid orders", "count"),
    "placed_orders": ("下单数", "placed orders", "count"),
    "refund_rate": ("退款率", "refund rate", "ratio"),
    "net_profit": ("净利", "net profit", "CNY"),
    "visitors": ("访客数", "visitors", "count"),
    "conversion": ("转化率", "conversion rate", "ratio"),
    "retention": ("留存率", "retention", "ratio"),
    "target": ("目标", "target", "CNY"),
    "forecast": ("预测", "forecast", "CNY"),
    "lower_80": ("下限 80%", "lower 80%", "CNY"),
    "upper_80": ("上限 80%", "upper 80%", "CNY"),
    "lower_95": ("下限 95%", "lower 95%", "CNY"),
    "upper_95": ("上限 95%", "upper 95%", "CNY"),
    "expected": ("预期", "expected", "CNY"),
    "is_anomaly": ("异常", "anomaly", None),
    "mix_effect": ("结构效应", "mix effect", "points"),
    "rate_effect": ("率效应", "rate effect", "points"),
    "months_since": ("第几月", "months since", None),
    "cohort_size": ("人数", "size", "count"),
}
PROVINCES = ("广东", "浙江", "江苏", "上海", "北京", "四川", "山东", "湖北", "福建", "河南")


def metric(name: str, language: Language = "zh") -> AnswerColumn:
    zh, en, unit = LABELS[name]
    label = zh if language == "zh" else en
    return AnswerColumn(
        name=name, label=label, type="number", unit=unit, role="metric", metric=name
    )


def base(name: str) -> AnswerColumn:
    column = metric(name)
    return column.model_copy(
        update={
            "name": f"{name}__prior_period",
            "label": f"{column.label}（上期）",
            "role": "comparison",
        }
    )


def dimension(name: str, label: str) -> AnswerColumn:
    return AnswerColumn(name=name, label=label, type="string", unit=None, role="dimension")


TIME = AnswerColumn(name="metric_time", label="日期", type="date", unit=None, role="time")
PROVINCE = dimension("province", "省份")
CHANNEL = dimension("channel", "渠道")


def days(count: int, start: date = date(2026, 10, 1)) -> list[str]:
    return [(start + timedelta(days=day)).isoformat() for day in range(count)]


def months(count: int) -> list[str]:
    return [date(2026, month, 1).isoformat() for month in range(1, count + 1)]


def request(
    columns: tuple[AnswerColumn, ...],
    rows: list[tuple[Cell, ...]],
    additivity: Additivity = "additive",
    **more: Any,
) -> ChartRequest:
    options: dict[str, Any] = {"language": "zh", "complete": True, "title": "示例"} | more
    return ChartRequest(
        columns=columns,
        rows=tuple(rows),
        additivity={
            column.name: "non_additive" if column.unit in ("ratio", "points") else additivity
            for column in columns
            if column.role == "metric"
        },
        **options,
    )


def over_time(members: int, periods: int, **more: Any) -> ChartRequest:
    names = [f"渠道{index + 1}" for index in range(members)]
    rows: list[tuple[Cell, ...]] = [
        (start, name, 1000 + 137 * place * (5 + turn % 3) + 31 * turn)
        for turn, start in enumerate(months(periods))
        for place, name in enumerate(names)
    ]
    options: dict[str, Any] = {"grain": Grain.month} | more
    return request((TIME, CHANNEL, metric("paid_amount")), rows, **options)


def by_name(members: int, name: str = "paid_amount", **more: Any) -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (PROVINCES[i] if i < len(PROVINCES) else f"城市{i}", 950_000 // (i + 1) + 17 * i)
        for i in range(members)
    ]
    return request((PROVINCE, metric(name)), rows, **more)


def crossed(first: int, second: int, **more: Any) -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (f"类目{a + 1}", f"渠道{b + 1}", 12_000 + 977 * a * (b + 1) + 53 * b)
        for a in range(first)
        for b in range(second)
    ]
    columns = (dimension("category", "类目"), CHANNEL, metric("paid_amount"))
    return request(columns, rows, **more)


def daily(count: int = 30, **more: Any) -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (day, 21_000 + 1_733 * (turn * 7 % 11)) for turn, day in enumerate(days(count))
    ]
    options: dict[str, Any] = {"grain": Grain.day, "title": "支付金额 · 按日"} | more
    return request((TIME, metric("paid_amount")), rows, **options)


def several(*names: str, periods: int = 6, **more: Any) -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (
            start,
            *(
                0.03 + 0.002 * turn if LABELS[name][2] == "ratio" else 900 * (2 + place) + 77 * turn
                for place, name in enumerate(names)
            ),
        )
        for turn, start in enumerate(months(periods))
    ]
    columns = (TIME, *(metric(name) for name in names))
    return request(columns, rows, grain=Grain.month, **more)


def listed(*names: str, members: int = 5) -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (
            PROVINCES[index],
            *(
                0.08 - 0.01 * index if name == "refund_rate" else 7_000 // (index + 1) + place
                for place, name in enumerate(names)
            ),
        )
        for index in range(members)
    ]
    return request((PROVINCE, *(metric(name) for name in names)), rows)


WEEKDAYS = ("周三", "周一", "周日", "周二", "周六", "周四", "周五")

ALL_PROVINCES = (
    *("广东", "浙江", "江苏", "上海", "北京", "四川", "山东", "湖北", "福建", "河南", "湖南"),
    *("安徽", "河北", "陕西", "重庆", "江西", "辽宁", "天津", "广西", "云南", "黑龙江", "山西"),
    *("贵州", "吉林", "内蒙古", "新疆", "甘肃", "海南", "宁夏", "青海"),
)


def compared_days(count: int = 14) -> ChartRequest:
    """Days in October and what they are set against: the same days a year ago."""
    rows: list[tuple[Cell, ...]] = [
        (day, 21_000 + 1_733 * (turn * 7 % 11), 19_500 + 1_211 * (turn * 5 % 9))
        for turn, day in enumerate(days(count))
    ]
    return request(
        (TIME, metric("paid_amount"), base("paid_amount")),
        rows,
        grain=Grain.day,
        intent="compare_period",
        counterparts=dict(zip(days(count), days(count, date(2025, 10, 1)), strict=True)),
        partial_last=True,
    )


def forecast() -> ChartRequest:
    bounds = ("lower_80", "upper_80", "lower_95", "upper_95")
    rows: list[tuple[Cell, ...]] = [
        (month, 1_000_000 + 41_000 * (turn * 3 % 7), *(None,) * 5)
        for turn, month in enumerate(months(9))
    ]
    rows += [
        (month, None, ahead, *(ahead + step * (turn + 2) for step in (-30e3, 30e3, -55e3, 55e3)))
        for turn, (month, ahead) in enumerate(
            zip(months(12)[9:], (1_210_000, 1_260_000, 1_180_000), strict=True)
        )
    ]
    columns = (TIME, metric("paid_amount"), metric("forecast"), *map(metric, bounds))
    return request(columns, rows, grain=Grain.month, intent="forecast")


def anomalies() -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (day, value, 30_000, 22_000, 38_000, value > 38_000 or value < 22_000)
        for turn, day in enumerate(days(20))
        for value in [24_000 + 1_300 * (turn * 7 % 10) + (21_000 if turn == 10 else 0)]
    ]
    flag = metric("is_anomaly").model_copy(update={"type": "boolean", "role": "dimension"})
    named = map(metric, ("paid_amount", "expected", "lower_95", "upper_95"))
    return request((TIME, *named, flag), rows, grain=Grain.day, intent="anomaly")


def cycles() -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (day, f"{hour}时", 20 + (hour * 7 + place * 13) % 40 + 3 * hour)
        for place, day in enumerate(WEEKDAYS)
        for hour in range(24)
    ]
    columns = (dimension("weekday", "星期"), dimension("hour", "小时"), metric("paid_orders"))
    return request(columns, rows)


def causes() -> ChartRequest:
    now = (52_000, 38_300, 22_750, 9_000, 15_400)
    before = (41_000, 39_100, 30_050, 4_000, 15_400)
    rows: list[tuple[Cell, ...]] = list(zip(PROVINCES, now, before, strict=False))
    columns = (PROVINCE, metric("paid_amount"), base("paid_amount"))
    return request(columns, rows, intent="attribution")


def spread(groups: int = 1, intent: str = "distribution") -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (f"渠道{turn % groups + 1}", 40 + (turn * turn * 37) % 260 + 30 * (turn % groups))
        for turn in range(120)
    ]
    rows += [("渠道1", 690), ("渠道1", 742)]
    return request((CHANNEL, metric("paid_amount")), rows, intent=intent)


def related(*names: str) -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (
            f"商品{turn + 1}",
            *(
                0.01 + 0.002 * ((turn * 5 + place) % 17)
                if LABELS[name][2] == "ratio"
                else 900 + 310 * turn + 2_000 * ((turn * 7 + 3 * place) % 5)
                for place, name in enumerate(names)
            ),
        )
        for turn in range(24)
    ]
    columns = (dimension("product", "商品"), *map(metric, names))
    return request(columns, rows, intent="relation")


def steps(*values: int) -> ChartRequest:
    named = zip(("浏览", "加购", "下单", "付款"), values, strict=True)
    return request((dimension("step", "步骤"), metric("visitors")), list(named), intent="funnel")


def cohorts() -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (start, age, round(0.42 / (age + 1) + 0.01 * turn, 4) if age else 1, 800 + 31 * turn)
        for turn, start in enumerate(months(6))
        for age in range(6 - turn)
    ]
    named = map(metric, ("months_since", "retention", "cohort_size"))
    return request((TIME, *named), rows, grain=Grain.month, intent="cohort")


def places(name: str, **more: Any) -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (place, 0.02 + 0.001 * (turn * 7 % 31) if name == "refund_rate" else 980_000 // (turn + 1))
        for turn, place in enumerate(ALL_PROVINCES)
    ]
    return request((PROVINCE, metric(name)), rows, **more)


def cities() -> ChartRequest:
    rows: list[tuple[Cell, ...]] = [
        (f"城市{turn + 1}", 90_000 - 2_100 * turn) for turn in range(30)
    ]
    return request((dimension("city", "城市"), metric("paid_amount")), rows)


REVIEWED = ("paid_amount", "paid_orders", "placed_orders", "refund_rate", "visitors", "conversion")

CASES: dict[str, ChartRequest] = {
    "E0": request((PROVINCE, metric("paid_amount")), []),
    "K1": request((metric("paid_amount"),), [(1_902_487.36,)]),
    "K2": request(
        (metric("paid_amount"), metric("paid_orders"), metric("refund_rate")),
        [(1_902_487.36, 24_087, 0.0312)],
    ),
    "K3": request((metric("paid_amount"), metric("target")), [(860_000, 1_000_000)]),
    "T1": daily(partial_last=True),
    "T1b": over_time(4, 2),
    "T2": request(
        (dimension("weekday", "星期"), metric("paid_orders")),
        [(name, 800 + 91 * index) for index, name in enumerate(WEEKDAYS)],
    ),
    "T3": over_time(3, 10, partial_last=True),
    "T4": over_time(9, 8),
    "T5": over_time(3, 6, intent="share"),
    "T6": several("placed_orders", "paid_orders"),
    "T7": several("paid_amount", "paid_orders", "refund_rate"),
    "T8": compared_days(),
    "T9": forecast(),
    "T10": anomalies(),
    "T11": cycles(),
    "W1": several(*REVIEWED, periods=8),
    "N1": by_name(6),
    "N2": by_name(30),
    "N3": by_name(60),
    "N4": by_name(10, ordered_top=10, intent="rank", complete=False),
    "N5": by_name(4, intent="share"),
    "N6": request(
        (PROVINCE, metric("net_profit")),
        [("广东", 52_000.5), ("浙江", -8_300), ("江苏", 12_750), ("上海", -31_020.25)],
    ),
    "N7": request(
        (dimension("band", "价格带"), metric("paid_orders")),
        [("200元以上", 320), ("50-100元", 1_240), ("0-50元", 610), ("100-200元", 980)],
    ),
    "N8": crossed(5, 3),
    "N9": crossed(14, 6),
    "N10": listed("placed_orders", "paid_orders"),
    "N11": listed("paid_amount", "paid_orders", "refund_rate"),
    "N12": request(
        (PROVINCE, metric("paid_amount"), base("paid_amount")),
        [("广东", 52_000, 41_000), ("浙江", 38_300, 39_100), ("江苏", 22_750, None)],
    ),
    "A1": causes(),
    "A2": request(
        (PROVINCE, metric("refund_rate"), metric("mix_effect"), metric("rate_effect")),
        [("广东", 0.05, 0.002, 0.004), ("浙江", 0.04, -0.001, -0.003), ("江苏", 0.06, 0, 0.001)],
        intent="attribution",
    ),
    "D1": spread(),
    "D2": spread(4),
    "R1": related("paid_amount", "conversion"),
    "R2": related("visitors", "conversion", "paid_amount"),
    "F1": steps(12_000, 4_300, 1_900, 1_480),
    "F2": steps(12_000, 4_300, 5_100, 1_480),
    "S1": request(
        (dimension("segment", "人群"), metric("visitors"), metric("paid_amount")),
        [("重要价值客户", 420, 310_000), ("重要发展客户", 910, 95_000), ("一般客户", 300, 120_000)],
        intent="segment",
    ),
    "S2": cohorts(),
    "G1": places("refund_rate"),
    "G2": places("paid_amount"),
    "G3": cities(),
    "Z": request(
        (PROVINCE, CHANNEL, dimension("category", "类目"), metric("paid_amount")),
        [
            (province, channel, category, 100 + len(province))
            for province in PROVINCES[:2]
            for channel in ("天猫", "京东")
            for category in ("女装", "男装")
        ],
    ),
}
