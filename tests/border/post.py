"""The people who work at the checkpoints in these tests, and the commands that they send."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2

from chassis.access.permissions import Caller, Reach
from chassis.base.settings import Settings
from chassis.pages.officers import HISTORY_LOADER
from chassis.service import Role, RunningService
from services.border.main import service

RECORD, READ, CORRECT = "border.crossing.record", "border.crossing.read", "border.event.correct"
GROUPS, GROUPS_READ = "border.handover.record", "border.handover.read"
CHECK, REVIEW = "border.document.check", "border.check.review"
AUDIT = "border.audit.read"
ASK, RECEIVE = "border.screening.record", "border.referral.receive"


def caller(name: str, *permissions: str, office: str = "KH-POI", **reach: Any) -> Caller:
    return Caller(name, name, office, frozenset(permissions), Reach(**reach), 4e9)


OFFICER = (RECORD, READ, CORRECT, GROUPS, GROUPS_READ, CHECK)
PEOPLE = {
    person.id: person
    for person in (
        caller("poipet", *OFFICER, posts=frozenset(["KH-POI"])),
        caller("poipet-too", *OFFICER, posts=frozenset(["KH-POI"])),
        caller("bavet", *OFFICER, posts=frozenset(["KH-BVT"])),
        caller("chief", *OFFICER, "border.event.correct_any", posts=frozenset(["KH-POI"])),
        caller("loader", *OFFICER, "border.history.load", national=True),
        caller(
            HISTORY_LOADER, RECORD, GROUPS, CORRECT, "border.history.load", office="HISTORY", national=True
        ),
        caller("loader-of-bavet", *OFFICER, national=True, office="KH-BVT"),
        caller("desk", *OFFICER, ASK, posts=frozenset(["KH-POI"])),
        caller("desk-too", *OFFICER, ASK, "border.event.correct_any", posts=frozenset(["KH-POI"])),
        caller("desk-bavet", *OFFICER, ASK, posts=frozenset(["KH-BVT"])),
        caller("asks-only", ASK, posts=frozenset(["KH-POI"])),
        caller("labour", RECEIVE, office="MOLVT", national=True),
        caller("social", RECEIVE, office="MOSVY", national=True),
        caller("interior", RECEIVE, office="MOI", national=True),
        caller("receives-at-post", RECEIVE, posts=frozenset(["KH-POI"])),
        caller("agency-02", RECEIVE, office="NEA-02", provinces=frozenset(["02"])),
        caller("agency-03", RECEIVE, office="NEA-03", provinces=frozenset(["03"])),
        caller("recorder", RECORD, posts=frozenset(["KH-POI"])),
        caller("reader", READ, national=True),
        caller("auditor", AUDIT, posts=frozenset(["KH-POI"])),
        caller("auditor-national", AUDIT, office="MOI", national=True),
        caller("supervisor", REVIEW, national=True),
        caller("supervisor-bavet", REVIEW, posts=frozenset(["KH-BVT"])),
    )
}


class People:
    """A test double of the issuer: the token is the id of the person."""

    def caller(self, token: str) -> Caller:
        return PEOPLE[token]


@asynccontextmanager
async def running_border(settings: Settings) -> AsyncIterator[tuple[RunningService, httpx2.AsyncClient]]:
    """Run the border service and a client of it."""
    async with RunningService(service, settings, Role.API) as running:
        running.app.state.tokens = People()
        transport = httpx2.ASGITransport(running.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://border", timeout=60) as client:
            yield running, client


def person(**other: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "sex": 2,
        "name": {"latin": "CHAN SOPHEAP", "khmer": "ចាន់ សុភាព"},
        "documents": [{"kind": "passport", "number": f"N{uuid4().int % 10**11:011}"}],
        "birth": {"on": "1990-04-03"},
        "home_province": "02",
    }
    return usual | other


def departure(**other: Any) -> dict[str, Any]:
    usual = {
        "kind": "departure",
        "occurred_at": "2014-03-03T09:00:00+07:00",
        "checkpoint": "KH-POI",
        "destination": "THA",
        "person": person(),
    }
    return usual | other


def returned(**other: Any) -> dict[str, Any]:
    usual = {
        "kind": "return",
        "occurred_at": "2014-06-12T09:00:00+07:00",
        "checkpoint": "KH-POI",
        "returned_from": "THA",
        "person": person(),
    }
    return usual | other


def handover(**other: Any) -> dict[str, Any]:
    usual = {
        "occurred_at": "2014-06-12T09:00:00+07:00",
        "checkpoint": "KH-POI",
        "authority": "immigration",
        "count_announced": 40,
    }
    return usual | other


def now() -> str:
    return datetime.now(UTC).isoformat()


def headers(who: str, key: str | None = None, **other: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {who}", "Idempotency-Key": key or str(uuid4()), **other}


async def post(
    http: httpx2.AsyncClient, path: str, body: Any, *, who: str = "poipet", key: str | None = None
) -> httpx2.Response:
    return await http.post(path, json=body, headers=headers(who, key))


async def recorded(
    http: httpx2.AsyncClient, body: Any, *, who: str = "poipet", path: str = "/crossings"
) -> dict[str, Any]:
    answer = await post(http, path, body, who=who)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ndjson(rows: Sequence[Any]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


async def send(
    http: httpx2.AsyncClient,
    content: Any,
    *,
    path: str = "/crossings/bulk",
    who: str = "poipet",
    key: str | None = None,
    kind: str = "application/x-ndjson",
    **more: str,
) -> httpx2.Response:
    return await http.post(path, content=content, headers=headers(who, key, **{"Content-Type": kind}, **more))


async def uploaded(http: httpx2.AsyncClient, rows: Sequence[Any], **how: Any) -> dict[str, Any]:
    answer = await send(http, ndjson(rows), **how)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counts(outcome: dict[str, Any]) -> tuple[int, int, int]:
    """Return the numbers of rows taken, already known and refused."""
    assert outcome["rows"] == outcome["taken"] + outcome["already_known"] + outcome["refused"]
    return outcome["taken"], outcome["already_known"], outcome["refused"]
