"""A chat model that says what it was told to say, and remembers what it was asked."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.language_model.chat_model import Completion
from assistant.language_model.chat_model_error import ChatModelError

Value = TypeVar("Value", bound=BaseModel)

TOKENS_PER_REPLY = 10


@dataclass(frozen=True)
class Call:
    """One question to the model."""

    system: str
    user: str
    schema: type[BaseModel]


class ScriptedChatModel:
    """A queue of replies (data for the schema, a text, or an error) and a history of calls."""

    def __init__(self, *replies: Mapping[str, Any] | str | ChatModelError) -> None:
        self.calls: list[Call] = []
        self._replies = deque(replies)

    @property
    def unused(self) -> int:
        """Replies that nobody has asked for."""
        return len(self._replies)

    def complete(self, system: str, user: str, schema: type[Value]) -> Completion[Value]:
        self.calls.append(Call(system, user, schema))
        assert self._replies, "the parser asked once more than the test allows"
        reply = self._replies.popleft()
        if isinstance(reply, ChatModelError):
            raise reply
        text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
        try:
            return Completion(schema.model_validate_json(text), TOKENS_PER_REPLY)
        except ValidationError as error:
            raise ChatModelError(
                "malformed_reply",
                model="scripted",
                detail=str(error),
                reply=text,
                tokens=TOKENS_PER_REPLY,
            ) from error
