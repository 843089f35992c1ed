"""A click on a mark → the values of its row, for every drawing that the shop's answers have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, Settings
from assistant.answer import Chart
from semantic_layer import SemanticQuery
from tests.ui.small_shop import AS_OF
from ui.card.chart_marks import MARK, clickable, mark_of, mark_text

PLANS = (
    {"group_by": ["province"]},
    {"group_by": ["metric_time__day"]},
    {"group_by": ["metric_time__month"], "time": None},
    {"group_by": ["metric_time__month", "province"], "time": None},
    {"group_by": ["province", "city"]},
    {"group_by": ["province"], "compare": "prior_period"},
    {"group_by": ["province"], "share_of": {}},
    {"group_by": ["metric_time__extract_dow"]},
    {"metrics": ["placed_amount", "placed_orders"], "group_by": ["province"]},
    {"metrics": ["placed_amount", "placed_orders"], "group_by": ["metric_time__day"]},
)


@pytest.fixture(scope="module")
def assistant(shop: Path) -> Assistant:
    return Assistant(shop, Settings())


def drawn(assistant: Assistant, parts: dict[str, Any]) -> tuple[Answer, list[Chart]]:
    base = {"metrics": ["placed_amount"], "time": {"kind": "preset", "unit": "month"}}
    answer = assistant.answer(SemanticQuery.model_validate(base | parts), now=AS_OF)
    assert answer.status == "answered", answer.summary
    charts = [one for one in (answer.chart, *answer.alternatives) if one and one.spec]
    assert charts
    return answer, charts


def selections(view: Any) -> Iterator[dict[str, Any]]:
    """The selections of a spec, wherever its views are."""
    if isinstance(view, dict):
        yield from (one for one in view.get("params", ()) if one["name"] == MARK)
        for part in view.values():
            yield from selections(part)
    elif isinstance(view, list):
        for part in view:
            yield from selections(part)


@pytest.mark.parametrize("parts", PLANS, ids=str)
def test_every_mark_stands_for_rows_of_the_answer(
    assistant: Assistant, parts: dict[str, Any]
) -> None:
    answer, charts = drawn(assistant, parts)
    keys = [one.name for one in answer.columns if one.role in ("dimension", "time")]
    at = {one.name: place for place, one in enumerate(answer.columns)}
    for chart in charts:
        assert chart.spec is not None
        made = clickable(chart.spec)
        assert made.data
        found = [mark_of(datum, answer) for datum in made.data]
        for mark in found:
            assert set(mark) <= set(keys)
            if set(mark) == set(keys):
                met = [row for row in answer.rows if all(row[at[k]] == mark[k] for k in keys)]
                assert met or len(keys) > 1  # a cell of a grid may have no row
        assert any(found), chart.type


@pytest.mark.parametrize("parts", PLANS, ids=str)
def test_each_view_has_one_selection_over_numbers_alone(
    assistant: Assistant, parts: dict[str, Any]
) -> None:
    for chart in drawn(assistant, parts)[1]:
        assert chart.spec is not None
        found = list(selections(clickable(chart.spec).spec))
        panels = max((len(chart.spec[one]) for one in ("vconcat", "hconcat") if one in chart.spec),
                     default=1)  # fmt: skip
        assert len(found) == panels
        assert all(one["select"]["fields"] == ["k"] for one in found)


def test_the_chart_of_the_answer_stays_as_it_was(assistant: Assistant) -> None:
    _, (chart, *_) = drawn(assistant, PLANS[1])
    before = str(chart.spec)
    assert chart.spec is not None
    clickable(chart.spec)
    assert str(chart.spec) == before


@pytest.mark.parametrize(
    "selection", [{}, {MARK: []}, {MARK: [{"k": 10_000}]}, {MARK: [{"k": "0"}]}, {MARK: ["x"]}]
)
def test_a_selection_of_nothing_is_no_click(
    assistant: Assistant, selection: dict[str, Any]
) -> None:
    _, (chart, *_) = drawn(assistant, PLANS[0])
    assert chart.spec is not None
    assert clickable(chart.spec).clicked(selection) is None


def test_a_click_is_told_by_its_number(assistant: Assistant) -> None:
    answer, (chart, *_) = drawn(assistant, PLANS[0])
    assert chart.spec is not None
    made = clickable(chart.spec)
    datum = made.clicked({MARK: [{"k": 1}]})
    assert datum == made.data[1]
    assert mark_of(datum, answer) == {"province": datum["f0"]}


def test_a_mark_in_words() -> None:
    assert mark_text({"province": None, "city": "杭州市"}) == "— · 杭州市"
