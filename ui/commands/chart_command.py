"""`koujing chart`: the chart that fits a bare result, for programs that have no definition of it.

A command of `command_line`; what columns are taken for and which chart they get is decided below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ui.commands.batch_file import without_broken_bytes
from ui.commands.command_context import chosen_language, json_line, told
from ui.commands.result_lines import BadLine, ResultLine, read_results

if TYPE_CHECKING:
    from semantic_layer import Language


@click.command()
@click.option(
    "--batch",
    type=click.File(encoding="utf-8-sig"),
    required=True,
    help='Results, one {"id", "columns", "rows", "intent"?, "question"?} a line; one chart a line.',
)
@click.option("--json", is_flag=True, expose_value=False, help="JSON comes out in any case.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of titles and reasons.")
def chart(batch: Any, lang: Any) -> None:
    """The chart of each result of a file, with the reason, as Vega-Lite.

    Without --lang a line speaks the language of its question or of its columns.
    """
    spoken = chosen_language(lang)
    with told(spoken):
        for line in read_results(batch):
            found = _unread(line, spoken) if isinstance(line, BadLine) else _charted(line, lang)
            click.echo(without_broken_bytes(json_line(found)))


def _unread(line: BadLine, language: Language) -> dict[str, Any]:
    issue = {"code": line.issue.code, "message": line.issue.message.in_(language)}
    return {"id": line.id, "issues": [issue]}


def _charted(line: ResultLine, language: Language | None) -> dict[str, Any]:
    """The first chart by its keys, and the others as `alternatives`."""
    from assistant.charts import infer, recommend

    best, *others = recommend(
        infer(
            line.columns,
            line.rows,
            intent=line.intent,
            question=line.question,
            language=language,
        )
    )
    return {
        "id": line.id,
        **best.model_dump(mode="json"),
        "alternatives": [other.model_dump(mode="json") for other in others],
    }
