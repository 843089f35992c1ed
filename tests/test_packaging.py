"""What is installed is what is meant: bounds, lock and package data agree with the source."""

from __future__ import annotations

import re
import sys
import tomllib
from fnmatch import fnmatch
from itertools import chain
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.source_tree import PACKAGES, ROOT, everything

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT: dict[str, Any] = PYPROJECT["project"]
BASE = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = {
    extra: [Requirement(line) for line in lines]
    for extra, lines in PROJECT["optional-dependencies"].items()
}
ALL = [*BASE, *chain.from_iterable(EXTRAS.values())]
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][0-9a-z.]*)")

# Import packages whose distribution has another name.
DISTRIBUTIONS = {
    "yaml": "pyyaml",
    "langchain_core": "langchain",
    "altair": "streamlit",
    "pandas": "streamlit",
    "transformers": "sentence-transformers",
    "vl_convert": "vl-convert-python",
}


def lock() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [PIN.fullmatch(line) for line in lines if not line.startswith("#")]
    assert all(pins), "a line of requirements.lock is not name==version: run make lock"
    return {pin["name"]: pin["version"] for pin in pins if pin}


def names(requirements: list[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in requirements}


def distribution(module: str) -> str:
    return canonicalize_name(DISTRIBUTIONS.get(module, module))


@pytest.mark.parametrize("requirement", ALL, ids=str)
def test_lock_holds_every_direct_dependency_within_its_bounds(requirement: Requirement) -> None:
    pinned = lock().get(canonicalize_name(requirement.name))
    assert pinned is not None, "run make lock"
    assert requirement.specifier.contains(pinned), "run make lock"


@pytest.mark.parametrize("requirement", ALL, ids=str)
def test_every_dependency_has_an_upper_bound(requirement: Requirement) -> None:
    assert any(bound.operator in {"<", "=="} for bound in requirement.specifier)


def test_every_library_that_the_packages_import_is_declared() -> None:
    ours = {*PACKAGES, "app", "prompts"}
    imported = {
        found.origin.partition(".")[0] for module in everything() for found in module.imports
    }
    foreign = imported - ours - sys.stdlib_module_names
    assert foreign, "the walk found no import at all"
    extras = (EXTRAS[name] for name in ("pictures", "postgres", "sentence-transformers"))
    declared = names([*BASE, *chain.from_iterable(extras)])
    assert {name for name in foreign if distribution(name) not in declared} == set()


def test_the_base_install_brings_no_torch() -> None:
    assert names(BASE).isdisjoint({"torch", "sentence-transformers", "transformers", "psycopg"})


def test_every_file_that_is_not_python_is_shipped() -> None:
    patterns = PYPROJECT["tool"]["setuptools"]["package-data"]["*"]
    files = [
        path
        for package in (*PACKAGES, "prompts")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    ]
    assert files, "definitions and prompts are data of the packages"
    stray = [path for path in files if not any(fnmatch(path.name, each) for each in patterns)]
    assert stray == [], "name these files in [tool.setuptools.package-data]"
