"""Draw the pictures of the docs: `python -m docs.make_screenshots`, from the root of the project.

Builds the demo shop with a fixed last day, serves the app with its clock held still, and
photographs the pages in a real Chromium, so that a picture changes only when the app does.
"""

from __future__ import annotations

import re
import tempfile
from datetime import date, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.ui.served import opened, served
from warehouse import build_demo

IMAGES = Path(__file__).resolve().parent / "images"
LAST_DAY = date(2026, 11, 23)
AS_OF = datetime(2026, 11, 24, 12)
ORDERS = 200_000
WIDTH, FIRST_HEIGHT, MOST_HEIGHT = 1280, 900, 1_300
TALL = 2_200  # holds a whole answer
WORKING = re.compile("正在处理|Working")
QUESTION_BOX = 120  # below the content, where the page scrolls behind it
QUESTION = "上个月下单多少单, 付款多少单?"
SETTLED_MS = 1_500

# The ten typical answers of docs/answers.md: picture, language of the page, question.
ANSWERS = (
    ("answer-01-number", "zh-CN", "上个月支付金额环比"),
    ("answer-02-trend", "zh-CN", "近90天按天的支付金额"),
    ("answer-03-compared", "en-US", "paid orders by week in Q3 year over year"),
    ("answer-04-series", "zh-CN", "今年每月各渠道支付金额"),
    ("answer-05-ranking", "en-US", "top 10 products by paid units last month"),
    ("answer-06-share", "zh-CN", "上个月各渠道支付金额占比"),
    ("answer-07-map", "zh-CN", "上个月各省退款率"),
    ("answer-08-hours", "en-US", "paid orders by day of the week and hour of the day last month"),
    ("answer-09-asked-back", "zh-CN", "上个月订单数"),
    ("answer-10-refused", "en-US", "gross margin by category last month"),
)


def main() -> None:
    """Make every picture anew."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        build_demo(project / "warehouse", end_day=LAST_DAY, orders=ORDERS, now=AS_OF)
        with served(project, AS_OF.isoformat()) as address, opened(address) as page:
            _chat(page)
            _overview(page)
        with served(project, AS_OF.isoformat()) as address:
            for name, locale, question in ANSWERS:
                with opened(address, locale=locale) as page:
                    _answer(page, question, f"{name}.png")


def _answer(page: Page, question: str, name: str) -> None:
    """One answer as it stands in the chat, from the question to what may be asked next."""
    page.set_viewport_size({"width": WIDTH, "height": TALL})
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    messages = page.get_by_test_id("stChatMessage")
    expect(messages).to_have_count(2)
    expect(page.get_by_text(WORKING)).to_have_count(0, timeout=30_000)
    page.wait_for_timeout(SETTLED_MS)
    messages.last.screenshot(path=IMAGES / name)


def _chat(page: Page) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.get_by_test_id("stMetricValue")).to_have_count(2)
    _photograph(page, "chat-zh.png")


def _overview(page: Page) -> None:
    page.get_by_role("link", name="经营概览").click()
    expect(page.get_by_test_id("stMetric")).to_have_count(6)
    expect(page.locator("canvas, svg.marks").first).to_be_visible()
    _photograph(page, "overview-zh.png")


def _photograph(page: Page, name: str) -> None:
    """The page from its top, as far as a reader of the README looks."""
    content = page.get_by_test_id("stMainBlockContainer")
    page.wait_for_timeout(SETTLED_MS)
    height = int(content.evaluate("element => element.scrollHeight"))
    page.set_viewport_size({"width": WIDTH, "height": min(height + QUESTION_BOX, MOST_HEIGHT)})
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=IMAGES / name)
    page.set_viewport_size({"width": WIDTH, "height": FIRST_HEIGHT})


if __name__ == "__main__":
    main()
