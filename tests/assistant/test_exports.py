"""Answers as CSV and Excel files, opened again: numbers stay numbers, text never runs."""

from __future__ import annotations

import csv
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from assistant.answer import (
    Answer,
    AnswerColumn,
    AnswerIssue,
    AppliedFilter,
    Cell,
    Definition,
    Window,
)
from assistant.presentation.exports import csv_bytes, xlsx_bytes
from semantic_layer import QueryError

NAME = AnswerColumn(name="sku", label="商品", type="string", unit=None, role="dimension")
DAY = AnswerColumn(name="metric_time", label="日期", type="date", unit=None, role="time")
AMOUNT = AnswerColumn(
    name="paid_amount",
    label="支付金额",
    type="number",
    unit="CNY",
    role="metric",
    metric="paid_amount",
)
RATE = AnswerColumn(
    name="refund_rate",
    label="退款率",
    type="number",
    unit="ratio",
    role="metric",
    metric="refund_rate",
)
HOSTILE = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("http://x")'),
    *("=cmd|' /C calc'!A0", "x=1", "'=1", "", "a\x00b\x07c", "多\n行"),
)


def answer(rows: list[tuple[Cell, ...]], *columns: AnswerColumn, **more: Any) -> Answer:
    return Answer(
        status="answered",
        question="各商品支付金额",
        language=more.pop("language", "zh"),
        parser="linked",
        columns=columns or (NAME, AMOUNT),
        rows=tuple(rows),
        row_count=len(rows),
        **more,
    )


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def read_xlsx(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


def test_csv_begins_with_the_mark_that_excel_knows_utf_8_by() -> None:
    data = csv_bytes(answer([("防晒霜", 12.5)]))
    assert data.startswith(b"\xef\xbb\xbf")
    assert read_csv(data) == [["商品", "支付金额"], ["防晒霜", "12.5"]]


def test_csv_numbers_stay_numbers_and_no_value_stays_empty() -> None:
    rows = read_csv(csv_bytes(answer([("a", -5), ("b", None), ("c", 0), ("d", 0.1234)])))
    assert [row[1] for row in rows[1:]] == ["-5", "", "0", "0.1234"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_csv_is_a_formula(text: str) -> None:
    [_, [shown, _]] = read_csv(csv_bytes(answer([(text, 1)])))
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
    assert shown.lstrip("'").startswith(text.lstrip("'").replace("\x00", "").replace("\x07", ""))


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_of_a_workbook_is_text(text: str) -> None:
    [_, [cell, _]] = list(read_xlsx(xlsx_bytes(answer([(text, 1)]))).worksheets[0].iter_rows())
    clean = text.replace("\x00", "").replace("\x07", "")
    assert cell.data_type != "f"
    assert str(cell.value or "").replace("\r", "\n") == clean.replace("\r", "\n")
    assert cell.quotePrefix is text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))


def test_headers_and_explanations_are_no_formulas_either() -> None:
    evil = NAME.model_copy(update={"label": "=1+1"})
    told = answer([("a", 1)], evil, AMOUNT, interpretation="=2+2", sql="=3+3\n-- x")
    assert read_csv(csv_bytes(told))[0][0] == "'=1+1"
    cells = [c for sheet in read_xlsx(xlsx_bytes(told)) for row in sheet.iter_rows() for c in row]
    assert {"=1+1", "=2+2", "=3+3"} <= {cell.value for cell in cells}
    assert all(cell.data_type != "f" for cell in cells)


def test_a_workbook_has_numbers_days_and_their_formats() -> None:
    rows: list[tuple[Cell, ...]] = [
        ("2026-10-01", 1234.5, 0.031),
        ("2026-10-02 08:00:00", -7, None),
    ]
    sheet = read_xlsx(xlsx_bytes(answer(rows, DAY, AMOUNT, RATE))).worksheets[0]
    assert sheet.title == "数据"
    (first, amount, rate), (second, loss, nothing) = sheet.iter_rows(min_row=2)
    assert (first.value, first.is_date) == (datetime(2026, 10, 1), True)
    assert second.value == datetime(2026, 10, 2, 8)
    assert (amount.value, loss.value, rate.value, nothing.value) == (1234.5, -7, 0.031, None)
    assert (amount.number_format, rate.number_format) == ("#,##0.00", "0.0%")


def test_a_number_that_excel_would_round_is_text() -> None:
    order = NAME.model_copy(update={"name": "order_id", "type": "number"})
    sheet = read_xlsx(
        xlsx_bytes(answer([(2_150_000_000_000_000_123, 1)], order, AMOUNT))
    ).worksheets[0]
    assert sheet["A2"].value == "2150000000000000123"


def test_the_second_sheet_says_what_the_numbers_mean() -> None:
    told = answer(
        [("a", 1)],
        interpretation="支付金额，按商品",
        definitions=(
            Definition(
                name="paid_amount",
                label="支付金额",
                description="买家支付成功的金额",
                version=3,
                owner="财务",
                status="certified",
                time_basis="支付时间",
                unit="CNY",
                good_direction="up",
            ),
        ),
        windows=(
            Window(role="current", start="2026-10-01", end="2026-11-01"),
            Window(role="prior_period", start="2026-09-01", end="2026-10-01"),
        ),
        filters=(AppliedFilter(text="渠道 = 天猫", origin="asked"),),
        data_through="2026-10-31",
        partial_period=True,
        truncated=True,
        issues=(AnswerIssue(code="x", message="缺 3 天数据。"),),
        sql="SELECT 1\nFROM mart.orders",
    )
    about = read_xlsx(xlsx_bytes(told)).worksheets[1]
    lines = [tuple(cell.value for cell in row) for row in about.iter_rows()]
    assert about.title == "说明"
    assert lines == [
        ("问题", "各商品支付金额"),
        ("我的理解", "支付金额，按商品"),
        ("口径", "支付金额（第 3 版，财务，已认证）：买家支付成功的金额"),
        ("时间", "[2026-10-01, 2026-11-01)"),
        ("对比时间", "[2026-09-01, 2026-10-01)"),
        ("筛选", "渠道 = 天猫"),
        ("数据截至", "2026-10-31"),
        ("提示", "最后一期未完结"),
        ("提示", "仅含前 1 行"),
        ("提示", "缺 3 天数据。"),
        ("SQL", "SELECT 1"),
        (None, "FROM mart.orders"),
    ]


def test_an_english_answer_is_explained_in_english() -> None:
    about = read_xlsx(xlsx_bytes(answer([("a", 1)], language="en"))).worksheets[1]
    assert (about.title, about["A1"].value) == ("About", "question")


@pytest.mark.parametrize("export", [csv_bytes, xlsx_bytes])
def test_an_answer_without_a_table_is_one_sentence(export: Any) -> None:
    asked_back = Answer(status="clarify", question="订单数", language="zh", parser="linked")
    with pytest.raises(QueryError) as error:
        export(asked_back)
    assert error.value.issues[0].code == "nothing_to_export"


@given(st.lists(st.tuples(st.text(), st.one_of(st.integers(), st.floats(-1e9, 1e9))), max_size=4))
def test_any_text_can_be_exported_and_opened_again(rows: Any) -> None:
    told = answer([*rows])
    assert len(read_csv(csv_bytes(told))) == len(rows) + 1
    cells = [c for row in read_xlsx(xlsx_bytes(told)).worksheets[0].iter_rows() for c in row]
    assert all(cell.data_type != "f" for cell in cells)
