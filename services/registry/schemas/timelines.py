"""The response models of timelines: journeys and events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from chassis.http.pagination import encode_cursor
from services.registry.fold.journey import Journey
from services.registry.fold.state import StatusSpan, phase
from services.registry.projections.reading import Entry, Reading
from services.registry.schemas.records import RecordShown, record
from services.registry.schemas.workers import WorkerShown, worker_dict


class StatusShown(BaseModel):
    """Legal status abroad during a time span."""

    status: str
    since: datetime | None
    until: datetime | None


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


class TimelineShown(WorkerShown):
    """A worker with journeys and events."""

    journeys: list[JourneyShown]
    entries: list[EntryShown] = Field(
        description="A page of the events, in the order in which they occurred."
    )
    next: str | None = Field(None, description="The cursor of the next page of entries; null on the last.")


def timeline_dict(reading: Reading) -> dict[str, Any]:
    """Return the response body of a timeline."""
    state = reading.worker.state
    return worker_dict(reading) | {
        "journeys": [
            journey_dict(journey, spans)
            for journey, spans in zip(state.life.journeys, state.spans, strict=True)
        ],
        "entries": [_entry(entry) for entry in reading.entries],
        "next": encode_cursor(reading.entries[-1].occurred_at, reading.entries[-1].event_id)
        if reading.after is not None
        else None,
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
