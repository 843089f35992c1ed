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

LABELS = {
    "paid_amount": ("支付金额", "paid amount", "CNY"),
    "paid_orders": ("付款订单数", "paid orders", "count"),
    "placed_orders": ("下单数", "placed orders", "count"),
    "refund_rate": ("退款率", "refund rate", "ratio"),
    "net_profit": ("净利", "net profit", "CNY"),
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
            column.name: "non_additive" if column.unit == "ratio" else additivity
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
                0.03 + 0.002 * turn if name == "refund_rate" else 900 * (2 + place) + 77 * turn
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

CASES: dict[str, ChartRequest] = {
    "E0": request((PROVINCE, metric("paid_amount")), []),
    "K1": request((metric("paid_amount"),), [(1_902_487.36,)]),
    "K2": request(
        (metric("paid_amount"), metric("paid_orders"), metric("refund_rate")),
        [(1_902_487.36, 24_087, 0.0312)],
    ),
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
    "N1": by_name(6),
    "N2": by_name(30),
    "N3": by_name(60),
    "N4": by_name(10, ordered_top=10, intent="rank", complete=False),
    "N5": by_name(4, intent="share"),
    "N6": request(
        (PROVINCE, metric("net_profit")),
        [("广东", 52_000.5), ("浙江", -8_300), ("江苏", 12_750), ("上海", -31_020.25)],
    ),
    "N8": crossed(5, 3),
    "N9": crossed(14, 6),
    "N10": listed("placed_orders", "paid_orders"),
    "N11": listed("paid_amount", "paid_orders", "refund_rate"),
    "N12": request(
        (PROVINCE, metric("paid_amount"), base("paid_amount")),
        [("广东", 52_000, 41_000), ("浙江", 38_300, 39_100), ("江苏", 22_750, None)],
    ),
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
