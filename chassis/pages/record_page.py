"""The page of one record, and the page on which a record is begun.

The page of a record: load the record, fill the form, carry out its command, show the page.

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

The page on which a record is begun has one form; the command of the form opens the record, and the record's page follows::

    opening = OpeningPage(
        router,
        "/cases/new",
        list_url="/consular/pages/cases",
        name="new_case_page",
        permission=CASE_OPEN,
        decider=assistance_cases,
        template="new_assistance_case.html",
        load=choices,
        scope=lambda command: at_mission(command.mission),
    )

    @opening.form("open_case_form")
    def open_case(form: SubmittedForm) -> FormCommand:
        return FormCommand(OpenAssistanceCase, {"mission": form.text("mission")})
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
from chassis.pages.confirmation import confirmation_of, confirmed_later, confirmed_now
from chassis.pages.form import FormErrors, SubmittedForm
from chassis.pages.record_links import add_record_page, audit_of_record
from chassis.pages.rendering import pages_of
from chassis.store.decider import Decider, Scope
from contracts.command import Command


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """A request to show a record. ``whole`` is True if the caller asked for the whole document numbers.

    ``query`` has the parameters of the address, such as the value that a link fills into a form.
    """

    runtime: Runtime
    caller: Caller
    record_id: UUID
    whole: bool
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormCommand:
    """The command of a submitted form, as fields that are not parsed yet.

    ``names`` maps fields of the command to fields of the form if they differ. ``next_url`` is the page after
    the form, if it is not the record's page; ``{id}`` in it is the id of the record that the form began. ``next_path`` is
    such a page below the record's.
    """

    command: type[Command]
    fields: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)
    next_url: str | None = None
    next_path: str = ""


@dataclass(frozen=True, slots=True)
class Opens:
    """The records that a form begins: their decider, and the scope of a record from its command."""

    decider: Decider[Any, Any, Any]
    scope: Callable[[Any], Scope]


Load = Callable[[RecordRequest], Awaitable[dict[str, Any]]]
Fill = Callable[[SubmittedForm], FormCommand]


class RecordPage:
    """The page of a record with its forms, which change the record by commands.

    ``load`` reads the record within the caller's reach, logs the read, and returns the values that ``template`` shows.
    It may raise RecordNotFound. The template also gets ``list``, ``whole``, ``key`` and the errors of a form with what
    was typed: ``errors``, ``given`` and ``kept``. If it shows other records too, on which its forms record events, ``load``
    returns their streams as ``shows``: the page confirms those events.
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
        named, _, self._part = path.rpartition("{")[2].partition("}")
        self._in_path = Path(alias=named)
        if not self._part:  # another page below the record is not the record's page
            add_record_page(decider.noun, permission, list_url)
        may_read = Depends(page_permission(permission))

        async def show(
            request: Request,
            record_id: Annotated[UUID, self._in_path],
            caller: Annotated[Caller, may_read],
            documents: Annotated[Literal["masked", "shown"], Query()] = "masked",
        ) -> Response:
            return await self._show(request, caller, record_id, whole=documents == "shown")

        router.get(path, name=name)(show)

    def form(
        self, path: str, permission: str, *, action: str, opens: Opens | None = None
    ) -> Callable[[Fill], Fill]:
        """Receive a form at ``path`` below the record. ``action`` names it in the audit.

        With ``opens`` the form begins another record, such as a workplace of an employer.
        """
        may_submit = Depends(page_permission(permission))

        def register(fill: Fill) -> Fill:
            async def submit(
                request: Request,
                record_id: Annotated[UUID, self._in_path],
                caller: Annotated[Caller, may_submit],
            ) -> Response:
                form = await SubmittedForm.of(request, caller)
                filled = fill(form)
                changed: list[UUID] = []

                async def carry(runner: CommandRunner, command: Command) -> None:
                    if opens is None:
                        outcome = await runner.change(self._decider, record_id, command)
                    else:
                        outcome = await runner.open(opens.decider, command, scope=opens.scope(command))
                    changed.append(outcome.id)

                errors = await form.carry_out(filled.command, filled.fields, carry, filled.names)
                if errors is not None:
                    return await self._show(request, caller, record_id, errors=errors)
                next_url = filled.next_url or f"{self._list_url}/{record_id}{filled.next_path}"
                answer = RedirectResponse(next_url.replace("{id}", str(changed[0])), 303)
                return confirmed_later(answer, request, form.recorded)

            self._router.post(self._path + path, name=action)(submit)
            return fill

        return register

    async def _show(
        self,
        request: Request,
        caller: Caller,
        record_id: UUID,
        *,
        whole: bool = False,
        errors: FormErrors | None = None,
    ) -> Response:
        asked = RecordRequest(runtime_of(request), caller, record_id, whole, request.query_params)
        content = await self._load(asked)
        shows = content.pop("shows", ())
        confirmed = await confirmation_of(request, caller, self._decider.stream(record_id), *shows)
        answer = pages_of(request).render(
            request,
            self._template,
            here=f"{self._list_url}/{record_id}{self._part}",
            caller=caller,
            list=self._list_url,
            whole=whole,
            confirmed=confirmed,
            audit=audit_of_record(asked.runtime.service, self._decider.stream(record_id), caller),
            **_form_values(errors),
            **content,
        )
        return confirmed_now(answer, request)


def _form_values(errors: FormErrors | None) -> dict[str, Any]:
    """Return what a template shows of a refused form, and the HTTP status; of a new form if there are no errors."""
    return {
        "status": errors.status if errors else 200,
        "errors": errors.errors if errors else (),
        "given": errors.given if errors else {},
        "kept": errors.kept if errors else {},
        "key": uuid4,
    }


class OpeningPage:
    """The page with the form that begins a record. ``scope`` returns the scope of the record from its command.

    ``load`` returns the values that ``template`` shows, and ``look_up`` those that are read from the database. The template also gets ``list``, ``about``, ``key`` and the errors
    of the form with what was typed: ``errors``, ``given`` and ``kept``. ``about`` is the stream of the record from which
    the user came, from the address, or an empty text.
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
        load: Callable[[Caller], dict[str, Any]],
        scope: Callable[[Any], Scope],
        look_up: Callable[[Runtime, Caller], Awaitable[dict[str, Any]]] | None = None,
    ) -> None:
        self._router, self._path, self._list_url = router, path, list_url
        self._decider, self._template, self._load, self._scope = decider, template, load, scope
        self._permission, self._look_up = permission, look_up
        may_open = Depends(page_permission(permission))

        async def show(
            request: Request,
            caller: Annotated[Caller, may_open],
            about: Annotated[str, Query(max_length=100)] = "",
        ) -> Response:
            return await self._show(request, caller, about)

        router.get(path, name=name)(show)

    def form(self, action: str) -> Callable[[Fill], Fill]:
        """Receive the form at ``opening`` below the page. ``action`` names it in the audit."""
        may_open = Depends(page_permission(self._permission))

        def register(fill: Fill) -> Fill:
            async def submit(request: Request, caller: Annotated[Caller, may_open]) -> Response:
                form = await SubmittedForm.of(request, caller)
                filled = fill(form)
                begun: list[UUID] = []

                async def begin(runner: CommandRunner, command: Command) -> None:
                    outcome = await runner.open(self._decider, command, scope=self._scope(command))
                    begun.append(outcome.id)

                errors = await form.carry_out(filled.command, filled.fields, begin, filled.names)
                if errors is not None:
                    return await self._show(request, caller, form.text("about"), errors=errors)
                answer = RedirectResponse(f"{self._list_url}/{begun[0]}", 303)
                return confirmed_later(answer, request, form.recorded)

            self._router.post(f"{self._path}/opening", name=action)(submit)
            return fill

        return register

    async def _show(
        self, request: Request, caller: Caller, about: str, *, errors: FormErrors | None = None
    ) -> Response:
        looked_up = {} if self._look_up is None else await self._look_up(runtime_of(request), caller)
        return pages_of(request).render(
            request,
            self._template,
            here=f"{self._list_url}/{self._path.rpartition('/')[2]}",
            caller=caller,
            list=self._list_url,
            about=about,
            **_form_values(errors),
            **self._load(caller),
            **looked_up,
        )
