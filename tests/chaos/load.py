"""Clients that send commands to all services, each with an idempotency key, and repeat it until it is acknowledged."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
from uuid_utils.compat import uuid7

from tests.chaos.installation import Installation
from tests.system.journey import case, contract, crossing, vacancy

_TRY_AGAIN = ("command-still-running", "record-changed-meanwhile")
_PAUSE_SECONDS = 0.2
_UPLOAD_ROWS = 20
_WORKERS = 40
"""Persons that the clients choose from, so that workers have several records; a new one is added now and then."""


@dataclass
class Ledger:
    """The acknowledged requests: all that the oracle knows."""

    events: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Ids of acknowledged events by service."""
    uploaded: set[str] = field(default_factory=set)
    """Streams of the border service whose upload was acknowledged."""
    refused: list[str] = field(default_factory=list)
    """Refusals; none is expected."""
    answers: Counter[int] = field(default_factory=Counter)
    acknowledged: int = 0


class Client:
    """One client: an officer or a program that sends one command at a time."""

    def __init__(self, at: Installation, ledger: Ledger, chance: random.Random) -> None:
        self._ledger = ledger
        self._chance = chance
        self._people: list[dict[str, Any]] = []
        self._departures: list[str] = []
        self._http = httpx2.AsyncClient(base_url=at.url, timeout=30)
        self._authorization = f"Bearer {at.token}"
        self.stopping = False

    async def run(self) -> None:
        """Send commands until :attr:`stopping` is set; the last one is repeated until it is acknowledged too."""
        steps: list[Callable[[], Awaitable[None]]] = [
            self._cross,
            self._cross,
            self._cross_offline,
            self._return,
            self._return,
            self._hand_over,
            self._correct,
            self._void,
            self._upload,
            self._employ,
            self._assist,
            self._offer,
            self._counsel,
            self._apply,
        ]
        try:
            while not self.stopping:
                await self._chance.choice(steps)()
                await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            await self._http.aclose()

    def _person(self) -> dict[str, Any]:
        if len(self._people) < _WORKERS or self._chance.random() < 0.1:
            number = f"N{self._chance.randrange(10**9):09}"
            latin = self._chance.choice(("SOK DARA", "CHAN SOPHEA", "KEO BOPHA", "LIM VANNA"))
            person = {
                "sex": self._chance.choice((1, 2)),
                "name": {"latin": latin},
                "documents": [{"kind": "passport", "number": number}],
                "home_province": "02",
            }
            self._people.append(person)
        return self._chance.choice(self._people)

    def _when(self) -> str:
        """Return a time that is in the past also if the clock of a process is a day slow."""
        moment = datetime.now(UTC) - timedelta(days=3, seconds=self._chance.randrange(10**7))
        return moment.isoformat()

    async def _cross(self) -> None:
        answer = await self._send(
            "/border/crossings", crossing("departure", self._person(), occurred_at=self._when())
        )
        self._departures += answer["events"]

    async def _cross_offline(self) -> None:
        skew = timedelta(seconds=self._chance.randrange(-100_000, 100_000))
        clock = (datetime.now(UTC) + skew).isoformat()
        person, when = self._person(), self._when()
        body = crossing("departure", person, occurred_at=when, how="offline", device_clock=clock)
        await self._send("/border/crossings", body)

    async def _return(self) -> None:
        body = crossing("return", self._person(), occurred_at=self._when())
        await self._send("/border/crossings", body)

    async def _hand_over(self) -> None:
        announced = {"checkpoint": "KH-POI", "authority": "immigration", "count_announced": 2}
        group = await self._send("/border/handovers", {"occurred_at": self._when(), **announced})
        back = crossing(
            "deported_return",
            self._person(),
            occurred_at=self._when(),
            authority="immigration",
            handover_id=group["id"],
        )
        await self._send("/border/crossings", back)
        counted = {"occurred_at": self._when(), "count_taken": 1}
        await self._send(f"/border/handovers/{group['id']}/count", counted)

    async def _correct(self) -> None:
        if self._departures:
            event = self._chance.choice(self._departures)
            facts = {"checkpoint": "KH-POI", "destination": "MYS", "documents_shown": ["passport"]}
            body = {"reason": "wrong_person", "facts": facts, "person": self._person()}
            await self._send(f"/border/events/{event}/correction", body)

    async def _void(self) -> None:
        if self._departures:
            event = self._departures.pop(self._chance.randrange(len(self._departures)))
            await self._send(f"/border/events/{event}/void", {"reason": "mistyped"})

    async def _upload(self) -> None:
        ids = [str(uuid7()) for _ in range(_UPLOAD_ROWS)]
        rows = [crossing("departure", self._person(), occurred_at=self._when(), id=each) for each in ids]
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        counts = await self._send("/border/crossings/bulk", content)
        if counts["refused"] or counts["rows"] != len(rows):
            self._ledger.refused.append(f"upload: {counts}")
        self._ledger.uploaded.update(f"crossing-{each}" for each in ids)

    async def _employ(self) -> None:
        paper = await self._send("/recruitment/employment-contracts", contract(self._person()))
        approval = {"occurred_at": "2013-03-05T09:00:00+07:00"}
        await self._send(f"/recruitment/employment-contracts/{paper['id']}/approval", approval)

    async def _assist(self) -> None:
        opened = await self._send("/consular/cases", case(self._person()))
        action = {"occurred_at": "2014-02-04T09:00:00+07:00", "action": "call"}
        await self._send(f"/consular/cases/{opened['id']}/actions", action)

    async def _offer(self) -> None:
        await self._send("/reintegration/vacancies", vacancy())

    async def _counsel(self) -> None:
        headers = {"Authorization": self._authorization}
        try:
            listed = await self._http.get("/reintegration/cases", params={"limit": 50}, headers=headers)
        except httpx2.TransportError:
            return
        if listed.status_code == 200 and (items := listed.json()["items"]):
            needs = {"occurred_at": self._when(), "needs": ["finding_a_job"], "occupation_wanted": "7112"}
            await self._send(f"/reintegration/cases/{self._chance.choice(items)['case_id']}/needs", needs)

    async def _apply(self) -> None:
        body = {"occurred_at": self._when(), "occupation": "7112", "person": self._person()}
        await self._send("/skills/applications", body)

    async def _send(self, path: str, body: dict[str, Any] | bytes) -> dict[str, Any]:
        """Send a command until it is acknowledged; now and then twice at once, as an impatient caller does."""
        key = str(uuid4())
        again = self._chance.random() < 0.05
        answer, *others = await asyncio.gather(
            *(self._until_acknowledged(path, body, key) for _ in range(1 + again))
        )
        for other in others:
            if other.get("events") != answer.get("events"):
                self._ledger.refused.append(f"{path}: two answers to one key, {answer} and {other}")
        self._ledger.events[path.split("/")[1]].update(answer.get("events", ()))
        self._ledger.acknowledged += 1
        return answer

    async def _until_acknowledged(self, path: str, body: dict[str, Any] | bytes, key: str) -> dict[str, Any]:
        headers = {"Authorization": self._authorization, "Idempotency-Key": key}
        as_json = isinstance(body, dict)
        headers["Content-Type"] = "application/json" if as_json else "application/x-ndjson"
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        while True:
            try:
                answer = await self._http.post(path, content=content, headers=headers)
            except httpx2.TransportError:
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            self._ledger.answers[answer.status_code] += 1
            if answer.status_code in (200, 201):
                acknowledged: dict[str, Any] = answer.json()
                return acknowledged
            known = any(code in answer.text for code in _TRY_AGAIN)
            if answer.status_code < 500 and answer.status_code != 429 and not known:
                self._ledger.refused.append(f"{path}: {answer.status_code} {answer.text[:300]}")
                return {"id": str(UUID(int=0)), "events": [], "refused": 0, "rows": 0}
            await asyncio.sleep(_PAUSE_SECONDS)


async def wait_for_progress(ledger: Ledger, count: int, seconds: float) -> bool:
    """Wait until so many more commands are acknowledged; return False if that takes longer than ``seconds``."""
    wanted, until = ledger.acknowledged + count, time.monotonic() + seconds
    while ledger.acknowledged < wanted:
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.05)
    return True
