"""Weekdays and hours as a reader sees them: by name, in columns, rows and conditions."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.presentation.date_part_wording import with_named_parts
from assistant.presentation.wording import column_label, condition_text, interpretation
from semantic_layer import Language, SemanticQuery, resolve
from tests import toy_shop

DAYS = {"kind": "range", "start": "2024-03-01", "end": "2024-03-11"}


def _query(**parts: Any) -> SemanticQuery:
    return SemanticQuery.model_validate({"metrics": ["paid_orders"], "time": DAYS, **parts})


def _told(language: Language, **parts: Any) -> str:
    resolved = resolve(_query(**parts), toy_shop.model(), toy_shop.catalog(), toy_shop.TODAY)
    return interpretation(resolved, language)


def test_weekdays_and_hours_are_named_and_keep_their_order() -> None:
    query = _query(group_by=["metric_time__extract_dow", "metric_time__extract_hour"])
    rows = ((1, 0, 3), (7, 20, 5), (None, None, 1))
    assert with_named_parts(query, rows, "zh") == (
        ("周一", "00:00", 3),
        ("周日", "20:00", 5),
        (None, None, 1),
    )
    assert with_named_parts(query, rows, "en")[0] == ("Monday", "00:00", 3)


def test_other_parts_stay_numbers() -> None:
    rows = ((12, 3),)
    assert with_named_parts(_query(group_by=["metric_time__extract_month"]), rows, "zh") == rows


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "时段 ≥ 20:00，时段 < 22:00"),
        ("en", "hour of the day ≥ 20:00, hour of the day < 22:00"),
    ],
)
def test_hours_of_a_condition_are_absolute(language: Language, told: str) -> None:
    bounds = [(">=", 20), ("<", 22)]
    where = {
        "kind": "and",
        "parts": [
            {"kind": "compare", "field": "metric_time__extract_hour", "operator": op, "value": hour}
            for op, hour in bounds
        ],
    }
    assert told in _told(language, where=where)


def test_weekdays_of_a_condition_are_named() -> None:
    query = _query(where={"kind": "in", "field": "metric_time__extract_dow", "values": [6, 7]})
    assert query.where is not None
    model = toy_shop.model()
    for language, told in (("zh", "星期 = 周六、周日"), ("en", "weekday = Saturday, Sunday")):
        label = lambda name, lang=language: column_label(name, query, model, lang)  # noqa: E731
        assert condition_text(query.where, label, language) == told  # type: ignore[arg-type]


def test_an_average_says_its_period_and_over_how_many() -> None:
    assert _told("zh", average_per="day").startswith("日均")
    assert "每天的平均，共 10 天" in _told("zh", average_per="day")
    assert "the mean over 2 weeks" in _told("en", average_per="week")
    by_weekday = _told("en", average_per="day", group_by=["metric_time__extract_dow"])
    assert "the mean of the values of each day that has data" in by_weekday
