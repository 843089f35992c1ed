"""The packages as parsed source, for test_architecture.py and test_docs.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("semantic_layer", "warehouse", "assistant", "ui")
PURE_PACKAGES = PACKAGES[:3]


@dataclass(frozen=True)
class Import:
    """`origin` is what is loaded (`a.b.c` for `from a.b import c`); `binds`: name, meaning."""

    origin: str
    line: int
    binds: tuple[str, str] | None = None


@dataclass(frozen=True)
class Module:
    """One source file; `path` is relative to the root of the project."""

    path: str
    source: str

    @property
    def name(self) -> str:
        """The dotted name; a package goes by its own."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.source, self.path)

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Every import: inside functions, under TYPE_CHECKING and by `import_module` as well."""
        return tuple(found for node in ast.walk(self.tree) for found in _imports_of(node))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, nested ones included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def modules(package: str) -> tuple[Module, ...]:
    """The modules of a package in order of their paths."""
    return tuple(read(path) for path in sorted((ROOT / package).rglob("*.py")))


def read(path: Path) -> Module:
    """The module in a file of the project."""
    return Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def everything() -> tuple[Module, ...]:
    """The modules of all packages, and `app.py`."""
    app = ROOT / "app.py"
    of_packages = tuple(module for package in PACKAGES for module in modules(package))
    return (*of_packages, read(app)) if app.exists() else of_packages


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` of an attribute chain that starts with a name, otherwise None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return None


def _imports_of(node: ast.AST) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for name in node.names:
            top = name.name.partition(".")[0]
            binding = (name.asname, name.name) if name.asname else (top, top)
            yield Import(name.name, node.lineno, binding)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "relative imports are banned by the linter"
        for name in node.names:
            origin = f"{node.module}.{name.name}"
            yield Import(origin, node.lineno, (name.asname or name.name, origin))
    elif isinstance(node, ast.Call) and _is_dynamic_import(node):
        match node.args:
            case [ast.Constant(value=str(origin)), *_]:
                yield Import(origin, node.lineno)


def _is_dynamic_import(call: ast.Call) -> bool:
    return (dotted(call.func) or "").rpartition(".")[2] in {"import_module", "__import__"}
