"""A day at the booth in Debian's Chromium, by the keyboard alone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import Page, async_playwright, expect

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.pages.rendering import add_pages
from chassis.service import Role, RunningService
from services.border.main import service
from services.border.pages import NAV
from tests.border.post import People
from tests.signed_in import SERVICES, just_issued

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHROMIUM = Path("/usr/bin/chromium")
ZONE = ("P<KHMSOK<<DARA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "N012345679KHM9004034M3012316<<<<<<<<<<<<<<02")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(settings: Settings) -> AsyncIterator[str]:
    """The address of the border's pages, served over HTTP as the gateway serves them."""
    async with RunningService(service, settings, Role.API) as running:
        root = FastAPI()
        running.app.state.pages = add_pages(root, settings, [SERVICES / "border" / "templates"], NAV)
        for app in (root, running.app):
            app.state.tokens = just_issued(People())
            app.state.session_key = running.app.state.session_key
        root.mount("/border", running.app)
        server = uvicorn.Server(uvicorn.Config(root, port=0, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(url: str) -> AsyncIterator[Page]:
    """The officer's browser."""
    if not CHROMIUM.exists():
        missing = "Debian's chromium is not installed (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})
        await context.add_cookies([{"name": SESSION_COOKIE, "value": "poipet", "url": url}])
        context.set_default_timeout(15_000)
        yield await context.new_page()
        await browser.close()


async def no_barrier(page: Page) -> None:
    found = await Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


async def test_people_are_recorded_by_the_keyboard_alone(page: Page) -> None:
    await page.goto("/border/pages")
    await expect(page.locator("#field-zone")).to_be_focused()
    for line in ZONE:  # the reader types a line break after each line
        await page.keyboard.type(line)
        await page.keyboard.press("Enter")
    await expect(page.locator(".compare .todo")).to_have_text("SOK DARA")
    await no_barrier(page)
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.papers .todo")).to_contain_text("Complete the papers")
    await expect(page.locator("#field-zone")).to_be_focused()
    assert page.url.endswith("/border/pages")  # the page was not left

    await page.locator("#field-name").focus()
    await page.keyboard.type("CHAN SOPHEAP")
    await page.locator("#field-document_number").fill("N01234567")
    await expect(page.locator("#hint")).to_contain_text("Perhaps the same")
    await page.context.set_offline(True)
    await page.keyboard.press("Enter")
    await expect(page.locator("#failed")).to_contain_text("Nothing was sent")
    await expect(page.locator("#field-name")).to_have_value("CHAN SOPHEAP")
    await page.context.set_offline(False)
    await page.locator("#field-name").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer .recorded")).to_contain_text("CHAN SOPHEAP")
    await expect(page.locator("#field-name")).to_be_focused()  # the last person was entered by hand
    await no_barrier(page)

    await page.keyboard.press("F9")
    await expect(page.locator("#main")).to_contain_text("Undone.")
