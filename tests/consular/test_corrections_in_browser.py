"""A permit is corrected and voided in Debian's Chromium, by the keyboard alone, and every page is free of barriers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from chassis.base.settings import Settings
from services.consular.main import service
from services.consular.pages import NAV
from tests.browser import desk, no_barrier, served
from tests.consular.mission import CARD, People, permit

pytestmark = pytest.mark.asyncio(loop_scope="session")

PERSON = CARD | {"name": {"latin": "SOK DARA"}, "birth": {"on": "1990-01-01", "precision": "year"}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(settings: Settings) -> AsyncIterator[str]:
    async with served(service, settings, NAV, People()) as address:
        yield address


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(url: str) -> AsyncIterator[Page]:
    """The attaché's browser, 360 pixels wide."""
    async with desk(url, "attache", 360, 740) as opened:
        yield opened


async def fits(page: Page) -> None:
    """Assert that a page has no barrier and is no wider than the screen."""
    await no_barrier(page)
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
    await fits(page)
    await tab_to(page, f'a[href="{event}/correction"]')
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{event}/correction")
    await fits(page)
    await tab_to(page, "#field-reason")
    await page.keyboard.type("Mistyped")
    await tab_to(page, "[id='field-facts.valid_until']")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("tomorrow")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Last day of validity: this is not a date")
    await fits(page)
    await tab_to(page, "[id='field-facts.valid_until']")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("31/03/2017")
    await page.keyboard.press("Enter")
    row = page.get_by_role("row", name="Last day of validity")
    await expect(row).to_contain_text("31 Mar 2017")
    await fits(page)
    await tab_to(page, "main form button")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{event}?done=correction")
    await expect(page.get_by_role("status")).to_contain_text("The correction is recorded")
    await fits(page)
    await page.goto(f"{event}/void")
    await fits(page)
    await tab_to(page, "#field-reason")
    await page.keyboard.type("Recorded twice")
    await tab_to(page, "main form button:not([hidden])")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("It will no longer count, anywhere.")).to_be_visible()
    await fits(page)
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
        await fits(page)
