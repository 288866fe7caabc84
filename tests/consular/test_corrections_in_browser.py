"""A permit is corrected and voided in Debian's Chromium, by the keyboard alone, and every page is free of barriers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

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
from services.consular.main import service
from services.consular.pages import NAV
from tests.consular.mission import CARD, People, permit
from tests.signed_in import SERVICES, just_issued

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHROMIUM = Path("/usr/bin/chromium")
PERSON = CARD | {"name": {"latin": "SOK DARA"}, "birth": {"on": "1990-01-01", "precision": "year"}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(settings: Settings) -> AsyncIterator[str]:
    """The address of the mission's pages, served over HTTP as the gateway serves them."""
    async with RunningService(service, settings, Role.API) as running:
        root = FastAPI()
        running.app.state.pages = add_pages(root, settings, [SERVICES / "consular" / "templates"], NAV)
        for app in (root, running.app):
            app.state.tokens = just_issued(People())
            app.state.session_key = running.app.state.session_key
        root.mount("/consular", running.app)
        server = uvicorn.Server(uvicorn.Config(root, port=0, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(url: str) -> AsyncIterator[Page]:
    """The attaché's browser, 360 pixels wide."""
    if not CHROMIUM.exists():
        missing = "Debian's chromium is not installed (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(base_url=url, viewport={"width": 360, "height": 740})
        await context.add_cookies([{"name": SESSION_COOKIE, "value": "attache", "url": url}])
        context.set_default_timeout(20_000)
        yield await context.new_page()
        await browser.close()


async def no_barrier(page: Page) -> None:
    found = await Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, f"the page is {wide} pixels wide"


async def tab_to(page: Page, selector: str) -> None:
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way to {selector} by Tab")


async def test_a_permit_is_corrected_and_voided_by_the_keyboard_alone(page: Page, url: str) -> None:
    headers = {"Authorization": "Bearer attache", "Idempotency-Key": str(uuid4())}
    made = await page.request.post("/consular/permits", data=permit(person=PERSON), headers=headers)
    event = f"/consular/pages/events/{(await made.json())['id']}"
    await page.goto(event)
    await no_barrier(page)
    await tab_to(page, f'a[href="{event}/correction"]')
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{event}/correction")
    await no_barrier(page)
    await tab_to(page, "#field-reason")
    await page.keyboard.type("Mistyped")
    await tab_to(page, "[id='field-facts.valid_until']")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("tomorrow")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Last day of validity: this is not a date")
    await no_barrier(page)
    await tab_to(page, "[id='field-facts.valid_until']")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("31/03/2017")
    await page.keyboard.press("Enter")
    row = page.get_by_role("row", name="Last day of validity")
    await expect(row).to_contain_text("31 Mar 2017")
    await no_barrier(page)
    await tab_to(page, "main form button")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{event}?done=correction")
    await expect(page.get_by_role("status")).to_contain_text("The correction is recorded")
    await no_barrier(page)
    await page.goto(f"{event}/void")
    await no_barrier(page)
    await tab_to(page, "#field-reason")
    await page.keyboard.type("Recorded twice")
    await tab_to(page, "main form button:not([hidden])")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("It will no longer count, anywhere.")).to_be_visible()
    await no_barrier(page)
    await tab_to(page, "main form button")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Voided: it does not count.")).to_be_visible()


async def test_the_pages_of_an_event_are_without_barriers_in_khmer(page: Page, url: str) -> None:
    headers = {"Authorization": "Bearer attache", "Idempotency-Key": str(uuid4())}
    made = await page.request.post("/consular/permits", data=permit(person=PERSON), headers=headers)
    event = f"/consular/pages/events/{(await made.json())['id']}"
    await page.context.add_cookies([{"name": "domnaer_language", "value": "km", "url": url}])
    for path in ("", "/correction", "/void"):
        await page.goto(event + path)
        await expect(page.locator("html")).to_have_attribute("lang", "km")
        await no_barrier(page)
