"""`Sentence`: the links of a question that carry meaning, and what every part asks of them.

Bottom of the package: imports no other part but `silent_words`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from assistant.linking.member_groups import expanded
from assistant.linking.normalize import singular
from assistant.outcome import Link, LinkKind
from assistant.question_parts.silent_words import without_silent_words
from semantic_layer import Text

METRIC_LIKE = frozenset(
    {LinkKind.metric, LinkKind.ambiguous_metric, LinkKind.event, LinkKind.quantity}
)
_SILENT = frozenset({"filler", "greeting", "of", "whole", "total", "along"})


class NotCovered(Exception):
    """These links have no place in a plan that this parser can build; `reason` may say why."""

    def __init__(self, links: Iterable[Link], reason: Text | None = None) -> None:
        self.words = tuple(dict.fromkeys(link.text for link in links))
        self.reason = reason
        super().__init__(", ".join(self.words))


@dataclass(frozen=True)
class Sentence:
    """The links that are not mere fillers, in order; parts refer to them by their index."""

    question: str
    links: tuple[Link, ...]

    @classmethod
    def of(cls, question: str, links: Iterable[Link]) -> Sentence:
        """The sentence of a fully linked question."""
        said = tuple(
            link
            for link in expanded(links)
            if link.kind is not LinkKind.filler or link.name not in _SILENT
        )
        return cls(question, without_silent_words(said))

    def kind(self, index: int) -> LinkKind | None:
        """The kind of a link, or None outside the sentence."""
        return self.links[index].kind if 0 <= index < len(self.links) else None

    def role(self, index: int) -> str:
        """The name of a closed-class word, or an empty string for anything else."""
        if self.kind(index) is LinkKind.filler:
            return self.links[index].name
        return ""

    def indices(self, *kinds: LinkKind) -> tuple[int, ...]:
        """Where links of these kinds stand."""
        return tuple(index for index, link in enumerate(self.links) if link.kind in kinds)

    def roles(self, *names: str) -> tuple[int, ...]:
        """Where closed-class words of these names stand."""
        return tuple(index for index in range(len(self.links)) if self.role(index) in names)

    def is_metric_like(self, index: int) -> bool:
        """Whether a link names a metric or a side of one."""
        return self.kind(index) in METRIC_LIKE

    def is_row_unit(self, index: int) -> bool:
        """Whether a link is a unit of time that may be a row of the result: the 天 of 最高的5天."""
        return self.kind(index) is LinkKind.grain and self.links[index].name.startswith("row_")

    def gap(self, index: int) -> str:
        """The text between a link and the one before it."""
        start = self.links[index - 1].end if index > 0 else 0
        return self.question[start : self.links[index].start]

    def is_plural(self, index: int) -> bool:
        """Whether an English word is written in the plural."""
        word = self.links[index].text.lower().split()[-1]
        return singular(word) != word

    @cached_property
    def contrasts(self) -> tuple[int, ...]:
        """Where 对比, vs, 比 and the like stand."""
        return tuple(
            index
            for index in self.indices(LinkKind.comparison)
            if self.links[index].name in ("contrast", "than")
        )

    def joins_metrics(self, index: int) -> bool:
        """Whether a word puts two metrics side by side; 比 between them may ask for their ratio."""
        is_contrast = index in self.contrasts and self.links[index].name == "contrast"
        return is_contrast or self.role(index) == "conjunction"

    def not_covered(self, *indices: int, reason: Text | None = None) -> NotCovered:
        """The exception that names these links, and in one clause what is wrong with them."""
        return NotCovered((self.links[index] for index in indices), reason)
