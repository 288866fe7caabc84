"""The response models of workers, flags and figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.store.persons import masked
from contracts.codes.documents import DocumentHolder
from contracts.document_number import is_placeholder
from contracts.journeys.flags import Flag
from services.registry.identity.number import shown
from services.registry.projections.reading import Reading


class FoundShown(BaseModel):
    """A worker in a list."""

    number: str
    khmer: str | None
    latin: str | None
    born: str | None
    sex: int
    home_province: str | None
    place: str = Field(description="home, abroad or unknown.")
    country: str
    since: datetime | None
    last_at: datetime
    flags: list[str]
    being_worked_out: bool = Field(
        False, description="True if records of the worker could not be taken in yet; place is then unknown."
    )


def found_of(row: dict[str, Any]) -> FoundShown:
    """Return a row as a worker in a list."""
    born = row["born"]
    fields = {name: row[name] for name in FoundShown.model_fields if name not in ("number", "born")}
    return FoundShown(number=shown(row["number"]), born=None if born is None else born.isoformat(), **fields)


def row_as_seen(row: dict[str, Any], reading: Reading | None) -> dict[str, Any]:
    """Return a row of a list as a caller sees it who may not see all records; ``reading`` is None for one who may."""
    if reading is None or row["being_worked_out"]:
        return row
    where, events = reading.view.whereabouts, reading.worker.state.life.events
    person = reading.worker.person
    return row | {
        "khmer": None if person is None else person.khmer,
        "latin": None if person is None else person.latin,
        "born": next((date.fromisoformat(p.born) for p in reversed(reading.worker.people) if p.born), None),
        "sex": reading.worker.sex,
        "home_province": reading.worker.home_province,
        "place": str(where.place),
        "country": where.country,
        "since": where.since,
        "last_at": events[-1].at if events else row["first_at"],
        "flags": [str(flag.name) for flag in reading.view.flags],
    }


class Found(BaseModel):
    """A page of the result of a search."""

    workers: list[FoundShown]
    next: str | None = Field(None, description="The cursor of the next page; absent on the last.")
    being_worked_out: bool = Field(
        False,
        description="True, for callers with national reach alone, if the document has records that could not be taken in"
        " yet and have no number.",
    )


class FlaggedShown(BaseModel):
    """A flag on a worker."""

    number: str
    name: str
    severity: str = Field(description="alarm, task or note.")
    addressee: str = Field(description="The office that should act.")
    since: datetime
    until: datetime | None
    being_worked_out: bool = Field(
        False, description="True if later records of the worker could not be taken in yet."
    )


class DeparturesShown(BaseModel):
    """Workers who left under an employment contract."""

    destination: str
    year: int
    sex: int
    workers: int


class ReturnsShown(BaseModel):
    """Workers who came back from a country, or whose remains did."""

    country: str
    year: int
    sex: int
    workers: int


class FlagShown(BaseModel):
    """A flag: a condition on which an office should act, with the records on which it rests."""

    name: str
    severity: str = Field(description="alarm, task or note.")
    addressee: str = Field(description="The office that should act.")
    since: datetime
    until: datetime | None
    event_id: UUID | None = Field(description="The event that raised it; null if it was raised by time.")
    events: list[UUID] = Field(description="The records on which it rests.")


class WhereaboutsShown(BaseModel):
    """The worker's whereabouts, and their certainty."""

    place: str = Field(description="home, abroad, died, or unknown while the worker is being worked out.")
    country: str = Field(
        description="ISO 3166-1 alpha-3; empty if unknown. Of a worker who died: the country of the death."
    )
    since: datetime | None
    certainty: str = Field(description="sure, likely or uncertain.")
    last_heard_at: datetime | None = Field(
        description="The last sign of life: an act that involved the worker."
    )
    leave: bool = Field(description="Whether the worker is at home on leave, and the journey goes on.")
    remains_home_at: datetime | None
    rule: str | None = Field(description="The rule of the timeline from which it follows.")
    events: list[UUID] = Field(description="The records on which it rests.")


class NameShown(BaseModel):
    """A name in both scripts."""

    khmer: str | None
    latin: str | None


class DocumentOfWorker(BaseModel):
    """A document that the worker showed."""

    kind: str
    number: str = Field(description="The number, masked.")
    issued_by: str | None = Field(
        description="Issuing country, ISO 3166-1 alpha-3, or another issuer of ICAO 9303; null if it is not known."
    )
    holder: str = Field(description="The person to whom it was issued: own, mother, ...")


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
    documents: list[DocumentOfWorker] = Field(description="The documents shown, with masked numbers.")
    at: datetime = Field(description="The instant for which this answer holds.")
    whereabouts: WhereaboutsShown
    status: str | None = Field(description="Legal status now; null for a worker who died.")
    flags: list[FlagShown] = Field(description="The flags that hold now.")
    ended_flags: list[FlagShown] = Field(description="The flags that held before.")
    helped_by_mission: list[date] = Field(
        description="The first days of months in which a mission helped, for callers who learn no more of it."
    )
    events: int
    being_worked_out: bool = Field(
        False,
        description="True if records of the worker could not be taken in yet: lists and figures show an earlier state,"
        " and if place is unknown, journeys and flags could not be determined either.",
    )
    next_change: datetime | None = Field(
        description="The next instant at which this answer changes without a new event."
    )


def worker_dict(reading: Reading) -> dict[str, Any]:
    """Return the response body of a worker."""
    worker, now = reading.worker, reading.view
    person = worker.person
    born = next((p for p in reversed(worker.people) if p.born), None)
    names = {(p.khmer, p.latin): None for p in worker.people if p.khmer or p.latin}
    documents = {
        (d["kind"], masked(d["number"]), d.get("issued_by"), d.get("holder", DocumentHolder.OWN)): None
        for d in worker.documents
        if not is_placeholder(d["number"])
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
        "documents": [
            {"kind": kind, "number": number, "issued_by": issuer, "holder": holder}
            for kind, number, issuer, holder in documents
        ],
        "at": now.at,
        "whereabouts": {
            "place": where.place,
            "country": where.country,
            "since": where.since,
            "certainty": where.certainty,
            "last_heard_at": where.last_heard_at,
            "leave": where.leave,
            "remains_home_at": where.remains_home_at,
            "rule": None if where.basis is None else where.basis.rule,
            "events": () if where.basis is None else where.basis.events,
        },
        "status": now.status,
        "flags": [_flag(flag) for flag in now.flags],
        "ended_flags": [
            _flag(flag) for flag in worker.state.flags if flag.until is not None and flag.until <= now.at
        ],
        "helped_by_mission": reading.helped,
        "events": len(worker.events) if reading.folded else reading.records,
        "being_worked_out": reading.being_worked_out,
        "next_change": now.next_change,
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "name": flag.name,
        "severity": flag.severity,
        "addressee": flag.addressee,
        "since": flag.since,
        "until": flag.until,
        "event_id": flag.event_id,
        "events": flag.sources,
    }
