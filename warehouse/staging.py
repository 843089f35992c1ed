"""One export file into the build file: its cells into `raw`, its orders behind the view `lines`.

All cells are cleaned by DuckDB in the pass that reads them as text; what is stored is their values
and what text these lose (of personal cells only what is derived from them). The first bad cell
refuses the file. Imports `bad_cells`, `raw_cells`, `export_file`, `pseudonyms`, `sources`,
`places`, `schema`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse.bad_cells import refuse_bad_cells
from warehouse.errors import IngestError
from warehouse.export_file import ExportFile
from warehouse.places import PROVINCE_SPELLINGS
from warehouse.pseudonyms import PseudonymKey
from warehouse.raw_cells import RawCells
from warehouse.schema import ORDERS
from warehouse.sources import CHANNEL_NAMES
from warehouse.sources.spec import Field, Kind

DEFAULT_SHOP = "默认店铺"
_LINE = re.compile(r"Line: (\d+)")


@dataclass(frozen=True)
class Naming:
    """Where the orders belong: the channel, if it was given; the shop for files that name none."""

    channel: str | None = None
    shop: str | None = None


@dataclass(frozen=True)
class ShopSpan:
    """One shop in a file: its lines, its distinct orders, its days by date and by any event."""

    channel: str
    shop: str
    rows: int
    orders: int
    first_day: date
    last_day: date
    first_event: date
    last_event: date


@dataclass(frozen=True)
class Staged:
    """What is in `lines`: the `columns` of mart.orders in the file, and if it numbers orders."""

    spans: tuple[ShopSpan, ...]
    columns: frozenset[str]
    has_order_ids: bool

    @property
    def rows(self) -> int:
        """Lines of the file that hold an order."""
        return sum(span.rows for span in self.spans)


def stage(
    connection: duckdb.DuckDBPyConnection,
    export: ExportFile,
    *,
    batch_id: int,
    naming: Naming,
    key: PseudonymKey,
) -> Staged:
    """Read `export` into `raw` and show its orders in the temporary view `lines`, one row a line.

    Raises:
        IngestError: the file is cut off or malformed, or a cell is not what its column needs.
    """
    raw = RawCells.of(export, batch_id)
    _read(connection, raw, key)
    refuse_bad_cells(connection, raw)
    _show_lines(connection, raw, naming)
    spans = _spans(connection, raw)
    if not spans:
        raise IngestError(
            "no_rows",
            zh=f"{export.name} 只有表头，没有数据行；请重新导出。",
            en=f"{export.name} has a header line and no rows; export it again.",
        )
    return Staged(spans, _columns(connection, raw), raw.has_order_ids)


def _read(connection: duckdb.DuckDBPyConnection, raw: RawCells, key: PseudonymKey) -> None:
    export = raw.export
    columns = ", ".join(f"c{index}: 'VARCHAR'" for index in range(len(export.headers)))
    parameters: dict[str, object] = {"path": str(export.text)}
    if any(field.kind is Kind.buyer for field in raw.fields):
        parameters |= {"inner": key.inner, "outer": key.outer}
    try:
        # Headers never reach the SQL: columns go by position, names come from our own sources.
        connection.execute(
            f"CREATE TABLE {raw.table} AS SELECT {raw.columns()} "  # noqa: S608
            f"FROM (SELECT *, {raw.values()} FROM read_csv($path, auto_detect=false, "
            f"header=true, columns={{{columns}}}, delim='{export.delimiter}', quote='\"', "
            "escape='\"', strict_mode=true, null_padding=false))",
            parameters,
        )
    except duckdb.Error as error:
        raise _malformed(export, str(error)) from error
    connection.execute(f"CREATE VIEW {raw.view} AS SELECT {raw.texts()} FROM {raw.table}")  # noqa: S608


def _malformed(export: ExportFile, engine_text: str) -> IngestError:
    match = _LINE.search(engine_text)
    zh_where, en_where = (
        (f"第 {match[1]} 行", f"line {match[1]}") if match else ("某一行", "a line")
    )
    width = len(export.headers)
    return IngestError(
        "malformed_line",
        zh=f"{export.name} 的{zh_where}与表头的 {width} 列不符或引号没有闭合，文件可能被截断；"
        "请重新导出。",
        en=f"In {export.name}, {en_where} does not fit the header's {width} columns or has an "
        "open quote; "
        "the file may be cut off, export it again.",
    )


def _show_lines(connection: duckdb.DuckDBPyConnection, raw: RawCells, naming: Naming) -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE places (spelling VARCHAR, province VARCHAR)")
    connection.executemany("INSERT INTO places VALUES (?, ?)", list(PROVINCE_SPELLINGS.items()))
    combined = ", ".join(
        f"{_combined(column, raw, naming)}::{kind} AS {column}"
        for column, kind in ORDERS.columns.items()
        if column != "order_key"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW lines AS "  # noqa: S608
        f"WITH orders AS (SELECT cells.rowid + 2 AS line, {combined} FROM {raw.table} AS cells "
        f"LEFT JOIN places ON {_place_join(raw.fields)} WHERE v{raw.dated} IS NOT NULL) "
        "SELECT channel || '|' || shop || '|' || order_id AS order_key, * FROM orders"
    )


def _spans(connection: duckdb.DuckDBPyConnection, raw: RawCells) -> tuple[ShopSpan, ...]:
    dated = raw.fields[raw.dated].column
    rows = connection.execute(
        "SELECT channel, shop, count(*), count(DISTINCT hash(order_id)), "  # noqa: S608
        f"min({dated})::DATE, max({dated})::DATE, "
        "min(least(created_at, paid_at))::DATE, max(greatest(created_at, paid_at))::DATE "
        "FROM lines GROUP BY channel, shop ORDER BY channel, shop"
    ).fetchall()
    return tuple(ShopSpan(*row) for row in rows)


def _place_join(fields: tuple[Field, ...]) -> str:
    for index, field in enumerate(fields):
        if field.column == "province":
            return f"spelling = lower(v{index})"
    return "false"


def _combined(column: str, raw: RawCells, naming: Naming) -> str:
    """The mart column out of the values of the fields that fill it."""
    sources = [
        (raw.value(index), field)
        for index, field in enumerate(raw.fields)
        if field.column == column
    ]
    values = [_filled(value, field) for value, field in sources]
    if column == "channel":
        return _channel(values, raw.export, naming)
    if column == "shop":
        return f"coalesce({', '.join([*values, _quoted(naming.shop or DEFAULT_SHOP)])})"
    if column == "order_id" and not values:
        return f"'{raw.export.sha256[:12]}-' || line"
    if not values:
        return "NULL"
    if column == "province":
        return f"coalesce(places.province, {values[0]})"
    if column == "is_presale":
        return " OR ".join(values)
    if any(field.plus for _, field in sources):
        total = " + ".join(f"coalesce({value}, 0)" for value in values)
        return f"CASE WHEN coalesce({', '.join(values)}) IS NOT NULL THEN {total} END"
    return f"coalesce({', '.join(values)})"


def _filled(value: str, field: Field) -> str:
    """The value with what an empty cell means in its column."""
    match field.kind:
        case Kind.refund:
            return f"coalesce({value}, 0)"
        case Kind.flag:
            return f"coalesce({value}, false)"
        case Kind.stages:
            return f"({value} IS NOT NULL)"
        case _:
            return value


def _channel(values: list[str], export: ExportFile, naming: Naming) -> str:
    if naming.channel is not None:
        return _quoted(naming.channel)
    default = _quoted(export.source.channel)
    if not values:
        return default
    known = " ".join(
        f"WHEN {_quoted(alias)} THEN {_quoted(channel)}" for alias, channel in CHANNEL_NAMES.items()
    )
    return f"coalesce(CASE lower({values[0]}) {known} ELSE {values[0]} END, {default})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _columns(connection: duckdb.DuckDBPyConnection, raw: RawCells) -> frozenset[str]:
    """The mart columns that the file has. An address gives a city only if it says so somewhere."""
    columns = {field.column for field in raw.fields} | {"order_key", "order_id", "channel", "shop"}
    for index, field in enumerate(raw.fields):
        if field.kind is Kind.address:
            said = connection.execute(
                f"SELECT 1 FROM {raw.table} WHERE v{index} IS NOT NULL LIMIT 1"  # noqa: S608
            ).fetchone()
            if said is None:
                columns.discard(field.column)
    return frozenset(columns)
