"""The employer of a new job: chosen among all that are registered, while a name is typed or from the list by letter."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.pages.catalogues import translations
from chassis.pages.record_lists import MOST_OF_LETTER
from chassis.service import RunningService
from services.reintegration.domain.case import case_of
from services.reintegration.main import service
from services.reintegration.pages import NAV
from tests.browser import desk, no_barrier, served_at
from tests.reintegration.agency import People, employer, post, receive, returned

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = "/reintegration/pages"
SEARCH = f"{PAGES}/choices/employers"
TYPED = {"placed_as": "7112", "placed_in": "02", "starts_on": "2014-07-02"}


@dataclass(frozen=True, slots=True)
class Office:
    """The pages of the service, and an employer's name that no other test uses."""

    url: str
    running: RunningService
    http: httpx2.AsyncClient
    word: str

    async def registers(self, latin: str, khmer: str | None = None, province: str = "02") -> UUID:
        name = {"latin": latin} | ({"khmer": khmer} if khmer else {})
        answer = await post(
            self.http, "counsellor", "/reintegration/employers", employer(name=name, province=province)
        )
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    async def case(self) -> UUID:
        back = returned()
        await receive(self.running, "reintegration.returns", back)
        return case_of(back.id)

    async def placed_with(self, case_id: UUID) -> list[str | None]:
        steps = (await read_case(self.http, case_id))["steps"]
        return [each["facts"]["employer_id"] for each in steps if each["type"].endswith("worker_placed.v1")]

    async def form(self, case_id: UUID, who: str = "counsellor") -> dict[str, str]:
        page = await self.http.get(f"{PAGES}/cases/{case_id}", headers=session(who))
        found = re.search(r'<form method="post" action="[^"]*/placement".*?</form>', page.text, re.DOTALL)
        assert found is not None, page.text
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[0]))

    async def sends(self, case_id: UUID, **fields: str) -> httpx2.Response:
        data = await self.form(case_id) | TYPED | fields
        return await self.http.post(
            f"{PAGES}/cases/{case_id}/placement", data=data, headers=session("counsellor")
        )

    async def search(self, text: str, who: str = "counsellor", language: str = "en") -> httpx2.Response:
        csrf = (await self.form(await self.case(), who))["csrf"]
        headers = session(who) | {"Accept-Language": language}
        return await self.http.post(SEARCH, data={"text": text, "csrf": csrf}, headers=headers)


def session(who: str) -> dict[str, str]:
    return {"Cookie": f"{SESSION_COOKIE}={who}", "Accept": "text/html"}


async def read_case(http: httpx2.AsyncClient, case_id: UUID) -> dict[str, Any]:
    answer = await http.get(f"/reintegration/cases/{case_id}", headers={"Authorization": "Bearer counsellor"})
    found: dict[str, Any] = answer.json()
    return found


def text_of(name: str, province: str, employer_id: UUID) -> str:
    return f"{name}, {province} ({employer_id.hex[-8:].upper()})"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(settings: Settings) -> AsyncIterator[Office]:
    async with served_at(service, settings, NAV, People()) as (url, running):
        async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
            yield Office(url, running, http, f"w{uuid4().hex[:10]}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def oldest(office: Office) -> UUID:
    """Return an employer in Takeo after which two hundred others were registered, of which the names begin with L."""
    first = await office.registers(f"Oldest {office.word}", "ឋានៈ ដំបូង", "21")
    for begin in range(0, 200, 20):
        later = (office.registers(f"Later {office.word} {nth}") for nth in range(begin, begin + 20))
        await asyncio.gather(*later)
    return first


async def test_an_employer_that_two_hundred_later_ones_follow_is_found_in_another_province(
    office: Office, oldest: UUID
) -> None:
    first = oldest
    found = (await office.search(f"oldest {office.word}")).json()
    assert found == [
        {
            "text": text_of(f"Oldest {office.word}", "Takeo", first),
            "khmer": "ឋានៈ ដំបូង",
            "label": text_of(f"Oldest {office.word}", "Takeo", first),
        }
    ]
    in_khmer = (await office.search(f"oldest {office.word}", language="km")).json()
    assert in_khmer[0]["text"] == text_of("ឋានៈ ដំបូង", "តាកែវ", first)
    assert len((await office.search(f"later {office.word}")).json()) == 20
    for text in (found[0]["text"], in_khmer[0]["text"]):
        case_id = await office.case()
        answer = await office.sends(case_id, placed_with=text)
        assert answer.status_code == 303, answer.text
        assert await office.placed_with(case_id) == [str(first)]


async def test_a_name_without_its_number_is_enough_if_one_employer_has_it(office: Office) -> None:
    name = f"Only {office.word}, Ltd"
    only = await office.registers(name)
    await office.registers(f"{name} Sisters")
    for typed in (name, f"only {office.word.upper()} ltd", f"{name}, Battambang"):
        case_id = await office.case()
        answer = await office.sends(case_id, placed_with=typed)
        assert answer.status_code == 303, answer.text
        assert await office.placed_with(case_id) == [str(only)]


async def test_a_text_that_names_no_employer_or_several_is_asked_back_and_stays(office: Office) -> None:
    twin = f"Twin {office.word}"
    one, other = await office.registers(twin), await office.registers(twin)
    case_id = await office.case()
    for typed, reason in (
        (twin, "several have this name"),
        (f"{twin}, Battambang", "several have this name"),
        (f"Nobody {office.word}", "nothing of this name is in the list"),
        (str(one), "nothing of this name is in the list"),
        (f"({one.hex[-8:]})", "nothing of this name is in the list"),
        (
            text_of(f"Twins {office.word}", "Battambang", one),
            "the name and the number behind it do not belong together",
        ),
        (
            text_of(twin, "Takeo", one),
            "the name and the number behind it do not belong together",
        ),
    ):
        answer = await office.sends(case_id, placed_with=typed, starts_on="2/7/2014")
        assert answer.status_code == 422, typed
        assert f"Employer: {reason}" in html.unescape(answer.text), typed
        assert f'value="{typed}"' in html.unescape(answer.text), "what was typed stays"
        assert 'aria-invalid="true"' in answer.text and 'value="2/7/2014"' in answer.text
    wrong = await office.sends(case_id, placed_with=twin, placed_as="some work")
    assert "several have this name" in wrong.text and "this is not one of the choices" in wrong.text
    assert await office.placed_with(case_id) == []
    chosen = text_of(twin, "Battambang", other)
    kept = await office.sends(case_id, placed_with=chosen, placed_as="some work")
    assert kept.status_code == 422 and f'value="{chosen}"' in kept.text
    assert (await office.sends(case_id, placed_with=chosen)).status_code == 303
    assert await office.placed_with(case_id) == [str(other)], "of two with the same name, the chosen one"


async def test_a_search_is_in_the_audit_and_needs_permission_and_the_token_of_a_form(office: Office) -> None:
    looked = await office.registers(f"Audited {office.word}")
    assert (await office.search(f"audited {office.word}")).status_code == 200
    entries = await office.running.runtime.pool.fetch(
        "SELECT caller, evidence FROM audit WHERE action = 'choose_employer' AND $1 = ANY(evidence)", looked
    )
    assert [each["caller"] for each in entries] == ["counsellor"]
    refused = await office.search(f"audited {office.word}", who="no-employers")
    assert refused.status_code == 403 and office.word not in refused.text
    answer = await office.http.post(SEARCH, data={"text": office.word}, headers=session("counsellor"))
    assert answer.status_code == 403
    # A form that names the list nevertheless finds nothing for a caller without the permission.
    case_id = await office.case()
    fields = (
        await office.form(case_id, "no-employers")
        | TYPED
        | {"list_of_placed_with": "reintegration/employers"}
    )
    path = f"{PAGES}/cases/{case_id}/placement"
    for extra, status in (({"placed_with": f"Audited {office.word}"}, 422), ({"choose": "placed_with"}, 403)):
        answer = await office.http.post(path, data=fields | extra, headers=session("no-employers"))
        assert answer.status_code == status, answer.text
    assert await office.placed_with(case_id) == []


async def test_the_page_of_one_letter_is_bounded_and_searched_by_name(office: Office, oldest: UUID) -> None:
    case_id = await office.case()
    page = await office.sends(case_id, choose="placed_with", letter="L")
    assert page.status_code == 200 and page.text.count('name="chosen"') == MOST_OF_LETTER + 1
    assert "There are more. Give more of the name." in page.text
    found = await office.sends(case_id, choose="placed_with", name_in_list=f"later {office.word} 17")
    assert re.findall(r">(Later [^<]*), Battambang", found.text) == [f"Later {office.word} 17"]
    none = await office.sends(case_id, choose="placed_with", name_in_list=f"none {office.word}")
    assert "Nothing found" in none.text
    khmer = await office.sends(case_id, choose="placed_with", letter="ឋ")
    shown = f'<span lang="km">ឋានៈ ដំបូង</span> {text_of(f"Oldest {office.word}", "Takeo", oldest)}'
    assert shown in khmer.text


async def placement(page: Page, case_id: UUID, language: str) -> None:
    """Open the form of a new job with the keyboard."""
    await page.goto(f"/language/{language}?next={PAGES}/cases/{case_id}")
    await page.locator("summary#record-placement").focus()
    await page.keyboard.press("Enter")
    await page.locator("#field-starts_on").focus()
    await page.keyboard.type("2/7/2014")


async def test_an_employer_is_chosen_with_the_keyboard_alone(office: Office) -> None:
    name = f"Keyed {office.word}"
    keyed = await office.registers(name, "ក្រុមហ៊ុន អង្ករ")
    async with desk(office.url, "counsellor", 360, 800) as page:
        for language, shown, typed in (
            ("en", text_of(name, "Battambang", keyed), f"keyed {office.word}"),
            ("km", text_of("ក្រុមហ៊ុន អង្ករ", "បាត់ដំបង", keyed), f"keyed {office.word}"),
        ):
            case_id = await office.case()
            await placement(page, case_id, language)
            field = page.locator("#field-placed_with")
            for _ in range(3):
                await page.keyboard.press("Tab")
                if await field.evaluate("field => field === document.activeElement"):
                    break
            await page.keyboard.type(typed)
            await expect(page.locator('[role="option"]')).to_have_count(1)
            await expect(page.locator('[role="option"]')).to_contain_text(name)
            await no_barrier(page)
            await page.keyboard.press("ArrowDown")
            await page.keyboard.press("Enter")
            await expect(field).to_have_value(shown)
            await page.locator("#field-placed_as").focus()
            await page.keyboard.type("7112")
            await page.locator("#field-placed_in").select_option("02")
            await page.locator("#field-placed_in").focus()
            await page.keyboard.press("Tab")
            async with page.expect_navigation():
                await page.keyboard.press("Enter")
            assert await office.placed_with(case_id) == [str(keyed)], language


async def test_without_a_script_an_employer_is_chosen_by_letter_or_by_a_search(office: Office) -> None:
    name = f"Xylo {office.word}"
    quiet = await office.registers(name, "ឧស្សាហកម្ម")
    async with desk(office.url, "counsellor", 1280, 800, java_script_enabled=False) as page:
        for language, letter, place in (("en", "X", "Battambang"), ("km", "ឧ", "បាត់ដំបង")):
            word = translations(language).gettext
            case_id = await office.case()
            await placement(page, case_id, language)
            form = page.locator('form[action$="/placement"]')
            await form.locator('button[name="choose"][value="placed_with"]').click()
            await page.get_by_role("button", name=letter, exact=True).click()
            entry = page.get_by_role("button", name=name)
            await expect(entry).to_have_count(1)
            await page.locator("#field-name_in_list").fill(office.word)
            await page.keyboard.press("Enter")
            await page.locator("#field-name_in_list").fill(name)
            await page.keyboard.press("Enter")
            await page.get_by_role("button", name=name).click()
            shown = text_of(name if language == "en" else "ឧស្សាហកម្ម", place, quiet)
            await expect(page.locator("#field-placed_with")).to_have_value(shown)
            await expect(page.locator("#field-starts_on")).to_have_value("2/7/2014")
            await page.locator("#field-placed_as").fill("7112")
            await page.locator("#field-placed_in").select_option("02")
            await form.get_by_role("button", name=word("Record it"), exact=True).click()
            await page.wait_for_url(re.compile(f"{case_id}$"))
            assert await office.placed_with(case_id) == [str(quiet)]
