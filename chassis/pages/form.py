"""Submitted forms: a form of a page runs the same command as the API.

Each form contains an idempotency key of its own, so that a form sent twice is recorded once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

import orjson
from fastapi import Request
from pydantic import TypeAdapter

from chassis.access.permissions import Caller
from chassis.access.places import place_of
from chassis.base.logs import correlation
from chassis.commands.draft import Origin
from chassis.commands.idempotency import (
    CommandRequest,
    IdempotencyKeyMissing,
    Outcome,
    digest_of,
    is_key,
)
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import runtime_of
from chassis.http.validation_errors import Unreadable, parse
from chassis.pages.choosing import CHOSEN_FIELD, lists_of, read_choices
from chassis.pages.error_texts import EMPTY, PageError, page_errors, unclear_error
from chassis.pages.record_lists import records_chosen
from chassis.pages.typed import Unclear, moment_typed, number_typed
from chassis.pages.typed_fields import TypedFields
from contracts.command import Command
from contracts.refusal import Refusal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FormErrors:
    """The errors of a form by field, with the texts that were typed; the page is shown again with both."""

    status: int
    errors: tuple[PageError, ...]
    given: Mapping[str, str]

    @property
    def kept(self) -> dict[str, str]:
        """Notes that were typed, if the record was changed by others meanwhile: their form may no longer exist."""
        return (
            {name: text for name, text in self.given.items() if name.endswith("_note") and text.strip()}
            if (self.status == 409)
            else {}
        )


class SubmittedForm:
    """The text fields of a submitted form, by name, with the caller who sent it.

    ``records`` are the ids of the records that fields name by a text, and ``unknown`` the errors of those that name none
    (chassis.pages.record_lists).
    """

    def __init__(
        self,
        request: Request,
        caller: Caller,
        fields: Mapping[str, str],
        records: Mapping[str, str] = MappingProxyType({}),
        unknown: Mapping[str, PageError] = MappingProxyType({}),
    ) -> None:
        self._request, self.caller = request, caller
        self.fields, self._records, self.unknown = fields, records, unknown
        self._outcome: Outcome | None = None

    @classmethod
    async def of(cls, request: Request, caller: Caller) -> SubmittedForm:
        """Read the form of a request; fields that are not text are ignored. Raises ListWanted (chassis.pages.choosing)."""
        sent = (await request.form()).items()
        runtime = runtime_of(request)
        texts = {name: value for name, value in sent if isinstance(value, str)}
        fields = read_choices(texts, runtime.service)
        if CHOSEN_FIELD in fields:  # the form is not sent yet
            return cls(request, caller, fields)
        return cls(request, caller, fields, *await records_chosen(runtime, caller, fields, lists_of(fields)))

    def text(self, name: str) -> str:
        """Return the value of a field, stripped; the id of the record that it names; empty if it is missing."""
        return self._records.get(name) or self.fields.get(name, "").replace("\r\n", "\n").strip()

    def chosen(self, name: str) -> UUID | None:
        """Return the id of the record that a field names; None if the field is empty or its list is not one of the service."""
        found = self._records.get(name)
        return UUID(found) if found else None

    @property
    def record_id(self) -> str:
        """The id of the record below whose page the form was sent."""
        return str(next(iter(self._request.path_params.values()), ""))

    def given(self, *names: str) -> dict[str, str]:
        """Return the fields that are filled in."""
        return {name: typed for name in names if (typed := self.text(name))}

    def words(self, name: str) -> dict[str, Any]:
        """Return a note as the ``words`` of a command; an empty dict if nothing was typed."""
        return {"words": {"note": typed}} if (typed := self.text(name)) else {}

    def whole(self, name: str) -> int | str:
        """Return a whole number, or the typed text if it is not one."""
        typed = self.text(name)
        plain = number_typed(typed)
        return int(plain) if plain.isdecimal() and len(plain) < 10 else typed

    def moment(self, name: str) -> datetime | str:
        """Return a time, or the typed text if it is not one. Empty means now; no offset means the caller's place."""
        typed = self.text(name)
        if not typed:
            now: datetime = self._request.app.state.runtime.clock.now()
            return now
        try:
            moment = moment_typed(typed)
        except Unclear:
            return typed  # which carry_out asks back
        if moment is None:
            return typed
        return moment if moment.tzinfo else moment.replace(tzinfo=place_of(self.caller).zone)

    def parsed(self, adapter: TypeAdapter[T], body: Mapping[str, Any]) -> T:
        """Return a command from its fields. Raises Unreadable."""
        found: T = parse(adapter, orjson.dumps(body))
        return found

    async def carry_out(
        self,
        command: type[Command],
        body: Mapping[str, Any],
        carry: Callable[[CommandRunner, Any], Awaitable[Any]],
        names: Mapping[str, str] | None = None,
    ) -> FormErrors | None:
        """Run a command that occurred now, or at the time in ``body``; return the errors of the form, or None.

        ``names`` maps fields of the command to fields of the form if they differ. Raises refusals that another input
        in the form cannot resolve.
        """
        if CHOSEN_FIELD in self.fields:  # a choice from a list: the form is shown again with it
            return FormErrors(200, (), self.fields)
        now = self._request.app.state.runtime.clock.now()
        adapter: TypeAdapter[Any] = TypeAdapter(command)
        typed = TypedFields(place_of(self.caller).zone)
        read = typed.read(command, body)
        unclear = tuple(unclear_error(name, each) for name, each in typed.unclear.items())
        try:
            asked = parse(adapter, orjson.dumps({"occurred_at": now, **read}))
            if self.unknown:
                return FormErrors(422, tuple(self.unknown.values()), self.fields)
            runner = self.runner()
            await carry(runner, asked)
            self._outcome = runner.outcome
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            unread = isinstance(refusal, Unreadable)
            found = [each for each in page_errors(refusal) if each.field not in typed.unclear]
            placed = [self._of_form(error, names or {}, unread=unread) for error in (*unclear, *found)]
            errors = (
                *self.unknown.values(),
                *(error for error in placed if error.field not in self.unknown),
            )
            return FormErrors(refusal.status, errors, self.fields)
        return None

    @property
    def recorded(self) -> UUID | None:
        """The event that this form recorded, if it is exactly one."""
        events = () if self._outcome is None else self._outcome.events
        return events[0] if len(events) == 1 else None

    def runner(self) -> CommandRunner:
        """Return what carries out the command of this form. Raises IdempotencyKeyMissing."""
        request, key = self._request, self.fields.get("key", "")
        if not is_key(key):
            raise IdempotencyKeyMissing("the form has no idempotency key", remedy="open the page again")
        content_fields = {name: value for name, value in self.fields.items() if name != "csrf"}
        content = orjson.dumps(content_fields, option=orjson.OPT_SORT_KEYS)
        origin = Origin(self.caller, correlation(), request.headers.get("traceparent"))
        digest = digest_of(request.url.path, content)
        asked = CommandRequest(origin, key, digest, action=request.scope["route"].name)
        return CommandRunner(request.app.state.runtime, asked)

    def _of_form(self, error: PageError, names: Mapping[str, str], *, unread: bool) -> PageError:
        """Return an error for the form's field; an empty field is reported as empty."""
        exact = error.field in names or error.field in self.fields
        field = names.get(error.field if exact else error.field.partition(".")[0], error.field)
        if unread and exact and not self.text(field):
            return PageError(field, *EMPTY)
        return replace(error, field=field)
