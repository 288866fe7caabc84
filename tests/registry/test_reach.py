"""Reach by post, country of the mission, province and agency; workers beyond it are only counted."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registry.pages import news
from tests.registry.events import Record, new_passport, node
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
    assert found["beyond_reach"] == 0
    assert (await office.get(f"/workers/{someone.number}", token)).status_code == 200
    assert (await office.get(f"/workers/{someone.number}/timeline", token)).status_code == 200
    assert someone.name in (await office.page(f"/workers/{someone.number}", token)).text
    assert (await office.types(someone.name, token)).status_code == 303


@pytest.mark.parametrize("reach", BEYOND, ids=str)
async def test_workers_beyond_reach_are_only_counted(office: Office, reach: dict[str, Any]) -> None:
    someone = await known(office)
    token = office.token(**reach)
    for asked in (
        {"document": {"number": someone.passport.number}},
        {"name": someone.name},
        {"number": someone.number},
    ):
        assert (await office.search(token, **asked)).json() == {
            "workers": [],
            "beyond_reach": 1,
            "being_worked_out": False,
        }
    for answer in (
        await office.get(f"/workers/{someone.number}", token),
        await office.get(f"/workers/{someone.number}/timeline", token, as_of="2014-06-01T00:00:00Z"),
        await office.page(f"/workers/{someone.number}", token),
        await office.page(f"/workers/{someone.number}/events", token),
    ):
        assert answer.status_code == 403
        assert someone.name not in answer.text
    typed = await office.types(someone.name, token)
    assert typed.status_code == 200
    assert "1 more is beyond the reach of your post." in typed.text
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
    assert own == ["unaccompanied_minor", "departed_without_registered_contract"]
    assert len(seen) == len(set(seen))


class NoKeys:
    """A person with a case in a country without a Cambodian mission: no post, country, province or agency."""

    def __init__(self) -> None:
        record = Record(salt=str(uuid4()))
        self.passport = new_passport()
        self.case = record.case(self.passport, country="LBN", name="KEO Dara", days=9000)
        self.number = number_of(self.case)


async def test_a_worker_without_a_place_is_within_every_reach(office: Office) -> None:
    """Every office can help such a worker."""
    someone = NoKeys()
    await office.knows(someone.case)
    token = office.token(posts=["KH-BVT"])
    found = (await office.search(token, document={"number": someone.passport.number})).json()
    assert [worker["number"] for worker in found["workers"]] == [someone.number]
    assert (await office.get(f"/workers/{someone.number}/timeline", token)).status_code == 200
    office.runtime.clock = SimpleNamespace(now=lambda: someone.case.occurred_at.replace(year=2090))  # type: ignore[assignment]
    flags = (await office.get("/flags", token, limit=200)).json()
    assert someone.number in {item["number"] for item in flags["items"]}


async def test_a_caller_with_an_empty_reach_sees_no_worker(office: Office) -> None:
    someone = await known(office)
    token = office.token(posts=[])
    assert (await office.get(f"/workers/{someone.number}", token)).status_code == 403


async def test_a_page_is_notified_of_a_change_without_its_content(office: Office) -> None:
    someone = await known(office)

    async def still_there() -> bool:
        return False

    request: Any = SimpleNamespace(app=office.running.app, is_disconnected=still_there)
    listening = news(request, SimpleNamespace(), node(someone.passport))  # type: ignore[arg-type]
    told = asyncio.ensure_future(anext(listening))
    await asyncio.sleep(0.2)
    await office.knows(Record(salt=str(uuid4())).back(someone.passport, name=someone.name, days=9100))
    event = await asyncio.wait_for(told, 10)
    assert someone.name not in str(event) and someone.passport.number not in str(event)
    await listening.aclose()  # type: ignore[attr-defined]
