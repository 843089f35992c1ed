"""A chat-completions server on 127.0.0.1 that says what it was told, and remembers the requests.

    with OpenAIServer() as server:
        server.reply(tool_call({"metrics": ["paid_orders"]}))
        ...  # ask at server.base_url
        assert server.requests[0].body["tools"]

A real server over real sockets: what a client does about time-outs, statuses and broken bodies is
what it would do with any other.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

TOKENS_PER_REPLY = 15


@dataclass(frozen=True)
class Reply:
    """What goes over the wire. With `hold`, the server waits for the client to give up instead."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hold: bool = False


@dataclass(frozen=True)
class Request:
    """What a client sent; the names of the headers are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def user_text(self) -> str:
        """The last message of the user."""
        texts = [m["content"] for m in self.body["messages"] if m["role"] == "user"]
        return str(texts[-1])

    @property
    def function(self) -> dict[str, Any]:
        """The function that the client offers, by its JSON schema."""
        (tool,) = self.body["tools"]
        found: dict[str, Any] = tool["function"]
        return found


Script = Reply | Callable[[Request], Reply]


def tool_call(arguments: Mapping[str, Any] | str, name: str = "Reply") -> Reply:
    """A call of the offered function; a text is sent as it is, valid JSON or not."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    function = {"name": name, "arguments": text}
    call = {"id": "call_1", "type": "function", "function": function}
    return _completion({"content": None, "tool_calls": [call]}, "tool_calls")


def content(text: str | Mapping[str, Any]) -> Reply:
    """A plain message; a mapping becomes JSON."""
    written = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
    return _completion({"content": written}, "stop")


def model_refusal(text: str) -> Reply:
    """The model itself declines."""
    return _completion({"content": None, "refusal": text}, "stop")


def failure(status: int, message: str = "no", **headers: str) -> Reply:
    """An error as the protocol words it; `retry_after` becomes the header Retry-After."""
    body = {"error": {"message": message, "type": "error", "code": None, "param": None}}
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return Reply(json.dumps(body).encode(), status, named)


def raw(body: bytes, status: int = 200) -> Reply:
    """Something else than the protocol."""
    return Reply(body, status)


def silence() -> Reply:
    """No answer for as long as the client waits."""
    return Reply(b"", hold=True)


def _completion(message: Mapping[str, Any], reason: str) -> Reply:
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "test",
        "choices": [
            {"index": 0, "finish_reason": reason, "message": {"role": "assistant", **message}}
        ],
        "usage": {
            "prompt_tokens": TOKENS_PER_REPLY - 5,
            "completion_tokens": 5,
            "total_tokens": TOKENS_PER_REPLY,
        },
    }
    return Reply(json.dumps(body, ensure_ascii=False).encode())


class OpenAIServer:
    """Serves on a free port while the `with` block lasts."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._scripts: deque[Script] = deque()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def reply(self, *scripts: Script) -> None:
        """Add what to say next: a reply, or a function that makes one of the request."""
        self._scripts.extend(scripts)

    @property
    def unused(self) -> int:
        """Replies that nobody has asked for yet."""
        return len(self._scripts)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self, request: Request) -> Reply:
        self.requests.append(request)
        if not self._scripts:
            return failure(400, "the test has scripted no further reply")
        script = self._scripts.popleft()
        return script if isinstance(script, Reply) else script(request)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(length))
                named = {name.lower(): value for name, value in self.headers.items()}
                reply = server._next(Request(self.path, named, body))
                if reply.hold:
                    server._closing.wait()
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the requests are kept instead."""

        return Handler


def closed_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
