"""The app shows each user what their role may see, and nothing of what the one before was shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.conftest import OpenApp
from tests.ui.pages import ask, said, turn_to
from tests.ui.small_shop import ADDRESS, CREATED, LAST_MONTH, count, lines

ACCESS = """
access_policy:
  - role: operator
    grants:
      - {dataset: orders, where: {kind: in, field: province, values: [广东省]}}
"""
QUESTION = "上个月下单数"


@pytest.fixture
def narrow_shop(own_shop: Path) -> Path:
    """The small shop, whose operator sees one province."""
    (own_shop / "models").mkdir(exist_ok=True)
    (own_shop / "models" / "access.yml").write_text(ACCESS, encoding="utf-8")
    return own_shop


def _own() -> int:
    start, end = (day.isoformat() for day in LAST_MONTH)
    own = (line for line in lines() if line[ADDRESS].startswith("广东省"))
    return sum(start <= line[CREATED] < end for line in own)


def test_the_chat_answers_as_its_user_and_forgets_for_the_next(
    narrow_shop: Path, open_app: OpenApp
) -> None:
    app = ask(open_app(narrow_shop, user="operator"), QUESTION)
    assert f"下单数 {_own()}" in said(app)
    app.selectbox(key="user").set_value("admin").run()
    assert f"下单数 {_own()}" not in said(app)
    assert f"下单数 {count(CREATED)}" in said(ask(app, QUESTION))


def test_the_overview_is_drawn_for_each_user(narrow_shop: Path, open_app: OpenApp) -> None:
    shown = {
        user: said(open_app(narrow_shop, user=user, page="overview"))
        for user in ("admin", "operator")
    }
    assert "四川省" in shown["admin"]
    assert "四川省" not in shown["operator"]
    assert "广东省" in shown["operator"]


def test_rows_are_counted_for_those_who_may_see_them_all(
    narrow_shop: Path, open_app: OpenApp
) -> None:
    app = open_app(narrow_shop, user="admin", page="data")
    assert [len(frame.value) for frame in app.dataframe] == [1, 1]
    app.selectbox(key="user").set_value("operator").run()
    app = turn_to(app, "data")
    assert [len(frame.value) for frame in app.dataframe] == [0]
