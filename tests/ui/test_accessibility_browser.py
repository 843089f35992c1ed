"""Every page under axe-core, light and dark, zh and en; on a phone; and a question by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from semantic_layer import Language
from tests.ui.browsing import (
    BROWSER_MARKS,
    NARROW,
    Scheme,
    ask,
    browser,
    choose_user,
    settle,
    turn_to,
    visitor,
)
from tests.ui.served import served
from tests.ui.small_shop import AS_OF
from ui.texts import text

pytestmark = BROWSER_MARKS

# Per language: a chart, a choice between readings, a refusal, lines, one number compared.
QUESTIONS: dict[Language, tuple[str, ...]] = {
    "zh": (
        "上个月各省份的下单数",
        "上个月订单数",
        "毛利率",
        "上个月按店铺按天的付款订单数",
        "上个月付款订单数环比",
    ),
    "en": (
        "placed orders by province last month",
        "orders last month",
        "gross margin",
        "paid orders by day last month",
        "placed orders last month vs the month before",
    ),
}
PAGES = ("questions", "overview", "metrics", "data", "review")
WIDER = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def address(shop: Path) -> Iterator[str]:
    with served(shop, AS_OF.isoformat()) as serving:
        yield serving


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


def faults(page: Page) -> list[str]:
    """What axe-core finds serious or worse."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url} {one['id']}: {one['help']} {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("en", "dark")])
def test_no_page_has_a_serious_fault_or_asks_another_machine(
    chromium: Browser, address: str, language: Language, scheme: Scheme
) -> None:
    with visitor(chromium, f"{address}/?lang={language}", scheme=scheme) as person:
        page = person.page
        found = faults(page)
        choose_user(page, "analyst")
        for question in QUESTIONS[language]:
            ask(page, question)
        found += faults(page)
        for name in PAGES:
            turn_to(page, text(f"page_{name}", language))
            expect(page.get_by_role("heading").first).to_be_visible()
            found += faults(page)
        assert found == []
        assert person.hosts() == {"127.0.0.1"}
        assert person.complaints == []


def test_a_question_is_asked_and_edited_by_keyboard_alone(chromium: Browser, address: str) -> None:
    with visitor(chromium, address) as person:
        page = person.page
        keys = page.keyboard
        reach(page, "stChatInputTextArea")
        keys.type("上个月下单数")
        keys.press("Enter")
        expect(page.get_by_test_id("stMetricValue")).to_be_visible()
        settle(page)
        reach(page, "stPopoverButton", "时间：", backwards=True)
        keys.press("Enter")
        option = page.get_by_role("button", name="近7天", exact=True)
        expect(option).to_be_visible()
        reach(page, "stBaseButton-secondary", "近7天")
        keys.press("Enter")
        expect(page.get_by_role("button", name="已修改 · 时间：近7天")).to_be_visible()


def reach(page: Page, test_id: str, label: str = "", *, backwards: bool = False) -> None:
    """Press Tab until the focus is on the element."""
    focus = "() => [document.activeElement.dataset.testid ?? '', document.activeElement.innerText]"
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        found, shown = page.evaluate(focus)
        if found == test_id and label in (shown or ""):
            return
    raise AssertionError(f"Tab never reaches {test_id} {label!r}")


def test_a_phone_shows_every_page_without_sideways_scrolling(
    chromium: Browser, address: str
) -> None:
    with visitor(chromium, address, size=NARROW) as person:
        page = person.page
        answer = ask(page, "上个月各省份的下单数")
        assert page.evaluate(WIDER) <= 0
        chart = answer.get_by_test_id("stVegaLiteChart").bounding_box()
        assert chart is not None
        assert chart["x"] >= 0
        assert chart["x"] + chart["width"] <= NARROW[0]
        answer.get_by_role("button", name="时间：").press("Enter")
        page.get_by_role("button", name="近30天", exact=True).press("Enter")
        expect(page.get_by_role("button", name="已修改 · 时间：近30天")).to_be_visible()
        for name in PAGES[:-1]:
            page.goto(f"{address}/{name}")
            settle(page)
            expect(page.get_by_role("heading").first).to_be_visible()
            assert page.evaluate(WIDER) <= 0, name


def test_an_embedded_chat_has_no_sidebar(chromium: Browser, address: str) -> None:
    with visitor(chromium, f"{address}/?embed=true") as person:
        answer = ask(person.page, "上个月付款订单数")
        expect(answer.get_by_test_id("stMetricValue")).to_be_visible()
        expect(person.page.get_by_test_id("stSidebar")).not_to_be_visible()
