"""The answer of the booth after a crossing was recorded: what to do next, and whether it is probably recorded already."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chassis.access.permissions import Caller
from chassis.access.places import place_of
from chassis.base.ids import new_id
from chassis.base.logs import correlation
from chassis.commands.draft import Origin, StreamCommand
from chassis.commands.execution import decide
from chassis.commands.idempotency import Outcome
from chassis.commands.likely_same import LikelySame, find_likely_same
from chassis.commands.runtime import Runtime
from chassis.pages.record_page import FormCommand
from chassis.pages.translation import N_
from chassis.pages.typed_fields import TypedFields
from contracts.border import Direction
from contracts.codes.crossings import CrossingPurpose
from contracts.codes.places import CHECKPOINTS
from contracts.refusal import Refusal
from contracts.times import day_of
from services.border.deciders import at_post, crossings
from services.border.domain.check import CheckDocument, DocumentChecked
from services.border.domain.crossing import (
    CrossingCommand,
    RecordDeparture,
    RecordDeportedReturn,
    RecordOtherCrossing,
    RecordReturn,
)
from services.border.permissions import DOCUMENT_CHECK, SCREENING_RECORD
from services.border.queries.crossings import TooManyChecks, check_document
from services.border.wording import CAME_BACK, KINDS, action_shown, name_given

_NO_DOCUMENT = N_("No document: nothing was checked.")
_NO_KEY = N_("Not checked: this document does not say alone who the person is.")
_TOO_MANY = N_("Not checked: too many checks in the last minute. Check the papers by eye.")
_NOT_ALLOWED = N_("Not checked: your account may not check documents.")
_FAILED = N_("Not checked: the check did not answer. Check the papers by eye.")
_ATTEMPTS = 4
"""How often fields are left out: without a date, say, its precision says nothing."""


async def answer_to(
    runtime: Runtime, caller: Caller, command: CrossingCommand, outcome: Outcome
) -> dict[str, Any]:
    """Return what the booth shows after a crossing was recorded.

    The crossing is committed: whatever happens to the check must not look like a failure of the record.
    """
    action, not_checked = await _checked(runtime, caller, command)
    return {
        "id": outcome.id,
        "at": command.occurred_at,
        "kind": KINDS[kind_of(command)],
        "name": name_given(command.person.name),
        "action": action,
        "not_checked": not_checked,
        "checked_for_today": action is not None and day_of(command.occurred_at) != runtime.clock.today(),
        "child_alone": bool(command.unaccompanied_minor),
        "child_told": bool(command.unaccompanied_minor) and kind_of(command) in (*CAME_BACK, "other_in"),
        "may_ask": caller.may(SCREENING_RECORD) and kind_of(command) in CAME_BACK,
        "likely": likely_shown(outcome.likely_same),
    }


def kind_of(command: CrossingCommand) -> str:
    """Return the kind of a crossing, as lists have it."""
    return f"other_{command.direction}" if isinstance(command, RecordOtherCrossing) else command.kind


async def _checked(
    runtime: Runtime, caller: Caller, command: CrossingCommand
) -> tuple[dict[str, Any] | None, str | None]:
    """Return what to do by the check of the first document, or why there was no check."""
    documents = command.person.documents_shown
    if not documents:
        return None, _NO_DOCUMENT
    if not caller.may(DOCUMENT_CHECK):
        return None, _NOT_ALLOWED
    if (journey := _journey(command)) is None:
        return None, None
    direction, country, purpose, channel = journey
    for document in documents:
        shown = DocumentChecked.model_validate(document.model_dump())
        try:
            asked = CheckDocument(
                direction=direction, country=country, purpose=purpose, channel=channel, document=shown
            )
        except ValidationError:
            continue
        try:
            return action_shown(await check_document(runtime, caller, asked)), None
        except TooManyChecks:
            return None, _TOO_MANY
        except Refusal:
            return None, _FAILED
    return None, _NO_KEY


def _journey(command: CrossingCommand) -> tuple[Direction, str, CrossingPurpose, Any] | None:
    """Return direction, country, purpose and channel of a crossing; None for what is no crossing."""
    match command:
        case RecordDeparture():
            return Direction.OUT, command.destination, command.purpose, command.channel
        case RecordOtherCrossing():
            return command.direction, command.country, command.purpose, None
        case RecordReturn() | RecordDeportedReturn():
            return Direction.IN, command.returned_from, CrossingPurpose.WORK, None
        case _:
            return None


async def likely_as_typed(runtime: Runtime, caller: Caller, filled: FormCommand) -> list[dict[str, Any]]:
    """Return the records that are probably the same as the one being typed; what cannot be read of it is left out.

    A form without what a crossing needs has none.
    """
    read = TypedFields(place_of(caller).zone).read(filled.command, filled.fields)
    command = _readable(TypeAdapter(filled.command), {"occurred_at": runtime.clock.now(), **read})
    if command is None:
        return []
    record_id = new_id()
    asked = StreamCommand(crossings, record_id, record_id, command, True, at_post(command.checkpoint))
    draft = decide(runtime, [asked], {}, Origin(caller, correlation()))
    events = draft.of_command.get(0)
    if not events:
        return []
    found = await find_likely_same(runtime, caller, crossings, {record_id: events})
    return likely_shown(found.get(record_id, ()))


def _readable(adapter: TypeAdapter[Any], fields: dict[str, Any]) -> CrossingCommand | None:
    """Return a command without the fields that are refused; None if it cannot do without them."""
    left = deepcopy(fields)
    for _ in range(_ATTEMPTS):
        try:
            command: CrossingCommand = adapter.validate_python(left)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_input=False):
                _leave_out(left, each["loc"][:-1] if each["type"] == "missing" else each["loc"])
        else:
            return command
    return None


def _leave_out(fields: dict[str, Any], path: tuple[int | str, ...]) -> None:
    holder: Any = fields
    for name in path[:-1]:
        known = isinstance(holder, dict) and name in holder
        known = known or (isinstance(holder, list) and isinstance(name, int) and name < len(holder))
        if not known:
            return
        holder = holder[name]
    if path and isinstance(holder, dict):
        holder.pop(path[-1], None)
    elif path and isinstance(holder, list):
        holder.clear()


def likely_shown(found: Sequence[LikelySame]) -> list[dict[str, Any]]:
    """Return the records that are probably the same as the templates show them; of one beyond reach only that it is there."""
    return [
        {
            "kind": KINDS[each.kind],
            "post": CHECKPOINTS[each.place].name,
            "at": each.occurred_at,
        }
        if each.seen and each.kind is not None and each.place is not None
        else {}
        for each in found
    ]
