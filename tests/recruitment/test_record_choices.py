"""Agencies and employers chosen by name: the agency for which a form is sent, and the filter of the list of contracts."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import expect
from uuid_utils.compat import uuid7

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.pages.catalogues import translations
from chassis.service import RunningService
from services.recruitment.main import service
from services.recruitment.pages import NAV
from services.recruitment.pages.contracts import LIST
from services.recruitment.pages.employers import LIST as EMPLOYERS
from tests.browser import desk, no_barrier, served_at
from tests.recruitment.office import AGENCY, MANY_AGENCIES, People, employer, post, registration, terms
from tests.recruitment.test_agency_desk import hidden

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHOICES = "/recruitment/pages/choices"
TYPED = {"name_latin": "Choosing Builders", "kind": "company", "country": "THA"}


@dataclass(frozen=True, slots=True)
class Ministry:
    """The pages of the service, and a word that no other test has in a name."""

    url: str
    running: RunningService
    http: httpx2.AsyncClient
    word: str

    async def records(self, who: str, path: str, body: dict[str, Any]) -> str:
        answer = await post(self.http, who, f"/recruitment{path}", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def agency(self, name: str, agency_id: str) -> str:
        body = {"id": agency_id, "name": {"latin": name}, "occurred_at": "2013-01-05T09:00:00+07:00"}
        return await self.records("ministry", "/agencies", body)

    async def get(self, who: str, address: str) -> httpx2.Response:
        return await self.http.get(address, headers=session(who))

    async def post(self, who: str, address: str, action: str, **typed: str) -> httpx2.Response:
        data = hidden((await self.get(who, address)).text, action) | typed
        return await self.http.post(action, data=data, headers=session(who))

    async def search(self, who: str, name: str, text: str) -> list[str]:
        csrf = hidden((await self.get(who, EMPLOYERS)).text, f"{EMPLOYERS}/search")["csrf"]
        answer = await self.http.post(
            f"{CHOICES}/{name}", data={"text": text, "csrf": csrf}, headers=session(who)
        )
        assert answer.status_code == 200, answer.text
        return [each["text"] for each in answer.json()]


def session(who: str) -> dict[str, str]:
    return {"Cookie": f"{SESSION_COOKIE}={who}", "Accept": "text/html", "Accept-Language": "en"}


def reference(record_id: str) -> str:
    return UUID(record_id).hex[-8:].upper()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ministry(settings: Settings) -> AsyncIterator[Ministry]:
    async with served_at(service, settings, NAV, People()) as (url, running):
        async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
            found = Ministry(url, running, http, f"w{uuid4().hex[:10]}")
            for nth, agency in enumerate(MANY_AGENCIES[:-1]):
                await found.agency(f"Agency {found.word} {'ABCDEFGHIJK'[nth]}", agency)
            yield found


async def test_a_few_agencies_are_a_select_and_many_are_looked_up(ministry: Ministry) -> None:
    few = (await ministry.get("both", f"{EMPLOYERS}/new")).text
    assert '<select id="field-agency_id"' in few and "own-agencies" not in few
    many = (await ministry.get("many", f"{EMPLOYERS}/new")).text
    assert '<select id="field-agency_id"' not in many and 'value="recruitment/own-agencies"' in many


async def test_the_agency_of_a_form_is_one_of_those_for_which_the_caller_acts(ministry: Ministry) -> None:
    other = await ministry.agency(f"Agency {ministry.word} Other", str(uuid7()))
    found = await ministry.search("many", "own-agencies", f"agency {ministry.word}")
    assert found == [
        f"Agency {ministry.word} {'ABCDEFGHIJK'[nth]} ({reference(agency)})"
        for nth, agency in enumerate(MANY_AGENCIES[:-1])
    ]
    assert await ministry.search("many", "own-agencies", f"{ministry.word} other") == []
    new, opening = f"{EMPLOYERS}/new", f"{EMPLOYERS}/new/opening"
    outside = f"Agency {ministry.word} Other ({reference(other)})"
    for typed in (outside, f"Agency {ministry.word} Other", other, "Agency"):
        answer = await ministry.post("many", new, opening, **TYPED, agency_id=typed)
        assert answer.status_code == 422, typed
        assert "Agency: " in html.unescape(answer.text) and f'value="{typed}"' in answer.text
    letters = (await ministry.post("many", new, opening, **TYPED, agency_id="", choose="agency_id")).text
    assert f"Agency {ministry.word} A" in letters and "Other" not in letters
    answer = await ministry.post("many", new, opening, **TYPED, agency_id=found[2])
    assert answer.status_code == 303, answer.text
    begun = answer.headers["location"].rpartition("/")[2]
    row = await ministry.http.get(f"/recruitment/employers/{begun}", headers={"Authorization": "Bearer many"})
    assert row.json()["agency_id"] == MANY_AGENCIES[2]
    unregistered = MANY_AGENCIES[-1]  # it has no name yet: it is chosen by its id
    answer = await ministry.post("many", new, opening, **TYPED, agency_id=unregistered)
    assert answer.status_code == 303, answer.text


async def contract(ministry: Ministry, who: str, agency: str, employer_id: str, **other: Any) -> str:
    body = registration(agency_id=agency, employer_id=employer_id, **other)
    return await ministry.records(who, "/employment-contracts", body)


def listed(page: str) -> set[str]:
    return set(re.findall(rf'href="{LIST}/([0-9a-f-]{{36}})"', page))


async def test_a_reviewer_lists_the_contracts_of_an_agency_or_an_employer_with_paging_and_file(
    ministry: Ministry,
) -> None:
    mine, others = MANY_AGENCIES[4], MANY_AGENCIES[5]
    name = f"Filter {ministry.word} Works"
    employer_id = await ministry.records("many", "/employers", employer(agency_id=mine, name={"latin": name}))
    of_agency = {await contract(ministry, "many", mine, employer_id) for _ in range(51)}
    of_both = await contract(ministry, "many", others, employer_id)
    elsewhere = await contract(ministry, "many", others, str(uuid7()))
    action = f"{LIST}/filter"
    page = await ministry.get("reviewer", LIST)
    assert 'value="recruitment/agencies"' in page.text and 'value="recruitment/employers"' in page.text
    agency_text = f"Agency {ministry.word} E ({reference(mine)})"
    employer_text = f"{name}, Thailand ({reference(employer_id)})"
    assert await ministry.search("reviewer", "agencies", f"{ministry.word} E") == [agency_text]
    assert await ministry.search("reviewer", "employers", f"filter {ministry.word}") == [employer_text]

    answer = await ministry.post("reviewer", LIST, action, agency=agency_text)
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert address == f"{LIST}?status=registered&agency={mine}", "no name is in the address"
    first = (await ministry.get("reviewer", address)).text
    assert f'value="{agency_text}"' in first and len(listed(first)) == 50
    following = re.search(r'href="([^"]*)" rel="next"', first)
    assert following is not None
    second = (await ministry.get("reviewer", html.unescape(following[1]))).text
    assert listed(first) | listed(second) == of_agency and len(listed(second)) == 1
    nav = re.search(r'href="([^"]*status=approved[^"]*)"', second)
    assert nav is not None and f"agency={mine}" in nav[1] and "cursor" not in nav[1]
    file = re.search(r'href="([^"]*file=csv[^"]*)"', second)
    assert file is not None
    rows = list(csv.reader((await ministry.get("reviewer", html.unescape(file[1]))).text.splitlines()))
    assert len(rows) == 52 and not any(of_both in row or elsewhere in row for row in rows)

    answer = await ministry.post("reviewer", LIST, action, employer=employer_text, agency="")
    page = await ministry.get("reviewer", answer.headers["location"] + "&file=csv")
    assert of_both in page.text and elsewhere not in page.text and len(page.text.splitlines()) == 53
    answer = await ministry.post(
        "reviewer", LIST, action, employer=name, agency=f"agency {ministry.word} f", status="registered"
    )
    page = await ministry.get("reviewer", answer.headers["location"])
    assert listed(page.text) == {of_both}
    answer = await ministry.post("reviewer", LIST, action, agency="", employer="")
    assert answer.headers["location"] == f"{LIST}?status=registered"

    wrong = await ministry.post("reviewer", LIST, action, agency=f"Agency {ministry.word}", employer=name)
    assert wrong.status_code == 422 and "Agency: nothing of this name is in the list" in wrong.text
    assert f'value="Agency {ministry.word}"' in wrong.text and f'value="{name}"' in wrong.text


async def test_an_employer_beyond_reach_is_neither_found_nor_accepted_as_a_filter(ministry: Ministry) -> None:
    name = f"Beyond {ministry.word}"
    beyond = await ministry.records("agency", "/employers", employer(agency_id=AGENCY, name={"latin": name}))
    there = await contract(ministry, "agency", AGENCY, beyond, terms=terms())
    text = f"{name}, Thailand ({reference(beyond)})"
    assert await ministry.search("attache", "employers", name) == [text]
    for who in ("many", "attache-elsewhere"):
        assert await ministry.search(who, "employers", name) == []
        for typed in (text, name):
            answer = await ministry.post(who, LIST, f"{LIST}/filter", employer=typed)
            assert answer.status_code == 422 and "Employer: " in answer.text, (who, typed)
        page = await ministry.get(who, f"{LIST}?employer={beyond}")
        assert page.status_code == 200 and there not in page.text and name not in page.text
        letters = await ministry.post(who, LIST, f"{LIST}/filter", choose="employer", letter="B")
        assert letters.status_code == 200 and name not in letters.text
    letters = await ministry.post("attache", LIST, f"{LIST}/filter", choose="employer", letter="B")
    assert name in letters.text
    looked = await ministry.running.runtime.pool.fetch(
        "SELECT DISTINCT caller FROM audit WHERE action = 'choose_employer' AND $1 = ANY(evidence)",
        UUID(beyond),
    )
    assert [each["caller"] for each in looked] == ["attache"]


async def test_the_filter_is_used_with_the_keyboard_alone_and_without_a_script(ministry: Ministry) -> None:
    agency = MANY_AGENCIES[7]
    text = f"Agency {ministry.word} H ({reference(agency)})"
    for script in (True, False):
        async with desk(ministry.url, "reviewer", 360, 800, java_script_enabled=script) as page:
            for language in ("en", "km"):
                await page.goto(f"/language/{language}?next={LIST}")
                word = translations(language).gettext
                await page.locator("main details summary").first.focus()
                await page.keyboard.press("Enter")
                field = page.locator("#field-agency")
                if script:
                    await page.keyboard.press("Tab")
                    await page.keyboard.type(f"{ministry.word} h")
                    await expect(page.locator('[role="option"]')).to_have_text([text])
                    await no_barrier(page)
                    await page.keyboard.press("ArrowDown")
                    await page.keyboard.press("Enter")
                else:
                    await page.locator('button[name="choose"][value="agency"]').click()
                    await page.get_by_role("button", name="A", exact=True).click()
                    await page.get_by_role("button", name=f"Agency {ministry.word} H").click()
                await expect(field).to_have_value(text)
                await field.focus()
                async with page.expect_navigation():
                    await page.keyboard.press("Enter")
                await page.wait_for_url(re.compile(f"agency={agency}"))
                await expect(field).to_have_value(text)
                await expect(page.locator("main")).to_contain_text(word("There is no such contract."))
                if script:
                    await no_barrier(page)
