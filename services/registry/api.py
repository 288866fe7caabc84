"""The routes of the registry: search, a worker, a timeline, flagged workers, figures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AfterValidator

from chassis.base.logs import correlation
from chassis.commands.routes import CommandRouter
from chassis.commands.runtime import runtime_of
from chassis.http.pagination import MOST, After, Limit, Page, decode_cursor, encode_cursor
from contracts.times import Moment
from services.registry.fold.flags import FlagName
from services.registry.identity.number import shown
from services.registry.permissions import FiguresRead, TimelineRead, WorkerRead, WorkerSearch
from services.registry.projections.entry_pages import in_order
from services.registry.projections.figures import departures_by_year
from services.registry.projections.lists import flagged
from services.registry.queries import Search, find, found_of, look, moved_to, timeline_of
from services.registry.schemas.timelines import TimelineShown, timeline_dict
from services.registry.schemas.workers import DeparturesShown, FlaggedShown, Found, WorkerShown, worker_dict

routes = CommandRouter()


@routes.post("/workers/search", name="search_workers")
async def search_workers(request: Request, asked: Search, caller: WorkerSearch) -> Found:
    """Search for a worker. Of workers beyond the caller's reach, the answer gives only the number."""
    runtime = runtime_of(request)
    workers, beyond, unnumbered = await find(runtime, caller, asked)
    await runtime.audit.look(
        caller,
        "search_workers",
        numbers=[row["number"] for row in workers],
        correlation=correlation(),
        detail={"by": sorted(name for name, value in asked if value is not None), "beyond": beyond},
    )
    return Found(workers=[found_of(row) for row in workers], beyond_reach=beyond, being_worked_out=unnumbered)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the year must be between 1 and 9999, also in UTC") from None


AsOf = Annotated[
    Annotated[Moment, AfterValidator(_in_utc)] | None,
    Query(description="The state from the events recorded by this time; ISO 8601 with offset."),
]


@routes.get("/workers/{number}", name="read_one", response_model=WorkerShown)
async def read_one(request: Request, number: str, caller: WorkerRead, as_of: AsOf = None) -> Response:
    """A worker: name, whereabouts and flags. A number that was joined to another answers 307."""
    found = await look(runtime_of(request), number, caller, "read_worker", as_of, entries=None)
    return redirect(request, number, found) if isinstance(found, str) else _json(worker_dict(found))


@routes.get("/workers/{number}/timeline", name="read_timeline", response_model=TimelineShown)
async def read_timeline(
    request: Request,
    number: str,
    caller: TimelineRead,
    as_of: AsOf = None,
    limit: Limit = MOST,
    cursor: After = None,
) -> Response:
    """A worker's journeys, and a page of their events, folded from the events received so far."""
    entries = in_order(limit, None if cursor is None else decode_cursor(cursor, datetime, UUID))
    found = await look(runtime_of(request), number, caller, "read_timeline", as_of, entries=entries)
    return redirect(request, number, found) if isinstance(found, str) else _json(timeline_dict(found))


@routes.get("/flags", name="list_flagged")
async def list_flagged(
    request: Request,
    caller: WorkerSearch,
    limit: Limit = 50,
    cursor: After = None,
    name: Annotated[FlagName | None, Query(description="A flag's name; all flags if absent.")] = None,
) -> Page[FlaggedShown]:
    """The flags that hold today on workers within reach, the latest raised first.

    A page may hold fewer flags than ``limit``, or none; go on while it has a ``next``.
    """
    runtime = runtime_of(request)
    after: Any = None if cursor is None else decode_cursor(cursor, datetime, str, str)
    rows, further = await flagged(
        timeline_of(runtime).pool, caller.reach, runtime.clock.now(), name, after, limit
    )
    await runtime.audit.look(
        caller, "list_flagged", numbers=[row["number"] for row in rows], correlation=correlation()
    )
    return Page(
        items=tuple(FlaggedShown(**{**row, "number": shown(row["number"])}) for row in rows),
        next=None if further is None else encode_cursor(*further),
    )


@routes.get("/figures/departures", name="departures")
async def departures(request: Request, caller: FiguresRead) -> list[DeparturesShown]:
    """Workers who left under an employment contract, by destination, year and sex."""
    runtime = runtime_of(request)
    return [DeparturesShown(**row) for row in await departures_by_year(timeline_of(runtime).pool)]


def redirect(request: Request, number: str, current: str) -> Response:
    """Return a redirect to the current number. It is temporary (307): a later split may bring the old number back."""
    return RedirectResponse(moved_to(request.url.path, request.url.query, number, current), 307)


def _json(content: Any) -> Response:
    return Response(orjson.dumps(content, default=str), media_type="application/json")
