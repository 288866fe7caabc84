"""The response models of workers and timelines, and the functions that fill them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from chassis.store.persons import masked
from services.registry.fold.flags import Flag
from services.registry.fold.journey import Journey
from services.registry.fold.state import StatusSpan, phase
from services.registry.identity.number import shown
from services.registry.projections.reading import Entry, Reading

RECORDS = {
    "employment-contract": "/recruitment/employment-contracts/{id}",
    "assistance-case": "/consular/cases/{id}",
    "reintegration-case": "/reintegration/cases/{id}",
    "application": "/skills/applications/{id}",
}
"""The address of a record of the timeline, by the noun of its stream."""


class FoundShown(BaseModel):
    """A worker in a list."""

    number: str
    khmer: str | None
    latin: str | None
    born: str | None
    sex: int
    home_province: str | None
    place: str
    country: str
    since: datetime | None
    last_at: datetime
    flags: list[str]


class Found(BaseModel):
    """The result of a search."""

    workers: list[FoundShown]
    beyond_reach: int = Field(description="The number of further workers, beyond the reach of the caller.")


class FlaggedShown(BaseModel):
    """A flag on a worker."""

    number: str
    name: str
    since: datetime
    until: datetime | None


class DeparturesShown(BaseModel):
    """Workers who left under an employment contract."""

    destination: str
    year: int
    sex: int
    workers: int


class FlagShown(BaseModel):
    """A flag: a condition that an office should look at."""

    name: str
    since: datetime
    until: datetime | None
    event_id: UUID | None = Field(description="The event that raised it; null if it was raised by time.")


class WhereaboutsShown(BaseModel):
    """The worker's whereabouts, and their certainty."""

    place: str = Field(description="home or abroad.")
    country: str = Field(description="ISO 3166-1 alpha-3.")
    since: datetime | None
    certainty: str = Field(
        description="sure (a sign of life within 90 days), likely (within a year) or uncertain."
    )
    last_heard_at: datetime | None


class StatusShown(BaseModel):
    """Legal status abroad during a time span."""

    status: str
    since: datetime | None
    until: datetime | None


class RecordShown(BaseModel):
    """A record of the journey in another service."""

    stream: str
    href: str | None = Field(description="The address of the record at its service.")


class JourneyShown(BaseModel):
    """One migration cycle."""

    country: str | None
    phase: str = Field(description="preparing, abroad, returned, not_departed or return_unknown.")
    work: bool
    prepared_at: datetime | None
    departed_at: datetime | None
    seen_abroad_at: datetime | None
    returned_at: datetime | None
    closed_at: datetime | None
    return_kind: str | None
    reason: str | None
    trips: int
    last_heard_at: datetime | None
    sector: str | None
    occupation: str | None
    contract_ends_on: date | None
    status: list[StatusShown]
    employment_contracts: list[RecordShown]
    assistance_cases: list[RecordShown]
    reintegration_cases: list[RecordShown]
    recognitions: list[RecordShown]
    events: list[UUID]


class EntryShown(BaseModel):
    """An event of the timeline."""

    event_id: UUID
    type: str
    stream: str
    occurred_at: datetime
    recorded_at: datetime
    facts: dict[str, Any]
    stands: bool = Field(description="False if a correction or a void overruled it.")
    void: bool
    corrects: UUID | None = Field(description="The event that this one corrects or voids.")


class NameShown(BaseModel):
    """A name in both scripts."""

    khmer: str | None
    latin: str | None


class WorkerShown(BaseModel):
    """A worker: name, whereabouts and flags."""

    number: str = Field(examples=["4K7M2-9QFXT-08DH"])
    name: NameShown | None = Field(
        description="The name recorded last; null if none is known, or if it is sealed or erased."
    )
    names: list[NameShown] = Field(description="All names recorded.")
    sex: int
    born: date | None
    birth_precision: str | None
    home_province: str | None
    documents: list[dict[str, str]] = Field(description="The documents shown, with masked numbers.")
    at: datetime = Field(description="The instant for which this answer holds.")
    whereabouts: WhereaboutsShown
    status: str
    flags: list[FlagShown]
    events: int
    next_change: datetime | None = Field(
        description="The next instant at which this answer changes without a new event."
    )


class TimelineShown(WorkerShown):
    """A worker with journeys and events."""

    journeys: list[JourneyShown]
    entries: list[EntryShown]


def worker_dict(reading: Reading) -> dict[str, Any]:
    """Return the response body of a worker."""
    worker, now = reading.worker, reading.view
    person = worker.person
    born = next((p for p in reversed(worker.people) if p.born), None)
    names = {(p.khmer, p.latin): None for p in worker.people if p.khmer or p.latin}
    documents = {
        (d["kind"], masked(d["number"]), d.get("issued_by", "KHM")): None
        for p in worker.people
        for d in p.documents
    }
    where = now.whereabouts
    return {
        "number": shown(worker.number),
        "name": None if person is None else {"khmer": person.khmer, "latin": person.latin},
        "names": [{"khmer": khmer, "latin": latin} for khmer, latin in names],
        "sex": worker.sex,
        "born": None if born is None else born.born,
        "birth_precision": None if born is None else born.birth_precision,
        "home_province": worker.home_province,
        "documents": [{"kind": k, "number": n, "issued_by": c} for k, n, c in documents],
        "at": now.at,
        "whereabouts": {
            "place": where.place,
            "country": where.country,
            "since": where.since,
            "certainty": where.certainty,
            "last_heard_at": where.last_heard_at,
        },
        "status": now.status,
        "flags": [_flag(flag) for flag in now.flags],
        "events": len(worker.events),
        "next_change": now.next_change,
    }


def timeline_dict(reading: Reading) -> dict[str, Any]:
    """Return the response body of a timeline."""
    state = reading.worker.state
    return worker_dict(reading) | {
        "journeys": [
            journey_dict(journey, spans)
            for journey, spans in zip(state.life.journeys, state.spans, strict=True)
        ],
        "entries": [_entry(entry) for entry in reading.entries],
    }


def journey_dict(journey: Journey, spans: list[StatusSpan]) -> dict[str, Any]:
    """Return a journey of the response body."""
    contract = journey.contract
    return {
        "country": journey.country,
        "phase": phase(journey),
        "work": journey.work,
        "prepared_at": journey.prepared_at,
        "departed_at": journey.departed_at,
        "seen_abroad_at": journey.seen_abroad_at,
        "returned_at": journey.returned_at,
        "closed_at": journey.closed_at,
        "return_kind": None if journey.return_kind is None else journey.return_kind.name.lower(),
        "reason": journey.return_code,
        "trips": journey.trips,
        "last_heard_at": journey.last_heard_at,
        "sector": None if contract is None else contract.sector,
        "occupation": None if contract is None else contract.occupation,
        "contract_ends_on": None if contract is None else contract.last_day,
        "status": [{"status": s.status, "since": s.since, "until": s.until} for s in spans],
        "employment_contracts": [record(contract.stream) for contract in journey.contracts],
        "assistance_cases": [record(stream) for stream in journey.cases],
        "reintegration_cases": [record(stream) for stream in journey.reintegration],
        "recognitions": [record(stream) for stream in journey.recognitions],
        "events": journey.events,
    }


RECORD_PAGES = {
    "employment-contract": (
        "/recruitment/pages/employment-contracts/{id}",
        "recruitment.employment_contract.read",
    ),
    "assistance-case": ("/consular/pages/cases/{id}", "consular.case.read"),
    "reintegration-case": ("/reintegration/pages/cases/{id}", "reintegration.case.read"),
    "application": ("/skills/pages/applications/{id}", "skills.application.read"),
}
"""The page of a record at its service, and the permission to open it, by the noun of the stream."""


def record(stream: str) -> dict[str, str | None]:
    """Return a record with its address at its service."""
    pattern = RECORDS.get(stream[:-37])
    return {"stream": stream, "href": None if pattern is None else pattern.format(id=stream[-36:])}


def _flag(flag: Flag) -> dict[str, Any]:
    return {"name": flag.name, "since": flag.since, "until": flag.until, "event_id": flag.event_id}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "event_id": entry.event_id,
        "type": entry.type,
        "stream": entry.stream,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "facts": orjson.Fragment(entry.facts),
        "stands": not entry.overruled,
        "void": entry.void,
        "corrects": entry.names if entry.names != entry.event_id else None,
    }
