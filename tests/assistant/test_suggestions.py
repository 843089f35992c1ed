"""What is asked next: checked to be read as meant and to have an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Settings
from tests.ui.small_shop import AS_OF, build


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant(build(tmp_path_factory.mktemp("suggestions")), Settings())


@pytest.mark.parametrize(
    "question",
    [
        "上个月支付金额",
        "上个月各省份的下单数",
        "上个月广东省的支付金额",
        "上个月除了广东以外的支付金额",
        "每月支付金额",
        "支付金额",
        "近7天每天的付款订单数",
        "上个月付款订单数环比",
        "placed orders last month by province",
        "paid amount in the last 30 days",
    ],
)
def test_three_questions_that_are_answered_as_meant(shop: Assistant, question: str) -> None:
    answer = shop.ask(question, now=AS_OF)
    assert answer.status == "answered"
    assert answer.query is not None
    assert len(answer.follow_ups) == 3
    for text in answer.follow_ups:
        following = shop.ask(text, now=AS_OF)
        assert following.status == "answered", text
        assert following.query is not None
        assert following.query.metrics == answer.query.metrics[:1]
        assert following.query != answer.query


def test_the_leading_member_is_looked_into(shop: Assistant) -> None:
    answer = shop.ask("上个月下单数最高的2个省份", now=AS_OF)
    leader = str(answer.rows[0][0])
    assert f"2026年10月{leader}按城市的下单数" in answer.follow_ups


def test_conditions_stay_where_words_can_say_them(shop: Assistant) -> None:
    kept = shop.ask("上个月广东省的支付金额", now=AS_OF).follow_ups
    assert all("广东省" in text for text in kept)
    left_out = shop.ask("上个月除了广东以外的支付金额", now=AS_OF).follow_ups
    assert not any("广东" in text for text in left_out)


def test_a_comparison_is_not_offered_twice(shop: Assistant) -> None:
    assert "环比" in "".join(shop.ask("上个月支付金额", now=AS_OF).follow_ups)
    assert "环比" not in "".join(shop.ask("上个月支付金额环比", now=AS_OF).follow_ups)


def test_a_project_without_data_suggests_nothing(tmp_path: Path) -> None:
    empty = Assistant(tmp_path / "new", Settings())
    assert empty.ask("上个月支付金额", now=AS_OF).follow_ups == ()
