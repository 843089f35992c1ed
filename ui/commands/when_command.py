"""`koujing when`: the days that the time words of a text mean, without a question around them.

A command of `command_line`; the words are read and the days counted below.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.batch_file import read_texts, without_broken_bytes
from ui.commands.command_context import (
    chosen_language,
    json_line,
    now_or,
    project_folder,
    project_option,
    told,
)
from ui.commands.moments import Moment

if TYPE_CHECKING:
    from assistant import SaidTime
    from semantic_layer import Issue, Language


@click.command()
@click.argument("text", required=False)
@click.option(
    "--batch",
    type=click.File(encoding="utf-8-sig"),
    help='Texts, one {"id", "text", "as_of"?} a line; one JSON object a line comes out.',
)
@click.option("--as-of", type=Moment(), help="The day that 'yesterday' is relative to.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of what is said.")
@project_option
def when(
    text: str | None,
    batch: Any,
    as_of: datetime | None,
    as_json: bool,
    lang: Any,
    project: Path | None,
) -> None:
    """The days that a text speaks of: koujing when 去年双11 --as-of 2026-11-24.

    Events are those of the project's calendar; the end of each stretch does not belong to it.
    """
    from assistant import said_times
    from semantic_layer.issues import QueryError
    from semantic_layer.loader import SHIPPED, load_model

    if (text is None) == (batch is None):
        raise click.UsageError("give a text, or --batch FILE")
    language, now = chosen_language(lang), now_or(as_of)
    with told(language):
        events = load_model(SHIPPED, project_folder(project) / "models").events
        if batch is not None:
            for line in read_texts(batch):
                found = said_times(line.text, now=line.as_of or now, events=events)
                click.echo(json_line({"id": line.id, **_as_json(*found, language)}))
            return
        said, issues = said_times(without_broken_bytes(text or ""), now=now, events=events)
        if issues and not said:
            raise QueryError(issues)
    if as_json:
        click.echo(json_line(_as_json(said, issues, language)))
    else:
        click.echo(_as_text(said, issues, language))


def _as_json(
    said: Iterable[SaidTime], issues: Iterable[Issue], language: Language
) -> dict[str, object]:
    """The contract's `expressions`; `issues` only if a word has no days in the calendar."""
    problems = [issue.message.in_(language) for issue in issues]
    expressions = [
        {
            "span": one.span,
            "start": one.start and one.start.isoformat(),
            "end": one.end and one.end.isoformat(),
            "grain": str(one.grain),
        }
        for one in said
    ]
    return {"expressions": expressions, **({"issues": problems} if problems else {})}


_NOTHING: dict[Language, str] = {
    "zh": "这段文字没有说到时间。",
    "en": "The text says nothing about time.",
}


def _as_text(said: tuple[SaidTime, ...], issues: Iterable[Issue], language: Language) -> str:
    from ui.commands.plain_text import table_text

    problems = [issue.message.in_(language) for issue in issues]
    rows = [
        (
            one.span,
            one.start.isoformat() if one.start else "…",
            one.end.isoformat() if one.end else "…",
            str(one.grain),
        )
        for one in said
    ]
    table = table_text(("span", "start", "end (exclusive)", "grain"), rows) if rows else ""
    return "\n".join(part for part in (table, *problems) if part) or _NOTHING[language]
