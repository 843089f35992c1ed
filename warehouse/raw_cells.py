"""How `raw` keeps what a file said: the value of a cell, and its text where the value loses some.

Each loaded file has a table `raw.<source>_<batch>_cells`. Field number i has there up to two
columns: v<i>, the value in its own type, and t<i>, the text. Times and numbers have both, and t<i>
is NULL where DuckDB prints the value as the file had it. What is text anyway has t<i> alone; what
is personal has v<i> alone. The view `raw.<source>_<batch>` gives the texts back under the export's
headers. Values take less time and room than their texts, and the mart is filled from them.

Pure text of SQL; `staging` runs it. Imports `cleaning`, `export_file` and `sources.spec`.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse import cleaning
from warehouse.export_file import ExportFile
from warehouse.sources.spec import Field, Kind, header_key, header_positions

# Tmall wraps every order number like this. `=""` itself has no value, so that beside a value it
# can stand for the wrapping.
_WRAPPED = "'=\"\"'"
_PRINTED = {Kind.order_id, Kind.time, Kind.amount, Kind.refund, Kind.whole_number}


def kept_text(cell: str, value: str) -> str:
    """What to store beside the value of a cell so that `cell_text` gives the cell back."""
    printed = f"{value}::VARCHAR"
    return (
        f"CASE WHEN starts_with({cell}, '=\"') THEN "
        f"CASE WHEN {cell} = '=\"' || {printed} || '\"' THEN {_WRAPPED} ELSE {cell} END "
        f"WHEN {cell} = {printed} THEN NULL ELSE {cell} END"
    )


def cell_text(value: str, text: str) -> str:
    """The cell as the file had it."""
    printed = f"{value}::VARCHAR"
    return (
        f"CASE WHEN {text} IS NULL THEN {printed} "
        f"WHEN {text} = {_WRAPPED} AND {value} IS NOT NULL THEN '=\"' || {printed} || '\"' "
        f"ELSE {text} END"
    )


@dataclass(frozen=True)
class RawCells:
    """One file's raw table; `fields` are those that the file has, by their number in its columns.

    The cells of the file are called c0, c1, … by position.
    """

    export: ExportFile
    batch_id: int
    fields: tuple[Field, ...]

    @classmethod
    def of(cls, export: ExportFile, batch_id: int) -> RawCells:
        """The raw table of a file that is the batch `batch_id`."""
        return cls(export, batch_id, tuple(export.source.locate(export.headers)))

    @property
    def view(self) -> str:
        """Name of the view of texts."""
        return f"raw.{self.export.source.name}_{self.batch_id}"

    @property
    def table(self) -> str:
        """Name of the table of values."""
        return f"{self.view}_cells"

    @property
    def has_order_ids(self) -> bool:
        """Whether the file numbers its orders."""
        return self.numbered is not None

    @property
    def numbered(self) -> int | None:
        """Number of the field of order numbers."""
        kinds = [field.kind for field in self.fields]
        return kinds.index(Kind.order_id) if Kind.order_id in kinds else None

    @property
    def dated(self) -> int:
        """Number of the field whose time dates a row; a line without it is blank or refused."""
        columns = [field.column for field in self.fields]
        return columns.index("created_at" if "created_at" in columns else "paid_at")

    def positions(self) -> tuple[int, ...]:
        """Position in the file of each field's cells."""
        return tuple(self.export.source.locate(self.export.headers).values())

    def kept(self) -> dict[str, int]:
        """Harmless headers that no field reads → position: their text is stored as it is."""
        positions = header_positions(self.export.headers)
        return {
            header: positions[header_key(header)]
            for header in self.export.source.kept
            if header_key(header) in positions
        }

    def values(self) -> str:
        """The select list that makes the table's values out of the file's cells."""
        return ", ".join(
            f"{cleaning.value(field, f'c{at}', excel_dates=self.export.excel_dates)} AS v{index}"
            for index, (field, at) in enumerate(zip(self.fields, self.positions(), strict=True))
            if field.kind in _PRINTED or field.kind.personal
        )

    def columns(self) -> str:
        """The select list of the table over the cells and their `values`."""
        columns = []
        for index, (field, at) in enumerate(zip(self.fields, self.positions(), strict=True)):
            if field.kind in _PRINTED:
                columns += [f"v{index}", f"{kept_text(f'c{at}', f'v{index}')} AS t{index}"]
            else:
                columns.append(f"v{index}" if field.kind.personal else f"c{at} AS t{index}")
        return ", ".join([*columns, *(f'c{at} AS "{name}"' for name, at in self.kept().items())])

    def value(self, index: int) -> str:
        """The value of a field out of the stored columns; numbers of orders and buyers are text."""
        field, stored, text = self.fields[index], f"v{index}", f"t{index}"
        if field.kind is Kind.buyer:
            digits = f"lower(hex({stored}))"
            # lpad looks at every character, and one number in sixteen is short.
            return f"CASE WHEN strlen({digits}) = 32 THEN {digits} ELSE lpad({digits}, 32, '0') END"
        if field.kind is Kind.order_id:
            return (
                f"CASE WHEN {text} IS NULL OR ({text} = {_WRAPPED} AND {stored} IS NOT NULL) "
                f"THEN {stored}::VARCHAR ELSE {cleaning.order_id(text)} END"
            )
        if field.kind in _PRINTED or field.kind.personal:
            return stored
        return f"({cleaning.value(field, text)})"

    def is_empty(self, index: int) -> str:
        """Whether the file has nothing in the cell; of a personal one, nothing that was derived."""
        field, stored = self.fields[index], f"v{index} IS NULL"
        nothing = f"({cleaning.content(f't{index}')}) IS NULL"
        if field.kind.personal:
            return stored
        return f"({stored} AND {nothing})" if field.kind in _PRINTED else f"({nothing})"

    def texts(self) -> str:
        """The select list of the view: texts by header, derived values by the mart's column."""
        return ", ".join([*map(self._text, range(len(self.fields))), *map(_quoted, self.kept())])

    def _text(self, index: int) -> str:
        field = self.fields[index]
        if field.kind.personal:
            return f"{self.value(index)} AS derived_{field.column}"
        text = cell_text(f"v{index}", f"t{index}") if field.kind in _PRINTED else f"t{index}"
        return f"{text} AS {_quoted(field.headers[0])}"


def _quoted(header: str) -> str:
    return f'"{header}"'
