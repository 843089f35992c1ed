"""A PostgreSQL server of this test run alone: in a temporary folder, on a socket, no port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

# initdb refuses root; Debian's package brings this user.
_OWNER = "postgres"
_SETTINGS = (
    *("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off"),
    *("shared_buffers=32MB", "max_connections=40", "autovacuum=off"),
)


def programs() -> Path | None:
    """The folder of initdb and postgres, of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def postgres_server() -> Iterator[str]:
    """A running server; the connection string of its owner. It is gone afterwards.

    Where PostgreSQL is not installed the test is skipped, visibly; in CI that is a failure.
    """
    bin_folder = programs()
    if bin_folder is None:
        assert not os.environ.get("CI"), "PostgreSQL is not installed: run make system"
        pytest.skip("PostgreSQL is not installed: run make system")
    # Not below pytest's own folder, which only its user may enter; and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="koujing-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _OWNER)
        data = folder / "data"
        initdb = ("-U", _OWNER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
        _run([str(bin_folder / "initdb"), "-D", str(data), *initdb])
        options = " ".join(
            f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={folder}")
        )
        pg_ctl = [str(bin_folder / "pg_ctl"), "-D", str(data), "-w"]
        _run([*pg_ctl, "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield f"host={folder} user={_OWNER} dbname=postgres"
        finally:
            _run([*pg_ctl, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder)


def _run(command: Sequence[str]) -> None:
    as_owner = ["runuser", "-u", _OWNER, "--"] if os.geteuid() == 0 else []
    # An empty environment: neither PGDATA nor a locale of the desk's.
    done = subprocess.run(
        [*as_owner, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        cwd="/",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
