"""A process fills and compares the read models of its own shape before it uses them; unused ones are retired."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from chassis.base.settings import Settings
from chassis.commands.runtime import Schemas
from chassis.projections.builds import ReadModelNotReady, live_build, open_build, state_of, switch
from chassis.projections.follower import Follower
from chassis.projections.read_models import ReadModels
from chassis.service import Role, RunningService
from chassis.store.decider import Decider
from services.border.deciders import handovers
from services.border.main import service
from tests.border.post import People, handover, headers, ndjson, post
from tests.chassis.read_models.handovers import (
    WITH_COLUMN,
    WITH_RULE,
    Handovers,
    announced,
    counted,
)
from tests.conftest import FreshService

Fresh = Callable[..., Awaitable[FreshService]]
pytestmark = pytest.mark.asyncio(loop_scope="session")

DAY = timedelta(days=1)


class Version:
    """A process of a version of the service."""

    def __init__(self, streams: Handovers, window: timedelta = DAY) -> None:
        self.streams = streams
        self.schemas = Schemas()
        self.models = ReadModels.of(streams.store, [streams.decider], self.schemas, window)

    @classmethod
    async def start(cls, fresh: FreshService, decider: Decider[Any, Any, Any], **how: Any) -> Version:
        """Start it, as :func:`chassis.service.open_runtime` does."""
        found = cls(await Handovers.of(fresh, decider), **how)
        await found.models.open()
        return found

    async def follow(self) -> None:
        """Do what ``run()`` does between two pauses."""
        for model in self.models.models:
            while await model.step():
                pass

    async def is_level(self) -> bool:
        """Return whether its rows are those that follow from the streams."""
        return await self.streams.rows() == await self.streams.folded()


async def test_two_versions_have_all_rows_whoever_appended_them(fresh_service: Fresh) -> None:
    fresh = await fresh_service("versions")
    older = await Version.start(fresh, handovers)
    assert older.schemas["handovers"] == older.streams.schema
    first = [announced(nth + 1) for nth in range(700)]
    await older.streams.append(first, rows=True)
    newer = await Version.start(fresh, WITH_COLUMN)
    assert newer.schemas["handovers"] == newer.streams.schema != older.streams.schema
    assert await newer.is_level()
    await older.streams.append([counted(first[0].stream, 2, 1)], rows=True)
    await newer.streams.append([counted(first[1].stream, 2, 2)], rows=True)
    for version in (older, newer):
        assert not await version.is_level()
        await version.follow()
        assert await version.is_level()


async def test_a_version_whose_rows_differ_is_not_used_until_it_is_accepted(fresh_service: Fresh) -> None:
    fresh = await fresh_service("versions")
    older = await Version.start(fresh, handovers)
    await older.streams.append([announced(7)], rows=True)
    newer = await Version.start(fresh, WITH_RULE)
    build = newer.streams.build
    with pytest.raises(ReadModelNotReady):
        newer.schemas["handovers"]
    [model] = newer.models.models
    assert model.trouble is not None and "waits to be accepted" in model.trouble
    await newer.follow()
    assert await state_of(fresh.pool, "handovers", build) == "building"
    await older.streams.append([announced(8)], rows=True)
    await switch(fresh.pool, "handovers", build)
    await newer.follow()
    assert newer.schemas["handovers"] == newer.streams.schema
    assert await newer.is_level()
    assert await live_build(fresh.pool, "handovers", handovers.projection.shape) == older.streams.build  # type: ignore[union-attr]


async def test_the_builds_of_a_version_that_no_process_runs_are_retired_and_dropped(
    fresh_service: Fresh,
) -> None:
    fresh = await fresh_service("versions")
    older = await Version.start(fresh, handovers)
    newer = await Version.start(fresh, WITH_COLUMN, window=timedelta(hours=2))
    age = "UPDATE builds SET renewed_at = renewed_at - interval '3 hours', live_at = live_at - interval '3 hours'"
    await fresh.pool.execute(age)
    older.models.models[0]._renewed_at = 0.0
    await older.follow()
    await _tidy(newer)
    assert await state_of(fresh.pool, "handovers", older.streams.build) == "live", "a process uses it"
    await fresh.pool.execute(age)
    await _tidy(newer)
    assert await state_of(fresh.pool, "handovers", older.streams.build) == "retired"
    assert await fresh.pool.fetchval("SELECT to_regnamespace($1) IS NULL", older.streams.schema)
    await older.follow()
    assert older.schemas["handovers"] not in (older.streams.schema, newer.streams.schema), "it is filled anew"


async def _tidy(version: Version) -> None:
    version.models.models[0]._tidied_at = float("-inf")
    await version.follow()


async def test_a_rebuilt_build_of_the_same_version_is_used_without_a_gap(fresh_service: Fresh) -> None:
    fresh = await fresh_service("versions")
    version = await Version.start(fresh, handovers)
    projection = handovers.projection
    assert projection is not None
    await version.streams.append([announced(nth + 1) for nth in range(20)], rows=True)
    build = await open_build(fresh.pool, "handovers", projection.ddl, projection.shape)
    await Follower(version.streams.store, handovers, build).follow()
    await switch(fresh.pool, "handovers", build)
    before = version.schemas["handovers"]
    await version.streams.append([announced(50)], rows=True)  # into the retired build
    await version.follow()
    assert before == version.streams.schema != version.schemas["handovers"]
    rebuilt = Handovers(version.streams.store, handovers, build)
    assert await rebuilt.rows() == await rebuilt.folded()


async def test_a_process_whose_read_models_are_not_filled_is_not_ready_and_answers_503(
    fresh_service: Fresh, settings: Settings
) -> None:
    fresh = await fresh_service("versions")
    older = await Version.start(fresh, handovers)
    await older.streams.append([announced(7)], rows=True)
    next_version = replace(service, name=fresh.name, publishes=None, deciders=(WITH_RULE,))
    async with RunningService(next_version, settings, Role.API) as running:
        running.app.state.tokens = People()
        transport = httpx2.ASGITransport(running.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://border") as http:
            upload = {**headers("poipet"), "Content-Type": "application/x-ndjson"}
            for answer in (
                await post(http, "/handovers", handover()),
                await http.post("/handovers/bulk", content=ndjson([handover()]), headers=upload),
            ):
                assert (answer.status_code, answer.headers.get("retry-after")) == (503, "2"), answer.text
                assert answer.json()["type"].endswith("/read-model-not-ready")
            ready = await http.get("/health/ready")
            assert ready.status_code == 503
            assert "waits to be accepted" in ready.json()["checks"]["database"]["handovers"]
            assert (await http.get("/health/read-models")).status_code == 503
            assert (await http.get("/health/live")).status_code == 200
            build = running.runtime.read_models.models[0].build
            await switch(running.runtime.pool, "handovers", build)
            async with asyncio.timeout(10):
                while (await http.get("/health/ready")).status_code != 200:
                    await asyncio.sleep(0.05)
            assert (await http.get("/health/read-models")).status_code == 200
    assert await fresh.pool.fetchval("SELECT count(*) FROM events") == 1, "nothing was recorded meanwhile"


async def test_a_stream_that_is_set_aside_turns_the_probe_and_the_metric_red(fresh_service: Fresh) -> None:
    fresh = await fresh_service("versions")
    version = await Version.start(fresh, handovers)
    check = version.models.followed()
    assert (await check()).ok
    await fresh.pool.execute(
        f"ALTER TABLE {version.streams.schema}.handovers ADD CHECK (count_announced < 90)"
    )
    await version.streams.append([announced(95)])
    await version.follow()
    found = await check()
    assert (found.ok, found.codes["set_aside"]) == (False, 1)
    await fresh.pool.execute(
        f"ALTER TABLE {version.streams.schema}.handovers DROP CONSTRAINT handovers_count_announced_check"
    )
    await _tidy(version)
    assert (await check()).ok
    assert await version.is_level()
