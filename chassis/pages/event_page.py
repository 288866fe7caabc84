"""The page of one recorded event: what its routes show, and what they do when a command is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Literal
from uuid import UUID, uuid4

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from chassis.access.permissions import Caller
from chassis.access.places import place_of
from chassis.commands.corrections import preview_ruling
from chassis.commands.recorded_event import UNDO, RecordedEvent
from chassis.commands.restating import Correct, Void
from chassis.commands.runtime import OutOfReach, RecordNotFound, runtime_of
from chassis.pages.choices import CODE_LISTS
from chassis.pages.choosing import CHOSEN_FIELD
from chassis.pages.error_texts import EMPTY, PageError, page_errors
from chassis.pages.event_form import CorrectionForm
from chassis.pages.event_shown import EventShown
from chassis.pages.fact_texts import FactTexts
from chassis.pages.form import SubmittedForm
from chassis.pages.record_links import audit_of_record, page_of_record
from chassis.pages.rendering import language_of, pages_of
from contracts.codes.recording import CorrectionReason
from contracts.refusal import Refusal

_NOT_KEPT = ("csrf", "key", CHOSEN_FIELD)
"""Fields that the next form of a correction has anew."""
_REASONS_OF_A_VOID = (
    CorrectionReason.DUPLICATE,
    CorrectionReason.NEVER_HAPPENED,
    CorrectionReason.WRONG_PERSON,
    CorrectionReason.MISTYPED,
    CorrectionReason.OTHER,
)
Done = Literal["correction", "void", "undo"]


class EventPage:
    """A request for the page of an event within the caller's reach."""

    def __init__(self, request: Request, event: RecordedEvent, contract: ModuleType) -> None:
        self._request, self.event, self._contract = request, event, contract
        texts, place = FactTexts(language_of(request)), place_of(event.caller)
        self.texts = texts
        self.shown = EventShown(event, texts, place)
        self.form = CorrectionForm(event, texts, place)
        self.url = f"/{event.runtime.service}/pages/events/{event.original.id}"

    @classmethod
    async def of(cls, request: Request, caller: Caller, event_id: UUID, contract: ModuleType) -> EventPage:
        """Load the event. Raises RecordNotFound or OutOfReach."""
        event = await RecordedEvent.find(runtime_of(request), caller, event_id)
        event.check_reach()
        return cls(request, event, contract)

    async def log(self, action: str) -> None:
        """Log that the caller reads the event."""
        event = self.event
        await event.runtime.log_read(event.caller, action, event.original.id, event.history)

    def render(self, template: str, *, status: int = 200, **more: Any) -> Response:
        """Render a page of the event."""
        event = self.event
        return pages_of(self._request).render(
            self._request,
            template,
            status=status,
            here=self.url,
            caller=event.caller,
            event=self.shown,
            texts=self.texts,
            record=page_of_record(event.original.stream, event.caller),
            audit=audit_of_record(event.runtime.service, event.original.stream, event.caller),
            may_change=event.may_change,
            may_undo=not self.shown.voided and event.may_undo(UNDO),
            hours=event.runtime.settings.correction_hours,
            key=uuid4,
            **more,
        )

    def correction(self, form: SubmittedForm | None = None, refusal: Refusal | None = None) -> Response:
        """Show the form of a correction: as recorded, or with what was typed and the errors."""
        typed = self.form.filled if form is None else form.fields
        errors: tuple[PageError, ...] = () if refusal is None else self.form.errors(refusal, typed)
        inputs = self.form.inputs(typed)
        return self.render(
            "event_correction.html",
            status=200 if refusal is None else refusal.status,
            inputs=inputs,
            labels=self.form.titles(inputs),
            seen=typed.get("seen", self.form.seen),
            reason=typed.get("reason", ""),
            reasons=list(CorrectionReason),
            readable=self.form.readable,
            given=typed,
            looked_up=CODE_LISTS,
            errors=errors,
        )

    def void(self, form: SubmittedForm | None = None, refusal: Refusal | None = None) -> Response:
        """Show the form of a void, with the errors."""
        reason = "" if form is None else form.text("reason")
        errors = () if refusal is None else page_errors(refusal)
        return self.render(
            "event_void.html",
            status=200 if refusal is None else refusal.status,
            reason=reason,
            reasons=_REASONS_OF_A_VOID,
            errors=errors if reason or not errors else (PageError("reason", *EMPTY),),
        )

    async def corrected(self, form: SubmittedForm, act: Callable[[], Awaitable[Response]]) -> Response:
        """Return the answer of ``act``; if it is refused, the form of the correction again, logged as a look at the event."""
        if CHOSEN_FIELD in form.fields:  # a choice from a list: the form is shown again with it
            await self.log("read_event_documents")
            return self.correction(form)
        try:
            return await act()
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            await self.log("read_event_documents")
            return self.correction(form, refusal)

    async def voided(self, form: SubmittedForm, act: Callable[[], Awaitable[Response]]) -> Response:
        """Return the answer of ``act``; if it is refused, the form of the void again."""
        try:
            return await act()
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            await self.log("read_event")
            return self.void(form, refusal)

    async def preview(
        self, form: SubmittedForm, command: Correct | Void, template: str, action: str
    ) -> Response:
        """Show what a command would change. Raises the refusal of the command."""
        found = await preview_ruling(form.runner(), self.event.original.id, command, self._contract, action)
        return self.render(
            template,
            changes=self.shown.changes(found),
            typed={name: text for name, text in form.fields.items() if name not in _NOT_KEPT},
            reason=command.reason.title_en,
            timeline=found.timeline.model_dump_json(),
        )

    async def done(self, what: Done) -> Response:
        """Redirect to the event, which confirms the change; without its facts if it is now beyond reach."""
        event = await RecordedEvent.find(self.event.runtime, self.event.caller, self.event.original.id)
        try:
            event.check_reach()
        except (OutOfReach, RecordNotFound):
            return self.render("event_gone.html", done=what)
        return RedirectResponse(f"{self.url}?done={what}", 303)
