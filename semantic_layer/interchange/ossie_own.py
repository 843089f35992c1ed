"""A document that an export of ours wrote → the drafts of the definition files that it came from.

The extensions hold every definition whole, so the standard keys are only compared with them: what
somebody changed there, or added, is told and not taken over. Used by `ossie_import`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from semantic_layer.interchange.ossie_definitions import Entry
from semantic_layer.interchange.ossie_drafts import FileDraft, Part
from semantic_layer.interchange.ossie_fields import Report
from semantic_layer.interchange.ossie_files import OssieModel
from semantic_layer.issues import DefinitionError, Issue, Text
from semantic_layer.model import Place

# The number of the form that the extensions have; a later one may not be read by this version.
FORMAT = 1

# Lists that stand in the model's extension, each of which is a definition file of its own.
_LISTS = ("facets", "events", "access_policy", "verified_questions")


def is_own(model: OssieModel) -> bool:
    """Whether an export of ours wrote the document."""
    return "format" in (model.entry.own_extension or {})


def draft_own(model: OssieModel, report: Report) -> tuple[FileDraft, ...]:
    """The files of a document, one a dataset and one for each thing that belongs to none.

    Raises:
        DefinitionError: the extensions are of a later form, or not whole.
    """
    whole = model.entry.own_extension or {}
    place = model.place("custom_extensions")
    if whole["format"] != FORMAT:
        raise DefinitionError([_later_form(whole["format"], place)])
    metrics = _metrics(model, whole, report)
    lists = {key: _listed(whole.get(key), key, place) for key in (*_LISTS, "calendars")}
    calendars = enumerate(lists.pop("calendars"), 1)
    if roles := ", ".join(str(one.get("role")) for one in lists["access_policy"]):
        zh, en = f"{roles} 的权限以文件为准", f"the rules of {roles} are those of the file"
        report.assume("access_policy", zh, en, place)
    return (
        *_datasets(model, metrics, report),
        *(FileDraft(key, Part({key: own}, key, place)) for key, own in lists.items() if own),
        *(FileDraft(f"calendar_{n}", Part(entry, "calendars", place)) for n, entry in calendars),
    )


def _datasets(
    model: OssieModel, metrics: Mapping[str, Sequence[Part]], report: Report
) -> Iterator[FileDraft]:
    known = set()
    for number, dataset in enumerate(model.entry.datasets):
        place = model.place("datasets", number)
        head = dataset.own_extension
        if head is None:
            report.leave_out(dataset.name, _ADDED, place)
            continue
        name = _name_in(head, "dataset", dataset.name, place)
        known.add(name)
        dimensions = [
            Part(entry, f"{dataset.name}.{one.name}", model.place("datasets", number, "fields", i))
            for i, one in enumerate(dataset.row_fields)
            if (entry := one.own_extension) is not None
        ]
        yield FileDraft(
            stem=name,
            head=Part(head, dataset.name, place),
            dimensions=tuple(dimensions),
            metrics=tuple(metrics.get(name, ())),
        )
    lost = [part for name, parts in metrics.items() if name not in known for part in parts]
    if lost:
        raise DefinitionError([_not_whole(part.name, part.place) for part in lost])


def _metrics(model: OssieModel, whole: Entry, report: Report) -> dict[str, list[Part]]:
    """The metrics by the dataset in whose file they belong."""
    found: dict[str, list[Part]] = {}
    without_sql = _listed(whole.get("metrics"), "metrics", model.place("custom_extensions"))
    entries = [("metrics", data, model.place("custom_extensions")) for data in without_sql]
    for number, metric in enumerate(model.entry.metrics):
        place = model.place("metrics", number)
        if metric.own_extension is None:
            report.leave_out(metric.name, _ADDED, place)
        else:
            entries.append((metric.name, metric.own_extension, place))
    for name, data, place in entries:
        entry = data.get("metric")
        dataset = _name_in(data, "dataset", name, place)
        if not isinstance(entry, dict):
            raise DefinitionError([_not_whole(name, place)])
        own = _name_in(entry, "name", name, place)
        found.setdefault(dataset, []).append(Part(entry, own, place))
    return found


def _listed(value: Any, name: str, place: Place) -> list[Entry]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise DefinitionError([_not_whole(name, place)])
    return value


def _name_in(entry: Entry, key: str, holder: str, place: Place) -> str:
    name = entry.get(key)
    if not isinstance(name, str) or not name.isidentifier():
        raise DefinitionError([_not_whole(holder, place)])
    return name


_ADDED = Text(
    zh="它不是本系统导出的，没有扩展；请在 models/ 里定义它",
    en="it was added elsewhere and has no extension of ours; define it in models/",
)


def _later_form(form: Any, place: Place) -> Issue:
    return Issue(
        code="ossie_extension_broken",
        message=Text(
            zh=f"文件的 KOUJING 扩展是第 {form} 版格式，这里只能读第 {FORMAT} 版；请升级后再导入。",
            en=f"The KOUJING extensions of the file have form {form}, this version reads form "
            f"{FORMAT}; upgrade and import again.",
        ),
        where=str(place),
    )


def _not_whole(name: str, place: Place) -> Issue:
    return Issue(
        code="ossie_extension_broken",
        message=Text(
            zh=f"{name!r} 的 KOUJING 扩展不完整；请重新导出，或删去文件里的全部 KOUJING 扩展。",
            en=f"The KOUJING extension of {name!r} is not whole; "
            "export again, or remove all KOUJING extensions from the file.",
        ),
        where=str(place),
    )
