"""The page that shows who looked at a worker in the registry, with links to the same page of each record in its service."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.audits.entries import PageAsked, show_entries
from chassis.commands.runtime import runtime_of
from chassis.pages.record_links import audit_of_record
from chassis.pages.rendering import NavItem
from chassis.pages.translation import N_
from contracts.journeys.timeline_event import TimelineEvent
from services.registry.identity.number import parse, shown
from services.registry.permissions import AuditPage
from services.registry.queries.workers import reach_for
from services.registry.schemas.records import service_of
from services.registry.wording.events import RECORDS

AUDIT = "/registry/pages/audit"
MOST_RECORDS = 30
_CROSSING = N_("Crossing")
NAV = NavItem(AUDIT, N_("Who looked"), "registry.audit.read")

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/workers/{number}/audit", name="audit_of_worker_page")
async def audit_of_worker_page(
    request: Request,
    number: str,
    caller: AuditPage,
    page: PageAsked,
) -> Response:
    """Show who looked at a worker in a period. Raises NoWorkersNumber, RecordNotFound or OutOfReach."""
    _, reading = await reach_for(runtime_of(request), number, caller, None, entries=None)
    current = reading.worker.number
    return await show_entries(
        request,
        caller,
        "audit_of_worker.html",
        page,
        # The looks from before two workers were joined are named by the number of that time.
        numbers=sorted({current, parse(number)}),
        number=shown(current),
        records=_records(reading.worker.events, caller),
    )


def _records(events: Sequence[TimelineEvent], caller: Caller) -> list[dict[str, str]]:
    """Return the latest records of a worker that have an audit of their own which the caller may open, the latest first."""
    found: dict[str, dict[str, str]] = {}
    for event in reversed(events):
        noun = event.stream[:-37]
        url = audit_of_record(service_of(noun), event.stream, caller)
        if url is not None and len(found) < MOST_RECORDS:
            found.setdefault(event.stream, {"title": RECORDS.get(noun, _CROSSING), "url": url})
    return list(found.values())
