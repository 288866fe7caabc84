"""Runs one upload from its first row to its outcome: from a request of the API, or from the form of a page."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from chassis.access.permissions import Caller
from chassis.base.ids import new_id
from chassis.base.metrics import counter
from chassis.commands.execution import CommandStillRunning
from chassis.commands.idempotency import KeptOutcome, find_outcome, keep_outcome
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.store.event_store import lock_of
from chassis.uploads.body_reader import Body, ChunkBuilder, check_size, read_rows, read_upload, zone_of
from chassis.uploads.bulk_command import BulkCommand
from chassis.uploads.columns import Header
from chassis.uploads.counts import USUAL_OFFSET, UploadCounts, UploadJob
from chassis.uploads.naming import Naming
from chassis.uploads.outcomes import UploadedRow
from chassis.uploads.refusals import RefusedRow, delete_expired_refusals, find_refusals
from chassis.uploads.returned_sheet import (
    ROWS,
    OtherFile,
    Outcomes,
    SheetWords,
    find_outcomes,
    find_reasons,
    returned_file,
)
from chassis.uploads.rows import FileRow
from chassis.uploads.scheduler import UploadScheduler

UPLOADS = counter("domnaer_uploads_total", "Uploads read to their end.")


class UploadRows(NamedTuple):
    """The rows of an upload, as they are read: the body, its media type, and the reader of a row."""

    body: Body
    media_type: str
    adapter: TypeAdapter[Any]

    def read(self, header: Header) -> AsyncGenerator[FileRow]:
        """Return the rows; ``header`` is filled in."""
        return read_rows(self.body, self.media_type, self.adapter, header)


async def run_upload(
    runtime: Runtime, bulk: BulkCommand, job: UploadJob, rows: UploadRows, key: str
) -> UploadCounts:
    """Carry out an upload, once for each key of the caller; a dry run does not use the key up.

    Raises IdempotencyKeyReused for another file under the key, and what reading the file raises.
    """
    if job.dry_run:
        return await _carry_out(runtime, bulk, job, rows)
    async with runtime.monitor.lock(lock_of(job.caller.id, key)) as alone:
        if not alone:
            raise CommandStillRunning("wait for its answer, or ask again with the same key")
        if (kept := await find_outcome(runtime.pool, job.caller.id, key)) is not None:
            return await _counts_kept(rows.body, kept)
        counts = await _carry_out(runtime, bulk, job, rows)
        outcome = counts.model_dump_json(exclude={"likely_same"})
        keeping = keep_outcome(job.caller.id, key, rows.body.digest(), 200, outcome)
        await runtime.pool.execute(keeping.sql, *keeping.args)
        return counts


class FileBody(Body):
    """A whole file, from the form of a page, as the body of an upload at ``path``."""

    def __init__(self, content: bytes, path: str, media_type: str) -> None:
        self._content, self._media_type = content, media_type
        self._hash = hashlib.blake2b(f"{path}\0".encode(), digest_size=16)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        check_size(len(self._content), self._media_type)
        self._hash.update(self._content)
        yield self._content


class FormUpload:
    """The upload of a file from the form of a page: its counts, its refused rows, and the file with the outcomes."""

    def __init__(
        self,
        runtime: Runtime,
        bulk: BulkCommand,
        adapter: TypeAdapter[Any],
        caller: Caller,
        content: bytes,
        media_type: str,
    ) -> None:
        self._runtime, self._bulk, self._adapter, self._caller = runtime, bulk, adapter, caller
        self._content, self._media_type = content, media_type
        self.counts = UploadCounts(upload_id=new_id())
        self.dry_run = True

    async def run(self, key: str, *, dry_run: bool) -> None:
        """Carry out the file as :func:`run_upload` does."""
        runtime, bulk = self._runtime, self._bulk
        self.dry_run = dry_run
        job = UploadJob(
            bulk.path, self._caller, self.counts.upload_id, None, runtime.clock.now(), dry_run=dry_run
        )
        self.counts = await run_upload(runtime, bulk, job, self._rows(), key)

    async def refusals(self, most: int) -> list[RefusedRow]:
        """Return the first refused rows."""
        if not self.counts.refused:
            return []
        return await find_refusals(self._runtime, self._caller, self.counts.upload_id, 0, most)

    async def returned(self, words: SheetWords) -> bytes | None:
        """Return the file with the outcome of each row in words; None if it is too long to be returned.

        After a dry run the rows have no ids.
        """
        if self.counts.rows > ROWS:
            return None
        header = Header()
        naming = Naming(self._caller, self._bulk.path, persons=self._bulk.opens_persons)
        try:
            outcomes = await self._outcomes(words)
            async with aclosing(self._rows().read(header)) as rows:
                return await returned_file(rows, self._media_type, header, naming, outcomes)
        except (OtherFile, RecordNotFound):  # the outcomes of a file sent again are stored for a day
            return None

    async def _outcomes(self, words: SheetWords) -> Outcomes:
        if not self.dry_run:
            return await find_outcomes(
                self._runtime, self._caller, self._bulk.path, self.counts.upload_id, words
            )
        reasons = await find_reasons(self._runtime, self._caller, self.counts.upload_id, words)
        async with aclosing(self._rows().read(Header())) as rows:
            numbers = [row.number async for row in rows]
        tried = {
            number: UploadedRow(row=number, result="refused" if number in reasons else "taken")
            for number in numbers
        }
        return Outcomes(self.counts.upload_id, USUAL_OFFSET, tried, reasons, tried=True, words=words)

    def _rows(self) -> UploadRows:
        body = FileBody(self._content, self._bulk.path, self._media_type)
        return UploadRows(body, self._media_type, self._adapter)


async def _carry_out(runtime: Runtime, bulk: BulkCommand, job: UploadJob, rows: UploadRows) -> UploadCounts:
    await delete_expired_refusals(runtime)
    scheduler = UploadScheduler(runtime, bulk, job)
    async with aclosing(rows.read(Header(zone_of(job.utc_offset)))) as read:
        naming = Naming(job.caller, bulk.path, persons=bulk.opens_persons)
        await read_upload(read, ChunkBuilder(naming), scheduler)
    if not job.dry_run:
        UPLOADS.labels(runtime.service).inc()
    return scheduler.counts


async def _counts_kept(body: Body, kept: KeptOutcome) -> UploadCounts:
    """Return the counts stored under this key. The body is read only to compare it. Raises IdempotencyKeyReused."""
    async for _ in body:
        pass
    kept.must_be_of(body.digest())
    return UploadCounts.model_validate_json(kept.outcome)
