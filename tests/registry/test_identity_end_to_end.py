"""Borrowed and repeated documents, from the requests at the border to two timelines or one, with a real broker."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio

from chassis.access.permissions import Reach
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.clock import Clock
from chassis.base.settings import Settings
from contracts.codes.documents import DocumentKind
from contracts.person import Document
from services.registry.identity.number import mint, shown
from tests.conftest import Tokens
from tests.registry.events import new_passport, node
from tests.registry.office import READS
from tests.registry.running_services import BorderAndRegistry, open_services, until


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def services(settings: Settings, token_of: Tokens) -> AsyncIterator[BorderAndRegistry]:
    async with open_services(settings, token_of) as found:
        yield found


def person(*documents: Document, born: str, sex: int = 2, name: str = "SOK Chanthy") -> dict[str, Any]:
    return {
        "sex": sex,
        "name": {"latin": name},
        "birth": {"on": born},
        "documents": [each.model_dump(mode="json", exclude_none=True) for each in documents],
    }


def new_card() -> Document:
    return Document(kind=DocumentKind.NATIONAL_ID, number=f"{uuid4().int % 10**9:09}")  # type: ignore[call-arg]


async def number_of(services: BorderAndRegistry, first: UUID) -> str:
    """Return the number of the worker whose first evidence this is, once it answers."""
    number = shown(mint(first))
    await services.answers(number, 200)
    return number


async def test_a_passport_that_a_sister_borrows_does_not_join_two_lives(services: BorderAndRegistry) -> None:
    passport, card = new_passport(), new_card()
    woman = person(passport, card, born="1990-04-03")
    left = await services.cross("departure", at="2013-01-10T09:00:00+07:00", person=woman)
    sister = person(passport, born="1996-02-01", name="SOK Sophea")
    borrowed = await services.cross("departure", at="2013-03-01T09:00:00+07:00", person=sister)
    home = await services.cross(
        "return",
        at="2013-06-01T09:00:00+07:00",
        person=woman | {"documents": person(card, born="1990-04-03")["documents"]},
    )
    hers, sisters = await number_of(services, left), await number_of(services, borrowed)
    assert {entry["event_id"] for entry in await services.events(hers, 2)} == {str(left), str(home)}
    assert [entry["event_id"] for entry in await services.events(sisters, 1)] == [str(borrowed)]
    timeline = (await services.ask(hers)).json()
    assert [journey["phase"] for journey in timeline["journeys"]] == ["returned"]
    assert "two_places_at_once" not in {flag["name"] for flag in timeline["flags"]}
    assert await services.number(passport) == hers


async def test_the_void_of_a_borrowers_record_takes_everything_back(services: BorderAndRegistry) -> None:
    passport, card = new_passport(), new_card()
    left = await services.cross(
        "departure", person=person(passport, card, born="1990-04-03"), at="2013-01-10T09:00:00+07:00"
    )
    wrong = await services.cross(
        "return", person=person(passport, born="1970-04-03", sex=1), at="2013-02-10T09:00:00+07:00"
    )
    await number_of(services, wrong)

    async def shared() -> bool:
        return bool(
            await services.registry.pool.fetchval("SELECT shared FROM who WHERE node = $1", node(passport))
        )

    await until(shared)
    await services.void(wrong)
    await services.answers(shown(mint(wrong)), 307)

    async def taken_back() -> bool:
        rows = await services.registry.pool.fetch(
            "SELECT node, retracted, shared FROM who WHERE number = ANY($1::text[])",
            [mint(left), mint(wrong)],
        )
        return {row["node"] for row in rows if not row["retracted"]} == {
            node(passport),
            node(card),
        } and not any(row["shared"] for row in rows if not row["retracted"])

    await until(taken_back)
    assert await services.number(passport) == shown(mint(left))


async def test_a_mother_and_a_child_on_her_passport_are_two_workers(services: BorderAndRegistry) -> None:
    passport, family = new_passport(), str(uuid4())
    mother = await services.cross(
        "return", at="2014-06-13T10:00:00+07:00", person=person(passport, born="1990-04-03"), family_id=family
    )
    child = await services.cross(
        "return",
        at="2014-06-13T10:01:00+07:00",
        person=person(passport, born="2010-05-06", name="SOK Dara"),
        family_id=family,
    )
    numbers = [await number_of(services, mother), await number_of(services, child)]
    for number, event in zip(numbers, (mother, child), strict=True):
        assert [entry["event_id"] for entry in await services.events(number, 1)] == [str(event)]


async def test_a_pink_card_is_thai_whether_its_issuer_was_typed_or_not(services: BorderAndRegistry) -> None:
    number = f"00{uuid4().int % 10**11:011}"
    events = []
    for at, more in (("2014-07-13", {}), ("2015-03-01", {"issued_by": "THA"})):
        given = person(born="1990-04-03") | {"documents": [{"kind": "pink_card", "number": number} | more]}
        events.append(await services.cross("return", at=f"{at}T09:00:00+07:00", person=given))
    found = await services.events(await number_of(services, events[0]), 2)
    assert {entry["event_id"] for entry in found} == set(map(str, events))


def days_ago(days: int) -> str:
    return (Clock().now() - timedelta(days=days)).isoformat()


async def test_a_tick_follows_a_worker_who_is_joined_and_separated(
    services: BorderAndRegistry, token_of: Tokens
) -> None:
    passport, card = new_passport(), new_card()
    first = await services.cross("departure", at=days_ago(90), person=person(passport, born="1990-04-03"))
    again = await services.cross("departure", at=days_ago(60), person=person(card, born="1990-04-03"))
    surviving, joined = await number_of(services, first), await number_of(services, again)
    abroad = Reach(countries=frozenset({"THA"}))
    token = token_of(
        *READS, "registry.tick.record", person=f"attache-{uuid4().hex[:6]}", office="BKK", reach=abroad
    )
    cookie = {"Cookie": f"{SESSION_COOKIE}={token}", "Accept": "text/html"}

    async def rows() -> dict[str, str]:
        """Return the rows of the two numbers on the list of Thailand."""
        page = await services.http.get("/registry/pages/abroad", params={"country": "THA"}, headers=cookie)
        parts = page.text.split("<tr>")
        return {
            number: part
            for number in (surviving, joined)
            for part in parts
            if number in part.split("</tr>")[0]
        }

    async def both() -> bool:
        return len(await rows()) == 2

    await until(both)
    page = (await services.http.get("/registry/pages/abroad", headers=cookie)).text
    form = page.partition('<form id="ticks"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    ticked = fields | {f"tick_{joined}": "reached"}
    answer = await services.http.post("/registry/pages/abroad/ticks", data=ticked, headers=cookie)
    assert answer.status_code == 303, answer.text
    found = await rows()
    assert "☑" in found[joined] and "☐" in found[surviving]
    both_papers = person(passport, card, born="1990-04-03")
    link = await services.cross("departure", at=days_ago(30), person=both_papers)
    await services.answers(joined, 307)

    async def at_the_surviving() -> bool:
        shown_now = await rows()
        return joined not in shown_now and "☑" in shown_now.get(surviving, "")

    await until(at_the_surviving)
    await services.void(link)
    await services.answers(joined, 200)

    async def separated() -> bool:
        shown_now = await rows()
        return "☑" in shown_now.get(joined, "") and "☐" in shown_now.get(surviving, "")

    await until(separated)
