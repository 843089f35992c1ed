"""The engine of the settings: which one is opened, and what is said where it cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import load_settings
from assistant.engines import check_loads_here, open_engine
from ui.command_line import main
from warehouse import Warehouse, WarehouseError
from warehouse.postgres import PostgresEngine


def test_the_snapshots_of_the_project_unless_said_otherwise(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, environ={})
    assert isinstance(open_engine(tmp_path, settings), Warehouse)
    check_loads_here(settings)


def test_postgres_by_file_and_variable(tmp_path: Path) -> None:
    (tmp_path / "koujing.toml").write_text('engine = "postgres"\n', encoding="utf-8")
    settings = load_settings(tmp_path, environ={"KOUJING_ENGINE_URL": "postgresql://x:secret@h/d"})
    assert isinstance(open_engine(tmp_path, settings), PostgresEngine)
    assert "secret" not in repr(settings)


def test_the_driver_is_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "warehouse.postgres", None)
    settings = load_settings(tmp_path, overrides={"engine": "postgres"}, environ={})
    with pytest.raises(WarehouseError, match=r"koujing\[postgres\]") as caught:
        open_engine(tmp_path, settings)
    assert caught.value.code == "engine_not_installed"


@pytest.mark.parametrize("command", [["demo"], ["ingest", "orders.csv"]])
def test_files_are_not_loaded_where_nobody_looks(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "koujing.toml").write_text('engine = "postgres"\n', encoding="utf-8")
    done = CliRunner().invoke(main, ["--project", str(tmp_path), *command, "--lang", "en"])
    assert done.exit_code == 1
    assert "PostgreSQL" in done.stderr
    assert not (tmp_path / "warehouse").exists()
