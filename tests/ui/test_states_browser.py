"""What the chat shows besides an answer, and each page's frame in its own language, in Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from semantic_layer import Language
from tests.ui.browsing import BROWSER_MARKS, ask, browser, settle, turn_to, visitor
from tests.ui.served import served
from tests.ui.small_shop import ADDRESS, AS_OF, CREATED, LAST_MONTH, PAID, count, lines
from ui.texts import TEXTS, text

pytestmark = BROWSER_MARKS

_CJK = re.compile(r"[\u3400-\u9fff]+")
SWITCH = {"中文"}
FRAME = ("questions", "overview", "metrics", "data")


@pytest.fixture(scope="module")
def project(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small shop: choices made here are kept."""
    fresh = shutil.ignore_patterns("app.sqlite*")
    folder = tmp_path_factory.mktemp("states") / "shop"
    return Path(shutil.copytree(shop, folder, ignore=fresh))


@pytest.fixture(scope="module")
def address(project: Path) -> Iterator[str]:
    with served(project, AS_OF.isoformat()) as serving:
        yield serving


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


def test_two_readings_are_choices_with_their_numbers(chromium: Browser, address: str) -> None:
    with visitor(chromium, address) as person:
        page = person.page
        answer = ask(page, "上个月订单数")
        expect(answer.get_by_role("button", name=f"下单数：{count(CREATED)}")).to_be_visible()
        expect(answer.get_by_text("按付款时间统计的已付款订单数")).to_be_visible()
        answer.get_by_role("button", name=f"付款订单数：{count(PAID)}").click()
        expect(page.get_by_test_id("stMetricValue")).to_have_text(str(count(PAID)))
        assert person.complaints == []


def test_a_refusal_names_what_is_near_and_days_without_data(
    chromium: Browser, address: str
) -> None:
    with visitor(chromium, address) as person:
        page = person.page
        expect(ask(page, "毛利率").get_by_text(re.compile("最接近的指标：.+"))).to_be_visible()
        refused = ask(page, "2026年3月的下单数")
        expect(refused.get_by_text("已载入的是 2026-08-24 – 2026-11-21")).to_be_visible()
        expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(0)
        assert person.complaints == []


def test_an_empty_answer_names_the_condition_and_drops_it(chromium: Browser, address: str) -> None:
    with visitor(chromium, address) as person:
        page = person.page
        empty = ask(page, "上个月下单数超过1000的省份")
        expect(empty.get_by_text("是下面的条件让结果为空，点一下就去掉：")).to_be_visible()
        expect(empty.get_by_test_id("stVegaLiteChart")).to_have_count(0)
        empty.get_by_role("button", name=re.compile("^close 去掉|^去掉")).click()
        expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()

        crossed = ask(page, "上个月广东省杭州市的下单数")
        expect(crossed.get_by_role("button", name=re.compile("去掉.*广东省"))).to_be_visible()
        crossed.get_by_role("button", name=re.compile("去掉.*杭州市")).click()
        settle(page)
        numbers = page.get_by_test_id("stMetricValue")
        expect(numbers).to_have_count(2)
        assert int(numbers.last.inner_text()) == placed_in("广东省")
        assert person.complaints == []


def placed_in(province: str) -> int:
    """Orders of the last month from a province, counted on the export itself."""
    start, end = (day.isoformat() for day in LAST_MONTH)
    return sum(
        line[ADDRESS].startswith(province) and start <= line[CREATED] < end for line in lines()
    )


def test_a_project_without_data_and_one_that_is_damaged_say_what_to_do(
    chromium: Browser, tmp_path: Path
) -> None:
    with served(tmp_path, AS_OF.isoformat()) as address:
        with visitor(chromium, address) as person:
            person.page.get_by_role("button", name="去载入数据").click()
            expect(person.page.get_by_role("button", name="建演示店铺")).to_be_visible()
            expect(person.page.get_by_text("还没有数据。上传导出文件")).to_be_visible()
            assert person.complaints == []
        (tmp_path / "warehouse").mkdir()
        (tmp_path / "warehouse" / "CURRENT").write_text("{", encoding="utf-8")
        with visitor(chromium, address) as person:
            expect(person.page.get_by_text("出了问题")).to_be_visible()
            expect(person.page.get_by_text(re.compile("CURRENT"))).to_be_visible()
            assert person.complaints == []


def frame(page: Page) -> str:
    """What the page says, tables and charts apart: they are canvases."""
    return page.locator("body").inner_text()


def own_words(language: Language) -> set[str]:
    """The sentences of the pages in one language that are not the same in the other."""
    at = ("zh", "en").index(language)
    return {pair[at] for pair in TEXTS.values() if pair[0] != pair[1] and "{" not in pair[at]}


def test_the_frame_of_every_page_is_in_the_chosen_language(chromium: Browser, address: str) -> None:
    with visitor(chromium, f"{address}/?lang=en", locale="en-US") as person:
        page = person.page
        for name in FRAME:
            turn_to(page, text(f"page_{name}", "en"))
            expect(page.get_by_role("heading").first).to_be_visible()
            left = set(_CJK.findall(frame(page))) - SWITCH
            assert not left & own_words("zh"), f"Chinese on the English page {name}"
        page.get_by_text("中文", exact=True).click()
        settle(page)
        for name in FRAME:
            turn_to(page, text(f"page_{name}", "zh"))
            expect(page.get_by_role("heading").first).to_be_visible()
            lines = {line.strip() for line in frame(page).splitlines()}
            assert not lines & own_words("en"), f"English on the Chinese page {name}"


def test_an_answer_speaks_the_language_of_its_question_on_any_page(
    chromium: Browser, address: str
) -> None:
    with visitor(chromium, f"{address}/?lang=en", locale="en-US") as person:
        page = person.page
        chinese = ask(page, "上个月各省份的下单数").inner_text()
        english = ask(page, "placed orders by channel last month").inner_text()
        assert {"收藏到概览", "链接", "口径", "导出"} <= set(chinese.splitlines())
        assert {"Pin to the overview", "Link", "Definition", "Export"} <= set(english.splitlines())
        assert not set(chinese.splitlines()) & (own_words("en") - {"SQL"})
        assert not set(english.splitlines()) & own_words("zh")
        assert person.complaints == []


def test_a_long_conversation_draws_a_window_of_it(chromium: Browser, address: str) -> None:
    with visitor(chromium, address) as person:
        page = person.page
        for _ in range(3):
            ask(page, "上个月付款订单数")
        page.get_by_role("button", name="新对话").click()
        settle(page)
        expect(page.get_by_test_id("stChatMessage")).to_have_count(0)
        page.get_by_role("button", name="上个月付款订单数").first.click()
        expect(page.get_by_test_id("stMetricValue")).to_have_count(3)
        assert person.complaints == []
