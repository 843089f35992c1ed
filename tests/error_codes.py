"""The codes of problems that the packages can report, read off their source.

A code is what is passed, literally, for a parameter named `code`: to `Issue`, to an exception, or
to a function that builds one. What such a parameter's `Literal` allows counts, and so does what a
local variable `code` is set to, directly or from a function of the same module.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.source_tree import Module, dotted


@dataclass(frozen=True)
class Taker:
    """Something that takes a code; `position` counts from 0, None for a keyword only."""

    name: str
    position: int | None


@dataclass(frozen=True)
class Use:
    """A place, "file:line", that reports a code; None where the source does not tell which one."""

    place: str
    code: str | None


def error_codes(modules: Iterable[Module]) -> Mapping[str, str]:
    """Code → a place that uses it."""
    return {use.code: use.place for use in uses(modules) if use.code is not None}


def uses(modules: Iterable[Module]) -> tuple[Use, ...]:
    """Every use of a code, in order of files and lines."""
    found = tuple(modules)
    own = {module.path: _takers(module.tree) for module in found}
    public = {
        name: taker
        for takers in own.values()
        for name, taker in takers.items()
        if not name.startswith("_")
    }
    public |= _inherited(found, public)
    return tuple(
        use
        for module in found
        for use in (
            *_passed(module, public | own[module.path]),
            *_allowed(module),
            *_assigned(module),
        )
    )


def _takers(tree: ast.Module) -> dict[str, Taker]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found.append(_of_function(node, node.name))
        elif isinstance(node, ast.ClassDef):
            found.extend(_of_class(node))
    return {taker.name: taker for taker in found if taker}


def _of_class(node: ast.ClassDef) -> Iterator[Taker | None]:
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            yield _of_function(part, node.name)
        elif isinstance(part, ast.AnnAssign) and dotted(part.target) == "code":
            yield Taker(node.name, None)


def _of_function(function: ast.FunctionDef, name: str) -> Taker | None:
    positional = [each.arg for each in function.args.args if each.arg not in {"self", "cls"}]
    if "code" in positional:
        return Taker(name, positional.index("code"))
    by_keyword = "code" in {each.arg for each in function.args.kwonlyargs}
    return Taker(name, None) if by_keyword else None


def _inherited(modules: Iterable[Module], takers: Mapping[str, Taker]) -> dict[str, Taker]:
    """The classes without a constructor of their own that stand below one that takes a code."""
    classes = [
        node
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and not _has_init(node)
    ]
    found: dict[str, Taker] = {}
    for _ in classes:  # as many rounds as the longest family may have members
        for node in classes:
            for base in map(dotted, node.bases):
                above = found.get(base or "") or takers.get(base or "")
                if above and node.name not in takers:
                    found[node.name] = Taker(node.name, above.position)
    return found


def _has_init(node: ast.ClassDef) -> bool:
    return any(isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in node.body)


def _passed(module: Module, takers: Mapping[str, Taker]) -> Iterator[Use]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = (dotted(node.func) or "").rpartition(".")[2]
            calls = [(node, takers[name])] if name in takers else []
        elif isinstance(node, ast.ClassDef):
            calls = list(_calls_of_super(node, takers))
        else:
            continue
        for call, taker in calls:
            if argument := _argument(call, taker):
                yield from _read(argument, f"{module.path}:{call.lineno}")


def _calls_of_super(
    node: ast.ClassDef, takers: Mapping[str, Taker]
) -> Iterator[tuple[ast.Call, Taker]]:
    """The calls of `super().__init__` in a class whose base takes a code."""
    bases = [takers[base] for each in node.bases if (base := dotted(each) or "") in takers]
    for part in ast.walk(node) if bases else ():
        match part:
            case ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name("super")), attr="__init__")
            ):
                yield part, bases[0]


def _argument(call: ast.Call, taker: Taker) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == "code":
            return keyword.value
    position = taker.position
    return call.args[position] if position is not None and position < len(call.args) else None


def _read(node: ast.expr, place: str) -> Iterator[Use]:
    """The literals in an expression; a variable or attribute named `code` hands one on."""
    match node:
        case ast.Constant(value=str(code)):
            yield Use(place, code)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _read(body, place)
            yield from _read(orelse, place)
        case ast.Name("code") | ast.Attribute(attr="code"):
            return
        case _:
            yield Use(place, None)


def _allowed(module: Module) -> Iterator[Use]:
    """What the `Literal` of a parameter named `code` allows, written out or by an alias."""
    aliases = {
        dotted(node.targets[0]): node.value
        for node in module.tree.body
        if isinstance(node, ast.Assign)
    }
    for function in module.functions():
        for parameter in (*function.args.args, *function.args.kwonlyargs):
            if parameter.arg != "code" or parameter.annotation is None:
                continue
            match aliases.get(dotted(parameter.annotation), parameter.annotation):
                case ast.Subscript(value=ast.Name("Literal"), slice=ast.Tuple(elts=values)):
                    for value in values:
                        yield from _read(value, f"{module.path}:{function.lineno}")


def _assigned(module: Module) -> Iterator[Use]:
    """What a local `code` is set to: `code = "a"`, or `code, text = f()`, `f` of this module."""
    returns = {
        function.name: [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple)
        ]
        for function in module.functions()
    }
    for node in ast.walk(module.tree):
        match node:
            case ast.Assign(targets=[ast.Name("code")], value=value):
                yield from _read(value, f"{module.path}:{node.lineno}")
            case ast.Assign(
                targets=[ast.Tuple(elts=names)], value=ast.Call(func=ast.Name(called))
            ) if (position := _index(names, lambda each: dotted(each) == "code")) is not None:
                for value in returns.get(called, []):
                    yield from _read(value.elts[position], f"{module.path}:{value.lineno}")


def _index(nodes: Sequence[ast.expr], wanted: Callable[[ast.expr], bool]) -> int | None:
    return next((place for place, node in enumerate(nodes) if wanted(node)), None)
