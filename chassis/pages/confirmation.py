"""The confirmation on a record's page of the event that the caller's form recorded just before.

A cookie names the event until the page is shown, so that the address of the page stays that of the record.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from fastapi import Request, Response

from chassis.access.permissions import Caller
from chassis.commands.recorded_event import UNDO, RecordedEvent
from chassis.commands.runtime import OutOfReach, RecordNotFound, runtime_of
from contracts.titles import fact_title

COOKIE = "domnaer_recorded"
R = TypeVar("R", bound=Response)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A recorded event. ``title`` is a message id; ``url`` is the page of the event, if the caller may undo it."""

    title: str
    url: str | None


def confirmed_later(answer: R, request: Request, event_id: UUID | None) -> R:
    """Have the next page of the record confirm an event; None for nothing to confirm."""
    if event_id is not None:
        answer.set_cookie(
            COOKIE,
            str(event_id),
            max_age=int(UNDO.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return answer


def confirmed_now(answer: R, request: Request) -> R:
    """Forget the event that this page has confirmed."""
    if COOKIE in request.cookies:
        answer.delete_cookie(COOKIE)
    return answer


async def confirmation_of(request: Request, caller: Caller, *streams: str) -> Confirmation | None:
    """Return the confirmation of the event that the caller recorded just now on one of the streams; None if there is none."""
    event = None
    with contextlib.suppress(ValueError, RecordNotFound):
        event_id = UUID(request.cookies.get(COOKIE, ""))
        event = await RecordedEvent.find(runtime_of(request), caller, event_id)
    if event is None or event.original.stream not in streams or not event.is_own or event.age > UNDO:
        return None
    if event.standing is None:
        return None
    url = f"/{event.runtime.service}/pages/events/{event.original.id}" if _may_undo(event) else None
    return Confirmation(fact_title(event.original.facts.wire), url)


def _may_undo(event: RecordedEvent) -> bool:
    try:
        event.check_reach()
    except (OutOfReach, RecordNotFound):  # such as a case that was handed over
        return False
    return event.may_undo(UNDO) and event.caller.may(f"{event.runtime.service}.event.correct")
