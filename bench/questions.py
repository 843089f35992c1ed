"""A linked question from text to SQL, warm, on the demo shop: budget, p50 ≤ 10 ms, p95 ≤ 30 ms.

The questions are variations over every metric that has data, so that no question is asked twice.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from pathlib import Path

from assistant import Assistant, Settings
from assistant.outcome import Parsed
from assistant.parsing.linked_parser import parse_linked
from bench.report import milliseconds, spread
from semantic_layer import QueryError
from warehouse import build_demo

NOW = datetime(2026, 11, 24, 12)
SHAPES = (
    "{}",
    "上个月{}",
    "近30天按天的{}",
    "2026年9月各渠道{}",
    "上个月{}前5的省份",
    "浙江和广东今年的{}",
    "除了线下，本月{}",
)


def main() -> None:
    """Print the spread of link + parse, and of the whole way to SQL."""
    with tempfile.TemporaryDirectory() as folder:
        build_demo(Path(folder) / "warehouse", end_day=date(2026, 11, 23), orders=200_000, now=NOW)
        assistant = Assistant(Path(folder), Settings())
        knowledge = assistant.knowledge
        context = knowledge.parse_context(NOW)
        parse_times: list[float] = []
        total_times: list[float] = []
        readings = 0
        for name in sorted(knowledge.available):
            for shape in SHAPES:
                question = shape.format(knowledge.model.metrics[name].label.zh)
                parse_times.append(milliseconds(partial(parse_linked, question, context)))
                outcome = parse_linked(question, context)
                if isinstance(outcome, Parsed):
                    readings += 1
                    with suppress(QueryError):  # a metric that the dimension does not reach
                        compiled = milliseconds(partial(assistant.compile, outcome.query, now=NOW))
                        total_times.append(parse_times[-1] + compiled)
        print(f"link + parse            {spread(parse_times)}")
        print(f"text to SQL             {spread(total_times)}")
        print(f"of {len(parse_times)} questions, {readings} have one reading")


if __name__ == "__main__":
    main()
