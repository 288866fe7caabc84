"""The settler's probe and metrics: red when it is stuck, green again when it moves."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from uuid import uuid4

import httpx2
from prometheus_client import generate_latest

from chassis.base.metrics import REGISTRY
from chassis.base.settings import Settings
from chassis.service import Role, RunningService
from services.registry.main import service
from services.registry.projections import settler
from services.registry.projections.timeline import Timelines


def metrics() -> str:
    return generate_latest(REGISTRY).decode()


async def test_a_stuck_settler_is_unhealthy(
    settings: Settings,
) -> None:
    async with RunningService(service, settings, Role.API) as running:
        timelines = running.runtime.opened_as(Timelines)
        stuck = settler.Settler(timelines.live, timelines.reader, lambda: None)
        running.background.append(stuck)  # it is never run: nobody settles in this process
        transport = httpx2.ASGITransport(running.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://registry") as http:
            assert (await http.get("/health/background")).status_code == 200
            pool = timelines.live.pool
            await pool.execute(
                "INSERT INTO dirty (node, marked_at) VALUES ($1, $2)", uuid4(), datetime.now(UTC)
            )
            waiting = (await http.get("/health/background")).json()["checks"]["background"]
            assert (waiting["ok"], waiting["behind"]) == (True, 1)
            await pool.execute("UPDATE dirty SET marked_at = marked_at - interval '301 s'")
            late = await http.get("/health/background")
            assert late.status_code == 503, late.text
            # The age is stored: a process that has just started knows it too.
            restarted = settler.Settler(timelines.live, timelines.reader, lambda: None)
            assert (await restarted.waiting())[1] > 300
            await restarted.measure("registry")
            assert 'domnaer_workers_unsettled_age_seconds{service="registry"} 30' in metrics()
            stuck.last_progress -= 61
            assert (await http.get("/health/background/live")).status_code == 503

            task = asyncio.create_task(stuck.run())
            try:
                async with asyncio.timeout(20):
                    while (await http.get("/health/background")).status_code != 200:
                        await asyncio.sleep(0.1)
                assert (await stuck.waiting())[0] == 0
                assert (await http.get("/health/background/live")).status_code == 200
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def test_a_build_of_an_earlier_version_gets_the_time_of_its_marks(settings: Settings) -> None:
    async with RunningService(service, settings, Role.API) as running:
        pool = running.runtime.opened_as(Timelines).live.pool
        await pool.execute("ALTER TABLE dirty DROP COLUMN marked_at")
        await pool.execute("INSERT INTO dirty (node) VALUES ($1)", uuid4())
    async with RunningService(service, settings, Role.API) as running:
        timelines = running.runtime.opened_as(Timelines)
        waiting = await settler.Settler(timelines.live, timelines.reader, lambda: None).waiting()
        assert waiting[0] >= 1 and 0 < waiting[1] < 60
        await timelines.live.pool.execute("DELETE FROM dirty")


async def test_a_settler_that_fails_again_and_again_waits_longer_each_time(settings: Settings) -> None:
    failed_at: list[float] = []

    def report(trouble: str | None) -> None:
        if trouble is None:
            raise ValueError("each attempt fails after its first success")
        failed_at.append(time.monotonic())

    async with RunningService(service, settings, Role.API) as running:
        timelines = running.runtime.opened_as(Timelines)
        settling = asyncio.create_task(
            settler.keep_live_settled(timelines.live, timelines.reader, lambda: None, report)
        )
        try:
            async with asyncio.timeout(30):
                while len(failed_at) < 5:
                    await asyncio.sleep(0.05)
        finally:
            settling.cancel()
            await asyncio.gather(settling, return_exceptions=True)
    assert failed_at[4] - failed_at[3] > 2 * settler.RETRY
