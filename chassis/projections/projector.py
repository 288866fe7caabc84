"""The projector: runs a reader over its topics, page by page, each effect in one transaction with its offsets.

While one page is written, the next is read; there are never more than two. A failure rolls the page back; the page is
then retried, or read again from the offsets in the database.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from aiokafka.errors import KafkaError

from chassis.base.backoff import Backoff
from chassis.base.cancellation import heed_cancellation, own_cancellation_only
from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.base.settings import Settings
from chassis.projections.builds import build_pool, close_pool, live_build, state_of, use_build
from chassis.projections.culprits import find_culprits
from chassis.projections.dead_letters import NO_LETTERS, Known, has_letters, known_letters
from chassis.projections.decoding import DecodedPage, Decoder
from chassis.projections.offsets import Offsets, OffsetsMoved
from chassis.projections.page_writer import announce_page, write_page
from chassis.projections.partition_position import READER_TIMING, ReaderTiming, RecordBatch
from chassis.projections.reader import (
    RECORD_ERRORS,
    Poison,
    Projecting,
    Reader,
    ReaderStatus,
    edition_of,
    group_of,
    shape_of,
)
from chassis.projections.replay import sweep
from chassis.projections.topic_reader import TopicReader
from chassis.store.database import AWAY, Pool
from contracts.catalogue import Catalogue

_CHECK_BUILD_EVERY = 1.0
_LONGEST_WAIT = 3.0
_LONGEST_WAIT_TO_WRITE = 10.0  # each attempt to write a failing page looks for the records that cause it

_log = get_log()
BUILD_CONNECTIONS = 3
"""Connections in the pool of a build that a reader fills."""


class Projector:
    """Runs a reader.

    Without ``build``, the reader of a projection fills the live build and switches when another becomes live. ``share``
    (index, of) reads a fixed share of the partitions without a consumer group.
    """

    def __init__(
        self,
        reader: Reader,
        pool: Pool,
        catalogue: Catalogue,
        settings: Settings,
        build: int = 0,
        *,
        share: tuple[int, int] | None = None,
        dsn: str | None = None,
        timing: ReaderTiming = READER_TIMING,
    ) -> None:
        self.reader = reader
        self.pool = pool
        self.catalogue = catalogue
        self.settings = settings
        self.build = build
        self.last_progress = time.monotonic()
        self.trouble: str | None = "starting"
        self._share = share if share is not None or not build else (0, 1)
        self._dsn = dsn or settings.database(reader.name.partition(".")[0])
        self._timing = timing
        self._decoder = Decoder(reader, catalogue)
        self._has_letters = True
        self._backoff = Backoff(_LONGEST_WAIT)
        self._writing: asyncio.Task[None] | None = None
        self._acknowledging: asyncio.Task[None] | None = None
        self._filling = build
        self._partitions = self._events = self._backlog = 0
        self._lag: int | None = None
        self.topic_lags: dict[str, int] = {}
        self._written_at: datetime | None = None

    @property
    def status(self) -> ReaderStatus:
        """The present state of the reader."""
        counts = (self._partitions, self._lag, self._events)
        return ReaderStatus(self.reader.name, self._filling, *counts, self._written_at, self.trouble)

    @property
    def backlog(self) -> int:
        """The number of records not processed yet, as last known."""
        return self._backlog

    async def run(self) -> None:
        """Read until cancelled; a build that is being filled is read only until it is live or given up.

        Failures are logged, shown in the health check and retried.
        """
        while True:
            heed_cancellation()
            try:
                with own_cancellation_only():
                    if await self._run_build():
                        return
            except Exception as error:  # the reader turns unhealthy and retries
                self._log_stop(error)
            await self._backoff.wait()

    async def _run_build(self) -> bool:
        """Fill one build. Return False when another build is live, True when there is nothing more to do."""
        projection = self.reader.projection
        if projection is None:
            return await self._read(self.pool, edition_of(self.reader))
        ddl = self.reader.ddl if isinstance(self.reader, Projecting) else None
        while (
            build := self.build or await use_build(self.pool, projection, shape_of(self.reader), ddl)
        ) is None:
            self.trouble = "no build of this version is live"
            await asyncio.sleep(_CHECK_BUILD_EVERY)
        if self.build and await state_of(self.pool, projection, build) != "building":
            return True
        self._filling = build
        pool = await build_pool(
            self._dsn, projection, build, size=BUILD_CONNECTIONS, service=self.reader.name
        )
        try:
            return await self._read(pool, build)
        finally:
            await asyncio.shield(close_pool(pool))

    async def _read(self, pool: Pool, build: int) -> bool:
        await sweep(self.reader, pool, self.catalogue, build)
        topic_reader = TopicReader(
            self.reader.topics,
            self.reader.entry_topics,
            self.settings,
            self.pool,
            Offsets(self.reader.name, build),
            group=None if self._share else group_of(self.reader),
            share=self._share or (0, 1),
            timing=self._timing,
            drained=self._drained,
        )
        try:
            await topic_reader.start()
            return await self._read_pages(topic_reader, pool, build)
        finally:
            tasks = [task for task in (self._writing, self._acknowledging) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._writing = self._acknowledging = self._lag = None
            self._partitions, self.topic_lags = 0, {}
            await topic_reader.stop()

    async def _read_pages(self, topic_reader: TopicReader, pool: Pool, build: int) -> bool:
        generation, checked = -1, time.monotonic()
        while True:
            heed_cancellation()
            now = time.monotonic()
            if now - checked > _CHECK_BUILD_EVERY:
                checked = now
                if (answer := await self._superseded(build)) is not None:
                    return answer
            try:
                if generation != topic_reader.generation:
                    self._has_letters = await has_letters(self.pool, self.reader.name, build)
                    generation = topic_reader.generation
                batch = await topic_reader.take()
                known = NO_LETTERS if batch is None else await self._known(topic_reader, build, batch)
            except AWAY as error:
                self._log_stop(error)
            except KafkaError as error:
                if not error.retriable:
                    raise
                self._log_stop(error)
            else:
                self._backoff.succeeded()
                self.last_progress = time.monotonic()
                await self._advance(topic_reader, pool, build, batch, known)
                continue
            await self._backoff.wait()

    async def _advance(
        self,
        topic_reader: TopicReader,
        pool: Pool,
        build: int,
        batch: RecordBatch | None,
        known: Known,
    ) -> None:
        page = None if batch is None else await self._decoder.page(batch.records, known)
        if self._writing is not None and (page is not None or self._writing.done()):
            try:
                await self._writing
            except OffsetsMoved:
                _log.info("offsets_moved_by_another_process", reader=self.reader.name, build=build)
                topic_reader.forget()
            self._writing = None
        lags = topic_reader.lags
        self._partitions, self.topic_lags = len(topic_reader.partitions), lags or {}
        self._lag = None if lags is None else sum(lags.values())
        self._backlog = self._backlog if self._lag is None else self._lag
        if batch is None:
            self._idle(topic_reader)
        elif page is not None and topic_reader.holds(batch):
            self._writing = asyncio.create_task(self._write(topic_reader, pool, build, batch, page))

    def _idle(self, topic_reader: TopicReader) -> None:
        silent = topic_reader.silent_for
        if silent > self._timing.silence:
            raise TimeoutError("the broker does not answer")
        if silent > self._timing.silence / 4:
            self.trouble = "the broker does not answer"
        elif self._writing is None and self._lag is not None:
            self.trouble = None

    async def _write(
        self, topic_reader: TopicReader, pool: Pool, build: int, batch: RecordBatch, page: DecodedPage
    ) -> None:
        """Write a page, with retries. Raises OffsetsMoved if another process owns the partitions now."""
        backoff = Backoff(_LONGEST_WAIT_TO_WRITE)
        while True:
            try:
                await write_page(pool, self.reader, build, page, batch.moves)
                break
            except OffsetsMoved:
                raise
            except Exception as error:
                try:
                    if await self._without_culprits(pool, page, error):
                        continue
                except Exception as other:  # the database is away by now, for example
                    error = other
                self._log_stop(error)
            await backoff.wait()
            if not topic_reader.holds(batch):
                raise OffsetsMoved(self.reader.name)
        self._events += len(page.events) + len(page.entries)
        self._has_letters = self._has_letters or bool(page.letters)
        self._written_at, self.last_progress, self.trouble = datetime.now(UTC), time.monotonic(), None
        await announce_page(self.reader, page)
        if self._acknowledging is None or self._acknowledging.done():
            self._acknowledging = asyncio.create_task(topic_reader.acknowledge(batch.moves))

    async def _without_culprits(self, pool: Pool, page: DecodedPage, error: Exception) -> bool:
        """Turn the records that caused an error into dead letters. Return False if no record caused it."""
        if isinstance(error, Poison):
            return page.without(error.event_id, error.detail)
        if not isinstance(error, RECORD_ERRORS):
            return False
        culprits = await find_culprits(pool, self.reader, page.events, page.entries)
        return sum(page.without(event_id, detail) for event_id, detail in culprits.items()) > 0

    async def _drained(self) -> None:
        """Wait at most five seconds for the page that is being written; its offsets protect it if it comes later."""
        if self._writing is not None:
            await asyncio.wait({self._writing}, timeout=5)

    async def _known(self, topic_reader: TopicReader, build: int, batch: RecordBatch) -> Known:
        """Return the records of a batch that are skipped. Without letters, no id is looked up."""
        if not self._has_letters:
            return NO_LETTERS
        ids = self._decoder.ids_of(batch.records)
        try:
            return await known_letters(self.pool, self.reader.name, build, ids)
        except Exception:
            topic_reader.forget()  # the batch is lost, so it must be read again
            raise

    async def _superseded(self, build: int) -> bool | None:
        """Return None to go on, False to switch to another build, True to end."""
        projection = self.reader.projection
        if projection is None:
            return None
        try:
            if self.build:
                return True if await state_of(self.pool, projection, build) != "building" else None
            live = await live_build(self.pool, projection, shape_of(self.reader))
            return None if live in (build, None) else False
        except AWAY:
            return None

    def _log_stop(self, error: BaseException) -> None:
        self.trouble = describe_exception(error, places=False).partition("\n")[0]
        _log.error(
            "reader_stopped",
            reader=self.reader.name,
            build=self._filling,
            error=describe_exception(error),
        )
