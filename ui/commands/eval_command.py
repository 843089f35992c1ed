"""`koujing eval`: a question set is asked of the project and scored against its gold.

A command of `command_line`. A set whose name says `held_out` shows ids and categories of what it
missed, never its questions, so that nobody tunes on them by accident.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.command_context import (
    asking,
    check_users,
    chosen_language,
    json_line,
    opened,
    project_folder,
    project_option,
    settings_of,
    told,
)

if TYPE_CHECKING:
    from assistant.evaluating.evaluation import Outcome
    from assistant.evaluating.evaluation_set import EvaluationSet
    from semantic_layer import Language


@click.command("eval")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--parser", type=click.Choice(["auto", "verified", "linked", "llm"]), default="auto")
@click.option("--llm", help="Language model, as provider:model.")
@click.option("--user", help="Who asks what names nobody (default: the local admin).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a set.")
@click.option("--ids-only", is_flag=True, help="Of what was missed, the ids and categories only.")
@click.option("--lang", type=click.Choice(["zh", "en"]))
@project_option
def evaluate(
    files: tuple[Path, ...],
    parser: Any,
    llm: str | None,
    user: str | None,
    as_json: bool,
    ids_only: bool,
    lang: str | None,
    project: Path | None,
) -> None:
    """Ask the question sets in FILES, judge the answers by their gold, print the score cards."""
    from assistant.evaluating.evaluation_run import run_evaluation
    from assistant.evaluating.evaluation_set import read_evaluation_set

    language, folder = chosen_language(lang), project_folder(project)
    with told(language):
        settings = settings_of(folder, user, llm)
        assistant = opened(folder, settings)
        sets = [read_evaluation_set(file, assistant.knowledge.model) for file in files]
        asked_by = {one.user for every in sets for one in every.questions if one.user is not None}
        check_users(folder, sorted(asked_by))
        asker = asking(folder, settings.user)
        for questions in sets:
            outcomes = tuple(run_evaluation(questions, assistant, parser=parser, user=asker))
            hides_text = ids_only or "held_out" in questions.name
            if as_json:
                click.echo(json_line(_plain(questions, outcomes, parser, hides_text=hides_text)))
            else:
                _print(questions, outcomes, language, hides_text=hides_text)


def _print(
    questions: EvaluationSet, outcomes: Sequence[Outcome], language: Language, *, hides_text: bool
) -> None:
    from assistant.evaluating.score_card import score_card
    from ui.commands.score_text import card_text, missed, missed_text

    for outcome in missed(outcomes):
        click.echo(missed_text(outcome, language, hides_text=hides_text))
    click.echo(f"\n{questions.name} ({questions.shop}; {questions.author})\n")
    click.echo(card_text(score_card(outcomes), language))


def _plain(
    questions: EvaluationSet, outcomes: Sequence[Outcome], parser: str, *, hides_text: bool
) -> dict[str, object]:
    from assistant.evaluating.score_card import score_card
    from ui.commands.score_text import missed

    return {
        "set": questions.name,
        "shop": questions.shop,
        "author": questions.author,
        "parser": parser,
        "questions": len(outcomes),
        "scores": asdict(score_card(outcomes)),
        "missed": [_missed(outcome, hides_text=hides_text) for outcome in missed(outcomes)],
    }


def _missed(outcome: Outcome, *, hides_text: bool) -> dict[str, object]:
    about: dict[str, object] = {"id": outcome.id, "category": outcome.category}
    if hides_text:
        return about
    query = outcome.answer.query
    return {
        **about,
        "question": outcome.question.text,
        "verdict": outcome.judgement.verdict,
        "status": outcome.answer.status,
        "query": query.model_dump(mode="json", exclude_defaults=True) if query else None,
        "summary": outcome.answer.summary,
    }
