"""The private questions in Debian's Chromium: by the keyboard alone, and left at once without a trace."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from chassis.base.settings import Settings
from services.border.main import service
from services.border.pages import NAV
from tests.border.post import People, handover, now, person, post, returned
from tests.browser import desk, no_barrier, served

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(settings: Settings) -> AsyncIterator[str]:
    async with served(service, settings, NAV, People()) as address:
        yield address


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(url: str) -> AsyncIterator[Page]:
    """The browser of the officer at the desk behind the booth."""
    async with desk(url, "desk", 1280, 900) as opened:
        yield opened


async def questions_of(url: str, name: str) -> str:
    """Record a return, and return the address of the questions to its person."""
    body = returned(occurred_at=now(), person=person(name={"latin": name}))
    async with httpx2.AsyncClient(base_url=url) as http:
        answer = await post(http, "/border/crossings", body, who="desk")
    assert answer.status_code == 201, answer.text
    return f"{url}/border/pages/crossings/{answer.json()['id']}/questions"


async def test_a_person_is_asked_and_referred_by_the_keyboard_alone(page: Page, url: str) -> None:
    await page.goto(await questions_of(url, "KEYBOARD ONE"))
    await no_barrier(page)
    await page.locator("input[name=wages][value='']").focus()  # "skip", which is chosen
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("input[name=wages][value=yes]")).to_be_checked()
    await page.locator("form[action$=proposals] button").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Who could help")
    await no_barrier(page)
    offer = page.locator("input[name=agreed_molvt_unpaid_wages]")
    await expect(offer).not_to_be_checked()
    await offer.focus()
    await page.keyboard.press("Space")
    await page.locator("button[value=answered]").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("Recorded")
    await expect(page.locator(".slip")).to_contain_text("Ministry of Labour")
    await no_barrier(page)


async def test_no_answer_is_kept_in_the_browser_when_it_is_sent_or_the_language_is_switched(url: str) -> None:
    async with desk(url, "desk", 1280, 900) as opened:
        written: list[str] = []
        opened.on("console", lambda message: written.append(message.text))
        await opened.add_init_script(
            "const set = Storage.prototype.setItem;"
            "Storage.prototype.setItem = function (name, value) { console.log(name + value); set.call(this, name, value); };"
        )
        await opened.goto(await questions_of(url, "NOT KEPT"))
        await opened.locator("input[name=wages][value=yes]").check()
        await opened.locator('header a[href^="/language/km"]').click()
        await expect(opened.locator("html")).to_have_attribute("lang", "km")
        await expect(opened.locator("input[name=wages]:checked")).to_have_value("")
        await opened.locator("input[name=wages][value=yes]").check()
        await opened.locator("form[action$=proposals] button").click()
        await opened.locator("input[name=agreed_molvt_unpaid_wages]").check()
        await opened.locator("button[value=answered]").click()
        await opened.locator(".slip").wait_for()
        assert "domnaer typed" in written[0]  # the language was switched, and the page has nothing to keep
        assert len(written) == 1 and "wages" not in written[0], written


@pytest.mark.parametrize("way", ["Escape", "ShiftLeft", "link"])
async def test_the_page_is_left_at_once_and_the_button_back_does_not_show_it(
    page: Page, url: str, way: str
) -> None:
    questions = await questions_of(url, "LEFT")
    await page.goto(f"{url}/border/pages/screenings")
    await page.goto(questions)
    await page.locator("input[name=harm][value=yes]").check()
    if way == "link":
        await page.get_by_role("link", name="Leave this page at once").click()
    else:
        await page.keyboard.press(way)
        await page.keyboard.press(way)
        await expect(page.locator("[data-leave-count]")).to_have_text("Press once more to leave")
        await page.keyboard.press(way)
    await page.wait_for_url(f"{url}/")
    await page.go_back()
    await page.wait_for_url(f"{url}/border/pages/screenings")
    await page.goto(f"{url}/border/pages/crossings")  # nothing was recorded
    await page.goto(questions)
    await expect(page.locator("input[name=harm]:checked")).to_have_value("")


async def test_the_proposals_are_left_and_back_shows_neither_them_nor_the_questions(
    page: Page, url: str
) -> None:
    await page.goto(f"{url}/border/pages/screenings")
    await page.goto(await questions_of(url, "LEFT LATER"))
    await page.locator("input[name=harm][value=yes]").check()
    await page.locator("form[action$=proposals] button").click()
    await expect(page.locator("h1")).to_have_text("Who could help")
    for _ in range(3):
        await page.keyboard.press("Escape")
    await page.wait_for_url(f"{url}/")
    await page.go_back()  # to the questions, which are left again
    await page.wait_for_url(f"{url}/")


async def test_without_javascript_the_link_leaves_the_page(url: str) -> None:
    async with desk(url, "desk", 360, 800, java_script_enabled=False) as opened:
        await opened.goto(await questions_of(url, "PLAIN"))
        await opened.get_by_role("link", name="Leave this page at once").click()
        await opened.wait_for_url(f"{url}/")


async def test_the_pages_have_no_barrier_in_khmer_on_a_narrow_screen(url: str) -> None:
    async with desk(url, "desk", 360, 800) as opened:
        await opened.goto(f"{url}/language/km?next=/")
        await opened.goto(await questions_of(url, "KHMER"))
        await no_barrier(opened)
        await opened.locator("input[name=wages][value=yes]").check()
        await opened.locator("form[action$=proposals] button").click()
        await opened.locator("input[name=agreed_molvt_unpaid_wages]").check()
        await no_barrier(opened)
        await opened.locator("button[value=answered]").click()
        await opened.locator(".slip").wait_for()
        await no_barrier(opened)
        await opened.goto(f"{url}/border/pages/screenings")
        await no_barrier(opened)
    async with desk(url, "social", 360, 800) as opened:
        await opened.goto(f"{url}/language/km?next=/")
        await opened.goto(f"{url}/border/pages/referrals")
        await no_barrier(opened)


async def test_the_pages_of_a_handover_have_no_barrier_in_khmer_on_a_narrow_screen(url: str) -> None:
    async with httpx2.AsyncClient(base_url=url) as http:
        answer = await post(http, "/border/handovers", handover(occurred_at=now()), who="desk")
        assert answer.status_code == 201, answer.text
        handover_id = answer.json()["id"]
        came = {"kind": "deported_return", "authority": "immigration", "handover_id": handover_id}
        for latin in ("LORRY ONE", "LORRY TWO"):
            body = returned(occurred_at=now(), person=person(name={"latin": latin})) | came
            assert (await post(http, "/border/crossings", body, who="desk")).status_code == 201
    async with desk(url, "desk", 360, 800) as opened:
        await opened.goto(f"{url}/language/km?next=/")
        for part in ("", "/persons", "/slips", "/screenings"):
            await opened.goto(f"{url}/border/pages/handovers/{handover_id}{part}")
            await no_barrier(opened)
        await opened.goto(f"{url}/border/pages/screenings")
        await no_barrier(opened)
        await opened.locator(f"a[href$='{handover_id}/screenings']").click()
        await expect(opened.locator("td a", has_text="LORRY")).to_have_count(2)
