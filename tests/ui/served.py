"""The app as people meet it: served by Streamlit on this machine, opened in a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from tests.source_tree import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome")
_TRIES, _PAUSE_S = 240, 0.25


def chromium() -> str:
    """The browser's path; without one the test fails, and says how to get one."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, (
        "There is no Chromium for the browser tests; install it (make system), "
        "or set KOUJING_NO_BROWSER=1 to leave these tests out."
    )
    return found


@contextmanager
def served(project: Path, as_of: str) -> Iterator[str]:
    """The address of the app on `project` while the block runs."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.fileWatcherType=none"]
    environment = os.environ | {"KOUJING_PROJECT": str(project), "KOUJING_AS_OF": as_of}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def opened(address: str, *, locale: str = "zh-CN") -> Iterator[Page]:
    """A page of a fresh browser at that address."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            context = browser.new_context(
                locale=locale, viewport={"width": 1280, "height": 900}, accept_downloads=False
            )
            page = context.new_page()
            page.set_default_timeout(60_000)
            page.goto(address)
            yield page
        finally:
            browser.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_TRIES):
        assert process.poll() is None, f"streamlit ended with status {process.returncode}"
        try:
            with urlopen(f"{address}/_stcore/health") as reply:
                if reply.status == 200:
                    return
        except (URLError, ConnectionError):
            sleep(_PAUSE_S)
    raise AssertionError(f"streamlit did not answer at {address}")
