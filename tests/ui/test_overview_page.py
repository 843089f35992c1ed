from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.conftest import OpenApp
from tests.ui.pages import said
from tests.ui.small_shop import CREATED, PAID, count, total
from warehouse import Warehouse


def test_headlines_of_the_latest_complete_month(open_app: OpenApp, shop: Path) -> None:
    app = open_app(shop, page="overview", user="executive")
    cards = {card.label: card for card in app.metric}
    assert len(cards) == 6
    assert cards["付款订单数"].value == str(count(PAID))
    assert cards["付款率"].value == f"{count(PAID) / count(CREATED):.1%}"
    assert cards["支付金额"].value == f"¥{int(total(PAID) + 0.5):,}"
    assert cards["付款订单数"].delta.endswith("%")
    text = said(app)
    assert "最近的完整月 · 2026-10-01 – 2026-10-31" in text
    assert "较去年同期 无可比数据" in text
    assert "支付金额变化：按省份" in text
    assert len(app.get("vega_lite_chart")) == 1


def test_a_headline_opens_as_an_answer_in_the_chat(open_app: OpenApp, shop: Path) -> None:
    app = open_app(shop, page="overview")
    app.button(key="open-paid_orders").click().run()
    assert [card.value for card in app.metric] == [str(count(PAID))]
    assert "对比上期 2026-09-01 – 2026-09-30" in said(app)


def test_a_mover_opens_as_an_answer_in_the_chat(open_app: OpenApp, shop: Path) -> None:
    app = open_app(shop, page="overview")
    key = next(str(b.key) for b in app.button if str(b.key).startswith("open-省份-"))
    member = key.removeprefix("open-省份-")
    app.button(key=key).click().run()
    assert f"问题里的条件：省份 = {member}" in said(app)
    (card,) = app.metric
    assert card.value == f"¥{total(PAID, province=member):,.2f}"


def test_the_week_and_english(open_app: OpenApp, shop: Path) -> None:
    app = open_app(shop, page="overview", language="en")
    app.button_group(key="overview-grain").set_value("week").run()
    assert "Latest complete week · 2026-11-09 – 2026-11-15" in said(app)
    assert "Change of paid amount by province" in said(app)
    assert not app.exception


def test_drawing_the_overview_again_runs_no_query(
    open_app: OpenApp, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(shop, page="overview")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a query ran while the page was drawn again")

    monkeypatch.setattr(Warehouse, "execute", refuse)
    app.run()
    assert len(app.metric) == 6
