"""The projector: runs a reader over the road, page by page, each effect in one transaction with its offsets.

While one page is written the next is read: one under way and one in hand, never more. Whatever goes wrong
undoes the page; it is tried again, or taken again from where the database says that the reader stands.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from aiokafka.errors import KafkaError

from chassis.base.backoff import Backoff
from chassis.base.cancellation import heed_cancellation
from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.base.settings import Settings
from chassis.projections.builds import AWAY, build_pool, close_pool, ensure_build, live_build, state_of
from chassis.projections.dead_letters import Known, known_letters, store_dead_letters
from chassis.projections.decoding import DecodedPage, Decoder
from chassis.projections.offsets import Offsets, OffsetsMoved
from chassis.projections.partition_position import READER_TIMING, ReaderTiming, RecordBatch
from chassis.projections.reader import Poison, Projecting, Reader, ReaderStatus
from chassis.projections.rehearsal import NewPoison, Rehearsal
from chassis.projections.replay import sweep
from chassis.projections.topic_reader import TopicReader
from chassis.store.database import Pool
from contracts.catalogue import Catalogue

_FOLLOW_EVERY = 1.0
_LONGEST_WAIT = 10.0

_log = get_log()


class Projector:
    """Runs a reader.

    Without ``build`` a reader of a projection follows the live build. ``share`` (index, of) reads a fixed
    share of the partitions without a group. With a ``rehearsal`` a build is filled beside the live one.
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
        rehearsal: Rehearsal | None = None,
        dsn: str | None = None,
        pace: ReaderTiming = READER_TIMING,
    ) -> None:
        self.reader = reader
        self.pool = pool
        self.catalogue = catalogue
        self.settings = settings
        self.build = build
        self.last_progress = time.monotonic()
        self.trouble: str | None = "starting"
        self._share = share if share is not None or not build else (0, 1)
        self._rehearsal = rehearsal
        self._dsn = dsn or settings.database(reader.name.partition(".")[0])
        self._pace = pace
        self._hearing = Decoder(reader, catalogue)
        self._writing: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._filling = build
        self._partitions = self._events = self._behind = 0
        self._lag: int | None = None
        self._written_at: datetime | None = None

    @property
    def status(self) -> ReaderStatus:
        """How the reader fares now."""
        counts = (self._partitions, self._lag, self._events)
        return ReaderStatus(self.reader.name, self._filling, *counts, self._written_at, self.trouble)

    @property
    def backlog(self) -> int:
        """Records not yet taken, as last known."""
        return self._behind

    async def run(self) -> None:
        """Read for ever; a build that is being filled, for as long as it is.

        Raises NewPoison in a rehearsal, and nothing else: what goes wrong is logged, shown and tried again.
        """
        backoff = Backoff(_LONGEST_WAIT)
        while True:
            heed_cancellation()
            began = time.monotonic()
            try:
                if await self._run_build():
                    return
            except NewPoison:
                raise
            except Exception as error:  # the reader stands still for all to see, and is tried again
                self._stopped(error)
            if time.monotonic() - began > 2 * _LONGEST_WAIT:
                backoff.reset()
            await backoff.wait()

    async def _run_build(self) -> bool:
        """Read into one build until another is live (False) or there is nothing more to be done (True)."""
        projection = self.reader.projection
        if projection is None:
            return await self._read(self.pool, self.build)
        build = self.build or await live_build(self.pool, projection)
        if build is None and isinstance(self.reader, Projecting):
            build = await ensure_build(self.pool, projection, self.reader.ddl)
        if build is None:
            self.trouble = "no build is live"
            return False
        if self.build and await state_of(self.pool, projection, build) != "building":
            return True
        self._filling = build
        pool = await build_pool(self._dsn, projection, build, size=3, service=self.reader.name)
        try:
            return await self._read(pool, build)
        finally:
            await asyncio.shield(close_pool(pool))

    async def _read(self, pool: Pool, build: int) -> bool:
        if self._rehearsal is None:
            await sweep(self.reader, pool, self.catalogue, build)
        road = TopicReader(
            self.reader.topics,
            self.reader.entry_topics,
            self.settings.kafka,
            self.pool,
            Offsets(self.reader.name, build),
            group=None if self._share else self.reader.name,
            share=self._share or (0, 1),
            pace=self._pace,
            drained=self._drained,
        )
        try:
            await road.start()
            return await self._follow(road, pool, build)
        finally:
            tasks = [task for task in (self._writing, self._telling) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._writing = self._telling = self._lag = None
            self._partitions = 0
            await road.stop()

    async def _follow(self, road: TopicReader, pool: Pool, build: int) -> bool:
        known: Known | None = None
        generation, looked, backoff = -1, time.monotonic(), Backoff(_LONGEST_WAIT)
        while True:
            heed_cancellation()
            now = time.monotonic()
            if now - looked > _FOLLOW_EVERY:
                looked = now
                if (answer := await self._superseded(build)) is not None:
                    return answer
            try:
                if known is None or generation != road.generation:
                    generation = road.generation
                    known = await self._known(build)
                haul = await road.take()
            except AWAY as error:
                self._stopped(error)
            except KafkaError as error:
                if not error.retriable:
                    raise
                self._stopped(error)
            else:
                backoff.reset()
                self.last_progress = time.monotonic()
                await self._advance(road, pool, build, haul, known)
                continue
            await backoff.wait()

    async def _advance(
        self, road: TopicReader, pool: Pool, build: int, haul: RecordBatch | None, known: Known
    ) -> None:
        page = None if haul is None else await self._hearing.page(haul.records, known)
        if self._writing is not None and (page is not None or self._writing.done()):
            try:
                await self._writing
            except OffsetsMoved:
                _log.info("offsets were moved by another", reader=self.reader.name, build=build)
                road.forget()
            self._writing = None
        self._partitions, self._lag = len(road.partitions), road.lag
        self._behind = self._behind if self._lag is None else self._lag
        if haul is None:
            self._idle(road)
        elif page is not None and road.holds(haul):
            self._writing = asyncio.create_task(self._write(road, pool, build, haul, page))

    def _idle(self, road: TopicReader) -> None:
        silent = road.silent_for
        if silent > self._pace.silence:
            raise TimeoutError("the broker does not answer")
        if silent > self._pace.silence / 4:
            self.trouble = "the broker does not answer"
        elif self._writing is None and self._lag is not None:
            self.trouble = None

    async def _write(
        self, road: TopicReader, pool: Pool, build: int, haul: RecordBatch, page: DecodedPage
    ) -> None:
        """Write a page until it is written. Raises OffsetsMoved where it is not ours any more."""
        backoff = Backoff(_LONGEST_WAIT)
        while True:
            try:
                await self._write_once(pool, build, haul, page)
                break
            except (OffsetsMoved, NewPoison):
                raise
            except Exception as error:
                if isinstance(error, Poison) and page.without(error.event_id, error.detail):
                    continue
                self._stopped(error)
            await backoff.wait()
            if not road.holds(haul):
                raise OffsetsMoved(self.reader.name)
        self._events += len(page.heard) + len(page.entries)
        self._written_at, self.last_progress, self.trouble = datetime.now(UTC), time.monotonic(), None
        for letter in page.letters:
            _log.warning(
                "event_dead_lettered",
                reader=self.reader.name,
                event_id=str(letter.event_id),
                reason=letter.reason,
            )
        if not page.says_nothing:
            try:
                await self.reader.applied()
            except Exception as error:  # the effect has committed: waking others is a courtesy
                _log.warning("nobody was woken", reader=self.reader.name, error=describe_exception(error))
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(road.acknowledge(haul.moves))

    async def _write_once(self, pool: Pool, build: int, haul: RecordBatch, page: DecodedPage) -> None:
        if self._rehearsal is not None and page.letters:
            await self._rehearsal.admit(page.letters)
        prepared = None
        if not page.says_nothing:
            prepared = await self.reader.prepare(pool, page.heard, page.entries)
        async with pool.acquire() as connection, connection.transaction():
            if not page.says_nothing:
                await self.reader.apply(connection, page.heard, page.entries, prepared)
            if page.letters:
                await store_dead_letters(connection, self.reader.name, build, page.letters)
            await Offsets(self.reader.name, build).move(connection, haul.moves)

    async def _drained(self) -> None:
        """Wait for the page under way; not for ever, since its offsets tell whether it was still ours."""
        if self._writing is not None:
            await asyncio.wait({self._writing}, timeout=5)

    async def _known(self, build: int) -> Known:
        if self._rehearsal is not None:
            return await self._rehearsal.known()
        return await known_letters(self.pool, self.reader.name, build)

    async def _superseded(self, build: int) -> bool | None:
        """None to go on, False to turn to another build, True to end."""
        projection = self.reader.projection
        if projection is None:
            return None
        try:
            if self.build:
                return True if await state_of(self.pool, projection, build) != "building" else None
            return None if await live_build(self.pool, projection) in (build, None) else False
        except AWAY:
            return None

    def _stopped(self, error: BaseException) -> None:
        self.trouble = describe_exception(error, places=False).partition("\n")[0]
        _log.error(
            "reader stands still",
            reader=self.reader.name,
            build=self._filling,
            error=describe_exception(error),
        )
