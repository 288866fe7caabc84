"""The skills service on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest_asyncio

from chassis.service import Role, Running
from chassis.settings import Settings
from services.skills.main import service
from tests.skills.desk import People


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(settings: Settings) -> AsyncIterator[Running]:
    async with Running(service, settings, Role.API) as running:
        running.app.state.tokens = People()
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(running: Running) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(running.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://skills") as client:
        yield client
