"""Definition files that an import is about to write, each part with its place in the Ossie file.

The rules of `validation` speak of lines of files that nobody has seen yet; `place_of` says which
part that is and where its author wrote it. Imports only `located_yaml`, `issues` and `model`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from semantic_layer.interchange.ossie_definitions import Entry, yaml_of
from semantic_layer.issues import Issue
from semantic_layer.loading.located_yaml import read_yaml
from semantic_layer.model import Place

PREFIX = "ossie_"
# The first line of every file that an import writes; by it the next import knows its own.
HEADER = "# Imported from Apache Ossie; the next `koujing import ossie` replaces this file."


@dataclass(frozen=True)
class Part:
    """The entry of a dataset, a dimension or a metric, its name there and where it stood."""

    entry: Entry
    name: str
    place: Place


@dataclass(frozen=True)
class FileDraft:
    """A definition file: its head, and for a dataset the dimensions and metrics."""

    stem: str
    head: Part
    dimensions: tuple[Part, ...] = ()
    metrics: tuple[Part, ...] = ()

    @property
    def file(self) -> str:
        """The name of the file in the project's `models/`."""
        return f"{PREFIX}{self.stem}.yml"

    @cached_property
    def text(self) -> str:
        """What the file says."""
        lists = {"dimensions": self.dimensions, "metrics": self.metrics}
        inside = {key: [part.entry for part in parts] for key, parts in lists.items() if parts}
        return f"{HEADER}\n{yaml_of(self.head.entry | inside)}"

    def part_at(self, line: int) -> Part:
        """The dimension or metric around a line, or the head."""
        lines = read_yaml(self.file, self.text).lines
        for key, parts in (("metrics", self.metrics), ("dimensions", self.dimensions)):
            starts = [lines[key, number] for number in range(len(parts))]
            before = [number for number, start in enumerate(starts) if start <= line]
            if before and line < _end_of(lines.get(("metrics",)), key, line):
                return parts[before[-1]]
        return self.head

    def without(self, parts: Sequence[Part]) -> FileDraft:
        """The file with these dimensions and metrics left out."""
        return replace(
            self,
            dimensions=tuple(one for one in self.dimensions if one not in parts),
            metrics=tuple(one for one in self.metrics if one not in parts),
        )


def _end_of(metrics: int | None, key: str, line: int) -> int:
    """The line at which a list ends; the metrics come after the dimensions and are the last."""
    return metrics if key == "dimensions" and metrics is not None else line + 1


def part_of(issue: Issue, files: Iterable[FileDraft]) -> Part | None:
    """The part of a draft that an issue is about, or None where it is about something else."""
    file, _, line = (issue.where or "").rpartition(":")
    for draft in files:
        if draft.file == file and line.isdigit():
            return draft.part_at(int(line))
    return None


def relocated(issue: Issue, files: Iterable[FileDraft]) -> Issue:
    """An issue with the place where the author of the Ossie file can act."""
    part = part_of(issue, files)
    return issue.model_copy(update={"where": str(part.place)}) if part is not None else issue
