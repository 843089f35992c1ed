"""`koujing import`: definitions of other semantic layers, copied into the project.

A group of commands of `command_line`; what is read and kept is decided below.
"""

from __future__ import annotations

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
    from semantic_layer import Language, SemanticModel


@click.group("import")
def import_() -> None:
    """Take over definitions from another semantic layer."""


@import_.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@tables_option
@click.option("--lang", type=click.Choice(["zh", "en"]))
@project_option
def metricflow(folder: Path, tables: Path | None, lang: str | None, project: Path | None) -> None:
    """Import a folder of MetricFlow definitions; an earlier import is replaced.

    Ask them with `koujing query --metricflow FILE.jsonl`.
    """
    from assistant import load_settings
    from assistant.defining.metricflow import import_definitions, read_definitions
    from assistant.engines import check_loads_here, open_engine
    from warehouse import load_source_tables

    language, target = chosen_language(lang), project_folder(project)
    with told(language):
        read_definitions(folder)
        settings = load_settings(target)
        if tables is not None:
            check_loads_here(settings)
            load_source_tables(target / "warehouse", tables, now=now_or(None))
        model = import_definitions(target / "models", folder)
        manifest = open_engine(target, settings).manifest()
    loaded = set(manifest.tables) if manifest else set()
    click.echo(_imported(model, loaded, language))


def _imported(model: SemanticModel, loaded: set[str], language: Language) -> str:
    """What was taken over, and the tables that are still to be loaded."""
    from semantic_layer.interchange.metricflow import MEASURE_PREFIX

    metrics = sum(not name.startswith(MEASURE_PREFIX) for name in model.metrics)
    datasets = len(model.datasets)
    sources = {dataset.source for dataset in model.datasets.values()}
    missing = sorted((sources | {calendar.source for calendar in model.calendars}) - loaded)
    if language == "zh":
        told = f"已导入 {datasets} 个语义模型、{metrics} 个指标。"
        return told + (f"尚未载入的表：{'、'.join(missing)}。" if missing else "")
    told = f"{datasets} semantic models and {metrics} metrics imported."
    return told + (f" Tables not loaded yet: {', '.join(missing)}." if missing else "")
