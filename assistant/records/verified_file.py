"""A verified question as an entry of the project's `models/verified_questions.yml`.

The text of the file is kept as its authors wrote it, comments and all; one entry is added at its
end. Used by `approval`, which validates the outcome before it is kept. Pure: text in, text out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from assistant.records.plan_text import plan_data
from semantic_layer import SemanticQuery

FILE_NAME = "verified_questions.yml"
_KEY = "verified_questions"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONSTANTS = frozenset({"true", "false", "null"})
_NEW_FILE = f"{_KEY}:\n"


@dataclass(frozen=True)
class Entry:
    """A question in words and its plan, who vouches for it, and since when."""

    zh: str | None
    en: str | None
    query: SemanticQuery
    verified_by: str
    verified_at: date

    @property
    def texts(self) -> tuple[str, ...]:
        """The question in each language that it is written in."""
        return tuple(text for text in (self.zh, self.en) if text)


def with_entry(text: str, entry: Entry) -> str:
    """The text of the file with one more entry at its end.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text if text.strip() else _NEW_FILE
    listed = _list_of(text)
    if listed is not None and listed.flow_style:
        at = listed.end_mark.index - 1
        separator = ", " if listed.value else ""
        return f"{text[:at]}{separator}{_flow(_data(entry))}{text[at:]}"
    indent = " " * (listed.start_mark.column if listed is not None else 2)
    added = "".join(f"{indent}{line}{newline}" for line in _lines(entry))
    end = "" if text.endswith("\n") else newline
    return f"{text}{end}{added}"


def _list_of(text: str) -> yaml.SequenceNode | None:
    """The list of questions; None where the file has none yet, or is something else."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    lists = (value for key, value in pairs if key.value == _KEY)
    return next((value for value in lists if isinstance(value, yaml.SequenceNode)), None)


def _data(entry: Entry) -> dict[str, Any]:
    words = {"zh": entry.zh, "en": entry.en}
    return {
        "question": {language: text for language, text in words.items() if text},
        "query": plan_data(entry.query),
        "verified_by": entry.verified_by,
        "verified_at": entry.verified_at.isoformat(),
    }


def _lines(entry: Entry) -> list[str]:
    """The entry as people write one: the plan a key a line."""
    data = _data(entry)
    plan = [f"    {key}: {_flow(value)}" for key, value in data["query"].items()]
    return [
        f"- question: {_flow(data['question'])}",
        "  query:",
        *plan,
        f"  verified_by: {_flow(data['verified_by'])}",
        f"  verified_at: {data['verified_at']}",
    ]


def _flow(value: Any) -> str:
    """A value on one line; only plain names go without quotes."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case str() if _PLAIN.fullmatch(value) and value.lower() not in _CONSTANTS:
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)
