"""The steps of a rebuild: filling a build, settling it, and comparing it with the live build."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from aiokafka import TopicPartition

from chassis.base.cancellation import heed_cancellation
from chassis.base.settings import Settings
from chassis.projections.builds import NoSuchBuild, schema_of
from chassis.projections.comparison import (
    EXAMPLES,
    Comparison,
    Difference,
    Differences,
    Position,
)
from chassis.projections.dead_letters import count_letters, letters_of_one_build, list_letters
from chassis.projections.filled_builds import FilledBuild, save_comparison
from chassis.projections.kafka_clients import find_partitions, open_consumer
from chassis.projections.offsets import BEGINNING, Mark, Offsets
from chassis.projections.reader import Reader, Settling
from chassis.projections.rebuild_plan import Plan, fill
from chassis.projections.replay import replay
from chassis.store.database import Pool
from contracts.catalogue import Catalogue

Ends = dict[TopicPartition, int]
Marks = dict[TopicPartition, Mark]

NEWLY_REFUSED, NEWLY_TAKEN = "dead letters: added", "dead letters: processed"
LIVE_BEHIND = "records that the live build has not processed"
_COUNT_LETTERS_EVERY = 5.0


class TopicIncomplete(Exception):
    """The topics end before the offsets of the live build: they are being published again, or are lost."""


class TooManyRefused(Exception):
    """The new build makes dead letters of very many events that the live build has processed."""


@dataclass(slots=True)
class RebuildSteps:
    """The steps of a rebuild, each of which runs once; the pools belong to the live and to the new build."""

    reader: Reader
    projection: str
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
    live_patience: float = field(init=False)

    def __post_init__(self) -> None:
        self.live_patience = self.plan.live_patience

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

    async def compare(self, interrupted: FilledBuild | None) -> list[Difference]:
        """Return the differences of the builds; meanwhile, the new one is kept up to date."""
        found: list[Difference] = []

        async def compare() -> None:
            found.extend(await self._compare(interrupted))

        await _run_beside(compare(), [self._fill_share(self.plan.follower or self.reader, (0, 1))])
        return found

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

    async def _compare(self, interrupted: FilledBuild | None) -> list[Difference]:
        await self._catch_up(self.plan.near)
        await self._level()
        comparison = Comparison(
            self.new_pool,
            schema_of(self.projection, self.live),
            schema_of(self.projection, self.build),
            self.plan.tables,
            level=self._level,
            tries=self.plan.tries,
            save=self._save,
            progress=self.plan.compared,
        )
        goes_on = interrupted is not None and interrupted.compared_with == self.live
        start = interrupted.position if interrupted is not None and goes_on else None
        found = await comparison.run(start, interrupted.differences if interrupted is not None else ())
        differences = Differences(found)
        await self._compare_letters(differences)
        if self.live_patience == 0 and (behind := await self._live_backlog()):
            differences.add(LIVE_BEHIND, count=behind)
        return differences.list()

    async def _save(self, position: Position, differences: list[Difference]) -> None:
        await save_comparison(self.pool, self.projection, self.build, self.live, position, differences)

    async def _compare_letters(self, differences: Differences) -> None:
        """Compare the dead letters twice, since one build may be ahead of the other by some records."""
        await self._replay_letters(self.plan.follower or self.reader)
        for kind, has, lacks in (
            (NEWLY_REFUSED, self.build, self.live),
            (NEWLY_TAKEN, self.live, self.build),
        ):
            apart = {each async for page in self._letters_apart(has, lacks) for each in page}
            if not apart:
                continue
            await self._level()
            apart &= {each async for page in self._letters_apart(has, lacks) for each in page}
            examples = sorted(apart)[:EXAMPLES]
            for letter in await list_letters(self.pool, self.reader.name, has, ids=examples):
                what = f"{letter.event_id} {letter.type or 'no type'}, {letter.reason}: {letter.detail}"
                differences.add(kind, what)
            if len(apart) > EXAMPLES:
                differences.add(kind, count=len(apart) - EXAMPLES)

    async def _letters_apart(self, has: int, lacks: int) -> AsyncIterator[list[UUID]]:
        """Yield the dead letters that one build has and the other has not, in pages."""
        after: UUID | None = None
        while ids := await letters_of_one_build(self.pool, self.reader.name, has, lacks, after):
            yield ids
            after = ids[-1]

    async def _level(self) -> None:
        """Wait until each build has processed and settled what the other one had processed.

        The live build catches up only while its service runs. If it makes no progress, it is not waited for again: what
        it lacks is then among the differences.
        """
        level = await self._wait_for(self.live, await self._marks(self.build), self.live_patience)
        await self._wait_for(self.build, await self._marks(self.live), math.inf)
        if self.plan.settled is not None:
            level &= await self.plan.settled(self.live_pool, self.new_pool, self.live_patience)
        if not level:
            self.live_patience = 0.0

    async def _wait_for(self, build: int, read: Marks, patience: float) -> bool:
        """Wait until a build has processed what was read, as long as it makes progress; return whether it has."""
        before, since = await self._marks(build), time.monotonic()
        while not _covers(before, read):
            if time.monotonic() - since > patience:
                return False
            await asyncio.sleep(self.plan.every)
            now = await self._marks(build)
            if now != before:
                before, since = now, time.monotonic()
        return True

    async def _live_backlog(self) -> int:
        live = await self._marks(self.live)
        read = await self._marks(self.build)
        return sum(
            max(0, mark.next_offset - live.get(partition, BEGINNING).next_offset)
            for partition, mark in read.items()
        )

    async def _marks(self, build: int) -> Marks:
        return await Offsets(self.reader.name, build).read(self.pool)

    async def _catch_up(self, near: int) -> None:
        """Wait until the backlog is at most ``near`` records; with 0, until the present ends of the topics are reached."""
        ends = await self._complete_ends()
        counted = time.monotonic()
        while True:
            total = sum(ends.values())
            marks = await self._marks(self.build)
            done = sum(min(marks.get(each, BEGINNING).next_offset, end) for each, end in ends.items())
            self.plan.progress(done, total)
            if time.monotonic() - counted > _COUNT_LETTERS_EVERY or total - done <= near:
                counted = time.monotonic()
                await self._check_refused()
            if total - done <= near:
                return
            await asyncio.sleep(self.plan.every)
            if near:
                ends = await self._complete_ends()

    async def _check_refused(self) -> None:
        more = self.plan.most_refused
        before = await count_letters(self.pool, self.reader.name, self.live)
        if await count_letters(self.pool, self.reader.name, self.build) > before + more:
            raise TooManyRefused(f"the new build has {more:,} dead letters more than the live build")

    async def _complete_ends(self) -> Ends:
        """Return the ends of the topics once they reach the offsets of the live build. Raises TopicIncomplete."""
        deadline = time.monotonic() + self.plan.patience
        while True:
            heed_cancellation()
            marks = await self._marks(self.live)
            ends = await self.ends()
            if all(ends.get(each, 0) >= mark.next_offset for each, mark in marks.items()):
                return ends
            if time.monotonic() > deadline:
                raise TopicIncomplete(f"{self.reader.name} has offsets behind the end of its topics")
            await asyncio.sleep(self.plan.every)

    async def _replay_letters(self, reader: Reader) -> None:
        """Replay the dead letters that the live build does not have, or has processed since."""
        async for ids in self._letters_apart(self.build, self.live):
            await replay(reader, self.new_pool, self.catalogue, self.build, ids=ids)


def _covers(marks: Marks, read: Marks) -> bool:
    return all(each in marks and marks[each][:2] >= mark[:2] for each, mark in read.items())


@asynccontextmanager
async def topic_ends(reader: Reader, settings: Settings) -> AsyncIterator[Callable[[], Awaitable[Ends]]]:
    """Provide a function that returns the present ends of the topics."""
    topics = [*reader.topics, *reader.entry_topics]
    service = reader.name.partition(".")[0]
    async with open_consumer(settings, service) as consumer:

        async def now() -> Ends:
            found = await find_partitions(settings, service, topics)
            ends: Ends = await consumer.end_offsets(found) if found else {}
            return ends

        yield now


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
