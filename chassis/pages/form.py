"""A form of a page as somebody filled it in: it carries out the same command as the interface.

Each form holds a key of its own, so that sending it twice records once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request, Response
from pydantic import TypeAdapter
from starlette.responses import RedirectResponse

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.draft import Origin
from chassis.commands.idempotency import CommandRequest, IdempotencyKeyMissing, digest_of, is_key
from chassis.commands.routes import CommandRunner
from chassis.http.problems import title_of
from chassis.http.validation_errors import FieldError, Unreadable, parse
from chassis.pages.translation import N_
from chassis.store.decider import Decider
from contracts.command import Command
from contracts.refusal import Refusal
from contracts.times import PHNOM_PENH

_EMPTY = {"reason": N_("nothing is given here"), "remedy": N_("fill it in, or choose"), "value": None}
_NO_TIME = {"reason": N_("this is no time"), "remedy": N_("give day and time, or leave it empty for now")}


@dataclass(frozen=True, slots=True)
class FormErrors:
    """What is wrong with a form, field by field, and what was typed: its page is shown again with both."""

    status: int
    errors: tuple[FieldError, ...]
    given: Mapping[str, str]

    @property
    def kept(self) -> dict[str, str]:
        """Remarks that were typed, where others changed the record meanwhile: their form may be gone."""
        return (
            {name: text for name, text in self.given.items() if name.endswith("_note") and text.strip()}
            if (self.status == 409)
            else {}
        )


class SubmittedForm:
    """The fields of a form, by their names in the page, as text."""

    def __init__(self, request: Request, caller: Caller, fields: Mapping[str, str]) -> None:
        self._request, self._caller = request, caller
        self.fields = fields

    @classmethod
    async def of(cls, request: Request, caller: Caller) -> SubmittedForm:
        """The form that a request sends; what is no text is passed over."""
        sent = (await request.form()).items()
        return cls(request, caller, {name: value for name, value in sent if isinstance(value, str)})

    def text(self, name: str) -> str:
        """What was typed or chosen, without the blanks around it; empty where nothing was."""
        return self.fields.get(name, "").replace("\r\n", "\n").strip()

    def given(self, *names: str) -> dict[str, str]:
        """Those of the fields that were filled in."""
        return {name: typed for name in names if (typed := self.text(name))}

    def words(self, name: str) -> dict[str, Any]:
        """What was typed freely, as a command carries it; nothing where nothing was typed."""
        return {"words": {"note": typed}} if (typed := self.text(name)) else {}

    def whole(self, name: str) -> int | str:
        """A whole number, or what was typed instead of one."""
        typed = self.text(name)
        return int(typed) if typed.isdecimal() and len(typed) < 6 else typed

    def moment(self, name: str) -> datetime | str:
        """A time, in Phnom Penh where it names no offset, or what was typed instead of one; now where nothing was."""
        typed = self.text(name)
        if not typed:
            now: datetime = self._request.app.state.runtime.clock.now()
            return now
        try:
            moment = datetime.fromisoformat(typed)
        except ValueError:
            return typed
        return moment if moment.tzinfo else moment.replace(tzinfo=PHNOM_PENH)

    async def carry_out(
        self,
        command: type[Command],
        body: Mapping[str, Any],
        carry: Callable[[CommandRunner, Any], Awaitable[Any]],
        names: Mapping[str, str] | None = None,
    ) -> FormErrors | None:
        """Carry out a command as of now, or of the time that ``body`` names; what is wrong with the form, if anything.

        ``names`` are the form's fields by the command's, where they differ. Raises every refusal that no other answer
        in the form would mend.
        """
        now = self._request.app.state.runtime.clock.now()
        adapter: TypeAdapter[Any] = TypeAdapter(command)
        try:
            asked = parse(adapter, orjson.dumps({"occurred_at": now, **body}))
            await carry(self._runner(), asked)
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            unread = isinstance(refusal, Unreadable)
            errors = tuple(self._of_form(error, names or {}, unread=unread) for error in _errors_of(refusal))
            return FormErrors(refusal.status, errors, self.fields)
        return None

    async def change(
        self,
        decider: Decider[Any, Any, Any],
        record_id: UUID,
        command: type[Command],
        body: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
        *,
        shows: Callable[[FormErrors], Awaitable[Response]],
        leads_to: str,
    ) -> Response:
        """Change a record, and lead to a page; or show by ``shows`` what is wrong."""
        wrong = await self.carry_out(
            command, body, lambda runner, asked: runner.change(decider, record_id, asked), names
        )
        return RedirectResponse(leads_to, 303) if wrong is None else await shows(wrong)

    def _runner(self) -> CommandRunner:
        request, key = self._request, self.fields.get("key", "")
        if not is_key(key):
            raise IdempotencyKeyMissing("the form holds no key of its own", remedy="open the page again")
        said = {name: value for name, value in self.fields.items() if name != "csrf"}
        content = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        origin = Origin(self._caller, correlation(), request.headers.get("traceparent"))
        digest = digest_of(request.url.path, content)
        asked = CommandRequest(origin, key, digest, action=request.scope["route"].name)
        return CommandRunner(request.app.state.runtime, asked)

    def _of_form(self, error: FieldError, names: Mapping[str, str], *, unread: bool) -> FieldError:
        """An error at the form's own field. What could not be read there since it is empty is said to be empty,
        whatever codes it may have.
        """
        exact = error.field in names or error.field in self.fields
        field = names.get(error.field if exact else error.field.partition(".")[0], error.field)
        said: Mapping[str, Any] = {}
        if unread and exact and not self.text(field):
            said = _EMPTY
        elif unread and error.field == "occurred_at" and isinstance(self.moment(field), str):
            said = _NO_TIME
        return error.model_copy(update={"field": field, **said})


def _errors_of(refusal: Refusal) -> tuple[FieldError, ...]:
    if isinstance(refusal, Unreadable):
        return refusal.errors
    reason = f"{title_of(type(refusal))}: {refusal.detail}"
    return (FieldError(field=refusal.field or "", reason=reason, remedy=refusal.remedy),)
