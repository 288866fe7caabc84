"""Servers of this folder: its tests leave builds of other versions in the databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from tests.conftest import Tokens, installation_settings, tokens_of
from tests.servers import Servers, run_servers


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def infrastructure(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """PostgreSQL and Kafka for this folder only."""
    async with run_servers(tmp_path_factory.mktemp("rollout")) as running:
        yield running


@pytest.fixture(scope="package")
def settings(infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of these servers."""
    return installation_settings(infrastructure, tmp_path_factory.mktemp("rollout_keys"))


@pytest.fixture(scope="package")
def token_of(settings: Settings) -> Tokens:
    """Makes a token of the issuer of these settings."""
    return tokens_of(settings)
