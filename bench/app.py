"""The served app: its first answer, a question from Enter to chart, twenty users at once.

Budgets, two cores: first answer 5 s after the start; p50 1 s from Enter to chart; p95 3 s with
twenty users, each of whom is told the answer to their own question. The alternative beside twenty
users is one alone.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Page, expect

from assistant import Assistant, Settings
from bench.app_client import AppUser, app_user
from bench.report import side_by_side, spread
from tests.ui.served import opened, served
from warehouse import build_demo

NOW = datetime(2026, 11, 24, 12)
USERS, TURNS, IN_BROWSER = 20, 5, 20
METRICS = ("支付金额", "付款订单数", "下单数", "下单金额", "退款金额", "支付买家数")
TIMES = ("上个月", "近30天", "2026年9月", "上周", "今年8月", "第三季度")
GROUPS = ("各渠道", "各省", "按天的", "各店铺", "各类目", "按周的")


def questions() -> Iterator[str]:
    """Questions with several rows, all different."""
    return (f"{time}{group}{metric}" for metric in METRICS for group in GROUPS for time in TIMES)


def main() -> None:
    """Print the three measurements."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        build_demo(project / "warehouse", end_day=date(2026, 11, 23), orders=200_000, now=NOW)
        assistant = Assistant(project, Settings())
        answers = ((one, assistant.ask(one, now=NOW)) for one in questions())
        told = [(one, answer.summary) for one, answer in answers if answer.row_count > 1]
        started = perf_counter()
        with served(project, NOW.isoformat()) as address:
            with opened(address) as page:
                _ask_in_browser(page, told[0][0], charts=1)
                print(f"first answer after the start   {perf_counter() - started:.1f} s")
                asked = islice(enumerate(told[1:], start=2), IN_BROWSER)
                times = [_ask_in_browser(page, one, charts=min(n, 10)) for n, (one, _) in asked]
                print(f"Enter to chart in the browser  {spread(times)}")
            alone = asyncio.run(_users(address, told, users=1))
            together = asyncio.run(_users(address, told, users=USERS))
            side_by_side(f"{USERS} users at once, against one", together, alone, "one user")


def _ask_in_browser(page: Page, question: str, *, charts: int) -> float:
    """Milliseconds from Enter until the new chart is drawn."""
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    started = perf_counter()
    box.press("Enter")
    answer = page.get_by_test_id("stChatMessage").filter(has_text=question).last
    expect(answer).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(charts)
    expect(page.get_by_test_id("stVegaLiteChart").last.locator("canvas, svg").first).to_be_visible()
    return (perf_counter() - started) * 1000


async def _users(address: str, told: Sequence[tuple[str, str]], *, users: int) -> list[float]:
    async def one(number: int) -> list[float]:
        own = [told[(number * TURNS + turn) % len(told)] for turn in range(TURNS)]
        async with app_user(address) as user:
            await ready.wait()
            return [await _timed(user, question, summary) for question, summary in own]

    ready = asyncio.Event()
    tasks = [asyncio.create_task(one(number)) for number in range(users)]
    await asyncio.sleep(1 + users / 4)  # until every page is open
    ready.set()
    return [took for times in await asyncio.gather(*tasks) for took in times]


async def _timed(user: AppUser, question: str, summary: str) -> float:
    return await user.ask(question, summary)


if __name__ == "__main__":
    main()
