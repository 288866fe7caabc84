"""The pages of one recorded event, for every service: its facts, and the forms that correct, void or undo it.

A form sends the same command as the API. A correction and a void are shown before they are carried out.
"""

# No deferred annotations here: the permission types are made for each service, and FastAPI reads them as they are.
from types import ModuleType
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import TypeAdapter

from chassis.access.permissions import Caller, CallerFirstRoute, page_permission
from chassis.commands.corrections import rule_event
from chassis.commands.recorded_event import UNDO
from chassis.commands.restating import Void
from chassis.pages.event_page import Done, EventPage
from chassis.pages.form import SubmittedForm
from contracts.codes.recording import CorrectionReason
from contracts.refusal import Refusal


class UndoNotPossible(Refusal):
    """This cannot be undone any more"""

    code = "undo-not-possible"
    status = 409


def event_pages(service: str, contract: ModuleType) -> APIRouter:
    """Return the pages of the events of a service. ``contract`` is its module with EventVoided and EventCorrected."""
    router = APIRouter(route_class=CallerFirstRoute)
    may_correct = Depends(page_permission(f"{service}.event.correct"))

    async def event_page(
        request: Request,
        event_id: UUID,
        caller: Annotated[Caller, may_correct],
        done: Annotated[Done | None, Query()] = None,
        documents: Annotated[Literal["masked", "shown"], Query()] = "masked",
    ) -> Response:
        """Show an event: its facts in words, its corrections, and what the caller may do with it."""
        page = await EventPage.of(request, caller, event_id, contract)
        whole = documents == "shown"
        await page.log("read_event_documents" if whole else "read_event")
        return page.render("event.html", done=done, whole=whole)

    async def correction_page(
        request: Request, event_id: UUID, caller: Annotated[Caller, may_correct]
    ) -> Response:
        """Show the form of a correction, filled with what is recorded."""
        page = await EventPage.of(request, caller, event_id, contract)
        page.event.check_allowed()
        await page.log("read_event_documents")
        return page.correction()

    async def correction_entries_form(
        request: Request, event_id: UUID, caller: Annotated[Caller, may_correct]
    ) -> Response:
        """Show the form of a correction again, with what was typed."""
        page = await EventPage.of(request, caller, event_id, contract)
        page.event.check_allowed()
        await page.log("read_event_documents")
        return page.correction(await SubmittedForm.of(request, caller))

    async def preview_correction_form(
        request: Request, event_id: UUID, caller: Annotated[Caller, may_correct]
    ) -> Response:
        """Show what a correction would change."""
        page = await EventPage.of(request, caller, event_id, contract)
        form = await SubmittedForm.of(request, caller)

        async def show() -> Response:
            command = page.form.command(form.fields)
            return await page.preview(form, command, "event_correction_check.html", "preview_correction")

        return await page.corrected(form, show)

    async def correct_event_form(
        request: Request, event_id: UUID, caller: Annotated[Caller, may_correct]
    ) -> Response:
        """Correct an event."""
        page = await EventPage.of(request, caller, event_id, contract)
        form = await SubmittedForm.of(request, caller)

        async def correct() -> Response:
            runner = form.runner()
            if await runner.kept() is None:
                await rule_event(runner, event_id, page.form.command(form.fields), contract)
            return await page.done("correction")

        return await page.corrected(form, correct)

    async def void_page(request: Request, event_id: UUID, caller: Annotated[Caller, may_correct]) -> Response:
        """Show the form of a void."""
        page = await EventPage.of(request, caller, event_id, contract)
        page.event.check_allowed()
        await page.log("read_event")
        return page.void()

    async def preview_void_form(
        request: Request, event_id: UUID, caller: Annotated[Caller, may_correct]
    ) -> Response:
        """Show what a void would change, before it is carried out."""
        page = await EventPage.of(request, caller, event_id, contract)
        form = await SubmittedForm.of(request, caller)

        async def show() -> Response:
            return await page.preview(form, _void(form), "event_void_check.html", "preview_void")

        return await page.voided(form, show)

    async def void_event_form(
        request: Request, event_id: UUID, caller: Annotated[Caller, may_correct]
    ) -> Response:
        """Void an event."""
        page = await EventPage.of(request, caller, event_id, contract)
        form = await SubmittedForm.of(request, caller)

        async def void() -> Response:
            await rule_event(form.runner(), event_id, _void(form), contract)
            return await page.done("void")

        return await page.voided(form, void)

    async def undo_event_form(
        request: Request, event_id: UUID, caller: Annotated[Caller, may_correct]
    ) -> Response:
        """Void an event that its author recorded just now, if nothing was recorded after it."""
        page = await EventPage.of(request, caller, event_id, contract)
        form = await SubmittedForm.of(request, caller)
        runner = form.runner()
        if await runner.kept() is None:
            if not page.event.may_undo(UNDO):
                raise UndoNotPossible(
                    "more than ten minutes have passed, or something was recorded after it",
                    remedy="correct or void it instead",
                )
            await rule_event(runner, event_id, Void(reason=CorrectionReason.MISTYPED), contract)
        return await page.done("undo")

    event = "/events/{event_id}"
    for path, show in (("", event_page), ("/correction", correction_page), ("/void", void_page)):
        router.get(event + path, name=show.__name__)(show)
    for path, submit in (
        ("/correction/entries", correction_entries_form),
        ("/correction/preview", preview_correction_form),
        ("/correction", correct_event_form),
        ("/void/preview", preview_void_form),
        ("/void", void_event_form),
        ("/undo", undo_event_form),
    ):
        router.post(event + path, name=submit.__name__)(submit)
    return router


_VOID: TypeAdapter[Void] = TypeAdapter(Void)


def _void(form: SubmittedForm) -> Void:
    return form.parsed(_VOID, {"reason": form.text("reason")})
