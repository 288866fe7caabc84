"""The event stream that reports changed workers to their open pages; all tabs of a browser share one (``live.js``)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from chassis.access.permissions import Caller, CallerFirstRoute, is_signed_in
from chassis.base.metrics import gauge
from chassis.commands.runtime import OutOfReach, RecordNotFound, Runtime
from services.registry.permissions import TimelinePage
from services.registry.projections.change_feed import Watch
from services.registry.projections.reading import Reading
from services.registry.projections.timeline import Timelines
from services.registry.queries.workers import NoWorkersNumber, reach_for

CONNECTION_SECONDS = 1.0
"""Seconds between checks whether the page is still open."""
STREAM_DURATION = 600.0
"""Seconds after which the stream of server-sent events ends; the browser then connects again."""
MOST_OF_A_BROWSER = 50
"""The largest number of workers that one stream watches."""
SSE_CLIENTS = gauge("domnaer_sse_clients", "Browsers that wait for server-sent events now.")

router = APIRouter(route_class=CallerFirstRoute)


@dataclass(frozen=True, slots=True)
class Watched:
    """A worker on an open page: a node, and what the caller's page showed."""

    node: UUID
    shown: tuple[object, ...]


Numbers = Annotated[list[str], Query(min_length=1, max_length=MOST_OF_A_BROWSER)]


async def watched(request: Request, of: Numbers, caller: TimelinePage) -> Mapping[str, Watched]:
    """Return the workers within the caller's reach by number, if so many more pages may be open.

    A number that names no such worker is left out. If none is left, raises NoWorkersNumber, RecordNotFound or OutOfReach for
    the last one; raises TooManyOpenPages.
    """
    runtime: Runtime = request.app.state.runtime
    runtime.opened_as(Timelines).changes.admit(len(of))
    found: dict[str, Watched] = {}
    refused: OutOfReach | RecordNotFound | NoWorkersNumber | None = None
    for number in of:
        try:
            node, reading = await reach_for(runtime, number, caller, None, entries=None)
        except (OutOfReach, RecordNotFound, NoWorkersNumber) as error:
            refused = error
        else:
            found[number] = Watched(node, _fingerprint(reading))
    if not found and refused is not None:
        raise refused
    return found


def _fingerprint(reading: Reading) -> tuple[object, ...]:
    """Return a value that changes when the page of a worker, as this caller sees it, changes."""
    shown = tuple(sorted(event.event_id for event in reading.worker.events))
    return shown, reading.records, reading.view.whereabouts, tuple(reading.view.flags), reading.helped


@router.get("/news", name="news", response_class=EventSourceResponse)
async def news(
    request: Request, caller: TimelinePage, pages: Annotated[Mapping[str, Watched], Depends(watched)]
) -> AsyncIterator[ServerSentEvent]:
    """A stream that sends the number of a worker when the caller's page of it changes: the page then reloads, audited.

    An event that the caller may not see sends no signal. The stream ends with the caller's session, or with the reach of the
    last worker.
    """
    runtime: Runtime = request.app.state.runtime
    changes = runtime.opened_as(Timelines).changes
    until = time.monotonic() + STREAM_DURATION
    shown = {number: page.shown for number, page in pages.items()}
    with SSE_CLIENTS.labels(runtime.service).track_inprogress(), ExitStack() as watching:
        watches = {number: watching.enter_context(changes.watch(page.node)) for number, page in pages.items()}
        while (
            watches
            and time.monotonic() < until
            and is_signed_in(request)
            and not await request.is_disconnected()
        ):
            for number in await _changed(watches):
                fresh = await _fresh(runtime, number, caller)
                if fresh is None:
                    del watches[number]
                elif fresh != shown[number]:
                    shown[number] = fresh
                    yield ServerSentEvent(data={"changed": number})


async def _changed(watches: Mapping[str, Watch]) -> list[str]:
    """Return the workers that have changed since the last call, once there is one, or none after a second."""
    waiting = {
        asyncio.ensure_future(watch.changed(CONNECTION_SECONDS)): number for number, watch in watches.items()
    }
    try:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        return [waiting[each] for each in done if each.result() is not None]
    finally:
        for each in waiting:
            each.cancel()


async def _fresh(runtime: Runtime, number: str, caller: Caller) -> tuple[object, ...] | None:
    try:
        _, reading = await reach_for(runtime, number, caller, None, entries=None)
    except (OutOfReach, RecordNotFound):
        return None
    return _fingerprint(reading)
