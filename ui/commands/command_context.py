"""What the commands share: options, the project folder, the language, settings, how an answer ends.

Below `command_line` and the modules of single commands. Turns problems that the user can solve into
one line on stderr and exit status 1; each function imports what it needs when it runs.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ui.commands.batch_file import BatchError
from ui.commands.moments import SHOP_TIME, Moment

if TYPE_CHECKING:
    from assistant import Answer, Assistant, Settings, User
    from semantic_layer import Language

DEFAULT_PROJECT = ".koujing"
_Command = TypeVar("_Command", bound=Callable[..., Any])


def now_or(as_of: datetime | None) -> datetime:
    """The given moment, or the present one in shop time."""
    return as_of or datetime.now(SHOP_TIME).replace(tzinfo=None)


def project_option(command: _Command) -> _Command:
    """--project, for one command or for the whole line."""
    return click.option(
        "--project",
        type=click.Path(file_okay=False, path_type=Path),
        help="Project folder (default: $KOUJING_PROJECT or .koujing).",
    )(command)


def tables_option(command: _Command) -> _Command:
    """--tables, for commands that import definitions."""
    return click.option(
        "--tables",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Load each NAME.csv of this folder as the table source.NAME first.",
    )(command)


def answer_options(command: _Command) -> _Command:
    """The options of a command that prints an Answer."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the Answer as one JSON line."),
        click.option("--as-of", type=Moment(), help="The day that 'yesterday' is relative to."),
        click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the answer."),
        click.option("--user", help="Who asks (default: the local admin)."),
        project_option,
    ):
        command = option(command)
    return command


def project_folder(chosen: Path | None) -> Path:
    """The folder that the command, the whole line or the environment names."""
    outer = click.get_current_context().find_root().obj
    return chosen or outer or Path(os.environ.get("KOUJING_PROJECT") or DEFAULT_PROJECT)


def chosen_language(chosen: str | None) -> Language:
    """The language of `--lang`, or that of the terminal."""
    if chosen in ("zh", "en"):
        return "zh" if chosen == "zh" else "en"
    spoken = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    return "zh" if spoken.startswith("zh") else "en"


@contextmanager
def told(language: Language) -> Iterator[None]:
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


def settings_of(project: Path, user: str | None = None, llm: str | None = None) -> Settings:
    """The settings with the command's own options; an unknown user is refused here."""
    from assistant import load_settings

    settings = load_settings(project, overrides={"llm": llm, "user": user})
    if settings.user is not None:
        check_users(project, [settings.user])
    return settings


def asking(project: Path, name: str | None) -> User:
    """The user of that name, or the local admin; an answer holds what their role may see."""
    from assistant import LOCAL_ADMIN, Users

    return LOCAL_ADMIN if name is None else Users(project / "app.sqlite").find(name)


def check_users(project: Path, names: Iterable[str]) -> None:
    """Refuse users that the project does not have."""
    from assistant import Users

    users = Users(project / "app.sqlite")
    for name in names:
        users.find(name)


def opened(project: Path, settings: Settings | None = None) -> Assistant:
    """The assistant of a project."""
    from assistant import Assistant

    return Assistant(project, settings or settings_of(project))


def print_answer(answer: Answer, as_json: bool) -> None:
    """Print an answer; one without a number ends the command with status 1."""
    from ui.commands.plain_text import answer_text

    if as_json:
        click.echo(json_line(answer.model_dump(mode="json")))
    elif answer.status in ("answered", "clarify"):
        click.echo(answer_text(answer))
    if answer.status in ("refused", "error"):
        click.echo(" ".join(answer.summary.split()), err=True)
        sys.exit(1)


def json_line(value: object) -> str:
    """JSON on one line, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False)
