"""The border service on a real PostgreSQL, for its own tests and for those of the chassis."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.commands.runtime import Runtime
from chassis.service import RunningService
from tests.border.post import running_border


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def border(settings: Settings) -> AsyncIterator[tuple[RunningService, httpx2.AsyncClient]]:
    async with running_border(settings) as found:
        yield found


@pytest.fixture
def http(border: tuple[RunningService, httpx2.AsyncClient]) -> httpx2.AsyncClient:
    return border[1]


@pytest.fixture
def runtime(border: tuple[RunningService, httpx2.AsyncClient]) -> Runtime:
    return border[0].runtime
