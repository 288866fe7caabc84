"""Reactions and who is who: while they fail, a probe and a metric are red; afterwards they go on by themselves.

No other test may run these services on the same servers meanwhile: its readers would take partitions from the ones
that are looked at here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
import pytest_asyncio

from chassis.base.metrics import REGISTRY
from chassis.base.settings import Settings
from chassis.service import Role, RunningService
from services.border.main import service as border
from services.registry.main import service as registry
from services.reintegration.domain.case import case_of
from services.reintegration.main import service as reintegration
from tests.conftest import Tokens, headers


@dataclass
class Services:
    """Running services, and the handling of their databases as their owners."""

    settings: Settings
    running: dict[str, RunningService]
    http: dict[str, httpx2.AsyncClient]
    token: str

    async def returned(self) -> UUID:
        """Record a return; return its event."""
        body = {
            "kind": "return",
            "occurred_at": "2014-06-13T08:00:00+07:00",
            "checkpoint": "KH-POI",
            "returned_from": "THA",
            "person": {"sex": 2, "documents": [{"kind": "passport", "number": f"N{uuid4().int % 10**9:09}"}]},
        }
        sent = headers(self.token)
        while True:  # a slow machine may answer 503, and the same request is sent again
            answer = await self.http["border"].post("/crossings", json=body, headers=sent)
            if answer.status_code != 503:
                break
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["events"][0])

    @asynccontextmanager
    async def without(self, service: str, privileges: str, table: str) -> AsyncIterator[None]:
        """Take privileges on a table from a service, so that its statements fail."""
        owner = await asyncpg.connect(self.settings.database(service, owner=True))
        try:
            await owner.execute(f"REVOKE {privileges} ON {table} FROM {service}")
            yield
        finally:
            await owner.execute(f"GRANT {privileges} ON {table} TO {service}")
            await owner.close()

    async def colour(self, service: str, probe: str, work: str) -> tuple[int, float | None]:
        """Return the status of a probe, and the metric of stopped work."""
        status = (await self.http[service].get(f"/health/{probe}")).status_code
        await self.running[service].measure()
        return status, REGISTRY.get_sample_value("domnaer_work_stopped", {"service": service, "work": work})

    async def becomes(self, colour: tuple[int, float], service: str, probe: str, work: str) -> None:
        """Wait until probe and metric have a colour."""

        async def has() -> bool:
            return await self.colour(service, probe, work) == colour

        await until(has)


RED, GREEN = (503, 1.0), (200, 0.0)


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def services(settings: Settings, token_of: Tokens) -> AsyncIterator[Services]:
    async with AsyncExitStack() as stack:
        running, http = {}, {}
        for service in (border, registry, reintegration):
            one = await stack.enter_async_context(RunningService(service, settings, Role.ALL))
            client = httpx2.AsyncClient(transport=httpx2.ASGITransport(one.app), base_url="http://service")
            running[service.name], http[service.name] = one, await stack.enter_async_context(client)
        yield Services(settings, running, http, token_of("border.crossing.record", person="everybody"))


@pytest.mark.timeout(600)
async def test_a_reaction_that_fails_is_red_and_its_effect_follows(services: Services) -> None:
    work = ("reintegration", "projector", "reintegration.returns")
    await services.becomes(GREEN, *work)
    async with services.without("reintegration", "INSERT", "heard"):
        case = case_of(await services.returned())
        await services.becomes(RED, *work)
    await services.becomes(GREEN, *work)
    opened = "SELECT EXISTS (SELECT FROM events WHERE stream LIKE '%' || $1)"

    async def follows() -> bool:
        found: bool = await services.running["reintegration"].runtime.pool.fetchval(opened, str(case))
        return found

    await until(follows, seconds=300)  # what the other tests recorded is followed before it


async def test_who_is_who_that_is_not_published_is_red_and_its_age_is_known(services: Services) -> None:
    work = ("registry", "relay", "registry.who")
    await services.becomes(GREEN, *work)
    async with services.without("registry", "SELECT", "who_entries"):
        await services.returned()
        await services.becomes(RED, *work)
    await services.becomes(GREEN, *work)

    owner = await asyncpg.connect(services.settings.database("registry", owner=True))
    try:
        transaction = owner.transaction()
        await transaction.start()
        await owner.fetchval("SELECT pg_current_xact_id()")  # holds up the gate, and so the publication
        await services.running["registry"].runtime.pool.execute(
            "INSERT INTO who_entries (node, number, revision)"
            " SELECT replace(node::text, '-', ''), number, revision FROM who LIMIT 1"
        )

        async def waits() -> bool:
            await services.running["registry"].measure()
            labels = {"service": "registry", "outlet": "registry.who"}
            return (REGISTRY.get_sample_value("domnaer_relay_backlog_age_seconds", labels) or 0.0) > 0.5

        try:
            await until(waits)
        finally:
            await transaction.rollback()
    finally:
        await owner.close()


async def test_who_is_who_that_a_service_does_not_take_is_red(services: Services) -> None:
    work = ("reintegration", "projector", "reintegration.who")
    await services.becomes(GREEN, *work)
    async with services.without("reintegration", "INSERT, UPDATE", "who"):
        await services.returned()
        await services.becomes(RED, *work)
    await services.becomes(GREEN, *work)
