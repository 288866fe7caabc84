"""A registry with its own database for each test module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from chassis.base.settings import Settings
from tests.conftest import Tokens
from tests.registry.office import Office, open_office
from tests.registry.registry import Build, empty_registry


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(settings: Settings, token_of: Tokens) -> AsyncIterator[Office]:
    async with open_office(settings, token_of) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def build(settings: Settings) -> AsyncIterator[Build]:
    async with empty_registry(settings) as registry:
        yield await registry.build()
