"""The page of one record: load the record, fill the form, carry out its command, show the page.

A service declares the page in its ``pages.py``, and each form below it as a function from the form to its command::

    page = RecordPage(
        router,
        "/cases/{case_id}",
        list_url="/consular/pages/cases",
        name="case_page",
        permission=CASE_READ,
        decider=assistance_cases,
        template="assistance_case.html",
        load=load_case,
    )

    @page.form("/closing", CASE_WORK, action="close_case_form")
    def close_case(form: SubmittedForm) -> FormCommand:
        return FormCommand(CloseAssistanceCase, {"outcome": form.text("outcome")})
"""

# No deferred annotations here: the permission and the path are made for each page, and FastAPI reads them as they are.
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.responses import RedirectResponse

from chassis.access.permissions import Caller, page_permission
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import Runtime, runtime_of
from chassis.pages.form import FormErrors, SubmittedForm
from chassis.pages.rendering import pages_of
from chassis.store.decider import Decider
from contracts.command import Command


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """A request to show a record. ``whole`` is True if the caller asked for the whole document numbers."""

    runtime: Runtime
    caller: Caller
    record_id: UUID
    whole: bool


@dataclass(frozen=True, slots=True)
class FormCommand:
    """The command of a submitted form, as fields that are not parsed yet.

    ``names`` maps fields of the command to fields of the form if they differ. ``complete`` adds to the parsed command
    what the service knows. ``next_url`` is the page after the form, if it is not the record's page.
    """

    command: type[Command]
    fields: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)
    complete: Callable[[Runtime, Any], Awaitable[Command]] | None = None
    next_url: str | None = None


Load = Callable[[RecordRequest], Awaitable[dict[str, Any]]]
Fill = Callable[[SubmittedForm], FormCommand]


class RecordPage:
    """The page of a record with its forms, which change the record by commands.

    ``load`` reads the record within the caller's reach, logs the read, and returns the values that ``template`` shows.
    It may raise RecordNotFound. The template also gets ``list``, ``whole``, ``key`` and the errors of a form with what
    was typed: ``errors``, ``given`` and ``kept``.
    """

    def __init__(
        self,
        router: APIRouter,
        path: str,
        *,
        list_url: str,
        name: str,
        permission: str,
        decider: Decider[Any, Any, Any],
        template: str,
        load: Load,
    ) -> None:
        self._router, self._path, self._list_url = router, path, list_url
        self._decider, self._template, self._load = decider, template, load
        self._in_path = Path(alias=path.rpartition("{")[2].removesuffix("}"))
        may_read = Depends(page_permission(permission))

        async def show(
            request: Request,
            record_id: Annotated[UUID, self._in_path],
            caller: Annotated[Caller, may_read],
            documents: Annotated[Literal["masked", "shown"], Query()] = "masked",
        ) -> Response:
            return await self._show(request, caller, record_id, whole=documents == "shown")

        router.get(path, name=name)(show)

    def form(self, path: str, permission: str, *, action: str) -> Callable[[Fill], Fill]:
        """Receive a form at ``path`` below the record. ``action`` names it in the audit."""
        may_submit = Depends(page_permission(permission))

        def register(fill: Fill) -> Fill:
            async def submit(
                request: Request,
                record_id: Annotated[UUID, self._in_path],
                caller: Annotated[Caller, may_submit],
            ) -> Response:
                form = await SubmittedForm.of(request, caller)
                filled = fill(form)
                errors = await self._carry_out(form, record_id, filled)
                if errors is not None:
                    return await self._show(request, caller, record_id, errors=errors)
                return RedirectResponse(filled.next_url or f"{self._list_url}/{record_id}", 303)

            self._router.post(self._path + path, name=action)(submit)
            return fill

        return register

    async def _carry_out(
        self, form: SubmittedForm, record_id: UUID, filled: FormCommand
    ) -> FormErrors | None:
        async def change(runner: CommandRunner, command: Command) -> Any:
            if filled.complete is not None:
                command = await filled.complete(runner.runtime, command)
            return await runner.change(self._decider, record_id, command)

        return await form.carry_out(filled.command, filled.fields, change, filled.names)

    async def _show(
        self,
        request: Request,
        caller: Caller,
        record_id: UUID,
        *,
        whole: bool = False,
        errors: FormErrors | None = None,
    ) -> Response:
        content = await self._load(RecordRequest(runtime_of(request), caller, record_id, whole))
        return pages_of(request).render(
            request,
            self._template,
            status=errors.status if errors else 200,
            here=f"{self._list_url}/{record_id}",
            caller=caller,
            list=self._list_url,
            whole=whole,
            errors=errors.errors if errors else (),
            given=errors.given if errors else {},
            kept=errors.kept if errors else {},
            key=uuid4,
            **content,
        )
