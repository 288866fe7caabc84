"""The scheduler of an upload: shares its chunks between this process and upload processes, with back-pressure."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Protocol
from uuid import UUID

from chassis.base.metrics import counter
from chassis.commands.runtime import Runtime
from chassis.uploads.bulk_command import BulkCommand
from chassis.uploads.chunk import Upload
from chassis.uploads.counts import ChunkCounts, UploadCounts, UploadJob
from chassis.uploads.processes import UploadProcess, UploadProcessLost
from chassis.uploads.rows import Chunk
from chassis.uploads.sheets import Sheets

ROWS = counter(
    "domnaer_upload_rows_total", "Rows of uploads by result, those of upload processes included.", "result"
)

PLACES = 2
"""Chunks that one process works on at a time: one is read and decided while the database writes the other."""
LONG = 3
"""Chunks after which upload processes are started."""
BACKLOG = 2_000
"""Events that a relay or reader of this process may be behind before an upload pauses, so that live records stay on time."""
PATIENCE = 2.0
"""Seconds that an upload waits for a relay or reader that makes no progress (the broker is away) before it continues."""


class ChunkRunner(Protocol):
    """Carries out a chunk of an upload."""

    async def __call__(self, chunk: Chunk) -> ChunkCounts: ...


class UploadScheduler:
    """Shares the chunks of one upload and counts their rows.

    Rows that begin records depend on no other row, so that several chunks may run at once, here and in upload processes.
    Changes of records, and dry runs, are carried out here, one chunk after the other.
    """

    def __init__(self, runtime: Runtime, bulk: BulkCommand, order: UploadJob) -> None:
        self.counts = UploadCounts(upload_id=order.upload_id)
        self._runtime, self._order = runtime, order
        self._host = runtime.host
        self._here = Upload(runtime, bulk, order)
        self._free: asyncio.Queue[ChunkRunner] = asyncio.Queue()
        self.dry_run = order.dry_run
        self._in_order = self.dry_run or not bulk.opens
        for _ in range(1 if self._in_order else PLACES):
            self._free.put_nowait(self._here.carry)
        self._under_way: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._taken = 0
        self._patient = True
        self._sheets = Sheets(runtime, order)
        self._known: Counter[UUID] = Counter()

    async def sheet(self, digest: UUID) -> UUID:
        """Return the sheet of the upload, by the digest of its rows and the known ones among those carried out so far."""
        return await self._sheets.find(digest, self._known, self.counts.taken)

    async def note_sheet(self, digest: UUID) -> None:
        """Note the upload with the digest of all its rows, and in the counts when its office loaded the same rows before."""
        self.counts.loaded_before = await self._sheets.note(digest, self._known)

    async def take(self, chunk: Chunk) -> None:
        """Start to carry out a chunk when there is capacity. Raises the first failure of an earlier chunk."""
        await self._keep_pace()
        self._taken += 1
        if self._host is not None and not self._in_order and self._taken == LONG:
            self._host.start_upload_processes(self._runtime, self._join)
        carrier = await self._free.get()
        if self._failure is not None:
            raise self._failure
        task = asyncio.create_task(self._carry(carrier, chunk))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait for all started chunks. Raises the first failure."""
        await self.abandon()
        if self._failure is not None:
            raise self._failure

    async def abandon(self) -> None:
        """Wait for all started chunks, whatever their result."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _join(self, process: UploadProcess) -> None:
        """Add an upload process that is ready to carry out chunks."""

        async def carry(chunk: Chunk) -> ChunkCounts:
            counts = await process.carry(self._runtime.module or "", self._order, chunk)
            self._runtime.wake()
            return counts

        for _ in range(PLACES):
            self._free.put_nowait(carry)

    async def _carry(self, carrier: ChunkRunner, chunk: Chunk) -> None:
        lost = False
        try:
            try:
                self._count(await carrier(chunk))
            except (
                UploadProcessLost
            ):  # what it had recorded of the chunk is known by its ids; its place goes with it
                lost = True
                self._count(await self._here.carry(chunk))
        except BaseException as failure:  # raised where the next chunk is brought
            self._failure = self._failure or failure
        finally:
            if not lost or self._failure is not None:
                self._free.put_nowait(carrier)

    def _count(self, chunk: ChunkCounts) -> None:
        self.counts.add(chunk)
        self._known.update(chunk.known_of)
        if self.dry_run:
            return
        for result in ("taken", "already_known", "refused"):
            ROWS.labels(self._runtime.service, result).inc(getattr(chunk, result))

    async def _keep_pace(self) -> None:
        """Pause while a relay or reader of this process is far behind, so that live records reach their timelines on time."""
        if self._host is None or not self._patient:
            return
        backlog = self._host.backlog
        clock = asyncio.get_running_loop().time
        least, since = await backlog(), clock()
        while (behind := await backlog()) > BACKLOG:
            if behind < least:
                least, since = behind, clock()
            elif clock() - since > PATIENCE:
                self._patient = False
                return
            await asyncio.sleep(0.02)
