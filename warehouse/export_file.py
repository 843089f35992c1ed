"""`ExportFile`: a user's file made ready for the database — UTF-8 text, its delimiter, its headers.

First step of ingest. It looks at bytes and headers only; cells are judged later, in SQL. What
cannot be read is refused with one sentence. Imports `errors`, `workbook` and `sources` of this
package; no duckdb.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from warehouse.errors import IngestError
from warehouse.sources import SOURCES, Source, recognise
from warehouse.workbook import workbook_to_csv

# Text of this size is decoded in the cache, twice as fast as a megabyte.
_CHUNK = 1 << 16
_HEADER_BYTES = 1 << 16
_MAX_COLUMNS = 500
_DELIMITERS = (",", "\t", ";")
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class ExportFile:
    """`text` is the UTF-8 file to load, header line included; `path` is what the user named."""

    path: Path
    text: Path
    sha256: str
    delimiter: str
    headers: tuple[str, ...]
    source: Source
    excel_dates: bool

    @property
    def name(self) -> str:
        """The file's name for messages."""
        return self.path.name


def open_export(path: Path, scratch: Path, source: Source | None = None) -> ExportFile:
    """Recognise `path` unless `source` is given; converted copies go to the folder `scratch`.

    Raises:
        IngestError: missing, empty, not a table, or of no known kind.
    """
    check_readable(path)
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(_sha256, path)
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith(_OLD_OFFICE):
            raise IngestError(
                "old_excel",
                zh=f"{path.name} 是旧版 Excel (.xls) 文件；请另存为 .xlsx 或 CSV 后再导入。",
                en=f"{path.name} is an old Excel file (.xls); save it as .xlsx or CSV and load "
                "that.",
            )
        converted = scratch / f"{uuid4().hex}.csv"
        is_workbook = start.startswith(_ZIP)
        if is_workbook:
            workbook_to_csv(path, converted)
        text = converted if is_workbook else _as_utf8(path, converted)
    delimiter, headers = _headers(path, text)
    found = source or recognise(headers)
    if found is None or not found.matches(headers):
        raise _unrecognised(path, headers, source)
    return ExportFile(
        path, text, digest.result(), delimiter, headers, found, excel_dates=is_workbook
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_readable(path: Path) -> None:
    """Refuse what is no file with content.

    Raises:
        IngestError: missing, a folder, empty, or not readable.
    """
    if path.is_dir():
        raise IngestError(
            "folder",
            zh=f"{path.name} 是文件夹；请给出导出文件本身。",
            en=f"{path.name} is a folder; name the export files themselves.",
        )
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except FileNotFoundError as error:
        raise IngestError(
            "missing_file",
            zh=f"找不到文件 {path.name}；请检查路径。",
            en=f"There is no file {path.name}; check the path.",
        ) from error
    except OSError as error:
        raise IngestError(
            "unreadable_file",
            zh=f"无法读取文件 {path.name}；请检查它的权限。",
            en=f"The file {path.name} cannot be read; check its permissions.",
        ) from error
    if size == 0:
        raise IngestError(
            "empty_file",
            zh=f"{path.name} 是空文件；请重新导出。",
            en=f"{path.name} is empty; export it again.",
        )


def _as_utf8(path: Path, target: Path) -> Path:
    """`path` itself if it is UTF-8, else a converted copy."""
    with path.open("rb") as file:
        start = file.read(4)
    encodings = ("utf-16",) if start.startswith(_UTF16_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        # UTF-8 is only checked; DuckDB reads the file where it lies.
        if _transcode(path, encoding, None if encoding == "utf-8-sig" else target):
            return path if encoding == "utf-8-sig" else target
    raise IngestError(
        "not_text",
        zh=f"{path.name} 不是文本表格（无法按 UTF-8 或 GB18030 读取）；请导出为 CSV 或 .xlsx。",
        en=f"{path.name} is no text table (neither UTF-8 nor GB18030); export it as CSV or .xlsx.",
    )


def _transcode(path: Path, encoding: str, target: Path | None) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    sink = target.open("w", encoding="utf-8", newline="") if target else None
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                if encoding != "utf-16" and b"\0" in chunk:
                    return False
                decoded = decoder.decode(chunk)
                if sink:
                    sink.write(decoded)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    finally:
        if sink:
            sink.close()
    return True


def _headers(path: Path, text: Path) -> tuple[str, tuple[str, ...]]:
    """Delimiter and headers: of the readings of the first line the known one, else the widest."""
    with text.open("rb") as file:
        start = file.read(_HEADER_BYTES).decode("utf-8-sig", errors="ignore")
    readings = []
    for delimiter in _DELIMITERS:
        try:
            first = next(csv.reader(start.splitlines(keepends=True), delimiter=delimiter), [])
        except csv.Error:
            continue
        readings.append((delimiter, tuple(first)))
    readings.sort(key=lambda reading: (recognise(reading[1]) is not None, len(reading[1])))
    if not readings or not any(header.strip() for header in readings[-1][1]):
        raise _unrecognised(path, (), None)
    delimiter, headers = readings[-1]
    if len(headers) > _MAX_COLUMNS:
        raise IngestError(
            "too_many_columns",
            zh=f"{path.name} 有 {len(headers)} 列，最多 {_MAX_COLUMNS} 列；请检查分隔符。",
            en=f"{path.name} has {len(headers)} columns, at most {_MAX_COLUMNS} are read; check "
            "its delimiter.",
        )
    return delimiter, headers


def _unrecognised(path: Path, headers: tuple[str, ...], source: Source | None) -> IngestError:
    expected = (source,) if source else SOURCES
    zh = "；".join(f"{one.zh}：{_needs(one)}" for one in expected)
    en = "; ".join(f"{one.en}: {_needs(one)}" for one in expected)
    shown = ", ".join(header.strip()[:20] for header in headers[:6] if header.strip().isprintable())
    return IngestError(
        "unknown_columns",
        zh=f"认不出 {path.name} 的列（{shown or '没有表头'}）；需要的列是 {zh}。",
        en=f"The columns of {path.name} are not known ({shown or 'no header line'}); needed are "
        f"{en}.",
    )


def _needs(source: Source) -> str:
    return " + ".join("/".join(group) for group in source.required)
