"""A ranking that ends within a tie says so; one that does not, does not."""

from __future__ import annotations

from typing import Any

import pytest

from assistant import Answer, Assistant, Settings
from semantic_layer import SemanticQuery
from tests.ui.small_shop import AS_OF, build

# The export has days of two, three and four orders, in turn.
BEST_DAYS: dict[str, Any] = {
    "metrics": ["placed_orders"],
    "group_by": ["metric_time__day"],
    "time": {"kind": "range", "start": "2026-10-01", "end": "2026-10-04"},
    "order_by": [{"name": "placed_orders", "descending": True}],
}
TEN_DAYS = {"kind": "range", "start": "2026-10-01", "end": "2026-10-11"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant(build(tmp_path_factory.mktemp("ties") / "shop"), Settings())


def _answer(shop: Assistant, **changed: Any) -> Answer:
    query = SemanticQuery.model_validate(BEST_DAYS | changed)
    return shop.answer(query, now=AS_OF, language="en")


def _codes(answer: Answer) -> list[str]:
    return [issue.code for issue in answer.issues]


def test_a_tie_at_the_cut_is_told(shop: Assistant) -> None:
    answer = _answer(shop, time=TEN_DAYS, limit=1)
    assert "tie_at_cut" in _codes(answer)
    assert answer.row_count == 1
    assert "LIMIT 1" in (answer.sql or "")


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_no_tie_is_told_where_there_is_none(shop: Assistant, limit: int) -> None:
    assert "tie_at_cut" not in _codes(_answer(shop, limit=limit))


def test_the_sentence_names_all_that_share_the_first_place(shop: Assistant) -> None:
    answer = _answer(shop, time=TEN_DAYS, limit=None)
    assert answer.summary.endswith("2026-10-07 and others (4 tie) 4.")
