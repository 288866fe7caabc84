"""The forms that keep and delete a search. They use POST, so that no name appears in an address."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from chassis.access.permissions import CallerFirstRoute
from chassis.base.logs import correlation
from chassis.commands.runtime import runtime_of
from contracts.refusal import Refusal
from services.registry.permissions import WorkerSearchPage
from services.registry.projections.saved_searches import MOST, SavedSearch, delete_search, save_search

SEARCH = "/registry/pages/search"

router = APIRouter(route_class=CallerFirstRoute)


class TooManySavedSearches(Refusal):
    """You keep too many searches"""

    code = "too-many-saved-searches"
    status = 409


@router.post("/searches", name="save_search")
async def save(
    request: Request,
    caller: WorkerSearchPage,
    key: Annotated[UUID, Form()],
    text: Annotated[str, Form(max_length=200)] = "",
    name: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Keep a search under a name; without one, under its text. An empty search is not kept."""
    text = text.strip()
    if not text:
        return RedirectResponse(SEARCH, 303)
    runtime = runtime_of(request)
    await runtime.audit.look(caller, "save_search", correlation=correlation())
    if not await save_search(runtime.pool, caller, SavedSearch(key, name.strip() or text[:80], text)):
        raise TooManySavedSearches(
            f"at most {MOST} searches are kept", remedy="delete one that you do not need"
        )
    return RedirectResponse(f"{SEARCH}?done=saved", 303)


@router.post("/searches/{search_id}/deletion", name="delete_saved_search")
async def delete(request: Request, search_id: UUID, caller: WorkerSearchPage) -> Response:
    """Delete a search that the caller keeps."""
    runtime = runtime_of(request)
    await runtime.audit.look(caller, "delete_saved_search", correlation=correlation())
    await delete_search(runtime.pool, caller, search_id)
    return RedirectResponse(f"{SEARCH}?done=deleted", 303)
