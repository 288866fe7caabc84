"""The recruitment service on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.service import Role, RunningService
from services.recruitment.main import service
from tests.recruitment.office import People


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(settings: Settings) -> AsyncIterator[RunningService]:
    async with RunningService(service, settings, Role.API) as running:
        running.app.state.tokens = People()
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(running: RunningService) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(running.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://recruitment") as client:
        yield client
