"""Days are the shop's: neither the database's time zone nor that of the machine moves a row."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from semantic_layer import SemanticQuery
from tests import toy_shop
from ui.commands.command_context import now_or

ZONES = ("UTC", "America/Los_Angeles", "Pacific/Kiritimati")
BY_DAY = {
    "metrics": ["placed_orders", "paid_orders", "refund_amount"],
    "group_by": ["metric_time__day"],
    "time": {"kind": "range", "start": "2024-02-28", "end": "2024-03-06"},
}


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The machine stands somewhere else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def test_a_session_elsewhere_counts_the_same_days(zone: str) -> None:
    sql = toy_shop.compiled(SemanticQuery.model_validate(BY_DAY)).sql
    cursor = toy_shop.connect().cursor()
    cursor.execute(f"SET TimeZone = '{zone}'")
    assert cursor.execute(sql).fetchall() == toy_shop.answer(BY_DAY)


def test_the_second_before_midnight_and_midnight_lie_on_different_days() -> None:
    days = {row[0].isoformat(): row[1:3] for row in toy_shop.answer(BY_DAY)}
    assert days["2024-03-05"] == (2, 2)  # placed at 00:00:00, paid at 23:59:59
    assert days["2024-03-04"] == (0, 0)


def test_conditions_on_moments_are_in_shop_time(zone: str) -> None:
    def counted(operator: str) -> int:
        where = {
            "kind": "compare",
            "field": "created_at",
            "operator": operator,
            "value": "2024-02-28T23:50:00",
        }
        return int(toy_shop.answer({"metrics": ["placed_orders"], "where": where})[0][0])

    assert (counted("="), counted("<"), counted(">")) == (1, 0, 10), zone


def test_now_is_shop_time_wherever_the_machine_stands(zone: str) -> None:
    shop_time = datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
    assert abs(now_or(None) - shop_time) < timedelta(minutes=1), zone
