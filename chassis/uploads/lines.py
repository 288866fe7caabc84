"""Text files as lines: decoded to UTF-8 and cut as the bytes come in, in constant memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Protocol

from chassis.http.validation_errors import FieldError
from chassis.uploads.rows import LINE_LIMIT, FileRow
from contracts.refusal import Refusal

NDJSON, CSV = "application/x-ndjson", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, None),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ASCII_IN_UTF16_LE, _ASCII_IN_UTF16_BE = re.compile(rb"(?:[\t-~]\0){2}"), re.compile(rb"(?:\0[\t-~]){2}")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class UnknownFormat(Refusal):
    """An upload is NDJSON, CSV or an .xlsx workbook"""

    code = "unknown-format"
    status = 415


class TextFile(Protocol):
    """A file whose rows are read from its pieces."""

    def feed(self, piece: bytes) -> Iterator[FileRow]:
        """Return the rows that end in this piece."""

    def end(self) -> Iterator[FileRow]:
        """Return the rows that end with the file."""


class Decoder:
    """Converts a file to UTF-8: without its byte order mark, and from UTF-16.

    What is no text stays bytes that are not UTF-8, so that its row is refused. Raises UnknownFormat for a workbook.
    """

    def __init__(self) -> None:
        self._head = b""
        self._begun = False
        self._utf16: codecs.IncrementalDecoder | None = None

    def feed(self, piece: bytes, *, final: bool = False) -> bytes:
        """Return what is known of the text after this piece."""
        if not self._begun:
            piece = self._head = self._head + piece
            if len(piece) < 4 and not final:
                return b""
            piece, self._begun = self._begin(piece), True
        if self._utf16 is None:
            return piece
        try:
            text = self._utf16.decode(piece, final)
        except UnicodeDecodeError:  # half a character at the end of the file
            return b"\xff"
        return text.encode("utf-8", "surrogatepass")

    def _begin(self, head: bytes) -> bytes:
        if head.startswith(_ZIP):
            raise UnknownFormat(
                "the file is an .xlsx workbook or another archive",
                remedy=f"send a workbook with Content-Type: {XLSX}",
                field="Content-Type",
            )
        if head.startswith(_OLD_EXCEL):
            raise UnknownFormat(
                "the file is an old Excel workbook or has a password", remedy="save it as .xlsx"
            )
        for mark, encoding in _BYTE_ORDER_MARKS:
            if head.startswith(mark):
                return self._decode(encoding, head[len(mark) :])
        if _ASCII_IN_UTF16_LE.match(head):
            return self._decode("utf-16-le", head)
        if _ASCII_IN_UTF16_BE.match(head):
            return self._decode("utf-16-be", head)
        return head

    def _decode(self, encoding: str | None, rest: bytes) -> bytes:
        if encoding is not None:
            self._utf16 = codecs.getincrementaldecoder(encoding)("surrogatepass")
        return rest


class Lines:
    """Splits the body into lines. A line over the limit is discarded, and reported as None."""

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._rest = b""
        self._too_long = False

    def feed(self, piece: bytes) -> Iterator[bytes | None]:
        """Return the lines that end in this piece, without line breaks; None for a line over the limit."""
        yield from self._cut(self._decoder.feed(piece))

    def end(self) -> Iterator[bytes | None]:
        """Return the last line, if the body ends without a line break."""
        yield from self._cut(self._decoder.feed(b"", final=True))
        yield self._line()

    def _cut(self, text: bytes) -> Iterator[bytes | None]:
        first, *others = text.split(b"\n")
        self._add(first)
        for other in others:
            yield self._line()
            self._add(other)

    def _line(self) -> bytes | None:
        line, too_long, self._rest, self._too_long = self._rest, self._too_long, b"", False
        return None if too_long else line.removesuffix(b"\r")

    def _add(self, part: bytes) -> None:
        if len(self._rest) + len(part) > LINE_LIMIT:
            self._rest, self._too_long = b"", True
        elif not self._too_long:
            self._rest = self._rest + part if self._rest else part


LINE_TOO_LONG = FieldError(
    field="",
    reason=f"the line is longer than {LINE_LIMIT // 1024} KiB",
    remedy="shorten its texts; if it has several rows, a line break is missing",
)
