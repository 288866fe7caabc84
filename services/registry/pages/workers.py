"""The registry's pages: the search, and a page per worker that reloads when a new event arrives."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.base.logs import correlation
from chassis.commands.runtime import Runtime, runtime_of
from chassis.exports.files import Kind
from chassis.http.pagination import Page
from chassis.http.validation_errors import parse
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from contracts.codes.people import Sex
from contracts.codes.places import PROVINCES
from contracts.document_number import is_placeholder
from contracts.machine_readable import number_in_line
from services.registry.drawing import picture
from services.registry.identity.number import shown
from services.registry.permissions import TimelinePage, WorkerSearchPage
from services.registry.projections.entry_pages import latest_first
from services.registry.projections.saved_searches import saved_by
from services.registry.queries.candidates import candidates_of_search
from services.registry.queries.previews import preview
from services.registry.queries.workers import (
    FoundWorkers,
    find,
    look,
    moved_to,
    number_of_record,
    timeline_of,
)
from services.registry.schemas.previews import Restated, preview_dict
from services.registry.schemas.searches import Search, like_a_number, meanings_of
from services.registry.wording import flags as flag_words
from services.registry.wording import rules as rule_words
from services.registry.wording.lists import WORKERS_LIST
from services.registry.wording.previews import sentences
from services.registry.wording.sentences import country
from services.registry.wording.worker import (
    born_shown,
    documents_shown,
    journeys_shown,
)

SEARCH = "/registry/pages/search"
NAV = NavItem(SEARCH, N_("Workers"), "registry.worker.search", search=N_("Number, document, name or phone"))
PAGE = 100
"""Events on one page of a worker; older ones follow on further pages."""
MOST_LISTED = 20
"""Flags, documents and names of a worker listed beside the events, at most."""

_RESTATED: TypeAdapter[Restated] = TypeAdapter(Restated)

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/search", name="ask")
async def ask(
    request: Request,
    caller: WorkerSearchPage,
    done: Annotated[Literal["saved", "deleted"] | None, Query()] = None,
) -> Response:
    """Show the search form, with the searches that the caller keeps; ``done`` is what the form before has done."""
    return await _result(request, caller, "", None, done=done)


@router.post("/search", name="search")
async def search(
    request: Request,
    caller: WorkerSearchPage,
    text: Annotated[str, Form(max_length=200)] = "",
    meaning: Annotated[int, Form(ge=0, le=9)] = 0,
    cursor: Annotated[str | None, Form(max_length=500)] = None,
    file: Annotated[Kind | None, Form()] = None,
) -> Response:
    """A page of the result of a search. The form uses POST, so that no name appears in an address.

    A text may have several meanings. The first with a result is shown; a further page names its place in the list.
    """
    runtime: Runtime = request.app.state.runtime
    text = text.strip()
    found = FoundWorkers([], False, None)
    meanings: list[Search] = []
    wrong = cannot_be_right(text)
    if wrong is None:
        try:
            meanings = meanings_of(text)
        except ValueError:
            wrong = N_("Type a number, a document, a name or a phone number.")
    for nth in range(meaning, len(meanings)):
        meaning, found = nth, await find(runtime, caller, meanings[nth], cursor)
        if found.rows or found.unnumbered or found.further:
            break

    async def listed(after: str | None, limit: int) -> Page[dict[str, Any]]:
        further = await find(runtime, caller, meanings[meaning], after, limit)
        numbers = [row["number"] for row in further.rows]
        await runtime.audit.look(caller, "search_workers", numbers=numbers, correlation=correlation())
        return Page(items=tuple(further.rows), next=further.further)

    async def finding(pool: Pool, most: int) -> object:
        return await candidates_of_search(pool, caller, meanings[meaning], most)

    if file is not None and found.rows:
        pool = timeline_of(runtime).pool
        return await WORKERS_LIST.answer(
            request, caller, file, listed, {"text": "text"}, finding=finding, pool=pool
        )
    await runtime.audit.look(
        caller, "search_workers", numbers=[row["number"] for row in found.rows], correlation=correlation()
    )
    whole = cursor is None and found.further is None
    if whole and len(found.rows) == 1 and not found.unnumbered:
        return RedirectResponse(f"/registry/pages/workers/{shown(found.rows[0]['number'])}", 303)
    return await _result(request, caller, text, found, wrong, whole=whole, meaning=meaning)


async def _result(
    request: Request,
    caller: Caller,
    text: str,
    found: FoundWorkers | None,
    wrong: str | None = None,
    done: str | None = None,
    **more: Any,
) -> Response:
    nothing = found is not None and not found.rows and not found.unnumbered and wrong is None
    return pages_of(request).render(
        request,
        "search.html",
        asked=text,
        workers=None if found is None else [row | {"shown": shown(row["number"])} for row in found.rows],
        found=found,
        wrong=wrong,
        mistyped=nothing and like_a_number(text),
        saved=await saved_by(runtime_of(request).pool, caller),
        done=done,
        key=uuid4,
        **more,
        **_vocabulary(),
    )


def cannot_be_right(text: str) -> str | None:
    """Return why a text cannot be a document number although it has the form of one, or None."""
    line = number_in_line(text)
    if line is not None and not line.right:
        return N_("The check digit of the machine-readable line does not match: a character is wrong.")
    if sum(map(str.isdigit, text)) >= 4 and is_placeholder(text):
        return N_("This number says that there is no document. Search by name or phone.")
    return None


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
        wide=(wide := picture.wide(reading.worker.state, reading.view.at)),
        tall=picture.tall(reading.worker.state, reading.view.at),
        legend=picture.legend(wide),
        shown_events={entry.event_id for entry in reading.entries},
        journeys=journeys,
        others=others,
        born=born_shown(reading),
        names=list(dict.fromkeys(person.latin for person in reading.worker.people if person.latin)),
        most=MOST_LISTED,
        may_open_case=caller.may("consular.case.open"),
        **_vocabulary(),
    )


@router.post("/timelines/preview", name="preview_timeline_page")
async def preview_timeline_page(
    request: Request, caller: TimelinePage, restated: Annotated[str, Form(max_length=100_000)]
) -> Response:
    """Show what a correction or a void would change on a timeline. The form is that of the service's own preview."""
    found = preview_dict(
        *await preview(request.app.state.runtime, caller, parse(_RESTATED, restated.encode()))
    )
    return pages_of(request).render(
        request,
        "timeline_preview.html",
        here=SEARCH,
        number=found["number"],
        sentences=sentences(found),
    )


@router.get("/records/{record_id}", name="worker_of_record")
async def worker_of_record(request: Request, record_id: UUID, caller: TimelinePage) -> Response:
    """Redirect from a record of another service to the page of its worker, if the caller may see the record there."""
    number = await number_of_record(request.app.state.runtime, record_id, caller)
    return RedirectResponse(f"/registry/pages/workers/{shown(number)}", 303)


def _vocabulary() -> dict[str, Any]:
    return {
        "country": country,
        "flags": flag_words.FLAGS,
        "alarms": flag_words.ALARMS,
        "addressees": flag_words.ADDRESSEES,
        "rules": rule_words.RULES,
        "provinces": PROVINCES,
        "sexes": Sex,
    }
