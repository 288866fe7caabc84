"""NDJSON as rows: a line is a row, and a key that an object has twice refuses it."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.http.validation_errors import json_fault
from chassis.uploads.lines import LINE_TOO_LONG, Lines
from chassis.uploads.rows import FileRow


class NdjsonFile:
    """A file with a command in JSON on each line; a row is a line."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._number = 0

    def feed(self, piece: bytes) -> Iterator[FileRow]:
        """Return the rows that end in this piece."""
        return self._rows(self._lines.feed(piece))

    def end(self) -> Iterator[FileRow]:
        """Return the rows that end with the file."""
        return self._rows(self._lines.end())

    def _rows(self, lines: Iterator[bytes | None]) -> Iterator[FileRow]:
        for line in lines:
            self._number += 1
            if line is None:
                yield FileRow(self._number, b"", (LINE_TOO_LONG,))
            elif line and not line.isspace():
                fault = json_fault(line)
                yield FileRow(self._number, line, () if fault is None else (fault,))
