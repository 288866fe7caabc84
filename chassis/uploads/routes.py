"""Bulk routes: a file of commands (NDJSON, CSV or .xlsx) in one request, read as a stream and recorded in chunks.

An upload is not a transaction. Each row is independent: it is recorded, was recorded before, or is refused with a reason.
If an upload breaks off, its recorded rows remain, and sending the complete file again adds only the missing rows.
"""

# No deferred annotations here: the permission is a value of the enclosing function, and FastAPI reads the annotations as types.
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import Field, TypeAdapter
from starlette.requests import ClientDisconnect

from chassis.access.permissions import Permission, authenticate, check
from chassis.base.ids import new_id
from chassis.commands.examples import csv_of, example_of, ndjson
from chassis.commands.idempotency import key_of
from chassis.commands.routes import CommandRouter, handler_permissions
from chassis.commands.runtime import Runtime
from chassis.commands.signature import KEY_PARAMETER, body_name
from chassis.http.middleware import treat_as_upload
from chassis.store.decider import Decider, Scope
from chassis.uploads.body_reader import (
    ROW_LIMIT,
    SIZE_LIMIT,
    Body,
    check_size,
    media_type_of,
)
from chassis.uploads.bulk_command import BulkCommand, FindRecords
from chassis.uploads.counts import USUAL_OFFSET, UploadCounts, UploadJob
from chassis.uploads.lines import CSV, NDJSON, XLSX
from chassis.uploads.outcome_routes import add_outcomes
from chassis.uploads.refusals import SHOWN, RefusedRow, find_refusals
from chassis.uploads.rows import LINE_LIMIT, adapter_of
from chassis.uploads.running import UploadRows, run_upload
from chassis.uploads.workbook import WORKBOOK_LIMIT
from contracts.codes.recording import CorrectionReason

_BEYOND = 1024 * 1024
"""Bytes by which the middleware's limit is larger: the refusal of an upload says what was recorded until then."""


DryRun = Annotated[bool, Query(description="Decide each row and record nothing.")]
Offset = Annotated[
    str,
    Query(
        pattern=r"^[-+ ](0[0-9]|1[0-4]):[0-5][0-9]$",
        description="The offset from UTC of the times in a sheet that state none, such as +09:00; that of Phnom Penh if absent.",
        examples=[USUAL_OFFSET],
    ),
]

Reason = Annotated[
    CorrectionReason, Query(description="The reason for which rows with the id of a record change it.")
]


class UploadOutcome(UploadCounts):
    """The result of an upload. The answer is 200 also if rows were refused."""

    dry_run: bool = Field(
        False, description="Whether nothing was recorded; `taken` then counts what would be."
    )
    utc_offset: str = Field(
        USUAL_OFFSET, description="The offset that was taken for the times in a sheet that state none."
    )
    refusals: tuple[RefusedRow, ...] = Field(
        (), description="The first 1,000 refusals, in the order of the rows."
    )
    refusals_url: str | None = Field(
        None, description="Where all refusals are read, page by page, for 24 hours."
    )
    rows_url: str | None = Field(
        None,
        description="Where the outcome and the id of each row are read, page by page, for 24 hours; not of a dry run.",
    )
    sheet_url: str | None = Field(
        None,
        description="Where the file, sent again, is returned with the ids and outcomes, for 24 hours; not of a dry run.",
    )


def add_bulk(
    routes: CommandRouter,
    path: str,
    body: Any,
    decider: Decider[Any, Any, Any],
    needed: Permission,
    *,
    scope: Callable[[Any], Scope | None] | None = None,
    record: str | None = None,
    records: FindRecords | None = None,
) -> None:
    """Serve a command in bulk, and the refusals of its uploads below the same path.

    A row has the same form as a single command. With ``record`` the command changes an existing record, whose UUID is in
    that additional field of each row, or is found by it with ``records``. ``scope`` returns the scope of a record that a
    row begins.
    """
    bulk = BulkCommand(path, body, decider, needed, scope, record, records)

    async def upload(
        request: Request,
        dry_run: DryRun = False,
        utc_offset: Offset = USUAL_OFFSET,
        correction_reason: Reason = CorrectionReason.MISTYPED,
    ) -> Response:
        caller = authenticate(request)
        check(caller, needed, request)
        key, media_type = key_of(request), media_type_of(request)
        check_size(int(request.headers.get("content-length", "0")), media_type)
        runtime: Runtime = request.app.state.runtime
        treat_as_upload(request.scope, SIZE_LIMIT + _BEYOND, lambda: not runtime.monitor.answers)
        utc_offset = utc_offset.replace(" ", "+")
        usual = (USUAL_OFFSET, CorrectionReason.MISTYPED)
        options = [each for each in (utc_offset, correction_reason) if each not in usual]
        content = Body(request, media_type, *options)
        job = UploadJob(
            path,
            caller,
            new_id(),
            request.headers.get("traceparent"),
            received_at=runtime.clock.now(),
            dry_run=dry_run,
            utc_offset=utc_offset,
            reason=correction_reason,
        )
        try:
            rows = UploadRows(content, media_type, adapter_of(body, record))
            counts = await run_upload(runtime, bulk, job, rows, key)
        except ClientDisconnect:
            return Response(status_code=400)
        answer = await _outcome(runtime, job, counts)
        return Response(answer.model_dump_json(), media_type="application/json")

    upload.__doc__ = _ABOUT
    routes.bulks[path] = bulk
    routes.bodies.append((path, body))
    routes.examples[path] = lambda: _examples(adapter_of(body, record))
    routes.add_api_route(
        path,
        upload,
        name=f"upload_{bulk.action}",
        methods=["POST"],
        response_model=UploadOutcome,
        openapi_extra=_openapi(needed, body_name(body)),
    )
    handler_permissions[upload] = needed
    add_outcomes(routes, bulk)


async def _outcome(runtime: Runtime, job: UploadJob, counts: UploadCounts) -> UploadOutcome:
    caller, path, dry_run = job.caller, job.path, job.dry_run
    refusals = await find_refusals(runtime, caller, counts.upload_id, 0, SHOWN) if counts.refused else []
    url = f"/{runtime.service}{path}/{counts.upload_id}"
    return UploadOutcome(
        **counts.model_dump(),
        dry_run=dry_run,
        utc_offset=job.utc_offset,
        refusals=tuple(refusals[:SHOWN]),
        refusals_url=f"{url}/refusals" if counts.refused else None,
        rows_url=None if dry_run else f"{url}/rows",
        sheet_url=None if dry_run else f"{url}/sheet",
    )


_ABOUT = f"""Record many at once: a file of the same commands, one on each line or row, as NDJSON, CSV or .xlsx.

Rows are recorded as they come in, each for itself; the answer counts those taken, known already and refused, and says
why. A row with an `id` (a UUIDv7 of yours, or one that an upload returned) is the record of that id, and changes it by a
correction if it says something else. A row without one is known by its content and its nth repetition in the file, in your
office: the whole file, corrected, may be sent again with a new key, and only what is new is added. A row that names nobody is
one of its sheet. The same key with the same file is answered as before.

At most {ROW_LIMIT:,} rows, {SIZE_LIMIT // 1024 // 1024} MiB ({WORKBOOK_LIMIT // 1024 // 1024} MiB of .xlsx) and {LINE_LIMIT // 1024} KiB a line. Where a limit shows only on the way, the rows
before it stay recorded and the answer (413) counts them.

In a sheet (CSV, .xlsx) the first row names the fields, dotted (`person.name.khmer`, `person.documents.0.number`); an empty
cell is a field left out, and a time without an offset is that of `utc_offset`. With `dry_run=true` each row is decided and the answer is the same, and nothing is recorded.
"""


def _examples(row: TypeAdapter[Any]) -> dict[str, Any]:
    example = example_of(row.json_schema())
    return {NDJSON: ndjson(example), CSV: csv_of(example)}


def _openapi(needed: Permission, name: str) -> dict[str, Any]:
    schema = {"type": "string", "description": f"Each line is a `{name}`."}
    return {
        "parameters": [KEY_PARAMETER],
        "x-permission": needed.name,
        "requestBody": {
            "required": True,
            "content": {
                NDJSON: {"schema": schema},
                CSV: {"schema": schema},
                XLSX: {"schema": {"type": "string", "format": "binary"}},
            },
        },
    }
