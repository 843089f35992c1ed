from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.warehouse.exports import HEADERS, load, order, rows, write_csv
from warehouse import IngestError, WarehouseError


def _bytes(content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "bad.csv"
        path.write_bytes(content)
        return path

    return make


def _lines(*lines: dict[str, str]) -> Callable[[Path], Path]:
    return lambda folder: write_csv(folder / "bad.csv", lines)


def _cut(at: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = write_csv(folder / "bad.csv", [order(8), order(9)], encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        path.write_text(text[: text.rindex(at) + len(at)], encoding="utf-8")
        return path

    return make


def _half_workbook(folder: Path) -> Path:
    path = folder / "bad.xlsx"
    book = Workbook()
    book.active.append(["订单编号", "总金额", "订单创建时间"])
    book.save(path)
    path.write_bytes(path.read_bytes()[:2000])
    return path


def _number_ids(folder: Path) -> Path:
    path = folder / "bad.xlsx"
    book = Workbook()
    book.active.append(["订单编号", "总金额", "订单创建时间"])
    book.active.append([5100000000000000000, 1, "2020-02-20"])
    book.save(path)
    return path


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda folder: folder / "nowhere.csv", "missing_file"),
    "folder": (lambda folder: folder, "folder"),
    "empty": (_bytes(b""), "empty_file"),
    "blank": (_bytes(b"\r\n\r\n"), "unknown_columns"),
    "binary": (_bytes(bytes(range(256)) * 40), "not_text"),
    "old excel": (_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 20), "old_excel"),
    "other columns": (_bytes(b"a,b\n1,2\n"), "unknown_columns"),
    "other delimiter": (
        _bytes("订单编号|总金额|订单创建时间\n1|2|2020-02-20\n".encode()),
        "unknown_columns",
    ),
    "header only": (_lines(), "no_rows"),
    "half a workbook": (_half_workbook, "damaged_workbook"),
    "numeric ids in a workbook": (_number_ids, "lost_ids"),
    "ids through Excel": (_lines(order(1), order(2, 订单编号="5.1E+18")), "lost_ids"),
    "rounded ids": (
        _lines(order(1, 订单编号="5100000000000120000"), order(2, 订单编号="5100000000000130000")),
        "lost_ids",
    ),
    "no id": (_lines(order(1), order(2, 订单编号="")), "no_order_id"),
    "no time": (_lines(order(1, 订单创建时间="", 订单付款时间="")), "no_time"),
    "no date": (_lines(order(1), order(2, 订单创建时间="昨天")), "bad_cell"),
    "a date outside of the calendar": (_lines(order(1, 订单创建时间="1999-01-01")), "bad_cell"),
    "an American date": (_lines(order(1, 订单付款时间="2/20/2020")), "bad_cell"),
    "a number of days": (_lines(order(1, 订单付款时间="43881")), "bad_cell"),
    "no amount": (_lines(order(1, 总金额="很多")), "bad_cell"),
    "a decimal comma": (_lines(order(1, 总金额="12,34")), "bad_cell"),
    "half an item": (_lines(order(1, 宝贝总数量="1.5")), "bad_cell"),
    "one order twice": (_lines(order(1), order(1, 总金额="7")), "conflicting_order"),
    "cut inside a quote": (_cut("木禾旗"), "malformed_line"),
    "cut between fields": (_cut('"木禾旗舰店"'), "malformed_line"),
    "a field too many": (
        _bytes("订单编号,总金额,订单创建时间\n1,2,2020-02-20,9\n".encode()),
        "malformed_line",
    ),
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("loaded")
    folder = base / "project" / "warehouse"
    load(folder, write_csv(base / "good.csv", [order(1), order(2)]))
    return folder


def _state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_one_sentence_and_the_warehouse_as_it_was(
    loaded: Path, tmp_path: Path, case: str
) -> None:
    make, code = BAD[case]
    good = write_csv(tmp_path / "good.csv", [order(3)])
    before = _state(loaded)
    with pytest.raises(IngestError) as caught:
        load(loaded, good, make(tmp_path))
    assert caught.value.code == code
    for language in ("zh", "en"):
        text = caught.value.text(language)
        assert text.endswith(("。", "."))
        assert "\n" not in text
        assert "Error" not in text
    assert _state(loaded) == before


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"订单创建时间": "昨天"}, ("3", "订单创建时间", "'昨天'")),
        ({"总金额": "很多"}, ("3", "总金额", "'很多'")),
        ({"退款金额": "x" * 99}, ("3", "退款金额", "…'")),
    ],
)
def test_a_bad_cell_is_named_by_file_row_column_and_value(
    loaded: Path, tmp_path: Path, changes: dict[str, str], named: tuple[str, ...]
) -> None:
    path = write_csv(tmp_path / "marked.csv", [order(5), order(6, **changes)])
    with pytest.raises(IngestError) as caught:
        load(loaded, path)
    for language in ("zh", "en"):
        assert all(part in caught.value.text(language) for part in (*named, "marked.csv"))


def test_an_order_with_two_contents_is_named(loaded: Path, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "bad.csv", [order(7), order(7, 总金额="7")])
    with pytest.raises(IngestError, match="1000000000000000007"):
        load(loaded, path)


def test_the_sentence_on_unknown_columns_says_what_is_expected(
    loaded: Path, tmp_path: Path
) -> None:
    path = tmp_path / "other.csv"
    path.write_text("日期,花费\n2020-02-20,1\n", encoding="utf-8")
    with pytest.raises(IngestError) as caught:
        load(loaded, path)
    assert "日期, 花费" in caught.value.zh
    assert "总金额" in caught.value.zh
    assert "order_amount" in caught.value.en


@pytest.mark.parametrize(
    ("options", "code"),
    [({"source": "x"}, "unknown_source"), ({"platform": "x"}, "unknown_platform")],
)
def test_unknown_options_are_refused_with_the_known_ones(
    loaded: Path, tmp_path: Path, options: dict[str, str], code: str
) -> None:
    path = write_csv(tmp_path / "good.csv", [order(3)])
    with pytest.raises(IngestError) as caught:
        load(loaded, path, **options)
    assert caught.value.code == code


def test_header_names_and_cells_are_only_data(tmp_path: Path) -> None:
    evil = "x'); DROP TABLE mart.orders; --"
    path = write_csv(
        tmp_path / "a.csv",
        [order(4, 店铺名称=evil, 订单状态='"; DROP SCHEMA mart; --')],
        headers=[*HEADERS, f'{evil}"'],
    )
    folder = tmp_path / "project" / "warehouse"
    load(folder, path, shop=evil)
    assert rows(folder, "SELECT shop FROM mart.orders") == ((evil,),)


def test_a_damaged_pointer_and_a_missing_snapshot_say_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "project" / "warehouse"
    path = write_csv(tmp_path / "a.csv", [order(1)])
    with pytest.raises(WarehouseError, match="no data yet"):
        rows(folder, "SELECT 1")
    load(folder, path)
    next(folder.glob("wh-*")).unlink()
    with pytest.raises(WarehouseError, match="missing or incomplete"):
        rows(folder, "SELECT 1")
    (folder / "CURRENT").write_text("{")
    with pytest.raises(WarehouseError, match="CURRENT is damaged"):
        rows(folder, "SELECT 1")
    with pytest.raises(WarehouseError, match="CURRENT is damaged"):
        load(folder, path)
