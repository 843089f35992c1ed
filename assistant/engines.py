"""The engine that the settings name: the snapshots of the project, or a PostgreSQL server.

Beside `facade`, which opens one engine for a project. psycopg comes with the extra `postgres` and
is imported only where it is asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from assistant.settings import Settings
from warehouse import Engine, Warehouse, WarehouseError


def open_engine(project: Path, settings: Settings) -> Engine:
    """The engine of a project; nothing is connected yet.

    Raises:
        WarehouseError: the driver of the engine is not installed.
    """
    match settings.engine:
        case "duckdb":
            return Warehouse(project / "warehouse")
        case "postgres":
            try:
                from warehouse.postgres import PostgresEngine
            except ImportError as error:
                raise _not_installed() from error
            url = settings.engine_url
            return PostgresEngine(url.get_secret_value() if url else "")
        case _:
            assert_never(settings.engine)


def check_loads_here(settings: Settings) -> None:
    """Refuse to load files for a project whose questions go to another engine.

    Raises:
        WarehouseError: the files would be loaded where nobody looks.
    """
    if settings.engine != "duckdb":
        raise WarehouseError(
            "engine_loads_itself",
            zh="这个项目从 PostgreSQL 取数，导入的文件不会被用到；请在 PostgreSQL 里装载数据，"
            "或去掉设置 engine。",
            en="This project answers from PostgreSQL, and files loaded here would not be used; "
            "load the data there, or remove the setting engine.",
        )


def _not_installed() -> WarehouseError:
    return WarehouseError(
        "engine_not_installed",
        zh="还没有安装 PostgreSQL 驱动；请运行 pip install 'koujing[postgres]'。",
        en="The driver of PostgreSQL is not installed; run pip install 'koujing[postgres]'.",
    )
