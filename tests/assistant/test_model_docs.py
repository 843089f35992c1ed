"""The table of providers in the documentation, held against LangChain's own list."""

from __future__ import annotations

import re

import pytest
from langchain.chat_models import base

from tests.source_tree import ROOT

PAGE = (ROOT / "docs/models.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| [^|]+ \| `(\w+):MODEL` \| ([^|]+) \|", PAGE, re.M)


def test_the_table_is_there() -> None:
    assert len(ROWS) >= 10


@pytest.mark.parametrize(("provider", "package"), ROWS)
def test_each_provider_is_one_of_langchains_in_the_named_package(
    provider: str, package: str
) -> None:
    module, *_ = base._BUILTIN_PROVIDERS[provider]
    named = re.search(r"langchain-[\w-]+", package)
    expected = named[0] if named else "langchain-openai"  # "as above"
    assert module.partition(".")[0] == expected.replace("-", "_")
