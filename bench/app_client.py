"""A user of the served app without a browser: speaks Streamlit's own protocol over a web socket.

Used by the benchmark of many users at once, which as many browsers would starve of the two cores
that the app is to be measured on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class AppUser:
    """One open page of the app."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket = socket
        self._question_box = ""
        self.texts: list[str] = []

    async def open(self, locale: str) -> None:
        """Load the page and wait until it is drawn."""
        await self._rerun(BackMsg(), locale)

    async def ask(self, question: str, expected: str) -> float:
        """Type a question; milliseconds until the page with the expected sentence is drawn.

        Raises:
            AssertionError: another answer was drawn.
        """
        started = perf_counter()
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self._question_box
        state.chat_input_value.data = question
        self.texts.clear()
        await self._rerun(message, "")
        while expected not in self.texts:
            assert not self._has_other_answer(question), f"{question}: {self.texts}"
            await self._drawn()
        return (perf_counter() - started) * 1000

    def _has_other_answer(self, question: str) -> bool:
        """Whether the page was drawn twice, once while answering, and does not say it."""
        return self.texts.count(question) > 3

    async def _rerun(self, message: BackMsg, locale: str) -> None:
        message.rerun_script.context_info.locale = locale
        message.rerun_script.query_string = ""
        await self._socket.send(message.SerializeToString())
        await self._drawn()

    async def _drawn(self) -> None:
        """Read until one run of the page's script is over."""
        async for data in self._socket:
            message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            kind = message.WhichOneof("type")
            if kind == "delta":
                element = message.delta.new_element
                if element.WhichOneof("type") == "text":
                    self.texts.append(element.text.body)
                elif element.WhichOneof("type") == "chat_input":
                    self._question_box = element.chat_input.id
            elif kind == "script_finished":
                return


@asynccontextmanager
async def app_user(address: str, locale: str = "zh-CN") -> AsyncIterator[AppUser]:
    """A page of the app at `address` (http://…), drawn."""
    url = address.replace("http", "ws", 1) + "/_stcore/stream"
    protocol = websockets.Subprotocol("streamlit")
    async with websockets.connect(url, subprotocols=[protocol], max_size=None) as socket:
        user = AppUser(socket)
        await user.open(locale)
        yield user
