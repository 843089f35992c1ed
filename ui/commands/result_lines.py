"""A batch of bare results, one JSON object a line, each read for itself: a bad one stops no other.

Beside `batch_file`, whose lines may follow each other, so that a bad one stops the whole batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from semantic_layer import Issue
from semantic_layer.issues import Text


@dataclass(frozen=True)
class ResultLine:
    """A result to draw: columns as {"name", "type", "unit"?, "additivity"?}, and their rows."""

    id: str | int
    columns: tuple[Mapping[str, Any], ...]
    rows: tuple[Sequence[Any], ...]
    intent: str | None = None
    question: str = ""


@dataclass(frozen=True)
class BadLine:
    """A line that is no result, and why; `id` where it has one."""

    id: str | int | None
    issue: Issue


def read_results(batch: Iterable[str]) -> Iterator[ResultLine | BadLine]:
    """Each line in its turn, empty ones left out."""
    for number, text in enumerate(batch, start=1):
        if text.strip():
            yield _read(text, number)


def _read(text: str, number: int) -> ResultLine | BadLine:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):  # an integer of thousands of digits is a ValueError
        return BadLine(None, _issue(number, _NO_OBJECT))
    if not isinstance(line, dict):
        return BadLine(None, _issue(number, _NO_OBJECT))
    identity = line.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int):
        return BadLine(None, _issue(number, _NO_ID))
    if problem := _problem(line):
        return BadLine(identity, _issue(number, problem))
    names = [str(column["name"]) for column in line["columns"]]
    return ResultLine(
        id=identity,
        columns=tuple(line["columns"]),
        rows=tuple(_cells(row, names) for row in line["rows"]),
        intent=line.get("intent"),
        question=line.get("question") or "",
    )


def _problem(line: Mapping[str, Any]) -> Text | None:
    columns, rows = line.get("columns"), line.get("rows")
    if not isinstance(columns, list) or not columns or not all(map(_is_column, columns)):
        return _NO_COLUMNS
    if not isinstance(rows, list) or not all(isinstance(row, list | dict) for row in rows):
        return _NO_ROWS
    if any(isinstance(row, list) and len(row) != len(columns) for row in rows):
        return _UNEVEN_ROWS
    if any(not isinstance(line.get(key) or "", str) for key in ("intent", "question")):
        return _NO_TEXT
    return None


def _is_column(column: object) -> bool:
    return isinstance(column, dict) and isinstance(column.get("name"), str)


def _cells(row: Sequence[Any] | Mapping[str, Any], names: Sequence[str]) -> Sequence[Any]:
    """A row as a list; many programs print rows as objects with the columns' names."""
    return [row.get(name) for name in names] if isinstance(row, Mapping) else row


def _issue(number: int, problem: Text) -> Issue:
    return Issue(
        code="unreadable_result",
        message=Text(zh=f"第 {number} 行{problem.zh}。", en=f"Line {number} {problem.en}."),
    )


_NO_OBJECT = Text(
    zh='不是 JSON 对象；请写成 {"id", "columns", "rows"}',
    en='is no JSON object; write {"id", "columns", "rows"}',
)
_NO_ID = Text(
    zh='没有 "id"；请给一个文字或整数', en='has no "id"; give it a text or a whole number'
)
_NO_COLUMNS = Text(
    zh='的 "columns" 不是列的列表；请写成 [{"name", "type"}, …]',
    en='has no list of "columns"; write [{"name", "type"}, …]',
)
_NO_ROWS = Text(
    zh='的 "rows" 不是行的列表；请把每行写成一个列表',
    en='has no list of "rows"; write each row as a list',
)
_UNEVEN_ROWS = Text(
    zh="有的行与列数不符；请让每行的单元格与列一一对应",
    en="has a row with more or fewer cells than there are columns; give one cell a column",
)
_NO_TEXT = Text(
    zh='的 "intent" 或 "question" 不是文字；请写成文字或去掉',
    en='has an "intent" or a "question" that is no text; write one or leave it out',
)
