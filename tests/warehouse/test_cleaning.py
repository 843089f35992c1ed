from __future__ import annotations

import hashlib
import hmac
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.exports import column, load, order, write_csv
from warehouse import Warehouse, WarehouseError, cleaning
from warehouse.places import PROVINCE_SPELLINGS
from warehouse.pseudonyms import PseudonymKey, load_or_create_key
from warehouse.sources import recognise
from warehouse.sources.jd_orders import JD_ORDERS
from warehouse.sources.tmall_orders import TMALL_ORDERS

_CONNECTION = duckdb.connect()
_CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)


def clean(expression: str, text: str | None, **parameters: object) -> Any:
    row = _CONNECTION.execute(
        f"SELECT {expression} FROM (SELECT $cell::VARCHAR AS cell)", {"cell": text} | parameters
    ).fetchone()
    assert row is not None
    return row[0]


@given(_CELLS)
def test_cleaning_a_clean_cell_changes_nothing(text: str) -> None:
    once = clean(cleaning.content("cell"), text)
    assert clean(cleaning.content("cell"), once) == once
    number = clean(cleaning.order_id("cell"), text)
    assert clean(cleaning.order_id("cell"), number) == number


@given(st.decimals(-(10**9), 10**9, places=2))
def test_an_amount_is_the_same_in_every_dress(value: Decimal) -> None:
    for text in (str(value), f"￥{value}元", f"{value:,}", f'="{value}"', f" {value}\t"):
        assert clean(cleaning.amount("cell"), text) == value
    assert clean(cleaning.amount("cell"), str(clean(cleaning.amount("cell"), str(value)))) == value


@given(_CELLS)
def test_no_cell_makes_an_expression_fail(text: str) -> None:
    for expression in (
        cleaning.amount("cell"),
        cleaning.count("cell"),
        cleaning.flag("cell"),
        cleaning.province("cell"),
        cleaning.time("cell", excel_dates=True),
        cleaning.city_of_address("cell"),
        cleaning.status("cell"),
    ):
        clean(expression, text)


@given(_CELLS)
def test_what_is_kept_of_an_address_has_no_house_number(text: str) -> None:
    address = f"浙江省 杭州市 文三路{text}1号"
    assert clean(cleaning.province("cell"), address) == "浙江省"
    assert clean(cleaning.city_of_address("cell"), address) == "杭州市"


@settings(max_examples=8)
@given(st.lists(_CELLS.filter(lambda text: text.strip() != ""), min_size=1, max_size=4))
def test_any_text_is_loaded_as_that_text(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    base = tmp_path_factory.mktemp("any")
    lines = [order(number, 订单状态=text) for number, text in enumerate(texts, 1)]
    load(base / "p" / "warehouse", write_csv(base / "a.csv", lines, encoding="utf-8"))
    assert column(base / "p" / "warehouse", "status") == [
        clean(cleaning.status("cell"), text) for text in texts
    ]


def test_every_spelling_is_found_at_the_start_of_an_address() -> None:
    for spelling in PROVINCE_SPELLINGS:
        assert clean(cleaning.province("cell"), f"{spelling} 某市").lower() == spelling
    assert len(set(PROVINCE_SPELLINGS.values())) == 34


def test_the_pseudonym_is_hmac_sha256() -> None:
    secret = b"k" * 32
    key = PseudonymKey.of(secret)
    found = clean(cleaning.buyer("cell"), "买家_1", inner=key.inner, outer=key.outer)
    assert found == hmac.new(secret, "买家_1".encode(), hashlib.sha256).hexdigest()[:32]
    assert clean(cleaning.buyer("cell"), " ", inner=key.inner, outer=key.outer) is None
    assert secret.decode() not in repr(key)


def test_the_key_is_made_once_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    assert load_or_create_key(path) == load_or_create_key(path)
    path.write_bytes(b"short")
    with pytest.raises(WarehouseError, match="damaged"):
        load_or_create_key(path)


def test_the_real_header_lines_are_recognised(shared_data: Path) -> None:
    import json

    headers = json.loads((shared_data / "headers" / "headers.json").read_text(encoding="utf-8"))
    recognised = {name: recognise(columns) for name, columns in headers.items()}
    for name, source in recognised.items():
        if name.startswith("ExportOrderList"):
            assert source is TMALL_ORDERS
        elif name.startswith("jd"):
            assert source is JD_ORDERS
        else:
            assert source is None, name


def test_the_real_teaching_set_loads_with_its_known_totals(
    shared_data: Path, tmp_path: Path
) -> None:
    orders = shared_data / "orders" / "tmall_order_report.csv"
    paid = shared_data / "orders" / "tmall_paid.csv"
    folder = tmp_path / "p" / "warehouse"
    (report,) = load(folder, orders).files
    assert (report.rows, report.new) == (28_010, 28_010)
    with pytest.raises(WarehouseError, match="--shop"):
        load(folder, paid)
    load(folder, paid, shop="乙店")
    assert Warehouse(folder).execute(
        "SELECT shop, COUNT(*), COUNT(paid_at), COUNT(DISTINCT province), SUM(refund_amount) "
        "FROM mart.orders GROUP BY shop ORDER BY 2 DESC"
    ).rows == (
        ("默认店铺", 28_010, 24_087, 31, Decimal("572335.92")),
        ("乙店", 24_087, 24_087, 31, Decimal("572335.92")),
    )
    manifest = Warehouse(folder).manifest()
    assert manifest is not None
    coverage = manifest.tables["mart.orders"].coverage
    assert coverage["paid_at"][0][0] == date(2020, 2, 1)
    assert "buyer_id" not in coverage
    assert "created_at" not in coverage  # the shop 乙店 has no creation times on those days
