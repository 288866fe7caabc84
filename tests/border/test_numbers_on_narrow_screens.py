"""On a narrow screen each number of a table is named, since the heads of the columns are not shown there."""

from __future__ import annotations

import httpx2
import pytest
from playwright.async_api import expect

from chassis.base.settings import Settings
from services.border.main import service
from services.border.pages import NAV
from tests.border.desk import Desk
from tests.border.post import People
from tests.border.test_handover_pages import announced
from tests.browser import desk, no_barrier, served

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_number_has_the_name_of_its_column_on_a_narrow_screen_only(settings: Settings) -> None:
    async with served(service, settings, NAV, People()) as url:
        async with httpx2.AsyncClient(base_url=url) as http:
            lorry = await announced(Desk(http, "poipet"), "17")
        async with desk(url, "poipet", 360, 800) as page:
            for language, name in (("en", "Persons announced: "), ("km", "ចំនួនមនុស្សដែលបានជូនដំណឹង៖ ")):
                await page.goto(f"/language/{language}?next=/border/pages/handovers")
                row = page.locator(f'tr:has(a[href="/border/pages{lorry}"])')
                cell = row.locator("td[data-label]").first
                await expect(cell).to_have_text("17")
                shown = "cell => getComputedStyle(cell, '::before').content.replaceAll('\"', '')"
                await page.set_viewport_size({"width": 360, "height": 800})
                assert await cell.evaluate(shown) == name
                await no_barrier(page)
                await page.set_viewport_size({"width": 1280, "height": 800})
                assert await cell.evaluate(shown) == "none"
