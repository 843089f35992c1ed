"""YAML text → plain data that remembers the line of every key and item.

Used by `loader` only. Scalars stay text unless they are plainly a whole number, true, false or
null, so that a member called `no`, `18-24` or `2026-01-01` keeps its name. Duplicate keys, aliases
and tags are errors: a definition is read by people, and each of these hides something from them.
Imports only `issues` and `model`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.model import Place

KeyPath = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_QUOTED = ("'", '"', "|", ">")
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("bool", "float", "int", "map", "merge", "null", "seq", "str", "timestamp", "value")
)
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class LocatedYaml:
    """The data of one file, and the line of each path into them."""

    file: str
    data: dict[str, Any]
    lines: Mapping[KeyPath, int]

    def place(self, path: KeyPath) -> Place:
        """Where `path` stands, or the nearest thing around it that exists."""
        while path not in self.lines:
            path = path[:-1]
        return Place(self.file, self.lines[path])


def read_yaml(file: str, text: str) -> LocatedYaml:
    r"""Parse `text`; `file` is only for the messages.

    Raises:
        DefinitionError: the text is not YAML, is not a mapping, or repeats a key.

    >>> read_yaml("x.yml", "a: 1\nb: [no, 2]").place(("b", 1))
    Place(file='x.yml', line=2)
    """
    root = _compose(file, text)
    if not isinstance(root, yaml.MappingNode):
        raise DefinitionError([_not_a_mapping(file, root)])
    problems = list(_hidden_things(file, root, seen=set()))
    if problems:
        raise DefinitionError(problems)
    lines: dict[KeyPath, int] = {(): _line(root)}
    return LocatedYaml(file, _construct(root, (), lines), lines)


def _compose(file: str, text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        raise DefinitionError([_broken(file, line, text, error)]) from error


def _broken(file: str, line: int, text: str, error: Exception) -> Issue:
    lines = text.splitlines()
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())]:
        message = Text(
            zh="这一行用制表符缩进，YAML 只接受空格；请把 Tab 换成空格。",
            en="This line is indented with a tab; YAML accepts spaces only, replace it with them.",
        )
    else:
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        message = Text(
            zh=f"从这一行起不是有效的 YAML（{problem}）；请检查这一行及上一行的缩进、冒号和引号。",
            en=f"This is not valid YAML from here on ({problem}); "
            "check indentation, colons and quotes of this line and the one before.",
        )
    return Issue(code="yaml_broken", message=message, where=f"{file}:{line}")


def _not_a_mapping(file: str, root: yaml.Node | None) -> Issue:
    return Issue(
        code="yaml_not_a_mapping",
        message=Text(
            zh="文件里没有定义；顶层应以 dataset:、extends:、facets:、calendar: 或 events: 开始。",
            en="The file holds no definition; "
            "start it with dataset:, extends:, facets:, calendar: or events:.",
        ),
        where=f"{file}:{_line(root) if root else 1}",
    )


def _hidden_things(file: str, node: yaml.Node, seen: set[int]) -> Iterator[Issue]:
    """Aliases, tags and repeated keys. An alias shows as a node that is met twice."""
    if id(node) in seen:
        yield Issue(
            code="yaml_alias",
            message=Text(
                zh="这里引用了锚点 （& 与 *）；定义文件不支持，请把内容写全。",
                en="An anchor (& and *) is used here; definition files do not support it, "
                "write the content out.",
            ),
            where=f"{file}:{_line(node)}",
        )
        return
    seen.add(id(node))
    if node.tag not in _TAGS:
        yield _tagged(file, node)
    if isinstance(node, yaml.MappingNode):
        yield from _repeated_keys(file, node)
        for key, value in node.value:
            yield from _hidden_things(file, key, seen)
            yield from _hidden_things(file, value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _hidden_things(file, item, seen)


def _tagged(file: str, node: yaml.Node) -> Issue:
    return Issue(
        code="yaml_tag",
        message=Text(
            zh=f"定义文件不支持标签 {node.tag!r}；请删去它，以 ! 开头的文字请加引号。",
            en=f"The tag {node.tag!r} is not supported; "
            "remove it, or quote a text that starts with '!'.",
        ),
        where=f"{file}:{_line(node)}",
    )


def _repeated_keys(file: str, node: yaml.MappingNode) -> Iterator[Issue]:
    first_lines: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            yield Issue(
                code="yaml_key_not_text",
                message=Text(
                    zh="键必须是文字；请在冒号前写一个名称。",
                    en="A key must be plain text; write a name before the colon.",
                ),
                where=f"{file}:{_line(key)}",
            )
        elif first := first_lines.get(key.value):
            yield Issue(
                code="yaml_duplicate_key",
                message=Text(
                    zh=f"键 {key.value!r} 在第 {first} 行已经写过；请只保留一个。",
                    en=f"The key {key.value!r} already stands in line {first}; keep one.",
                ),
                where=f"{file}:{_line(key)}",
            )
        else:
            first_lines[key.value] = _line(key)


def _construct(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int]) -> Any:
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key, value in node.value:
            lines[(*path, key.value)] = _line(key)
            mapping[key.value] = _construct(value, (*path, key.value), lines)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        items: list[Any] = []
        for index, item in enumerate(node.value):
            lines[(*path, index)] = _line(item)
            items.append(_construct(item, (*path, index), lines))
        return items
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node)


def _scalar(node: yaml.ScalarNode) -> Any:
    text = str(node.value)
    if node.style in _QUOTED:
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    return int(text) if _INTEGER.fullmatch(text) else text


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
