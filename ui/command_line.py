"""`koujing COMMAND`: the command line. Its arguments, output and exit statuses are a contract.

0 done · 1 a problem that the user can solve, one clear line on stderr · 2 usage. Imports no
Streamlit, and each command imports what it needs when it runs, so that `--help` is quick.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.ask_batch import answer_batch
from ui.commands.batch_file import without_broken_bytes
from ui.commands.chart_command import chart
from ui.commands.check_command import check
from ui.commands.choices_command import choices
from ui.commands.command_context import (
    answer_options,
    asking,
    chosen_language,
    json_line,
    now_or,
    opened,
    print_answer,
    project_folder,
    project_option,
    settings_of,
    told,
)
from ui.commands.eval_command import evaluate
from ui.commands.import_command import import_
from ui.commands.metricflow_command import answer_requests
from ui.commands.moments import Moment
from ui.commands.ossie_command import export, import_ossie
from ui.commands.sql_command import sql
from ui.commands.when_command import when

if TYPE_CHECKING:
    from semantic_layer import SemanticQuery


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@project_option
@click.version_option(package_name="koujing")
@click.pass_context
def main(context: click.Context, project: Path | None) -> None:
    """Koujing 口径: ask your shop in Chinese or English, get one governed number."""
    context.obj = project


main.add_command(import_)
import_.add_command(import_ossie)
main.add_command(export)
main.add_command(sql)
main.add_command(check)
main.add_command(choices)
main.add_command(when)
main.add_command(chart)
main.add_command(evaluate)


@main.command()
@project_option
@click.option("--end", type=Moment(), help="Last day of the shop's data (default: yesterday).")
@click.option("--orders", type=click.IntRange(1_000, 5_000_000), default=200_000, show_default=True)
@click.option("--lang", type=click.Choice(["zh", "en"]))
def demo(project: Path | None, end: datetime | None, orders: int, lang: str | None) -> None:
    """Build the demo shop: 25 months of a shop that does not exist."""
    from assistant import load_settings
    from assistant.engines import check_loads_here
    from warehouse import build_demo

    now = now_or(None)
    end_day: date = end.date() if end else (now - timedelta(days=1)).date()
    folder = project_folder(project)
    with told(chosen_language(lang)):
        check_loads_here(load_settings(folder))
        manifest = build_demo(folder / "warehouse", end_day=end_day, orders=orders, now=now)
    rows = manifest.tables["mart.orders"].row_count
    click.echo(f"{manifest.version}: {rows:,} orders up to {end_day.isoformat()}")


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@project_option
@click.option("--source", help="Read the files as this source instead of recognising it.")
@click.option("--shop", help="Name of the shop, where the file has none.")
@click.option("--platform", help="Channel of the orders: tmall, jd, douyin, offline.")
@click.option("--lang", type=click.Choice(["zh", "en"]))
def ingest(
    paths: tuple[Path, ...],
    project: Path | None,
    source: str | None,
    shop: str | None,
    platform: str | None,
    lang: str | None,
) -> None:
    """Load order exports: CSV or Excel, as they come out of the back office."""
    from assistant import load_settings
    from assistant.engines import check_loads_here
    from ui.commands.plain_text import report_text
    from warehouse import ingest as load

    language, folder = chosen_language(lang), project_folder(project)
    with told(language):
        check_loads_here(load_settings(folder))
        report = load(
            folder / "warehouse",
            paths,
            source=source,
            shop=shop,
            platform=platform,
            now=now_or(None),
        )
    click.echo(report_text(report, language))


@main.command()
@click.argument("question", required=False)
@click.option(
    "--batch",
    type=click.File(encoding="utf-8-sig"),
    help='Questions, one {"id", "question", "as_of"?, "user"?, "previous"?} a line.',
)
@click.option("--parser", type=click.Choice(["auto", "verified", "linked", "llm"]), default="auto")
@click.option("--llm", help="Language model, as provider:model.")
@answer_options
def ask(
    question: str | None,
    batch: Any,
    parser: Any,
    llm: str | None,
    project: Path | None,
    user: str | None,
    lang: Any,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Ask a question in Chinese or English."""
    from assistant import language_of

    if (question is None) == (batch is None):
        raise click.UsageError("give a question, or --batch FILE")
    folder, now = project_folder(project), now_or(as_of)
    with told(lang or (language_of(question) if question else chosen_language(None))):
        settings = settings_of(folder, user, llm)
        spoken = lang or settings.language
        assistant = opened(folder, settings)
        if question is not None:
            question = without_broken_bytes(question)
            asker = asking(folder, settings.user)
            answer = assistant.ask(
                question,
                now=now,
                language=spoken,
                user=asker,
                parser=parser,
                remembers=settings.user is not None,
            )
            print_answer(answer, as_json)
            return
        for found in answer_batch(
            batch, assistant, settings, now=now, language=spoken, parser=parser
        ):
            click.echo(json_line(found))


@main.command()
@click.argument("file", required=False, type=click.File(encoding="utf-8-sig"))
@click.option(
    "--metricflow",
    type=click.File(encoding="utf-8-sig"),
    metavar="FILE",
    help="Requests in MetricFlow's form, one with an id a line; one Answer a line comes out.",
)
@click.option("--sql", "as_sql", is_flag=True, help="Print the SQL and do not run it.")
@answer_options
def query(
    file: Any,
    metricflow: Any,
    as_sql: bool,
    project: Path | None,
    user: str | None,
    lang: Any,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Run a SemanticQuery from FILE (- for standard input), without language."""
    if (file is None) == (metricflow is None):
        raise click.UsageError("give a FILE, or --metricflow FILE")
    folder, now = project_folder(project), now_or(as_of)
    with told(chosen_language(lang)):
        settings = settings_of(folder, user)
        if metricflow is not None:
            if as_sql:
                raise click.UsageError("--metricflow prints Answers, which hold their SQL")
            answer_requests(metricflow, folder, settings, now=now, lang=lang)
            return
        plan = _read_query(file.read())
        assistant, asker = opened(folder, settings), asking(folder, settings.user)
        if as_sql:
            click.echo(assistant.compile(plan, now=now, user=asker).sql)
            return
        language = chosen_language(lang or settings.language)
        answer = assistant.answer(plan, now=now, language=language, user=asker)
        print_answer(answer, as_json)


@main.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True)
@click.option("--lang", type=click.Choice(["zh", "en"]))
@project_option
def metrics(name: str | None, as_json: bool, lang: str | None, project: Path | None) -> None:
    """The catalogue of governed metrics, or one definition."""
    from assistant import catalogue
    from ui.commands.plain_text import definition_text, table_text

    language = chosen_language(lang)
    with told(language):
        entries = catalogue(opened(project_folder(project)).knowledge, language, name)
    if as_json:
        for entry in entries:
            click.echo(json_line(entry.model_dump(mode="json")))
    elif name is not None:
        click.echo(definition_text(entries[0], language))
    else:
        head = ("name", "label", "unit", "time", "status", "version", "loaded")
        rows = [
            (
                e.name,
                e.label,
                e.unit,
                e.time_basis,
                e.status,
                str(e.version),
                "✓" if e.loaded else "—",
            )
            for e in entries
        ]
        click.echo(table_text(head, rows))


def _read_query(text: str) -> SemanticQuery:
    from assistant import read_query

    return read_query(text)
