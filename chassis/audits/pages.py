"""The pages of the audit, for every service: what a person looked at or changed, and who looked at a record.

They need the permission ``<service>.audit.read``. A record's page needs the reach of the record; the entries of a person
are about records of all offices, and need the reach of the whole country. Each look at them is an entry of the audit.
"""

# No deferred annotations here: the permission types are made for each service, and FastAPI reads them as they are.
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from chassis.access.permissions import Caller, CallerFirstRoute, page_permission
from chassis.audits.entries import PageAsked, show_entries
from chassis.commands.execution import check_reach
from chassis.commands.runtime import OutOfReach, RecordNotFound, runtime_of
from chassis.pages.record_links import page_of_record
from chassis.pages.rendering import pages_of
from contracts.envelope import StreamName
from contracts.rulings import effective

_NO_RECORD = "there is no record of this name"
Officer = Annotated[str, Query(max_length=120, pattern=r"^([A-Za-z0-9][A-Za-z0-9_.:@-]*)?$")]


def audit_pages(service: str, *, records: bool, coarse: bool = False) -> APIRouter:
    """Return the pages of the audit of a service; with ``records`` also the page of one record.

    ``coarse`` is :attr:`chassis.service.Service.coarse_audit`.
    """
    router = APIRouter(route_class=CallerFirstRoute)
    may_read = Depends(page_permission(f"{service}.audit.read"))

    async def audit_page(
        request: Request,
        caller: Annotated[Caller, may_read],
        page: PageAsked,
        officer: Officer = "",
    ) -> Response:
        """Show what a person, or everybody, looked at in a period. Raises OutOfReach."""
        if not caller.reach.national:
            raise OutOfReach(
                "the audit is about the records of all offices",
                remedy="open the page of a record, and from there who looked at it",
            )
        titles = pages_of(request).services
        held = sorted(each.partition(".")[0] for each in caller.permissions if each.endswith(".audit.read"))
        return await show_entries(
            request,
            caller,
            "audit.html",
            page,
            officer=officer or None,
            services=[(name, titles.get(name, name)) for name in held],
        )

    async def audit_of_record_page(
        request: Request,
        stream: StreamName,
        caller: Annotated[Caller, may_read],
        page: PageAsked,
    ) -> Response:
        """Show who looked at a record in a period. Raises RecordNotFound or OutOfReach."""
        runtime = runtime_of(request)
        history = await runtime.store.load(stream)
        decider = runtime.decider_of(stream)
        if not history or decider is None:
            raise RecordNotFound(_NO_RECORD)
        check_reach(caller, decider.scope(decider.fold(effective(history))), _NO_RECORD)
        persons = [event.person.evidence_id for event in history if event.person is not None]
        record = history[0].stream[-36:]
        return await show_entries(
            request,
            caller,
            "audit_of_record.html",
            page,
            # Entries name the persons of a record, or the record or the event itself if it has none.
            evidence=[*persons, UUID(record), *(event.id for event in history)],
            about=[UUID(record)],
            stream=stream,
            coarse=coarse and not caller.reach.national,
            record=page_of_record(stream, caller),
        )

    router.get("/audit", name="audit_page")(audit_page)
    if records:
        router.get("/audit/{stream}", name="audit_of_record_page")(audit_of_record_page)
    return router
