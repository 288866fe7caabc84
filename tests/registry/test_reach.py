"""Reach by post, country of the mission, province and agency; of workers beyond it nothing is said."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.requests import Request
from starlette.types import Message

from chassis.access.sessions import SESSION_COOKIE
from contracts.skills import RecognitionApplied
from services.registry.pages.news import news, watched
from tests.registry.events import RECORDED, Record, new_passport
from tests.registry.office import Office, number_of

AGENCY = UUID("5b0c6a52-0000-4000-8000-00000000beef")


class Someone:
    """A worker from Battambang who left through Poipet with a contract in Malaysia, and an unaccompanied child."""

    def __init__(self) -> None:
        record = Record(salt=str(uuid4()))
        self.name = "SOK " + uuid4().hex[:10].translate(str.maketrans("0123456789", "ghijklmnop"))
        self.passport = new_passport()
        record.contract(self.passport, name=self.name, agency_id=AGENCY, home_province="02")
        record.departure(
            self.passport, name=self.name, days=9000, unaccompanied_minor=True, destination="MYS"
        )
        self.events = record.made
        self.number = number_of(self.events[0])


async def known(office: Office) -> Someone:
    someone = Someone()
    await office.knows(*someone.events)
    return someone


WITHIN = [
    {"posts": ["KH-POI"]},
    {"countries": ["MYS"]},
    {"provinces": ["02"]},
    {"agencies": [str(AGENCY)]},
    {"posts": ["KH-BVT"], "provinces": ["02"]},
]
BEYOND = [
    {"posts": ["KH-BVT"]},
    {"countries": ["THA"]},
    {"provinces": ["12"]},
    {"agencies": [str(UUID(int=9))]},
    {"posts": ["KH-BVT"], "countries": ["THA"], "provinces": ["12"]},
]


@pytest.mark.parametrize("reach", WITHIN, ids=str)
async def test_a_worker_with_a_journey_within_reach_is_shown(office: Office, reach: dict[str, Any]) -> None:
    someone = await known(office)
    token = office.token(**reach)
    found = (await office.search(token, document={"number": someone.passport.number})).json()
    assert [worker["number"] for worker in found["workers"]] == [someone.number]
    assert (await office.get(f"/workers/{someone.number}", token)).status_code == 200
    assert (await office.get(f"/workers/{someone.number}/timeline", token)).status_code == 200
    assert someone.name in (await office.page(f"/workers/{someone.number}", token)).text
    assert (await office.types(someone.name, token)).status_code == 303


@pytest.mark.parametrize("reach", BEYOND, ids=str)
async def test_of_workers_beyond_reach_nothing_is_said(office: Office, reach: dict[str, Any]) -> None:
    someone = await known(office)
    token = office.token(**reach)
    for asked in (
        {"document": {"number": someone.passport.number}},
        {"name": someone.name},
        {"number": someone.number},
    ):
        assert (await office.search(token, **asked)).json() == {
            "workers": [],
            "being_worked_out": False,
        }
    for answer in (
        await office.get(f"/workers/{someone.number}", token),
        await office.get(f"/workers/{someone.number}/timeline", token, as_of="2014-06-01T00:00:00Z"),
        await office.page(f"/workers/{someone.number}", token),
        await office.page("/news", token, of=someone.number),
    ):
        assert answer.status_code == 403
        assert someone.name not in answer.text
    typed = await office.types(someone.name, token)
    assert typed.status_code == 200
    assert "0 workers found" in typed.text
    assert someone.number not in typed.text


async def test_a_list_of_flags_has_only_workers_within_reach(office: Office) -> None:
    someone = await known(office)

    async def listed(**reach: Any) -> set[str]:
        found: set[str] = set()
        cursor = None
        while True:
            query = {"limit": 200} | ({"cursor": cursor} if cursor else {})
            page = (await office.get("/flags", office.token(**reach), **query)).json()
            found |= {item["number"] for item in page["items"]}
            cursor = page["next"]
            if cursor is None:
                return found

    office.runtime.clock = SimpleNamespace(now=lambda: someone.events[1].occurred_at)  # type: ignore[assignment]
    assert someone.number in await listed()
    assert someone.number in await listed(provinces=["02"])
    assert someone.number not in await listed(provinces=["12"])


async def test_pages_of_flags_leave_none_out_where_a_worker_has_two_since_the_same_instant(
    office: Office,
) -> None:
    someone = Record(salt=str(uuid4())).departure(new_passport(), days=9500, unaccompanied_minor=True)
    await office.knows(someone)
    office.runtime.clock = SimpleNamespace(now=lambda: someone.occurred_at)  # type: ignore[assignment]
    seen: list[tuple[str, str]] = []
    cursor = None
    for _ in range(200):
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await office.get("/flags", **query)).json()
        seen += [(item["number"], item["name"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    own = [name for number, name in seen if number == number_of(someone)]
    assert own == ["no_contract", "child_alone"]
    assert len(seen) == len(set(seen))


class NoPlace:
    """A person who applied for recognition and whose home province is not known: no office's place is named."""

    def __init__(self) -> None:
        record = Record(salt=str(uuid4()))
        self.passport = new_passport()
        facts = RecognitionApplied(recorded=RECORDED, sex=2, occupation="7112")
        person = record.person([self.passport], "KEO Dara")
        self.case = record.add(facts, noun="application", person=person, days=9000)
        self.number = number_of(self.case)


async def test_a_worker_without_a_place_is_for_national_callers_only(office: Office) -> None:
    someone = NoPlace()
    await office.knows(someone.case)
    asked = {"document": {"number": someone.passport.number}}
    for token, known_to in ((office.token(posts=["KH-BVT"]), False), (office.token(), True)):
        found = (await office.search(token, **asked)).json()
        assert ([worker["number"] for worker in found["workers"]] == [someone.number]) is known_to
        answer = await office.get(f"/workers/{someone.number}/timeline", token)
        assert answer.status_code == (200 if known_to else 403)


async def test_a_caller_with_an_empty_reach_sees_no_worker(office: Office) -> None:
    someone = await known(office)
    token = office.token(posts=[])
    assert (await office.get(f"/workers/{someone.number}", token)).status_code == 403


async def test_a_page_is_notified_of_a_change_without_its_content(office: Office) -> None:
    someone = await known(office)

    cookie = f"{SESSION_COOKIE}={office.token()}".encode()
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"cookie", cookie)]}
    request = Request(scope | {"app": office.running.app}, receive=_still_there)
    caller = office.running.app.state.tokens.caller(office.token())
    pages = await watched(request, [someone.number, "00000-00000-0000"], caller)
    listening = news(request, caller, pages)
    told = asyncio.ensure_future(anext(listening))
    await asyncio.sleep(0.2)
    await office.knows(Record(salt=str(uuid4())).back(someone.passport, name=someone.name, days=9100))
    event = await asyncio.wait_for(told, 10)
    assert event.data == {"changed": someone.number}
    assert someone.name not in str(event) and someone.passport.number not in str(event)
    await listening.aclose()  # type: ignore[attr-defined]


async def _still_there() -> Message:
    """Receive nothing, as from a browser that stays connected."""
    return await asyncio.Event().wait() or {}
