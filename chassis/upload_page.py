"""The page on which an office uploads a workbook: the template, a dry run, the upload, and the workbook with its outcomes.

A service declares the page beside its other pages::

    UploadPage(
        router,
        "/vacancies/upload",
        list_url="/reintegration/pages/vacancies",
        name="upload_vacancies",
        title=N_("Register vacancies from a workbook"),
        bulk=VACANCY_UPLOAD,
        columns=("occurred_at", "employer_id", "occupation"),
        lists=lists_of_vacancies,
    )

``lists`` returns the choices of columns. A cell of such a column is "Thailand [THA]", and the upload takes the code.
"""

# No deferred annotations here: the permission and the path are made for each page, and FastAPI reads them as they are.
import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from chassis.access.csrf import SAFE_METHODS, check_form
from chassis.access.permissions import Caller, PagePermission, check, page_caller
from chassis.commands.idempotency import IdempotencyKeyMissing, is_key
from chassis.commands.runtime import Runtime, runtime_of
from chassis.http.middleware import treat_as_upload
from chassis.pages.catalogues import refusal_texts, translations
from chassis.pages.error_texts import EMPTY, PageError, page_error, page_errors
from chassis.pages.rendering import language_of, pages_of
from chassis.pages.translation import N_
from chassis.uploads.bulk_command import BulkCommand
from chassis.uploads.lines import CSV, XLSX
from chassis.uploads.refusals import RefusedRow
from chassis.uploads.returned_sheet import SheetWords
from chassis.uploads.rows import adapter_of
from chassis.uploads.running import FormUpload
from chassis.uploads.template_workbook import template_workbook
from chassis.uploads.templates import template_columns
from chassis.uploads.workbook import WORKBOOK_LIMIT
from contracts.refusal import Refusal

Choices = Sequence[tuple[Any, str | tuple[str, str]]]
Lists = Callable[[Runtime, Caller], Awaitable[Mapping[str, Choices]]]
"""Returns the choices of columns by their names: codes with their titles, as message ids or in English and Khmer."""
SHOWN = 100
"""Refused rows that the page shows; the workbook that is returned has all of them."""
_BEYOND = 64 * 1024
_FILE = "file"
_KINDS = {XLSX: "xlsx", CSV: "csv"}
_RESULTS = {
    "taken": N_("recorded"),
    "tried": N_("would be recorded"),
    "changed": N_("changed"),
    "already_known": N_("recorded before"),
    "refused": N_("refused"),
}
_NO_SHEET = (
    N_("this is not a workbook"),
    N_("save it as an Excel workbook (.xlsx) or as CSV UTF-8 (.csv)"),
)


def words_in(language: str) -> SheetWords:
    """Return the words of the outcomes of rows in a language; errors have the texts of the pages."""
    gettext, texts = translations(language).gettext, refusal_texts(language)

    def reason(row: RefusedRow) -> str:
        error = page_error(row.error)
        values = texts.values(error.values)
        said = [gettext(each) % values for each in (error.reason, error.remedy) if each]
        return "; ".join(said)

    return SheetWords({result: gettext(word) for result, word in _RESULTS.items()}, reason)


class FilePermission(PagePermission):
    """The permission of a page whose form has a file: the form is read up to a size, that of a workbook if none is given."""

    def __init__(self, name: str, limit: int = WORKBOOK_LIMIT) -> None:
        super().__init__(name)
        self._limit = limit + _BEYOND

    async def __call__(self, request: Request) -> Caller:
        """Return the caller. Raises SignInFirst, FormTokenMissing or PermissionMissing."""
        caller = page_caller(request)
        check(caller, self, request)
        if request.method not in SAFE_METHODS:
            runtime = runtime_of(request)
            treat_as_upload(request.scope, self._limit, lambda: not runtime.monitor.answers)
            await check_form(request, with_file=True)
        return caller


class UploadPage:
    """The page of one upload. Its permission is that of the upload's route in the API."""

    def __init__(
        self,
        router: APIRouter,
        path: str,
        *,
        list_url: str,
        name: str,
        title: str,
        bulk: BulkCommand,
        columns: Sequence[str],
        lists: Lists,
    ) -> None:
        self._list_url, self._title, self._bulk = list_url, title, bulk
        self._columns, self._lists, self._name = columns, lists, name
        self._adapter = adapter_of(bulk.body, bulk.record)
        self._here = f"/{list_url.split('/')[1]}/pages{path}"
        may_upload = Depends(FilePermission(bulk.needed.name))

        async def show(request: Request, caller: Annotated[Caller, may_upload]) -> Response:
            return self._show(request, caller)

        async def template(request: Request, caller: Annotated[Caller, may_upload]) -> Response:
            headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
            return Response(await self._template(request, caller), media_type=XLSX, headers=headers)

        async def upload(request: Request, caller: Annotated[Caller, may_upload]) -> Response:
            return await self._upload(request, caller)

        router.get(path, name=f"{name}_page")(show)
        router.get(f"{path}/template.xlsx", name=f"{name}_template")(template)
        router.post(f"{path}/file", name=f"{name}_form")(upload)

    async def _template(self, request: Request, caller: Caller) -> bytes:
        language = language_of(request)
        gettext = translations(language).gettext

        def words(title: str | tuple[str, str]) -> str:
            return gettext(title) if isinstance(title, str) else title[1 if language == "km" else 0]

        lists = await self._lists(runtime_of(request), caller)
        about = {each.name: each for each in template_columns(self._adapter)}
        return template_workbook(
            self._columns,
            {
                column: [f"{words(title)} [{code}]" for code, title in choices]
                for column, choices in lists.items()
            },
            {name: " ".join(filter(None, (each.meaning, each.values))) for name, each in about.items()},
        )

    async def _upload(self, request: Request, caller: Caller) -> Response:
        form = await request.form()
        file, key = form.get(_FILE), str(form.get("key", ""))
        if not is_key(key):
            raise IdempotencyKeyMissing("the form has no idempotency key", remedy="open the page again")
        content = await file.read() if isinstance(file, UploadFile) else b""
        if not content or not isinstance(file, UploadFile):
            return self._show(request, caller, errors=(PageError(_FILE, *EMPTY),))
        media_type = XLSX if content[:2] == b"PK" else CSV
        if not (file.filename or "").lower().endswith((".xlsx", ".csv")):
            return self._show(request, caller, errors=(PageError(_FILE, *_NO_SHEET),))
        sent = FormUpload(runtime_of(request), self._bulk, self._adapter, caller, content, media_type)
        try:
            await sent.run(key, dry_run=form.get("act") != "record")
        except Refusal as refusal:
            if refusal.status not in (409, 413, 422):
                raise
            errors = tuple(replace(each, field=_FILE) for each in page_errors(refusal))
            return self._show(request, caller, errors=errors, status=refusal.status)
        words = words_in(language_of(request))
        returned = await sent.returned(words)
        name = (file.filename or self._name).rpartition(".")[0]
        return self._show(
            request,
            caller,
            counts=sent.counts,
            tried=sent.dry_run,
            refused=[(one, words.reason(one)) for one in await sent.refusals(SHOWN)],
            returned=None if returned is None else base64.b64encode(returned).decode(),
            returned_type=media_type,
            returned_name=f"{name}-checked.{_KINDS[media_type]}",
        )

    def _show(self, request: Request, caller: Caller, *, status: int = 200, **content: Any) -> Response:
        errors = content.pop("errors", ())
        return pages_of(request).render(
            request,
            "upload.html",
            status=422 if errors and status == 200 else status,
            here=self._here,
            caller=caller,
            list=self._list_url,
            title=self._title,
            errors=errors,
            key=uuid4,
            **{"counts": None, "tried": True, "refused": (), "returned": None} | content,
        )
