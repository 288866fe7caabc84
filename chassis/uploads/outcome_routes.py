"""Routes below an upload, for its sender: the refused rows, the outcome and id of each row, and the file with the ids."""

# No deferred annotations here: the permission is a value of the enclosing function, and FastAPI reads the annotations as types.
from collections.abc import Sequence
from contextlib import aclosing
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from chassis.access.permissions import Caller
from chassis.commands.routes import CommandRouter
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.middleware import treat_as_upload
from chassis.http.pagination import After, Limit, Page, decode_cursor, encode_cursor, link_next
from chassis.uploads.body_reader import Body, check_size, media_type_of, read_rows, zone_of
from chassis.uploads.bulk_command import BulkCommand
from chassis.uploads.columns import Header
from chassis.uploads.lines import CSV, NDJSON, XLSX
from chassis.uploads.naming import Naming
from chassis.uploads.outcomes import UploadedRow, find_rows
from chassis.uploads.refusals import RefusedRow, expired, find_refusals
from chassis.uploads.returned_sheet import find_outcomes, returned_file
from chassis.uploads.rows import adapter_of
from chassis.uploads.workbook import WORKBOOK_LIMIT
from contracts.refusal import Refusal

_KINDS = {NDJSON: "ndjson", CSV: "csv", XLSX: "xlsx"}


class RefusalsExpired(Refusal):
    """The refusals of this upload are no longer stored"""

    code = "refusals-expired"
    status = 410


def add_outcomes(routes: CommandRouter, bulk: BulkCommand) -> None:
    """Add the routes below the uploads of a bulk command."""
    needed = bulk.needed

    async def list_refusals(
        request: Request,
        response: Response,
        upload_id: UUID,
        caller: Annotated[Caller, Depends(needed)],
        limit: Limit = 100,
        cursor: After = None,
    ) -> Page[RefusedRow]:
        """List the refused rows of your own upload, for 24 hours. The limit counts rows of the file."""
        after = _after(upload_id, cursor)
        found = await find_refusals(request.app.state.runtime, caller, upload_id, after, limit + 1)
        numbers = sorted({one.row for one in found})
        _check_found(numbers, after)
        page: Page[RefusedRow] = Page(
            items=tuple(one for one in found if one.row in set(numbers[:limit])), next=_next(numbers, limit)
        )
        link_next(request, response, page)
        return page

    async def list_rows(
        request: Request,
        response: Response,
        upload_id: UUID,
        caller: Annotated[Caller, Depends(needed)],
        limit: Limit = 100,
        cursor: After = None,
    ) -> Page[UploadedRow]:
        """List the outcome of each row of your own upload, with the id of its record, for 24 hours."""
        after = _after(upload_id, cursor)
        found = await find_rows(request.app.state.runtime, caller, upload_id, after, limit + 1)
        numbers = [one.row for one in found]
        _check_found(numbers, after)
        page: Page[UploadedRow] = Page(items=tuple(found[:limit]), next=_next(numbers, limit))
        link_next(request, response, page)
        return page

    async def return_sheet(
        request: Request, upload_id: UUID, caller: Annotated[Caller, Depends(needed)]
    ) -> Response:
        """Send the file of your own upload again to get it back with the id and the outcome of each row, for 24 hours.

        Keep the returned file: a row that is mended in it changes its record when the file is uploaded. Nothing is recorded here.
        """
        runtime: Runtime = request.app.state.runtime
        media_type = media_type_of(request)
        treat_as_upload(request.scope, WORKBOOK_LIMIT, lambda: not runtime.monitor.answers)
        check_size(int(request.headers.get("content-length", "0")), media_type)
        outcomes = await find_outcomes(runtime, caller, bulk.path, upload_id)
        naming = Naming(caller, bulk.path, persons=bulk.opens_persons)
        header = Header(zone_of(outcomes.utc_offset))
        adapter = adapter_of(bulk.body, bulk.record)
        async with aclosing(read_rows(Body(request, media_type), media_type, adapter, header)) as rows:
            content = await returned_file(rows, media_type, header, naming, outcomes)
        name = f'attachment; filename="{bulk.action}.{_KINDS[media_type]}"'
        return Response(content, media_type=media_type, headers={"Content-Disposition": name})

    binary = {"schema": {"type": "string", "format": "binary"}}
    files = {"content": dict.fromkeys(_KINDS, binary)}
    for suffix, name, route, method, more in (
        ("refusals", "list_refusals_of", list_refusals, "GET", {"response_model": Page[RefusedRow]}),
        ("rows", "list_rows_of", list_rows, "GET", {"response_model": Page[UploadedRow]}),
        (
            "sheet",
            "return_sheet_of",
            return_sheet,
            "POST",
            {
                "response_class": Response,
                "responses": {200: {"description": "The file.", **files}},
                "openapi_extra": {"requestBody": {"required": True, **files}},
            },
        ),
    ):
        routes.add_api_route(
            f"{bulk.path}/{{upload_id}}/{suffix}",
            route,
            name=f"{name}_{bulk.action}",
            methods=[method],
            **more,
        )


def _after(upload_id: UUID, cursor: str | None) -> int:
    """Return the row number after which a page begins. Raises RefusalsExpired."""
    if expired(upload_id):
        raise RefusalsExpired(
            "they are kept for 24 hours", remedy="send the file again: only what is new is added"
        )
    return 0 if cursor is None else decode_cursor(cursor, int)[0]


def _check_found(numbers: Sequence[int], after: int) -> None:
    if not numbers and after == 0:
        raise RecordNotFound("there is no upload of yours of this id with such rows")


def _next(numbers: Sequence[int], limit: int) -> str | None:
    return encode_cursor(numbers[limit - 1]) if len(numbers) > limit else None
