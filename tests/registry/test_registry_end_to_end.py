"""From an officer's request at the border to the worker's timeline in the registry, with a real broker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest_asyncio

from chassis.access.permissions import Reach
from chassis.base.settings import Settings
from chassis.service import Role, RunningService
from services.border.main import service as border
from services.registry.main import service as registry
from tests.conftest import Tokens, headers

READS = ("registry.worker.search", "registry.worker.read", "registry.timeline.read")


class BorderAndRegistry:
    """Running border and registry services, each with its own client."""

    def __init__(self, border: httpx2.AsyncClient, registry: httpx2.AsyncClient, token_of: Tokens) -> None:
        self.border = border
        self.registry = registry
        self.officer = token_of(
            "border.crossing.record",
            "border.event.correct",
            person="officer",
            reach=Reach(posts=frozenset({"KH-POI"})),
        )
        self.reader = token_of(*READS, person="reader")
        self.distant = token_of(*READS, person="distant", reach=Reach(posts=frozenset({"KH-BVT"})))

    async def cross(
        self, kind: str, *, number: str | None = None, at: str = "2014-06-13T08:00:00+07:00", **more: Any
    ) -> dict[str, Any]:
        """Record a crossing."""
        person: dict[str, Any] = {"sex": 2, "name": {"khmer": "សុខ ចន្ធី", "latin": "SOK Chanthy"}}
        if number is not None:
            person["documents"] = [{"kind": "passport", "number": number}]
        body: dict[str, Any] = {
            "kind": kind,
            "occurred_at": at,
            "checkpoint": "KH-POI",
            "person": person | more.pop("person", {}),
        }
        body |= {"departure": {"destination": "THA"}, "return": {"returned_from": "THA"}}[kind] | more
        answer = await self.border.post("/crossings", json=body, headers=headers(self.officer))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def search(self, token: str | None = None, **asked: Any) -> dict[str, Any]:
        """Search for a worker."""
        answer = await self.registry.post(
            "/workers/search", json=asked, headers={"Authorization": f"Bearer {token or self.reader}"}
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def found(self, expected: int = 1, within: float = 60.0, **asked: Any) -> list[dict[str, Any]]:
        """The workers found, waiting until there are as many as expected."""
        until = time.monotonic() + within
        while True:
            workers: list[dict[str, Any]] = (await self.search(**asked))["workers"]
            if len(workers) == expected or time.monotonic() > until:
                assert len(workers) == expected, workers
                return workers
            await asyncio.sleep(0.05)

    async def timeline(self, number: str, **query: str) -> httpx2.Response:
        """A timeline."""
        return await self.registry.get(
            f"/workers/{number}/timeline", params=query, headers={"Authorization": f"Bearer {self.reader}"}
        )

    async def settled(self, number: str, status: int, within: float = 60.0) -> httpx2.Response:
        """A timeline, once it is answered with this status."""
        until = time.monotonic() + within
        while (answer := await self.timeline(number)).status_code != status:
            assert time.monotonic() < until, (answer.status_code, answer.text)
            await asyncio.sleep(0.05)
        return answer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def services(settings: Settings, token_of: Tokens) -> AsyncIterator[BorderAndRegistry]:
    async with (
        RunningService(border, settings, Role.ALL) as one,
        RunningService(registry, settings, Role.ALL) as other,
    ):
        async with (
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(one.app), base_url="http://border"
            ) as border_http,
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(other.app), base_url="http://registry"
            ) as registry_http,
        ):
            yield BorderAndRegistry(border_http, registry_http, token_of)


def passport() -> str:
    return "N" + uuid4().hex[:9].upper()


async def test_a_crossing_recorded_at_the_border_is_on_the_workers_timeline(
    services: BorderAndRegistry,
) -> None:
    number = passport()
    crossing = await services.cross("return", number=number)
    (worker,) = await services.found(document={"number": number})
    timeline = (await services.timeline(worker["number"])).json()
    assert [entry["event_id"] for entry in timeline["entries"]] == crossing["events"]
    assert timeline["whereabouts"]["place"] == "home"
    assert [journey["phase"] for journey in timeline["journeys"]] == ["returned"]
    assert timeline["name"] == {"khmer": "សុខ ចន្ធី", "latin": "SOK Chanthy"}
    assert number not in (await services.timeline(worker["number"])).text


async def test_a_person_without_documents_has_a_timeline_too(services: BorderAndRegistry) -> None:
    khmer = "ជា " + "ក" * 3 + uuid4().hex[:0] + "សុភាព"
    await services.cross("return", person={"name": {"khmer": khmer}})
    (worker,) = await services.found(name=khmer)
    assert (await services.timeline(worker["number"])).status_code == 200


async def test_two_passports_shown_together_join_two_workers_and_the_joined_number_redirects(
    services: BorderAndRegistry,
) -> None:
    old, new = passport(), passport()
    await services.cross("departure", number=old, at="2013-01-05T08:00:00+07:00")
    (first,) = await services.found(document={"number": old})
    await services.cross("return", number=new, at="2014-06-14T08:00:00+07:00")
    (second,) = await services.found(document={"number": new})
    assert first["number"] != second["number"]
    both = [{"kind": "passport", "number": old}, {"kind": "passport", "number": new}]
    await services.cross("departure", at="2014-09-01T08:00:00+07:00", person={"documents": both})
    answer = await services.settled(second["number"], 307)
    assert answer.headers["location"].endswith(f"/workers/{first['number']}/timeline")
    assert len((await services.timeline(first["number"])).json()["entries"]) == 3


async def test_a_void_removes_the_link_of_its_record(services: BorderAndRegistry) -> None:
    mine, yours = passport(), passport()
    await services.cross("departure", number=mine, at="2013-01-05T08:00:00+07:00")
    await services.cross("departure", number=yours, at="2013-02-05T08:00:00+07:00")
    (one,) = await services.found(document={"number": mine})
    (other,) = await services.found(document={"number": yours})
    both = [{"kind": "passport", "number": mine}, {"kind": "passport", "number": yours}]
    wrong = await services.cross("return", at="2014-09-01T08:00:00+07:00", person={"documents": both})
    await services.settled(other["number"], 307)
    answer = await services.border.post(
        f"/events/{wrong['events'][0]}/void",
        json={"reason": "wrong_person"},
        headers=headers(services.officer),
    )
    assert answer.status_code == 201, answer.text
    await services.settled(other["number"], 200)
    timeline = (await services.timeline(one["number"])).json()
    standing = [entry for entry in timeline["entries"] if entry["stands"]]
    assert len(standing) == 1
    (found,) = await services.found(document={"number": yours})
    assert found["number"] == other["number"]


async def test_a_search_beyond_ones_reach_is_answered_as_if_there_were_nobody(
    services: BorderAndRegistry,
) -> None:
    number = passport()
    await services.cross("return", number=number)
    (worker,) = await services.found(document={"number": number})
    assert await services.search(token=services.distant, document={"number": number}) == {
        "workers": [],
        "being_worked_out": False,
    }
    answer = await services.registry.get(
        f"/workers/{worker['number']}", headers={"Authorization": f"Bearer {services.distant}"}
    )
    assert answer.status_code == 403


async def test_as_of_leaves_out_what_was_recorded_later(services: BorderAndRegistry) -> None:
    number = passport()
    await services.cross("return", number=number)
    (worker,) = await services.found(document={"number": number})
    assert (await services.timeline(worker["number"], as_of="2014-12-31T00:00:00+07:00")).status_code == 404
    later = (await services.timeline(worker["number"], as_of="2090-01-01T00:00:00+07:00")).json()
    assert later["whereabouts"]["certainty"] == "likely"
