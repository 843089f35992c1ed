"""Every kind of metric, compared by periods: a base is what its own days say when they are asked.

Ratios, formulas, offsets, running values, levels and conversions of the toy shop, one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from semantic_layer import QueryError
from semantic_layer.resolving.joins import ways_to
from tests import toy_shop

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """Asked days, the days of the base as a calendar has them, and from period to counterpart."""

    grain: str
    comparison: str
    asked: tuple[date, date]
    base: tuple[date, date]
    counterpart: Callable[[date], date]


def _earlier(days: int) -> Callable[[date], date]:
    return lambda day: day - days * DAY


CASES = {
    "month": Case(
        "month",
        "prior_period",
        (date(2024, 5, 1), date(2024, 7, 1)),
        (date(2024, 4, 1), date(2024, 6, 1)),
        lambda day: day.replace(month=day.month - 1),
    ),
    "unfinished month": Case(
        "month",
        "prior_period",
        (date(2025, 3, 1), date(2025, 3, 20)),
        (date(2025, 2, 1), date(2025, 2, 9)),
        lambda day: day.replace(month=day.month - 1),
    ),
    "unfinished quarter": Case(
        "quarter",
        "prior_period",
        (date(2025, 1, 1), date(2025, 3, 9)),
        (date(2024, 10, 1), date(2024, 12, 9)),
        lambda day: day.replace(year=day.year - 1, month=day.month + 9),
    ),
    "day": Case(
        "day",
        "prior_period",
        (date(2024, 4, 2), date(2024, 4, 12)),
        (date(2024, 4, 1), date(2024, 4, 11)),
        _earlier(1),
    ),
    "week": Case(
        "week",
        "prior_period",
        (date(2024, 4, 8), date(2024, 4, 29)),
        (date(2024, 4, 1), date(2024, 4, 22)),
        _earlier(7),
    ),
    "weekday": Case(
        "day",
        "same_weekday",
        (date(2024, 4, 8), date(2024, 4, 15)),
        (date(2024, 4, 1), date(2024, 4, 8)),
        _earlier(7),
    ),
    "day with a year behind it": Case(
        "day",
        "prior_period",
        (date(2025, 3, 1), date(2025, 3, 9)),
        (date(2025, 2, 28), date(2025, 3, 8)),
        _earlier(1),
    ),
    "day a year ago": Case(
        "day",
        "same_period_last_year",
        (date(2025, 3, 6), date(2025, 3, 9)),
        (date(2024, 3, 6), date(2024, 3, 9)),
        lambda day: day.replace(year=day.year - 1),
    ),
}


def _rows(
    metric: str, group_by: list[str], days: tuple[date, date], compare: str | None
) -> dict[Any, Any]:
    query = {
        "metrics": [metric],
        "group_by": group_by,
        "time": {"kind": "range", "start": days[0], "end": days[1]},
        "compare": compare,
    }
    keys = len(group_by)
    return {row[:keys]: row[keys:] for row in toy_shop.answer(query)}


@pytest.mark.parametrize("dimension", [None, "province"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("metric", sorted(toy_shop.model().metrics))
def test_a_base_is_the_number_of_its_own_days(
    metric: str, case: Case, dimension: str | None
) -> None:
    if dimension and not _reaches(metric, dimension):
        return
    group_by = [f"metric_time__{case.grain}", *([dimension] if dimension else [])]
    compared = _known(metric, group_by, case.asked, case.comparison)
    direct = _known(metric, group_by, case.base)
    bases = {(case.counterpart(key[0]), *key[1:]): row[1] for key, row in compared.items()}
    for key in {*direct, *bases}:
        # A group without rows may be absent where only its days are asked for.
        assert (bases.get(key) or 0) == (direct.get(key, (0,))[0] or 0), key


def _known(
    metric: str, group_by: list[str], days: tuple[date, date], compare: str | None = None
) -> dict[Any, Any]:
    """No rows where the value would need days from before the data."""
    try:
        return _rows(metric, group_by, days, compare)
    except QueryError as error:
        if {issue.code for issue in error.issues} != {"history_not_loaded"}:
            raise
        return {}


def _reaches(metric: str, dimension: str) -> bool:
    model = toy_shop.model()
    parts = model.simple_metrics_of(metric)
    return all(ways_to(model, part.dataset, dimension) for part in parts)
