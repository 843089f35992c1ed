"""Apache Ossie documents → definition files for a project, and what they leave out.

A document that an export of ours wrote is read from its extensions and gives the same definitions
again; any other one is read by what the specification says. Reads files and nothing else; who
calls it validates the drafts beside the project's own files and puts them in place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from semantic_layer.interchange.ossie_definitions import Entry
from semantic_layer.interchange.ossie_drafts import FileDraft, part_of, relocated
from semantic_layer.interchange.ossie_fields import Report
from semantic_layer.interchange.ossie_files import read_models
from semantic_layer.interchange.ossie_foreign import draft_foreign
from semantic_layer.interchange.ossie_names import Names
from semantic_layer.interchange.ossie_own import draft_own, is_own
from semantic_layer.interchange.ossie_texts import Remark, in_order
from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.model import SemanticModel


@dataclass(frozen=True)
class OssieImport:
    """Files to be written, what they leave out, and what they take for granted.

    `is_ours` says that an export of ours wrote some of it, which is taken over whole or not at all.
    """

    files: tuple[FileDraft, ...]
    left_out: tuple[Remark, ...]
    assumed: tuple[Remark, ...]
    is_ours: bool

    @property
    def datasets(self) -> tuple[Entry, ...]:
        """The heads of the datasets' files."""
        return tuple(one.head.entry for one in self.files if "dataset" in one.head.entry)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics."""
        return tuple(str(part.entry["name"]) for file in self.files for part in file.metrics)

    def without(self, issues: Iterable[Issue]) -> OssieImport:
        """The import with the parts left out that break a rule.

        Raises:
            DefinitionError: the rule is about a whole file, or about a definition of ours; each
                issue is at its place in the Ossie file.
        """
        broken = [(issue, part_of(issue, self.files)) for issue in issues]
        heads = [file.head for file in self.files]
        if self.is_ours or any(part is None or part in heads for _, part in broken):
            raise DefinitionError([relocated(issue, self.files) for issue, _ in broken])
        parts = [(part, issue.message) for issue, part in broken if part is not None]
        remarks = [Remark(part.name, _reason(text), str(part.place)) for part, text in parts]
        gone = {part.name for part, _ in parts}
        return replace(
            self,
            files=tuple(file.without([part for part, _ in parts]) for file in self.files),
            left_out=in_order((*self.left_out, *remarks)),
            assumed=tuple(one for one in self.assumed if one.name not in gone),
        )


def read_ossie(path: Path, known: SemanticModel) -> OssieImport:
    """The definitions of an Ossie file, or of every one in a folder, beside those in `known`.

    Raises:
        DefinitionError: with each problem of each file, by name and line.
    """
    names, report = Names(known), Report()
    files: list[FileDraft] = []
    models = read_models(path)
    for model in models:
        own = is_own(model)
        files += draft_own(model, report) if own else draft_foreign(model, names, report)
    _check_stems(files)
    return OssieImport(
        files=tuple(files),
        left_out=in_order(report.left_out),
        assumed=in_order(report.assumed),
        is_ours=any(map(is_own, models)),
    )


def _reason(message: Text) -> Text:
    return Text(zh=message.zh.rstrip("。"), en=message.en.rstrip("."))


def _check_stems(files: Iterable[FileDraft]) -> None:
    """Two exports of ours in one folder define the same datasets."""
    found: dict[str, FileDraft] = {}
    issues = [
        _twice(file, earlier)
        for file in files
        if (earlier := found.setdefault(file.stem, file)) is not file
    ]
    if issues:
        raise DefinitionError(issues)


def _twice(file: FileDraft, earlier: FileDraft) -> Issue:
    name, place = file.head.name, earlier.head.place
    return Issue(
        code="defined_twice",
        message=Text(
            zh=f"{name!r} 在 {place} 已经定义过；请改名或删去其中一个。",
            en=f"{name!r} is already defined at {place}; rename or remove one of the two.",
        ),
        where=str(file.head.place),
    )
