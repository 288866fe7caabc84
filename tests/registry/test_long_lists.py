"""The long lists of the registry as files: the result of a search, whose form is sent again, and the workers in a country."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx2
import pytest

from chassis.access.sessions import SESSION_COOKIE
from chassis.exports import lists
from chassis.exports.making import ExportWork
from services.registry.pages import abroad
from services.registry.wording.lists import ABROAD_LIST
from tests.registry.office import Office, number_of
from tests.registry.test_abroad import MISSION
from tests.registry.test_need_to_know import Life
from tests.registry.test_search import left, new_name


async def made(office: Office, address: str, token: str) -> str:
    """Make the file at an address, and return it."""
    work = ExportWork(office.runtime, office.running.app)
    headers = {"Accept": "text/html", "Cookie": f"{SESSION_COOKIE}={token}"}
    for _ in range(50):
        if 'data-progress="made"' in (await office.http.get(address, headers=headers)).text:
            break
        await work.make_next()
    answer: httpx2.Response = await office.http.get(f"{address}/file", headers=headers)
    assert answer.headers["content-type"].startswith("text/csv"), answer.headers
    return answer.text


async def test_the_result_of_a_search_is_made_without_its_name_in_an_address_or_in_the_audit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = new_name()
    everybody = [left(name, days=nth) for nth in range(3)]
    await office.knows(*everybody)
    token = office.token("long-search")
    page = (await office.types(name, token)).text
    form = page.partition('<form class="downloads"')[2].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))

    async def takes() -> httpx2.Response:
        return await office.http.post(
            "/registry/pages/search",
            data=hidden | {"file": "csv"},
            headers={"Accept": "text/html", "Cookie": f"{SESSION_COOKIE}={token}"},
        )

    direct = (await takes()).text
    monkeypatch.setattr(lists, "LONG", 2)
    monkeypatch.setattr(lists, "MOST", 2)
    answer = await takes()
    assert answer.status_code == 303 and re.fullmatch(
        r"/registry/pages/exports/[0-9a-f-]{36}", answer.headers["location"]
    )
    file = await made(office, answer.headers["location"], token)
    assert file == direct and all(number_of(each) in file for each in everybody)
    assert all(name not in str(entry["detail"]) for entry in await office.entries("long-search"))


async def test_the_workers_in_a_country_are_made_with_the_reach_of_the_mission(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Life()
    await office.knows(there.left)
    bangkok = office.token("bangkok-long", permissions=MISSION, countries=["THA"])
    direct = (await office.page("/abroad", bangkok, file="csv")).text
    monkeypatch.setattr(abroad, "ABROAD_LIST", replace(ABROAD_LIST, long=0))
    answer = await office.page("/abroad", bangkok, file="csv")
    assert answer.status_code == 303, answer.text
    file = await made(office, answer.headers["location"], bangkok)
    assert file == direct and there.number in file
