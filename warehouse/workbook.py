"""Excel workbooks as CSV text, so that everything after this reads one kind of file.

Imports openpyxl only when a workbook comes; of this package only `errors` and `sources`.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.errors import IngestError
from warehouse.sources import recognise

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

# Beyond these a small file unpacks to more than a shop's export ever holds.
_MAX_UNPACKED = 4 << 30
_MAX_RATIO = 500
# Excel keeps 15 digits of a number: a longer one has lost its end.
_EXACT = 10**15


def workbook_to_csv(path: Path, target: Path) -> None:
    """Write the sheet that holds a known export (else the first one with content) as UTF-8 CSV.

    Raises:
        IngestError: the workbook is damaged, too large, or empty.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_size(path, archive)
        rows = _rows(path)
        with target.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    except IngestError:
        raise
    # openpyxl lets through whatever zipfile, its XML parser and its own descriptors raise.
    except Exception as error:
        raise IngestError(
            "damaged_workbook",
            zh=f"{path.name} 不是完整的 Excel 工作簿；请重新导出或重新下载。",
            en=f"{path.name} is not a complete Excel workbook; export or download it again.",
        ) from error


def _check_size(path: Path, archive: zipfile.ZipFile) -> None:
    unpacked = sum(member.file_size for member in archive.infolist())
    packed = max(1, sum(member.compress_size for member in archive.infolist()))
    if unpacked > _MAX_UNPACKED or unpacked / packed > _MAX_RATIO:
        raise IngestError(
            "workbook_too_large",
            zh=f"{path.name} 解压后太大；请导出为 CSV。",
            en=f"{path.name} is too large when unpacked; export it as CSV.",
        )


def _rows(path: Path) -> Iterable[list[str]]:
    from openpyxl import load_workbook

    workbook: Workbook = load_workbook(path, read_only=True, data_only=True)
    chosen = None
    for sheet in workbook.worksheets:
        first = next(iter(sheet.iter_rows(max_row=1, values_only=True)), ())
        headers = [_text(cell) for cell in first]
        if recognise(headers):
            chosen = sheet
            break
        if chosen is None and any(headers):
            chosen = sheet
    if chosen is None:
        raise IngestError(
            "empty_file",
            zh=f"{path.name} 是空工作簿；请重新导出。",
            en=f"{path.name} is an empty workbook; export it again.",
        )
    width = 0
    for row in chosen.iter_rows(values_only=True):
        cells = [_text(cell) for cell in row]
        # Sheets are ragged: the header says how wide the table is, and blanks beyond it are
        # nothing.
        width = width or max(index for index, cell in enumerate(cells, 1) if cell)
        if any(cells):
            kept = cells if any(cells[width:]) else cells[:width]
            yield kept + [""] * (width - len(kept))


def _text(cell: Any) -> str:
    """The cell as an export would have written it.

    >>> _text(12.0), _text(5.1e18), _text(datetime(2020, 2, 20, 23, 59))
    ('12', '5.1E+18', '2020-02-20 23:59:00')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, int | float):
        if abs(cell) >= _EXACT:
            return f"{cell:.6G}"
        return str(int(cell)) if cell == int(cell) else repr(round(cell, 10))
    if isinstance(cell, datetime):
        # Excel's day fractions come back a few microseconds off the minute.
        return (cell + timedelta(microseconds=500_000)).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
