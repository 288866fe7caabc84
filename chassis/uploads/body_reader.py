"""The body of an upload: read as a stream, as rows of its format, and collected into chunks, within the limits of size and rows."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from datetime import timedelta, timezone
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from starlette.requests import Request

from chassis.base.priority import REQUEST_PRIORITY
from chassis.uploads.columns import Header
from chassis.uploads.csv_file import CsvFile
from chassis.uploads.lines import CSV, NDJSON, XLSX, TextFile, UnknownFormat
from chassis.uploads.naming import Naming, in_sheet
from chassis.uploads.ndjson_file import NdjsonFile
from chassis.uploads.rows import Chunk, FileRow, Line, RowRefused
from chassis.uploads.scheduler import UploadScheduler
from chassis.uploads.workbook import WORKBOOK_LIMIT, read_workbook
from contracts.refusal import Refusal

ROW_LIMIT = 200_000
SIZE_LIMIT = 256 * 1024 * 1024
CHUNK = 1_000
_CHUNK_SIZE = 4 * 1024 * 1024
_HELD_SIZE = 16 * 1024 * 1024
"""The most bytes of rows about unknown persons that are kept in memory: some 60,000 rows, more than a sheet has."""


class UploadTooLarge(Refusal):
    """This upload is too large"""

    code = "upload-too-large"
    status = 413


class UploadEmpty(Refusal):
    """This upload has no rows"""

    code = "upload-empty"
    status = 422


class Body:
    """The body of a request as a stream. Its bytes are counted and digested, and not kept.

    ``options`` decide with the bytes what the body means, and so are a part of the digest.
    """

    def __init__(self, request: Request, media_type: str, *options: str) -> None:
        self._stream = request.stream()
        self._media_type = media_type
        self._size = 0
        begin = "".join(each + "\0" for each in (request.scope["path"], *options))
        self._hash = hashlib.blake2b(begin.encode(), digest_size=16)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._size += len(piece)
            check_size(self._size, self._media_type)
            self._hash.update(piece)
            yield piece
            await REQUEST_PRIORITY.give_way()

    def digest(self) -> bytes:
        """The digest of the bytes received so far."""
        return self._hash.digest()


class ChunkBuilder:
    """Collects the rows of an upload into chunks, and keeps those about unknown persons in memory until their sheet is known."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._count = self._size = self._held_size = 0
        self._chunk = Chunk()
        self._held: list[Line] = []
        self._sheet: UUID | None = None

    def add(self, row: FileRow) -> bool:
        """Add a row; return True when the chunk is full. Raises UploadTooLarge at the first row over the limit."""
        chunk = self._chunk
        if self._count == ROW_LIMIT:
            raise UploadTooLarge(
                f"it has more than {ROW_LIMIT:,} rows",
                remedy=f"send line {row.number} and what follows as another upload",
            )
        self._count += 1
        try:
            if row.errors:
                raise RowRefused(row.errors)
            self._add_line(self._naming.line(row))
        except RowRefused as refused:
            chunk.refused += [(row.number, error) for error in refused.errors]
        return len(chunk.lines) + len(chunk.refused) >= CHUNK or self._size >= _CHUNK_SIZE

    def chunk(self) -> Chunk:
        """Return the chunk collected since the last call, and begin a new one."""
        chunk, self._chunk, self._size = self._chunk, Chunk(), 0
        return chunk

    @property
    def digest(self) -> UUID:
        """The digest of the rows so far."""
        return self._naming.digest

    @property
    def holds_too_much(self) -> bool:
        """Return whether the rows about unknown persons take so much memory that they must be carried out now."""
        return self._held_size >= _HELD_SIZE

    def of_sheet(self, sheet: UUID) -> Iterator[Chunk]:
        """Return the rows held, in chunks, as rows of their sheet; later ones are not held any more."""
        self._sheet = sheet
        held, self._held, self._held_size = self._held, [], 0
        for at in range(0, len(held), CHUNK):
            yield Chunk([in_sheet(line, sheet) for line in held[at : at + CHUNK]])

    def _add_line(self, line: Line) -> None:
        if line.of_sheet and self._sheet is None:
            self._held.append(line)
            self._held_size += len(line.text)
            return
        self._size += len(line.text)
        self._chunk.lines.append(
            line if self._sheet is None or not line.of_sheet else in_sheet(line, self._sheet)
        )


def read_rows(
    body: Body, media_type: str, adapter: TypeAdapter[Any], header: Header | None = None
) -> AsyncGenerator[FileRow]:
    """Return the rows of a file of this media type; ``header`` is filled in when that of a sheet was read.

    Raises HeaderUnreadable, UnknownFormat or WorkbookUnreadable.
    """
    if media_type == XLSX:
        return read_workbook(aiter(body), adapter, header)
    return _read_text(body, CsvFile(adapter, header) if media_type == CSV else NdjsonFile())


async def _read_text(body: Body, file: TextFile) -> AsyncGenerator[FileRow]:
    async for piece in body:
        for row in file.feed(piece):
            yield row
    for row in file.end():
        yield row


async def read_upload(
    rows: AsyncIterator[FileRow], builder: ChunkBuilder, scheduler: UploadScheduler
) -> None:
    """Carry out the rows of an upload. Raises UploadTooLarge, UploadEmpty, and what reading the rows raises."""
    try:
        try:
            async for row in rows:
                if builder.add(row):
                    await scheduler.take(builder.chunk())
                if builder.holds_too_much:
                    await _carry_held(builder, scheduler)
        except UploadTooLarge as too_large:
            await _carry_held(builder, scheduler)
            counts = scheduler.counts
            raise UploadTooLarge(
                f"{too_large.detail}; of the {counts.rows:,} before, {counts.taken:,}"
                f" {'would be' if scheduler.dry_run else 'were'} recorded,"
                f" {counts.already_known:,} were known already and {counts.refused:,} refused",
                remedy=too_large.remedy,
            ) from None
        await _carry_held(builder, scheduler)
        await scheduler.note_sheet(builder.digest)
    except BaseException:
        await scheduler.abandon()
        raise
    if not scheduler.counts.rows:
        raise UploadEmpty("there is nothing to record", remedy="send one command on each line")


async def _carry_held(builder: ChunkBuilder, scheduler: UploadScheduler) -> None:
    """Carry out the rows that were read, then find the sheet of the upload and carry out the rows about unknown persons."""
    await scheduler.take(builder.chunk())
    await scheduler.finish()
    for chunk in builder.of_sheet(await scheduler.sheet(builder.digest)):
        await scheduler.take(chunk)
    await scheduler.finish()


def zone_of(utc_offset: str) -> timezone:
    """Return the time zone of an offset such as +07:00; a space is a plus sign, which URLs write so."""
    hours, minutes = map(int, utc_offset[1:].split(":"))
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if utc_offset[0] == "-" else size)


def media_type_of(request: Request) -> str:
    """Return the media type of the file. Raises UnknownFormat."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (NDJSON, CSV, XLSX):
        raise UnknownFormat(
            "the content type names none of them",
            remedy=f"send Content-Type: {NDJSON} (one command a line), {CSV} (a header of dotted field names) or {XLSX}",
            field="Content-Type",
        )
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnknownFormat("it is compressed", remedy="send it uncompressed", field="Content-Encoding")
    return kind


def check_size(size: int, media_type: str) -> None:
    """Check the size. Raises UploadTooLarge if it is over the limit."""
    if media_type == XLSX and size > WORKBOOK_LIMIT:
        raise UploadTooLarge(
            f"a workbook has at most {WORKBOOK_LIMIT // 1024 // 1024} MiB", remedy="save it as CSV UTF-8"
        )
    if size > SIZE_LIMIT:
        raise UploadTooLarge(f"it has more than {SIZE_LIMIT // 1024 // 1024} MiB", remedy="send it in parts")
