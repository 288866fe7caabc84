"""The running instance in which lives are played: its API, its callers, and how to wait until it has settled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from chassis.access.permissions import Reach
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from contracts.codes.missions import MISSIONS
from contracts.codes.places import CHECKPOINTS, PROVINCES, checkpoint_named
from contracts.reference.current import use_folder
from domnaer.catching_up import Checks, open_checks
from domnaer.demo.accounts import demo_people
from domnaer.local.issuer import DemoPerson, LocalIssuer
from tests.lives.notation import NotUnderstood
from tests.system.running_system import EVERYTHING, everything

_SETTLED_WITHIN = 180.0
_ATTEMPTS = 5
_UNAVAILABLE = (429, 503)


class NotSettled(Exception):
    """The instance did not process everything in time."""


class Installation:
    """A client of the running instance. ``recorder`` callers have all permissions, ``reader`` callers their own alone."""

    def __init__(self, http: httpx2.AsyncClient, issuer: LocalIssuer, checks: Checks) -> None:
        self.http, self._issuer, self._checks = http, issuer, checks
        self._tokens: dict[tuple[str, bool], str] = {}

    async def record(self, caller: str, path: str, body: dict[str, Any]) -> httpx2.Response:
        """Send a command as the office of a caller, with all permissions and national reach."""
        headers = {
            "Authorization": f"Bearer {self._token(caller, records=True)}",
            "Idempotency-Key": str(uuid4()),
        }
        return await self._sent("POST", path, json=body, headers=headers)

    async def get(self, path: str, caller: str = EVERYTHING, **query: Any) -> httpx2.Response:
        """Send a GET request with the permissions and the reach of a caller."""
        return await self._sent("GET", path, params=query, headers=self._reads_as(caller))

    async def ask(self, path: str, body: dict[str, Any], caller: str = EVERYTHING) -> httpx2.Response:
        """Send a question as POST with the permissions and the reach of a caller."""
        headers = self._reads_as(caller) | {"Idempotency-Key": str(uuid4())}
        return await self._sent("POST", path, json=body, headers=headers)

    async def page(self, path: str, caller: str) -> httpx2.Response:
        """Open a page with the session of a caller."""
        self._tokens.pop((caller, False), None)  # a session ends after some idle minutes
        cookie = f"{SESSION_COOKIE}={self._token(caller, records=False)}"
        return await self._sent("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})

    async def settle(self) -> None:
        """Wait until everything recorded has had its effect. Raises NotSettled."""
        left = 0
        try:
            async with asyncio.timeout(_SETTLED_WITHIN):
                async for left, _ in self._checks.until_settled():  # noqa: B007
                    pass
        except TimeoutError:
            raise NotSettled(f"after {_SETTLED_WITHIN:g} s {left} records are not processed") from None

    async def timeline(self, number: str, **query: Any) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
        """Return the timeline of a worker with all its events; None if there is none at that time."""
        answer = await self.get(f"/registry/workers/{number}/timeline", **query)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        found = answer.json()
        entries = list(found["entries"])
        page = found
        while page.get("next") is not None:
            page = (
                await self.get(f"/registry/workers/{number}/timeline", **query, cursor=page["next"])
            ).json()
            entries += page["entries"]
        return found, entries

    async def listed(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """Yield the items of all pages of a list."""
        query: dict[str, Any] = {"limit": 200}
        while True:
            answer = await self.get(path, **query)
            answer.raise_for_status()
            page = answer.json()
            for item in page["items"]:
                yield item
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    async def numbers(self, **asked: Any) -> list[str]:
        """Return the numbers of the workers that a search finds; none by a document that cannot be right, which is refused."""
        answer = await self.ask("/registry/workers/search", asked)
        if answer.status_code == 422:
            return []
        answer.raise_for_status()
        return [worker["number"] for worker in answer.json()["workers"]]

    async def _sent(self, method: str, path: str, **request: Any) -> httpx2.Response:
        for nth in range(_ATTEMPTS):
            answer = await self.http.request(method, path, **request)
            if answer.status_code not in _UNAVAILABLE:
                break
            await asyncio.sleep(float(answer.headers.get("Retry-After", nth + 1)))
        return answer

    def _reads_as(self, caller: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token(caller, records=False)}"}

    def _token(self, caller: str, *, records: bool) -> str:
        if (caller, records) not in self._tokens:
            person = caller_named(caller)
            if records:
                person = replace(person, permissions=everything().permissions, reach=Reach(national=True))
            self._issuer.people[person.id] = person
            self._tokens[caller, records] = self._issuer.token(person.id)
        return self._tokens[caller, records]


@asynccontextmanager
async def open_installation(settings: Settings, url: str, issuer: Path) -> AsyncIterator[Installation]:
    """Open the client of an instance; ``issuer`` is the folder with the key of its local issuer."""
    use_folder(settings.reference_data)  # the live builds of the instance rest on these tables
    async with (
        open_checks(settings) as checks,
        httpx2.AsyncClient(base_url=url, timeout=60, follow_redirects=True) as http,
    ):
        yield Installation(http, LocalIssuer(issuer, (), settings), checks)


def caller_named(name: str) -> DemoPerson:
    """Return a person of the demo, or one like them at another checkpoint, mission or province.

    ``officer-daung``, ``attache-tokyo`` and ``counsellor-pursat`` are like ``officer``, ``attache-bangkok`` and
    ``counsellor-battambang``. Raises NotUnderstood.
    """
    name = name.strip().lower().replace(" ", "-").replace("attaché", "attache")
    known = {person.id: person for person in demo_people()} | {EVERYTHING: everything()}
    found = known.get({"national-reader": "registrar"}.get(name, name)) or next(
        _like_another(name, known), None
    )
    if found is None:
        raise NotUnderstood(f"the caller {name!r} is unknown; known are {', '.join(known)}")
    return found


def _like_another(name: str, known: dict[str, DemoPerson]) -> Iterator[DemoPerson]:
    desk, _, place = name.partition("-")
    spelled = place.replace("-", " ")
    if desk == "officer":
        post = place.upper() if place.upper() in CHECKPOINTS else checkpoint_named(spelled)
        if post is not None:
            yield replace(known["officer"], id=name, office=post, reach=Reach(posts=frozenset([post])))
    elif desk == "attache":
        for mission in MISSIONS.values():
            if spelled in (mission.city.lower(), mission.code.lower()):
                reach = Reach(countries=frozenset([mission.country]))
                yield replace(known["attache-bangkok"], id=name, office=mission.code, reach=reach)
    elif desk == "counsellor":
        for code, (english, _) in PROVINCES.items():
            if spelled in (english.lower(), code):
                reach = Reach(provinces=frozenset([code]))
                yield replace(known["counsellor-battambang"], id=name, office=f"NEA-{code}", reach=reach)
