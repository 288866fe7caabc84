"""Reads an .xlsx workbook in a process of its own, with limits of memory and time: ``python -m chassis.uploads.workbook_process``.

The reader allocates every cell up to the last one, so a file of 2 KB with a cell in the last row and column would
take 500 GB. Here such a file ends this process and not the service.

The workbook arrives on standard input. Each row leaves on standard output as a line of JSON: its number and its cells,
where a date is ``{"date": ...}``, a date with a time ``{"time": ...}``, a time or duration ``{"seconds": ...}`` and an error such
as #N/A ``{"error": true}``. If the workbook cannot be read, the only line is ``{"refused": reason, "remedy": ...}``.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

import orjson
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 1024 * 1024 * 1024
SECONDS = 60
_DOCUMENT = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*\bt=[\"']e[\"'][^>]*>")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


class WorkbookRefused(Exception):
    """A workbook that cannot be read: the reason and the remedy."""


def rows_of(workbook: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Return the rows of the only visible sheet with cells, by their numbers. Raises WorkbookRefused."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
        visible = [each.name for each in book.sheets_metadata if each.visible is SheetVisibleEnum.Visible]
        sheets = [sheet for name in visible if (sheet := book.get_sheet_by_name(name)).height]
    except PasswordError:
        raise WorkbookRefused("it has a password", "save it without a password") from None
    except (CalamineError, zipfile.BadZipFile):
        raise WorkbookRefused("it is not a workbook, or is damaged", "save it again as .xlsx") from None
    if len(sheets) > 1:
        names = ", ".join(repr(sheet.name[:31]) for sheet in sheets[:5])
        raise WorkbookRefused(
            f"several sheets have cells: {names}", "keep one sheet, and delete or hide the others"
        )
    errors = _error_cells(workbook, sheets[0].name) if sheets else {}
    for sheet in sheets:
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells: list[Any] = [*row]
            for column in errors.get(number, ()):
                cells[column] = {"error": True}
            yield number, cells


def _error_cells(workbook: bytes, sheet: str) -> dict[int, list[int]]:
    """Return the columns of the cells with an error such as #N/A, by row. The reader returns such cells as empty."""
    found: dict[int, list[int]] = {}
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        for cell in _ERROR_CELL.findall(parts.read(_part(parts, sheet))):
            place = _REFERENCE.search(cell)
            if place is None:
                raise WorkbookRefused("a cell has an error such as #N/A", "correct it, or clear the cell")
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            found.setdefault(int(place[2]), []).append(column - 1)
    return found


def _part(parts: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part of a workbook that holds a sheet."""
    book = ElementTree.fromstring(parts.read("xl/workbook.xml"))  # noqa: S314 - within this process's limits
    related = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    key = next(each.get(f"{_DOCUMENT}id") for each in book.iter() if each.get("name") == sheet)
    target = next(each.get("Target", "") for each in related if each.get("Id") == key)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _json(value: object) -> dict[str, str | float]:
    """Return a date or time in the form that JSON has; the reader returns nothing else that JSON does not have."""
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    assert isinstance(value, timedelta)
    return {"seconds": value.total_seconds()}


def main() -> None:
    """Read the workbook on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    write = sys.stdout.buffer.write
    option = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE
    try:
        for row in rows_of(sys.stdin.buffer.read()):
            write(orjson.dumps(row, default=_json, option=option))
    except WorkbookRefused as refused:
        reason, remedy = refused.args
        write(orjson.dumps({"refused": reason, "remedy": remedy}, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    main()
