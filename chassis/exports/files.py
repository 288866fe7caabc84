"""The files of an exported list, written row by row: CSV, and a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, Protocol

from chassis.uploads.workbook_writer import WorkbookWriter

Kind = Literal["csv", "xlsx"]
MEDIA_TYPES: dict[Kind, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Beginnings of a text that a spreadsheet takes for a formula, the full-width forms included."""


class ListFile(Protocol):
    """A file that is written row by row."""

    def add(self, row: Sequence[Any]) -> None:
        """Write a row."""
        ...

    def taken(self) -> bytes:
        """Return the bytes written since the last call."""
        ...

    def end(self) -> bytes:
        """End the file and return its last bytes."""
        ...


class CsvList:
    """CSV in UTF-8 with a byte order mark, as spreadsheets read it. Dates are written as 2014-06-12.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """

    def __init__(self) -> None:
        self._text = io.StringIO()
        self._text.write("\ufeff")
        self._writer = csv.writer(self._text)

    def add(self, row: Sequence[Any]) -> None:
        """Write a row."""
        self._writer.writerow([_csv_cell(value) for value in row])

    def taken(self) -> bytes:
        """Return the bytes written since the last call."""
        written = self._text.getvalue().encode("utf-8", "replace")
        self._text.seek(0)
        self._text.truncate()
        return written

    def end(self) -> bytes:
        """Return the last bytes."""
        return self.taken()


class WorkbookList:
    """A workbook of one sheet, in which every text is text."""

    def __init__(self, columns: int) -> None:
        self._writer = WorkbookWriter(columns)
        self._rows = 0

    def add(self, row: Sequence[Any]) -> None:
        """Write a row."""
        self._rows += 1
        self._writer.add(self._rows, row)

    def taken(self) -> bytes:
        """Return the bytes written since the last call."""
        return self._writer.taken()

    def end(self) -> bytes:
        """End the workbook and return its last bytes."""
        return self._writer.end()


def list_file(kind: Kind, columns: int) -> ListFile:
    """Return a new file of a kind."""
    return CsvList() if kind == "csv" else WorkbookList(columns)


def _csv_cell(value: Any) -> Any:
    match value:
        case str():
            return f"'{value}" if value.startswith(_FORMULA) else value
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
    return value
