"""Debian's Chromium for the tests of pages, and the pages of one service served as the gateway serves them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import Page, async_playwright
from playwright.sync_api import Browser, sync_playwright
from starlette.types import ASGIApp

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.pages.rendering import add_pages
from chassis.service import Role, RunningService, Service
from tests.signed_in import SERVICES, just_issued

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS: dict[str, Any] = {"executable_path": CHROMIUM, "args": ["--no-sandbox"]}


def require_chromium() -> None:
    """Skip the test on a developer's machine without Chromium.

    CI installs it: ``.ci/run`` counts each skipped test as a failure, and with ``CI=true`` the test itself fails.
    """
    if CHROMIUM.exists():
        return
    missing = "Debian's chromium is not installed (apt-get install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Run Chromium until the block ends."""
    require_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**OPTIONS)
        yield browser
        browser.close()


@contextlib.contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application from a thread of its own until the block ends; yield the address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@contextlib.asynccontextmanager
async def served(service: Service, settings: Settings, nav: Any, people: Any) -> AsyncIterator[str]:
    """Serve the API and the pages of a service to people whose tokens are their names; yield the address."""
    async with served_at(service, settings, nav, people) as (address, _):
        yield address


@contextlib.asynccontextmanager
async def served_at(
    service: Service, settings: Settings, nav: Any, people: Any, port: int = 0
) -> AsyncIterator[tuple[str, RunningService]]:
    """Serve a service as :func:`served` does; yield the address and the service. ``port`` is that of a server before."""
    async with RunningService(service, settings, Role.API) as running:
        root = FastAPI()
        running.app.state.pages = add_pages(root, settings, [SERVICES / service.name / "templates"], nav)
        for app in (root, running.app):
            app.state.tokens = just_issued(people)
            app.state.session_key = running.app.state.session_key
        root.mount(f"/{service.name}", running.app)
        async with serving_here(root, port) as address:
            yield address, running


@contextlib.asynccontextmanager
async def serving_here(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve an application from the event loop of the test until the block ends; yield the address."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task


@contextlib.asynccontextmanager
async def desk(url: str, person: str, width: int, height: int, **context_of: Any) -> AsyncIterator[Page]:
    """Open a browser page with the session of a person; further options are those of a context of Playwright."""
    require_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**OPTIONS)
        context = await browser.new_context(
            base_url=url, viewport={"width": width, "height": height}, **context_of
        )
        await context.add_cookies([{"name": SESSION_COOKIE, "value": person, "url": url}])
        context.set_default_timeout(20_000)
        yield await context.new_page()
        await browser.close()


async def no_barrier(page: Page) -> None:
    """Assert that axe finds nothing on a page."""
    found = await Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
