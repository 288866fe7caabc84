"""Retention and the upkeep of builds: their probe and metrics are red while they fail, and green again afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
from prometheus_client import generate_latest

from chassis.base.checks import background_check, measure_stopped
from chassis.base.metrics import REGISTRY
from chassis.base.settings import Settings
from chassis.projections.build_upkeep import BuildUpkeep
from chassis.projections.builds import ensure_build, open_build, switch
from chassis.projections.filled_builds import hold_rebuild
from chassis.retention import Retention
from chassis.service import OLDEST, Role, RunningService
from services.border.main import service as border
from tests.chassis.projector.example import DDL
from tests.conftest import FreshService


@asynccontextmanager
async def owner_of(settings: Settings, name: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(settings.database(name, owner=True))
    try:
        yield connection
    finally:
        await connection.close()


def metric(name: str, **labels: str) -> float | None:
    generate_latest(REGISTRY)
    return REGISTRY.get_sample_value(name, labels)


async def probe(work: Any) -> tuple[bool, bool]:
    """Return whether the probe of background work is green, and whether its metrics are."""
    check = await background_check([work], OLDEST)()
    await work.measure("upkeep")
    measure_stopped("upkeep", {work.name: work.trouble})
    ages = {
        "retention": metric("domnaer_retention_overdue_seconds", service="upkeep"),
        "builds": metric("domnaer_builds_unattended_seconds", service="upkeep", projection="things"),
    }
    stopped = metric("domnaer_work_stopped", service="upkeep", work=work.name)
    return check.ok, not stopped and (ages[work.name] or 0.0) <= OLDEST


async def test_retention_that_fails_is_red_until_it_has_deleted_what_expired(settings: Settings) -> None:
    async with RunningService(border, settings, Role.API) as running:
        retention = Retention(running.runtime)
        async with owner_of(settings, "border") as owner:
            await owner.execute("REVOKE DELETE ON idempotency FROM border")
            await owner.execute(
                "INSERT INTO idempotency (caller, key, digest, status, outcome, created_at)"
                " VALUES ('c', 'expired', '', 201, '', clock_timestamp() - $1::interval)",
                timedelta(days=settings.idempotency_days, hours=2),
            )
            try:
                assert await probe(retention) == (False, False), (
                    "the data is overdue before anybody has tried"
                )
                await retention.delete()
                assert retention.trouble == "InsufficientPrivilegeError"
                assert await probe(retention) == (False, False)
            finally:
                await owner.execute("GRANT DELETE ON idempotency TO border")
        await retention.delete()
        assert await probe(retention) == (True, True)


async def test_a_build_that_nobody_fills_and_one_that_is_not_dropped_are_red(
    fresh_service: Callable[..., Awaitable[FreshService]],
) -> None:
    fresh = await fresh_service("upkeep")
    upkeep = BuildUpkeep(fresh.pool, {"things": f"{fresh.name}.things"})
    await ensure_build(fresh.pool, "things", DDL)
    assert await probe(upkeep) == (True, True)

    await open_build(fresh.pool, "things", DDL)
    age = "UPDATE builds SET started_at = started_at - $1::interval, renewed_at = renewed_at - $1::interval"
    await fresh.pool.execute(age, timedelta(hours=1))
    assert await probe(upkeep) == (False, False), "nobody fills the build"
    async with hold_rebuild(fresh.dsn, "things"):
        assert await probe(upkeep) == (True, True), "a process fills it"
    await upkeep.clear()
    assert await probe(upkeep) == (True, True), "it is dropped"

    await switch(fresh.pool, "things", await open_build(fresh.pool, "things", DDL))
    assert await probe(upkeep) == (True, True), "a build is kept for a while after the switch"
    await fresh.pool.execute("UPDATE builds SET live_at = live_at - interval '1 hour'")
    async with fresh.pool.acquire() as connection, connection.transaction():
        await connection.fetch("SELECT FROM things_1.things")
        await upkeep.clear()
        assert await probe(upkeep) == (False, False), "a query that lasts for long keeps the build"
    await upkeep.clear()
    assert await probe(upkeep) == (True, True)
