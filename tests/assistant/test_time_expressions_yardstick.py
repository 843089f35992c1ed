"""A yardstick that nobody here wrote: the date-time cases of Microsoft Recognizers-Text.

Needs the folder that `KOUJING_SHARED_DATA` names. A case counts when an analytics window can
express it: days of the calendar that have begun, named neither by a holiday or a dynasty, nor by a
vague edge such as "early", nor by a bare weekday, which is a filter.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.time_expressions import EARLIEST_DAY, WindowExpression, find_time_expressions
from semantic_layer.resolving.windows import resolve_window

# Scored on the data as they are. They let "after 20 February" begin on that day; we let it begin on
# the next, which costs four cases.
FLOOR = 0.92

_VAGUE = {"start", "mid", "end", "before-start", "before-end", "since-end", "ref_undef"}
_NOT_CALENDAR = re.compile(
    r"christmas|easter|halloween|new year|labor day|workers' day|independence|black friday|eid"
    r"|juneteenth|business|working|weekend"
    r"|周末|週末|decade|世纪|康熙|雍正|神龙|民国|the day (?:before|after)$"
    r"|\d0 ?s$|remaining|later this|\blater$|(?:end|middle|start) of"
    r"|^(?:mon|tues|wednes|thurs|fri|satur|sun|tue)(?:day)?$|^週三$"
)


@dataclass(frozen=True)
class Case:
    """One expression of a text, with its accepted days; None is an open end."""

    id: str
    text: str
    span: str
    now: datetime
    mod: str | None
    accepted: tuple[tuple[date | None, date | None], ...]

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> Case:
        """Read one line of the file."""
        accepted = tuple(
            (start and date.fromisoformat(start), end and date.fromisoformat(end))
            for start, end in line["accept"]
        )
        now = datetime.fromisoformat(line["ref"])
        return cls(
            f"{line['src']}-{line['case']}", line["input"], line["span"], now, line["mod"], accepted
        )


def is_expressible(line: dict[str, Any], case: Case) -> bool:
    """Whether a window over days that have begun can say what the case means."""
    tomorrow = case.now.date() + timedelta(days=1)
    begun = any(
        EARLIEST_DAY <= (start or EARLIEST_DAY) < tomorrow and (start or (end and end <= tomorrow))
        for start, end in case.accepted
    )
    return begun and line["mod"] not in _VAGUE and not _NOT_CALENDAR.search(line["span"])


def is_reached(case: Case) -> bool:
    """Whether a found expression covers the accepted days; a range's last unit may be in or out."""
    return any(
        isinstance(found, WindowExpression) and _agrees(found, case)
        for found in find_time_expressions(case.text, now=case.now)
    )


def _agrees(found: WindowExpression, case: Case) -> bool:
    today = case.now.date()
    window = resolve_window(found.window, today, {})
    if window is None:
        return False
    start, end = window.days.start, window.days.end
    for accepted_start, accepted_end in case.accepted:
        if start != (accepted_start or EARLIEST_DAY):
            continue
        if (
            accepted_end is None
            or end == accepted_end
            or end == _with_last_unit(accepted_end, case)
        ):
            return True
        if window.unfinished and end == today + timedelta(days=1) < accepted_end:
            return True  # "this week" ends today until it is over
    return False


def _with_last_unit(end: date, case: Case) -> date:
    """The end with the last unit of the range included; the reference data leave it out."""
    if re.search(r"\d{4} ?年?(?: ?(?:及|或)以前)?$", case.span) and (end.month, end.day) == (1, 1):
        return date(end.year + 1, 1, 1)
    if re.search(r"q[1-4] of \d{4}$", case.span):
        return (end + timedelta(days=95)).replace(day=1)
    if end.day == 1 and not re.search(r"\d[日号]|1st|/1|-01|first", case.span):
        return (end + timedelta(days=31)).replace(day=1)
    return end + timedelta(days=1)


@pytest.fixture(scope="module")
def lines(shared_data: Path) -> list[dict[str, Any]]:
    """The cases as they are in the file."""
    text = (shared_data / "time" / "recognizers_cases.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_most_expressible_cases_are_reached(lines: list[dict[str, Any]]) -> None:
    """The share of expressible cases that are understood stays above the floor."""
    cases = [case for line in lines if is_expressible(line, case := Case.from_json(line))]
    missed = [case for case in cases if not is_reached(case)]
    share = 1 - len(missed) / len(cases)
    report = "\n".join(f"{case.id}: {case.span!r} in {case.text!r}" for case in missed)
    assert len(cases) > 200
    assert share >= FLOOR, f"{share:.1%} of {len(cases)} reached; missed:\n{report}"
