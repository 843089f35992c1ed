"""The project that the app's tests look at, and the app in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.source_tree import ROOT
from tests.ui.pages import turn_to
from tests.ui.small_shop import AS_OF, build

OpenApp = Callable[..., AppTest]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop, built once; nobody writes into it, but what the app keeps of its users."""
    return build(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def own_shop(shop: Path, tmp_path: Path) -> Path:
    """A copy of the small shop that a test may change; nobody has used it yet."""
    fresh = shutil.ignore_patterns("app.sqlite*")
    return Path(shutil.copytree(shop, tmp_path / "own_shop", ignore=fresh))


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> OpenApp:
    """Start the app on a project, in a language, as a user, on a page."""

    def start(
        project: Path, *, language: str = "zh", user: str = "operator", page: str = "chat"
    ) -> AppTest:
        monkeypatch.setenv("KOUJING_PROJECT", str(project))
        monkeypatch.setenv("KOUJING_AS_OF", AS_OF.isoformat())
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.query_params["lang"] = language
        app.session_state["user"] = user
        app.run()
        return app if page == "chat" else turn_to(app, page)

    return start
