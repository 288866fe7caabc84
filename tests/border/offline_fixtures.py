"""The post and the enrolled device of the tests of offline records; a test module with a browser has a post of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from tests.border.offline_booth import Booth, OfflinePost, running_offline_post


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def post(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfflinePost]:
    async with running_offline_post(settings, tmp_path_factory.mktemp("sealing")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def booth(post: OfflinePost) -> Booth:
    return await post.enrolled()
