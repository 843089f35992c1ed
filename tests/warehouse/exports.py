"""Invented exports for the tests of the warehouse, in every dirty form that real ones have."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse import Warehouse, ingest
from warehouse.ingestion import IngestReport

NOW = datetime(2026, 11, 24, 12)
HEADERS = (
    "订单编号",
    "买家会员名",
    "总金额",
    "订单状态",
    "收货人姓名",
    "收货地址 ",
    "联系手机",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝总数量",
    "店铺名称",
    "退款金额",
)


def order(number: int, **changes: str) -> dict[str, str]:
    """One clean line; `changes` by header, blanks in headers left out."""
    line = {
        "订单编号": f'="{1000000000000000000 + number}"',
        "买家会员名": f"买家{number % 3}",
        "总金额": "129.90",
        "订单状态": "买家已付款，等待卖家发货",
        "收货人姓名": "王小明",
        "收货地址": "浙江省 杭州市 西湖区 文三路1号",
        "联系手机": "'13800001111",
        "订单创建时间": f"2020-02-{1 + number % 28:02d} 10:00:00",
        "订单付款时间": f"2020-02-{1 + number % 28:02d} 10:05:00",
        "宝贝总数量": "2",
        "店铺名称": "木禾旗舰店",
        "退款金额": "",
    }
    return line | changes


def write_csv(
    path: Path,
    lines: Iterable[Mapping[str, str]],
    *,
    headers: Sequence[str] = HEADERS,
    encoding: str = "gb18030",
    delimiter: str = ",",
    quoting: Any = csv.QUOTE_ALL,
) -> Path:
    """An export; a line's missing cells are empty."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")
        writer.writerow(headers)
        for line in lines:
            writer.writerow([line.get(header.strip(), "") for header in headers])
    return path


def load(folder: Path, *paths: Path, **options: str) -> IngestReport:
    """Ingest at a standing clock."""
    return ingest(folder, paths, now=NOW, **options)


def rows(folder: Path, sql: str) -> tuple[tuple[Any, ...], ...]:
    """The rows of a guarded query on the current snapshot."""
    return Warehouse(folder).execute(sql).rows


def column(folder: Path, name: str) -> list[Any]:
    """One column of mart.orders in the order of the order numbers."""
    return [row[0] for row in rows(folder, f"SELECT {name} FROM mart.orders ORDER BY order_id")]
