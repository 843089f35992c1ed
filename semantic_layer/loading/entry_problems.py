"""What Pydantic found wrong with a definition file, in our words, languages and lines.

Used by `loader` only; imports `definition_files`, `located_yaml` and `issues`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from semantic_layer.issues import Issue, Text, nearest
from semantic_layer.loading.definition_files import known_keys
from semantic_layer.loading.located_yaml import KeyPath, LocatedYaml

_KINDS: Mapping[str, tuple[str, str]] = {
    "bool_parsing": ("true 或 false", "true or false"),
    "bool_type": ("true 或 false", "true or false"),
    "date_from_datetime_inexact": ("日期，例如 2024-11-11", "a date such as 2024-11-11"),
    "date_from_datetime_parsing": ("日期，例如 2024-11-11", "a date such as 2024-11-11"),
    "date_parsing": ("日期，例如 2024-11-11", "a date such as 2024-11-11"),
    "dict_type": ("“键: 值”的映射", "a mapping of keys to values"),
    "float_parsing": ("数字", "a number"),
    "float_type": ("数字", "a number"),
    "int_parsing": ("整数", "a whole number"),
    "int_type": ("整数", "a whole number"),
    "model_attributes_type": ("“键: 值”的映射", "a mapping of keys to values"),
    "model_type": ("“键: 值”的映射", "a mapping of keys to values"),
    "string_type": ("文字（数字请加引号）", "text (quote a number)"),
    "tuple_type": ("列表", "a list"),
}


def describe(
    error: ValidationError, yaml: LocatedYaml, keys: Sequence[str] | None = None
) -> tuple[Issue, ...]:
    """One issue for each thing that Pydantic objects to, in the order of the lines.

    `keys` are those that the file may hold; by default those of definitions.
    """
    problems = error.errors(include_url=False)
    found = [
        (
            _existing(yaml.data, _located(problem)),
            problem["type"],
            _name(problem["loc"]),
            problem.get("ctx", {}),
        )
        for problem in problems
        if not _follows(problem, problems)
    ]
    return tuple(
        _issue(str(kind), name, context, path, yaml, keys)
        for path, kind, name, context in sorted(found, key=lambda one: yaml.place(one[0]).line)
    )


def _follows(problem: Mapping[str, Any], problems: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a list only seems empty because its items are wrong."""
    place = problem["loc"]
    inside = (other["loc"] for other in problems if other["loc"] != place)
    return problem["type"] == "too_short" and any(loc[: len(place)] == place for loc in inside)


def _located(problem: Mapping[str, Any]) -> tuple[int | str, ...]:
    is_tag = problem["type"] == "union_tag_invalid"
    return (*problem["loc"], _discriminator(problem.get("ctx", {}))) if is_tag else problem["loc"]


def _discriminator(context: Mapping[str, Any]) -> str:
    """The key that tells the kinds of an entry apart: `type`, or `kind` of a filter."""
    return str(context.get("discriminator", "type")).strip("'")


def _name(location: tuple[int | str, ...]) -> str:
    """The key that a problem is about, or `metrics[0]` for an item of a list."""
    *before, last = location
    return f"{before[-1]}[{last}]" if isinstance(last, int) and before else str(last)


def _existing(data: Any, location: tuple[int | str, ...]) -> KeyPath:
    """The part of Pydantic's location that is in the file: it also holds tags of unions."""
    path: KeyPath = ()
    for step in location:
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int)
        ):
            data = data[step]  # type: ignore[index]
            path = (*path, step)
    return path


def _issue(
    kind: str,
    name: str,
    context: Mapping[str, Any],
    path: KeyPath,
    yaml: LocatedYaml,
    keys: Sequence[str] | None,
) -> Issue:
    code, message, suggestions = _sentence(kind, name, context, keys)
    return Issue(code=code, message=message, where=str(yaml.place(path)), suggestions=suggestions)


def _sentence(
    kind: str, name: str, context: Mapping[str, Any], keys: Sequence[str] | None
) -> tuple[str, Text, tuple[str, ...]]:
    match kind:
        case "missing":
            return "key_missing", _missing(name), ()
        case "union_tag_not_found":
            return "key_missing", _missing(_discriminator(context)), ()
        case "extra_forbidden":
            near = nearest(name, known_keys() if keys is None else keys)
            return "key_unknown", _unknown(name, near), near
        case "literal_error" | "enum" | "union_tag_invalid":
            listed = str(context.get("expected") or context.get("expected_tags"))
            return "value_unknown", _not_listed(context.get("tag"), listed), ()
        case "greater_than_equal":
            return "value_too_small", _too_small(name, context.get("ge")), ()
        case "less_than_equal":
            return "value_too_large", _too_large(name, context.get("le")), ()
        case "string_too_short" | "too_short":
            return "value_empty", _empty(name), ()
        case _:
            zh, en = _KINDS.get(kind, ("另一种写法", "written differently"))
            return "value_of_wrong_kind", _wrong_kind(name, zh, en), ()


def _missing(name: str) -> Text:
    return Text(
        zh=f"这里缺少键 {name!r}；请补上。",
        en=f"The key {name!r} is missing here; add it.",
    )


def _unknown(name: str, near: tuple[str, ...]) -> Text:
    if near:
        return Text(
            zh=f"没有键 {name!r}；是否要写 {near[0]!r}？",
            en=f"There is no key {name!r} here; did you mean {near[0]!r}?",
        )
    # Within {…} a comma ends the value: the rest of a sentence then looks like a key.
    return Text(
        zh=f"这里不能写键 {name!r}；请删去它，若它是一句话的后半句，请给整句加引号。",
        en=f"The key {name!r} does not belong here; remove it, "
        "or quote the text if it is the rest of a sentence with a comma.",
    )


def _not_listed(tag: object, listed: str) -> Text:
    got_zh, got_en = (f"{tag!r} ", f" {tag!r}") if tag else ("这个值", "")
    listed_zh = listed.replace(" or ", "、").replace(", ", "、")
    return Text(
        zh=f"{got_zh}不在可选值之中；请改为其中之一：{listed_zh}。",
        en=f"The value{got_en} is not one of the possible ones; choose {listed}.",
    )


def _too_small(name: str, least: object) -> Text:
    return Text(
        zh=f"{name!r} 必须不小于 {least}。",
        en=f"{name!r} must be at least {least}.",
    )


def _too_large(name: str, most: object) -> Text:
    return Text(
        zh=f"{name!r} 必须不大于 {most}。",
        en=f"{name!r} must be at most {most}.",
    )


def _empty(name: str) -> Text:
    return Text(
        zh=f"{name!r} 是空的；请写上内容或删去这个键。",
        en=f"{name!r} is empty; fill it in or remove the key.",
    )


def _wrong_kind(name: str, zh: str, en: str) -> Text:
    return Text(
        zh=f"{name!r} 应当是{zh}。",
        en=f"{name!r} must be {en}.",
    )
