"""What a person does in a real Chromium, said once: visit, ask, open a page, wait, download.

Import from here at the top of a module: the tests' own environment is cleaned before they run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.ui.served import chromium

BROWSER_MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(
        os.environ.get("KOUJING_NO_BROWSER") == "1",
        reason="KOUJING_NO_BROWSER=1: no browser tests here",
    ),
]

Scheme = Literal["light", "dark"]
WIDE, NARROW = (1280, 900), (390, 844)
expect.set_options(timeout=30_000)
# Every answer has something to click; the stages that stand there before it have not.
_CLICKABLE = '[data-testid="stFeedback"], [data-testid^="stBaseButton"]'
_IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@dataclass(frozen=True)
class Visitor:
    """A person with a page of their own, and what that page requested and complained of."""

    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def hosts(self) -> set[str | None]:
        """The machines that the page asked for anything."""
        outside = (url for url in self.requested if not url.startswith(("data:", "blob:")))
        return {urlsplit(url).hostname for url in outside}


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium of its own; each visitor gets a fresh context of it."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield running
        finally:
            running.close()


@contextmanager
def visitor(
    running: Browser,
    address: str,
    *,
    locale: str = "zh-CN",
    size: tuple[int, int] = WIDE,
    scheme: Scheme = "light",
) -> Iterator[Visitor]:
    """Somebody who has just opened the address."""
    context = running.new_context(
        locale=locale,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        accept_downloads=True,
        reduced_motion="reduce",
    )
    try:
        page = context.new_page()
        page.set_default_timeout(30_000)
        someone = Visitor(page)
        page.on("request", lambda request: someone.requested.append(request.url))
        page.on("pageerror", lambda error: someone.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                someone.complaints.append(message.text) if message.type == "error" else None
            ),
        )
        page.goto(address)
        settle(page)
        yield someone
    finally:
        context.close()


def settle(page: Page) -> None:
    """Wait until the page's script is at rest."""
    page.locator(_IDLE).wait_for(state="attached")


def ask(page: Page, question: str) -> Locator:
    """Type a question and send it; its answer, drawn."""
    answers = page.get_by_test_id("stChatMessage")
    before = answers.count()
    send(page, question)
    expect(answers).to_have_count(before + 2)
    expect(answers.last.locator(_CLICKABLE).first).to_be_visible()
    settle(page)
    return answers.last


def send(page: Page, question: str) -> None:
    """Type a question and press Enter."""
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def download(answer: Locator, label: str) -> bytes:
    """A file of an answer with a chart, from its export menu, which is opened if it is not."""
    menu = answer.page.get_by_test_id("stPopoverBody")
    if not menu.is_visible():
        answer.get_by_role("button", name="导出").press("Enter")
    expect(menu.get_by_role("button", name="图片（PNG）")).to_be_visible()  # the last to come
    settle(answer.page)
    with answer.page.expect_download() as downloading:
        menu.get_by_role("button", name=label).press("Enter")
    return Path(downloading.value.path()).read_bytes()


def turn_to(page: Page, name: str) -> None:
    """Click a page in the navigation."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    settle(page)


def choose_user(page: Page, name: str) -> None:
    """Become another user."""
    page.get_by_test_id("stSidebar").get_by_role("combobox").click()
    page.get_by_role("option", name=name).click()
    expect(page.get_by_test_id("stSidebar").get_by_role("combobox")).to_have_value(re.compile(name))
    settle(page)
