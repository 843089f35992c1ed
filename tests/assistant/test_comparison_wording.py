"""What an answer says of a comparison: both sides and their days, and where there is no base."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assistant.presentation import presenting
from assistant.presentation.summaries import summary
from assistant.presentation.wording import comparison_name, interpretation
from semantic_layer import (
    DateRange,
    Language,
    ResolvedQuery,
    SemanticQuery,
    Text,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.events import Event, Occurrence
from tests import toy_shop

SALE = Event(
    "sale",
    Text(zh="大促", en="sale"),
    (),
    {},
    {
        year: Occurrence(DateRange(date(year, 3, day), date(year, 3, day + 3)), date(year, 3, day))
        for year, day in ((2024, 4), (2025, 3))
    },
    "",
)
DAYS = {"kind": "range", "start": "2025-02-01", "end": "2025-02-08"}
COMPARISONS: dict[str, tuple[object, str]] = {
    "prior_period": ("prior_period", "2025-01-25 – 2025-01-31"),
    "same_period_last_year": ("same_period_last_year", "2024-02-01 – 2024-02-07"),
    "same_weekday": ("same_weekday", "2025-01-25 – 2025-01-31"),
    "event_aligned": ({"kind": "event_aligned", "event": "sale"}, "2024-02-03 – 2024-02-09"),
    "custom": (
        {"kind": "custom", "time": {"kind": "range", "start": "2024-06-01", "end": "2024-06-08"}},
        "2024-06-01 – 2024-06-07",
    ),
}


def _resolved(**query: object) -> ResolvedQuery:
    model = replace(toy_shop.model(), events={"sale": SALE})
    asked: dict[str, Any] = {"metrics": ["paid_orders"], "time": DAYS, **query}
    return resolve(SemanticQuery.model_validate(asked), model, toy_shop.catalog(), toy_shop.TODAY)


@pytest.mark.parametrize("name", COMPARISONS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_sides_are_told_with_their_days(name: str, language: Language) -> None:
    compare, base = COMPARISONS[name]
    resolved = _resolved(compare=compare)
    told = interpretation(resolved, language)
    assert "2025-02-01 – 2025-02-07" in told
    assert f"{comparison_name(name, language)} {base}" in told
    assert [window.role for window in presenting.windows(resolved)] == ["current", name]


def test_periods_are_said_to_be_compared_one_by_one() -> None:
    resolved = _resolved(compare="prior_period", group_by=["metric_time__day"])
    assert "逐期对比上期 2025-01-31 – 2025-02-06" in interpretation(resolved, "zh")
    assert "each period against prior period 2025-01-31 – 2025-02-06" in interpretation(
        resolved, "en"
    )


@pytest.mark.parametrize("name", COMPARISONS)
def test_each_column_of_a_comparison_has_a_name_of_its_own(name: str) -> None:
    resolved = _resolved(compare=COMPARISONS[name][0])
    compiled = compile_query(plan(resolved))
    for language in ("zh", "en"):
        columns = presenting.answer_columns(resolved, compiled, [], language)
        labels = [column.label for column in columns]
        assert len(set(labels)) == len(labels) == 4
        assert not any("__" in label for label in labels)


def test_sorting_and_testing_a_change_is_said_in_words() -> None:
    change = "paid_orders__prior_period__rate"
    resolved = _resolved(
        compare="prior_period",
        group_by=["province"],
        having={"kind": "compare", "field": change, "operator": ">", "value": 0.1},
        order_by=[{"name": change}],
        limit=3,
    )
    told = interpretation(resolved, "zh")
    assert "付款订单数（环比） > 0.1" in told
    assert "付款订单数（环比）最高的 3 个" in told


def test_no_base_is_said_and_shown_as_a_dash() -> None:
    resolved = _resolved(compare="same_period_last_year")
    columns = presenting.answer_columns(resolved, compile_query(plan(resolved)), [], "zh")
    told = summary(resolved, columns, [(3, None, None, None)], "zh")
    assert "去年同期 —，无可比数据" in told
    zero = summary(resolved, columns, [(3, 0, 3, None)], "en")
    assert resolved.notices[0].code == "no_base"
    assert "last year 0, no base" in zero
