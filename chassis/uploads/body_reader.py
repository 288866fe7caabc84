"""The body of an upload: read as a stream, cut into rows, and collected into chunks, within the limits of size and rows."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request

from chassis.base.priority import REQUEST_PRIORITY
from chassis.http.validation_errors import FieldError
from chassis.uploads.rows import LINE_LIMIT, Chunk, CsvRows, Line, Lines, Naming, RowRefused
from chassis.uploads.scheduler import UploadScheduler
from contracts.refusal import Refusal

ROW_LIMIT = 200_000
SIZE_LIMIT = 256 * 1024 * 1024
CHUNK = 1_000
_CHUNK_SIZE = 4 * 1024 * 1024


class UploadTooLarge(Refusal):
    """This upload is too large"""

    code = "upload-too-large"
    status = 413


class UploadEmpty(Refusal):
    """This upload has no rows"""

    code = "upload-empty"
    status = 422


class Body:
    """The body of a request as a stream. Its bytes are counted and digested, and not kept."""

    def __init__(self, request: Request) -> None:
        self._stream = request.stream()
        self._size = 0
        self._hash = hashlib.blake2b(request.scope["path"].encode() + b"\0", digest_size=16)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._size += len(piece)
            check_size(self._size)
            self._hash.update(piece)
            yield piece
            await REQUEST_PRIORITY.give_way()

    def digest(self) -> bytes:
        """The digest of the bytes received so far."""
        return self._hash.digest()


class ChunkBuilder:
    """Collects the lines of an upload into chunks."""

    def __init__(self, naming: Naming, csv: TypeAdapter[Any] | None) -> None:
        self.lines = Lines(quoted=csv is not None)
        self._naming, self._csv = naming, csv
        self._columns: CsvRows | None = None
        self._number = self._count = self._size = 0
        self._chunk = Chunk()

    def add(self, line: bytes | None) -> bool:
        """Add a line; return True when the chunk is full. Raises UploadTooLarge at the first row over the limit."""
        chunk = self._chunk
        self._number += 1
        if line is not None and (not line or line.isspace()):
            return False
        if self._csv is not None and self._columns is None:
            self._columns = CsvRows(line or b"", self._csv)
            return False
        if self._count == ROW_LIMIT:
            raise UploadTooLarge(
                f"it has more than {ROW_LIMIT:,} rows",
                remedy=f"send line {self._number} and what follows as another upload",
            )
        self._count += 1
        try:
            if line is None:
                raise RowRefused([_LINE_TOO_LONG])
            text = line if self._columns is None else self._columns.json(line)
            self._size += len(text)
            chunk.lines.append(Line(self._number, self._naming.name(text), text))
        except RowRefused as refusal:
            chunk.refused += [(self._number, error) for error in refusal.errors]
        return len(chunk.lines) + len(chunk.refused) >= CHUNK or self._size >= _CHUNK_SIZE

    def chunk(self) -> Chunk:
        """Return the chunk collected since the last call, and begin a new one."""
        chunk, self._chunk, self._size = self._chunk, Chunk(), 0
        return chunk


_LINE_TOO_LONG = FieldError(
    field="",
    reason=f"the line is longer than {LINE_LIMIT // 1024} KiB",
    remedy="shorten its texts; if it has several rows, a line break is missing",
)


async def read_upload(body: Body, builder: ChunkBuilder, scheduler: UploadScheduler) -> None:
    try:
        try:
            async for piece in body:
                for line in builder.lines.feed(piece):
                    if builder.add(line):
                        await scheduler.take(builder.chunk())
            for line in builder.lines.end():
                builder.add(line)
        except UploadTooLarge as too_large:
            await scheduler.take(builder.chunk())
            await scheduler.finish()
            counts = scheduler.counts
            raise UploadTooLarge(
                f"{too_large.detail}; of the {counts.rows:,} before, {counts.taken:,} were recorded,"
                f" {counts.already_known:,} were known already and {counts.refused:,} refused",
                remedy=too_large.remedy,
            ) from None
        await scheduler.take(builder.chunk())
        await scheduler.finish()
    except BaseException:
        await scheduler.abandon()
        raise
    if not scheduler.counts.rows:
        raise UploadEmpty("there is nothing to record", remedy="send one command on each line")


def check_size(size: int) -> None:
    """Check the size. Raises UploadTooLarge if it is over the limit."""
    if size > SIZE_LIMIT:
        raise UploadTooLarge(f"it has more than {SIZE_LIMIT // 1024 // 1024} MiB", remedy="send it in parts")
