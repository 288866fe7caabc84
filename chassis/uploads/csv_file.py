"""CSV as rows. Every line of the file becomes a row, is part of one, or is blank.

A stray double quote costs the row that it is in: the lines after it are read again without it.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter

from chassis.http.validation_errors import FieldError, printable
from chassis.uploads.columns import DELIMITERS, Columns, Header, HeaderUnreadable
from chassis.uploads.lines import LINE_TOO_LONG, Lines
from chassis.uploads.rows import LINE_LIMIT, FileRow, RowRefused

_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[ \t,;]*', re.IGNORECASE)
_MOST_TIMES = 3
"""Times that a line is read as a part of another row before it is read alone: a file of stray quotes takes no longer."""


class CsvFile:
    """A CSV file; a row is a record, as spreadsheets count them, and the row that names the columns is the first.

    The separator is that of a first line ``sep=;``, which spreadsheets do not show and so is not counted, or else the one
    with which the first row names fields.
    """

    def __init__(self, adapter: TypeAdapter[Any], header: Header | None = None) -> None:
        self._adapter = adapter
        self._header = header or Header()
        self._lines = Lines()
        self._number = 0
        self._delimiter = ""
        self._columns: Columns | None = None
        self._pending: deque[tuple[bytes | None, int]] = deque()
        """Lines to be read, each with the number of times that it was read as a part of another row."""
        self._open: list[tuple[bytes | None, int]] = []
        """The lines of a record whose last cell is between double quotes and has not ended."""
        self._open_size = 0

    def feed(self, piece: bytes) -> Iterator[FileRow]:
        """Return the rows that end in this piece. Raises HeaderUnreadable."""
        for line in self._lines.feed(piece):
            yield from self._take(line)

    def end(self) -> Iterator[FileRow]:
        """Return the rows that end with the file. Raises HeaderUnreadable."""
        for line in self._lines.end():
            yield from self._take(line)
        while self._open:
            yield self._take_again()
            yield from self._take_pending()

    def _take(self, line: bytes | None) -> Iterator[FileRow]:
        self._pending.append((line, 0))
        return self._take_pending()

    def _take_pending(self) -> Iterator[FileRow]:
        while self._pending:
            line, times = self._pending.popleft()
            if self._open:
                yield from self._continue(line, times)
            else:
                yield from self._begin(line, times)

    def _continue(self, line: bytes | None, times: int) -> Iterator[FileRow]:
        """Take a further line of a record."""
        self._open.append((line, times))
        self._open_size += len(line or b"")
        state = None if line is None or self._open_size > LINE_LIMIT else self._state(b'"' + line)
        if state is None:
            yield self._take_again()
        elif state == "closed":
            record = [each or b"" for each, _ in self._open]
            if self._is_several_rows(record):
                yield self._take_again()
            else:
                self._open = []
                yield from self._row(b"\n".join(record))

    def _take_again(self) -> FileRow:
        """Refuse the first line of the record, which has a stray double quote, and read the others as lines of their own."""
        first, again = self._open[0][0] or b"", [(line, times + 1) for line, times in self._open[1:]]
        self._pending.extendleft(reversed(again))
        self._open = []
        self._number += 1
        return FileRow(self._number, b"", (_QUOTE_NOT_CLOSED,), cells=_as_one_cell(first))

    def _begin(self, line: bytes | None, times: int) -> Iterator[FileRow]:
        """Take the first line of a record."""
        if line is None:
            if self._columns is None:
                raise HeaderUnreadable("it is too long", remedy="name each column once, in the first line")
            self._number += 1
            yield FileRow(self._number, b"", (LINE_TOO_LONG,))
        elif not line or line.isspace():
            self._number += 1
        elif self._columns is None:
            self._read_header(line)
        elif self._state(line) == "open":
            self._open, self._open_size = [(line, times)], len(line)
            if times == _MOST_TIMES:
                yield self._take_again()
        else:
            yield from self._row(line)

    def _read_header(self, line: bytes) -> None:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise HeaderUnreadable("it is not UTF-8", remedy="save the file as CSV UTF-8") from None
        stated = None if self._number or self._delimiter else _SEPARATOR_LINE.fullmatch(text)
        if stated is not None:
            if stated[1] not in DELIMITERS:
                raise HeaderUnreadable(
                    f"the line sep= states {printable(stated[1])!r}",
                    remedy="separate columns by , or ; or a tab",
                )
            self._delimiter = stated[1]
            return
        self._number += 1
        if "\r" in text:
            raise HeaderUnreadable("its lines end with CR alone", remedy="save the file as CSV UTF-8")
        refusals: list[HeaderUnreadable] = []
        for delimiter in self._delimiter or sorted(DELIMITERS, key=text.count, reverse=True):
            try:
                names = next(csv.reader([text], delimiter=delimiter, strict=True))
                self._columns = Columns(names, self._adapter, self._header.zone)
            except csv.Error:
                refusals.append(HeaderUnreadable("a double quote is not closed", remedy="remove it"))
            except HeaderUnreadable as refusal:
                refusals.append(refusal)
            else:
                self._delimiter = delimiter
                header = self._header
                header.number, header.names, header.delimiter = self._number, self._columns.names, delimiter
                return
        raise refusals[0]

    def _row(self, record: bytes) -> Iterator[FileRow]:
        self._number += 1
        assert self._columns is not None
        cells: Sequence[str] = _as_one_cell(record)
        try:
            cells = self._cells(record.decode())
            row = self._columns.json(cells)
        except UnicodeDecodeError:
            errors: Sequence[FieldError] = (_NOT_UTF8,)
        except csv.Error:
            errors = (_NEW_LINE if b"\r" in record else _QUOTE_IN_TEXT,)
        except RowRefused as refusal:
            errors = refusal.errors
        else:
            if row is not None:
                yield FileRow(self._number, row, cleared=self._columns.cleared(cells), cells=cells)
            return
        yield FileRow(self._number, b"", tuple(errors), cells=cells)

    def _cells(self, text: str) -> list[str]:
        return next(csv.reader([text], delimiter=self._delimiter, strict=True), [])

    def _state(self, line: bytes) -> str | None:
        """Return ``open`` if a cell between double quotes goes on after this line, ``closed``, or None for a stray quote."""
        if b'"' not in line:
            return "closed"
        text = line.decode(errors="replace")
        for state, end in (("closed", ""), ("open", '"')):
            try:
                self._cells(text + end)
            except csv.Error:
                continue
            return state
        return None

    def _is_several_rows(self, record: list[bytes]) -> bool:
        """Return whether two stray double quotes made one record of several rows: one of its lines has all cells of a row."""
        assert self._columns is not None
        columns = len(self._columns)
        if columns == 1:
            return False
        first, *inner, last = [line.decode(errors="replace") for line in record]
        if any(self._count(line) == columns for line in inner):
            return True
        if self._count(last) != columns:
            return False
        opened = self._cells(first + '"')
        joined = self._count("\n".join([first, *inner, last]))
        return joined != columns or len(opened) + opened[-1].count(self._delimiter) == columns

    def _count(self, line: str) -> int | None:
        """Return the number of cells of a line that is read alone; None if it cannot be."""
        try:
            return len(self._cells(line))
        except csv.Error:
            return None


def _as_one_cell(record: bytes) -> list[str]:
    return [record.decode(errors="replace")]


_NOT_UTF8 = FieldError(field="", reason="the line is not UTF-8", remedy="save the file as CSV UTF-8")
_QUOTE_NOT_CLOSED = FieldError(
    field="",
    reason="the row opens a double quote that is not closed before the next row",
    remedy="remove the quote, or write it twice between double quotes; a text with several lines must not look like rows",
)
_QUOTE_IN_TEXT = FieldError(
    field="",
    reason="the row has a double quote within a text between double quotes",
    remedy='write such a quote twice, e.g. "He said ""no"""',
)
_NEW_LINE = FieldError(
    field="",
    reason="the row has a carriage return outside of double quotes",
    remedy="put text with line breaks between double quotes",
)
