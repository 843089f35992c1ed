"""A batch of questions or requests: one JSON object a line, read whole before the first answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from semantic_layer import Language
from ui.commands.moments import Moment


class BatchError(Exception):
    """A line of the batch cannot be read; nothing was answered."""

    def __init__(self, line: int, keys: tuple[str, ...] = ("id", "question")) -> None:
        """`line` counts from 1; `keys` are those that it must have."""
        self.line = line
        self.keys = [f'"{key}"' for key in keys]
        super().__init__(self.text("en"))

    def text(self, language: Language) -> str:
        """The sentence in `language`."""
        if language == "zh":
            return (
                f"批量文件第 {self.line} 行不是含有 {' 和 '.join(self.keys)} 的 JSON 对象；"
                "请改正后重试。"
            )
        return (
            f"Line {self.line} of the batch is not a JSON object with {' and '.join(self.keys)}; "
            "correct it and run again."
        )


@dataclass(frozen=True)
class BatchLine:
    """One question. `user` and `as_of` hold for this line only; `previous` is what it follows."""

    id: str | int
    question: str
    user: str | None = None
    as_of: datetime | None = None
    previous: str | int | None = None


def read_batch(batch: Iterable[str]) -> tuple[BatchLine, ...]:
    """All lines, empty ones left out.

    Raises:
        BatchError: naming the first line that cannot be read.
    """
    return tuple(
        _read_line(text, number) for number, text in enumerate(batch, start=1) if text.strip()
    )


@dataclass(frozen=True)
class TextLine:
    """A text to read the times of, at its own moment if it has one."""

    id: str | int
    text: str
    as_of: datetime | None = None


def read_texts(batch: Iterable[str]) -> tuple[TextLine, ...]:
    """All lines, empty ones left out.

    Raises:
        BatchError: naming the first line that is no JSON object with an "id" and a "text".
    """
    return tuple(
        _read_text(text, number) for number, text in enumerate(batch, start=1) if text.strip()
    )


@dataclass(frozen=True)
class RequestLine:
    """One request in the form of another tool; what it may hold is judged further down."""

    id: str | int
    request: Mapping[str, Any]


def read_requests(batch: Iterable[str]) -> tuple[RequestLine, ...]:
    """All lines, empty ones left out.

    Raises:
        BatchError: naming the first line that is no JSON object with an "id".
    """
    return tuple(
        _read_request(text, number) for number, text in enumerate(batch, start=1) if text.strip()
    )


def without_broken_bytes(text: str) -> str:
    """Bytes of the command line that are no characters become `?`, so that they can be printed."""
    return text.encode("utf-8", "replace").decode()


def _read_line(text: str, number: int) -> BatchLine:
    try:
        match json.loads(text):
            case {"id": str() | int() as identity, "question": str() as question, **others}:
                return BatchLine(
                    id=identity,
                    question=without_broken_bytes(question),
                    user=_user(others),
                    as_of=_as_of(others),
                    previous=_previous(others),
                )
    except (ValueError, click.BadParameter) as error:
        raise BatchError(number) from error
    raise BatchError(number)


def _read_text(line: str, number: int) -> TextLine:
    keys = ("id", "text")
    try:
        match json.loads(line):
            case {"id": str() | int() as identity, "text": str() as text, **others}:
                return TextLine(identity, without_broken_bytes(text), _as_of(others))
    except (ValueError, click.BadParameter) as error:
        raise BatchError(number, keys) from error
    raise BatchError(number, keys)


def _read_request(text: str, number: int) -> RequestLine:
    try:
        match json.loads(text):
            case {"id": str() | int() as identity, **request}:
                return RequestLine(identity, {str(key): value for key, value in request.items()})
    except ValueError as error:
        raise BatchError(number, keys=("id",)) from error
    raise BatchError(number, keys=("id",))


def _user(others: Mapping[object, object]) -> str | None:
    user = others.get("user")
    if user is None or isinstance(user, str):
        return user
    raise ValueError("a user goes by a name")


def _previous(others: Mapping[object, object]) -> str | int | None:
    previous = others.get("previous")
    if previous is None or isinstance(previous, str | int):
        return previous
    raise ValueError("a turn goes by its id")


def _as_of(others: Mapping[object, object]) -> datetime | None:
    as_of = others.get("as_of")
    if as_of is None:
        return None
    if isinstance(as_of, str):
        return Moment().convert(as_of, None, None)
    raise ValueError("a moment is a text")
