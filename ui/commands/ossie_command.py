"""`koujing import ossie` and `koujing export ossie`: definitions exchanged with other tools.

Commands of the groups in `command_line`; what is read and written is decided below. What could not
be carried over is always printed, by name and reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.command_context import (
    chosen_language,
    now_or,
    project_folder,
    project_option,
    tables_option,
    told,
)

if TYPE_CHECKING:
    from semantic_layer import Language
    from semantic_layer.interchange.ossie_import import OssieImport
    from semantic_layer.interchange.ossie_texts import Remark

FILE = "shop.ossie.yaml"


@click.command("ossie")
@click.argument("path", metavar="DIR|FILE", type=click.Path(path_type=Path))
@tables_option
@click.option("--lang", type=click.Choice(["zh", "en"]))
@project_option
def import_ossie(path: Path, tables: Path | None, lang: str | None, project: Path | None) -> None:
    """Import Apache Ossie definitions; an earlier import is replaced.

    They become files in models/ and are asked like the shipped ones.
    """
    from assistant import load_settings
    from assistant.defining.ossie import read_definitions, write_definitions
    from assistant.engines import check_loads_here, open_engine
    from warehouse import load_source_tables

    language, target = chosen_language(lang), project_folder(project)
    with told(language):
        found = read_definitions(target / "models", path)
        settings = load_settings(target)
        if tables is not None:
            check_loads_here(settings)
            load_source_tables(target / "warehouse", tables, now=now_or(None))
        write_definitions(target / "models", found)
        manifest = open_engine(target, settings).manifest()
    loaded = set(manifest.tables) if manifest else set()
    click.echo("\n".join(_imported(found, loaded, language)))


@click.group()
def export() -> None:
    """Write the definitions in the form of another semantic layer."""


@export.command("ossie")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    default=Path(),
    help=f"Folder for {FILE} (default: the current one).",
)
@click.option("--lang", type=click.Choice(["zh", "en"]))
@project_option
def export_ossie(out: Path, lang: str | None, project: Path | None) -> None:
    """Write all definitions as one Apache Ossie document.

    Prints what a reader that does not know our extensions will lose.
    """
    from assistant.defining.ossie import export_definitions

    language, file = chosen_language(lang), out / FILE
    with told(language):
        exported = export_definitions(project_folder(project) / "models")
        out.mkdir(parents=True, exist_ok=True)
        file.write_text(exported.text, encoding="utf-8")
    title = _LOST[language]
    click.echo("\n".join((str(file), *_section(title, exported.losses, language))))


_LOST: dict[Language, str] = {
    "zh": "不认识 KOUJING 扩展的工具会失去：",
    "en": "A tool that does not know the KOUJING extensions loses:",
}
_LEFT_OUT: dict[Language, str] = {"zh": "没有导入：", "en": "Left out:"}
_ASSUMED: dict[Language, str] = {"zh": "文件没有说明，按以下处理：", "en": "Taken for granted:"}
_EVERY: dict[Language, str] = {"zh": "全部", "en": "everything"}


def _imported(found: OssieImport, loaded: set[str], language: Language) -> Iterator[str]:
    """What was taken over, the tables still to be loaded, what was left out and assumed."""
    datasets, metrics = len(found.datasets), len(found.metrics)
    sources = {str(entry["source"]) for entry in found.datasets}
    missing = sorted(sources - loaded)
    if language == "zh":
        told = f"已导入 {datasets} 个数据集、{metrics} 个指标。"
        yield told + (f"尚未载入的表：{'、'.join(missing)}。" if missing else "")
    else:
        told = f"{datasets} datasets and {metrics} metrics imported."
        yield told + (f" Tables not loaded yet: {', '.join(missing)}." if missing else "")
    yield from _section(_LEFT_OUT[language], found.left_out, language)
    yield from _section(_ASSUMED[language], found.assumed, language)


def _section(title: str, remarks: Iterable[Remark], language: Language) -> Iterator[str]:
    """A title and a line for each remark, or nothing."""
    lines = [f"  {_line(remark, language)}" for remark in remarks]
    if lines:
        yield from ("", title, *lines)


def _line(remark: Remark, language: Language) -> str:
    name = _EVERY[language] if remark.name == "*" else remark.name
    place = f" ({remark.where})" if remark.where else ""
    colon, stop = ("：", "。") if language == "zh" else (": ", ".")
    return f"{name}{colon}{remark.text.in_(language).rstrip('。.')}{stop}{place}"
