"""Ingest of an order export against DuckDB's own read of the file: budget, a ratio ≤ 3.

Three exports: the narrowest that is of use, a usual one, and one as wide as Tmall's full export, of
which most columns are dropped. CPU time stands beside wall time, for machines that are not idle.
"""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import duckdb

from bench.report import milliseconds, side_by_side
from warehouse import ingest

RUNS = 3
NOW = datetime(2026, 11, 24, 12)
PLACES = ("浙江省", "广东省", "上海", "内蒙古自治区", "四川省")

Cell = Callable[[random.Random, int], object]
"""The cell of a column in the row of this number."""


def _created(number: int) -> datetime:
    return datetime(2025, 1, 1) + timedelta(seconds=number * 30)


def _paid(chance: random.Random, number: int) -> str:
    paid = _created(number) + timedelta(seconds=chance.randrange(5_000))
    return paid.isoformat(sep=" ") if number % 7 else ""


def _amount(chance: random.Random, _: int) -> float:
    return chance.randrange(100, 50_000) / 100


def _address(chance: random.Random, _: int) -> str:
    return f"{chance.choice(PLACES)} 杭州市 西湖区 文三路{chance.randrange(999)}号"


def _status(chance: random.Random, _: int) -> str:
    return chance.choice(("交易成功", "交易关闭", "买家已付款，等待卖家发货"))


NARROW: Mapping[str, Cell] = {
    "订单编号": lambda _, number: f'="{4_000_000_000_000_000_000 + number}"',
    "总金额": _amount,
    "买家实际支付金额": _amount,
    "收货地址 ": lambda chance, _: chance.choice(PLACES),
    "订单创建时间": lambda _, number: _created(number).isoformat(sep=" "),
    "订单付款时间 ": _paid,
    "退款金额": lambda *_: 0,
}
USUAL: Mapping[str, Cell] = {
    **NARROW,
    "收货地址 ": _address,
    "买家会员名": lambda chance, _: f"tb{chance.randrange(300_000)}",
    "买家应付货款": _amount,
    "买家应付邮费": lambda *_: 0,
    "订单状态": _status,
    "收货人姓名": lambda chance, _: chance.choice("张王李赵") + chance.choice("伟芳娜敏"),
    "宝贝种类": lambda chance, _: chance.randrange(1, 4),
    "宝贝总数量": lambda chance, _: chance.randrange(1, 4),
    "店铺名称": lambda *_: "木禾旗舰店",
}
_FILLERS: tuple[Cell, ...] = (lambda *_: "", lambda *_: "否", lambda *_: "null")
WIDE: Mapping[str, Cell] = {
    **USUAL,
    **{f"其他信息{column}": _FILLERS[column % 3] for column in range(61 - len(USUAL))},
}
EXPORTS = (("narrow", NARROW, 1_000_000), ("usual", USUAL, 1_000_000), ("wide", WIDE, 300_000))


def main() -> None:
    """Write each export, then read it both ways, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        for name, cells, rows in EXPORTS:
            export = Path(folder) / f"{name}.csv"
            _write(export, cells, rows)
            size = export.stat().st_size / 1e6
            _compare(f"{name}: {len(cells)} columns, {rows:,} rows, {size:.0f} MB", export)


def _compare(title: str, export: Path) -> None:
    walls: tuple[list[float], list[float]] = ([], [])
    cpus: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(dir=export.parent) as folder:
            reads: tuple[Callable[[], object], ...] = (
                partial(ingest, Path(folder) / "warehouse", [export], now=NOW),
                partial(_plain, Path(folder) / "plain.duckdb", export),
            )
            for wall, cpu, read in zip(walls, cpus, reads, strict=True):
                started = process_time()
                wall.append(milliseconds(read))
                cpu.append((process_time() - started) * 1000)
    side_by_side(title, *walls, "DuckDB")
    print(f"  ratio of CPU times {median(cpus[0]) / median(cpus[1]):.2f}")


def _write(path: Path, cells: Mapping[str, Cell], rows: int) -> None:
    chance = random.Random(618)  # noqa: S311 - an export to measure with, no secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(cells)
        for number in range(rows):
            writer.writerow([cell(chance, number) for cell in cells.values()])


def _plain(database: Path, export: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"CREATE TABLE orders AS FROM read_csv('{export}')")


if __name__ == "__main__":
    main()
