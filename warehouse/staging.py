"""One export file into the build file: its text into `raw`, its typed orders into `staged`.

All cells are cleaned by DuckDB over an all-text read, in two passes: the first keeps what may be
stored (of personal cells only what is derived from them), the second types it and marks what
makes no sense. The first bad cell refuses the file. Imports `cleaning`, `export_file`,
`pseudonyms`, `sources`, `places`, `schema`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from warehouse import cleaning
from warehouse.errors import IngestError
from warehouse.export_file import ExportFile
from warehouse.places import PROVINCE_SPELLINGS
from warehouse.pseudonyms import PseudonymKey
from warehouse.schema import ORDERS
from warehouse.sources import CHANNEL_NAMES
from warehouse.sources.spec import Field, Kind, header_key, header_positions

DEFAULT_SHOP = "默认店铺"
_DERIVED = {Kind.address, Kind.province, Kind.city, Kind.buyer}
_JUDGED = {Kind.time, Kind.amount, Kind.refund, Kind.whole_number, Kind.flag}
_LINE = re.compile(r"Line: (\d+)")
_EXPECTED = {
    Kind.time: ("日期时间", "a date"),
    Kind.amount: ("金额", "an amount"),
    Kind.refund: ("金额", "an amount"),
    Kind.whole_number: ("整数", "a whole number"),
    Kind.flag: ("是/否", "yes or no"),
}


@dataclass(frozen=True)
class Naming:
    """Where the orders belong: the channel, if it was given; the shop for files that name none."""

    channel: str | None = None
    shop: str | None = None


@dataclass(frozen=True)
class Staged:
    """What is in `staged`: the `columns` of mart.orders in the file, and if it numbers orders."""

    rows: int
    columns: frozenset[str]
    has_order_ids: bool


def stage(
    connection: duckdb.DuckDBPyConnection,
    export: ExportFile,
    *,
    batch_id: int,
    naming: Naming,
    key: PseudonymKey,
) -> Staged:
    """Read `export` into `raw` and into the temporary table `staged`, one row a line.

    Raises:
        IngestError: the file is cut off or malformed, or a cell is not what its column needs.
    """
    located = export.source.locate(export.headers)
    raw = f"raw.{export.source.name}_{batch_id}"
    _read_text(connection, export, located, raw, key)
    _type(connection, export, located, raw, naming)
    _refuse_problems(connection, export, located, raw)
    rows = _scalar(connection, "SELECT count(*) FROM staged")
    if rows == 0:
        raise IngestError(
            "no_rows",
            zh=f"{export.name} 只有表头，没有数据行；请重新导出。",
            en=f"{export.name} has a header line and no rows; export it again.",
        )
    return Staged(rows, _columns(connection, located), _has_order_ids(located))


def _has_order_ids(located: Mapping[Field, int]) -> bool:
    return any(field.kind is Kind.order_id for field in located)


def _stored_name(field: Field) -> str:
    """Name in the raw table: the export's own header, or the mart's name for what was derived."""
    return f"derived_{field.column}" if field.kind in _DERIVED else field.headers[0]


def _derived(field: Field, cell: str) -> str:
    match field.kind:
        case Kind.buyer:
            return cleaning.buyer(cell)
        case Kind.address if field.column == "city":
            return cleaning.city_of_address(cell)
        case Kind.city:
            return cleaning.city(cell)
        case Kind.address | Kind.province:
            return cleaning.province(cell)
        case _:
            return cell


def _read_text(
    connection: duckdb.DuckDBPyConnection,
    export: ExportFile,
    located: Mapping[Field, int],
    raw: str,
    key: PseudonymKey,
) -> None:
    stored = {_stored_name(field): _derived(field, f"c{at}") for field, at in located.items()}
    positions = header_positions(export.headers)
    for header in export.source.kept:
        if header_key(header) in positions:
            stored.setdefault(header, f"c{positions[header_key(header)]}")
    columns = ", ".join(f"c{index}: 'VARCHAR'" for index in range(len(export.headers)))
    selected = ", ".join(f'{expression} AS "{name}"' for name, expression in stored.items())
    parameters: dict[str, object] = {"path": str(export.text)}
    if any(field.kind is Kind.buyer for field in located):
        parameters |= {"inner": key.inner, "outer": key.outer}
    try:
        # Headers never reach the SQL: columns go by position, names come from our own sources.
        connection.execute(
            f"CREATE TABLE {raw} AS SELECT {selected} "  # noqa: S608
            "FROM read_csv($path, auto_detect=false, "
            f"header=true, columns={{{columns}}}, delim='{export.delimiter}', quote='\"', "
            "escape='\"', "
            "strict_mode=true, null_padding=false)",
            parameters,
        )
    except duckdb.Error as error:
        raise _malformed(export, str(error)) from error


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


def _type(
    connection: duckdb.DuckDBPyConnection,
    export: ExportFile,
    located: Mapping[Field, int],
    raw: str,
    naming: Naming,
) -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE places (spelling VARCHAR, province VARCHAR)")
    connection.executemany("INSERT INTO places VALUES (?, ?)", list(PROVINCE_SPELLINGS.items()))
    fields = list(located)
    cells = [f'"{_stored_name(field)}"' for field in fields]
    values = ", ".join(
        f"{cell} AS c{index}, {_value(field, cell, export)} AS v{index}"
        for index, (field, cell) in enumerate(zip(fields, cells, strict=True))
    )
    combined = ", ".join(
        f"{_combined(column, fields, export, naming)}::{kind} AS {column}"
        for column, kind in ORDERS.columns.items()
        if column != "order_key"
    )
    # Evaluated from left to right and no further than needed: almost always one look at the order
    # number.
    present = " OR ".join(_is_filled(f"c{index}") for index in range(len(fields)))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE staged AS "  # noqa: S608
        f"WITH cells AS (SELECT rowid + 2 AS line, {values} FROM {raw}), "
        f"typed AS (SELECT line, {combined}, {_problem(fields)} AS problem "
        f"FROM cells LEFT JOIN places ON {_place_join(fields)} WHERE {present}) "
        "SELECT channel || '|' || shop || '|' || order_id AS order_key, * FROM typed"
    )


def _is_filled(cell: str) -> str:
    return f"({cleaning.content(cell)}) IS NOT NULL"


def _value(field: Field, cell: str, export: ExportFile) -> str:
    if field.kind in _DERIVED:
        return cell
    return cleaning.value(field.kind, cell, excel_dates=export.excel_dates)


def _place_join(fields: list[Field]) -> str:
    for index, field in enumerate(fields):
        if field.column == "province":
            return f"spelling = lower(v{index})"
    return "false"


def _combined(column: str, fields: list[Field], export: ExportFile, naming: Naming) -> str:
    """The mart column out of the values of the fields that fill it."""
    sources = [(f"v{index}", field) for index, field in enumerate(fields) if field.column == column]
    values = [value for value, _ in sources]
    if column == "channel":
        return _channel(values, export, naming)
    if column == "shop":
        return f"coalesce({', '.join([*values, _quoted(naming.shop or DEFAULT_SHOP)])})"
    if column == "order_id" and not values:
        return f"'{export.sha256[:12]}-' || line"
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


def _problem(fields: list[Field]) -> str:
    """Index of the first unusable field; -1 for a row without a time; NULL if all is well."""
    cases = [
        f"WHEN v{index} IS NULL AND {_is_filled(f'c{index}')} THEN {index}"
        for index, field in enumerate(fields)
        if field.kind in _JUDGED
    ]
    for index, field in enumerate(fields):
        if field.kind is Kind.order_id:
            lost = rf"regexp_matches(v{index}, '^\d(\.\d+)?[eE]\+\d+$')"
            cases.append(f"WHEN v{index} IS NULL OR {lost} THEN {index}")
    dated = "created_at" if any(field.column == "created_at" for field in fields) else "paid_at"
    times = [f"v{index}" for index, field in enumerate(fields) if field.column == dated]
    cases.append(f"WHEN {times[0]} IS NULL THEN -1")
    return f"CASE {' '.join(cases)} END"


def _refuse_problems(
    connection: duckdb.DuckDBPyConnection,
    export: ExportFile,
    located: Mapping[Field, int],
    raw: str,
) -> None:
    if _has_order_ids(located) and _ids_are_rounded(connection):
        raise _lost_ids(export)
    found = connection.execute(
        "SELECT line, problem FROM staged WHERE problem IS NOT NULL ORDER BY line LIMIT 1"
    ).fetchone()
    if found is None:
        return
    line, problem = int(found[0]), int(found[1])
    if problem < 0:
        raise IngestError(
            "no_time",
            zh=f"{export.name} 第 {line} 行没有下单时间或付款时间；请补全后重新导出。",
            en=f"Row {line} of {export.name} has no order time; complete it and export again.",
        )
    field = list(located)[problem]
    header = export.headers[located[field]].strip()
    cell = connection.execute(
        f'SELECT "{_stored_name(field)}" FROM {raw} WHERE rowid = $row',  # noqa: S608
        {"row": line - 2},
    ).fetchone()
    raise _bad_cell(export, field, header, line, cell[0] if cell else None)


def _bad_cell(
    export: ExportFile, field: Field, header: str, line: int, cell: str | None
) -> IngestError:
    if field.kind is Kind.order_id:
        if cell and cell.strip():
            return _lost_ids(export)
        return IngestError(
            "no_order_id",
            zh=f"{export.name} 第 {line} 行没有{header}；请删除合计行或重新导出。",
            en=f"Row {line} of {export.name} has no {header}; remove lines of totals or export "
            "again.",
        )
    zh, en = _EXPECTED[field.kind]
    shown = _shown(cell)
    return IngestError(
        "bad_cell",
        zh=f"{export.name} 第 {line} 行的{header}是 {shown}，不是{zh}；请更正后重新导入。",
        en=f"Row {line} of {export.name} has {shown} as {header}, which is not {en}; "
        "correct it and load the file again.",
    )


def _shown(cell: str | None) -> str:
    """At most 40 printable characters of a cell, quoted, on one line."""
    text = "".join(character if character.isprintable() else " " for character in cell or "")
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _lost_ids(export: ExportFile) -> IngestError:
    return IngestError(
        "lost_ids",
        zh=f"{export.name} 的订单编号已被 Excel 变成数字（如 5.1E+18），末尾几位丢失；"
        "请重新导出，不要用 Excel 另存，或把该列设为文本。",
        en=f"The order numbers of {export.name} went through Excel as numbers (like 5.1E+18) and "
        "lost their "
        "last digits; export again without saving in Excel, or with that column as text.",
    )


def _ids_are_rounded(connection: duckdb.DuckDBPyConnection) -> bool:
    """Excel's other face: written out in full, 15 digits and then zeros, in every row."""
    counts = connection.execute(
        "SELECT count(*), count(*) FILTER (regexp_full_match(order_id, '\\d{15}0{3,}')) "
        "FROM staged WHERE length(order_id) >= 18"
    ).fetchone()
    return counts is not None and 1 < counts[0] == counts[1]


def _columns(connection: duckdb.DuckDBPyConnection, located: Mapping[Field, int]) -> frozenset[str]:
    """The mart columns that the file has. An address gives a city only if it says so somewhere."""
    columns = {field.column for field in located} | {"order_key", "order_id", "channel", "shop"}
    for field in located:
        if field.kind is Kind.address and not _scalar(
            connection,
            f"SELECT count({field.column}) FROM staged",  # noqa: S608
        ):
            columns.discard(field.column)
    return frozenset(columns)


def _scalar(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])
