"""A small shop for the tests of the app: invented orders in a Tmall export, counted here.

The numbers that tests expect come from the lines of the export, never from the product's own SQL.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

from warehouse import ingest

AS_OF = datetime(2026, 11, 24, 12)
LAST_MONTH = (date(2026, 10, 1), date(2026, 11, 1))
FIRST_DAY = date(2026, 8, 24)
DAYS = 90
PROVINCES = ("浙江省 杭州市", "广东省 广州市", "江苏省 南京市", "四川省 成都市")
CREATED, PAID, AMOUNT, ADDRESS = "订单创建时间", "订单付款时间", "总金额", "收货地址"

Line = Mapping[str, str]


def lines() -> tuple[Line, ...]:
    """Two to four orders a day; every fourth is never paid, the last of a day is paid the next."""
    return tuple(
        _line(day * 10 + number, FIRST_DAY + timedelta(days=day), late=number == day % 3 + 1)
        for day in range(DAYS)
        for number in range(day % 3 + 2)
    )


def _line(number: int, day: date, *, late: bool) -> Line:
    created = datetime.combine(day, time(23, 55) if late else time(10 + number % 10))
    paid = "" if number % 4 == 0 else str(created + timedelta(minutes=10))
    return {
        "订单编号": f"{1_000_000 + number}",
        "买家会员名": f"买家{number % 17}",
        AMOUNT: f"{50 + number % 90}.50",
        "订单状态": "买家已付款，等待卖家发货" if paid else "等待买家付款",
        ADDRESS: f"{PROVINCES[number % len(PROVINCES)]} 西湖区 文三路1号",
        CREATED: str(created),
        PAID: paid,
        "宝贝总数量": "1",
        "店铺名称": "木禾旗舰店",
        "退款金额": "",
    }


def count(column: str, days: tuple[date, date] = LAST_MONTH) -> int:
    """Orders with a moment in that column within the days, the last one excluded."""
    return len(tuple(_within(column, days)))


def total(column: str, days: tuple[date, date] = LAST_MONTH, *, province: str = "") -> float:
    """The amounts of the orders with a moment in that column within the days."""
    counted = (line for line in _within(column, days) if line[ADDRESS].startswith(province))
    return sum(float(line[AMOUNT]) for line in counted)


def _within(column: str, days: tuple[date, date]) -> Iterable[Line]:
    start, end = (day.isoformat() for day in days)
    return (line for line in lines() if line[column] and start <= line[column] < end)


def write_export(
    path: Path, export: Iterable[Line] | None = None, *, encoding: str = "gb18030"
) -> Path:
    """The lines as the back office writes them: GB18030, every cell quoted."""
    rows = tuple(lines() if export is None else export)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return path


def build(project: Path, export: Iterable[Line] | None = None) -> Path:
    """A project folder with the export loaded."""
    project.mkdir(parents=True, exist_ok=True)
    path = write_export(project / "ExportOrderList.csv", export)
    ingest(project / "warehouse", [path], now=AS_OF)
    return project
