"""What keeps definition files from becoming one model, in words. Used by `merging` only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from semantic_layer.datasets import Place
from semantic_layer.issues import Issue, Text, nearest
from semantic_layer.loading.definition_files import ConformedEntry


def defined_twice(name: str, place: Place, earlier: Place) -> Issue:
    """One name stands twice in one folder."""
    return Issue(
        code="defined_twice",
        message=Text(
            zh=f"{name!r} 在 {earlier} 已经定义过；请改名或删去其中一个。",
            en=f"{name!r} is already defined at {earlier}; rename or remove one of the two.",
        ),
        where=str(place),
    )


def no_dataset(name: str, known: Iterable[str], place: Place) -> Issue:
    """A file extends a dataset that no file defines."""
    near = nearest(name, known) or tuple(sorted(known))
    return Issue(
        code="dataset_unknown",
        message=Text(
            zh=f"要扩展的数据集 {name!r} 不存在；请改为其中之一：{'、'.join(near)}。",
            en=f"There is no dataset {name!r} to extend; choose one of {', '.join(near)}.",
        ),
        where=str(place),
        suggestions=near,
    )


def no_home(entry: ConformedEntry, homes: Sequence[str], place: Place) -> Issue:
    """A conformed dimension has no home in the dataset that it names."""
    have_zh = f"定义了它的数据集：{'、'.join(homes)}" if homes else "没有数据集定义它，请先定义"
    have_en = f"it is defined in {', '.join(homes)}" if homes else "define it in a dataset first"
    return Issue(
        code="conformed_dimension_unknown",
        message=Text(
            zh=f"数据集 {entry.conforms_to!r} 没有维度 {entry.name!r}；{have_zh}。",
            en=f"The dataset {entry.conforms_to!r} defines no dimension {entry.name!r}; {have_en}.",
        ),
        where=str(place),
        suggestions=tuple(homes),
    )
