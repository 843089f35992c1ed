"""`koujing check`: everything that is wrong with the definitions, one line each, with its cure.

A command of `command_line`. Problems go to stderr and end in status 1; notices go to stdout and do
not.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.command_context import (
    chosen_language,
    json_line,
    now_or,
    opened,
    project_folder,
    project_option,
    told,
)

if TYPE_CHECKING:
    from semantic_layer import Issue, Language


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each finding.")
@click.option("--lang", type=click.Choice(["zh", "en"]))
@project_option
def check(as_json: bool, lang: str | None, project: Path | None) -> None:
    """Validate the definitions; where data are loaded, against the rows and by a trial of each."""
    from assistant import check_definitions

    language = chosen_language(lang)
    with told(language):
        assistant = opened(project_folder(project))
        today = now_or(None).date()
        report = check_definitions(assistant.models_folder, assistant.warehouse, today)
    for severity, issues in (("problem", report.problems), ("notice", report.notices)):
        for issue in issues:
            if as_json:
                click.echo(json_line({"severity": severity, **_plain(issue, language)}))
            else:
                click.echo(_line(issue, language), err=severity == "problem")
    if report.problems:
        sys.exit(1)
    if not as_json:
        click.echo(_all_well(report.metrics, language))


def _plain(issue: Issue, language: Language) -> dict[str, object]:
    return {
        "code": issue.code,
        "message": issue.message.in_(language),
        "where": issue.where,
        "suggestions": list(issue.suggestions),
    }


def _line(issue: Issue, language: Language) -> str:
    place = f"{issue.where}: " if issue.where else ""
    return place + issue.message.in_(language)


def _all_well(metrics: int, language: Language) -> str:
    return (
        f"{metrics} 个指标，没有问题。" if language == "zh" else f"{metrics} metrics, no problems."
    )
