"""`koujing choices`: what a user took ambiguous terms for, and how to forget it.

Below `command_line`. The local admin is nobody in particular, so a user must be named.
"""

from __future__ import annotations

from pathlib import Path

import click

from ui.commands.command_context import (
    asking,
    chosen_language,
    json_line,
    opened,
    project_folder,
    project_option,
    settings_of,
    told,
)


@click.command()
@click.option("--forget", metavar="TERM", help="Ask about this term again.")
@click.option("--user", help="Whose choices.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--lang", type=click.Choice(["zh", "en"]))
@project_option
def choices(
    forget: str | None, user: str | None, as_json: bool, lang: str | None, project: Path | None
) -> None:
    """List what a user took ambiguous terms for; --forget TERM asks again."""
    language, folder = chosen_language(lang), project_folder(project)
    with told(language):
        settings = settings_of(folder, user)
        if settings.user is None:
            raise click.UsageError("name a user: --user NAME")
        assistant, owner = opened(folder, settings), asking(folder, settings.user)
        if forget is not None:
            assistant.choices.forget(owner.name, forget)
            return
        metrics = assistant.knowledge_for(owner).model.metrics
        for one in assistant.choices.of(owner.name):
            known = metrics.get(one.choice)
            label = known.label.in_(language) if known else one.choice
            if as_json:
                row = {"term": one.term, "choice": one.choice, "chosen_at": one.chosen_at}
                click.echo(json_line(row))
            else:
                click.echo(f"{one.term} → {label} ({one.choice}, {one.chosen_at})")
