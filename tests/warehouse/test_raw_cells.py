"""What a file said stays in `raw`, cell by cell, although values are stored."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.exports import HEADERS, column, load, order, write_csv
from warehouse import Warehouse, cleaning
from warehouse.raw_cells import cell_text, kept_text
from warehouse.sources.spec import Field, Kind

_CONNECTION = duckdb.connect()
_PRINTED = (
    Field("order_id", Kind.order_id, ("订单编号",)),
    Field("paid_at", Kind.time, ("订单付款时间",)),
    Field("order_amount", Kind.amount, ("总金额",)),
    Field("quantity", Kind.whole_number, ("宝贝总数量",)),
)
_PLAIN = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(-(10**6), 10**6, places=2).map(str),
    st.floats(-1e6, 1e6).map(str),
    st.datetimes().map(lambda moment: moment.isoformat(sep=" ")),
    st.dates().map(str),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(["", "--", "null", '=""', '="', "007", "1e5", "２"]),
)
_DRESSES = st.sampled_from(["{}", '="{}"', " {}", "{}\t", "￥{}元", "'{}", '=""{}""'])


def _kept(field: Field, cell: str | None) -> tuple[Any, ...]:
    """What is stored beside the value, and the cell made out of both."""
    row = _CONNECTION.execute(
        f"SELECT text, {cell_text('value', 'text')} FROM ("
        f"SELECT value, {kept_text('cell', 'value')} AS text FROM ("
        f"SELECT cell, {cleaning.value(field, 'cell')} AS value "
        "FROM (SELECT $cell::VARCHAR AS cell)))",
        {"cell": cell},
    ).fetchone()
    assert row is not None
    return row


@given(_PLAIN, _DRESSES)
def test_any_cell_comes_back_as_it_was(plain: str, dress: str) -> None:
    cell = dress.format(plain)
    for field in _PRINTED:
        assert _kept(field, cell)[1] == cell, field.kind


@pytest.mark.parametrize(
    ("kind", "cell", "stored"),
    [
        (Kind.order_id, '="4000000000000000001"', '=""'),
        (Kind.order_id, "77001", None),
        (Kind.order_id, "007", "007"),
        (Kind.time, "2020-02-20 23:59:00", None),
        (Kind.time, "2020/2/20 23:59", "2020/2/20 23:59"),
        (Kind.amount, "129.90", None),
        (Kind.amount, "129.9", "129.9"),
        (Kind.whole_number, "2", None),
        (Kind.whole_number, "2.0", "2.0"),
        (Kind.amount, None, None),
    ],
)
def test_a_text_is_stored_only_where_the_value_loses_it(
    kind: Kind, cell: str | None, stored: str | None
) -> None:
    (field,) = (field for field in _PRINTED if field.kind is kind)
    assert _kept(field, cell) == (stored, cell)


def _raw(folder: Path, batch: int) -> list[dict[str, Any]]:
    manifest = Warehouse(folder).manifest()
    assert manifest is not None
    with duckdb.connect(str(folder / manifest.file), read_only=True) as connection:
        found = connection.execute(f"SELECT * FROM raw.tmall_orders_{batch}")
        names = [name for name, *_ in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_raw_says_what_the_file_said_and_nothing_personal(folder: Path, tmp_path: Path) -> None:
    lines = [
        order(1, 总金额="1,299.00元", 订单状态="交易成功", 退款金额="--"),
        order(2, 订单编号="A-2", 订单创建时间="2020/2/20 9:05", 退款金额="0"),
        order(3, 订单编号="0042", 宝贝总数量="3.0", 预售订单="否", 是否手机订单="手机订单"),
        dict.fromkeys((header.strip() for header in HEADERS), ""),
    ]
    headers = [*HEADERS, "预售订单", "是否手机订单"]
    load(folder, write_csv(tmp_path / "a.csv", lines, headers=headers))
    load(folder, write_csv(tmp_path / "b.csv", [order(1, 总金额="5")]))
    stored = _raw(folder, 1)
    personal = {"买家会员名", "收货人姓名", "收货地址", "联系手机"}
    said = {header.strip() for header in headers} - personal
    assert set(stored[0]) == said | {"derived_buyer_id", "derived_province", "derived_city"}
    for line, row in zip(lines, stored, strict=True):
        assert {name: row[name] or "" for name in said} == {
            name: line.get(name, "") for name in said
        }
    assert column(folder, "order_id") == ["0042", "1000000000000000001", "A-2"]
    assert _raw(folder, 2)[0]["总金额"] == "5"


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ('="18446744073709551615"', "18446744073709551615"),
        ('="18446744073709551616"', "18446744073709551616"),
        ('="007"', "007"),
        ("'42", "42"),
        (" 42", "42"),
        ("42.0", "42.0"),
        ("-42", "-42"),
        ("1e5", "1e5"),
        ("A-1", "A-1"),
    ],
)
def test_an_order_number_is_text_however_it_is_stored(
    folder: Path, tmp_path: Path, cell: str, number: str
) -> None:
    load(folder, write_csv(tmp_path / "a.csv", [order(1, 订单编号=cell)]))
    assert column(folder, "order_id") == [number]
    assert _raw(folder, 1)[0]["订单编号"] == cell


def test_every_pseudonym_has_all_of_its_digits(folder: Path, tmp_path: Path) -> None:
    key = b"k" * 32
    folder.parent.mkdir()
    (folder.parent / "pseudonym.key").write_bytes(key)
    buyers = [f"买家_{number}" for number in range(200)]
    load(
        folder,
        write_csv(
            tmp_path / "a.csv", [order(at, 买家会员名=buyer) for at, buyer in enumerate(buyers)]
        ),
    )
    expected = [hmac.new(key, buyer.encode(), hashlib.sha256).hexdigest()[:32] for buyer in buyers]
    assert any(pseudonym.startswith("0") for pseudonym in expected)
    assert column(folder, "buyer_id") == expected


def test_an_empty_cell_means_what_its_column_says(folder: Path, tmp_path: Path) -> None:
    lines: list[Mapping[str, str]] = [
        order(1, 退款金额="", 预售订单=""),
        order(2, 退款金额="null", 预售订单="是"),
    ]
    load(folder, write_csv(tmp_path / "a.csv", lines, headers=[*HEADERS, "预售订单"]))
    assert column(folder, "refund_amount") == [0, 0]
    assert column(folder, "is_presale") == [False, True]
