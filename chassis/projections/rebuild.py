"""Rebuilding a projection while it is in use: fill the next build, settle it, compare it, switch.

Whatever goes wrong on the way leaves the live build as it is; the other is given up.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

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
from chassis.projections.dead_letters import known_letters, list_letters
from chassis.projections.offsets import BEGINNING, Offsets
from chassis.projections.partition_position import READER_TIMING, ReaderTiming
from chassis.projections.projector import Projector
from chassis.projections.reader import Projecting, Reader, Settling
from chassis.projections.rehearsal import NewPoison, Rehearsal
from chassis.projections.replay import replay
from chassis.projections.topic_reader import find_partitions
from chassis.store.database import Pool
from contracts.catalogue import Catalogue

Ends = dict[TopicPartition, int]
Compare = Callable[[Pool, Pool], Awaitable[Sequence[str]]]
Helper = Callable[[int, tuple[int, int]], Coroutine[Any, Any, None]]


class BuildsDiffer(Exception):
    """The new build says something else than the live one, and it was not asked to."""

    def __init__(self, differences: Sequence[str]) -> None:
        super().__init__(f"{len(differences)} differences, nothing was switched")
        self.differences = tuple(differences)


class TopicIncomplete(Exception):
    """The road does not reach as far as the live build has come: it is being laid anew, or is gone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a rebuild is to go.

    First all shares are filled to the ends of the road: ours, and with ``of`` above 1 each further one by
    ``helper(build, share)``, in a process of its own if it likes (see :func:`fill`); it is cancelled when the
    ends are reached. Then the build is settled, at rest, by ``settle`` or the reader's own. Then it is kept
    up with the road by ``follower`` (or the reader) while ``compare``, given pools of the live and of the new
    build, names the differences: those that stay through ``tries`` looks count, the others were events on
    their way.
    """

    ddl: str | None = None
    settle: Callable[[Pool], Awaitable[None]] | None = None
    follower: Reader | None = None
    compare: Compare | None = None
    progress: Callable[[int, int], None] = lambda done, total: None
    of: int = 1
    helper: Helper | None = None
    near: int = 500
    """Records behind which a build is near enough to the end to be compared."""
    tries: int = 3
    patience: float = 60.0
    """Seconds to wait for a road that does not reach as far as the live build has come."""
    every: float = 0.25
    pace: ReaderTiming = READER_TIMING


async def fill(
    reader: Reader,
    pool: Pool,
    catalogue: Catalogue,
    settings: Settings,
    build: int,
    share: tuple[int, int] = (0, 1),
    *,
    dsn: str | None = None,
    pace: ReaderTiming = READER_TIMING,
) -> None:
    """Fill a share of a build until it is live or given up. Raises NewPoison, NoSuchBuild."""
    live = await live_build(pool, reader.projection or "")
    if live is None:
        raise NoSuchBuild(f"{reader.projection} has no live build to go by")
    rehearsal = Rehearsal(pool, reader.name, live)
    await Projector(
        reader, pool, catalogue, settings, build, share=share, rehearsal=rehearsal, dsn=dsn, pace=pace
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
    """Fill the next build of a reader's projection and make it live; returns its number.

    Raises NewPoison at an event that the live build took and this one cannot take, BuildsDiffer where the
    comparison finds them different, NoSuchBuild where no build is live yet (the first needs no rebuilding).
    """
    projection = reader.projection
    ddl = plan.ddl or (reader.ddl if isinstance(reader, Projecting) else None)
    if projection is None or ddl is None:
        raise TypeError(f"{reader.name} fills no projection")
    if plan.of > 1 and plan.helper is None:
        raise ValueError("who fills the other shares?")
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
        """All shares, to the ends of this moment and then near to those of a later one."""
        hands = [self._hand(self.reader, (0, self.plan.of))]
        if self.plan.helper is not None:
            hands += [self.plan.helper(self.build, (index, self.plan.of)) for index in range(1, self.plan.of)]

        async def to_the_ends() -> None:
            await self._catch_up(0)
            await self._catch_up(self.plan.near)

        await _meanwhile(to_the_ends(), hands)

    async def settle(self) -> None:
        """While nothing is written into the build."""
        await self._same_letters(self.reader)
        if self.plan.settle is not None:
            await self.plan.settle(self.new_pool)
        elif isinstance(self.reader, Settling):
            await self.reader.settle(self.new_pool)

    async def compare(self) -> None:
        """While the build is kept up with the road. Raises BuildsDiffer."""
        await _meanwhile(self._compare(), [self._hand(self.plan.follower or self.reader, (0, 1))])

    def _hand(self, reader: Reader, share: tuple[int, int]) -> Coroutine[Any, Any, None]:
        return fill(
            reader,
            self.pool,
            self.catalogue,
            self.settings,
            self.build,
            share,
            dsn=self.dsn,
            pace=self.plan.pace,
        )

    async def _compare(self) -> None:
        lasting: set[str] | None = None
        for nth in range(self.plan.tries):
            if nth:
                await asyncio.sleep(1)
            await self._catch_up(self.plan.near)
            await self._same_letters(self.plan.follower or self.reader)
            if self.plan.compare is None:
                return
            found = set(await self.plan.compare(self.live_pool, self.new_pool))
            lasting = found if lasting is None else lasting & found
            if not lasting:
                return
        raise BuildsDiffer(sorted(lasting or ()))

    async def _catch_up(self, near: int) -> None:
        """Wait until the ends of this moment are reached; with ``near``, until so close to a later one's."""
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
        """The ends of a road that reaches as far as the live build has come. Raises RoadIncomplete."""
        deadline = time.monotonic() + self.plan.patience
        while True:
            heed_cancellation()
            marks = await Offsets(self.reader.name, self.live).read(self.pool)
            ends = await self.ends()
            if all(ends.get(each, 0) >= mark.next_offset for each, mark in marks.items()):
                return ends
            if time.monotonic() > deadline:
                raise TopicIncomplete(f"{self.reader.name} has come further than the road reaches")
            await asyncio.sleep(self.plan.every)

    async def _same_letters(self, reader: Reader) -> None:
        """Take what was buried after the live build's example and has been taken up again there since."""
        known = await known_letters(self.pool, self.reader.name, self.live)
        letters = await list_letters(self.pool, self.reader.name, self.build, limit=100_000)
        ids = [each.event_id for each in letters if each.event_id not in known.buried]
        if ids:
            await replay(reader, self.new_pool, self.catalogue, self.build, ids=ids)
            if left := await list_letters(self.pool, self.reader.name, self.build, ids=ids):
                raise NewPoison(left[0])


@asynccontextmanager
async def _ends(reader: Reader, settings: Settings) -> AsyncIterator[Callable[[], Awaitable[Ends]]]:
    """Tells where the road ends at this moment."""
    topics = [*reader.topics, *reader.entry_topics]
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, request_timeout_ms=15_000)

    async def now() -> Ends:
        found = await find_partitions(topics, settings.kafka)
        ends: Ends = await consumer.end_offsets(found) if found else {}
        return ends

    try:
        await consumer.start()
        yield now
    finally:
        await consumer.stop()


async def _meanwhile(work: Coroutine[Any, Any, None], hands: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Do the work for as long as all hands are at theirs, then stop them; their failure is its failure."""
    task = asyncio.create_task(work)
    others = [asyncio.create_task(hand) for hand in hands]
    try:
        await asyncio.wait({task, *others}, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            if other.done():
                other.result()
                if not task.done():
                    raise NoSuchBuild("the build was given up by somebody else")
        await task
    finally:
        for each in (task, *others):
            each.cancel()
        await asyncio.gather(task, *others, return_exceptions=True)
