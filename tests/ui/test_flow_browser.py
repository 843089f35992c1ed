"""An answer from Enter to approval in a real Chromium: chip, drill, chart, files, thumb, link."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.browsing import (
    BROWSER_MARKS,
    ask,
    browser,
    choose_user,
    download,
    send,
    settle,
    turn_to,
    visitor,
)
from tests.ui.served import served
from tests.ui.small_shop import AS_OF, PAID, count

pytestmark = BROWSER_MARKS

BY_PROVINCE = "上个月各省份的下单数"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def project(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small shop, for questions here become verified ones."""
    fresh = shutil.ignore_patterns("app.sqlite*")
    folder = tmp_path_factory.mktemp("flow") / "shop"
    return Path(shutil.copytree(shop, folder, ignore=fresh))


@pytest.fixture(scope="module")
def address(project: Path) -> Iterator[str]:
    with served(project, AS_OF.isoformat()) as serving:
        yield serving


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


def test_a_question_is_refined_and_taken_away(chromium: Browser, address: str) -> None:
    with visitor(chromium, address) as person:
        page = person.page
        answer = ask(page, BY_PROVINCE)
        answer.get_by_role("button", name="指标：下单数").press("Enter")
        page.get_by_role("button", name="付款订单数", exact=True).press("Enter")
        edited = page.get_by_test_id("stChatMessage").last
        expect(edited.get_by_role("button", name="已修改 · 指标：付款订单数")).to_be_visible()

        edited.locator("svg.marks g.mark-rect path").first.click()
        edited.get_by_role("button", name="按城市", exact=True).click()
        expect(page.get_by_text("筛选：省份").last).to_be_visible()
        settle(page)
        drilled = page.get_by_test_id("stChatMessage").last
        expect(drilled.get_by_role("button", name="分组：城市")).to_be_visible()

        answer = ask(page, "上个月各省份的付款订单数")
        answer.get_by_text("柱形图", exact=True).click()
        settle(page)
        expect(answer.get_by_text("柱形图", exact=True)).to_be_visible()
        table = list(csv.reader(io.StringIO(download(answer, "CSV 文件").decode("utf-8-sig"))))
        assert table[0] == ["省份", "付款订单数"]
        assert sum(int(row[1]) for row in table[1:]) == count(PAID)
        book = openpyxl.load_workbook(io.BytesIO(download(answer, "Excel 文件")))
        cells = [cell for row in book.worksheets[0].values for cell in row]
        assert {row[0] for row in table[1:]} <= set(cells)
        assert download(answer, "图片（PNG）").startswith(PNG)
        assert person.complaints == []


def test_a_thumb_down_is_reviewed_and_becomes_a_verified_answer(
    chromium: Browser, address: str
) -> None:
    question = "上个月付款订单数"
    with visitor(chromium, address) as person:
        page = person.page
        answer = ask(page, question)
        answer.get_by_test_id("stFeedbackButton").last.click()
        answer.get_by_text("时间不对", exact=True).click()
        answer.get_by_label("补充说明").fill("想看十月")
        answer.get_by_role("button", name="提交").click()
        expect(answer.get_by_text("谢谢，原因已记下。")).to_be_visible()

        choose_user(page, "analyst")
        turn_to(page, "反馈审核")
        expect(page.get_by_text("想看十月")).to_be_attached()
        page.get_by_label("英文问法").fill("paid orders last month")
        page.get_by_role("button", name="采纳").last.click()
        expect(page.get_by_text("已采纳")).to_be_visible()

        turn_to(page, "提问")
        expect(ask(page, question).get_by_text("认证问题", exact=True)).to_be_visible()
        assert person.complaints == []


def link_of(page: Page) -> str:
    """The address behind the link of the last answer."""
    answer = page.get_by_test_id("stChatMessage").last
    answer.get_by_role("button", name="链接").click()
    return page.get_by_test_id("stCode").filter(has_text="?plan=").inner_text().strip()


def test_a_link_opens_the_answer_for_somebody_else_and_no_turn_is_shared(
    chromium: Browser, address: str
) -> None:
    with visitor(chromium, address) as sender:
        ask(sender.page, "上个月付款订单数, 下单数")
        link = link_of(sender.page)
        assert link.startswith(address)
        with visitor(chromium, address) as other:
            choose_user(other.page, "executive")
            expect(other.page.get_by_test_id("stChatMessage")).to_have_count(0)
            expect(other.page.locator("body")).not_to_contain_text("上个月付款订单数, 下单数")
        with visitor(chromium, link) as receiver:
            numbers = receiver.page.get_by_test_id("stMetricValue")
            expect(numbers).to_have_count(2)
            assert numbers.first.inner_text() == str(count(PAID))
            assert "plan=" not in receiver.page.url


class Hesitant(ThreadingHTTPServer):
    """A language-model server that says nothing until it is let go, and then that it failed."""

    def __init__(self) -> None:
        self.asked, self.let_go = Event(), Event()
        server = self

        class Reply(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.asked.set()
                server.let_go.wait(60)
                self.send_error(500)

            def log_message(self, format: str, *args: object) -> None:
                """Quietly."""

        super().__init__(("127.0.0.1", 0), Reply)


@pytest.fixture
def hesitant(project: Path) -> Iterator[Hesitant]:
    """The model server of the project while a test runs."""
    settings = project / "koujing.toml"
    with Hesitant() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1"
        lines = ('llm = "openai:some-model"', 'llm_api_key = "k"', f'llm_base_url = "{url}"')
        settings.write_text("\n".join((*lines, "llm_max_retries = 0")), encoding="utf-8")
        yield server
        settings.unlink()
        server.let_go.set()
        server.shutdown()


def test_a_question_that_is_being_answered_can_be_stopped(
    chromium: Browser, project: Path, hesitant: Hesitant
) -> None:
    with served(project, AS_OF.isoformat()) as address, visitor(chromium, address) as person:
        page = person.page
        ask(page, "上个月下单数")
        send(page, "火星上的鲲鹏卖得怎么样")
        assert hesitant.asked.wait(30)
        page.get_by_test_id("stChatInput").get_by_role("button").last.click()
        hesitant.let_go.set()
        settle(page)
        send(page, "上个月付款订单数")
        expect(page.get_by_test_id("stMetricValue")).to_have_count(2)
        expect(page.get_by_test_id("stChatMessage")).to_have_count(4)  # the stopped one is gone
        assert person.complaints == []
