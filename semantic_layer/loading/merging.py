"""Entries of all files → `SemanticModel`: later folders extend and override, SQL becomes trees.

Second pass of `loader`. Names that must be found to build the model at all (the dataset that a file
extends, the dimension that another conforms to) are looked up here; the other rules stand in
`validation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Generic, TypeVar

from semantic_layer.access.access_policy import AccessPolicy
from semantic_layer.events import Event
from semantic_layer.issues import DefinitionError, Issue
from semantic_layer.loading.definition_files import (
    CalendarFile,
    CategoricalEntry,
    ConformedEntry,
    DatasetFile,
    DefinitionFile,
    DimensionEntry,
    EntityEntry,
    EventsFile,
    ExtensionFile,
    FacetEntry,
    FacetsFile,
    MetricEntry,
    TimeEntry,
    ValidityEntry,
)
from semantic_layer.loading.event_entries import EventAt, event_of_entries
from semantic_layer.loading.fragments import parse_fragment
from semantic_layer.loading.located_yaml import LocatedYaml
from semantic_layer.loading.merging_problems import defined_twice, no_dataset, no_home
from semantic_layer.loading.metric_entries import metric_of, words_of
from semantic_layer.loading.policy_entries import AccessAt, AccessFile, policy_of_entries
from semantic_layer.loading.verified_entries import VerifiedAt, VerifiedFile, questions_of_entries
from semantic_layer.model import (
    SHOP_CALENDAR,
    CalendarTable,
    Dataset,
    Dimension,
    Entity,
    Facet,
    Metric,
    Place,
    SemanticModel,
    Validity,
)
from semantic_layer.query import Grain

EntryT = TypeVar("EntryT", DimensionEntry, MetricEntry)
ArgumentT = TypeVar("ArgumentT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class SourceFile:
    """The entries of one file, their lines, and the number of the folder that it lies in."""

    entries: DefinitionFile
    yaml: LocatedYaml
    folder: int

    def place(self, *path: str | int) -> Place:
        """The line of a key or item, or of the nearest thing around it."""
        return self.yaml.place(path)


@dataclass(frozen=True)
class _At(Generic[EntryT]):
    """An entry and where it stands."""

    entry: EntryT
    dataset: str
    file: SourceFile
    path: tuple[str | int, ...]

    def place(self, *key: str | int) -> Place:
        return self.file.place(*self.path, *key)


@dataclass
class _Problems:
    """What the steps of the pass raised, kept until its end."""

    issues: list[Issue] = field(default_factory=list)

    def attempt(self, step: Callable[[ArgumentT], ResultT], argument: ArgumentT) -> ResultT | None:
        """The step's result, or None and its issues kept."""
        try:
            return step(argument)
        except DefinitionError as error:
            self.issues.extend(error.issues)
            return None

    def raise_if_any(self) -> None:
        """End the pass here if something was found."""
        if self.issues:
            raise DefinitionError(self.issues)


def merge(sources: Sequence[SourceFile]) -> SemanticModel:
    """The model that the files define together; `sources` are in the order of their folders.

    Raises:
        DefinitionError: a name is defined twice in one folder or leads nowhere, or a fragment is
            not SQL.
    """
    problems = _Problems()
    files = _files_by_dataset(sources, problems)
    datasets = _datasets(files, problems)
    entries = [at for name, parts in files.items() for at in _metric_entries(name, parts)]
    metrics = [problems.attempt(_metric, at) for at in _latest(entries, problems)]
    calendars = _calendars(sources, problems)
    events = _events(sources, problems)
    policy = _access_policy(sources, problems)
    problems.raise_if_any()
    model = SemanticModel(
        datasets=datasets,
        metrics={metric.name: metric for metric in metrics if metric is not None},
        facets=_facets(sources),
        calendars=calendars,
        events=events,
        access_policy=policy,
    )
    questions = questions_of_entries(tuple(_verified(sources)), model)
    return replace(model, verified_questions=questions)


def _files_by_dataset(
    sources: Sequence[SourceFile], problems: _Problems
) -> Mapping[str, tuple[SourceFile, ...]]:
    """Dataset → the file that defines it last, then the extensions that come no earlier."""
    home: dict[str, SourceFile] = {}
    for source in sources:
        if isinstance(source.entries, DatasetFile):
            name = source.entries.dataset
            if name in home and home[name].folder == source.folder:
                places = source.place("dataset"), home[name].place("dataset")
                problems.issues.append(defined_twice(name, *places))
            home[name] = source
    files = {name: [source] for name, source in home.items()}
    for source in sources:
        if isinstance(source.entries, ExtensionFile):
            name = source.entries.extends
            if name not in home:
                problems.issues.append(no_dataset(name, home, source.place("extends")))
            elif source.folder >= home[name].folder:
                files[name].append(source)
    return {name: tuple(parts) for name, parts in files.items()}


def _latest(entries: Iterable[_At[EntryT]], problems: _Problems) -> tuple[_At[EntryT], ...]:
    """One entry a name: that of the last folder."""
    found: dict[str, _At[EntryT]] = {}
    for at in entries:
        earlier = found.get(at.entry.name)
        if earlier and earlier.file.folder == at.file.folder:
            problems.issues.append(defined_twice(at.entry.name, at.place(), earlier.place()))
        if earlier is None or earlier.file.folder <= at.file.folder:
            found[at.entry.name] = at
    return tuple(found.values())


def _datasets(
    files: Mapping[str, tuple[SourceFile, ...]], problems: _Problems
) -> Mapping[str, Dataset]:
    own: dict[str, dict[str, Dimension]] = {}
    conformed: list[_At[DimensionEntry]] = []
    for name, parts in files.items():
        own[name] = {}
        for at in _latest(_dimension_entries(name, parts), problems):
            if isinstance(at.entry, ConformedEntry):
                conformed.append(at)
            elif dimension := problems.attempt(_dimension, at):
                own[name][dimension.name] = dimension
    dimensions = {name: dict(found) for name, found in own.items()}
    for at in conformed:
        if dimension := problems.attempt(lambda at: _conformed(at, own), at):
            dimensions[at.dataset][dimension.name] = dimension
    datasets = (
        problems.attempt(lambda parts: _dataset(parts[0], dimensions), parts)
        for parts in files.values()
    )
    return {dataset.name: dataset for dataset in datasets if dataset is not None}


def _dimension_entries(dataset: str, files: Iterable[SourceFile]) -> Iterator[_At[DimensionEntry]]:
    for file in files:
        if isinstance(file.entries, DatasetFile | ExtensionFile):
            for index, entry in enumerate(file.entries.dimensions):
                yield _At(entry, dataset, file, ("dimensions", index))


def _metric_entries(dataset: str, files: Iterable[SourceFile]) -> Iterator[_At[MetricEntry]]:
    for file in files:
        if isinstance(file.entries, DatasetFile | ExtensionFile):
            for index, entry in enumerate(file.entries.metrics):
                yield _At(entry, dataset, file, ("metrics", index))


def _dataset(source: SourceFile, dimensions: Mapping[str, Mapping[str, Dimension]]) -> Dataset:
    entries = source.entries
    assert isinstance(entries, DatasetFile), "the first file of a dataset defines it"
    return Dataset(
        name=entries.dataset,
        source=entries.source,
        grain=entries.grain,
        label=entries.label,
        export_name=entries.export_name,
        entities=tuple(
            _entity(entry, source.place("entities", index, "expr"))
            for index, entry in enumerate(entries.entities)
        ),
        dimensions=dimensions[entries.dataset],
        place=source.place("dataset"),
        validity=_validity(entries.validity, source) if entries.validity else None,
    )


def _validity(entry: ValidityEntry, source: SourceFile) -> Validity:
    return Validity(
        parse_fragment(entry.start, source.place("validity", "start")),
        parse_fragment(entry.end, source.place("validity", "end")),
    )


def _entity(entry: EntityEntry, place: Place) -> Entity:
    return Entity(entry.name, entry.type, parse_fragment(entry.expr or entry.name, place))


def _dimension(at: _At[DimensionEntry]) -> Dimension:
    entry = at.entry
    assert not isinstance(entry, ConformedEntry), "conformed dimensions are built from their home"
    return Dimension(
        name=entry.name,
        dataset=at.dataset,
        type=entry.type,
        expr=parse_fragment(entry.expr or entry.name, at.place("expr")),
        label=entry.label,
        description=entry.description or entry.label,
        synonyms=words_of(entry.synonyms),
        member_synonyms=entry.member_synonyms if isinstance(entry, CategoricalEntry) else {},
        grain=entry.grain if isinstance(entry, TimeEntry) else None,
        personal=isinstance(entry, CategoricalEntry) and entry.personal,
        place=at.place(),
        is_partition=isinstance(entry, TimeEntry) and entry.partition,
        order=entry.order if isinstance(entry, CategoricalEntry) else (),
        region=entry.region if isinstance(entry, CategoricalEntry) else None,
    )


def _conformed(at: _At[DimensionEntry], own: Mapping[str, Mapping[str, Dimension]]) -> Dimension:
    entry = at.entry
    assert isinstance(entry, ConformedEntry)
    home = own.get(entry.conforms_to, {}).get(entry.name)
    if home is None:
        homes = [name for name, dimensions in own.items() if entry.name in dimensions]
        raise DefinitionError([no_home(entry, homes, at.place("conforms_to"))])
    return replace(
        home,
        dataset=at.dataset,
        expr=parse_fragment(entry.expr or entry.name, at.place("expr")),
        place=at.place(),
        conforms_to=entry.conforms_to,
    )


def _metric(at: _At[MetricEntry]) -> Metric:
    return metric_of(at.entry, at.dataset, at.place)


def _calendars(sources: Sequence[SourceFile], problems: _Problems) -> tuple[CalendarTable, ...]:
    """One calendar a grain, that of the last folder; the shop's own unless a file replaces it."""
    found = {SHOP_CALENDAR.grain: SHOP_CALENDAR}
    homes: dict[Grain, SourceFile] = {}
    for source in sources:
        if not isinstance(source.entries, CalendarFile):
            continue
        grain = source.entries.grain
        earlier = homes.get(grain)
        if earlier is not None and earlier.folder == source.folder:
            places = source.place("calendar"), earlier.place("calendar")
            problems.issues.append(defined_twice(f"calendar ({grain})", *places))
        homes[grain] = source
        if calendar := problems.attempt(_calendar, source):
            found[grain] = calendar
    return tuple(found.values())


def _calendar(source: SourceFile) -> CalendarTable:
    entries = source.entries
    assert isinstance(entries, CalendarFile)
    return CalendarTable(
        source=entries.calendar,
        column=entries.column,
        grain=entries.grain,
        units={
            name: parse_fragment(expr, source.place("units", name))
            for name, expr in entries.units.items()
        },
        place=source.place("calendar"),
    )


def _events(sources: Sequence[SourceFile], problems: _Problems) -> Mapping[str, Event]:
    """Each event from its entries in all folders, of which it has one a folder."""
    entries: dict[str, list[EventAt]] = {}
    folders: dict[tuple[str, int], Place] = {}
    for source in sources:
        if not isinstance(source.entries, EventsFile):
            continue
        for index, entry in enumerate(source.entries.events):
            at = EventAt(entry, partial(source.place, "events", index))
            earlier = folders.setdefault((entry.name, source.folder), at.place())
            if earlier != at.place():
                problems.issues.append(defined_twice(entry.name, at.place(), earlier))
            entries.setdefault(entry.name, []).append(at)
    events = (problems.attempt(event_of_entries, found) for found in entries.values())
    return {event.name: event for event in events if event is not None}


def _access_policy(sources: Sequence[SourceFile], problems: _Problems) -> AccessPolicy | None:
    """The rules of each role from the last folder that names it; None if no file does."""
    found: dict[str, tuple[AccessAt, int]] = {}
    for source in sources:
        if not isinstance(source.entries, AccessFile):
            continue
        for index, entry in enumerate(source.entries.access_policy):
            at = AccessAt(entry, partial(source.place, "access_policy", index))
            earlier = found.get(entry.role)
            if earlier is not None and earlier[1] == source.folder:
                places = at.place(), earlier[0].place()
                problems.issues.append(defined_twice(entry.role, *places))
            found[entry.role] = at, source.folder
    if not found:
        return None
    return problems.attempt(policy_of_entries, [at for at, _ in found.values()])


def _verified(sources: Iterable[SourceFile]) -> Iterator[VerifiedAt]:
    for source in sources:
        if isinstance(source.entries, VerifiedFile):
            for index, entry in enumerate(source.entries.verified_questions):
                place = source.place("verified_questions", index)
                yield VerifiedAt(entry, place, source.folder)


def _facets(sources: Iterable[SourceFile]) -> tuple[Facet, ...]:
    found = {
        (entry.kind, entry.name): _facet(entry)
        for source in sources
        if isinstance(source.entries, FacetsFile)
        for entry in source.entries.facets
    }
    return tuple(found.values())


def _facet(entry: FacetEntry) -> Facet:
    return Facet(entry.kind, entry.name, entry.label, words_of(entry.synonyms))
