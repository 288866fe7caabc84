"""The response models of timelines: journeys and events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from chassis.http.pagination import encode_cursor
from contracts.codes.recording import TimePrecision
from contracts.journeys.basis import Basis
from contracts.journeys.journey import Journey
from contracts.journeys.legal_status import StatusSpan
from contracts.journeys.stays import Stay
from contracts.journeys.timeline_event import TimelineEvent
from services.registry.projections.reading import Entry, Reading
from services.registry.schemas.records import RecordShown, record
from services.registry.schemas.workers import WorkerShown, worker_dict


class BasisShown(BaseModel):
    """Why something is believed: the rule of the timeline that infers it, and the records on which it rests."""

    rule: str = Field(examples=["J5"])
    events: list[UUID]


class StatusShown(BaseModel):
    """Legal status abroad during a time span, with the records that show it."""

    status: str
    since: datetime | None
    until: datetime | None
    source: BasisShown | None = Field(description="Null if the status is not known.")


class StayShown(BaseModel):
    """A period abroad in one country; an end that was inferred says from what."""

    country: str | None
    began_at: datetime
    exit: UUID | None = Field(description="The crossing out of Cambodia, if it was recorded.")
    ended_at: datetime | None
    entry: UUID | None = Field(description="The crossing into Cambodia, if it was recorded.")
    end: str | None = Field(
        description="entry, not_recorded, repatriated, present_at_home, moved_on or death; null while it lasts."
    )
    begin_precision: str
    end_precision: str
    basis: BasisShown | None


class JourneyShown(BaseModel):
    """One migration cycle."""

    country: str | None
    phase: str = Field(
        description="preparing, abroad, on_leave, returned, died, not_departed or return_unknown."
    )
    work: bool = Field(description="False for a visit, and for a person who goes along.")
    channel: str = Field(description="How the worker went.")
    prepared_at: datetime | None
    departed_at: datetime | None
    seen_abroad_at: datetime | None
    returned_at: datetime | None
    ended: bool
    ended_at: datetime | None
    ended_by: str | None = Field(
        description="return, deportation, death, repatriation, presence_at_home or not_recorded."
    )
    leave_until: datetime | None = Field(description="Until then the last return counts as home leave.")
    reason: str | None
    trips: int
    stays: list[StayShown]
    last_heard_at: datetime | None
    sector: str | None
    occupation: str | None
    contract_ends_on: date | None
    employer: UUID | None
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
            journey_dict(journey, spans, reading.view.at)
            for journey, spans in zip(state.life.journeys, state.spans, strict=True)
        ],
        "entries": [_entry(entry) for entry in reading.entries],
        "next": encode_cursor(reading.entries[-1].occurred_at, reading.entries[-1].event_id)
        if reading.after is not None
        else None,
    }


def basis_dict(basis: Basis | None) -> dict[str, Any] | None:
    """Return why something is believed, as the response body shows it."""
    return None if basis is None else {"rule": basis.rule, "events": basis.events}


def journey_dict(journey: Journey, spans: list[StatusSpan], at: datetime) -> dict[str, Any]:
    """Return a journey of the response body, as it is at an instant."""
    contract, entry = journey.contract, journey.entry
    terms = None if contract is None else contract.terms
    return {
        "country": journey.country,
        "phase": journey.phase(at),
        "work": journey.work,
        "channel": journey.channel,
        "prepared_at": journey.prepared_at,
        "departed_at": journey.departed_at,
        "seen_abroad_at": journey.seen_abroad_at,
        "returned_at": journey.returned_at,
        "ended": journey.ended(at),
        "ended_at": journey.ended_at,
        "ended_by": journey.ended_by,
        "leave_until": journey.leave_until,
        "reason": None if entry is None else entry.code,
        "trips": journey.trips,
        "stays": [_stay(stay) for stay in journey.stays],
        "last_heard_at": journey.last_heard_at,
        "sector": None if terms is None else terms.sector,
        "occupation": None if terms is None else terms.occupation,
        "contract_ends_on": journey.contract_ends_on,
        "employer": None if contract is None else contract.employer,
        "status": [
            {"status": s.status, "since": s.since, "until": s.until, "source": basis_dict(s.source)}
            for s in spans
        ],
        "employment_contracts": [record(contract.stream) for contract in journey.contracts],
        "assistance_cases": [record(case.stream) for case in journey.cases],
        "reintegration_cases": [record(event.stream) for event in journey.follow_ups],
        "recognitions": [record(event.stream) for event in journey.recognitions],
        "events": [event.event_id for event in journey.events],
    }


def _stay(stay: Stay) -> dict[str, Any]:
    return {
        "country": stay.country,
        "began_at": stay.begins_at,
        "exit": None if stay.exit is None else stay.exit.event_id,
        "ended_at": stay.ended_at,
        "entry": None if stay.entry is None else stay.entry.event_id,
        "end": stay.end,
        "begin_precision": _precision(stay.exit),
        "end_precision": _precision(stay.entry),
        "basis": basis_dict(stay.basis),
    }


def _precision(event: TimelineEvent | None) -> str:
    return TimePrecision.SECOND if event is None or event.precision is None else event.precision


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
