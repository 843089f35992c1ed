"""`koujing sql`: a SELECT over the semantic model, written by an analyst.

A command of `command_line`; the SQL is read, judged and rewritten below, never executed as it is.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ui.commands.batch_file import without_broken_bytes
from ui.commands.command_context import (
    answer_options,
    asking,
    chosen_language,
    now_or,
    opened,
    print_answer,
    project_folder,
    settings_of,
    told,
)


@click.command()
@click.argument("text")
@click.option("--sql", "as_sql", is_flag=True, help="Print the SQL that would run, and stop.")
@answer_options
def sql(
    text: str,
    as_sql: bool,
    project: Path | None,
    user: str | None,
    lang: Any,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Run governed SQL: SELECT province, METRIC(paid_orders) FROM shop GROUP BY province.

    TEXT is one SELECT; - reads it from standard input.
    """
    folder, now = project_folder(project), now_or(as_of)
    with told(chosen_language(lang)):
        if text == "-":
            with click.open_file("-", encoding="utf-8-sig") as stdin:
                text = stdin.read()
        settings = settings_of(folder, user)
        language = chosen_language(lang or settings.language)
        assistant, asker = opened(folder, settings), asking(folder, settings.user)
        written = without_broken_bytes(text)
        if as_sql:
            click.echo(assistant.compile_sql(written, now=now, user=asker).sql)
            return
        answer = assistant.sql(written, now=now, language=language, user=asker)
        print_answer(answer, as_json)
