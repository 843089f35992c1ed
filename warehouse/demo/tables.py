"""Arrays → rows of the mart, in the order of the arrays. Last stage of the demo shop.

Text travels as codes and is spelled out by DuckDB, so no Python object is made per row. Imports
duckdb, numpy and the mart's schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse.demo.sampling import Bools, Ints
from warehouse.demo.timeline import NEVER
from warehouse.schema import Table

_FRAME = "demo_frame"
# How a whole number becomes a value of the column's type.
_FROM_INTEGER = {
    "DECIMAL(18,2)": "{0} * 0.01",
    "DATE": "DATE '1970-01-01' + {0}::INTEGER",
    "TIMESTAMP": f"CASE WHEN {{0}} < {NEVER} THEN make_timestamp({{0}} * 1000000) END",
}


@dataclass(frozen=True)
class Coded:
    """Text by its position in `words`."""

    codes: NDArray[np.integer]
    words: Sequence[str]


Column = Ints | Bools | Coded


def insert(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    columns: Mapping[str, Column],
    **expressions: str,
) -> None:
    """Append rows to a mart table.

    A column of the table is the SQL expression of its name, if one is given, or else the array of
    its name: fen for money, days since 1970 for dates, seconds since 1970 for timestamps.
    """
    frame = {
        name: column.codes if isinstance(column, Coded) else column
        for name, column in columns.items()
    }
    words = {
        name: list(column.words) for name, column in columns.items() if isinstance(column, Coded)
    }
    decoded = ", ".join(
        f"list_extract(${name}, {name}::BIGINT + 1) AS {name}" if name in words else name
        for name in columns
    )
    values = ", ".join(
        f"{expressions.get(name) or _FROM_INTEGER.get(kind, '{0}').format(name)} AS {name}"
        for name, kind in table.columns.items()
    )
    # Every name below is the schema's or this package's own.
    source = f"SELECT {decoded} FROM {_FRAME}"  # noqa: S608
    statement = f"INSERT INTO {table.qualified} BY NAME SELECT {values} FROM ({source})"  # noqa: S608
    connection.register(_FRAME, frame)
    try:
        connection.execute(statement, words)
    finally:
        connection.unregister(_FRAME)
