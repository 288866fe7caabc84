"""A day at the booth in Debian's Chromium, by the keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from chassis.base.settings import Settings
from services.border.main import service
from services.border.pages import NAV
from tests.border.post import People
from tests.browser import desk, no_barrier, served

pytestmark = pytest.mark.asyncio(loop_scope="session")

ZONE = ("P<KHMSOK<<DARA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "N012345679KHM9004034M3012316<<<<<<<<<<<<<<02")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(settings: Settings) -> AsyncIterator[str]:
    async with served(service, settings, NAV, People()) as address:
        yield address


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(url: str) -> AsyncIterator[Page]:
    """The officer's browser."""
    async with desk(url, "poipet", 1280, 900) as opened:
        yield opened


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


async def test_the_form_stays_in_the_page_and_is_empty_for_the_next_person(page: Page) -> None:
    await page.goto("/border/pages")
    await page.evaluate("document.querySelector('#field-country').stays = true")
    await page.locator("#field-name").fill("KEO 12345")
    await page.locator("#family summary").click()
    await page.locator("[name=together]").check()
    await page.locator("#field-sex").select_option("2")
    await page.locator("#field-name").press("Enter")
    await expect(page.locator("#field-name")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#field-name")).to_have_value("KEO 12345")
    await no_barrier(page)
    await page.locator("#field-name").fill("KEO SOPHY")
    await page.locator("[name=together]").uncheck()
    await page.locator("#field-name").press("Enter")
    await expect(page.locator(".answer .recorded")).to_contain_text("KEO SOPHY")
    await expect(page.locator("#field-name")).to_be_focused()
    assert await page.evaluate("document.querySelector('#field-country').stays"), "no list is put in anew"
    assert await page.locator("form.booth .why, form.booth [aria-invalid]").count() == 0
    for name in ("name", "sex", "born"):
        await expect(page.locator(f"#field-{name}")).to_have_value("")
    await expect(page.locator("[name=together]")).not_to_be_checked()
    await expect(page.locator("#field-direction")).to_have_value("out")
    await no_barrier(page)


async def test_only_what_was_typed_when_the_session_had_ended_is_kept_for_after_it(page: Page) -> None:
    kept = "sessionStorage.getItem('domnaer kept')"
    await page.goto("/border/pages")
    await page.locator("#field-name").fill("KEO FIRST")
    await page.locator("#field-name").press("Enter")
    await expect(page.locator(".answer .recorded")).to_contain_text("KEO FIRST")
    assert await page.evaluate(kept) is None, "this person is recorded, and must not come back"
    cookies = await page.context.cookies()
    await page.context.clear_cookies()
    await page.locator("#field-name").fill("KEO SECOND")
    await page.locator("#field-name").press("Enter")
    await page.wait_for_url("**/sign-in**")
    assert await page.evaluate(kept) is not None
    await page.context.add_cookies(cookies)
