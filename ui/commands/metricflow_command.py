"""`koujing query --metricflow`: a batch of requests in MetricFlow's own form.

A part of the command `query`; one Answer a line, in the order of the requests.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.batch_file import read_requests
from ui.commands.command_context import asking, chosen_language, json_line, opened

if TYPE_CHECKING:
    from assistant import Settings


def answer_requests(
    batch: Iterable[str], project: Path, settings: Settings, *, now: datetime, lang: str | None
) -> None:
    """Print the Answer of each request with its id; one that is refused does not end the batch."""
    lines = read_requests(batch)
    answers = opened(project, settings).answer_requests(
        [line.request for line in lines],
        now=now,
        language=chosen_language(lang or settings.language),
        user=asking(project, settings.user),
    )
    for line, answer in zip(lines, answers, strict=True):
        click.echo(json_line({"id": line.id, **answer.model_dump(mode="json")}))
