"""Ingest of an order export against DuckDB's own read of the file: budget, a ratio ≤ 3."""

from __future__ import annotations

import csv
import random
import tempfile
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb

from bench.report import milliseconds, side_by_side
from warehouse import ingest

ROWS = 1_000_000
RUNS = 3
NOW = datetime(2026, 11, 24, 12)
PROVINCES = ("浙江省", "广东省", "上海", "内蒙古自治区", "四川省")


def main() -> None:
    """Write an export, then read it both ways, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "orders.csv"
        _write(export)
        print(f"{ROWS:,} rows, {export.stat().st_size / 1e6:.0f} MB")
        ours, plain = [], []
        for run in range(RUNS):
            project = Path(folder) / f"project{run}"
            ours.append(milliseconds(partial(ingest, project / "warehouse", [export], now=NOW)))
            database = Path(folder) / f"plain{run}.duckdb"
            plain.append(milliseconds(partial(_plain, database, export)))
        side_by_side("ingest", ours, plain, "DuckDB")


def _write(path: Path) -> None:
    chance = random.Random(618)  # noqa: S311 - an export to measure with, no secret
    start = datetime(2025, 1, 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            (
                "订单编号",
                "总金额",
                "买家实际支付金额",
                "收货地址 ",
                "订单创建时间",
                "订单付款时间 ",
                "退款金额",
            )
        )
        for number in range(ROWS):
            created = start + timedelta(seconds=number * 30)
            paid = created + timedelta(seconds=chance.randrange(5_000))
            amount = chance.randrange(100, 50_000) / 100
            writer.writerow(
                (
                    f'="{4_000_000_000_000_000_000 + number}"',
                    amount,
                    amount,
                    chance.choice(PROVINCES),
                    created.isoformat(sep=" "),
                    paid.isoformat(sep=" ") if number % 7 else "",
                    0,
                )
            )


def _plain(database: Path, export: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"CREATE TABLE orders AS FROM read_csv('{export}')")


if __name__ == "__main__":
    main()
