"""`Manifest`: what the current snapshot holds — tables, row counts, covered days, loaded files.

It is the content of the pointer file CURRENT. Reading it is cheap and opens no database. Imports
only `errors` of this package.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from warehouse.errors import WarehouseError

DayRange = tuple[date, date]
"""The days from the first up to, and without, the second."""

Kind = Literal["demo", "ingested", "sources", "external"]

SOURCE_SCHEMA = "source"
"""The schema of tables that are loaded as they are, beside the mart."""

EVERY_DAY: DayRange = (date.min, date.max)
"""The coverage of a column of which nobody says for which days it was loaded."""


def merge_ranges(ranges: Iterable[DayRange]) -> tuple[DayRange, ...]:
    """The same days as few ranges in order; overlapping and adjacent ones become one.

    >>> d = date
    >>> merge_ranges([(d(2020, 2, 1), d(2020, 3, 1)), (d(2020, 1, 1), d(2020, 2, 1))])
    ((datetime.date(2020, 1, 1), datetime.date(2020, 3, 1)),)
    """
    merged: list[DayRange] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def subtract_ranges(left: Iterable[DayRange], right: Iterable[DayRange]) -> tuple[DayRange, ...]:
    """The days of `left` that are not in `right`.

    >>> d = date
    >>> subtract_ranges([(d(2020, 1, 1), d(2020, 1, 9))], [(d(2020, 1, 3), d(2020, 1, 5))])[1]
    (datetime.date(2020, 1, 5), datetime.date(2020, 1, 9))
    """
    remaining = list(merge_ranges(left))
    for hole_start, hole_end in right:
        remaining = [
            piece
            for start, end in remaining
            for piece in ((start, min(end, hole_start)), (max(start, hole_end), end))
            if piece[0] < piece[1]
        ]
    return tuple(remaining)


def closed_range(first: date, last: date) -> DayRange:
    """The days from `first` to `last`, both included."""
    return first, last + timedelta(days=1)


@dataclass(frozen=True)
class TableInfo:
    """One table: column → SQL type, number of rows, column → the days that loaded files cover."""

    columns: Mapping[str, str]
    row_count: int
    coverage: Mapping[str, tuple[DayRange, ...]]


@dataclass(frozen=True)
class Batch:
    """One loaded file; `shops` are its (channel, shop) pairs."""

    batch_id: int
    file: str
    source: str
    sha256: str
    rows: int
    new: int
    updated: int
    loaded_at: datetime
    shops: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Manifest:
    """The current snapshot. Tables go by their qualified name, "mart.orders"."""

    version: int
    file: str
    size: int
    sha256: str
    created_at: datetime
    kind: Kind
    tables: Mapping[str, TableInfo]
    batches: tuple[Batch, ...] = ()

    @property
    def snapshot(self) -> str:
        """The name to quote with a result: version and content."""
        return f"{self.version}-{self.sha256[:12]}"

    def to_json(self) -> bytes:
        """The bytes of the pointer file."""
        text = json.dumps(asdict(self), default=_iso, ensure_ascii=False, indent=1)
        return text.encode() + b"\n"

    @classmethod
    def from_json(cls, content: bytes) -> Manifest:
        """Read a pointer file.

        Raises:
            WarehouseError: the content is not a manifest.
        """
        try:
            return _read(json.loads(content))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WarehouseError(
                "current_damaged",
                zh="数据仓库的指针文件 CURRENT 已损坏；请从备份恢复它，或把 warehouse "
                "文件夹移走后重新导入。",
                en="The warehouse's pointer file CURRENT is damaged; restore it from a backup, "
                "or move "
                "the warehouse folder away and load the exports again.",
            ) from error


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value)} has no place in a manifest")


def _read(raw: dict[str, Any]) -> Manifest:
    return Manifest(
        version=int(raw["version"]),
        file=str(raw["file"]),
        size=int(raw["size"]),
        sha256=str(raw["sha256"]),
        created_at=datetime.fromisoformat(raw["created_at"]),
        kind=raw["kind"],
        tables={name: _read_table(table) for name, table in raw["tables"].items()},
        batches=tuple(map(_read_batch, raw["batches"])),
    )


def _read_batch(raw: dict[str, Any]) -> Batch:
    return Batch(
        **{
            **raw,
            "loaded_at": datetime.fromisoformat(raw["loaded_at"]),
            "shops": tuple((str(channel), str(shop)) for channel, shop in raw["shops"]),
        }
    )


def _read_table(raw: dict[str, Any]) -> TableInfo:
    return TableInfo(
        columns={str(name): str(kind) for name, kind in raw["columns"].items()},
        row_count=int(raw["row_count"]),
        coverage={
            column: tuple(
                (date.fromisoformat(start), date.fromisoformat(end)) for start, end in days
            )
            for column, days in raw["coverage"].items()
        },
    )
