"""The registry's pages: the search, and a page per worker that reloads when a new event arrives."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import ValidationError

from chassis.access.permissions import CallerFirstRoute
from chassis.base.logs import correlation
from chassis.base.metrics import gauge
from chassis.commands.runtime import Runtime
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from contracts.codes.people import Sex
from contracts.codes.places import PROVINCES
from services.registry.drawing import picture
from services.registry.identity.number import NotANumber, parse, shown
from services.registry.permissions import TimelinePage, WorkerSearchPage
from services.registry.projections.entry_pages import latest_first
from services.registry.projections.timeline import Timelines
from services.registry.queries import (
    MOST_FOUND,
    DocumentAsked,
    Search,
    find,
    look,
    moved_to,
    reach_for,
)
from services.registry.wording import events as words
from services.registry.wording import flags as flag_words
from services.registry.wording.worker import (
    born_shown,
    documents_shown,
    journeys_shown,
)

SEARCH = "/registry/pages/search"
NAV = NavItem(SEARCH, N_("Workers"), "registry.worker.search")
PAGE = 100
"""Events on one page of a worker; older ones follow on further pages."""
MOST_LISTED = 20
"""Flags, documents and names of a worker listed beside the events, at most."""
CONNECTION_SECONDS = 1.0
"""Seconds between checks whether the page is still open."""
STREAM_DURATION = 600.0
"""Seconds after which the stream of server-sent events ends; the browser then connects again."""

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/search", name="ask")
async def ask(request: Request, caller: WorkerSearchPage) -> Response:
    """Show the search form."""
    return pages_of(request).render(
        request,
        "search.html",
        asked="",
        workers=None,
        beyond=0,
        unnumbered=False,
        most=MOST_FOUND,
        wrong=None,
    )


@router.post("/search", name="search")
async def search(
    request: Request, caller: WorkerSearchPage, text: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """The result of a search. The form uses POST, so that no name appears in an address."""
    runtime: Runtime = request.app.state.runtime
    text = text.strip()
    workers: list[dict[str, Any]] = []
    beyond, unnumbered, wrong = 0, False, None
    try:
        for asked in readings_of(text):
            workers, beyond, unnumbered = await find(runtime, caller, asked)
            if workers or beyond or unnumbered:
                break
    except (ValidationError, ValueError):
        wrong = N_("Type a number, a document, a name or a phone number.")
    await runtime.audit.look(
        caller, "search_workers", numbers=[row["number"] for row in workers], correlation=correlation()
    )
    if len(workers) == 1 and not beyond and not unnumbered:
        return RedirectResponse(f"/registry/pages/workers/{shown(workers[0]['number'])}", 303)
    rows = [row | {"shown": shown(row["number"])} for row in workers]
    return pages_of(request).render(
        request,
        "search.html",
        asked=text,
        workers=rows,
        beyond=beyond,
        unnumbered=unnumbered,
        most=MOST_FOUND,
        wrong=wrong,
        **_vocabulary(),
    )


def readings_of(text: str) -> list[Search]:
    """Return the searches that a text may mean, the most certain first. Raises ValueError for an empty text."""
    found: list[Search] = []
    if not text:
        raise ValueError("empty")
    try:
        found.append(Search(number=parse(text)))
    except NotANumber:
        pass
    digits = sum(character.isdigit() for character in text)
    if digits >= 4:
        found.append(Search(document=DocumentAsked(number=text)))
        if digits >= 8 and not any(character.isalpha() for character in text):
            found.append(Search(phone=text))
    else:
        found.append(Search(name=text))
    return found


@router.get("/workers/{number}", name="worker_page")
async def worker_page(
    request: Request,
    number: str,
    caller: TimelinePage,
    documents: str = "",
    begin: Annotated[UUID | None, Query(alias="from")] = None,
) -> Response:
    """A worker's whereabouts, journeys as a picture, and events with the office that recorded them, a page at a time."""
    runtime: Runtime = request.app.state.runtime
    whole = documents == "shown"
    reading = await look(
        runtime,
        number,
        caller,
        "read_worker_documents" if whole else "read_timeline",
        None,
        entries=latest_first(PAGE, begin),
    )
    if isinstance(reading, str):
        return RedirectResponse(moved_to(request.url.path, request.url.query, number, reading), 307)
    journeys, others = journeys_shown(reading, caller)
    return pages_of(request).render(
        request,
        "worker.html",
        reading=reading,
        number=shown(reading.worker.number),
        person=reading.worker.person,
        documents=documents_shown(reading, whole),
        whole=whole,
        withheld={form: reading.worker.withheld.count(form) for form in ("sealed", "erased")},
        wide=picture.wide(reading.worker.state, runtime.clock.now()),
        tall=picture.tall(reading.worker.state, runtime.clock.now()),
        journeys=journeys,
        others=others,
        born=born_shown(reading),
        names=list(dict.fromkeys(person.latin for person in reading.worker.people if person.latin)),
        most=MOST_LISTED,
        **_vocabulary(),
    )


def _vocabulary() -> dict[str, Any]:
    return {
        "country": words.country,
        "flags": flag_words.FLAGS,
        "alarms": flag_words.ALARMS,
        "provinces": PROVINCES,
        "sexes": Sex,
    }


async def within_reach(request: Request, number: str, caller: TimelinePage) -> UUID:
    """Return a node of a worker within the caller's reach, if one more page may be open.

    Raises NoWorkersNumber, RecordNotFound, OutOfReach or TooManyOpenPages.
    """
    runtime: Runtime = request.app.state.runtime
    runtime.opened_as(Timelines).changes.admit()
    node, _ = await reach_for(runtime, number, caller, None, entries=None)
    return node


SSE_CLIENTS = gauge("domnaer_sse_clients", "Pages that wait for server-sent events now.")


@router.get("/workers/{number}/events", name="news", response_class=EventSourceResponse)
async def news(
    request: Request, caller: TimelinePage, node: Annotated[UUID, Depends(within_reach)]
) -> AsyncIterator[ServerSentEvent]:
    """A stream that sends a signal without content when an event about a worker arrives: the page then reloads, audited."""
    runtime: Runtime = request.app.state.runtime
    changes = runtime.opened_as(Timelines).changes
    until = time.monotonic() + STREAM_DURATION
    with SSE_CLIENTS.labels(runtime.service).track_inprogress(), changes.watch(node) as watch:
        while time.monotonic() < until and not await request.is_disconnected():
            if (state := await watch.changed(CONNECTION_SECONDS)) is not None:
                yield ServerSentEvent(data={"state": state})
