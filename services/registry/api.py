"""What the registry serves: search, a worker, a timeline, flagged workers, figures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import unquote
from uuid import UUID

import orjson
from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from chassis.access.permissions import Caller, permission
from chassis.base.logs import correlation
from chassis.commands.routes import CommandRouter
from chassis.commands.runtime import OutOfReach, RecordNotFound, Runtime
from chassis.http.pagination import After, Limit, Page, decode_cursor, page_of
from chassis.projections.builds import LiveBuild
from contracts.codes.documents import KINDS, DocumentKind
from contracts.codes.places import Country
from contracts.envelope import Document
from contracts.refusal import Refusal
from contracts.text import DocumentNumber, PhoneNumber, PlaceText, normal_phone, readable
from contracts.times import Moment
from services.registry.fold.flags import FlagName
from services.registry.identity.names import asked_keys
from services.registry.identity.number import NotANumber, parse, shown
from services.registry.projections.reading import (
    Reading,
    departures_by_year,
    find_node,
    find_people,
    flagged,
    fold_worker,
    read_worker,
    summaries,
)
from services.registry.projections.timeline import Timelines
from services.registry.schemas import (
    DeparturesShown,
    FlaggedShown,
    Found,
    FoundShown,
    TimelineShown,
    WorkerShown,
    timeline_dict,
    worker_dict,
)

WorkerSearch = Annotated[Caller, Depends(permission("registry.worker.search"))]
WorkerRead = Annotated[Caller, Depends(permission("registry.worker.read"))]
TimelineRead = Annotated[Caller, Depends(permission("registry.timeline.read"))]
FiguresRead = Annotated[Caller, Depends(permission("registry.figures.read"))]

desk = CommandRouter()
MOST_FOUND = 50


class NoWorkersNumber(Refusal):
    """This is no worker's number"""

    code = "no-workers-number"
    status = 404


NameAsked = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(readable)]


class DocumentAsked(BaseModel):
    """A document as shown. Without its kind, all kinds that name one person are tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: DocumentNumber
    kind: DocumentKind | None = None
    issued_by: Country | None = Field(
        None, description="Issuing country; Cambodia and Thailand where absent."
    )
    place: PlaceText | None = Field(None, description="Issuing place of a border pass.")


class Search(BaseModel):
    """Whom to look for: by number, document, name in either script, or phone; all that is given must fit."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"name": "SOK Chanthy"}]}
    )

    number: str | None = Field(None, max_length=40, description="A worker's number.")
    document: DocumentAsked | None = Field(None, description="A document.")
    name: NameAsked | None = Field(None, description="A name, in any order and spelling.")
    phone: PhoneNumber | None = Field(None, description="A phone number.")

    @model_validator(mode="after")
    def _something(self) -> Search:
        if not any((self.number, self.document, self.name, self.phone)):
            raise ValueError("give a number, a document, a name or a phone number")
        return self


def timeline_of(runtime: Runtime) -> LiveBuild:
    """The live build of the timelines."""
    return runtime.opened_as(Timelines).live


@desk.post("/workers/search", name="search_workers")
async def search_workers(request: Request, asked: Search, caller: WorkerSearch) -> Found:
    """Look for a worker. Beyond the caller's reach, only how many there are is answered."""
    runtime: Runtime = request.app.state.runtime
    workers, beyond = await find(runtime, caller, asked)
    await runtime.audit.look(
        caller,
        "search_workers",
        numbers=[row["number"] for row in workers],
        correlation=correlation(),
        detail={"by": sorted(name for name, value in asked if value is not None), "beyond": beyond},
    )
    return Found(workers=[found_of(row) for row in workers], beyond_reach=beyond)


def found_of(row: dict[str, Any]) -> FoundShown:
    """A worker in a list."""
    born = row["born"]
    fields = {name: row[name] for name in FoundShown.model_fields if name not in ("number", "born")}
    return FoundShown(number=shown(row["number"]), born=None if born is None else born.isoformat(), **fields)


async def find(runtime: Runtime, caller: Caller, asked: Search) -> tuple[list[dict[str, Any]], int]:
    """The workers whom a search finds within reach, and how many are beyond."""
    pool = timeline_of(runtime).pool
    candidates: list[set[str]] = []
    order: list[str] = []
    if asked.number:
        try:
            node = await find_node(pool, parse(asked.number))
        except NotANumber:
            node = None
        candidates.append(await _numbers(pool, [] if node is None else [node]))
    if asked.document is not None:
        candidates.append(await _numbers(pool, nodes_of(runtime, asked.document)))
    keys: list[list[str]] = []
    if asked.name:
        keys += asked_keys(asked.name)
    if asked.phone is not None:
        keys.append(["p:" + normal_phone(asked.phone)])
    if keys:
        order = await find_people(pool, keys, MOST_FOUND)
        candidates.append(set(order))
    numbers = set.intersection(*candidates)
    ordered = [number for number in order if number in numbers] or sorted(numbers)
    return await summaries(pool, ordered, caller.reach, runtime.clock.now())


def nodes_of(runtime: Runtime, asked: DocumentAsked) -> list[UUID]:
    """The nodes that a document may be."""
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


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time lies between the years 1 and 9999, in UTC too") from None


AsOf = Annotated[
    Annotated[Moment, AfterValidator(_in_utc)] | None,
    Query(description="As it stood with all that had been recorded by then; ISO 8601 with offset."),
]


@desk.get("/workers/{number}", name="read_one", response_model=WorkerShown)
async def read_one(request: Request, number: str, caller: WorkerRead, as_of: AsOf = None) -> Response:
    """A worker: who, where, and what to look at. A number that was joined to another answers 307."""
    reading = await look(request, number, caller, "read_worker", as_of, details=False)
    return reading if isinstance(reading, Response) else _json(worker_dict(reading))


@desk.get("/workers/{number}/timeline", name="read_timeline", response_model=TimelineShown)
async def read_timeline(request: Request, number: str, caller: TimelineRead, as_of: AsOf = None) -> Response:
    """A worker's journeys and all events on them, folded from what was heard up to this moment."""
    reading = await look(request, number, caller, "read_timeline", as_of, details=True)
    return reading if isinstance(reading, Response) else _json(timeline_dict(reading))


@desk.get("/flags", name="list_flagged")
async def list_flagged(
    request: Request,
    caller: WorkerSearch,
    limit: Limit = 50,
    cursor: After = None,
    name: Annotated[FlagName | None, Query(description="A flag's name; all where absent.")] = None,
) -> Page[FlaggedShown]:
    """Flags that hold today on workers within reach, the latest raised first."""
    runtime: Runtime = request.app.state.runtime
    after: Any = None if cursor is None else decode_cursor(cursor, datetime, str, str)
    rows = await flagged(timeline_of(runtime).pool, caller.reach, runtime.clock.now(), name, after, limit + 1)
    await runtime.audit.look(
        caller, "list_flagged", numbers=[row["number"] for row in rows[:limit]], correlation=correlation()
    )
    return page_of(
        rows,
        limit,
        lambda row: FlaggedShown(**{**row, "number": shown(row["number"])}),
        lambda row: (row["since"], row["number"], row["name"]),
    )


@desk.get("/figures/departures", name="departures")
async def departures(request: Request, caller: FiguresRead) -> list[DeparturesShown]:
    """Workers who left under an employment contract, by destination, year and sex."""
    runtime: Runtime = request.app.state.runtime
    return [DeparturesShown(**row) for row in await departures_by_year(timeline_of(runtime).pool)]


async def look(
    request: Request, number: str, caller: Caller, action: str, as_of: datetime | None, *, details: bool
) -> Reading | Response:
    """A worker by number, with the look kept before it is answered; a redirect where the number was joined.

    Raises NoWorkersNumber, RecordNotFound or OutOfReach.
    """
    runtime: Runtime = request.app.state.runtime
    node, reading = await reach_for(runtime, number, caller, as_of, details=details)
    wanted = parse(number)
    if reading.worker.number != wanted:
        current = reading.worker
        if (
            as_of is not None
        ):  # before two records were joined the number may have been another's: who is it today?
            current = await fold_worker(timeline_of(runtime).pool, [node]) or current
        if current.number != wanted:
            return RedirectResponse(_moved(request, number, current.number), 307)
    await runtime.audit.look(
        caller,
        action,
        evidence=[person.evidence_id for person in reading.worker.people[:500]],
        numbers=[reading.worker.number],
        correlation=correlation(),
    )
    return reading


def _moved(request: Request, number: str, current: str) -> str:
    """The address asked for, with the number that holds today."""
    path = unquote(request.url.path).replace(number, shown(current))
    return f"{path}?{request.url.query}" if request.url.query else path


async def reach_for(
    runtime: Runtime, number: str, caller: Caller, as_of: datetime | None, *, details: bool
) -> tuple[UUID, Reading]:
    """A node of the worker who has or had a number, and the worker, if within the caller's reach.

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
        pool, [node], caller.reach, as_of or runtime.clock.now(), as_of=as_of, details=details
    )
    if beyond:
        raise OutOfReach("the worker's journeys touch none of your posts, countries, provinces or agencies")
    if reading is None:
        raise RecordNotFound("nothing that was recorded by then stands", remedy="ask without as_of")
    return node, reading


def _json(content: Any) -> Response:
    return Response(orjson.dumps(content, default=str), media_type="application/json")
