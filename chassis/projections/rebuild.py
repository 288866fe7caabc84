"""Rebuilds a projection while it is in use: fill the next build, settle it, compare it, switch to it.

A failure leaves the live build unchanged; the new build is given up.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.base.cancellation import heed_cancellation
from chassis.base.settings import Settings
from chassis.projections.builds import (
    NoSuchBuild,
    abandon,
    build_pool,
    drop_retired,
    live_build,
    open_build,
    switch,
)
from chassis.projections.dead_letters import letters_of_one_build, list_letters
from chassis.projections.kafka_clients import find_partitions
from chassis.projections.offsets import BEGINNING, Offsets
from chassis.projections.partition_position import READER_TIMING, ReaderTiming
from chassis.projections.projector import Projector
from chassis.projections.reader import Projecting, Reader, Settling
from chassis.projections.rehearsal import NewPoison, Rehearsal
from chassis.projections.replay import replay
from chassis.store.database import Pool
from contracts.catalogue import Catalogue

Ends = dict[TopicPartition, int]
Compare = Callable[[Pool, Pool], Awaitable[Sequence[str]]]
Helper = Callable[[int, tuple[int, int]], Coroutine[Any, Any, None]]


class BuildsDiffer(Exception):
    """The new build differs from the live one, and no difference was expected."""

    def __init__(self, differences: Sequence[str]) -> None:
        super().__init__(f"{len(differences)} differences; the live build was kept")
        self.differences = tuple(differences)


class TopicIncomplete(Exception):
    """The topics end before the offsets of the live build: they are being published again, or are lost."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps and limits of a rebuild.

    1. All shares are filled up to the ends of the topics. This process fills the first share; if ``of`` is above 1,
       ``helper(build, share)`` fills each further one, if needed in another process (see :func:`fill`). Helpers are
       cancelled when the ends are reached.
    2. ``settle``, or the reader's own method, settles the build while nothing is written into it.
    3. ``follower``, or the reader, keeps the build up to date while ``compare`` receives pools of the live and the new
       build and returns their differences. Only differences found in all of ``tries`` comparisons count; the others
       were events that had not arrived yet.
    """

    ddl: str | None = None
    settle: Callable[[Pool], Awaitable[None]] | None = None
    follower: Reader | None = None
    compare: Compare | None = None
    progress: Callable[[int, int], None] = lambda done, total: None
    of: int = 1
    helper: Helper | None = None
    near: int = 500
    """A build with a backlog of at most this many records is compared."""
    tries: int = 3
    patience: float = 60.0
    """Seconds to wait for topics that end before the offsets of the live build."""
    every: float = 0.25
    timing: ReaderTiming = READER_TIMING


async def fill(
    reader: Reader,
    pool: Pool,
    catalogue: Catalogue,
    settings: Settings,
    build: int,
    share: tuple[int, int] = (0, 1),
    *,
    dsn: str | None = None,
    timing: ReaderTiming = READER_TIMING,
) -> None:
    """Fill a share of a build until the build is live or given up. Raises NewPoison, NoSuchBuild."""
    live = await live_build(pool, reader.projection or "")
    if live is None:
        raise NoSuchBuild(f"{reader.projection} has no live build to compare with")
    rehearsal = Rehearsal(pool, reader.name, live)
    await Projector(
        reader, pool, catalogue, settings, build, share=share, rehearsal=rehearsal, dsn=dsn, timing=timing
    ).run()


async def rebuild(
    reader: Reader,
    pool: Pool,
    catalogue: Catalogue,
    settings: Settings,
    plan: Plan = Plan(),
    *,
    dsn: str | None = None,
) -> int:
    """Fill the next build of a reader's projection and make it live; return its number.

    Raises NewPoison for an event that the live build processed and the new build cannot process, BuildsDiffer if the
    comparison finds differences, and NoSuchBuild if no build is live yet (the first build needs no rebuild).
    """
    projection = reader.projection
    ddl = plan.ddl or (reader.ddl if isinstance(reader, Projecting) else None)
    if projection is None or ddl is None:
        raise TypeError(f"{reader.name} fills no projection")
    if plan.of > 1 and plan.helper is None:
        raise ValueError("with more than one share, a helper must fill the others")
    live = await live_build(pool, projection)
    if live is None:
        raise NoSuchBuild(f"{projection} has no live build yet")
    await drop_retired(pool, projection, reader=reader.name)
    build = await open_build(pool, projection, ddl)
    dsn = dsn or settings.database(reader.name.partition(".")[0])
    try:
        async with AsyncExitStack() as stack:
            pools = [await build_pool(dsn, projection, each, service=reader.name) for each in (live, build)]
            for each in pools:
                stack.push_async_callback(each.close)
            ends = await stack.enter_async_context(_ends(reader, settings))
            work = _Rebuilding(
                reader, pool, catalogue, settings, plan, dsn, ends, live, build, pools[0], pools[1]
            )
            await work.fill()
            await work.settle()
            await work.compare()
        await switch(pool, projection, build)
    except BaseException:
        await asyncio.shield(abandon(pool, projection, build))
        raise
    return build


@dataclass(slots=True)
class _Rebuilding:
    reader: Reader
    pool: Pool
    catalogue: Catalogue
    settings: Settings
    plan: Plan
    dsn: str
    ends: Callable[[], Awaitable[Ends]]
    live: int
    build: int
    live_pool: Pool
    new_pool: Pool

    async def fill(self) -> None:
        """Fill all shares up to the present ends of the topics, then close to the ends at a later time."""
        fillers = [self._fill_share(self.reader, (0, self.plan.of))]
        if self.plan.helper is not None:
            fillers += [
                self.plan.helper(self.build, (index, self.plan.of)) for index in range(1, self.plan.of)
            ]

        async def to_the_ends() -> None:
            await self._catch_up(0)
            await self._catch_up(self.plan.near)

        await _run_beside(to_the_ends(), fillers)

    async def settle(self) -> None:
        """Settle the build while nothing is written into it."""
        await self._replay_letters(self.reader)
        if self.plan.settle is not None:
            await self.plan.settle(self.new_pool)
        elif isinstance(self.reader, Settling):
            await self.reader.settle(self.new_pool)

    async def compare(self) -> None:
        """Compare the builds while the new one is kept up to date. Raises BuildsDiffer."""
        await _run_beside(self._compare(), [self._fill_share(self.plan.follower or self.reader, (0, 1))])

    def _fill_share(self, reader: Reader, share: tuple[int, int]) -> Coroutine[Any, Any, None]:
        return fill(
            reader,
            self.pool,
            self.catalogue,
            self.settings,
            self.build,
            share,
            dsn=self.dsn,
            timing=self.plan.timing,
        )

    async def _compare(self) -> None:
        lasting: set[str] | None = None
        for nth in range(self.plan.tries):
            if nth:
                await asyncio.sleep(1)
            await self._catch_up(self.plan.near)
            await self._replay_letters(self.plan.follower or self.reader)
            if self.plan.compare is None:
                return
            found = set(await self.plan.compare(self.live_pool, self.new_pool))
            lasting = found if lasting is None else lasting & found
            if not lasting:
                return
        raise BuildsDiffer(sorted(lasting or ()))

    async def _catch_up(self, near: int) -> None:
        """Wait until the backlog is at most ``near`` records; with 0, until the present ends of the topics are reached."""
        ends = await self._complete_ends()
        while True:
            total = sum(ends.values())
            marks = await Offsets(self.reader.name, self.build).read(self.pool)
            done = sum(min(marks.get(each, BEGINNING).next_offset, end) for each, end in ends.items())
            self.plan.progress(done, total)
            if total - done <= near:
                return
            await asyncio.sleep(self.plan.every)
            if near:
                ends = await self._complete_ends()

    async def _complete_ends(self) -> Ends:
        """Return the ends of the topics once they reach the offsets of the live build. Raises TopicIncomplete."""
        deadline = time.monotonic() + self.plan.patience
        while True:
            heed_cancellation()
            marks = await Offsets(self.reader.name, self.live).read(self.pool)
            ends = await self.ends()
            if all(ends.get(each, 0) >= mark.next_offset for each, mark in marks.items()):
                return ends
            if time.monotonic() > deadline:
                raise TopicIncomplete(f"{self.reader.name} has offsets behind the end of its topics")
            await asyncio.sleep(self.plan.every)

    async def _replay_letters(self, reader: Reader) -> None:
        """Replay the dead letters that the live build had too, and that it has processed since."""
        after: UUID | None = None
        while ids := await letters_of_one_build(self.pool, self.reader.name, self.build, self.live, after):
            await replay(reader, self.new_pool, self.catalogue, self.build, ids=ids)
            if left := await list_letters(self.pool, self.reader.name, self.build, ids=ids, limit=1):
                raise NewPoison(left[0])
            after = ids[-1]


@asynccontextmanager
async def _ends(reader: Reader, settings: Settings) -> AsyncIterator[Callable[[], Awaitable[Ends]]]:
    """Provide a function that returns the present ends of the topics."""
    topics = [*reader.topics, *reader.entry_topics]
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, request_timeout_ms=15_000)

    async def now() -> Ends:
        found = await find_partitions(settings.kafka, topics)
        ends: Ends = await consumer.end_offsets(found) if found else {}
        return ends

    try:
        await consumer.start()
        yield now
    finally:
        await consumer.stop()


async def _run_beside(work: Coroutine[Any, Any, None], fillers: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run the work while the fillers run, then stop them. If a filler fails, its exception is raised."""
    task = asyncio.create_task(work)
    others = [asyncio.create_task(filler) for filler in fillers]
    try:
        await asyncio.wait({task, *others}, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            if other.done():
                other.result()
                if not task.done():
                    raise NoSuchBuild("another process gave up the build")
        await task
    finally:
        for each in (task, *others):
            each.cancel()
        await asyncio.gather(task, *others, return_exceptions=True)
