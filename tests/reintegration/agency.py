"""The people of the employment agency in these tests, and events of other services, which readers receive without a broker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2

from chassis.access.permissions import Caller, Reach
from chassis.projections.reader import Reader, ReceivedEntry, ReceivedEvent
from chassis.service import RunningService
from contracts import border
from contracts.border import WorkerDeparted, WorkerReturned
from contracts.codes.documents import DocumentKind
from contracts.codes.money import Money, WagePeriod
from contracts.codes.people import Sex
from contracts.codes.recording import CorrectionReason, HowRecorded
from contracts.consular import AssistanceCaseClosed, AssistanceCaseOpened
from contracts.envelope import Event, Fact, Recorded
from contracts.person import ClearPerson, Document, Name
from contracts.recruitment import EmploymentContractApproved, EmploymentContractRegistered, Terms
from contracts.registry import WhoEntry
from services.reintegration.reactions import following
from services.reintegration.reactions.returns import WAITING

WORK, READ, CORRECT = "reintegration.case.work", "reintegration.case.read", "reintegration.event.correct"
REGISTER, VACANCIES = "reintegration.vacancy.register", "reintegration.vacancy.read"
EMPLOYERS = ("reintegration.employer.register", "reintegration.employer.read")
DESK = (WORK, READ, REGISTER, VACANCIES, CORRECT, *EMPLOYERS)
BATTAMBANG, TAKEO = frozenset(["02"]), frozenset(["21"])


def caller(name: str, *permissions: str, **reach: Any) -> Caller:
    return Caller(name, name, "NEA-02", frozenset(permissions), Reach(**reach), 4e9)


PEOPLE = {
    person.id: person
    for person in (
        caller("counsellor", *DESK, provinces=BATTAMBANG),
        caller("colleague", *DESK, provinces=BATTAMBANG),
        caller("takeo", *DESK, provinces=TAKEO),
        caller("looks-only", READ, VACANCIES, provinces=BATTAMBANG),
        caller("no-employers", WORK, READ, provinces=BATTAMBANG),
        caller("national", *DESK, national=True),
        caller("loader", *DESK, "reintegration.history.load", national=True),
    )
}


class People:
    """A test double of the issuer: the token is the id of the person."""

    def caller(self, token: str) -> Caller:
        return PEOPLE[token]


async def post(
    http: httpx2.AsyncClient, who: str, path: str, body: Any, *, key: str | None = None
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": key or str(uuid4())}
    return await http.post(path, json=body, headers=headers)


async def get(http: httpx2.AsyncClient, who: str, path: str, **query: Any) -> httpx2.Response:
    return await http.get(path, params=query, headers={"Authorization": f"Bearer {who}"})


def step(**fields: Any) -> dict[str, Any]:
    return {"occurred_at": "2014-07-01T09:00:00+07:00", **fields}


RECORDED = Recorded(by="officer-1", office="KH-POI", how=HowRecorded.LIVE)
AT = datetime(2014, 6, 13, 2, tzinfo=UTC)


def event(stream: str, version: int, facts: Fact, **other: Any) -> Event[Fact]:
    usual: dict[str, Any] = {
        "id": uuid4(),
        "stream": stream,
        "version": version,
        "occurred_at": AT,
        "recorded_at": AT,
        "facts": facts,
        "person": None,
        "handles": (),
        "correlation_id": uuid4(),
    }
    return Event(**usual | other)


def a_handle() -> str:
    return uuid4().hex


def returned(
    handle: str | None = None, *, province: str | None = "02", at: datetime = AT, **facts: Any
) -> Event[Fact]:
    """A return, with a passport or without."""
    back = WorkerReturned(
        recorded=RECORDED,
        checkpoint="KH-POI",
        returned_from="THA",
        sex=Sex.FEMALE,
        home_province=province,
        **facts,
    )
    person = ClearPerson(
        evidence_id=uuid4(),
        documents=(Document(kind=DocumentKind.PASSPORT, number="N0712345"),) if handle else (),
        name=Name(latin="CHAN SOPHEAP", khmer="ចាន់ សុភាព"),
    )
    handles = (handle,) if handle else ()
    return event(
        f"crossing-{uuid4()}", 1, back, person=person, handles=handles, occurred_at=at, recorded_at=at
    )


def repatriated(handle: str) -> list[Event[Fact]]:
    """An assistance case of a worker in Thailand whom the mission brought home."""
    opened = AssistanceCaseOpened(
        recorded=RECORDED,
        mission="BKK",
        country="THA",
        category="repatriation",
        urgency="soon",
        sex=Sex.FEMALE,
    )
    closed = AssistanceCaseClosed(recorded=RECORDED, outcome="repatriated")
    stream = f"assistance-case-{uuid4()}"
    return [
        event(stream, 1, opened, handles=(handle,), occurred_at=AT - timedelta(days=9)),
        event(stream, 2, closed),
    ]


def voided(of: Event[Fact]) -> Event[Fact]:
    ruling = border.EventVoided(
        recorded=RECORDED,
        names=of.id,
        named_type=of.type,
        first_recorded_at=of.recorded_at,
        reason=CorrectionReason.NEVER_HAPPENED,
    )
    return event(of.stream, 2, ruling, occurred_at=AT + timedelta(days=1))


def worked_abroad(handle: str, *, occupation: str = "7112", sector: str = "F") -> list[Event[Fact]]:
    """Two years on a building site in Thailand: an approved employment contract, and the departure."""
    terms = Terms(
        destination="THA",
        sector=sector,
        occupation=occupation,
        wage=Money(amount="300.00", currency="THB"),
        wage_period=WagePeriod.DAY,
        starts_on=date(2012, 5, 1),
        ends_on=date(2014, 4, 30),
    )
    signed = datetime(2012, 4, 3, 2, tzinfo=UTC)
    registered = EmploymentContractRegistered(
        recorded=RECORDED, agency_id=uuid4(), employer_id=uuid4(), terms=terms
    )
    stream = f"employment-contract-{uuid4()}"
    left = WorkerDeparted(recorded=RECORDED, checkpoint="KH-POI", destination="THA")
    return [
        event(stream, 1, registered, handles=(handle,), occurred_at=signed),
        event(
            stream, 2, EmploymentContractApproved(recorded=RECORDED), occurred_at=signed + timedelta(days=1)
        ),
        event(f"crossing-{uuid4()}", 1, left, handles=(handle,), occurred_at=signed + timedelta(days=30)),
    ]


def reader_of(running: RunningService, name: str) -> Reader:
    return next(reader for reader in running.service.readers(running.runtime) if reader.name == name)


async def receive(running: RunningService, reader: str, *events: Event[Fact]) -> None:
    """Give a reader a page of events, as its projector does."""
    page = [ReceivedEvent(each, "topic", 0, nth, b"") for nth, each in enumerate(events)]
    await _take(running, reader, page, [])


async def receive_who(
    running: RunningService, number: str, nodes: Sequence[str | UUID], revision: int = 1
) -> None:
    """Publish that nodes belong to one worker."""
    await _take(running, f"{running.service.name}.who", [], who_entries(number, nodes, revision))


def who_entries(number: str, nodes: Sequence[str | UUID], revision: int = 1) -> list[ReceivedEntry]:
    """The entries by which nodes belong to one worker."""
    entries = []
    for nth, node in enumerate(nodes):
        entry = WhoEntry(node=UUID(str(node)).hex, number=number, revision=revision)
        entries.append(ReceivedEntry(entry.node, entry.model_dump_json().encode(), "who", 0, nth, uuid4()))
    return entries


async def _take(
    running: RunningService, name: str, page: list[ReceivedEvent], entries: list[ReceivedEntry]
) -> None:
    await note(running, name, page, entries)
    if running.service.name == "reintegration":
        runtime = running.runtime
        while await following(runtime).step() or await runtime.pool.fetchval(WAITING):
            pass


async def note(
    running: RunningService, name: str, page: list[ReceivedEvent], entries: list[ReceivedEntry]
) -> None:
    """Let a reader store a page, without what follows from it."""
    reader, pool = reader_of(running, name), running.runtime.pool
    prepared = await reader.prepare(pool, page, entries)
    async with pool.acquire() as connection, connection.transaction():
        await reader.apply(connection, page, entries, prepared)
    await reader.applied()


async def came_back(running: RunningService, handle: str | None = None, **facts: Any) -> Event[Fact]:
    back = returned(handle, **facts)
    await receive(running, "reintegration.returns", back)
    return back


async def read(http: httpx2.AsyncClient, case_id: UUID, who: str = "counsellor") -> dict[str, Any]:
    answer = await get(http, who, f"/cases/{case_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def queue(http: httpx2.AsyncClient, name: str, who: str = "counsellor") -> list[str]:
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await get(http, who, "/cases", queue=name, limit=50, **cursor)
        assert answer.status_code == 200, answer.text
        found += [row["case_id"] for row in answer.json()["items"]]
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


def employer(**other: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "occurred_at": "2014-06-01T09:00:00+07:00",
        "name": {"latin": "Battambang Rice Mill 1", "khmer": "រោងម៉ាស៊ីនកិនស្រូវ"},
        "kind": "company",
        "province": "02",
        "address": "Street 5",
        "phone": "012 555 010",
    }
    return usual | other


def vacancy(**other: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "occurred_at": "2014-06-20T09:00:00+07:00",
        "employer_id": str(uuid4()),
        "occupation": "7112",
        "sector": "F",
        "province": "02",
        "wage": {"amount": "180.00", "currency": "USD"},
        "wage_period": "month",
        "places": 2,
    }
    return usual | other
