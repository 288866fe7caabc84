"""The settler's probe and metrics: red when it is stuck, green again when it moves."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx2

from chassis.base.settings import Settings
from chassis.service import Role, RunningService
from services.registry.main import service
from services.registry.projections import settler
from services.registry.projections.timeline import Timelines


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
            await pool.execute("INSERT INTO dirty (node) VALUES ($1)", uuid4())
            waiting = (await http.get("/health/background")).json()["checks"]["background"]
            assert (waiting["ok"], waiting["behind"]) == (True, 1)
            stuck._seen[0] = (stuck._seen[0][0] - 301, stuck._seen[0][1])  # five minutes later
            late = await http.get("/health/background")
            assert late.status_code == 503, late.text
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
