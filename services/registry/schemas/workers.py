"""The response models of workers, flags and figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.store.persons import masked
from services.registry.fold.flags import Flag
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


class Found(BaseModel):
    """The result of a search."""

    workers: list[FoundShown]
    beyond_reach: int = Field(description="The number of further workers, beyond the reach of the caller.")
    being_worked_out: bool = Field(
        False,
        description="True if the document has records that could not be taken in yet and have no number.",
    )


class FlaggedShown(BaseModel):
    """A flag on a worker."""

    number: str
    name: str
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


class FlagShown(BaseModel):
    """A flag: a condition that an office should look at."""

    name: str
    since: datetime
    until: datetime | None
    event_id: UUID | None = Field(description="The event that raised it; null if it was raised by time.")


class WhereaboutsShown(BaseModel):
    """The worker's whereabouts, and their certainty."""

    place: str = Field(description="home, abroad, or unknown while the worker is being worked out.")
    country: str = Field(description="ISO 3166-1 alpha-3; empty if unknown.")
    since: datetime | None
    certainty: str = Field(
        description="sure (a sign of life within 90 days), likely (within a year) or uncertain."
    )
    last_heard_at: datetime | None


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
    documents = {(d["kind"], masked(d["number"]), d.get("issued_by", "KHM")): None for d in worker.documents}
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
        "events": len(worker.events) if reading.folded else reading.records,
        "being_worked_out": reading.being_worked_out,
        "next_change": now.next_change,
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {"name": flag.name, "since": flag.since, "until": flag.until, "event_id": flag.event_id}
