"""A click on a mark in a real Chromium: into the mark, and the filter is a chip of the answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.served import opened, served
from tests.ui.small_shop import AS_OF

# Read here: the tests' own environment is cleaned before they run.
NO_BROWSER = os.environ.get("KOUJING_NO_BROWSER") == "1"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(NO_BROWSER, reason="KOUJING_NO_BROWSER=1: no browser tests here"),
]


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def test_a_bar_leads_to_its_cities_and_a_chip_to_another_period(shop: Path) -> None:
    with served(shop, AS_OF.isoformat()) as address, opened(address) as page:
        ask(page, "上个月各省份的下单数")
        bars = page.locator("svg.marks g.mark-rect path")
        expect(bars.first).to_be_visible()
        bars.first.click()
        page.get_by_role("button", name="按城市").first.click()
        expect(page.get_by_role("button", name="已修改 · 筛选：省份")).to_be_visible()
        expect(page.get_by_role("button", name="已修改 · 分组：城市")).to_be_visible()

        page.get_by_role("button", name="时间：上月").last.press("Enter")  # by keyboard alone
        page.get_by_role("button", name="近30天", exact=True).press("Enter")
        expect(page.get_by_role("button", name="已修改 · 时间：近30天")).to_be_visible()
