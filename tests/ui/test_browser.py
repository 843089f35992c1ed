"""The operator's and the executive's first minutes in a real Chromium."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from playwright.sync_api import Page, expect

from tests.ui.served import opened, served
from tests.ui.small_shop import AS_OF, CREATED, PAID, write_export

# Read here: the tests' own environment is cleaned before they run.
NO_BROWSER = os.environ.get("KOUJING_NO_BROWSER") == "1"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(NO_BROWSER, reason="KOUJING_NO_BROWSER=1: no browser tests here"),
]


def counted(export: Path, column: str) -> int:
    """Orders of the last month, counted by SQL on the export itself."""
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT count(*) FROM read_csv(?, all_varchar = true) "
            f"WHERE \"{column}\" >= '2026-10-01' AND \"{column}\" < '2026-11-01'",
            [str(export)],
        ).fetchall()
    return int(found[0][0])


def load_export(page: Page, export: Path) -> None:
    page.get_by_role("link", name="数据").click()
    page.locator("input[type=file]").set_input_files(export)
    page.get_by_role("button", name="载入").click()
    expect(page.get_by_text("ExportOrderList.csv（tmall_orders）")).to_be_visible()


def ask(page: Page, question: str) -> list[str]:
    """The numbers on the cards of the answer."""
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    cards = page.get_by_test_id("stMetricValue")
    expect(cards.first).to_be_visible()
    return [text.strip() for text in cards.all_inner_texts()]


def test_an_export_is_dropped_in_asked_about_and_overviewed(tmp_path: Path) -> None:
    export = write_export(tmp_path / "ExportOrderList.csv", encoding="utf-8")
    requested: list[str] = []
    complaints: list[str] = []
    with served(tmp_path / "project", AS_OF.isoformat()) as address, opened(address) as page:
        page.on("request", lambda request: requested.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        page.reload()
        load_export(page, export)

        page.get_by_role("link", name="提问").click()
        numbers = ask(page, "上个月下单多少单, 付款多少单?")
        assert numbers == [str(counted(export, CREATED)), str(counted(export, PAID))]
        page.get_by_role("tab", name="口径").click()
        expect(page.get_by_text("按付款时间统计的已付款订单数")).to_be_visible()
        page.get_by_role("tab", name="SQL").click()
        expect(page.get_by_text("FROM mart.orders AS orders").first).to_be_visible()

        page.get_by_text("English", exact=True).click()
        page.get_by_role("link", name="Overview").click()
        expect(page.get_by_text("Latest complete month · 2026-10-01 – 2026-10-31")).to_be_visible()
        expect(page.get_by_test_id("stMetric")).to_have_count(6)
        expect(page.locator("canvas, svg.marks").first).to_be_visible()

    hosts = {urlsplit(url).hostname for url in requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    assert complaints == []
