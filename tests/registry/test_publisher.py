"""The choice of the build that publishes worker numbers, when several versions have live builds."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from chassis.base.settings import Settings
from chassis.projections.builds import switch
from services.registry.identity.number import mint
from services.registry.projections import epochs
from services.registry.projections.epochs import become_publisher, begin_epoch
from services.registry.projections.figures import count_figures, figures_by_year
from services.registry.projections.published_numbers import publish_differences
from services.registry.projections.settling import Settling
from services.registry.projections.timeline import PROJECTION
from tests.registry.events import Record, new_passport, node
from tests.registry.registry import Build, Registry, empty_registry


async def two_versions(registry: Registry) -> tuple[Build, Build]:
    """Return the live builds of two versions; the second became live later."""
    older, newer = await registry.build(), await registry.build()
    await registry.pool.execute("UPDATE builds SET shape = 'abc' WHERE state = 'building'")
    await switch(registry.pool, PROJECTION, int(newer.schema.rpartition("_")[2]))
    return older, newer


async def test_the_newer_build_publishes_and_the_older_one_takes_over_when_no_process_uses_it(
    settings: Settings,
) -> None:
    async with empty_registry(settings) as registry:
        older, newer = await two_versions(registry)
        unused = "UPDATE builds SET renewed_at = renewed_at - interval '1 minute' WHERE shape = 'abc'"
        await registry.pool.execute(unused)
        before = await begin_epoch(older.pool)
        await registry.pool.execute("UPDATE builds SET renewed_at = clock_timestamp()")
        after = await begin_epoch(newer.pool)
        steps = {older.schema: Settling(older.pool, before), newer.schema: Settling(newer.pool, after)}

        # Both builds receive and settle; one publishes.
        first, record = new_passport(), Record(salt="first")
        departure = record.departure(first)
        for build in (older, newer):
            await build.receive(departure)
        while await steps[older.schema].step():
            pass
        assert await older.members() == {node(first): mint(departure.id)}
        assert await registry.pool.fetchval("SELECT count(*) FROM who") == 0
        assert not await become_publisher(older.pool, before)
        assert not await publish_differences(older.pool, before)
        while await steps[newer.schema].step():
            pass
        assert await newer.who() == await newer.members() == await older.members()

        # The figures are those of each build, whether it publishes or not.
        for build, epoch in ((older, before), (newer, after)):
            while await count_figures(build.pool, epoch):
                pass
        assert await figures_by_year(
            older.pool, "departures", datetime(2030, 1, 1, tzinfo=UTC)
        ) == await figures_by_year(newer.pool, "departures", datetime(2030, 1, 1, tzinfo=UTC))

        # The newer version has gone: what it has not published is published now.
        second = new_passport()
        await older.receive(Record(salt="second").departure(second))
        while await steps[older.schema].step():
            pass
        assert (await older.who())[node(second)] is None
        await registry.pool.execute(unused)
        assert await become_publisher(older.pool, before)
        while await publish_differences(older.pool, before):
            pass
        assert await older.who() == await older.members()
        third = new_passport()
        await newer.receive(Record(salt="third").departure(third))
        while await steps[newer.schema].step():
            pass
        assert (await newer.who())[node(third)] is None, "a publisher that was replaced publishes nothing"


async def test_two_settlers_that_begin_at_once_do_not_both_publish(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody_is_newer(*_: object) -> bool:
        return False

    monkeypatch.setattr(epochs, "newer_in_use", nobody_is_newer)
    async with empty_registry(settings) as registry:
        builds = await two_versions(registry)
        for _ in range(20):
            await registry.pool.execute("DELETE FROM settlers")
            found = await asyncio.gather(
                *(begin_epoch(build.pool) for build in builds), return_exceptions=True
            )
            # The one that comes second is refused by the index, and tries again.
            errors = [each for each in found if isinstance(each, BaseException)]
            assert all(isinstance(each, asyncpg.PostgresError) for each in errors)
            assert await registry.pool.fetchval("SELECT count(*) FROM settlers WHERE publishing") == 1
