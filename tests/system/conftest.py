"""Fixtures of the running system, which runs from the first test of this folder that needs it to the last."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from tests.conftest import Tokens, installation_settings, tokens_of
from tests.servers import Servers, run_servers
from tests.system.running_system import RunningSystem, run_system

_HERE = Path(__file__).parent
_RUNNING = contextlib.ExitStack()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def infrastructure(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """Servers for this folder only, since the uploads of other folders' tests would delay all events."""
    async with run_servers(tmp_path_factory.mktemp("system")) as running:
        yield running


@pytest.fixture(scope="session")
def settings(infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the system."""
    return installation_settings(infrastructure, tmp_path_factory.mktemp("system_keys"))


@pytest.fixture(scope="session")
def token_of(settings: Settings) -> Tokens:
    """Makes a token of the system's issuer: one of another folder's tests would be forged here."""
    return tokens_of(settings)


@pytest.fixture(scope="session")
def system(settings: Settings) -> Iterator[RunningSystem]:
    """All services in this process, with the people of the demo and one address."""
    running = _RUNNING.enter_context(run_system(settings))
    for each in running.services.values():
        running.call(each.runtime.read_models.ready.wait())  # until then, its lists are being filled
    yield running
    _RUNNING.close()


@pytest.hookimpl(trylast=True)  # after the fixtures, so that no page is open
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Stop the system when the tests of other folders begin, since they run their own relays and readers."""
    if nextitem is None or _HERE not in nextitem.path.parents:
        _RUNNING.close()
