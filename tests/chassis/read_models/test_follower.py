"""The follower fills a build from the store, adds what other versions append, and makes equal rows whichever process writes first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

import asyncpg
import pytest

from chassis.projections.builds import NoSuchBuild
from chassis.store.database import Connection
from chassis.store.event_store import EventStore
from chassis.store.persons import PersonCodec
from contracts.border import HandoverCounted
from contracts.catalogue import Catalogue, catalogue
from tests.chassis.read_models.handovers import (
    WITH_COLUMN,
    Handovers,
    announced,
    append_at_random,
    counted,
    voided,
)
from tests.conftest import FreshService

Fresh = Callable[..., Awaitable[FreshService]]
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_build_is_filled_from_the_store_and_a_killed_fill_goes_on(fresh_service: Fresh) -> None:
    one = await Handovers.of(await fresh_service("follower"), WITH_COLUMN)
    await append_at_random(one, random.Random(1), 300, rows=0)
    pages = [await one.follower.follow(50) for _ in range(3)]
    ends = [page.position for page in pages if page is not None]
    assert len(set(ends)) == 3 and ends == sorted(ends), "each page begins where the one before ended"
    task = asyncio.create_task(one.follower.follow(50))
    await asyncio.sleep(0.002)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await one.rows() != await one.folded()
    await one.follow(50)
    assert await one.rows() == await one.folded()
    assert len(await one.rows()) > 50


async def test_rows_that_are_there_already_are_not_written_again(fresh_service: Fresh) -> None:
    one = await Handovers.of(await fresh_service("follower"))
    await append_at_random(one, random.Random(2), 100, rows=1)
    written = f"SELECT handover_id, xmin::text FROM {one.schema}.handovers ORDER BY 1"
    before = await one.store.pool.fetch(written)
    page = await one.follower.follow()
    assert page is not None and page.events == 100
    assert await one.store.pool.fetch(written) == before
    assert await one.rows() == await one.folded()


@pytest.mark.parametrize("seed", range(4))
async def test_the_rows_converge_while_two_versions_append_and_two_processes_follow(
    fresh_service: Fresh, seed: int
) -> None:
    one = await Handovers.of(await fresh_service("follower"))
    ended = asyncio.Event()

    async def follow() -> None:
        while not ended.is_set():
            await one.follower.follow(7)
            await asyncio.sleep(0)

    following = [asyncio.create_task(follow()) for _ in range(2)]
    await asyncio.gather(
        *(append_at_random(one, random.Random(10 * seed + nth), 60, rows=nth / 3) for nth in range(4))
    )
    ended.set()
    await asyncio.gather(*following)
    await one.follow()
    assert await one.rows() == await one.folded()


class PausingStore(EventStore):
    """A store in which another append comes after a follower has read the streams of a page."""

    then: Callable[[], Awaitable[None]] | None = None

    async def load_rows(
        self, streams: Iterable[str], connection: Connection | None = None
    ) -> dict[str, list[asyncpg.Record]]:
        found = await super().load_rows(streams, connection)
        if self.then is not None:
            then, self.then = self.then, None
            await then()
        return found


async def test_a_row_that_a_void_deletes_while_an_older_version_of_it_is_written_is_deleted_in_the_end(
    fresh_service: Fresh,
) -> None:
    one = await Handovers.of(await fresh_service("follower"))
    opening = announced()
    await one.append([opening])
    pausing = PausingStore(one.store.pool, catalogue(), PersonCodec())
    pausing.then = lambda: one.append([voided(opening.stream, 2, opening)], rows=True)
    one_pausing = Handovers(pausing, one.decider, one.build)
    await one_pausing.follower.follow()
    assert len(await one.rows()) == 1, "the older version came last"
    await one.follow()
    assert await one.rows() == await one.folded() == {}


async def test_a_newer_row_is_not_deleted_by_an_older_void(fresh_service: Fresh) -> None:
    one = await Handovers.of(await fresh_service("follower"))
    opening = announced()
    await one.append([opening, voided(opening.stream, 2, opening)])
    pausing = PausingStore(one.store.pool, catalogue(), PersonCodec())
    again = announced(stream=opening.stream)
    pausing.then = lambda: one.append([replace(again, version=3)], rows=True)
    await Handovers(pausing, one.decider, one.build).follower.follow()
    assert [dict(row)["stream_version"] for row in (await one.rows()).values()] == [3]
    await one.follow()
    assert await one.rows() == await one.folded()


async def test_a_stream_with_a_type_that_this_version_does_not_know_is_set_aside_and_tried_again(
    fresh_service: Fresh,
) -> None:
    one = await Handovers.of(await fresh_service("follower"))
    older = Catalogue(fact for fact in catalogue() if fact is not HandoverCounted)
    one.store.catalogue = older
    first, second = announced(), announced()
    await one.append([first, counted(first.stream, 2, 39), second])
    page = await one.follower.follow()
    assert page is not None and (page.events, page.streams, page.set_aside) == (3, 2, 1)
    assert set(await one.rows()) == {second.stream}
    kept = await one.store.pool.fetch("SELECT stream, reason FROM streams_set_aside")
    assert [tuple(row) for row in kept] == [(first.stream, "EventTypeNotKnown")]
    assert await one.follower.try_again(older_than=0) == 1
    assert await one.store.pool.fetchval("SELECT count(*) FROM streams_set_aside") == 1
    one.store.catalogue = catalogue()
    assert await one.follower.try_again(older_than=0) == 1
    assert await one.store.pool.fetchval("SELECT count(*) FROM streams_set_aside") == 0
    assert await one.rows() == await one.folded()


async def test_a_row_that_cannot_be_stored_is_set_aside_alone(fresh_service: Fresh) -> None:
    one = await Handovers.of(await fresh_service("follower"))
    await one.store.pool.execute(f"ALTER TABLE {one.schema}.handovers ADD CHECK (count_announced < 90)")
    good = [announced(nth + 1) for nth in range(20)]
    bad = announced(95)
    await one.append([*good[:10], bad, *good[10:]])
    page = await one.follower.follow()
    assert page is not None and page.set_aside == 1
    assert set(await one.rows()) == {each.stream for each in good}
    kept = await one.store.pool.fetch("SELECT stream, reason FROM streams_set_aside")
    assert [tuple(row) for row in kept] == [(bad.stream, "CheckViolationError")]


async def test_streams_of_other_nouns_and_names_are_passed_over(fresh_service: Fresh) -> None:
    one = await Handovers.of(await fresh_service("follower"))
    mine = announced()
    await one.append([announced(stream="other"), announced(stream=f"handover-group-{mine.id}"), mine])
    await one.follow()
    assert set(await one.rows()) == {mine.stream}


async def test_an_older_version_of_a_row_does_not_replace_a_newer_one(fresh_service: Fresh) -> None:
    one = await Handovers.of(await fresh_service("follower"))
    opening = announced()
    await one.append([opening])
    pausing = PausingStore(one.store.pool, catalogue(), PersonCodec())
    pausing.then = lambda: one.append([counted(opening.stream, 2, 39)], rows=True)
    await Handovers(pausing, one.decider, one.build).follower.follow()
    assert await one.rows() == await one.folded()


async def test_an_event_that_commits_late_is_not_passed_over_and_catching_up_waits_for_it(
    fresh_service: Fresh,
) -> None:
    fresh = await fresh_service("follower")
    one = await Handovers.of(fresh)
    other = await asyncpg.connect(fresh.dsn)
    late, early = announced(), announced()
    transaction = other.transaction()
    await transaction.start()
    await one.store.commit([late], connection=other)
    await one.append([early])
    page = await one.follower.follow()
    assert page is not None and page.events == 0, "both wait for the gate"
    catching_up = asyncio.create_task(one.follower.catch_up())
    await asyncio.sleep(0.3)
    assert not catching_up.done()
    await transaction.commit()
    async with asyncio.timeout(10):
        await catching_up
    assert set(await one.rows()) == {late.stream, early.stream}
    await other.close()


async def test_a_retired_build_is_not_followed(fresh_service: Fresh) -> None:
    one = await Handovers.of(await fresh_service("follower"))
    await one.append([announced()])
    await one.store.pool.execute("UPDATE builds SET state = 'retired'")
    with pytest.raises(NoSuchBuild):
        await one.follower.catch_up()
