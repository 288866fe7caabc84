"""Fixtures of the running system, which runs from the first test of this folder that needs it to the last."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from tests.browser import launched
from tests.conftest import Tokens, installation_settings, tokens_of
from tests.servers import Servers, run_servers
from tests.system.opened import WIDE, Opens
from tests.system.running_system import RunningSystem, run_system

_HERE = Path(__file__).parent
_RUNNING = contextlib.ExitStack()
_REFUSED_FORM = "Failed to load resource: the server responded with a status of"


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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, without which tests of pages fail where they must run."""
    with launched() as browser:
        yield browser


@pytest.fixture
def opens(chromium: Browser, system: RunningSystem) -> Iterator[Opens]:
    """Open browser pages with the session of a person or without one; errors in the console fail the test."""
    desks: list[BrowserContext] = []
    wrong: list[str] = []

    def console(message: ConsoleMessage) -> None:
        # Chromium reports the status of a page like a failure, also where a form is shown again with what is wrong.
        if message.type in ("error", "warning") and not message.text.startswith(_REFUSED_FORM):
            wrong.append(f"{message.type}: {message.text}")

    def request(asked: Request) -> None:
        if not asked.url.startswith((system.url, "data:", "blob:")):
            wrong.append(f"asked elsewhere: {asked.url}")

    def open_desk(who: str | None = None, viewport: dict[str, int] = WIDE, language: str = "en") -> Page:
        context = chromium.new_context(viewport=viewport, locale=language, base_url=system.url)  # type: ignore[arg-type]
        desks.append(context)
        if who is not None:
            context.add_cookies([{"name": SESSION_COOKIE, "value": system.token(who), "url": system.url}])
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", console)
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        page.on("request", request)
        return page

    yield open_desk
    for context in desks:
        context.close()
    assert wrong == []


@pytest.hookimpl(trylast=True)  # after the fixtures, so that no page is open
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Stop the system when the tests of other folders begin, since they run their own relays and readers."""
    if nextitem is None or _HERE not in nextitem.path.parents:
        _RUNNING.close()
