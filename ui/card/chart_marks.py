"""A chart whose marks can be clicked: the spec with a selection, and a click → the answer's values.

Each datum gets a number, and the selection is over that number alone, so no text of the data and no
time zone of the browser lies between a click and the row that it means. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant import Answer
from assistant.answer import AnswerColumn, Cell

MARK = "mark"
_NUMBER = "k"
_NAMES = ("c", "f")
_PATHS = ("line", "area")
_TARGET = {"type": "point", "opacity": 0, "size": 160, "filled": True, "tooltip": True}

Datum = Mapping[str, Any]
Spec = dict[str, Any]


@dataclass(frozen=True)
class Clickable:
    """A spec that tells which datum was clicked, and the data by their numbers."""

    spec: Spec
    data: tuple[Datum, ...]

    def clicked(self, selection: Mapping[str, Any]) -> Datum | None:
        """The datum of a selection as the page hands it back, if there is one."""
        for point in selection.get(MARK) or ():
            number = point.get(_NUMBER) if isinstance(point, Mapping) else None
            if isinstance(number, int | float) and 0 <= int(number) < len(self.data):
                return self.data[int(number)]
        return None


def clickable(spec: Spec) -> Clickable:
    """The spec with a selection of single marks in each of its views."""
    data: list[Datum] = []
    return Clickable(_selecting(_numbered(spec, data)), tuple(data))


def mark_of(datum: Datum, answer: Answer) -> dict[str, Cell]:
    """Group-by column → the value that a datum stands for, as the rows have it.

    A column that the datum does not tell, or tells in two ways, is left out.
    """
    keys = [
        (at, column)
        for at, column in enumerate(answer.columns)
        if column.role in ("dimension", "time")
    ]
    names = {text for field, text in datum.items() if field[:1] in _NAMES}
    told = {at for at, column in keys if _tells(datum, names, column, answer, at)}
    rows = [
        row for row in answer.rows if all(_meets(datum, names, row[at], at, answer) for at in told)
    ]
    values = {column.name: {row[at] for row in rows} for at, column in keys if at in told}
    return {name: next(iter(found)) for name, found in values.items() if len(found) == 1}


def mark_text(mark: Mapping[str, Cell]) -> str:
    """A mark in words."""
    return " · ".join("—" if value is None else str(value) for value in mark.values())


def _tells(datum: Datum, names: set[Any], column: AnswerColumn, answer: Answer, at: int) -> bool:
    if column.role == "time" and "t" in datum:
        return True
    return any(_text(row[at]) in names for row in answer.rows)


def _meets(datum: Datum, names: set[Any], value: Cell, at: int, answer: Answer) -> bool:
    if answer.columns[at].role == "time" and "t" in datum:
        return isinstance(value, str) and _moment(value) == _moment(str(datum["t"]))
    return _text(value) in names


def _text(value: Cell) -> str:
    return "—" if value is None else " ".join(str(value).split())


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _numbered(spec: Any, data: list[Datum]) -> Any:
    """A copy in which every datum has its number; the data are collected along the way."""
    if not isinstance(spec, dict):
        return [_numbered(one, data) for one in spec] if isinstance(spec, list) else spec
    copy = {}
    for name, value in spec.items():
        if name == "data" and isinstance(value, dict) and "values" in value:
            copy[name] = value | {"values": list(_counted(value["values"], data))}
        else:
            copy[name] = _numbered(value, data)
    return copy


def _counted(rows: Iterable[Datum], data: list[Datum]) -> Iterator[Datum]:
    for row in rows:
        yield {**row, _NUMBER: len(data)}
        data.append(row)


def _selecting(view: Spec) -> Spec:
    """The view, or the views in it, with the selection; a line gets targets on its points."""
    for several in ("vconcat", "hconcat", "concat"):
        if several in view:
            return view | {several: [_selecting(one) for one in view[several]]}
    if "spec" in view:
        return view | {"spec": _selecting(view["spec"])}
    if "layer" in view:
        return view | {"layer": _layers(view["layer"])}
    if _kind(view) in _PATHS:
        mark = view["mark"]
        rest = {name: value for name, value in view.items() if name != "mark"}
        return rest | {"layer": [{"mark": mark}, _target()]}
    return view | {"params": [*view.get("params", ()), _selection()]}


def _layers(layers: Sequence[Spec]) -> list[Spec]:
    if any(_kind(layer) in _PATHS for layer in layers):
        return [*layers, _target()]
    first, *others = layers
    return [_selecting(first), *others]


def _target() -> Spec:
    return {"mark": _TARGET, "params": [_selection(nearest=True)]}


def _kind(view: Spec) -> str | None:
    mark = view.get("mark")
    return mark.get("type") if isinstance(mark, dict) else mark


def _selection(*, nearest: bool = False) -> Spec:
    select: Spec = {"type": "point", "fields": [_NUMBER], "toggle": False}
    return {"name": MARK, "select": select | ({"nearest": True} if nearest else {})}
