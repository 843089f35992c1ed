"""What conftest.py and the options of pytest promise: no network, nothing of the desk."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

DOCUMENTATION_ADDRESS = "192.0.2.1"  # RFC 5737: belongs to nobody


def test_another_machine_cannot_be_reached() -> None:
    with (
        socket.socket() as client,
        pytest.warns(UserWarning, match=DOCUMENTATION_ADDRESS),
        pytest.raises(SocketConnectBlockedError),
    ):
        client.connect((DOCUMENTATION_ADDRESS, 80))


def test_a_server_on_this_machine_can_be_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
        server.accept()[0] as accepted,
    ):
        client.sendall(b"hello")
        assert accepted.recv(5) == b"hello"


def test_settings_and_keys_of_the_desk_reach_no_test(tmp_path: Path) -> None:
    """Run as a session of its own, with such variables set."""
    inner = tmp_path / "test_inner.py"
    inner.write_text(
        "import os\n"
        "def test_environment():\n"
        "    left = {n for n in os.environ if n.startswith('KOUJING_') or n.endswith('_API_KEY')}\n"
        "    assert left == {'KOUJING_SHARED_DATA'}\n"
    )
    conftest = Path(__file__).with_name("conftest.py")
    (tmp_path / "conftest.py").write_text(conftest.read_text(encoding="utf-8"))
    set_at_the_desk = {
        "KOUJING_LLM": "openai:some-model",
        "KOUJING_SHARED_DATA": str(tmp_path),
        "OPENAI_API_KEY": "secret",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(inner)],
        cwd=tmp_path,
        env={**os.environ, **set_at_the_desk},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
