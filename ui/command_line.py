"""`koujing COMMAND`: the command line. Its arguments, output and exit statuses are a contract.

0 done · 1 a problem that the user can solve, one clear line on stderr · 2 usage. Imports no
Streamlit, and each command imports what it needs when it runs, so that `--help` is quick.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ui.batch_file import BatchError, read_batch, without_broken_bytes
from ui.moments import SHOP_TIME, Moment

if TYPE_CHECKING:
    from assistant import Answer, Assistant, Settings
    from semantic_layer import Language, SemanticQuery

DEFAULT_PROJECT = ".koujing"
_Command = TypeVar("_Command", bound=Callable[..., Any])


def now_or(as_of: datetime | None) -> datetime:
    """The given moment, or the present one in shop time."""
    return as_of or datetime.now(SHOP_TIME).replace(tzinfo=None)


def _project_option(command: _Command) -> _Command:
    return click.option(
        "--project",
        type=click.Path(file_okay=False, path_type=Path),
        help="Project folder (default: $KOUJING_PROJECT or .koujing).",
    )(command)


def _answer_options(command: _Command) -> _Command:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the Answer as one JSON line."),
        click.option("--as-of", type=Moment(), help="The day that 'yesterday' is relative to."),
        click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the answer."),
        click.option("--user", help="Who asks (default: the local admin)."),
        _project_option,
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@_project_option
@click.version_option(package_name="koujing")
@click.pass_context
def main(context: click.Context, project: Path | None) -> None:
    """Koujing 口径: ask your shop in Chinese or English, get one governed number."""
    context.obj = project


def _project(chosen: Path | None) -> Path:
    outer = click.get_current_context().find_root().obj
    return chosen or outer or Path(os.environ.get("KOUJING_PROJECT") or DEFAULT_PROJECT)


def _language(chosen: str | None) -> Language:
    if chosen in ("zh", "en"):
        return "zh" if chosen == "zh" else "en"
    spoken = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    return "zh" if spoken.startswith("zh") else "en"


@contextmanager
def _told(language: Language) -> Iterator[None]:
    """Turn a problem that the user can solve into one line on stderr and exit status 1."""
    from semantic_layer.issues import IssuesError
    from warehouse import WarehouseError

    try:
        yield
    except IssuesError as error:
        for issue in error.issues:
            place = f"{issue.where}: " if issue.where else ""
            click.echo(place + issue.message.in_(language), err=True)
        sys.exit(1)
    except WarehouseError as error:
        click.echo(error.text(language), err=True)
        sys.exit(1)
    except BatchError as error:
        click.echo(error.text(language), err=True)
        sys.exit(1)
    except UnicodeDecodeError:
        click.echo(_NOT_UTF8[language], err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(_no_access(error, language), err=True)
        sys.exit(1)


_NOT_UTF8: dict[Language, str] = {
    "zh": "文件不是 UTF-8 编码；请另存为 UTF-8 后重试。",
    "en": "The file is not UTF-8; save it as UTF-8 and run again.",
}


def _no_access(error: OSError, language: Language) -> str:
    if language == "zh":
        return f"无法读写 {error.filename}（{error.strerror}）；请检查路径和权限。"
    return f"Cannot use {error.filename} ({error.strerror}); check the path and its permissions."


def _settings(project: Path, user: str | None = None, llm: str | None = None) -> Settings:
    """The settings with the command's own options; an unknown user is refused here."""
    from assistant import load_settings

    settings = load_settings(project, overrides={"llm": llm, "user": user})
    if settings.user is not None:
        _check_users(project, [settings.user])
    return settings


def _check_users(project: Path, names: Iterable[str]) -> None:
    from assistant import Users

    users = Users(project / "app.sqlite")
    for name in names:
        users.find(name)


def _opened(project: Path, settings: Settings | None = None) -> Assistant:
    from assistant import Assistant

    return Assistant(project, settings or _settings(project))


@main.command()
@_project_option
@click.option("--end", type=Moment(), help="Last day of the shop's data (default: yesterday).")
@click.option("--orders", type=click.IntRange(1_000, 5_000_000), default=200_000, show_default=True)
@click.option("--lang", type=click.Choice(["zh", "en"]))
def demo(project: Path | None, end: datetime | None, orders: int, lang: str | None) -> None:
    """Build the demo shop: 25 months of a shop that does not exist."""
    from warehouse import build_demo

    now = now_or(None)
    end_day: date = end.date() if end else (now - timedelta(days=1)).date()
    with _told(_language(lang)):
        manifest = build_demo(
            _project(project) / "warehouse", end_day=end_day, orders=orders, now=now
        )
    rows = manifest.tables["mart.orders"].row_count
    click.echo(f"{manifest.version}: {rows:,} orders up to {end_day.isoformat()}")


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_project_option
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
    from ui.plain_text import report_text
    from warehouse import ingest as load

    language = _language(lang)
    with _told(language):
        report = load(
            _project(project) / "warehouse",
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
    help='Questions, one {"id", "question", "as_of"?, "user"?} a line.',
)
@click.option("--parser", type=click.Choice(["auto", "linked", "llm"]), default="auto")
@click.option("--llm", help="Language model, as provider:model.")
@_answer_options
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
    folder, now = _project(project), now_or(as_of)
    with _told(lang or (language_of(question) if question else _language(None))):
        settings = _settings(folder, user, llm)
        spoken = lang or settings.language
        assistant = _opened(folder, settings)
        if question is not None:
            question = without_broken_bytes(question)
            answer = assistant.ask(question, now=now, language=spoken, parser=parser)
            _print_answer(answer, as_json)
            return
        lines = read_batch(batch)
        _check_users(folder, {line.user for line in lines if line.user is not None})
        for line in lines:
            answer = assistant.ask(
                line.question, now=line.as_of or now, language=spoken, parser=parser
            )
            click.echo(_json({"id": line.id, **answer.model_dump(mode="json")}))


@main.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.option("--sql", "as_sql", is_flag=True, help="Print the SQL and do not run it.")
@_answer_options
def query(
    file: Any,
    as_sql: bool,
    project: Path | None,
    user: str | None,
    lang: Any,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Run a SemanticQuery from FILE (- for standard input), without language."""
    folder, now = _project(project), now_or(as_of)
    with _told(_language(lang)):
        plan = _read_query(file.read())
        settings = _settings(folder, user)
        assistant = _opened(folder, settings)
        if as_sql:
            click.echo(assistant.compile(plan, now=now).sql)
            return
        language = _language(lang or settings.language)
        _print_answer(assistant.answer(plan, now=now, language=language), as_json)


@main.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True)
@click.option("--lang", type=click.Choice(["zh", "en"]))
@_project_option
def metrics(name: str | None, as_json: bool, lang: str | None, project: Path | None) -> None:
    """The catalogue of governed metrics, or one definition."""
    from assistant import catalogue
    from ui.plain_text import definition_text, table_text

    language = _language(lang)
    with _told(language):
        entries = catalogue(_opened(_project(project)).knowledge, language, name)
    if as_json:
        for entry in entries:
            click.echo(_json(entry.model_dump(mode="json")))
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


@main.command()
@click.option("--lang", type=click.Choice(["zh", "en"]))
@_project_option
def check(lang: str | None, project: Path | None) -> None:
    """Validate the definitions, against the warehouse if something is loaded."""
    from semantic_layer.issues import DefinitionError
    from semantic_layer.validation import validate_model

    language = _language(lang)
    with _told(language):
        knowledge = _opened(_project(project)).knowledge
        catalog = None if knowledge.catalog.is_empty else knowledge.catalog
        issues = validate_model(knowledge.model, catalog)
        if issues:
            raise DefinitionError(issues)
    count = len(knowledge.model.metrics)
    click.echo(
        f"{count} 个指标，没有问题。" if language == "zh" else f"{count} metrics, no problems."
    )


def _read_query(text: str) -> SemanticQuery:
    from assistant import read_query

    return read_query(text)


def _print_answer(answer: Answer, as_json: bool) -> None:
    from ui.plain_text import answer_text

    if as_json:
        click.echo(_json(answer.model_dump(mode="json")))
    elif answer.status in ("answered", "clarify"):
        click.echo(answer_text(answer))
    if answer.status in ("refused", "error"):
        click.echo(" ".join(answer.summary.split()), err=True)
        sys.exit(1)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
