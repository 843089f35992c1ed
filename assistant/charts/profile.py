"""`Profile`: what a chart can see of a result — its dimensions, its measures and their shapes.

Between `request` and `rules`: measured once, then only read. Knows nothing of charts. Cells of a
metric that are no finite number count as missing, and missing is never zero.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from math import isfinite

from assistant.answer import AnswerColumn, Cell
from assistant.charts.cycles import calendar_order
from assistant.charts.ordinals import ordinal_order
from assistant.charts.parts import Part, parts_of
from assistant.charts.request import ChartRequest
from semantic_layer.issues import Language
from semantic_layer.model import Additivity
from semantic_layer.query import Grain

MAX_WIDTH = 24  # twelve CJK characters, of width two
_LONGEST_CALENDAR = 2_000
_STEPS = {
    Grain.hour: timedelta(hours=1),
    Grain.day: timedelta(days=1),
    Grain.week: timedelta(weeks=1),
}
_MONTHS = {Grain.month: 1, Grain.quarter: 3, Grain.year: 12}
_ROLE_OF_PART: Mapping[Part, str] = {"age": "dimension"}
_BIDI = {
    chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


@dataclass(frozen=True)
class Measure:
    """A metric column, or the base that it is compared with."""

    column: AnswerColumn
    values: tuple[float | None, ...]
    additivity: Additivity | None

    @property
    def label(self) -> str:
        """The column's label on one line."""
        return one_line(self.column.label)

    @property
    def unit(self) -> str | None:
        """The unit of the values."""
        return self.column.unit

    @property
    def summable(self) -> bool:
        """Whether parts may be added up: only when the definition says so, and never a ratio."""
        return self.additivity == "additive" and self.unit != "ratio"

    @cached_property
    def present(self) -> tuple[float, ...]:
        """The values that there are."""
        return tuple(value for value in self.values if value is not None)

    @property
    def has_gap(self) -> bool:
        """Whether a value is missing."""
        return len(self.present) < len(self.values)

    @property
    def negative(self) -> bool:
        """Whether a value lies below zero."""
        return any(value < 0 for value in self.present)


@dataclass(frozen=True)
class Dimension:
    """A column to group by: `of_row` is the member of each row, `members` each once.

    Members are display texts, unique and short; `full` has them unabridged. Members that follow a
    cycle (weekdays, hours, months) or a scale (price bands, levels) stand in that order, the others
    as the rows have them.
    """

    column: AnswerColumn
    of_row: tuple[str, ...]
    members: tuple[str, ...]
    full: dict[str, str]
    cyclic: bool
    ordinal: bool = False

    @property
    def label(self) -> str:
        """The column's label on one line."""
        return one_line(self.column.label)

    @property
    def ordered(self) -> bool:
        """Whether the members have an order of their own, which no value may change."""
        return self.cyclic or self.ordinal

    @property
    def size(self) -> int:
        """Number of members."""
        return len(self.members)


@dataclass(frozen=True)
class Timeline:
    """The time column: `of_row` is the start of each row's period, `periods` each once, sorted."""

    column: AnswerColumn
    grain: Grain
    of_row: tuple[datetime, ...]
    periods: tuple[datetime, ...]

    @property
    def label(self) -> str:
        """The column's label on one line."""
        return one_line(self.column.label)

    @property
    def spans_years(self) -> bool:
        """Whether a day without its year would be ambiguous."""
        return self.periods[0].year != self.periods[-1].year

    @cached_property
    def calendar(self) -> tuple[datetime, ...]:
        """Every period from the first to the last, so that one without a row leaves a gap.

        Where the periods keep to no calendar, only those that there are.
        """
        days = [self.periods[0]]
        while days[-1] < self.periods[-1] and len(days) < _LONGEST_CALENDAR:
            days.append(_next_period(days[0], len(days), self.grain))
        return tuple(days) if set(self.periods) <= set(days) else self.periods


@dataclass(frozen=True)
class Profile:
    """A measured result. `time` and `dimensions` leave out what does not vary.

    `parts` are the columns that stand beside the measures; `flagged` says which rows are marked,
    `counterparts` which period each period is set against.
    """

    request: ChartRequest
    time: Timeline | None
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    bases: tuple[Measure | None, ...]
    distinct_keys: bool
    parts: Mapping[Part, tuple[Measure, ...]] = field(default_factory=dict)
    flagged: tuple[bool, ...] = ()
    counterparts: Mapping[datetime, datetime] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The reader's language."""
        return self.request.language

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.request.rows)

    @property
    def periods(self) -> int:
        """Number of periods; 0 when time does not vary."""
        return len(self.time.periods) if self.time else 0

    @property
    def measure(self) -> Measure:
        """The first measure."""
        return self.measures[0]

    @property
    def base(self) -> Measure | None:
        """What the first measure is compared with."""
        return self.bases[0]

    def part(self, name: Part) -> Measure | None:
        """The first column that plays the part."""
        return next(iter(self.parts.get(name, ())), None)

    @property
    def one_unit(self) -> bool:
        """Whether all measures share one axis."""
        return len({measure.unit for measure in self.measures}) == 1


def measure(request: ChartRequest) -> Profile:
    """Look at the rows once."""
    parts = parts_of(request)
    by_role: dict[str, list[int]] = {"dimension": [], "time": [], "metric": [], "comparison": []}
    for index, column in enumerate(request.columns):
        role = column.role if index not in parts else _ROLE_OF_PART.get(parts[index], "part")
        by_role.setdefault(role, []).append(index)  # shares and ranks follow from the others
    time = _timeline(request, by_role["time"])
    dimensions = [_dimension(request, index) for index in by_role["dimension"]]
    # A second time column, or a time that is not one, is a name like any other.
    dimensions += [_dimension(request, index) for index in by_role["time"][time is not None :]]
    metrics = by_role["metric"]
    keys = by_role["dimension"] + by_role["time"]
    measured = {
        name: tuple(_measure(request, index) for index, part in parts.items() if part == name)
        for name in dict.fromkeys(parts.values())
    }
    bases = [_base(request, index, by_role["comparison"]) for index in metrics]
    if len(bases) == 1 and bases[0] is None:
        bases = [next(iter(measured.get("base", ())), None)]
    return Profile(
        request=request,
        time=time if time and len(time.periods) > 1 else None,
        dimensions=tuple(dimension for dimension in dimensions if dimension.size > 1),
        measures=tuple(_measure(request, index) for index in metrics),
        bases=tuple(bases),
        distinct_keys=len({tuple(row[key] for key in keys) for row in request.rows})
        == len(request.rows),
        parts=measured,
        flagged=_flagged(request, parts),
        counterparts=_counterparts(request, parts, time),
    )


def _flagged(request: ChartRequest, parts: Mapping[int, Part]) -> tuple[bool, ...]:
    index = next((index for index, part in parts.items() if part == "flag"), None)
    if index is None:
        return ()
    return tuple(row[index] in (True, 1, "true", "True", "是", "yes") for row in request.rows)


def _counterparts(
    request: ChartRequest, parts: Mapping[int, Part], time: Timeline | None
) -> dict[datetime, datetime]:
    """What each period is set against: as the plan has it, or as a second column of days says."""
    pairs = [(_moment(now), _moment(before)) for now, before in request.counterparts.items()]
    index = next((index for index, part in parts.items() if part == "base_time"), None)
    if index is not None and time is not None:
        pairs += zip(time.of_row, (_moment(row[index]) for row in request.rows), strict=True)
    return {now: before for now, before in pairs if now is not None and before is not None}


def _next_period(first: datetime, count: int, grain: Grain) -> datetime:
    if grain in _STEPS:
        return first + count * _STEPS[grain]
    month = first.month - 1 + count * _MONTHS[grain]
    return first.replace(year=first.year + month // 12, month=month % 12 + 1, day=1)


def one_line(text: str) -> str:
    """The text without line breaks and control characters, its blanks collapsed.

    Marks that turn the direction of writing go as well: they would reorder what stands beside.
    """
    seen = (char for char in text if char not in _BIDI)
    printable = (" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in seen)
    return " ".join("".join(printable).split())


def width(text: str) -> int:
    """Columns that the text takes: two for a CJK character, one for any other."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def abridged(text: str) -> str:
    """The text, or as much of it as fits twelve CJK characters, with an ellipsis.

    >>> abridged("加厚保暖羽绒服女中长款冬季新款")
    '加厚保暖羽绒服女中长款…'
    """
    if width(text) <= MAX_WIDTH:
        return text
    while width(text) > MAX_WIDTH - 2:
        text = text[:-1]
    return text.rstrip() + "…"


def _timeline(request: ChartRequest, indexes: Sequence[int]) -> Timeline | None:
    if not indexes or not request.rows:
        return None
    moments = [_moment(row[indexes[0]]) for row in request.rows]
    starts = tuple(moment for moment in moments if moment is not None)
    if len(starts) < len(moments):
        return None
    column = request.columns[indexes[0]]
    return Timeline(column, request.grain or Grain.day, starts, tuple(sorted(set(starts))))


def _moment(cell: Cell) -> datetime | None:
    try:
        moment = datetime.fromisoformat(cell) if isinstance(cell, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=None) if moment else None  # the shop's clock, as it was written


def _dimension(request: ChartRequest, index: int) -> Dimension:
    column = request.columns[index]
    cells = [row[index] for row in request.rows]
    names = _display_names(cells, request.language)
    distinct = list(dict.fromkeys(cells))
    declared = request.orders.get(column.name, ())
    cycle = None if declared else calendar_order(column, distinct)
    scale = _scale(distinct, declared) if cycle is None else None
    if cycle is None and scale is None and request.intent == "cohort":
        scale = _by_size(distinct)
    order = cycle or scale
    members = sorted(distinct, key=lambda cell: order[cell]) if order else distinct
    return Dimension(
        column=column,
        of_row=tuple(names[_key(cell)] for cell in cells),
        members=tuple(dict.fromkeys(names[_key(cell)] for cell in members)),
        full={names[_key(cell)]: _full_name(cell, request.language) for cell in distinct},
        cyclic=cycle is not None,
        ordinal=scale is not None,
    )


def _scale(cells: Sequence[Cell], declared: Sequence[str]) -> dict[Cell, int] | None:
    """The places on a scale that is declared or that names tell; what is not on it comes last."""
    names = [cell for cell in cells if isinstance(cell, str) and cell]
    told = len(names) >= len(cells) - 1  # all but the blank
    scale = declared or (ordinal_order(names) if told else None)
    if not scale:
        return None
    places = {name: place for place, name in enumerate(scale)}
    return {cell: places.get(str(cell), len(places)) for cell in cells}


def _by_size(cells: Sequence[Cell]) -> dict[Cell, int] | None:
    """Ages count up, and so do cohorts that are written as dates."""
    if all(isinstance(cell, int | float) for cell in cells):
        return {
            cell: place for place, cell in enumerate(sorted(cells, key=lambda c: float(c or 0)))
        }
    if all(isinstance(cell, str) for cell in cells):
        return {cell: place for place, cell in enumerate(sorted(cells, key=str))}
    return None


def _key(cell: Cell) -> tuple[type, Cell]:
    return type(cell), cell  # True is not 1 here


def _display_names(cells: Iterable[Cell], language: Language) -> dict[tuple[type, Cell], str]:
    """Short names that stay distinct where two long ones begin alike."""
    names: dict[tuple[type, Cell], str] = {}
    taken: set[str] = set()
    for cell in cells:
        if _key(cell) in names:
            continue
        short = name = abridged(_full_name(cell, language))
        count = 1
        while name in taken:
            count += 1
            name = f"{short} ({count})"
        names[_key(cell)] = name
        taken.add(name)
    return names


def _full_name(cell: Cell, language: Language) -> str:
    if cell is None or cell == "":
        return "（空）" if language == "zh" else "(blank)"
    if isinstance(cell, bool):
        return {("zh", True): "是", ("zh", False): "否", ("en", True): "yes", ("en", False): "no"}[
            language, cell
        ]
    return one_line(str(cell)) or "·"


def _measure(request: ChartRequest, index: int) -> Measure:
    column = request.columns[index]
    values = tuple(_finite(row[index]) for row in request.rows)
    return Measure(column, values, request.additivity.get(column.name))


def _base(request: ChartRequest, metric: int, comparisons: Sequence[int]) -> Measure | None:
    name = request.columns[metric].metric or request.columns[metric].name
    for index in comparisons:
        column = request.columns[index]
        if column.metric == name and not column.name.endswith(("__delta", "__rate")):
            return _measure(request, index)
    return None


def _finite(cell: Cell) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    return cell if isfinite(cell) else None
