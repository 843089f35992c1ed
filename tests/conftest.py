"""What holds for every test: nothing of the desk's environment, real exports only where they are.

The network, this machine apart, is refused by `--allow-hosts` in pyproject.toml. What Hypothesis
draws is chosen with `--hypothesis-profile`: `ci` (the default: the same examples every time), `dev`
(new ones each run), `commit` (five times as many, the same every time: what `make check` draws),
`check` (many).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

SHARED_DATA = "KOUJING_SHARED_DATA"

# A deadline would make a property fail on a busy machine, which says nothing about the property.
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("dev", max_examples=100, deadline=None, print_blob=True)
settings.register_profile("commit", max_examples=250, deadline=None, derandomize=True)
settings.register_profile("check", max_examples=1000, deadline=None, print_blob=True)
settings.load_profile("ci")


def _leaks(name: str) -> bool:
    return (name.startswith("KOUJING_") and name != SHARED_DATA) or name.endswith("_API_KEY")


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """Neither the settings nor the keys of the person at the desk reach a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(_leaks, tuple(os.environ)):
            patch.delenv(name)
        patch.setenv("HF_HUB_OFFLINE", "1")  # a missing weight is an error, not a download
        patch.setenv("LANGSMITH_TRACING", "false")
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real exports; a test that needs it is skipped, visibly, where it is absent."""
    folder = os.environ.get(SHARED_DATA)
    if not folder:
        pytest.skip(f"{SHARED_DATA} is not set: the real exports are not on this machine")
    path = Path(folder)
    assert path.is_dir(), f"{SHARED_DATA} names {folder}, which is not a folder"
    return path
