"""The facts of a result: computed from its rows, told only where they are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from assistant.answer import AnswerColumn, AnswerFact, Cell
from assistant.narrative import told_facts
from assistant.presentation import presenting
from semantic_layer import Language, SemanticQuery, compile_query, plan, resolve
from tests import toy_shop

DAYS = {"kind": "range", "start": "2024-03-04", "end": "2024-04-09"}


def _told(
    rows: Sequence[Sequence[Cell]],
    *,
    metric: str = "paid_amount",
    by: str = "province",
    language: Language = "en",
    truncated: bool = False,
    **more: Any,
) -> dict[str, str]:
    """The sentences about made-up rows of a real plan, by kind."""
    asked = {"metrics": [metric], "group_by": [by], "time": DAYS, **more}
    query = SemanticQuery.model_validate(asked)
    resolved = resolve(query, toy_shop.model(), toy_shop.catalog(), toy_shop.TODAY)
    cells = [tuple(row) for row in rows]
    columns = presenting.answer_columns(resolved, compile_query(plan(resolved)), cells, language)
    facts = told_facts(resolved, columns, cells, language, truncated=truncated)
    return {fact.kind: fact.text for fact in facts}


def _days(values: Sequence[float | None]) -> list[tuple[str, float | None]]:
    first = date(2024, 3, 4)
    return [((first + timedelta(days=i)).isoformat(), value) for i, value in enumerate(values)]


def test_groups_have_a_total_and_a_leader() -> None:
    told = _told([("浙江省", 300.0), ("广东省", 100.0)])
    assert told == {
        "total": "paid amount in total: ¥400.00.",
        "leader": "浙江省 leads with ¥300.00, 75.0% of the total.",
    }


def test_the_first_few_of_many_groups_are_weighed() -> None:
    told = _told([(f"省{i}", 10.0 * i) for i in range(1, 7)], language="zh")
    assert told["concentration"] == "前 3 项合计占 71.4%。"


@pytest.mark.parametrize(
    ("rows", "more"),
    [
        ([("浙江省", 300.0), ("广东省", None)], {}),
        ([("浙江省", 300.0), ("广东省", 100.0)], {"truncated": True}),
        ([("浙江省", 300.0), ("广东省", 100.0)], {"limit": 2}),
    ],
    ids=["one is not known", "some are not shown", "some were not asked for"],
)
def test_no_total_where_a_part_is_missing(
    rows: list[tuple[str, float | None]], more: dict[str, Any]
) -> None:
    told = _told(rows, **more)
    assert "total" not in told
    assert "%" not in told.get("leader", "")


def test_people_are_not_added_up() -> None:
    told = _told([("浙江省", 30), ("广东省", 10)], metric="paid_buyers")
    assert told == {"leader": "浙江省 leads with 30."}


def test_of_a_tie_nobody_leads() -> None:
    assert "leader" not in _told([("浙江省", 5.0), ("广东省", 5.0)])


def test_a_change_is_of_the_sums() -> None:
    rows = [("浙江省", 150.0, 100.0, 50.0, 0.5), ("广东省", 90.0, 100.0, -10.0, -0.1)]
    told = _told(rows, compare="prior_period")
    assert told["total"] == "paid amount in total: ¥240.00, against ¥200.00 (+20.0%)."


def test_a_steady_course_is_a_trend() -> None:
    told = _told(_days([10.0, 12.0, 13.0, 15.0, 18.0, 19.0]), by="metric_time__day")
    assert told["trend"] == (
        "paid amount rises overall: ¥10.00 (Mar 4, 2024) to ¥19.00 (Mar 9, 2024)."
    )
    assert "break" not in told


def test_two_levels_are_a_break() -> None:
    told = _told(_days([10, 11, 10, 11, 30, 31, 30, 29]), by="metric_time__day", language="zh")
    assert told["break"] == "从2024年3月8日起水平抬升：此前各期平均 ¥10.50，此后 ¥30.00。"
    assert "trend" not in told


@pytest.mark.parametrize("values", [[5.0] * 8, [3, 9, 2, 8, 4, 9, 1, 7]], ids=["flat", "restless"])
def test_no_course_is_made_up(values: list[float]) -> None:
    assert not {"trend", "break"} & _told(_days(values), by="metric_time__day").keys()


def test_of_members_over_time_the_sums_lead() -> None:
    rows = [
        ("2024-03-04", "浙江省", 10.0),
        ("2024-03-04", "广东省", 90.0),
        ("2024-03-05", "浙江省", 120.0),
        ("2024-03-05", "广东省", 80.0),
    ]
    told = _told(rows, group_by=["metric_time__day", "province"])
    assert told["leader"] == "广东省 leads with ¥170.00, 56.7% of the total."
    people = _told(rows, metric="paid_buyers", group_by=["metric_time__day", "province"])
    assert people == {}


def test_a_cut_period_is_named_and_left_out_of_the_course() -> None:
    rows = [("2024-03-01", 900.0), ("2024-04-01", 5.0)]
    told = _told(rows, by="metric_time__month", language="zh")
    assert told["cut_periods"] == "2024年3月、2024年4月只含部分日期，未计入走势。"
    assert "extremes" not in told


def test_one_row_or_no_metric_has_no_facts() -> None:
    assert _told([("浙江省", 300.0)]) == {}
    column = AnswerColumn(name="province", label="省份", type="string", unit=None, role="dimension")
    query = SemanticQuery.model_validate({"metrics": ["paid_amount"], "group_by": ["province"]})
    resolved = resolve(query, toy_shop.model(), toy_shop.catalog(), toy_shop.TODAY)
    facts: tuple[AnswerFact, ...] = told_facts(
        resolved, (column,), (("浙江省",), ("广东省",)), "zh", truncated=False
    )
    assert facts == ()
