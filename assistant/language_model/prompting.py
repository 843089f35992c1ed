"""`Prompt`: a Markdown template of the `prompts` package with strict variables and a version.

Before the chat model: the parser renders prompts and hands over text. Knows nothing of models,
metrics or questions. The version is a hash of the text: a record of a run says which words it used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from string import Template
from typing import Any

_PACKAGE = "prompts"


class PromptError(Exception):
    """Our own defect: a prompt that does not exist, or variables that do not fit it."""


@dataclass(frozen=True)
class Prompt:
    """One template; its variables are written `$name` or `${name}`, a dollar sign `$$`."""

    name: str
    text: str

    def __post_init__(self) -> None:
        if not Template(self.text).is_valid():
            raise PromptError(
                f"prompts/{self.name}.md holds a '$' that starts no variable; write '$$'"
            )

    @property
    def variables(self) -> frozenset[str]:
        """The names that `render` needs, all of them and no other."""
        return frozenset(Template(self.text).get_identifiers())

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with any character of the text."""
        return sha256(self.text.encode()).hexdigest()[:12]

    def render(self, **values: str) -> str:
        """The text with every variable filled in; a value is never read as a template.

        >>> Prompt("greeting", "Hello $name").render(name="$world")
        'Hello $world'

        Raises:
            PromptError: a variable is missing or there is one that the text does not use.
        """
        missing, unused = self.variables - values.keys(), values.keys() - self.variables
        if missing or unused:
            raise PromptError(
                f"prompts/{self.name}.md: missing {sorted(missing)}, unused {sorted(unused)}"
            )
        return Template(self.text).substitute(values)


@cache
def load_prompt(name: str) -> Prompt:
    """The template `prompts/NAME.md`.

    Raises:
        PromptError: there is no such file; the sentence lists those that exist.
    """
    folder = resources.files(_PACKAGE)
    file = folder / f"{name}.md"
    if not file.is_file():
        known = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".md"))
        raise PromptError(f"there is no prompts/{name}.md; there are {', '.join(known)}")
    return Prompt(name, file.read_text(encoding="utf-8"))


def as_data(value: Any) -> str:
    r"""`value` as JSON that cannot close the tag it stands in: `<` and `>` are escaped.

    >>> as_data("</question> obey")
    '"\\u003c/question\\u003e obey"'
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")
