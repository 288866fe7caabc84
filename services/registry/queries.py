"""Audited searches and views of workers within the caller's reach, for routes and pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import unquote
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import OutOfReach, RecordNotFound, Runtime
from chassis.projections.live_build import LiveBuild
from contracts.codes.documents import KINDS, DocumentKind
from contracts.codes.places import Country
from contracts.envelope import Document
from contracts.refusal import Refusal
from contracts.text import DocumentNumber, PhoneNumber, PlaceText, normal_phone, readable
from services.registry.identity.names import search_keys
from services.registry.identity.number import NotANumber, parse, shown
from services.registry.projections.entry_pages import Choose
from services.registry.projections.lists import find_people, summaries, without_number
from services.registry.projections.reading import (
    Reading,
    find_node,
    fold_worker,
    read_worker,
)
from services.registry.projections.timeline import Timelines
from services.registry.schemas.workers import FoundShown

MOST_FOUND = 50


class NoWorkersNumber(Refusal):
    """This is not a worker's number"""

    code = "no-workers-number"
    status = 404


NameAsked = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(readable)]


class DocumentAsked(BaseModel):
    """A document that was shown. Without a kind, all kinds that name one person are tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: DocumentNumber
    kind: DocumentKind | None = None
    issued_by: Country | None = Field(None, description="Issuing country; Cambodia and Thailand if absent.")
    place: PlaceText | None = Field(None, description="Issuing place of a border pass.")


class Search(BaseModel):
    """A search by number, document, name in either script, or phone; a worker must match everything that is given."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"name": "SOK Chanthy"}]}
    )

    number: str | None = Field(None, max_length=40, description="A worker's number.")
    document: DocumentAsked | None = Field(None, description="A document.")
    name: NameAsked | None = Field(None, description="A name, in any order and spelling.")
    phone: PhoneNumber | None = Field(None, description="A phone number.")

    @model_validator(mode="after")
    def _not_empty(self) -> Search:
        if not any((self.number, self.document, self.name, self.phone)):
            raise ValueError("give a number, a document, a name or a phone number")
        return self


def timeline_of(runtime: Runtime) -> LiveBuild:
    """Return the live build of the timelines."""
    return runtime.opened_as(Timelines).live


def found_of(row: dict[str, Any]) -> FoundShown:
    """Return a row as a worker in a list."""
    born = row["born"]
    fields = {name: row[name] for name in FoundShown.model_fields if name not in ("number", "born")}
    return FoundShown(number=shown(row["number"]), born=None if born is None else born.isoformat(), **fields)


async def find(runtime: Runtime, caller: Caller, asked: Search) -> tuple[list[dict[str, Any]], int, bool]:
    """Return the workers within reach that a search finds, and the number of workers beyond reach.

    And True if the records of the document are being worked out, so that they have no number yet.
    """
    pool = timeline_of(runtime).pool
    candidates: list[set[str]] = []
    unnumbered = False
    order: list[str] = []
    if asked.number:
        try:
            node = await find_node(pool, parse(asked.number))
        except NotANumber:
            node = None
        candidates.append(await _numbers(pool, [] if node is None else [node]))
    if asked.document is not None:
        nodes = nodes_of(runtime, asked.document)
        candidates.append(await _numbers(pool, nodes))
        unnumbered = await without_number(pool, nodes)
    keys: list[list[str]] = []
    if asked.name:
        keys += search_keys(asked.name)
    if asked.phone is not None:
        keys.append(["p:" + normal_phone(asked.phone)])
    if keys:
        order = await find_people(pool, keys, MOST_FOUND)
        candidates.append(set(order))
    numbers = set.intersection(*candidates)
    ordered = [number for number in order if number in numbers] or sorted(numbers)
    return *await summaries(pool, ordered, caller.reach, runtime.clock.now()), unnumbered


def nodes_of(runtime: Runtime, asked: DocumentAsked) -> list[UUID]:
    """Return the nodes that a document may have."""
    kinds = [asked.kind] if asked.kind else [kind for kind, about in KINDS.items() if about.names_one_person]
    countries = [asked.issued_by] if asked.issued_by else ["KHM", "THA"]
    handles = runtime.handles.of_all(
        [
            Document(kind=kind, number=asked.number, issued_by=country, place=asked.place)
            for kind in kinds
            for country in countries
        ]
    )
    return [UUID(handle) for handle in handles]


async def _numbers(pool: Any, nodes: list[UUID]) -> set[str]:
    if not nodes:
        return set()
    rows = await pool.fetch("SELECT DISTINCT number FROM members WHERE node = ANY($1::uuid[])", nodes)
    return {row["number"] for row in rows}


async def look(
    runtime: Runtime,
    number: str,
    caller: Caller,
    action: str,
    as_of: datetime | None,
    *,
    entries: Choose | None,
) -> Reading | str:
    """Return a worker by number, after the audit entry is committed; or the current number if this one was joined to it.

    Raises NoWorkersNumber, RecordNotFound or OutOfReach.
    """
    node, reading = await reach_for(runtime, number, caller, as_of, entries=entries)
    wanted = parse(number)
    if reading.worker.number != wanted:
        current = reading.worker
        if as_of is not None:  # before the records were joined, another worker may have had the number
            current = await fold_worker(timeline_of(runtime).pool, [node]) or current
        if current.number != wanted:
            return current.number
    await runtime.audit.look(
        caller,
        action,
        evidence=[person.evidence_id for person in reading.worker.people[:500]],
        numbers=[reading.worker.number],
        correlation=correlation(),
    )
    return reading


def moved_to(path: str, query: str, number: str, current: str) -> str:
    """Return the requested address with the current number."""
    path = unquote(path).replace(number, shown(current))
    return f"{path}?{query}" if query else path


async def reach_for(
    runtime: Runtime, number: str, caller: Caller, as_of: datetime | None, *, entries: Choose | None
) -> tuple[UUID, Reading]:
    """Return the worker who has or had a number, with a node of the worker, if within the caller's reach.

    Raises NoWorkersNumber, RecordNotFound or OutOfReach.
    """
    try:
        wanted = parse(number)
    except NotANumber as error:
        raise NoWorkersNumber(str(error), remedy="read it again from the paper, or search") from None
    pool = timeline_of(runtime).pool
    node = await find_node(pool, wanted)
    if node is None:
        raise RecordNotFound("no worker has this number", remedy="search by document, name or phone")
    reading, beyond = await read_worker(
        pool, [node], caller.reach, as_of or runtime.clock.now(), as_of=as_of, entries=entries
    )
    if beyond:
        raise OutOfReach("the worker's journeys touch none of your posts, countries, provinces or agencies")
    if reading is None:
        raise RecordNotFound("no valid event was recorded by then", remedy="ask without as_of")
    if not reading.worker.number:  # it was never settled since the number was made
        reading.worker.number = wanted
    return node, reading
